"""Indicator rows of text that kept its layout: columns by their place in the line, rows by the middle of their cells.

Printers centre every cell beside the figures of its row, so a cell of three lines has its second line level with
them. That tells which lines above and below belong to a row, however the neighbours interleave.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import ceil

from extract.fields import begins_open, ends_open
from extract.fragments import Fragment, Look
from extract.placed import SAME_COST, SAME_FIGURE, joined_pieces, pieces_to_columns
from extract.placing import (
    COLUMNS,
    REASON,
    SCORE,
    SUITS,
    WEIGHT,
    Decoded,
    PageHints,
    Placed,
    Sums,
    closes_sums,
)

EMPTY_COST = 2.5  # a row without a name, target or actual
_OUT_COST = 0.7  # for each line that a piece stands outside its row's band
_MAX_OUT = 60  # lines outside, summed over a cell: beyond this the cell is not there
_FAR = 14.0  # lines between a cell and its row: beyond this only where nothing else is left
_GAP_COST = 1.5  # a blank line amid a cell, on a page where blank lines stand between rows
_BAD_FIGURE = 4.0  # for each of the pieces that together are no number
_TORN_LINES = 2  # lines between the parts of a wrapped figure: a neighbour's line may stand between
_TOP = 0.5  # what standing at the top counts as being off the middle, in lines
_EDGE = 4  # display columns that a wrapped line may leave free: two full-width characters
_MAX_BAND = 14  # lines of one row of a target table
_NARROW = 8  # display columns: a line shorter than four full-width characters ran to no edge
_DOUBLED = 3.0  # two lines in every column of a row of a target table
_TERMINAL = "。；！？;"
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d{1,6})?%?")
_DASH = re.compile(r"[-—–/－一]+|无")

Figure = tuple[Fragment, ...]


@dataclass(frozen=True, kw_only=True)  # no slots: the edge is worked out once
class Column:
    """Pieces of one column in reading order; ``empty`` is the cost of a row without any, ``gap`` of a blank line amid
    a cell; ``figures`` says that every cell is one number; ``narrow`` are the ``seq`` of pieces that have less room
    than the others, as a neighbour stands beside them.
    """

    pieces: tuple[Fragment, ...]
    empty: float = EMPTY_COST
    gap: float = 0.0
    figures: bool = False
    narrow: frozenset[int] = frozenset()

    @cached_property
    def edges(self) -> tuple[int, int]:
        """Width of the widest line among the pieces with room, and among the narrow ones, in display columns."""
        wide = max((f.width for f in self.pieces if f.seq not in self.narrow), default=0)
        return wide, max((f.width for f in self.pieces if f.seq in self.narrow), default=0)

    def edge(self, piece: Fragment) -> int:
        """Width of the widest line that has as much room as this piece."""
        return self.edges[piece.seq in self.narrow]


def decode_layout(fragments: Sequence[Fragment], sums: Sums, *, columns: Sequence[str], page: PageHints) -> Decoded:
    """All fragments with row and column; no rows at all where the columns do not come out even."""
    used = tuple(place for place, name in enumerate(COLUMNS) if name in columns)
    by_column = fragments_to_columns(fragments, used, page.middles)
    gap = gap_cost(fragments)
    figures = [pieces_to_figures(by_column, key) for key in (WEIGHT, SCORE) if key in used]
    if not figures:
        cells = {key: Column(pieces=tuple(pieces), gap=gap) for key, pieces in by_column.items()}
        return bands_to_rows(cells, segment_rows(cells), (), sums=sums)
    if len(figures) == 2:
        figures = even_figures(*figures)
    if len(figures[0]) != len(figures[-1]):
        return Decoded()
    anchors = [sum(map(middle_line, row)) / len(row) for row in zip(*figures, strict=True)]
    names = [COLUMNS[key] for key in (WEIGHT, SCORE) if key in used]
    placed = [
        Placed(fragment=f, row=row, column=name)
        for name, cells_of in zip(names, figures, strict=True)
        for row, cell in enumerate(cells_of)
        for f in cell
    ]
    rest = {
        key: Column(pieces=tuple(pieces), empty=empty_cost(key), gap=gap)
        for key, pieces in by_column.items()
        if key not in (WEIGHT, SCORE)
    }
    return bands_to_rows(rest, anchors, placed, sums=sums)


def bands_to_rows(
    columns: Mapping[int, Column], anchors: Sequence[float], figures: Sequence[Placed], *, sums: Sums
) -> Decoded:
    """Pieces of every column to the row in whose band they stand; figures are placed already."""
    if not anchors or any(below <= above for above, below in pairwise(anchors)):
        return Decoded()  # two rows on one line: the page did not keep its layout after all
    starts, cost = rows_to_bands(columns, anchors)
    placed = list(figures)
    for key, column in columns.items():
        rows = pieces_to_rows(column, anchors, bands=band_bounds(starts))
        placed += [Placed(fragment=f, row=row, column=COLUMNS[key]) for f, row in zip(column.pieces, rows, strict=True)]
    placed.sort(key=lambda p: p.fragment.seq)
    return Decoded(placed=tuple(placed), rows=len(anchors), closes=closes_sums(placed, sums), score=-cost)


def empty_cost(column: int) -> float:
    """Cost of an empty cell: a reason may well be missing, a name, target or actual hardly."""
    return 0.0 if column == REASON else EMPTY_COST


def gap_cost(fragments: Sequence[Fragment]) -> float:
    """Cost of a blank line amid a cell: nothing where every line has a blank one behind it, or none has."""
    turns = [(one, two) for one, two in pairwise(fragments) if two.line > one.line and two.page == one.page]
    gaps = sum(two.block != one.block for one, two in turns)
    return _GAP_COST if 0 < gaps * 4 < len(turns) * 3 else 0.0


def pieces_to_figures(columns: Mapping[int, Sequence[Fragment]], key: int) -> list[Figure]:
    """Figures of one column as cells."""
    return join_figures(columns.get(key, ()))


def even_figures(weights: Sequence[Figure], scores: Sequence[Figure]) -> list[list[Figure]]:
    """Figures of both columns. Where these do not come out even, reading order tells them apart."""
    if len(weights) == len(scores):
        return [list(weights), list(scores)]
    both = sorted([*weights, *scores], key=lambda cell: cell[0].seq)
    return [both[::2], both[1::2]]


def join_figures(pieces: Sequence[Fragment]) -> list[Figure]:
    """A figure that a narrow column wrapped (10.0 / 0) as one cell."""
    cells: list[Figure] = []
    for piece in pieces:
        above = cells[-1] if cells else ()
        torn = len(above) == 1 and above[0].text[-2:-1] == "." and piece.text in ("0", "00")
        if torn and 0 < piece.line - above[0].line <= _TORN_LINES:
            cells[-1] = (*above, piece)
        else:
            cells.append((piece,))
    return cells


def middle_line(cell: Figure) -> float:
    """The line level with a figure's middle."""
    return (cell[0].y + cell[-1].y) / 2


def fragments_to_columns(
    fragments: Sequence[Fragment], used: Sequence[int], middles: Mapping[str, float]
) -> dict[int, list[Fragment]]:
    """Fragments by column, in reading order."""
    known = {place: middles[COLUMNS[place]] for place in used if COLUMNS[place] in middles}
    order = sorted(used, key=lambda place: known.get(place, 100.0 * place))
    return pieces_to_columns(fragments, order, known, suits=look_gain, same=same_cost, joined=joined_pieces(fragments))


def same_cost(column: int) -> float:
    """Cost of two pieces of one line in a column."""
    return SAME_FIGURE if column in (WEIGHT, SCORE) else SAME_COST


def look_gain(fragment: Fragment, column: int) -> float:
    """How well a fragment looks the part of a column."""
    return SUITS[fragment.look][column]


def segment_rows(columns: Mapping[int, Column]) -> list[float]:
    """Middle lines of the rows of a table without figures: bands of lines in which every column has one cell."""
    lines = sorted({f.line for column in columns.values() for f in column.pieces})
    best: dict[int, tuple[float, list[float]]] = {0: (0.0, [])}
    for end in range(1, len(lines) + 1):
        options: list[tuple[float, list[float]]] = []
        for start in range(max(0, end - _MAX_BAND), end):
            before, anchors = best[start]
            bottom = lines[end] if end < len(lines) else lines[-1] + 1
            anchor = band_middle(columns, lines[start], bottom)
            cost = band_cost(columns, lines[start], bottom, anchor=anchor) + doubled_cost(columns, lines[start], bottom)
            options.append((before + cost, [*anchors, anchor]))
        best[end] = min(options, key=lambda option: option[0])
    return best[len(lines)][1]


def doubled_cost(columns: Mapping[int, Column], start: int, end: int) -> float:
    """Cost of a band in which every column has several lines: more likely two rows."""
    counts = [sum(start <= f.line < end for f in column.pieces) for column in columns.values()]
    return _DOUBLED if min(counts) > 1 else 0.0


def band_middle(columns: Mapping[int, Column], start: int, end: int) -> float:
    """The line level with the middle of what stands in the lines [start, end): of the column with the fewest lines."""
    cells = [[f.line for f in column.pieces if start <= f.line < end] for column in columns.values()]
    shortest = min((cell for cell in cells if cell), key=len)
    return (shortest[0] + shortest[-1]) / 2


def rows_to_bands(columns: Mapping[int, Column], anchors: Sequence[float]) -> tuple[list[int], float]:
    """First line of every row's band, and the cost. Rows are bands of whole lines, the same for all columns."""
    lines = [fragment.line for column in columns.values() for fragment in column.pieces]
    top, bottom = min([*lines, int(anchors[0])]), max([*lines, int(anchors[-1])]) + 1
    best: list[dict[int, tuple[float, int]]] = [{top: (0.0, top)}]
    for row, anchor in enumerate(anchors):
        last = row == len(anchors) - 1
        ends = [bottom] if last else range(int(anchor) + 1, ceil(anchors[row + 1]) + 1)
        reach: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in best[-1].items():
            for end in ends:
                total = cost + band_cost(columns, start, end, anchor=anchor)
                if end not in reach or total < reach[end][0]:
                    reach[end] = (total, start)
        best.append(reach)
    starts: list[int] = []
    end = bottom
    for row in range(len(anchors), 0, -1):
        end = best[row][end][1]
        starts.append(end)
    return starts[::-1], best[-1][bottom][0]


def band_cost(columns: Mapping[int, Column], start: int, end: int, *, anchor: float) -> float:
    """How badly the lines [start, end) suit one row: each column's lines as one cell beside the anchor."""
    cost = 0.0
    for column in columns.values():
        low = bisect_left(column.pieces, start, key=lambda f: f.line)
        high = bisect_left(column.pieces, end, key=lambda f: f.line)
        cost += segment_cost(column, low, high, anchor=anchor)
    return cost


def band_bounds(starts: Sequence[int]) -> list[tuple[int, int]]:
    """First line of every band and the first line behind it."""
    return list(zip(starts, [*starts[1:], 10**9], strict=True))


def pieces_to_rows(column: Column, anchors: Sequence[float], *, bands: Sequence[tuple[int, int]]) -> list[int]:
    """The row of every piece of one column: consecutive pieces, at a cost for each that leaves its row's band.

    Exporters put lines of different height into one, so that a band's border can run through a line.
    """
    pieces = column.pieces
    count, rows = len(pieces), len(anchors)
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for anchor, (top, bottom) in zip(anchors, bands, strict=True):
        reach: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in best[-1].items():
            out = 0
            for end in range(start, count + 1):
                out += max(top - pieces[end - 1].line, pieces[end - 1].line - bottom + 1, 0) if end > start else 0
                total = cost + segment_cost(column, start, end, anchor=anchor) + _OUT_COST * out
                if end not in reach or total < reach[end][0]:
                    reach[end] = (total, start)
                if out > _MAX_OUT or (end > start and pieces[end - 1].y > anchor + _FAR and end < count):
                    break
        best.append(reach)
    assigned = [0] * count
    end = count if count in best[-1] else max(best[-1])
    assigned[end:] = [rows - 1] * (count - end)
    for row in range(rows, 0, -1):
        start = best[row][end][1]
        assigned[start:end] = [row - 1] * (end - start)
        end = start
    return assigned


def is_number(pieces: Sequence[str]) -> bool:
    """Whether pieces are one number, wrapped anywhere, or one dash."""
    return bool(_NUMBER.fullmatch("".join(pieces)) or (len(pieces) == 1 and _DASH.fullmatch(pieces[0])))


def cells_beside(column: Column, anchors: Sequence[float]) -> list[Figure]:
    """Pieces of one column as the cells of the rows whose middle lines are given; rows are told by nothing else."""
    if not anchors:
        return []
    rows = pieces_to_rows(column, anchors, bands=[(0, 10**9)] * len(anchors))
    return [tuple(f for f, at in zip(column.pieces, rows, strict=True) if at == row) for row in range(len(anchors))]


def lines_away(cell: Sequence[Fragment], anchor: float) -> float:
    """Lines between a cell's middle and its row's. Where a page break cuts the cell, what stands beside it is centred
    in one part, or stands at the top.
    """
    away = abs((cell[0].y + cell[-1].y) / 2 - anchor)
    if cell[0].page == cell[-1].page:
        return away
    pages = sorted({f.page for f in cell})
    parts = [[f.y for f in cell if f.page == page] for page in pages]
    centred = min(abs((part[0] + part[-1]) / 2 - anchor) for part in parts)
    return min(away, centred, _TOP + min(abs(part[0] - anchor) for part in parts))


def segment_cost(column: Column, start: int, end: int, *, anchor: float) -> float:
    """How badly pieces [start, end) suit one cell beside an anchor line.

    Half a line off is what a cell with an even number of lines shows, so text decides there: a line that ran to the
    edge goes on, a line that ended short does not.
    """
    if start == end:
        return column.empty
    cell = column.pieces[start:end]
    away = lines_away(cell, anchor)
    cost = min(6.0, max(0.0, away - 0.5) + 0.1 * away)
    if column.figures:
        return cost + (0.0 if is_number([f.text for f in cell]) else _BAD_FIGURE * len(cell))
    for above, below in pairwise(cell):
        cost += 0.8 * max(0, below.y - above.y - 2)
        cost += column.gap if below.block != above.block and below.page == above.page else 0.0
    return cost + text_cost(column, start, end)


def text_cost(column: Column, start: int, end: int) -> float:
    """How badly the texts of pieces [start, end) suit one cell.

    A line that ran to the edge goes on, one that ended short does not.
    """
    cost = 0.0
    cell = column.pieces[start:end]
    for above, below in pairwise(cell):
        cost += 0.6 if above.text[-1:] in _TERMINAL else 0.0
        cost += 1.2 if below.line > above.line and above.width < column.edge(above) - _EDGE else 0.0
    full = cell[-1].width >= max(column.edge(cell[-1]) - 1, _NARROW)
    goes_on = end < len(column.pieces) and not column.pieces[end].text[0].isdigit()  # dates, amounts begin cells
    open_end = full and goes_on and cell[-1].text[-1:] not in _TERMINAL
    values = sum(f.look in (Look.BOUND, Look.QUANTITY) for f in cell)
    cost += 3.0 * max(0, values - 1)
    text = "".join(f.text for f in cell)
    return cost + (0.8 if open_end else 0.0) + (1.5 if ends_open(text) else 0.0) + (1.5 if begins_open(text) else 0.0)
