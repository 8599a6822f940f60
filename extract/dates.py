"""Dates and deadlines in a printed value: ``2024年3月底前举办``, ``9月前``, ``2022年年底``, ``2024-12-31``."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace

from domain.value import DateLimit
from extract.numerals import MARK, numeral_to_int

_YEAR = r"(?P<year>(?:19|20)\d{2}|[一二][〇○零一二三四五六七八九]{3}|(?<!\d)[1-4]\d(?=年\d{1,2}月))年度?"
_MONTH = r"(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])月份?"
_DAY = r"(?P<day>\d{1,2}|三十一?|二?十[一二三四五六七八九]?|二十|[一二三四五六七八九])[日号]"
_SPAN = r"(?:(?:\d{1,2}|十?[一二三四五六七八九十])月?(?:\d{1,2}日)?[-~至到]{1,2})?"  # 1-12月 binds by its end
_OPEN = r"(?<![\d.第])"
_TAIL = r"(?P<tail>(?:月?[底末初]|[上中下]旬|\d{1,2}[时点](?:整|\d{2}分)?)?)"
_BY = r"(?P<by>(?:之前|以前|前(?![期列三两二后沿往言述端台])|止|之内|内)?)"

# In order: the first pattern that reads a piece of text keeps it.
_PATTERNS = tuple(
    re.compile(pattern + _TAIL + _BY)
    for pattern in (
        rf"{_OPEN}(?:{_YEAR}|(?<![≥≤<>=])){_SPAN}(?<!\d){_MONTH}(?:{_DAY})?",
        rf"{_OPEN}(?P<year>(?:19|20)\d{{2}})(?P<dot>[-./])(?P<month>\d{{1,2}})(?P=dot)(?P<day>\d{{1,2}})日?(?![\d.%])",
        rf"{_OPEN}(?<![≥≤<>=])(?P<year>(?:19|20)\d{{2}})(?P<dot>[-./])(?P<month>\d{{1,2}})(?=$|前|之前|以前|底|完成|[-~至](?:19|20)\d{2}[./])",
        rf"{_OPEN}(?P<month>\d{{1,2}})(?P<dot>[./])(?P<day>\d{{1,2}})日?(?=之前|以前|前)",
        rf"(?:{_YEAR})?年?(?P<year_end>(?<=年)[底末])",
        rf"(?:{_YEAR})?第?(?P<quarter>上半年|下半年|[一二三四1-4]季度)",
        rf"{_OPEN}{_YEAR}",
        rf"{_OPEN}(?P<day>\d{{1,2}})[日号](?=之前|以前|前)",
    )
)
# Every pattern above holds one of these; most values and many sentences hold none.
_HINT = re.compile(r"[年月日号季]|半年|\d[-./]\d")
_LAST_MONTH = {"上半年": 6, "下半年": 12, "一季度": 3, "二季度": 6, "三季度": 9, "四季度": 12,
               "1季度": 3, "2季度": 6, "3季度": 9, "4季度": 12}  # fmt: skip
# A date after one of these is a baseline or a beginning, and 次年3月 has no year that is named.
_NOT_A_LIMIT = (
    "较", "比", "优于", "高于", "低于", "从", "自", "与", "按", "按照", "根据", "依据",
    "次年", "下年", "翌年", "上年", "去年", "后年",
)  # fmt: skip
_DEADLINE_WORDS = ("截至", "截止", "截止到", "不晚于", "不迟于", "不得晚于", "早于", "最迟", "最晚", "≤", "<")
_DONE = re.compile(
    r"(?:全年|年?内|年?底|前)?(?:按时|按期|如期|已|全部|全面|基本)?(?:完成|完工|竣工|实施|建成|交付|验收|使用|举办|开展|到位)?"
)
_PASSING_CHARS = 12  # 2024年3月 inside a longer sentence tells a story; 2024年3月举办首场活动 states a time
_RANGE = re.compile(rf"{MARK}?[-~至到]{{1,2}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date in a plain text: from ``start`` up to ``end``.

    ``exists`` is false for 2月30日; ``vague`` is true for 年底, 二季度 and for 2024.12, which may be a number.
    """

    start: int
    end: int
    date: DateLimit
    exists: bool = True
    vague: bool = False


def find_dates(plain: str) -> tuple[tuple[DateMention, ...], str]:
    """Dates of a plain text in order, a period as its last day, and the text with their characters marked as read."""
    mentions: list[DateMention] = []
    if _HINT.search(plain) is None:
        return (), plain
    for pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            mention = _match_to_mention(match)
            if mention is not None:
                mentions.append(mention)
                plain = plain[: mention.start] + MARK * (mention.end - mention.start) + plain[mention.end :]
    return _merge_periods(sorted(mentions, key=lambda mention: mention.start), plain), plain


def _match_to_mention(match: re.Match[str]) -> DateMention | None:
    parts = match.groupdict()
    year = numeral_to_int(parts["year"]) if parts.get("year") else None
    month = numeral_to_int(parts["month"]) if parts.get("month") else _LAST_MONTH.get(parts.get("quarter") or "")
    day = numeral_to_int(parts["day"]) if parts.get("day") else None
    if parts.get("year_end"):
        month = 12
    if year is not None and year < 100:
        year += 2000
    exists = _exists(year, month, day)
    if not exists and (parts.get("dot") or (year is None and day is None)):  # 24月 is a duration, 2024.15 a number
        return None
    vague = bool(parts.get("quarter") or parts.get("year_end") or (parts.get("dot") and (year is None or day is None)))
    date = DateLimit(year=year, month=month, day=day, by=bool(parts["by"]))
    return DateMention(start=match.start(), end=match.end(), date=date, exists=exists, vague=vague)


def _exists(year: int | None, month: int | None, day: int | None) -> bool:
    if month is not None and not 1 <= month <= 12:
        return False
    longest = calendar.monthrange(year or 2024, month)[1] if month is not None else 31  # 2024 has a 29 February
    return day is None or 1 <= day <= longest


def _merge_periods(mentions: list[DateMention], plain: str) -> tuple[DateMention, ...]:
    merged: list[DateMention] = []
    for mention in mentions:
        if merged and _RANGE.fullmatch(plain[merged[-1].end : mention.start]):
            first = merged.pop()
            year = mention.date.year if mention.date.year is not None else first.date.year
            mention = replace(mention, start=first.start, date=replace(mention.date, year=year))
        merged.append(mention)
    return tuple(merged)


def mention_to_date(mention: DateMention, plain: str, *, rest: str) -> DateLimit | None:
    """The deadline a mention states; None where it is a baseline (较2023年) or a year in passing (2024年检).

    ``plain`` is the text before marking, ``rest`` its words outside the date.
    """
    before = plain[: mention.start]
    if before.endswith(_NOT_A_LIMIT):
        return None
    date = replace(mention.date, by=True) if before.endswith(_DEADLINE_WORDS) else mention.date
    if date.by or _DONE.fullmatch(rest):
        return date
    names_a_day = date.month is not None and not mention.vague
    return date if names_a_day and len(rest) <= _PASSING_CHARS else None


def date_to_text(date: DateLimit) -> str:
    """``2024年3月底前``, ``9月前``, ``2022年12月31日``: read again, the same date."""
    text = f"{date.year}年" if date.year is not None else ""
    text += f"{date.month}月" if date.month is not None else ""
    text += f"{date.day}日" if date.day is not None else ""
    if not date.by:
        return text
    if date.day is not None:
        return f"{text}前"
    return f"{text}底前" if date.month is not None else f"{text}内"
