"""Ruling lines to cells: one path for lines drawn in a PDF and lines found in pixels."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from domain.page import Rule
from domain.source import Box

_SAME = 0.0035  # of the page's longer side: lines closer than this are one line, drawn double or bent
_TOUCH = 0.006  # a line that ends so near another meets it
_LONG = 0.06  # a line this long is no stroke of a character
_FEW_LINES = 2  # a table has at least so many lines in each direction
_DRAWN = 0.25  # share of an edge that is covered where a line is meant; lines that are not meant cover next to nothing
_ROW = 0.04  # the highest row without any upright line: a heading across the table
_OVERHANG = 0.007  # level lines that run on so far beyond the last upright one end at a frame that is not drawn


Courses = NDArray[np.float64]  # rules of one direction x place, begin, end


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One cell of a lattice, empty as yet: its place, its spans, its box, and how sure its borders are (0..1)."""

    row: int
    col: int
    row_span: int
    col_span: int
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """One ruled table: places of its lines from left to right and from top to bottom, and its cells."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    rooms: tuple[Room, ...]

    @property
    def box(self) -> Box:
        """The table's outline."""
        return Box(x0=self.xs[0], y0=self.ys[0], x1=self.xs[-1], y1=self.ys[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """All rules at one place: where it stands, and the stretches that are drawn."""

    at: float
    drawn: tuple[tuple[float, float], ...]

    def share(self, begin: float, end: float) -> float:
        """How much of a stretch is drawn."""
        if end <= begin:
            return 0.0
        return sum(max(0.0, min(end, b) - max(begin, a)) for a, b in self.drawn) / (end - begin)


def rules_to_lattices(rules: Sequence[Rule], *, width: float, height: float) -> tuple[Lattice, ...]:
    """The ruled tables of a page from top to bottom; strokes of characters among the rules are left aside."""
    side = max(width, height)
    kept = _meeting_rules(rules, side)
    groups = _stacked(_groups(kept, _TOUCH * side * 2), side)
    lattices = [_rules_to_lattice(group, side) for group in groups]
    found = sorted((lattice for lattice in lattices if lattice is not None), key=lambda lattice: lattice.ys[0])
    return tuple(one for one in found if not any(_inside(one.box, other.box) for other in found if other is not one))


def _meeting_rules(rules: Sequence[Rule], side: float) -> list[Rule]:
    """Long rules, and short ones that run from one kept rule to another, cross two, or go on with one."""
    kept = [rule for rule in rules if _length(rule) >= _LONG * side]
    short = [rule for rule in rules if _length(rule) < _LONG * side]
    while short:
        courses = {
            is_level: _courses([rule for rule in kept if rule.is_level == is_level]) for is_level in (True, False)
        }
        belongs = [_belongs(rule, courses[rule.is_level], courses[not rule.is_level], side) for rule in short]
        if not any(belongs):
            break
        kept += [rule for rule, joins in zip(short, belongs, strict=True) if joins]
        short = [rule for rule, joins in zip(short, belongs, strict=True) if not joins]
    return kept


def _courses(rules: Sequence[Rule]) -> Courses:
    """Rules of one direction as rows: where each stands, begins and ends."""
    return np.array([(_place(rule), *_ends(rule)) for rule in rules], float).reshape(-1, 3)


def _belongs(rule: Rule, mates: Courses, across: Courses, side: float) -> bool:
    reach, place = _TOUCH * side, _place(rule)
    begin, end = _ends(rule)
    at, first, last = across.T
    ends = ((rule.x0, rule.y0), (rule.x1, rule.y1)) if rule.is_level else ((rule.y0, rule.x0), (rule.y1, rule.x1))
    if all(
        (np.maximum(np.maximum(first - aside, aside - last), np.abs(at - along)) <= reach).any()
        for along, aside in ends
    ):
        return True
    # at a page break a table's outer line is often not printed
    passed = (begin - reach <= at) & (at <= end + reach) & (first - reach <= place) & (place <= last + reach)
    met = at[passed]
    if len(met) and met.max() - met.min() > reach:
        return True
    at, first, last = mates.T
    gap = np.maximum(np.maximum(first - end, begin - last), 0)
    return bool(((np.abs(at - place) <= _SAME * side) & (gap <= _LONG * side)).any())


def _groups(rules: Sequence[Rule], reach: float) -> list[list[Rule]]:
    """Rules that hang together, directly or through others."""
    if not rules:
        return []
    x0, y0, x1, y1 = np.array([(box.x0, box.y0, box.x1, box.y1) for box in (_outline([rule]) for rule in rules)]).T
    left = np.arange(len(rules))
    groups: list[list[Rule]] = []
    while len(left):
        group, left = left[:1], left[1:]
        newest = group
        while len(newest):
            near = np.zeros(len(left), bool)
            for one in newest:
                near |= (
                    (x0[one] - reach <= x1[left]) & (x0[left] - reach <= x1[one])
                    & (y0[one] - reach <= y1[left]) & (y0[left] - reach <= y1[one])
                )  # fmt: skip
            newest, left = left[near], left[~near]
            group = np.append(group, newest)
        groups.append([rules[place] for place in sorted(group)])
    return groups


def _stacked(groups: Sequence[Sequence[Rule]], side: float) -> list[list[Rule]]:
    """Groups of one width, one close below the other, as one: between them lies a row without upright lines."""
    stacked: list[list[Rule]] = []
    for group in sorted(groups, key=lambda group: _outline(group).y0):
        box = _outline(group)
        mate = next((other for other in stacked if _goes_below(_outline(other), box, side)), None)
        if mate is None:
            stacked.append(list(group))
        else:
            mate += group
    return stacked


def _goes_below(above: Box, below: Box, side: float) -> bool:
    same = abs(above.x0 - below.x0) <= _TOUCH * side * 2 and abs(above.x1 - below.x1) <= _TOUCH * side * 2
    return same and 0 <= below.y0 - above.y1 <= _ROW * side


def _outline(rules: Sequence[Rule]) -> Box:
    return Box(
        x0=min(min(rule.x0, rule.x1) for rule in rules), y0=min(min(rule.y0, rule.y1) for rule in rules),
        x1=max(max(rule.x0, rule.x1) for rule in rules), y1=max(max(rule.y0, rule.y1) for rule in rules),
    )  # fmt: skip


def _rules_to_lattice(rules: Sequence[Rule], side: float) -> Lattice | None:
    level = _rules_to_lines([rule for rule in rules if rule.is_level], side)
    upright = _rules_to_lines([rule for rule in rules if not rule.is_level], side)
    if len(level) < _FEW_LINES or not upright:
        return None
    upright = _framed(upright, level, side)
    level = _framed(level, upright, side)
    if len(level) < _FEW_LINES or len(upright) < _FEW_LINES:
        return None
    level, upright = _used(level, upright)
    rooms = tuple(_rooms(level, upright))
    if len(rooms) < _FEW_LINES:
        return None
    return _compact(Lattice(xs=tuple(line.at for line in upright), ys=tuple(line.at for line in level), rooms=rooms))


def _rules_to_lines(rules: Sequence[Rule], side: float) -> list[_Line]:
    """Rules at one place as one line, where most of its length stands; gaps of dust or dither are closed."""
    places = [_place(rule) for rule in rules]
    lines: list[list[Rule]] = []
    middles: list[float] = []
    at = whole = 0.0
    for place, rule in sorted(zip(places, rules, strict=True), key=lambda one: one[0]):
        length = _length(rule)
        if lines and place - at <= _SAME * side:
            lines[-1].append(rule)
            whole += length
            at += (place - at) * length / whole if whole else 0.0
        else:
            lines.append([rule])
            at, whole = place, length
        middles[len(lines) - 1 :] = [at]
    return [_Line(at=at, drawn=_stretches(line, _TOUCH * side)) for line, at in zip(lines, middles, strict=True)]


def _stretches(rules: Sequence[Rule], bridge: float) -> tuple[tuple[float, float], ...]:
    merged: list[tuple[float, float]] = []
    for begin, end in sorted(_ends(rule) for rule in rules):
        if merged and begin <= merged[-1][1] + bridge:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return tuple(merged)


def _framed(lines: Sequence[_Line], crossing: Sequence[_Line], side: float) -> list[_Line]:
    """The lines with an outer one at either end that was not printed, where the crossing lines run on to it."""
    whole = ((min(line.drawn[0][0] for line in lines), max(line.drawn[-1][1] for line in lines)),)
    first = _shared_end([line.drawn[0][0] for line in crossing], side)
    last = -_shared_end([-line.drawn[-1][1] for line in crossing], side)
    framed = list(lines)
    if framed[0].at - first > _OVERHANG * side:
        framed.insert(0, _Line(at=first, drawn=whole))
    if last - framed[-1].at > _OVERHANG * side:
        framed.append(_Line(at=last, drawn=whole))
    return framed


def _shared_end(ends: Sequence[float], side: float) -> float:
    """The outermost place at which two lines or more end; that of a single one may be a stray stroke."""
    ordered = sorted(ends)
    return next((one for one, other in pairwise(ordered) if other - one <= _TOUCH * side), ordered[0])


def _used(level: Sequence[_Line], upright: Sequence[_Line]) -> tuple[list[_Line], list[_Line]]:
    """Lines that draw at least one edge between two neighbours in the other direction; the rest are stray strokes."""
    lines = [list(level), list(upright)]
    for _ in range(3):
        for mine, other in ((0, 1), (1, 0)):
            places = [line.at for line in lines[other]]
            kept = [line for line in lines[mine] if any(line.share(a, b) >= _DRAWN for a, b in pairwise(places))]
            lines[mine] = kept if len(kept) >= _FEW_LINES else lines[mine]
    return lines[0], lines[1]


def _rooms(level: Sequence[_Line], upright: Sequence[_Line]) -> Iterator[Room]:
    """Rectangles of elementary cells between which no line is drawn."""
    rows, cols = len(level) - 1, len(upright) - 1
    xs, ys = [line.at for line in upright], [line.at for line in level]
    right = [[upright[c + 1].share(ys[r], ys[r + 1]) for c in range(cols)] for r in range(rows)]
    below = [[level[r + 1].share(xs[c], xs[c + 1]) for c in range(cols)] for r in range(rows)]
    taken = [[False] * cols for _ in range(rows)]
    for row in range(rows):
        for col in range(cols):
            if taken[row][col]:
                continue
            wide = 1
            while col + wide < cols and right[row][col + wide - 1] < _DRAWN and not taken[row][col + wide]:
                wide += 1
            tall = 1
            while row + tall < rows and _goes_on(below, right, taken, row + tall, col, wide):
                tall += 1
            for r in range(row, row + tall):
                for c in range(col, col + wide):
                    taken[r][c] = True
            box = Box(x0=xs[col], y0=ys[row], x1=xs[col + wide], y1=ys[row + tall])
            sure = _surety(right, below, row, col, tall, wide)
            yield Room(row=row, col=col, row_span=tall, col_span=wide, box=box, confidence=sure)


def _goes_on(
    below: Sequence[Sequence[float]],
    right: Sequence[Sequence[float]],
    taken: Sequence[Sequence[bool]],
    row: int,
    col: int,
    wide: int,
) -> bool:
    """Whether a cell of this width goes on into a row: no line above it, none through it, but lines beside it."""
    places = range(col, col + wide)
    last = col + wide - 1
    beside = (col == 0 or right[row][col - 1] >= _DRAWN) and (last + 1 == len(right[row]) or right[row][last] >= _DRAWN)
    if not beside:
        return False
    open_above = sum(below[row - 1][c] < _DRAWN for c in places) == wide
    through = any(right[row][c] >= _DRAWN for c in range(col, col + wide - 1))
    return open_above and not through and not any(taken[row][c] for c in places)


def _surety(
    right: Sequence[Sequence[float]], below: Sequence[Sequence[float]], row: int, col: int, tall: int, wide: int
) -> float:
    """How clearly borders are drawn and the inside is not: 1 where every edge is all or nothing."""
    rows, cols = len(right), len(right[0])
    borders = [right[r][c] for r in range(row, row + tall) for c in (col - 1, col + wide - 1) if 0 <= c < cols - 1]
    borders += [below[r][c] for c in range(col, col + wide) for r in (row - 1, row + tall - 1) if 0 <= r < rows - 1]
    inside = [right[r][c] for r in range(row, row + tall) for c in range(col, col + wide - 1)]
    inside += [below[r][c] for c in range(col, col + wide) for r in range(row, row + tall - 1)]
    doubt = [abs(share - 1.0) for share in borders] + [share for share in inside]
    worst = max(doubt, default=0.0)
    return 1.0 - 0.5 * min(1.0, worst)


def _compact(lattice: Lattice) -> Lattice:
    """The lattice without lines at which no cell begins."""
    rows = sorted({room.row for room in lattice.rooms})
    cols = sorted({room.col for room in lattice.rooms})
    rooms = tuple(
        replace(
            room,
            row=bisect_right(rows, room.row) - 1,
            col=bisect_right(cols, room.col) - 1,
            row_span=_count(rows, room.row, room.row + room.row_span),
            col_span=_count(cols, room.col, room.col + room.col_span),
        )
        for room in lattice.rooms
    )
    xs = (*(lattice.xs[col] for col in cols), lattice.xs[-1])
    ys = (*(lattice.ys[row] for row in rows), lattice.ys[-1])
    return Lattice(xs=xs, ys=ys, rooms=rooms)


def _count(places: Iterable[int], begin: int, end: int) -> int:
    return sum(begin <= place < end for place in places)


def _place(rule: Rule) -> float:
    return (rule.y0 + rule.y1) / 2 if rule.is_level else (rule.x0 + rule.x1) / 2


def _ends(rule: Rule) -> tuple[float, float]:
    return (
        (min(rule.x0, rule.x1), max(rule.x0, rule.x1))
        if rule.is_level
        else (min(rule.y0, rule.y1), max(rule.y0, rule.y1))
    )


def _length(rule: Rule) -> float:
    begin, end = _ends(rule)
    return end - begin


def _inside(inner: Box, outer: Box) -> bool:
    return inner.x0 >= outer.x0 and inner.y0 >= outer.y0 and inner.x1 <= outer.x1 and inner.y1 <= outer.y1
