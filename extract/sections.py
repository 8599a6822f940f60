"""Sections of a form: which layout its headings are of, and where its parts begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.table import Cell, Table
from extract.align import begins_comparing, is_number
from extract.clean import label_key
from extract.funds import fund_columns
from extract.header import first_colon
from extract.indicators import indicator_columns
from extract.layout import Layout, layouts, title_layout
from extract.rows import Row

_MIN_FUND_HEADINGS = 3
_FORM_MARKS = 4  # headings of a layout that must be met before a table without title counts as a form


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """Rows of one form by section; ``goals`` and ``funds`` start with their header row."""

    header: tuple[Row, ...]
    funds: tuple[Row, ...]
    goals: tuple[Row, ...]
    indicators: tuple[Row, ...]
    closing: tuple[Row, ...]


def choose_layout(table: Table, rows: Sequence[Row]) -> Layout | None:
    """The layout named by the title, else the one whose headings the table shows most; None for other tables."""
    for cell in (*table.heading, *(cell for row in rows[:4] for cell in row.filled)):
        layout = title_layout(cell.text)
        if layout is not None:
            return layout if rows else None
    keys = {label_key(cell.text) for row in rows for cell in row.filled}
    scored = [(len(keys & _marks(layout)), -place) for place, layout in enumerate(layouts())]
    best, place = max(scored)
    return layouts()[-place] if best >= _FORM_MARKS else None


def _marks(layout: Layout) -> set[str]:
    return {*layout.fields, *layout.indicator_columns, *layout.fund_columns, *layout.goals}


def rows_to_sections(rows: Sequence[Row], layout: Layout) -> Sections:
    """Cut a form at the headings of its money block, its goals and its indicators."""
    table = next((n for n, row in enumerate(rows) if indicator_columns(row, layout)), len(rows))
    above = rows[:table]
    funds = next((n for n, row in enumerate(above) if heads_funds(row, layout)), table)
    goals = next((n for n, row in enumerate(above) if n > funds and _heads_goals(row, layout)), table)
    if funds == table:
        goals = next((n for n, row in enumerate(above) if _heads_goals(row, layout)), table)
    end = next((n for n, row in enumerate(rows) if n > table and closes(row, layout)), len(rows))
    return Sections(
        header=tuple(rows[: min(funds, goals)]),
        funds=tuple(rows[funds:goals]) if funds < goals else (),
        goals=tuple(rows[goals:table]),
        indicators=tuple(rows[table:end]),
        closing=tuple(rows[end:]),
    )


def heads_funds(row: Row, layout: Layout) -> bool:
    """The headings of the money block."""
    return len(fund_columns(row, layout)) >= _MIN_FUND_HEADINGS


def _heads_goals(row: Row, layout: Layout) -> bool:
    return any(label_key(cell.text) in layout.goals for cell in row.filled)


def closes(row: Row, layout: Layout) -> bool:
    """The total row; a fund row 合计 stands above the indicators and is never met here."""
    return is_total_row(row, layout) or (bool(row.filled) and label_key(row.filled[0].text) in layout.grade)


def is_total_row(row: Row, layout: Layout) -> bool:
    """A row that begins with 总分 or its like.

    By another wording only if one or two figures follow: headings have none, and an indicator (绩效评价得分) has more,
    or a target that compares.
    """
    if not row.filled:
        return False
    first, *rest = row.filled
    name, value = cut_total(first, layout)
    known = label_key(name) in layout.total
    if known or not layout.is_total(name):
        return known
    figures = sum(is_number(cell.text) for cell in rest)
    return value is not None or (1 <= figures <= 2 and not any(begins_comparing(cell.text) for cell in rest))


def cut_total(cell: Cell, layout: Layout) -> tuple[str, Cell | None]:
    """「总分：99.5」 to its label and the value's cell; other texts whole, without a value."""
    head, _, tail = first_colon(cell.text)
    if is_number(tail) and layout.is_total(head):
        return head, replace(cell, text=tail.strip(), alternatives=())
    return cell.text, None
