"""The money block of text that kept its layout: columns by their headings' places, lines by their amounts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from extract.align import is_dash
from extract.columns import Column, Figure, cells_beside, middle_line
from extract.fragments import Fragment
from extract.header import find_unit
from extract.layout import Layout
from extract.placed import SAME_COST, SAME_FIGURE, by_line, joined_pieces, pieces_to_columns
from extract.totals import FundLine, is_figure, names_item

CELLS = ("initial_budget", "adjusted_budget", "executed", "weight", "execution_rate", "score")
_ITEM = -1
_AMOUNTS = (0, 1, 2)
_WEIGHT, _RATE, _SCORE = 3, 4, 5
_MARKS = (_WEIGHT, _RATE, _SCORE)
_MIN_COLUMNS = 3  # headings that must be met before the block is read by place
_FULL = 100.0
_USUAL = 20.0  # marks that budget execution carries at most on forms seen
_TORN = re.compile(r"\d[\d,]*[.,]")
_TAIL = re.compile(r"\d{0,2}%?")
_OPENERS = (
    "年度", "其中", "上年", "其他", "其它", "合计", "当年", "中央", "省级", "市级", "县级", "区级", "地方",
    "一般公共", "政府性",
)  # fmt: skip


@dataclass(slots=True)
class Heading:
    """A heading under construction: its pieces, one above the other."""

    pieces: list[Fragment] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The pieces read from top to bottom."""
        return "".join(piece.text for piece in self.pieces)

    def covers(self, fragment: Fragment) -> bool:
        """Whether a piece of a lower line stands under the others."""
        apart = all(piece.line < fragment.line for piece in self.pieces)
        return apart and any(fragment.x < f.end and f.x < fragment.end for f in self.pieces)


def sheet_to_funds(fragments: Sequence[Fragment], layout: Layout, *, unit: str) -> tuple[FundLine, ...]:
    """The money block's lines; empty where its headings or amounts are not found."""
    body = body_start(fragments)
    headings = stack_headings(fragments[:body])
    middles = heading_middles(headings, layout)
    opened = [f.x for f in fragments[body:] if f.text.startswith(_OPENERS)]
    if len(middles) < _MIN_COLUMNS or not opened:
        return ()
    pieces = [f for f in fragments[body:] if f.end > min(opened) or is_amount(f)]
    side = "".join(f.text for f in fragments if f.seq not in {piece.seq for piece in pieces})
    order = [_ITEM, *sorted(middles, key=lambda key: middles[key])]
    middles = {**middles, **full_lines(pieces, order[1:])}
    joined = joined_pieces(fragments)
    columns = pieces_to_columns(pieces, order, middles, suits=look_gain, same=same_cost, joined=joined)
    named = f"({found})" if (found := find_unit(side)) else unit
    return columns_to_lines(columns, items=split_items(columns.get(_ITEM, ()), layout), unit=named)


def full_lines(pieces: Sequence[Fragment], order: Sequence[int]) -> dict[int, float]:
    """Middles of the columns in a line that fills all of them, better known than by headings; empty without such."""
    figures = [[f for f in line if is_amount(f)] for line in by_line(pieces)]
    full = next((line for line in figures if len(line) == len(order)), None)
    return {} if full is None else {key: f.middle for key, f in zip(order, full, strict=True)}


def same_cost(key: int) -> float:
    """Cost of two pieces of one line in a column."""
    return SAME_COST if key == _ITEM else SAME_FIGURE


def is_amount(fragment: Fragment) -> bool:
    """An amount, a rate, a dash, or what a narrow column leaves of one (100. / 00)."""
    return is_figure(fragment) or bool(_TORN.fullmatch(fragment.text))


def body_start(fragments: Sequence[Fragment]) -> int:
    """The index of the first line that holds an item or a figure."""
    line = next((f.line for f in fragments if f.text.startswith(_OPENERS) or (is_amount(f) and f.text != "%")), None)
    return next((n for n, f in enumerate(fragments) if f.line == line), len(fragments))


def stack_headings(fragments: Sequence[Fragment]) -> list[Heading]:
    """Pieces of the heading's lines put together where they stand one above the other."""
    headings: list[Heading] = []
    for line in by_line(fragments):
        for fragment in line:
            above = next((heading for heading in headings if heading.covers(fragment)), None)
            if above is None:
                headings.append(above := Heading())
            above.pieces.append(fragment)
    return headings


def heading_middles(headings: Sequence[Heading], layout: Layout) -> dict[int, float]:
    """Middle of every column's heading in its line. A rate whose heading is torn stands left of the score."""
    found: dict[int, float] = {}
    for heading in headings:
        name = layout.fund_column(heading.text)
        if name in CELLS and CELLS.index(name) not in found:
            found[CELLS.index(name)] = sum(f.middle for f in heading.pieces) / len(heading.pieces)
    left = max((at for key, at in found.items() if key < _RATE), default=0.0)
    if _RATE not in found and _SCORE in found and any("率" in h.text for h in headings) and left < found[_SCORE]:
        found[_RATE] = (left + found[_SCORE]) / 2
    return found


def look_gain(fragment: Fragment, key: int) -> float:
    """How well a piece looks the part of a column of the money block."""
    if key == _ITEM:
        return -6.0 if is_amount(fragment) else 2.0
    if not is_amount(fragment):
        return -6.0
    percent = fragment.text.endswith("%")
    if percent:
        return 2.0 if key == _RATE else -4.0
    large = not is_dash(fragment.text) and float(fragment.text.replace(",", "")) > _FULL
    if key not in (_WEIGHT, _SCORE):
        return 0.0
    return -3.0 if large else (-1.5 if not is_dash(fragment.text) and float(fragment.text) > _USUAL else 0.0)


def split_items(pieces: Sequence[Fragment], layout: Layout) -> list[Figure]:
    """Pieces of the item column by item: one ends where it is a known name and goes on no longer."""
    items: list[Figure] = []
    for piece in pieces:
        above = items[-1] if items else ()
        if above and (not names_item(above, layout) or names_item((*above, piece), layout)):
            items[-1] = (*above, piece)
        else:
            items.append((piece,))
    return items


def columns_to_lines(
    columns: Mapping[int, Sequence[Fragment]], *, items: Sequence[Figure], unit: str
) -> tuple[FundLine, ...]:
    """One line for every amount of the fullest column, or for every item where some have no amount."""
    amounts = [join_amounts(columns.get(key, ())) for key in _AMOUNTS]
    fullest = max([*amounts, items], key=len)
    anchors = [middle_line(cell) for cell in fullest]
    cells: dict[int, list[Figure]] = {}
    for key in (_ITEM, *range(len(CELLS))):
        column = Column(pieces=tuple(columns.get(key, ())), empty=3.0 if key == _ITEM else 0.5, figures=key != _ITEM)
        cells[key] = total_first(cells_beside(column, anchors)) if key in _MARKS else cells_beside(column, anchors)
    return tuple(
        FundLine(
            item=cells[_ITEM][row],
            cells=tuple(cells[key][row] for key in range(len(CELLS))),
            unit_label=unit,
        )
        for row in range(len(anchors))
    )


def total_first(cells: Sequence[Figure]) -> list[Figure]:
    """Marks in the first line, where the only ones slipped into another: components of the total carry none."""
    marked = [row for row, cell in enumerate(cells) if cell and not all(is_dash(f.text) for f in cell)]
    if len(marked) != 1 or cells[0]:
        return list(cells)
    return [cells[marked[0]], *(() if row == marked[0] else cell for row, cell in enumerate(cells) if row > 0)]


def join_amounts(pieces: Sequence[Fragment]) -> list[Figure]:
    """Amounts that a narrow column wrapped (1865646.0 / 0) as one cell each."""
    cells: list[Figure] = []
    for piece in pieces:
        above = cells[-1] if cells else ()
        if above and _goes_on(above[-1], piece):
            cells[-1] = (*above, piece)
        else:
            cells.append((piece,))
    return cells


def _goes_on(above: Fragment, below: Fragment) -> bool:
    """Whether a figure was cut between two lines: at its point, or one digit behind it."""
    if above.line == below.line or not _TAIL.fullmatch(below.text.lstrip(".,")):
        return False
    return above.text[-2:-1] == "." or above.text[-1] in ".," or below.text[0] in ".,%"
