"""Whether the value a row was scored on has anything behind it."""

from __future__ import annotations

import re
from functools import lru_cache

from audit.compare import MONEY_SCALE, PERCENT, TEXTS_REMEMBERED, letters, quantity_target, satisfaction_row
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
# Praise in the place of what was done: 效果较好, 运行良好.
PRAISED = re.compile(
    r"(群众|公众|社会|各方|各界|普遍|工作|总体|整体|目标|项目|各项|完成|效果|成效|反响|反映|运行|情况|效益|质量|作用|进展|状况|评价|得到|达到|取得|发挥|了|的|预期)*"
    r"(十分|非常|比较|较为?|很|积极|一定|效果|进一步|明显|有效)*(良好|较好|很好|好|显著|明显|突出|优秀|优良|较高|较强|正常|顺利|有效|成效|效果|作用|提升|改善)+"
)
# What a reason may hold that says no more than that more was done than asked.
EXCEEDED = re.compile(
    r"好于|优于|胜过|超预期|扎实|努力|积极|得力|认真|有力|组织|推进|开展|落实|单位|我[局站院校县]|实际|完成|超额|超出|超过|高于|大于|多于|大幅|远远?|年初|年度|全年|本年度?|设定|预定|预期|预计|原定|既定|下达|目标|指标|任务|计划|工作|数量?|量|值|率|比例|幅度|情况|成效|效果|显著|明显|良好|较好|圆满|顺利|全面|均|已|了|的"
    r"|偏差|较|更|多|高|偏|达|到|为|进度|快|按|期|时|并|且|本|该|项|实现|此|无|没有|不存在|偏差|\d[\d.,]*[万亿]?(人次|平方米|立方米|公里|(?!超)[\u4e00-\u9fff])?|%|％|倍|个|百分之|以上"
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
    if target is None or not isinstance(target.value, Wording):
        return False
    answer, loose = row.actual_text.strip("。；; "), LOOSE.fullmatch(row.target_text.strip("。；; ")) is not None
    if band_of(row) is Band.MET:
        return loose
    return PRAISED.fullmatch(answer) is not None or (loose and LOOSE.fullmatch(answer) is not None)


def unsupported(row: RowView) -> bool:
    """True where the form itself shows that the scored value rests on nothing that could be produced."""
    reason = row.reason_if_any
    if reason is not None and reason.has(*EVIDENCE_LABELS):
        return True
    return number_answered_with_words(row) and satisfaction_row(row) and names_method(row)


@lru_cache(maxsize=TEXTS_REMEMBERED)
def only_exceeded(text: str) -> bool:
    """True for a reason that says only that the target was exceeded (超额完成全年任务), and not why."""
    said = letters(text)
    return bool(said) and not EXCEEDED.sub("", said)
