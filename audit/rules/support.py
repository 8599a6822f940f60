"""Whether the value a row was scored on has anything behind it."""

from __future__ import annotations

import re

from audit.compare import MONEY_SCALE, PERCENT, quantity_target, satisfaction_row
from audit.rules.bands import Band, band_of
from audit.view import RowView
from audit.words import DELIVERED, EVERY, NONE_TOLD, NOT_DELIVERED, REGULARLY, SURVEY_METHODS
from domain.value import Quantity, Wording

NO_SURVEY_LABELS = ("evidence_oral_only", "survey_not_done")
KEPT_NOTHING_LABEL = "evidence_not_retained"
# Targets any outcome meets.
LOOSE = re.compile(
    r"(不断|持续|进一步|有效|逐步|显著|明显|较为?|基本|切实|稳步|有所|得到|十分)*(健全|完善|良好|较好|提升|提高|改善|增强|加强|规范|有效|稳定|显著|明显|优化|促进|保障|丰富|长期|可持续|到位|合理|向好)+"
)
EVIDENCE_LABELS = (*NO_SURVEY_LABELS, KEPT_NOTHING_LABEL)


def names_method(row: RowView) -> bool:
    """True where the actual value tells how people were asked instead of what they said."""
    reading = row.actual
    return reading is not None and isinstance(reading.value, Wording) and _is_method(reading.text)


def _is_method(text: str) -> bool:
    return SURVEY_METHODS.search(text) is not None


def number_answered_with_words(row: RowView) -> bool:
    """True where the target is a number and the actual value is words without any figure."""
    target, actual = row.target, row.actual
    if target is None or actual is None:
        return False
    wordy = isinstance(actual.value, Wording) and not any(letter.isdigit() for letter in actual.text)
    return isinstance(target.value, Quantity) and wordy


def delivered_in_words(row: RowView) -> bool:
    """True where one deliverable was due (1份, 1套) and the actual value says that it was delivered."""
    target = quantity_target(row)
    if target is None or target.high != 1 or target.unit in (PERCENT, *MONEY_SCALE):
        return False
    return DELIVERED.search(row.actual_text) is not None and NOT_DELIVERED.search(row.actual_text) is None


def none_in_words(row: RowView) -> bool:
    """True where none was to happen (0起, 0人) and the actual value says that none did."""
    target = quantity_target(row)
    return target is not None and target.high == 0 and NONE_TOLD.search(row.actual_text) is not None


def regular_in_words(row: RowView) -> bool:
    """True where 按季度开展 answers 4次: as often as was due, though no number is written."""
    target, turn = quantity_target(row), REGULARLY.search(row.actual_text)
    if target is None or turn is None or target.unit in (PERCENT, *MONEY_SCALE):
        return False
    return target.low <= EVERY[turn["turn"]] and NOT_DELIVERED.search(row.actual_text) is None


def rests_on_words(row: RowView) -> bool:
    """True where full marks rest on words: a number answered without one, or a loose target called reached."""
    if row.share != 1 or row.rewritten:
        return False
    if number_answered_with_words(row):
        told = delivered_in_words(row) or none_in_words(row) or regular_in_words(row)
        return not told and any(letter.isdigit() for letter in row.target_text)
    target = row.target
    if target is None or not isinstance(target.value, Wording) or band_of(row) is not Band.MET:
        return False
    return LOOSE.fullmatch(row.target_text.strip("。；; ")) is not None


def unsupported(row: RowView) -> bool:
    """True where the form itself shows that the scored value rests on nothing that could be produced."""
    reason = row.reason_if_any
    if reason is not None and reason.has(*EVIDENCE_LABELS):
        return True
    return number_answered_with_words(row) and satisfaction_row(row) and names_method(row)
