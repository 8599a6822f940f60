"""New indicator and new target in a text: spans to the tags that are learnt, and tag probabilities back to spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
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

_OPENING, _CLOSING = "“「『\"《【（(‘'〈", "”」』\"》】）)’'〉"
_EDGES = " 　,，。:：;；、" + _OPENING + _CLOSING


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """``printed[start:end]`` names a new indicator or target; the probability is that of its weakest token."""

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


def tags_to_spans(window: Window, odds: Floats) -> tuple[Span, ...]:
    """The likeliest span of each kind that is likelier than none; ``odds``: probabilities (tokens, tags)."""
    found = (_likeliest(window, odds, kind) for kind in Named)
    return tuple(span for span in found if span is not None)


def _likeliest(window: Window, odds: Floats, kind: Named) -> Span | None:
    begin, inside = TAGS.index(f"B-{kind}"), TAGS.index(f"I-{kind}")
    own = odds[: len(window.ids), begin] + odds[: len(window.ids), inside]
    held = [place for place in np.flatnonzero(own >= 0.5) if window.starts[place] >= 0]
    runs = _runs(held, odds[:, begin])
    if not runs:
        return None
    best = max(runs, key=lambda run: float(np.mean(own[run])) + float(odds[run[0], begin]))
    return Span(
        kind=kind,
        start=window.starts[best[0]],
        end=window.ends[best[-1]],
        probability=float(np.min(own[best])),
    )


def _runs(held: Sequence[int], begins: Floats) -> list[list[int]]:
    """Neighbouring places together; a token that surely begins opens a new run."""
    if not held:
        return []
    runs = [[held[0]]]
    for before, place in pairwise(held):
        if place == before + 1 and begins[place] < 0.5:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def trimmed(printed: str, span: Span) -> Span:
    """Without blanks, stops and quotation marks at its edges; a lone closing bracket of the name itself stays."""
    start, end = span.start, span.end
    while start < end and printed[start] in _EDGES and not _pairs(printed[start:end], 0):
        start += 1
    while end > start and printed[end - 1] in _EDGES and not _pairs(printed[start:end], -1):
        end -= 1
    return Span(kind=span.kind, start=start, end=end, probability=span.probability)


def _pairs(text: str, edge: int) -> bool:
    """True where the bracket at this edge has its other half inside and is not the other edge."""
    own = text[edge]
    if own in "（(" and edge == 0:
        return False
    if own in "）)" and edge == -1:
        return any(each in "（(" for each in text[1:])
    return False
