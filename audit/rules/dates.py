"""证据: whether a day that was asked for was answered with a day."""

from __future__ import annotations

import re

from audit.basis import TRUTHFUL
from audit.phrases import quoted
from audit.rule import PASS, Fail, Outcome, row_rule
from audit.rules.bands import Band, band_of
from audit.view import RowView
from audit.words import TIME_UNITS
from domain.finding import Severity
from domain.value import DateLimit, Quantity, Wording

GROUP = "证据"
# A span of months or a guess in the place of a day; 每季度 tells how often.
LOOSE_DATE = re.compile(
    r"(?<!每)([上下]半年|第?[一二三四1-4]季度|[上中下]旬|[年月]份?[初中末底]?(左右|前后|上下)|[日号](左右|前后|上下)|大约|大概|约(?=\d))"
)
# The end or beginning of a month, which leaves open whether a day of that month was kept.
PART_OF_MONTH = re.compile(r"月[初中末底](?!前)")
DAY = re.compile(r"\d[日号]")
# Seasons, feasts and terms in the place of a day.
SEASON = re.compile(
    r"[入立开初深]?[春夏秋冬]($|季|天|种|收|耕|播|灌|初|末|后|前|节|运)|汛期?(来临|到来|结束)?(之)?[前后内]|汛期|[雨旱]季|元旦|国庆|中秋|端午|清明|五一|十一(?!月)|节(日)?[前后]"
    r"|开学|暑[期假]|寒假|假期|学期|农[忙闲]|采暖[季期]|供暖|收获|上冻|封冻|年[内中终]|近期|不久|前期|后期|赛前|会前"
)
YEAR_END = re.compile(r"年[底末]前?(已?完成|完工|建成)?[。.]?$")


@row_rule(
    code="DATE_TARGET_NO_ACTUAL_DATE",
    title="时限目标未填实际日期或用时",
    group=GROUP,
    severity=Severity.LOW,
    basis=TRUTHFUL,
    limits=(
        "目标没有写日期或时限（只写及时、按期）的不看；实际写部分达成、未完成的不看。"
        "经常性工作（如每月15日前发放）本来没有单一的完成日，也会报出。"
    ),
)
def date_target_no_actual_date(row: RowView) -> Outcome:
    """目标写明了日期或时限，实际只填达成、完成，未填完成日期或用时，无法核对是否按时。"""
    target, actual = row.target, row.actual
    if target is None or actual is None or row.rewritten:
        return PASS
    limited = isinstance(target.value, Quantity) and target.value.unit in TIME_UNITS
    if not (limited or isinstance(target.value, DateLimit)) or not isinstance(actual.value, Wording):
        return PASS
    if _seasonal(row):
        # told as a loose date
        return PASS
    if band_of(row) in (Band.PARTIAL, Band.UNMET):
        # What was not finished has no day on which it was.
        return PASS
    return Fail(message=f"{row.label}目标{row.target_text}，实际填{quoted(row.actual_text)}，未填完成日期或用时。")


@row_rule(
    code="DATE_ACTUAL_IMPRECISE",
    title="完成时间含糊",
    group=GROUP,
    severity=Severity.LOW,
    basis=TRUTHFUL,
    limits=(
        "实际用文字（如“已完成”）作答的由另一条规则查，写汛前、秋收后一类的归本条；目标本身也只写到季度、半年的，照样作答不报；写到月份而明显早于时限的不报。"
        "目标只要求年内完成、实际只写到年份的，也会报出，影响不大。"
    ),
)
def date_actual_imprecise(row: RowView) -> Outcome:
    """实际完成时间只写到年、季度、半年，或写左右、前后，无法核对是否按时。"""
    actual = row.actual
    if actual is None:
        return PASS
    if _seasonal(row):
        season = SEASON.search(row.actual_text)
        told = f"“{season.group() if season else ''}”"
        return Fail(message=f"{row.label}实际完成时间填{quoted(row.actual_text)}，{told}不是确切日期，无法核对。")
    if not isinstance(actual.value, DateLimit):
        return PASS
    if _end_of_month(row, actual.value):
        message = (
            f"{row.label}目标{row.target_text}，实际填{quoted(row.actual_text)}，没有写明哪一天，无法核对是否按时。"
        )
        return Fail(message=message)
    dated = actual.value.month is not None or actual.value.day is not None
    loose = LOOSE_DATE.search(row.actual_text)
    if loose is not None and not LOOSE_DATE.search(row.target_text):
        return Fail(
            message=f"{row.label}实际完成时间填{quoted(row.actual_text)}，“{loose.group()}”是一段时间，没有确切日期。"
        )
    if dated and not YEAR_END.search(row.actual_text):
        return PASS
    return Fail(message=f"{row.label}实际完成时间填{quoted(row.actual_text)}，没有月日。")


def _seasonal(row: RowView) -> bool:
    """True where a day was asked for and a season, feast or term answers it."""
    target, actual = row.target, row.actual
    if target is None or actual is None or not isinstance(target.value, DateLimit):
        return False
    worded = isinstance(actual.value, Wording) and not DAY.search(row.actual_text)
    return worded and target.value.month is not None and SEASON.search(row.actual_text) is not None


def _end_of_month(row: RowView, actual: DateLimit) -> bool:
    """True for 7月底 where a day of July, or of an earlier month, was the limit."""
    target = row.target
    if target is None or not isinstance(target.value, DateLimit) or PART_OF_MONTH.search(row.actual_text) is None:
        return False
    asked = target.value
    if asked.day is None or asked.month is None or actual.month is None or actual.day is not None:
        return False
    years = [each or row.form.year or 0 for each in (actual.year, asked.year)]
    return (years[0], actual.month) >= (years[1], asked.month)
