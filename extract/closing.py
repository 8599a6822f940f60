"""The last rows of a form: total weight, total score and grade."""

from __future__ import annotations

from collections.abc import Sequence

from domain.form import Field
from domain.table import Cell
from extract.align import is_number, pick
from extract.clean import label_key
from extract.fields import BLANK, cells_to_field
from extract.indicators import indicator_columns
from extract.layout import Layout
from extract.rows import Row, is_gridded, row_end
from extract.sections import Sections, cut_total, is_total_row

Totals = tuple[Field, Field]


def read_closing(sections: Sections, layout: Layout) -> tuple[Totals, Field]:
    """Total weight, total score and grade."""
    totals: Totals = (BLANK, BLANK)
    grade = BLANK
    for row in sections.closing:
        found = _row_to_grade(row, layout)
        if found:
            grade = cells_to_field(found[1:])
        # by another wording, 评价得分 below 总分 is not the total
        if is_total_row(row, layout) and (_is_plain(row, layout) or totals == (BLANK, BLANK)):
            totals = _row_to_totals(row, sections.indicators[0], layout, aside=found)
    return totals, grade


def _is_plain(row: Row, layout: Layout) -> bool:
    """总分 or 合计, without anything beside."""
    return label_key(row.filled[0].text) in layout.total


def _row_to_grade(row: Row, layout: Layout) -> tuple[Cell, ...]:
    """自评等级, which may stand behind the total, and what follows it."""
    place = next((n for n, cell in enumerate(row.filled) if label_key(cell.text) in layout.grade), None)
    return () if place is None else row.filled[place : place + 2]


def _row_to_totals(row: Row, header: Row, layout: Layout, *, aside: Sequence[Cell]) -> Totals:
    """The figures under the headings of weight and score; else by their order, one alone being the score."""
    first, *rest = row.filled
    _, own = cut_total(first, layout)
    beside = {id(cell) for cell in aside}
    values = [cell for cell in (own, *rest) if cell is not None and id(cell) not in beside]
    under = _under_headings(row, header, layout)
    known = {id(cell) for cell in under.values()}
    if under and all(id(cell) in known for cell in values if is_number(cell.text)):
        weight, score = ([under[name]] if name in under else [] for name in ("weight", "score"))
        return _to_field(weight), _to_field(score)
    if len(values) == 1:  # 总分 with the score alone
        return BLANK, cells_to_field(values)
    return _to_field(values[:1]), _to_field(values[1:2])


def _under_headings(row: Row, header: Row, layout: Layout) -> dict[str, Cell]:
    """Figures of a row that stands as its header stands; none where one cell reaches under both headings."""
    if not is_gridded(row) and row_end(row) != row_end(header):
        return {}
    columns = indicator_columns(header, layout)
    picked = pick(row, {name: columns[name] for name in ("weight", "score") if name in columns}, 0)
    figures = {name: cell for name, cell in picked.items() if is_number(cell.text)}
    return figures if len({id(cell) for cell in figures.values()}) == len(figures) else {}


def _to_field(cells: Sequence[Cell]) -> Field:
    return cells_to_field(cells) if cells else BLANK
