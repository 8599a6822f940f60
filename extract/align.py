"""Which cell of a row belongs to which column, when exporters dropped or added cells at the left."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from domain.table import Cell
from extract.clean import label_key
from extract.rows import Row

_NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?%?分?")
_COMPARATOR = re.compile(r"[≥≤=><≧≦]{1,2}|大于等于|小于等于|不少于|不低于|不超过|等于|大于|小于")
_DASHES = frozenset("-—–－/一")
_SHIFTS = (0, -1, 1, -2, 2, -3, 3)  # nearest first: of equal fits the unshifted one is right

Columns = Mapping[str, int]


def is_number(text: str) -> bool:
    """A plain printed number, percent and thousands marks allowed."""
    return bool(_NUMBER.fullmatch(label_key(text)))


def is_comparator(text: str) -> bool:
    """≥ and its like, in a cell of their own."""
    return bool(_COMPARATOR.fullmatch(label_key(text)))


def begins_comparing(text: str) -> bool:
    """≥90% and its like: a value, no name."""
    return bool(_COMPARATOR.match(label_key(text)))


def is_dash(text: str) -> bool:
    """A lone dash: the cell is closed on purpose."""
    return text.strip() in _DASHES or text.strip() == "——"


def pick(row: Row, columns: Columns, shift: int) -> dict[str, Cell]:
    """The filled cell under every column when the row stands ``shift`` cells off the header."""
    picked: dict[str, Cell] = {}
    for name, col in columns.items():
        cell = row.cell_at(col + shift)
        if cell is not None and cell.text and cell.col >= col + shift - cell.col_span + 1:
            picked[name] = cell
    return picked


def best_shift(
    row: Row, columns: Columns, *, fit: Callable[[Mapping[str, Cell]], float], is_label: Callable[[str], bool]
) -> int:
    """The shift whose picked cells fit best; a filled cell that no column takes and that is no label counts against."""

    def quality(shift: int) -> float:
        picked = pick(row, columns, shift)
        taken = {id(cell) for cell in picked.values()}
        left = sum(id(cell) not in taken and not is_label(cell.text) for cell in row.filled)
        return fit(picked) - 2.0 * left - 0.1 * abs(shift)

    return max(_SHIFTS, key=quality)
