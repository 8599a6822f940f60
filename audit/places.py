"""Paths of fields as an auditor says them: ``indicators[3].score`` is 第4项指标的得分."""

from __future__ import annotations

from domain.form import FIELD_NAMES, path_to_place

_BLOCKS = {"funds": "第{number}行资金的", "indicators": "第{number}项指标的"}


def path_to_words(path: str) -> str:
    """Where a field stands, for a sentence; rows count from 1."""
    block, place, column = path_to_place(path)
    return _BLOCKS.get(block, "").format(number=place + 1) + FIELD_NAMES.get(column, column)


def path_to_row(path: str) -> int | None:
    """The 0-based indicator that a field belongs to."""
    block, place, _ = path_to_place(path)
    return place if block == "indicators" else None


def any_row(path: str) -> str:
    """The path of the same field in whichever row: ``indicators[].score``."""
    block, _, column = path_to_place(path)
    return f"{block}[].{column}" if block else column
