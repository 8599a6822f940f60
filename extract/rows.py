"""Tables as rows of texts: the shape in which forms are understood, whatever they were read from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from domain.source import Source
from domain.table import Cell, Table

_GRIDDED = frozenset({"docx", "xlsx", "html"})  # readers of files that say themselves where each cell stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One table row. ``cells`` are in column order; ``broken`` says that a page break stands before it."""

    cells: tuple[Cell, ...]
    broken: bool = False

    def cell_at(self, col: int) -> Cell | None:
        """The cell that covers a column."""
        return next((cell for cell in self.cells if cell.col <= col < cell.col + cell.col_span), None)

    @property
    def filled(self) -> tuple[Cell, ...]:
        """Cells that hold text."""
        return tuple(cell for cell in self.cells if cell.text)


def is_gridded(row: Row) -> bool:
    """Whether the file itself says in which column each cell of the row stands."""
    return any(source.reader.name in _GRIDDED for cell in row.cells for source in cell.sources)


def row_end(row: Row) -> int:
    """The column behind the last cell."""
    return max((cell.col + cell.col_span for cell in row.cells), default=0)


def table_to_rows(table: Table) -> tuple[Row, ...]:
    """Rows in order; a cell that spans rows stands in its first row only."""
    by_row: dict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        by_row[cell.row].append(cell)
    rows: list[Row] = []
    last: Source | None = None
    for number in sorted(by_row):
        cells = tuple(sorted(by_row[number], key=lambda cell: cell.col))
        first = next((cell.sources[0] for cell in cells if cell.sources), None)
        rows.append(Row(cells=cells, broken=breaks_between(last, first)))
        last = next((cell.sources[-1] for cell in reversed(cells) if cell.sources), last)
    return without_constant_breaks(rows)


def breaks_between(above: Source | None, below: Source | None) -> bool:
    """True where the page changes, or where text lines were left blank, between two rows."""
    if above is None or below is None:
        return False
    if above.page != below.page:
        return True
    return above.line is not None and below.line is not None and below.line > above.line + 1


def without_constant_breaks(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Blank lines between all rows are a habit of the exporter and say nothing about pages."""
    breaks = sum(row.broken for row in rows)
    if breaks * 2 < len(rows):
        return tuple(rows)
    return tuple(Row(cells=row.cells) for row in rows)
