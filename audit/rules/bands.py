"""The three bands of qualitative scoring, read from the actual value."""

from __future__ import annotations

from enum import StrEnum

from audit.view import RowView
from audit.words import ASKS_MUCH, BAND_MET, BAND_PARTIAL, BAND_UNMET, HEDGES, LITTLE
from domain.value import Wording


class Band(StrEnum):
    """达成 100-80, 部分达成 80-60, 未达成 60-0 percent of the marks."""

    MET = "达成"
    PARTIAL = "部分达成"
    UNMET = "未达成"


def band_of(row: RowView) -> Band | None:
    """The band the actual value names; None for numbers, dates and free wording."""
    reading = row.actual
    if reading is None or not isinstance(reading.value, Wording):
        return None
    text = row.actual_text
    if BAND_PARTIAL.search(text):
        return Band.PARTIAL
    if BAND_UNMET.search(text):
        return Band.UNMET
    return Band.MET if BAND_MET.search(text) else None


def hedged(row: RowView) -> str:
    """The word with which a qualitative actual stays behind its target; "" where there is none."""
    reading = row.actual
    if reading is None or not isinstance(reading.value, Wording):
        return ""
    if ASKS_MUCH.search(row.target_text) is not None and (little := LITTLE.match(row.actual_text)) is not None:
        return little.group()
    found = HEDGES.search(row.actual_text)
    return "" if found is None or found.group() in row.target_text else found.group()
