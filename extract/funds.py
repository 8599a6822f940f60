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
from extract.rows import Row, is_gridded, row_end
from extract.values import text_to_amount

_PARENTHESIS = re.compile(r"\([^()]*\)$")
_ERROR = re.compile(r"#(?:DIV/0!|N/A|VALUE!|REF!|NAME\?|NUM!|NULL!)", re.I)


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


def _is_figure(text: str) -> bool:
    """A number, an amount with its unit or in brackets, a dash, or what a sheet shows for one it cannot work out."""
    if is_number(text) or is_dash(text) or text_to_amount(text, "元") is not None:
        return True
    return _ERROR.fullmatch(text.strip()) is not None


def _fit(picked: Mapping[str, Cell]) -> float:
    figures = sum(_is_figure(cell.text) for cell in picked.values())
    words = len(picked) - figures
    weight = picked.get("weight")
    return figures - 2.0 * words + (0.5 if weight is not None and is_dash(weight.text) else 0.0)


def rows_to_funds(rows: Sequence[Row], header: Row, layout: Layout) -> tuple[FundRow, ...]:
    """Rows under the header that name a fund item or hold figures."""
    columns = fund_columns(header, layout)
    funds: list[FundRow] = []
    item_parts: list[Cell] = []
    for row in rows:
        is_whole = row_end(row) == row_end(header)
        figures = _pick_figures(row, columns, is_whole=is_whole)
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


def _pick_figures(row: Row, columns: Mapping[str, int], *, is_whole: bool) -> dict[str, Cell]:
    stands = is_whole and _stands_in_place(row, columns)
    shift = 0 if stands else best_shift(row, columns, fit=_fit, is_label=lambda text: not _is_figure(text))
    return {name: cell for name, cell in pick(row, columns, shift).items() if _is_figure(cell.text)}


def _stands_in_place(row: Row, columns: Mapping[str, int]) -> bool:
    """No figure but under a heading: an empty one is no gap then. Text has to show figures alone there, and a name."""
    picked = pick(row, columns, 0)
    taken = {id(cell) for cell in picked.values()}
    beside = [cell for cell in row.filled if id(cell) not in taken]
    shown = is_gridded(row) or (bool(picked and beside) and all(_is_figure(cell.text) for cell in picked.values()))
    return shown and not any(_is_figure(cell.text) for cell in beside)


def _fund_row(names: Sequence[Cell], figures: Mapping[str, Cell], columns: Mapping[str, int]) -> FundRow:
    cells = {name: cells_to_field([figures[name]]) if name in figures else BLANK for name in columns}
    return FundRow(item=cells_to_field(names), **cells)
