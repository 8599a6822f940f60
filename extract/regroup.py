"""Tables of office files to one table per form: what only goes on with the form above is put below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.table import Table
from extract.breaks import begins_anew
from extract.clean import label_key
from extract.header import cut_label
from extract.indicators import indicator_columns
from extract.layout import Layout, title_layout
from extract.levels import level_rank
from extract.rows import Row, is_gridded, row_end, table_to_rows
from extract.sections import choose_layout, closes


def with_continuations(tables: Sequence[Table]) -> tuple[Table, ...]:
    """Tables in order; one that only goes on with the table above it stands in that table, below its rows."""
    whole: list[Table] = []
    for table in tables:
        if whole and goes_on(whole[-1], table):
            whole[-1] = put_below(whole[-1], table)
        else:
            whole.append(table)
    return tuple(whole)


def goes_on(above: Table, below: Table) -> bool:
    """Whether an office file cut one form in two tables or sheets here: the form above has no end, none begins below.

    The table below stands on the same columns, and shows a part of an indicator table.
    """
    upper, lower = table_to_rows(above), table_to_rows(below)
    layout = choose_layout(above, upper)
    if layout is None or not lower or not all(map(is_gridded, (upper[0], lower[0]))):
        return False
    header = next((row for row in upper if indicator_columns(row, layout)), None)
    if header is None or any(closes(row, layout) for row in upper[upper.index(header) :]):
        return False
    if _begins_form(below, lower, layout) or not _same_width(upper, lower):
        return False
    return _same_headings(lower, header, layout) and any(_is_part(row, layout) for row in lower)


def _begins_form(table: Table, rows: Sequence[Row], layout: Layout) -> bool:
    """Whether a title or a label of a form's head stands here."""
    cells = (*table.heading, *(cell for row in rows for cell in row.filled))
    if any(title_layout(cell.text) is not None for cell in cells) or begins_anew([()], table.cells, is_titled=False):
        return True
    cuts = (cut_label(cell, layout) for cell in cells)
    return any(cut is not None and cut[0] for cut in cuts)


def _same_width(upper: Sequence[Row], lower: Sequence[Row]) -> bool:
    """As wide as one another; a sheet names its columns, and leaves out those at its right that hold nothing."""
    ends = max(map(row_end, upper)), max(map(row_end, lower))
    is_sheet = all(source.reader.name == "xlsx" for cell in lower[0].cells for source in cell.sources)
    return ends[1] <= ends[0] if is_sheet else ends[1] == ends[0]


def _same_headings(lower: Sequence[Row], header: Row, layout: Layout) -> bool:
    """No headings below, or the same again in the same columns: others are those of another table."""
    heads = [row for row in lower if sum(layout.indicator_column(cell.text) is not None for cell in row.filled) > 1]
    return all(indicator_columns(row, layout) == indicator_columns(header, layout) for row in heads)


def _is_part(row: Row, layout: Layout) -> bool:
    """The heading printed again, a row that names its level, or the total of scores: 合计 stands below any list."""
    if indicator_columns(row, layout):
        return True
    if closes(row, layout):
        return "分" in label_key(row.filled[0].text)
    return len(row.filled) > 1 and any(level_rank(cell.text, layout) is not None for cell in row.filled[:2])


def put_below(above: Table, below: Table) -> Table:
    """One table of two: the rows of the second follow those of the first, and so do its heading lines."""
    shift = max(cell.row + cell.row_span for cell in above.cells) - min(cell.row for cell in below.cells)
    cells = (*above.cells, *(replace(cell, row=cell.row + shift) for cell in below.cells))
    heading = (*above.heading, *below.heading)
    return replace(
        above,
        cells=cells,
        heading=tuple(replace(cell, row=row) for row, cell in enumerate(heading)),
        warnings=(*above.warnings, *below.warnings),
    )
