"""New indicator and new target in a text: spans to the tags that are learnt, and tag probabilities back to spans."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from classify.encoder.windows import Window
from domain.label import RewriteStatus

Floats = NDArray[np.float32]


class Named(StrEnum):
    """What a span names."""

    INDICATOR = "new_indicator"
    TARGET = "new_target"


STATUSES: Final = tuple(RewriteStatus)
OUTSIDE: Final = 0
TAGS: Final = ("O", *(f"{part}-{kind}" for kind in Named for part in "BI"))
"""Begin and Inside of each kind, in the order of the tag head's columns."""

_QUOTES = ("“”", "「」", "『』", '""', "《》", "【】", "‘’", "〈〉")
_QUOTED = re.compile("|".join(f"{pair[0]}([^{pair}]{{1,40}}){pair[1]}" for pair in _QUOTES))
_EDGES = " \n　,，。:：;；、（(" + "".join(_QUOTES)
_LEADING, _TRAILING = "≥≤><=＞＜＝≧≦±~～.-0123456789０１２３４５６７８９", ".0123456789０１２３４５６７８９%％‰"
_SEED, _SPREAD = 0.5, 0.25  # probability at which a span begins to be seen, and down to which it goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """``printed[start:end]`` names a new indicator or target; the probability is that of its surest token."""

    kind: Named
    start: int
    end: int
    probability: float


def places_of(printed: str, name: str) -> tuple[tuple[int, int], ...]:
    """Every stretch of ``printed`` that reads ``name``, figures cut out of longer figures left aside."""
    found: list[tuple[int, int]] = []
    start = printed.find(name) if name else -1
    while start >= 0:
        end = start + len(name)
        if not (_in_figure(printed, start) or _in_figure(printed, end)):
            found.append((start, end))
        start = printed.find(name, start + 1)
    return tuple(found)


def _in_figure(printed: str, place: int) -> bool:
    return 0 < place < len(printed) and all(each.isdigit() or each == "." for each in printed[place - 1 : place + 1])


def window_to_tags(window: Window, spans: Sequence[tuple[Named, int, int]]) -> tuple[int, ...]:
    """A tag for every token."""
    tags = [OUTSIDE] * len(window.ids)
    for kind, start, end in spans:
        inside = [place for place, begin in enumerate(window.starts) if begin >= start and window.ends[place] <= end]
        for place in (each for each in inside if window.starts[each] >= 0):
            tags[place] = TAGS.index(f"{'B' if place == inside[0] else 'I'}-{kind}")
    return tuple(tags)


def tags_to_spans(printed: str, window: Window, odds: Floats) -> tuple[Span, ...]:
    """The likeliest span of each kind that is likelier than none; ``odds``: probabilities (tokens, tags).

    Tags know where a name lies, punctuation knows where it ends: a span inside quotation marks becomes all they hold,
    unless they hold spans of both kinds; a figure is never cut.
    """
    runs = {kind: _likeliest(window, odds, kind) for kind in Named}
    found = tuple(
        Span(
            kind=kind,
            start=window.starts[run[0]],
            end=window.ends[run[-1]],
            probability=float(np.max(_own(odds, kind)[run])),
        )
        for kind, run in runs.items()
        if run
    )
    return tuple(
        trimmed(printed, _snapped(printed, span, others=[each for each in found if each is not span])) for span in found
    )


def _own(odds: Floats, kind: Named) -> Floats:
    """Probability (tokens,) that a token is part of a span of this kind."""
    return np.asarray(odds[:, TAGS.index(f"B-{kind}")] + odds[:, TAGS.index(f"I-{kind}")], dtype=np.float32)


def _likeliest(window: Window, odds: Floats, kind: Named) -> list[int]:
    own, begins = _own(odds, kind), odds[:, TAGS.index(f"B-{kind}")]
    held = [place for place in range(len(window.ids)) if own[place] >= _SPREAD and window.starts[place] >= 0]
    runs = [run for run in _runs(held, begins) if max(own[run]) >= _SEED]
    return max(runs, key=lambda run: float(np.sum(own[run] - _SPREAD)), default=[])


def _runs(held: Sequence[int], begins: Floats) -> list[list[int]]:
    """Neighbouring places together; a token that surely begins opens a new run."""
    runs: list[list[int]] = []
    for place in held:
        if runs and place == runs[-1][-1] + 1 and begins[place] < _SEED:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _snapped(printed: str, span: Span, *, others: Sequence[Span]) -> Span:
    start, end = span.start, span.end
    for quoted in _QUOTED.finditer(printed):
        inner = next(place for place in range(1, quoted.re.groups + 1) if quoted[place] is not None)
        left, right = quoted.span(inner)
        shared = min(end, right) - max(start, left)
        if 2 * shared > end - start and not any(left <= other.start < right for other in others):
            return replace(span, start=left, end=right)
    while start > 0 and printed[start] in _LEADING and printed[start - 1] in _LEADING:
        start -= 1
    while end < len(printed) and printed[end] in _TRAILING and printed[end - 1] in _TRAILING:
        end += 1
    return replace(span, start=start, end=end)


def trimmed(printed: str, span: Span) -> Span:
    """Without blanks, stops and quotation marks at its edges; a bracket goes where its other half is missing."""
    start, end = span.start, span.end
    while start < end and printed[start] in _EDGES:
        start += 1
    while end > start and (printed[end - 1] in _EDGES or _is_half(printed[start:end])):
        end -= 1
    return replace(span, start=start, end=end)


def _is_half(text: str) -> bool:
    """True for text that ends in a bracket whose other half it lacks."""
    return text[-1] in "）)" and not any(each in "（(" for each in text)
