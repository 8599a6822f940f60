"""The unit in which a form prints its money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from domain.form import Field, FieldState
from domain.table import Cell
from extract.funds import fund_columns
from extract.header import find_unit
from extract.indicators import indicator_columns
from extract.layout import Layout, layouts
from extract.rows import Row

_AMOUNTS = frozenset({"initial_budget", "adjusted_budget", "executed"})
_LEAST_HEADINGS = 3
_LABEL_CHARS = 30


def rows_to_unit(rows: Sequence[Row]) -> Field:
    """万元 or 元 as the headings of the amounts name it, else as it stands beside or above the money.

    Columns of several units give all of them (万元、元). 人均补助标准（元） is an indicator's own unit.
    """
    headings = [cell for row in rows if _heads_funds(row) for cell in row.filled if _is_amount(cell)]
    named = list(_units(headings))
    if len(named) < max(len(headings), 1):  # some of the columns follow what is printed beside or above
        named += islice(_units([cell for row in _around_indicators(rows) for cell in row.filled]), 1)
    if not named:  # 单位：元 may stand below the form
        named += islice(_units([cell for row in rows for cell in row.filled if "单位" in cell.text]), 1)
    texts = dict.fromkeys(field.text for field in named)
    return replace(named[0], text="、".join(texts)) if named else Field()


def _units(cells: Sequence[Cell]) -> Iterator[Field]:
    for cell in cells:
        unit = find_unit(cell.text) if len(cell.text) < _LABEL_CHARS else ""
        if unit:
            yield Field(text=unit, state=FieldState.READ, sources=cell.sources, confidence=cell.confidence)


def _around_indicators(rows: Sequence[Row]) -> list[Row]:
    """The rows above the indicators, and below their heading the one that heads the money block."""
    start = next(
        (n for n, row in enumerate(rows) if any(indicator_columns(row, each) for each in layouts())), len(rows)
    )
    return [*rows[:start], *(row for row in rows[start:] if _heads_funds(row))]


def _heads_funds(row: Row) -> bool:
    return any(_names_amounts(row, layout) for layout in layouts())


def _names_amounts(row: Row, layout: Layout) -> bool:
    found = fund_columns(row, layout)
    return len(found) >= _LEAST_HEADINGS and not _AMOUNTS.isdisjoint(found)


def _is_amount(cell: Cell) -> bool:
    return any(layout.fund_column(cell.text) in _AMOUNTS for layout in layouts())
