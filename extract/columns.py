"""Indicator rows of text that kept its layout: columns by their place in the line, rows by the middle of their cells.

Printers centre every cell beside the figures of its row, so a cell of three lines has its second line level with
them. That tells which lines above and below belong to a row, however the neighbours interleave.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import ceil

from extract.fields import begins_open, ends_open
from extract.fragments import Fragment, Look
from extract.placed import joined_pieces, pieces_to_columns
from extract.placing import COLUMNS, REASON, SCORE, SUITS, TARGET, WEIGHT, Decoded, PageHints, Placed, Sums, closes_sums

_EMPTY_COST = 3.0  # a row without a name, target or actual
_OUT_COST = 0.7  # for each line that a piece stands outside its row's band
_MAX_OUT = 60  # lines outside, summed over a cell: beyond this the cell is not there
_EDGE = 4  # display columns that a wrapped line may leave free: two full-width characters
_TERMINAL = "。；！？;"

Figure = tuple[Fragment, ...]


def decode_layout(fragments: Sequence[Fragment], sums: Sums, *, columns: Sequence[str], page: PageHints) -> Decoded:
    """All fragments with row and column; no rows at all where the columns do not come out even."""
    used = tuple(place for place, name in enumerate(COLUMNS) if name in columns)
    by_column = fragments_to_columns(fragments, used, page.middles)
    if WEIGHT not in used:
        return bands_to_rows(by_column, [float(f.line) for f in by_column[TARGET]], (), sums=sums)
    weights, scores = pair_figures(by_column[WEIGHT], by_column[SCORE])
    if len(weights) != len(scores):
        return Decoded()
    anchors = [(first_line(left) + first_line(right)) / 2 for left, right in zip(weights, scores, strict=True)]
    placed = [Placed(fragment=f, row=row, column="weight") for row, cell in enumerate(weights) for f in cell]
    placed += [Placed(fragment=f, row=row, column="score") for row, cell in enumerate(scores) for f in cell]
    rest = {column: pieces for column, pieces in by_column.items() if column not in (WEIGHT, SCORE)}
    return bands_to_rows(rest, anchors, placed, sums=sums)


def bands_to_rows(
    columns: Mapping[int, Sequence[Fragment]], anchors: Sequence[float], figures: Sequence[Placed], *, sums: Sums
) -> Decoded:
    """Pieces of every column to the row in whose band they stand; figures are placed already."""
    if not anchors or any(below <= above for above, below in pairwise(anchors)):
        return Decoded()  # two rows on one line: the page did not keep its layout after all
    starts, cost = rows_to_bands(columns, anchors)
    placed = list(figures)
    for column, pieces in columns.items():
        rows = pieces_to_rows(pieces, anchors, starts, empty=empty_cost(column))
        placed += [Placed(fragment=f, row=row, column=COLUMNS[column]) for f, row in zip(pieces, rows, strict=True)]
    placed.sort(key=lambda p: p.fragment.seq)
    return Decoded(placed=tuple(placed), rows=len(anchors), closes=closes_sums(placed, sums), score=-cost)


def empty_cost(column: int) -> float:
    """Cost of an empty cell: a reason may well be missing, a name, target or actual hardly."""
    return 0.0 if column == REASON else _EMPTY_COST


def pair_figures(weights: Sequence[Fragment], scores: Sequence[Fragment]) -> tuple[list[Figure], list[Figure]]:
    """Figures of both columns as cells. Where the columns do not come out even, reading order tells them apart."""
    left, right = join_figures(weights), join_figures(scores)
    if len(left) != len(right):
        both = sorted([*left, *right], key=lambda cell: cell[0].seq)
        left, right = both[::2], both[1::2]
    return left, right


def join_figures(pieces: Sequence[Fragment]) -> list[Figure]:
    """A figure that a narrow column wrapped (10.0 / 0) as one cell."""
    cells: list[Figure] = []
    for piece in pieces:
        above = cells[-1] if cells else ()
        if len(above) == 1 and piece.text in ("0", "00") and above[0].text[-2:-1] == "." and above[0].line < piece.line:
            cells[-1] = (*above, piece)
        else:
            cells.append((piece,))
    return cells


def first_line(cell: Figure) -> float:
    """The line level with a figure's middle."""
    return (cell[0].line + cell[-1].line) / 2


def fragments_to_columns(
    fragments: Sequence[Fragment], used: Sequence[int], middles: Mapping[str, float]
) -> dict[int, list[Fragment]]:
    """Fragments by column, in reading order."""
    known = {place: middles[COLUMNS[place]] for place in used if COLUMNS[place] in middles}
    order = sorted(used, key=lambda place: known.get(place, 100.0 * place))
    return pieces_to_columns(fragments, order, known, suits=look_gain, joined=joined_pieces(fragments))


def look_gain(fragment: Fragment, column: int) -> float:
    """How well a fragment looks the part of a column."""
    return SUITS[fragment.look][column]


def rows_to_bands(columns: Mapping[int, Sequence[Fragment]], anchors: Sequence[float]) -> tuple[list[int], float]:
    """First line of every row's band, and the cost. Rows are bands of whole lines, the same for all columns."""
    lines = [fragment.line for pieces in columns.values() for fragment in pieces]
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


def band_cost(columns: Mapping[int, Sequence[Fragment]], start: int, end: int, *, anchor: float) -> float:
    """How badly the lines [start, end) suit one row: each column's lines as one cell beside the anchor."""
    cost = 0.0
    for column, pieces in columns.items():
        low = bisect_left(pieces, start, key=lambda f: f.line)
        high = bisect_left(pieces, end, key=lambda f: f.line)
        cost += segment_cost(pieces, low, high, anchor=anchor, empty=empty_cost(column))
    return cost


def pieces_to_rows(
    pieces: Sequence[Fragment], anchors: Sequence[float], starts: Sequence[int], *, empty: float
) -> list[int]:
    """The row of every piece of one column: consecutive pieces, at a cost for each that leaves its row's band.

    Exporters put lines of different height into one, so that a band's border can run through a line.
    """
    count, rows = len(pieces), len(anchors)
    bands = [*starts[1:], 10**9]
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for row, anchor in enumerate(anchors):
        reach: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in best[-1].items():
            for end in range(start, count + 1):
                out = sum(max(starts[row] - f.line, f.line - bands[row] + 1, 0) for f in pieces[start:end])
                total = cost + segment_cost(pieces, start, end, anchor=anchor, empty=empty) + _OUT_COST * out
                if end not in reach or total < reach[end][0]:
                    reach[end] = (total, start)
                if out > _MAX_OUT:
                    break
        best.append(reach)
    assigned = [0] * count
    end = count
    for row in range(rows, 0, -1):
        start = best[row][end][1]
        assigned[start:end] = [row - 1] * (end - start)
        end = start
    return assigned


def segment_cost(pieces: Sequence[Fragment], start: int, end: int, *, anchor: float, empty: float) -> float:
    """How badly pieces [start, end) suit one cell beside an anchor line.

    Half a line off is what a cell with an even number of lines shows, so text decides there: a line that ran to the
    edge goes on, a line that ended short does not.
    """
    if start == end:
        return empty
    cell = pieces[start:end]
    away = abs((cell[0].line + cell[-1].line) / 2 - anchor)
    cost = min(6.0, max(0.0, away - 0.5) + 0.1 * away)
    edge = max(f.width for f in pieces)
    for above, below in pairwise(cell):
        cost += 0.8 * max(0, below.line - above.line - 2) + (0.6 if above.text[-1:] in _TERMINAL else 0.0)
        cost += 1.2 if below.line > above.line and above.width < edge - _EDGE else 0.0
    open_end = end < len(pieces) and cell[-1].width >= edge - 1 and cell[-1].text[-1:] not in _TERMINAL
    values = sum(f.look in (Look.BOUND, Look.QUANTITY) for f in cell)
    cost += 3.0 * max(0, values - 1)
    text = "".join(f.text for f in cell)
    return cost + (0.8 if open_end else 0.0) + (1.5 if ends_open(text) else 0.0) + (1.5 if begins_open(text) else 0.0)
