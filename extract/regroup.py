"""Tables of office files to one table per form: what only goes on is put below, what begins anew stands apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from domain.table import Table
from extract.align import pick
from extract.breaks import begins_anew
from extract.clean import label_key
from extract.header import cut_label, find_unit, is_decoration
from extract.indicators import indicator_columns
from extract.layout import Layout, title_layout
from extract.levels import level_rank
from extract.rows import Row, is_gridded, row_end, table_to_rows
from extract.sections import choose_layout, closes, heads_funds

_SHORT = 8  # characters: 续表 with its number, no sentence


def one_per_form(tables: Sequence[Table]) -> tuple[Table, ...]:
    """Tables in order, each with one form at most."""
    return with_continuations([part for table in tables for part in table_to_parts(table)])


def table_to_parts(table: Table) -> tuple[Table, ...]:
    """A table of an office file cut where a second form begins."""
    rows = table_to_rows(table)
    layout = choose_layout(table, rows)
    if layout is None or not is_gridded(rows[0]):
        return (table,)
    begins = [0]
    for place, row in enumerate(rows):
        if opens_form(row, layout) and _is_another(rows[begins[-1] : place], rows[place:], layout):
            begins.append(place)
    edges = [rows[place].cells[0].row for place in begins[1:]]
    parts = [tuple(cell for cell in table.cells if bisect_right(edges, cell.row) == n) for n in range(len(begins))]
    return tuple(replace(table, cells=cells, heading=() if n else table.heading) for n, cells in enumerate(parts))


def opens_form(row: Row, layout: Layout) -> bool:
    """A title, or 项目名称."""
    return any(title_layout(cell.text) is not None for cell in row.filled) or project_name([row], layout) is not None


def _is_another(above: Sequence[Row], below: Sequence[Row], layout: Layout) -> bool:
    """Whether rows begin another form than those above: of another project, or behind the total of the one above.

    Both have their indicators. A title or a name alone may be printed again at the top of a sheet of paper.
    """
    head = next((place for place, row in enumerate(above) if indicator_columns(row, layout)), None)
    next_head = next((place for place, row in enumerate(below) if indicator_columns(row, layout)), None)
    if head is None or next_head is None:
        return False
    names = project_name(above, layout), project_name(below[:next_head], layout)
    if names[0] == names[1]:
        return False
    is_finished = any(closes(row, layout) for row in above[head:])
    return is_finished or (all(names) and _has_own_head(below[:next_head], layout))


def _has_own_head(rows: Sequence[Row], layout: Layout) -> bool:
    """Whether more than a name stands above the indicators: a title (no 续表), money, goals or another label."""
    cells = [cell for row in rows for cell in row.filled]
    labels = {cut[0] for cell in cells if (cut := cut_label(cell, layout)) is not None}
    return (
        len(labels) > 1
        or any(label_key(cell.text) in layout.goals for cell in cells)
        or any(heads_funds(row, layout) for row in rows)
        or any(title_layout(cell.text) is not None and "续" not in cell.text for cell in cells)
    )


def project_name(rows: Sequence[Row], layout: Layout) -> str | None:
    """What stands behind the first 项目名称, as it is compared; None without that label."""
    for row in rows:
        for place, cell in enumerate(row.filled):
            cut = cut_label(cell, layout)
            if cut is not None and cut[0] == "project_name":
                value = cut[1] or next(iter(row.filled[place + 1 :]), None)
                return label_key(value.text) if value is not None else ""
    return None


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
    if not _same_headings(lower, header, layout) or _is_headed(lower[0], layout):
        return False
    return any(_is_part(row, header, layout) for row in lower)


def _begins_form(table: Table, rows: Sequence[Row], layout: Layout) -> bool:
    """Whether a title or a label of a form's head stands here, or words of any kind above the first row."""
    cells = (*table.heading, *(cell for row in rows for cell in row.filled))
    if any(title_layout(cell.text) is not None for cell in cells) or begins_anew([()], table.cells, is_titled=False):
        return True
    head = next((place for place, row in enumerate(rows) if indicator_columns(row, layout)), 0)
    above = (*table.heading, *(cell for row in rows[:head] for cell in row.filled))
    if not all(_is_furniture(cell.text, layout) for cell in above):
        return True
    cuts = (cut_label(cell, layout) for cell in cells)
    return any(cut is not None and cut[0] for cut in cuts)


def _is_furniture(text: str, layout: Layout) -> bool:
    """续表, a year, a unit of money: they may stand above the second half of a form."""
    return ("续" in text and len(text) <= _SHORT) or is_decoration(text, layout) or bool(find_unit(text))


def _same_width(upper: Sequence[Row], lower: Sequence[Row]) -> bool:
    """As wide as one another; a sheet names its columns, and leaves out those at its right that hold nothing."""
    ends = max(map(row_end, upper)), max(map(row_end, lower))
    is_sheet = all(source.reader.name == "xlsx" for cell in lower[0].cells for source in cell.sources)
    return ends[1] <= ends[0] if is_sheet else ends[1] == ends[0]


def _same_headings(lower: Sequence[Row], header: Row, layout: Layout) -> bool:
    """No headings below, or the same again in the same columns: others are those of another table."""
    heads = [row for row in lower if sum(layout.indicator_column(cell.text) is not None for cell in row.filled) > 1]
    return all(indicator_columns(row, layout) == indicator_columns(header, layout) for row in heads)


def _is_headed(row: Row, layout: Layout) -> bool:
    """Whether a first row is the heading of another list: words alone, none of them a level."""
    if indicator_columns(row, layout) or closes(row, layout) or len(row.filled) < 2:
        return False
    texts = [cell.text for cell in row.filled]
    return not any(level_rank(text, layout) is not None or any(c.isdigit() for c in text) for text in texts)


def _is_part(row: Row, header: Row, layout: Layout) -> bool:
    """The heading printed again, an indicator that names its level, or the total: 合计 stands below any list."""
    if indicator_columns(row, layout):
        return True
    if closes(row, layout):
        return "分" in label_key(row.filled[0].text)
    filled = pick(row, indicator_columns(header, layout), 0)
    levelled = any(level_rank(cell.text, layout) is not None for cell in row.filled[:2])
    return levelled and {"level3", "target"} <= filled.keys()


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
