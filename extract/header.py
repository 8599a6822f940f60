"""The labelled part of a form: header fields, long texts of target tables, goals, year and unit of money."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from domain.form import Field
from domain.table import Cell
from extract.clean import label_key
from extract.fields import BLANK, cells_to_field
from extract.layout import Layout, title_layout
from extract.levels import is_piece
from extract.rows import Row, is_gridded

_YEAR = re.compile(r"(20\d\d)年?度")
_UNIT = re.compile(r"[(（](万元|元|亿元|千元)[)）]|单位[:：](万元|元|亿元|千元)")
_COLON = re.compile("[:：]")
_LABEL_CHARS = 14  # a longer text in front is prose that a page break cut
_PIECE_CHARS = 3  # 绩效, 指标, 标: longer pieces could be values
_NUMBERED = re.compile(
    r"(?:目标|任务)?[(]?[\d一二三四五六七八九十]{1,2}[)]?[.、]?"
)  # 目标1 beside the goal's own words
_TERMINAL = "。！？；”）)."


@dataclass(slots=True)
class Entry:
    """A label met, and the cells gathered for it so far."""

    name: str
    cells: list[Cell] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """Fields by name, and the values of labels that the contract has no field for (项目负责人, 联系电话)."""

    fields: dict[str, Field]
    aside: tuple[Cell, ...]


def find_year(texts: Sequence[str]) -> str:
    """The four digits of 「2024年度」 in the first text that has them, "" where none has."""
    return next((match.group(1) for text in texts if (match := _YEAR.search(label_key(text)))), "")


def find_unit(text: str) -> str:
    """万元 or 元 as printed in 「项目资金（万元）」 or 「单位：元」, "" where neither stands."""
    match = _UNIT.search(label_key(text))
    return (match.group(1) or match.group(2)) if match else ""


def cut_label(cell: Cell, layout: Layout) -> tuple[str, Cell | None] | None:
    """A cell that is a label, or 「label：value」, as the field's name and the value's cell; None for other cells."""
    key = label_key(cell.text)
    if key in layout.fields:
        return layout.fields[key], None
    if key in layout.other_fields:
        return "", None
    head, _, tail = first_colon(cell.text)
    if tail.strip() and label_key(head) in layout.fields:
        return layout.fields[label_key(head)], replace(cell, text=tail.strip(), alternatives=())
    return None


def first_colon(text: str) -> tuple[str, str, str]:
    """Text before, at and behind the first colon of either width."""
    colon = _COLON.search(text)
    return (text[: colon.start()], colon.group(), text[colon.end() :]) if colon else (text, "", "")


def is_unknown_pair(cells: Sequence[Cell]) -> bool:
    """A label that no layout knows, with its value: it must not grow onto the field above."""
    return len(cells) > 1 and len(cells[0].text) <= _LABEL_CHARS and cells[0].text[-1:] not in _TERMINAL


def is_frame(text: str, layout: Layout) -> bool:
    """Decoration, or the piece of a side label that a wrap left alone."""
    return is_decoration(text, layout) or (len(text) <= _PIECE_CHARS and is_piece(text, layout))


def rows_to_labelled(rows: Sequence[Row], layout: Layout) -> Labelled:
    """Label cells take the cells that follow them; a row cut by a page break goes back to its label."""
    entries: list[Entry] = []
    pending: list[Cell] = []
    for row in rows:
        cells = [cell for cell in row.filled if not is_frame(cell.text, layout)]
        if not cells:
            continue
        if not any(cut_label(cell, layout) for cell in cells):
            if not is_unknown_pair(cells):
                pending.extend(cells)
            continue
        if not belongs_below(pending, entries, first_value(cells, layout)):
            settle(pending, entries)
        pending = take_row(cells, entries, layout, pending)
    settle(pending, entries)
    fields = {entry.name: cells_to_field(entry.cells) for entry in entries if entry.name}
    aside = tuple(cell for entry in entries if not entry.name for cell in entry.cells)
    return Labelled(fields=fields, aside=aside)


def is_decoration(text: str, layout: Layout) -> bool:
    """Titles, years and side labels: they frame the form and hold no value."""
    key = label_key(text)
    if layout.is_side_label(text) or title_layout(text) is not None:
        return True
    return bool(re.fullmatch(r"[#*(（]*20\d\d年?度?(绩效目标)?[)）*]*", key))


def first_value(cells: Sequence[Cell], layout: Layout) -> str | None:
    """Text of the first value in a labelled row; None when the row holds its label alone."""
    for cell in cells:
        cut = cut_label(cell, layout)
        if cut is None:
            return cell.text
        if cut[1] is not None:
            return cut[1].text
    return None


def settle(pending: list[Cell], entries: list[Entry]) -> None:
    """Unlabelled cells go on with the label above them."""
    if entries:
        entries[-1].cells.extend(pending)
    pending.clear()


def belongs_below(pending: Sequence[Cell], entries: Sequence[Entry], value: str | None) -> bool:
    """Whether unlabelled cells are the head of the value of the label that follows.

    They are when that label stands alone (it was centred in a cell that the page break cut), or when the label
    above has ended its sentence and they have not.
    """
    if not pending or not entries or not entries[-1].cells:
        return False
    if value is None:
        return True
    return entries[-1].cells[-1].text[-1:] in _TERMINAL and pending[-1].text[-1:] not in _TERMINAL


def take_row(cells: Sequence[Cell], entries: list[Entry], layout: Layout, pending: list[Cell]) -> list[Cell]:
    """Add one labelled row to the entries; cells pending from above open the first label's value."""
    for cell in cells:
        cut = cut_label(cell, layout)
        if cut is None:
            if entries:
                entries[-1].cells.append(cell)
            continue
        name, value = cut
        entry = next((known for known in entries if known.name == name and name), None)
        if entry is None or entry.cells:
            entry = Entry(name=name)
            entries.append(entry)
        entry.cells.extend(pending)
        pending = []
        if value is not None:
            entry.cells.append(value)
    return []


def rows_to_goals(rows: Sequence[Row], header: Row, layout: Layout) -> dict[str, Field]:
    """The goal block: what stands under 预期目标 and under 实际完成情况, page breaks undone."""
    columns = {name: cell for cell in header.filled if (name := layout.goals.get(label_key(cell.text)))}
    gathered: dict[str, list[Cell]] = {name: [] for name in columns}
    order = sorted(columns, key=lambda name: columns[name].col)
    for row in rows:
        cells = [cell for cell in row.filled if not is_decoration(cell.text, layout)]
        fresh = [cell for cell in cells if not _told(cell.text, gathered)]
        slid = not is_gridded(row) and not (fresh and _NUMBERED.fullmatch(label_key(fresh[0].text)))
        for cell, name in zip(fresh, _goal_columns(fresh, order, columns, slid=slid), strict=True):
            gathered[name].append(cell)
    return {name: cells_to_field(cells) if cells else BLANK for name, cells in gathered.items()}


def _told(text: str, gathered: dict[str, list[Cell]]) -> bool:
    return len(text) >= 4 and any(text in cell.text for cells in gathered.values() for cell in cells)


def _goal_columns(cells: Sequence[Cell], order: Sequence[str], columns: dict[str, Cell], *, slid: bool) -> list[str]:
    """Two cells that may have slid are one of each; others stand under their headings."""
    if len(order) < 2:
        return [order[0]] * len(cells)
    if len(cells) == 2 and slid:
        return list(order)
    border = columns[order[1]].col
    return [order[1] if cell.col + cell.col_span / 2 > border else order[0] for cell in cells]
