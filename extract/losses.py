"""The last check of a form: every filled cell stands in one of its fields, or is reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from domain.form import Field, Form, walk
from domain.source import Source
from domain.table import Cell
from extract.clean import label_key
from extract.header import find_unit, is_decoration
from extract.indicators import Indicators, is_placeholder
from extract.layout import Layout
from extract.levels import is_piece, unglue
from extract.rows import Row

_CHANCE = 2  # digits: so short a figure stands inside some other figure by chance
_LABEL_CHARS = 12  # a longer text that names a unit of money is no label
# What 指标性质 says beside a comparator: how the indicator is scored, no part of the target.
_DIRECTIONS = frozenset({"定性", "定量", "正向", "反向", "正向指标", "反向指标", "定性指标", "定量指标"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a form tells: the comparison keys of all its fields line by line, and those of each place."""

    text: str
    near: Mapping[Source, tuple[str, ...]]


def tell(form: Form, indicators: Indicators, aside: Sequence[Cell]) -> Told:
    """Fields of the form, its rows before glued cells were cut, and the values set aside."""
    rows = (getattr(row, column.name) for row in indicators.rows for column in fields(row))
    told = (*(field for _, field in walk(form)), *rows)
    texts = (*(field.text for field in told), *(cell.text for cell in aside))
    return Told(text="\n".join(label_key(text) for text in texts if text), near=_fields_to_near(told))


def _fields_to_near(told: Iterable[Field]) -> Mapping[Source, tuple[str, ...]]:
    keys: dict[Source, list[str]] = defaultdict(list)
    for field in told:
        key = label_key(field.text)
        for source in field.sources if key else ():
            keys[source].append(key)
    return {source: tuple(dict.fromkeys(near)) for source, near in keys.items()}


def filled_cells(rows: Sequence[Row]) -> list[Cell]:
    """Filled cells of all rows but the printed form's empty lines."""
    return [cell for row in rows if not is_placeholder(row) for cell in row.filled]


def lost_warnings(cells: Sequence[Cell], told: Told, layout: Layout) -> list[str]:
    """A warning for every cell that no field tells: nothing that was printed goes without a word."""
    lost = [cell for cell in cells if not is_frame(cell.text, told, layout) and not is_told(cell, told)]
    return [f"未归入任何栏目的文字{_where(cell.sources)}：{cell.text}" for cell in lost]


def is_told(cell: Cell, told: Told) -> bool:
    """Whether a cell's text stands in a field; a short figure only in a field of its own line."""
    key = label_key(cell.text)
    if not (key.isdigit() and len(key) <= _CHANCE):
        return key in told.text
    return any(key in near for source in cell.sources for near in told.near.get(source, ()))


def is_frame(text: str, told: Told, layout: Layout) -> bool:
    """Labels (with values told), headings, level names and pieces of these."""
    key = label_key(text)
    if (
        not key
        or _names_field(key, layout)
        or key in _DIRECTIONS
        or is_decoration(text, layout)
        or is_piece(text, layout)
    ):
        return True
    if layout.indicator_column(text) is not None or layout.fund_column(text) is not None:
        return True
    level, name = unglue(key, layout)
    if level and level in told.text and name in told.text:
        return True
    head, colon, tail = key.partition(":")
    return (_names_field(head, layout) and (not colon or tail in told.text)) or bool(
        find_unit(text) and len(key) < _LABEL_CHARS
    )


def _names_field(key: str, layout: Layout) -> bool:
    known = (layout.fields, layout.other_fields, layout.goals, layout.grade)
    return layout.is_total(key) or any(key in names for names in known)


def _where(sources: Sequence[Source]) -> str:
    if not sources:
        return ""
    first = sources[0]
    return f"（第{first.line}行）" if first.page is None else f"（第{first.page}页）"
