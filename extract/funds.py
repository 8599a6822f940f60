"""The money block: yearly total and its components, six figures each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from domain.form import FundRow
from domain.table import Cell
from extract.align import best_shift, is_dash, is_number, pick
from extract.clean import label_key
from extract.fields import BLANK, cells_to_field
from extract.layout import Layout
from extract.rows import Row

_PARENTHESIS = re.compile(r"\([^()]*\)$")


def fund_columns(row: Row, layout: Layout) -> dict[str, int]:
    """Columns by field name, if this row is the money block's header; else empty or too few."""
    found: dict[str, int] = {}
    for cell in row.filled:
        name = layout.fund_column(cell.text)
        if name is not None and name not in found:
            found[name] = cell.col
    return found


def is_fund_item(text: str, layout: Layout) -> bool:
    """年度资金总额, 其中：财政拨款 and the like."""
    key = re.sub("^(其中|其他?中)[:：]?", "", label_key(text))
    return key in layout.fund_items or _PARENTHESIS.sub("", key) in layout.fund_items


def _fit(picked: Mapping[str, Cell]) -> float:
    figures = sum(is_number(cell.text) or is_dash(cell.text) for cell in picked.values())
    words = sum(not is_number(cell.text) and not is_dash(cell.text) for cell in picked.values())
    weight = picked.get("weight")
    return figures - 2.0 * words + (0.5 if weight is not None and is_dash(weight.text) else 0.0)


def rows_to_funds(rows: Sequence[Row], columns: Mapping[str, int], layout: Layout) -> tuple[FundRow, ...]:
    """Rows under the header that name a fund item or hold figures."""
    funds: list[FundRow] = []
    item_parts: list[Cell] = []
    for row in rows:
        shift = best_shift(row, columns, fit=_fit, is_label=lambda text: not is_number(text) and not is_dash(text))
        picked = pick(row, columns, shift)
        figures = {name: cell for name, cell in picked.items() if is_number(cell.text) or is_dash(cell.text)}
        taken = {id(cell) for cell in figures.values()}
        names = [c for c in row.filled if id(c) not in taken and not layout.is_side_label(c.text)]
        names = [c for c in names if not label_key(c.text).startswith("项目资金")]
        if figures:
            funds.append(_fund_row([*item_parts, *names], figures, columns))
            item_parts = []
        elif names and is_fund_item(names[-1].text, layout):
            funds.append(_fund_row(names, {}, columns))
        else:
            item_parts = names
    return tuple(funds)


def _fund_row(names: Sequence[Cell], figures: Mapping[str, Cell], columns: Mapping[str, int]) -> FundRow:
    cells = {name: cells_to_field([figures[name]]) if name in figures else BLANK for name in columns}
    return FundRow(item=cells_to_field(names), **cells)
