"""Labels in flattened text, found again although wraps and neighbours cut them to pieces."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from extract.clean import label_key
from extract.fragments import Fragment

_POINTS_END = re.compile(r"[\d.]*分?[)）]?")
_POINTS_REACH = 3  # lines between a level name and the points below it
_POINTS = re.compile(r"[(（]\d+(?:\.\d+)?分[)）]")  # 产出指标（50分）
_POINTS_BEGUN = re.compile(r"[（(](?:\d+(?:\.\d*)?)?分?[)）]?$")  # whole, or as much of it as a narrow column holds
_MAX_PIECES = 6  # 服务对象满意度指标 in a narrow column: three to five lines
_MIN_JUMBLE = 3  # characters; shorter pieces could be jumbled by chance
ANYWHERE = 10**6  # pieces of a label may stand anywhere in their line: the layout is lost
HEADING_SLACK = 20  # the same for headings of a table, whose neighbours are words as long
COLUMN_SLACK = 2  # characters that a piece may stand beside those above it, as neighbours pull it to the left
_MAX_LINES = 9  # lines that a tall neighbour may put between the pieces of a label cut by a page break


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A label met in the text: its name, the indices of the fragments that spell it, and points printed behind it."""

    name: str
    at: tuple[int, ...]
    points: str = ""

    @property
    def printed(self) -> str:
        """The label as it stands on the form: 产出指标（50分）."""
        return self.name + self.points


def spell(
    fragments: Sequence[Fragment],
    start: int,
    names: Collection[str],
    *,
    reach: int,
    used: Collection[int] = (),
    slack: int = ANYWHERE,
) -> Found | None:
    """The longest known name spelled by the fragment at ``start`` and following ones within ``reach`` lines.

    Pieces may have other fragments between them; a piece that stands next is preferred to one further on. Pieces
    further down stand below those above, give or take ``slack`` characters.
    """  # fmt: skip
    best: Found | None = None
    trail: list[int] = []
    spelled = ""
    here: int | None = start
    while here is not None and len(trail) < _MAX_PIECES:
        trail.append(here)
        spelled = add_piece(spelled, piece_key(fragments[here].text), names)
        if spelled in names:
            best = Found(name=spelled, at=tuple(trail))
            best = with_points(best, fragments, _next_places(fragments, trail[-1], used))
        rests = {name[len(spelled) :] for name in names if name.startswith(spelled) and len(name) > len(spelled)}
        here = _next_piece(fragments, trail, rests, reach=reach, used=used, slack=slack)
    return best


def piece_key(text: str) -> str:
    """A piece of a label without the points behind it."""
    return label_key(_POINTS_BEGUN.sub("", text))


def with_points(label: Found, fragments: Sequence[Fragment], places: Iterable[int]) -> Found:
    """The label with its points, which begin in its last piece or at the first of these places that may hold them."""
    begun = _POINTS_BEGUN.search(fragments[label.at[-1]].text)
    spelled = begun.group() if begun is not None else ""
    pieces: list[int] = []
    for place in places:
        if _POINTS.fullmatch(spelled):
            break
        if _POINTS_BEGUN.fullmatch(spelled + fragments[place].text):
            spelled += fragments[place].text
            pieces.append(place)
    return replace(label, at=(*label.at, *pieces), points=spelled) if _POINTS.fullmatch(spelled) else label


def _next_places(fragments: Sequence[Fragment], last: int, used: Collection[int]) -> Iterator[int]:
    """Places behind a label that may hold its points, where columns are lost: up to the first that cannot."""
    for place in range(last + 1, len(fragments)):
        text = fragments[place].text
        if place in used or not (text[:1] in "（(" or _POINTS_END.fullmatch(text)):
            return
        yield place


def _next_piece(
    fragments: Sequence[Fragment],
    trail: Sequence[int],
    rests: set[str],
    *,
    reach: int,
    used: Collection[int],
    slack: int,
) -> int | None:
    if not rests:
        return None
    last = fragments[trail[-1]]
    if slack != ANYWHERE:
        return _piece_below(fragments, trail, rests, reach=reach, used=used, slack=slack)
    for place in range(trail[-1] + 1, len(fragments)):
        piece = fragments[place]
        if piece.line - last.line > reach:
            return _beyond_break(fragments, place, last, rests, used=used)
        key = piece_key(piece.text)
        apart = piece.line != last.line or place == trail[-1] + 1
        fits = any(rest.startswith(key) or is_jumbled(key, rest) for rest in rests)
        if key and apart and place not in used and fits:
            return place
    return None


def _piece_below(
    fragments: Sequence[Fragment],
    trail: Sequence[int],
    rests: set[str],
    *,
    reach: int,
    used: Collection[int],
    slack: int,
) -> int | None:
    """The next piece where columns are told by place: the one behind in its line, or the one best aligned below."""
    above = [fragments[at] for at in trail]
    options: list[tuple[float, int]] = []
    for place in range(trail[-1] + 1, len(fragments)):
        piece = fragments[place]
        if piece.line - above[-1].line > reach:
            beyond = None if options else _beyond_break(fragments, place, above[-1], rests, used=used)
            return beyond if beyond is not None else min(options, default=(0.0, None))[1]
        key = piece_key(piece.text)
        if place in used or not key or not any(rest.startswith(key) or is_jumbled(key, rest) for rest in rests):
            continue
        if piece.line == above[-1].line and place == trail[-1] + 1 and is_below(piece, above, slack):
            return place
        if piece.line > above[-1].line and is_below(piece, above, slack):
            options.append((misalignment(piece, above) + piece.line - above[-1].line, place))
    return min(options, default=(0.0, None))[1]


def misalignment(piece: Fragment, above: Sequence[Fragment]) -> float:
    """Characters between the begins or the middles of a piece and of the last line above it."""
    line = [f for f in above if f.line == above[-1].line]
    begin, end = line[0].x, line[-1].end
    return min(abs(piece.x - begin), abs(piece.middle - (begin + end) / 2))


def is_below(piece: Fragment, above: Sequence[Fragment], slack: int) -> bool:
    """Whether a piece stands under the others, or follows them closely in their line."""
    if piece.line == above[-1].line:
        return piece.x - above[-1].end <= slack
    left, right = min(f.x for f in above), max(f.end for f in above)
    return piece.x < right + slack and piece.end > left - slack


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


def points_below(label: Found, fragments: Sequence[Fragment]) -> Found:
    """The label with the points printed below it, where columns are told by place: 产出指标 over （50 / 分）."""
    if label.points:
        return label
    above = [fragments[at] for at in label.at]
    below = (
        place
        for place in range(label.at[-1] + 1, len(fragments))
        if above[-1].line < fragments[place].line <= above[-1].line + _POINTS_REACH
        and is_below(fragments[place], above, COLUMN_SLACK)
    )
    return with_points(label, fragments, below)


def find_labels(
    fragments: Sequence[Fragment],
    names: Collection[str],
    *,
    reach: int = 1,
    slack: int = ANYWHERE,
    taken: Collection[int] = (),
) -> list[Found]:
    """All known names in reading order; a fragment spells one label only, and none of those ``taken``."""  # fmt: skip
    found: list[Found] = []
    used: set[int] = set(taken)
    heads = {name[:size] for name in names for size in range(1, len(name) + 1)}
    for start, fragment in enumerate(fragments):
        if start in used or piece_key(fragment.text) not in heads:
            continue
        label = spell(fragments, start, names, reach=reach, used=used, slack=slack)
        if label is not None and not used.intersection(label.at):
            found.append(label)
            used.update(label.at)
    return found


def cells_come_whole(labels: Sequence[Found]) -> bool | None:
    """Whether wrapped labels stand in one piece, or have pieces of their neighbours between; None without wraps."""
    wrapped = [label for label in labels if len(label.at) > 1]
    if not wrapped:
        return None
    torn = sum(label.at[-1] - label.at[0] >= len(label.at) for label in wrapped)
    return torn * 3 < len(wrapped)
