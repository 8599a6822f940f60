"""Columns of text that kept its layout: places learnt per page, pieces of a line given to columns from left to right.

Such exporters (`pdftotext -layout`) begin a piece at the same character on a whole page where its place on paper is
the same; a piece one space behind its neighbour was joined to it and stands too far left. Pages differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extract.fragments import Fragment

_PASSES = 4  # rounds of placing pieces and learning where the columns are
_FIRST_COST = 0.12  # cost of one character away from a heading's place, which only hints at the column
_CHAR_COST = 0.35  # cost of one character away from the column's usual place, against the log-odds of looks
_LOOSE_COST = 0.03  # the same on a page whose columns are not known yet
_RICH = 4  # pieces of a line that tell where the columns of a page are
_LEFT_COST = 0.1  # the same for a piece that a neighbour pulled to the left
_MAX_AWAY = 14.0  # characters; farther is no worse
SAME_COST = 3.0  # two pieces of one line in one column of words
_NEAR, _SPLIT_SHARE = 2, 0.3  # half-widths of white as punctuation leaves it; of the cost, where that is all
SAME_FIGURE = 9.0  # two figures of one line in one column: that cannot be
_MANY = 3  # pieces that tell whether a column is aligned at its begin or centred

Key = int
Suits = Callable[[Fragment, Key], float]
Same = Callable[[Key], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Usual begin and middle of a column's pieces in their line, in characters; None where pieces differ in it."""

    begin: float | None
    middle: float | None

    @property
    def at(self) -> float:
        """The middle, or the begin where pieces differ in their middle."""
        return self.middle if self.middle is not None else self.begin or 0.0


def joined_pieces(fragments: Sequence[Fragment]) -> frozenset[int]:
    """``seq`` of pieces that stand one space behind their neighbour, so that their place means little.

    A place that was measured is what it is.
    """
    return frozenset(
        right.seq
        for left, right in pairwise(fragments)
        if left.line == right.line and right.x - left.end <= 1 and right.spot is None
    )


def pieces_to_columns(
    fragments: Sequence[Fragment],
    order: Sequence[Key],
    middles: Mapping[Key, float],
    *,
    suits: Suits,
    same: Same,
    joined: frozenset[int],
) -> dict[Key, list[Fragment]]:
    """Pieces by column in reading order. ``order`` names the columns from left to right; ``middles`` are those of the
    headings; ``suits`` is how well a piece looks the part (log-odds), ``same`` the cost of two pieces in one line.
    """  # fmt: skip
    columns: dict[Key, list[Fragment]] = defaultdict(list)
    places = {key: Place(begin=at, middle=at) for key, at in middles.items()}
    for page in sorted({fragment.page for fragment in fragments}):
        lines = by_line([fragment for fragment in fragments if fragment.page == page])
        if columns:
            places = carry_over(lines, order, places, suits=suits, same=same, joined=joined)
        found, places = page_to_columns(lines, order, places, suits=suits, same=same, joined=joined)
        for key, pieces in found.items():
            columns[key] += pieces
    return columns


def carry_over(
    lines: Sequence[Sequence[Fragment]],
    order: Sequence[Key],
    places: Mapping[Key, Place],
    *,
    suits: Suits,
    same: Same,
    joined: frozenset[int],
) -> dict[Key, Place]:
    """Places of the page before, moved to where the fullest lines of this page have them."""  # fmt: skip
    fullest = max(len(line) for line in lines)
    found: dict[Key, list[Fragment]] = defaultdict(list)
    for line in (line for line in lines if len(line) >= max(fullest - 1, _RICH)):
        keys = line_to_columns(line, order, places, suits=suits, same=same, joined=joined, char_cost=_LOOSE_COST)
        for fragment, key in zip(line, keys, strict=True):
            found[key].append(fragment)
    moved = {key: usual_place(pieces, joined) for key, pieces in found.items()}
    known = [rank for rank, key in enumerate(order) if key in moved and key in places]
    for rank, key in enumerate(order):
        if key in places and key not in moved and known:
            mate = order[min(known, key=lambda other: abs(other - rank))]
            moved[key] = shifted(places[key], moved[mate].at - places[mate].at)
    return {**places, **moved}


def shifted(place: Place, by: float) -> Place:
    """A place so many characters further right."""
    return Place(
        begin=None if place.begin is None else place.begin + by,
        middle=None if place.middle is None else place.middle + by,
    )


def by_line(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
    """Pieces of every line."""
    lines: dict[int, list[Fragment]] = defaultdict(list)
    for fragment in fragments:
        lines[fragment.line].append(fragment)
    return list(lines.values())


def page_to_columns(
    lines: Sequence[Sequence[Fragment]],
    order: Sequence[Key],
    places: Mapping[Key, Place],
    *,
    suits: Suits,
    same: Same,
    joined: frozenset[int],
) -> tuple[dict[Key, list[Fragment]], dict[Key, Place]]:
    """Pieces of one page by column, and the places learnt from them."""  # fmt: skip
    columns: dict[Key, list[Fragment]] = {}
    for turn in range(_PASSES):
        char_cost = _CHAR_COST if turn else _FIRST_COST
        columns = defaultdict(list)
        for line in lines:
            keys = line_to_columns(line, order, places, suits=suits, same=same, joined=joined, char_cost=char_cost)
            for fragment, key in zip(line, keys, strict=True):
                columns[key].append(fragment)
        places = {**places, **{key: usual_place(pieces, joined) for key, pieces in columns.items()}}
    return columns, dict(places)


def usual_place(pieces: Sequence[Fragment], joined: frozenset[int]) -> Place:
    """Median begin and middle of a column's pieces, of those that stand free where there are any."""
    free = [piece for piece in pieces if piece.seq not in joined] or pieces
    begin, centre = median(f.x for f in free), median(f.middle for f in free)
    if len(free) < _MANY:
        return Place(begin=begin, middle=centre)
    ragged, shaky = (sum(abs(f.x - begin) for f in free), sum(abs(f.middle - centre) for f in free))
    return Place(begin=begin if ragged <= 2 * shaky else None, middle=centre if shaky <= 2 * ragged else None)


def line_to_columns(
    line: Sequence[Fragment],
    order: Sequence[Key],
    places: Mapping[Key, Place],
    *,
    suits: Suits,
    same: Same,
    joined: frozenset[int],
    char_cost: float,
) -> list[Key]:
    """The cheapest columns, left to right, for the pieces of one line."""  # fmt: skip
    best: dict[int, tuple[float, list[int]]] = {-1: (0.0, [])}
    for above, fragment in zip([None, *line], line, strict=False):
        again = _SPLIT_SHARE if above is not None and follows(above, fragment) else 1.0
        reach: dict[int, tuple[float, list[int]]] = {}
        for rank, key in enumerate(order):
            place = places.get(key)
            own = piece_cost(fragment, place, joined=fragment.seq in joined, char_cost=char_cost) - suits(fragment, key)
            for before, (cost, path) in best.items():
                step = cost + own + (again * same(key) if before == rank else 0.0)
                if before <= rank and (rank not in reach or step < reach[rank][0]):
                    reach[rank] = (step, [*path, rank])
        best = reach
    return [order[rank] for rank in min(best.values(), key=lambda found: found[0])[1]] if best else []


def follows(left: Fragment, right: Fragment) -> bool:
    """Whether a piece on paper stands so near its neighbour that punctuation may be all that parts them."""
    return right.spot is not None and right.x - left.end <= _NEAR


def piece_cost(fragment: Fragment, place: Place | None, *, joined: bool, char_cost: float) -> float:
    """Distance of a piece from a column's place; small where a neighbour pulled it to the left."""
    if place is None:
        return char_cost * _MAX_AWAY
    begin = None if place.begin is None else place.begin - fragment.x
    centre = None if place.middle is None else place.middle - fragment.middle
    away = min((gap for gap in (begin, centre) if gap is not None), key=abs)
    return (_LEFT_COST if joined and away > 0 else char_cost) * min(_MAX_AWAY, abs(away))
