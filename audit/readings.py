"""误读还是误报: a finding is judged again under the other readings of the cells it rests on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product

from audit.phrases import quoted
from audit.places import path_to_words
from domain.form import Field, Form, walk, with_fields

ALL_READINGS = "在所有读法下都成立。"
MOST_WAYS = 64  # ways to read all cells together; beyond, cells are read otherwise one at a time
_HANGS_ON_ONE = 0.8  # times the confidence of a finding that another reading of one cell would end


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What other readings make of a finding: a Chinese sentence, and the factor its confidence is to be taken times."""

    words: str = ""
    share: float = 1.0


NOTHING_DOUBTFUL = Judged()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One way to read the doubtful cells: the texts that differ from what was read, and its odds among all ways."""

    changed: Mapping[str, str]
    odds: float


def judge(form: Form, paths: frozenset[str], *, stands: Callable[[Form], bool]) -> Judged:
    """The finding that rests on these fields, under every way to read them; ``stands`` asks its rule of a form."""
    doubtful = {path: field for path, field in walk(form) if path in paths and field.alternatives}
    if not doubtful:
        return NOTHING_DOUBTFUL
    ways = list(_ways(doubtful))
    ends = [way for way in ways if way.changed and not stands(_read_as(form, doubtful, way.changed))]
    if not ends:
        return Judged(words=ALL_READINGS)
    telling = min(ends, key=lambda way: (len(way.changed), -way.odds))
    ended = sum(way.odds for way in ends) / sum(way.odds for way in ways)
    return Judged(words=_told(telling, doubtful), share=_HANGS_ON_ONE * (1 - ended))


def _ways(doubtful: Mapping[str, Field]) -> Iterator[_Way]:
    """All cells together, or one cell at a time where the ways are too many."""
    options = {path: _options(field) for path, field in doubtful.items()}
    if math.prod(map(len, options.values())) > MOST_WAYS:
        yield _Way(changed={}, odds=1.0)
        for path, (first, *others) in options.items():
            yield from (_Way(changed={path: text}, odds=odds / first[1]) for text, odds in others)
        return
    for texts in product(*options.values()):
        changed = {path: text for path, (text, _) in zip(options, texts, strict=True) if text != doubtful[path].text}
        yield _Way(changed=changed, odds=math.prod(odds for _, odds in texts))


def _options(field: Field) -> list[tuple[str, float]]:
    """What was read first, with the odds that the others leave it, and no less than the likeliest of them."""
    left = max(1.0 - sum(odds for _, odds in field.alternatives), field.alternatives[0][1])
    return [(field.text, left), *field.alternatives]


def _read_as(form: Form, doubtful: Mapping[str, Field], changed: Mapping[str, str]) -> Form:
    return with_fields(form, {path: replace(doubtful[path], text=text) for path, text in changed.items()})


def _told(way: _Way, doubtful: Mapping[str, Field]) -> str:
    cells = "，且".join(
        f"{path_to_words(path)}{_as_other(doubtful[path].text, text)}" for path, text in way.changed.items()
    )
    return f"若{cells}，此疑点消失：请先看{'这一格' if len(way.changed) == 1 else '这几格'}的原件。"


def _as_other(text: str, other: str) -> str:
    """``“85.00”中的8实为3``; the whole texts where more than one character differs."""
    apart = [(one, two) for one, two in zip(text, other, strict=False) if one != two]
    if len(text) == len(other) and len(apart) == 1:
        return f"{quoted(text)}中的{apart[0][0]}实为{apart[0][1]}"
    return f"{quoted(text)}实为{quoted(other)}"
