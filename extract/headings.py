"""Labels in flattened text, found again although wraps and neighbours cut them to pieces."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from extract.clean import label_key
from extract.fragments import Fragment

_MAX_PIECES = 6  # 服务对象满意度指标 in a narrow column: three to five lines
_MIN_JUMBLE = 3  # characters; shorter pieces could be jumbled by chance
_MAX_LINES = 9  # lines that a tall neighbour may put between the pieces of a label cut by a page break


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A label met in the text: its name and the indices of the fragments that spell it."""

    name: str
    at: tuple[int, ...]


def spell(
    fragments: Sequence[Fragment], start: int, names: Collection[str], *, reach: int, used: Collection[int] = ()
) -> Found | None:
    """The longest known name spelled by the fragment at ``start`` and following ones within ``reach`` lines.

    Pieces may have other fragments between them; a piece that stands next is preferred to one further on.
    """
    best: Found | None = None
    trail: list[int] = []
    spelled = ""
    here = start
    while here is not None and len(trail) < _MAX_PIECES:
        trail.append(here)
        spelled = add_piece(spelled, label_key(fragments[here].text), names)
        if spelled in names:
            best = Found(name=spelled, at=tuple(trail))
        rests = {name[len(spelled) :] for name in names if name.startswith(spelled) and len(name) > len(spelled)}
        here = _next_piece(fragments, trail, rests, reach=reach, used=used)
    return best


def _next_piece(
    fragments: Sequence[Fragment], trail: Sequence[int], rests: set[str], *, reach: int, used: Collection[int]
) -> int | None:
    if not rests:
        return None
    last = fragments[trail[-1]]
    for place in range(trail[-1] + 1, len(fragments)):
        piece = fragments[place]
        if piece.line - last.line > reach:
            return _beyond_break(fragments, place, last, rests, used=used)
        key = label_key(piece.text)
        apart = piece.line != last.line or place == trail[-1] + 1
        fits = any(rest.startswith(key) or is_jumbled(key, rest) for rest in rests)
        if key and apart and place not in used and fits:
            return place
    return None


def is_jumbled(key: str, rest: str) -> bool:
    """The last lines of a label run into one another: all characters are there, in another order."""
    return len(key) >= _MIN_JUMBLE and len(key) == len(rest) and sorted(key) == sorted(rest)


def add_piece(spelled: str, key: str, names: Collection[str]) -> str:
    """A label spelled so far with its next piece; a jumbled piece completes the name that it holds."""
    if any(name.startswith(spelled + key) for name in names):
        return spelled + key
    return next(
        (name for name in names if name.startswith(spelled) and is_jumbled(key, name[len(spelled) :])), spelled + key
    )


def _beyond_break(
    fragments: Sequence[Fragment], start: int, last: Fragment, rests: set[str], *, used: Collection[int]
) -> int | None:
    """The next piece of a label that a page break cut: at the top of the new page, alone on its line.

    Only tails of other labels may stand above it there.
    """
    top = False
    for place in range(start, len(fragments)):
        piece = fragments[place]
        if piece.line - last.line > _MAX_LINES:
            return None
        top = piece.of == 1 and (piece.fresh or top)
        if top and place not in used and any(rest.startswith(label_key(piece.text)) for rest in rests):
            return place
        top = top and place in used
    return None


def find_labels(fragments: Sequence[Fragment], names: Collection[str], *, reach: int = 1) -> list[Found]:
    """All known names in reading order; a fragment spells one label only."""
    found: list[Found] = []
    used: set[int] = set()
    heads = {name[:size] for name in names for size in range(1, len(name) + 1)}
    for start, fragment in enumerate(fragments):
        if start in used or label_key(fragment.text) not in heads:
            continue
        label = spell(fragments, start, names, reach=reach, used=used)
        if label is not None and not used.intersection(label.at):
            found.append(label)
            used.update(label.at)
    return found
