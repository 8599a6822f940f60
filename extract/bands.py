"""Indicator rows of a table without lines on paper: rows are bands of the page in which every column has one cell.

Places are known to a fraction of a line there, so what belongs together tells itself: the cells of a row share
their middle (or their top, or their bottom), the lines of a cell stand one line height apart, and no row reaches into
another.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extract.columns import (
    EMPTY_COST,
    Column,
    fragments_to_columns,
    is_number,
    text_cost,
)
from extract.fragments import Fragment
from extract.placing import COLUMNS, REASON, SCORE, WEIGHT, Decoded, PageHints, Placed, Sums, closes_sums

_TALLEST = 44.0  # half lines of one row: a reason of 22 lines
_SLACK = 0.3  # half lines by which middles differ that are level: a comma hangs, a dash floats
_AWAY_COST, _FAR = 1.0, 6.0  # cost of every half line off the row's middle; farther is no worse
_STEP = 2.2  # half lines between two lines of one cell
_STEP_COST, _WIDE_STEP = 2.0, 4.0  # for every half line more between them; wider is no worse
_RULED_COST = 8.0  # a ruling line through a cell
_NO_FIGURE = 4.0  # a row without weight or score
_TWO_FIGURES = 12.0  # two numbers in one cell
_CUT = 0.5  # a page break cuts a row: of the first and the last row of a page this is nothing strange
_DOUBLED = 3.0  # several lines in every column

_TORN = re.compile(r"\d+\.\d?")  # 10.0 above 0, 11. above 00, 8.0 above 3
_MODES = ("middle", "top", "bottom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Rows of one page: the first line of every row, and the cost."""

    starts: tuple[int, ...]
    cost: float


def decode_bands(fragments: Sequence[Fragment], sums: Sums, *, columns: Sequence[str], page: PageHints) -> Decoded:
    """All fragments with row and column."""
    used = tuple(place for place, name in enumerate(COLUMNS) if name in columns)
    by_column = fragments_to_columns(fragments, used, page.middles)
    cells = {key: _column(key, pieces) for key, pieces in by_column.items()}
    if not cells:
        return Decoded()
    ways = [_all_pages(cells, mode) for mode in _MODES]
    cost, starts = min(ways, key=lambda way: way[0])
    placed = sorted(
        (
            Placed(fragment=f, row=bisect_left(starts, f.line + 1) - 1, column=COLUMNS[key])
            for key, column in cells.items()
            for f in column.pieces
        ),
        key=lambda p: p.fragment.seq,
    )
    return Decoded(placed=tuple(placed), rows=len(starts), closes=closes_sums(placed, sums), score=-cost)


def _column(key: int, pieces: Sequence[Fragment]) -> Column:
    empty = {REASON: 0.0, WEIGHT: _NO_FIGURE, SCORE: _NO_FIGURE}.get(key, EMPTY_COST)
    return Column(pieces=tuple(pieces), empty=empty, figures=key in (WEIGHT, SCORE))


def _all_pages(columns: Mapping[int, Column], mode: str) -> tuple[float, list[int]]:
    """Cost and the first line of every row. Rows never reach over a page break: its pieces are rows of their own."""
    pages = sorted({f.page for column in columns.values() for f in column.pieces})
    cost = 0.0
    starts: list[int] = []
    for page in pages:
        here = {key: _on_page(column, page) for key, column in columns.items()}
        cut = _page_bands(here, mode, goes_on=(page != pages[0], page != pages[-1]))
        cost += cut.cost
        starts += cut.starts
    return cost, starts


def _on_page(column: Column, page: int) -> Column:
    pieces = tuple(f for f in column.pieces if f.page == page)
    return Column(pieces=pieces, empty=column.empty, figures=column.figures)


def _page_bands(columns: Mapping[int, Column], mode: str, *, goes_on: tuple[bool, bool]) -> Cut:
    """The cheapest bands of lines of one page; ``goes_on`` says whether pages of the table stand before and behind."""
    levels = {f.line: f.y for column in columns.values() for f in column.pieces}
    lines = sorted(levels)
    ends = [*lines[1:], lines[-1] + 1]
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    for place, end in enumerate(ends):
        options = []
        for begin in range(place, -1, -1):
            if levels[lines[place]] - levels[lines[begin]] > _TALLEST:
                break
            torn = (goes_on[0] and begin == 0) or (goes_on[1] and place == len(lines) - 1)
            cost = band_cost(columns, lines[begin], end, mode=mode, torn=torn)
            options.append((best[begin][0] + cost, (*best[begin][1], lines[begin])))
        best.append(min(options))
    return Cut(starts=best[-1][1], cost=best[-1][0])


def band_cost(columns: Mapping[int, Column], start: int, end: int, *, mode: str, torn: bool) -> float:
    """How badly the lines [start, end) suit one row."""
    cost = 0.0
    points: dict[int, float] = {}
    counts: list[int] = []
    for key, column in columns.items():
        low = bisect_left(column.pieces, start, key=lambda f: f.line)
        high = bisect_left(column.pieces, end, key=lambda f: f.line)
        cell = column.pieces[low:high]
        counts.append(len({f.line for f in cell}))
        if cell:
            points[key] = _point(cell, mode)
            cost += figure_cost(cell) if column.figures else cell_cost(column, low, high)
        else:
            cost += min(_CUT, column.empty) if torn else column.empty
    figures = [points[key] for key in (WEIGHT, SCORE) if key in points]
    anchor = median(figures or points.values())
    cost += sum(_AWAY_COST * min(_FAR, max(0.0, abs(point - anchor) - _SLACK)) for point in points.values())
    return cost + (_DOUBLED if min(counts) > 1 else 0.0)


def _point(cell: Sequence[Fragment], mode: str) -> float:
    top, bottom = cell[0].y, cell[-1].y
    return {"top": top, "bottom": bottom}.get(mode, (top + bottom) / 2)


def figure_cost(cell: Sequence[Fragment]) -> float:
    """Nothing for one number, though a narrow column may have wrapped it."""
    torn = all(_TORN.fullmatch(above.text) and below.y - above.y <= _STEP for above, below in pairwise(cell))
    return 0.0 if torn and is_number([f.text for f in cell]) else _TWO_FIGURES


def cell_cost(column: Column, low: int, high: int) -> float:
    """How badly the pieces [low, high) suit one cell, apart from where it stands."""
    cost = text_cost(column, low, high)
    for above, below in pairwise(column.pieces[low:high]):
        cost += _STEP_COST * min(_WIDE_STEP, max(0.0, below.y - above.y - _STEP))
        if above.spot and below.spot and above.spot.band != below.spot.band:
            cost += _RULED_COST
    return cost
