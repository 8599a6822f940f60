"""Target against actual: direction, attainment, and how alike two names are."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from audit.cells import once
from audit.rule import Why
from audit.view import RowView
from audit.words import (
    DIRECTION_WORDS,
    EMPTY_WORDS,
    LETTERS,
    NOT_SATISFACTION_ENDINGS,
    SATISFACTION,
)
from domain.value import Comparator, DateLimit, Quantity, Wording

MONEY_SCALE = {
    "元": Decimal(1),
    "千元": Decimal(1000),
    "万元": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "亿元": Decimal(100_000_000),
}
# Measures of one kind, each in the smallest of them; 亩 is 1/15 公顷.
SCALES = (
    MONEY_SCALE,
    {"米": Decimal(1), "公里": Decimal(1000), "千米": Decimal(1000)},
    {"平方米": Decimal(1), "平方公里": Decimal(1_000_000)},
    {"亩": Decimal(1), "公顷": Decimal(15)},
    {"分钟": Decimal(1), "小时": Decimal(60)},
    {"克": Decimal(1), "千克": Decimal(1000), "公斤": Decimal(1000), "吨": Decimal(1_000_000)},
)
PERCENT = "%"
HUNDRED = Decimal(100)
PER = "/"  # 4 篇/站点 says nothing of 4 篇 in all
MONTH_END = re.compile(r"[底末]")
SURE_DATE = 0.9  # confidence of a date that names its day or month itself
TEXTS_REMEMBERED = 1 << 16  # names and reasons come back in every form of a unit
TEXTS_AT_HAND = 1 << 12  # those of a form are held against each other again and again
# An approximate target (约, 左右) is held met within a tenth.
APPROXIMATE_SHARE = Decimal("0.9")


class Direction(StrEnum):
    """Which way a target binds."""

    UP = "正向"
    DOWN = "反向"
    WITHIN = "区间"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment:
    """A numeric actual held against a numeric target of the same unit.

    ``ratio`` is actual over target (over the upper bound of a range), None at target 0.
    """

    direction: Direction
    target: Decimal
    actual: Decimal
    met: bool
    ratio: Decimal | None


@once
def satisfaction_row(row: RowView) -> bool:
    """True for a row that reports how satisfied somebody is."""
    name = row.name
    if SATISFACTION in name:
        return True
    levels = row.level1 + row.level2
    return SATISFACTION in levels and not name.rstrip("（）()%").endswith(NOT_SATISFACTION_ENDINGS)


@once
def quantity_target(row: RowView) -> Quantity | None:
    """The target where it is a number."""
    reading = row.target
    return reading.value if reading is not None and isinstance(reading.value, Quantity) else None


@once
def quantity_actual(row: RowView) -> Quantity | None:
    """The actual value where it is a number."""
    reading = row.actual
    return reading.value if reading is not None and isinstance(reading.value, Quantity) else None


def row_direction(row: RowView, target: Quantity) -> Direction:
    """The sign decides; a bare number or = follows what the name counts."""
    if target.comparator is Comparator.BETWEEN and target.unit == PERCENT:
        return Direction.WITHIN
    if target.comparator in (Comparator.LE, Comparator.LT):
        return Direction.DOWN
    if target.comparator in (Comparator.GE, Comparator.GT):
        return Direction.UP
    counted = [found.lastgroup for found in DIRECTION_WORDS.finditer(row.name)]
    down = bool(counted) and counted[-1] == "down"
    if target.comparator is Comparator.BETWEEN:
        # 1-2 events: a third is more, not a miss; a price between bounds may be missed on either side
        return Direction.WITHIN if down else Direction.UP
    return Direction.DOWN if down else Direction.UP


@once
def attainment(row: RowView) -> Attainment | None:
    """How far the row reached its printed target; None where they cannot be held against each other.

    A row whose indicator or target was rewritten is judged by another target than the printed one: None. Raises
    NotRead where one side is a number and the other holds several, of which none can be picked.
    """
    reached = attainment_if_plain(row)
    if reached is None and not row.rewritten:
        _refuse_ambiguous(row)
    return reached


def _refuse_ambiguous(row: RowView) -> None:
    sides = (("target", row.target), ("actual", row.actual))
    if not any(reading is not None and isinstance(reading.value, Quantity) for _, reading in sides):
        return
    if _repeated(row.target_text, row.actual_text):
        return
    for column, reading in sides:
        if reading is not None and isinstance(reading.value, Wording) and not row.sure(reading):
            raise row.form.notebook.not_read(f"indicators[{row.place}].{column}", why=Why.AMBIGUOUS)
    if _ways_to_hold(row):
        bare = "actual" if _bare_share(quantity_actual(row), quantity_target(row)) else "target"
        raise row.form.notebook.not_read(f"indicators[{row.place}].{bare}", why=Why.SHARE)


def _repeated(target: str, actual: str) -> bool:
    """每季度1次 answered 每季度1次,共4次: there is nothing to hold against it."""
    return bool(target) and re.search(rf"(?<![\d.]){re.escape(target)}(?![\d.])", actual) is not None


@once
def attainment_if_plain(row: RowView) -> Attainment | None:
    """The same, and None too for a row whose numbers are ambiguous: for rules that look over many rows."""
    return None if row.rewritten else attainment_to_printed(row)


@once
def attainment_to_printed(row: RowView) -> Attainment | None:
    """How far the row reached the target as printed, whatever the reason says it was changed to.

    0.88 beside ≥85% may be 88% or 0.88%: the share, where both tell the same, and None where one alone is met.
    """
    ways = _ways_to_hold(row)
    return ways[-1] if len({way.met for way in ways}) == 1 else None


def _ways_to_hold(row: RowView) -> tuple[Attainment, ...]:
    """Every way of holding the actual against the printed target; the last reads a bare fraction as a share of one."""
    target, actual = quantity_target(row), quantity_actual(row)
    if target is None or actual is None or actual.comparator is Comparator.BETWEEN:
        return ()
    return tuple(
        _held_against(row, target, actual.low * scale) for scale in scales_between(target=target, actual=actual)
    )


def _held_against(row: RowView, target: Quantity, reached: Decimal) -> Attainment:
    direction = row_direction(row, target)
    return Attainment(
        direction=direction,
        target=target.low,
        actual=reached,
        met=_met(target, reached, direction=direction),
        ratio=reached / target.high if target.high > 0 else None,
    )


def scales_between(*, target: Quantity, actual: Quantity) -> tuple[Decimal, ...]:
    """What the actual may be multiplied with to be in the target's unit: two ways for a percentage and a fraction."""
    scale = common_scale(target.unit, actual.unit)
    if scale is None:
        return ()
    if _bare_share(actual, target):
        return scale, HUNDRED
    return (scale, 1 / HUNDRED) if _bare_share(target, actual) else (scale,)


def sole_scale(*, target: Quantity, actual: Quantity) -> Decimal | None:
    """The same where there is no doubt about it; None otherwise."""
    scales = scales_between(target=target, actual=actual)
    return scales[0] if len(scales) == 1 else None


def _bare_share(one: Quantity | None, other: Quantity | None) -> bool:
    """True for 0.88 beside 85%: a spreadsheet shows a share so where its cell is not formatted as a percentage."""
    if one is None or other is None or one.unit or other.unit != PERCENT:
        return False
    return abs(one.low) <= 1 and abs(one.high) <= 1 < abs(other.high)


def exact_scale(unit: str, other: str) -> Decimal | None:
    """What a number in the ``other`` unit is multiplied with to be in ``unit``; an unprinted unit agrees with any."""
    if unit == other or not unit or not other:
        return Decimal(1)
    return next((scale[other] / scale[unit] for scale in SCALES if unit in scale and other in scale), None)


def common_scale(target_unit: str, actual_unit: str) -> Decimal | None:
    """What the actual is multiplied with to be in the target's unit; None where the units do not meet."""
    exact = exact_scale(target_unit, actual_unit)
    if exact is not None:
        return exact
    measured = any(target_unit in scale for scale in SCALES) and any(actual_unit in scale for scale in SCALES)
    if measured or (PER in target_unit) != (PER in actual_unit):
        return None
    alike = target_unit in actual_unit or actual_unit in target_unit
    kept_apart = PERCENT in (target_unit, actual_unit) or target_unit in MONEY_SCALE or actual_unit in MONEY_SCALE
    return Decimal(1) if alike and not kept_apart else None


def _met(target: Quantity, actual: Decimal, *, direction: Direction) -> bool:
    if direction is Direction.WITHIN:
        return target.low <= actual <= target.high
    if direction is Direction.DOWN:
        slack = target.high / APPROXIMATE_SHARE if target.approximate else target.high
        return actual < slack if target.comparator is Comparator.LT else actual <= slack
    slack = target.low * APPROXIMATE_SHARE if target.approximate else target.low
    return actual > slack if target.comparator is Comparator.GT else actual >= slack


def days_late(row: RowView) -> int | None:
    """Days between the last day the target allows and the first day the actual value can mean; None unless later.

    Both must name a month; a year that is not printed is the form's.
    """
    dates = _sure_dates(row)
    if dates is None:
        return None
    last, first = _last_day(dates[0], row.form.year), _first_day(dates[1], row.form.year)
    return (first - last).days if first is not None and last is not None and first > last else None


def done_in_time(row: RowView) -> bool:
    """True where the last day the actual value can mean is no later than the day the target names."""
    dates = _sure_dates(row)
    if dates is None:
        return False
    # 11月前 ends with October, 11月底前 with November
    open_month = dates[0].by and dates[0].day is None and MONTH_END.search(row.target_text) is None
    due = _first_day(dates[0], row.form.year) if open_month else _last_day(dates[0], row.form.year)
    done = _last_day(dates[1], row.form.year)
    return due is not None and done is not None and done <= due


def _sure_dates(row: RowView) -> tuple[DateLimit, DateLimit] | None:
    """Target and actual where both are dates that leave no doubt, and the target still holds."""
    target, actual = row.target, row.actual
    if target is None or actual is None or row.rewritten:
        return None
    if not isinstance(target.value, DateLimit) or not isinstance(actual.value, DateLimit):
        return None
    if min(target.confidence, actual.confidence) < SURE_DATE:  # 下半年 is told by its last month and may mean July
        return None
    return target.value, actual.value


def _last_day(limit: DateLimit, year: int | None) -> date | None:
    """The last day a printed date can mean: the end of its month where it names no day."""
    return _to_day(limit, year, day=31)


def _first_day(limit: DateLimit, year: int | None) -> date | None:
    """The first day a printed date can mean: the first of its month where it names no day."""
    return _to_day(limit, year, day=1)


def _to_day(limit: DateLimit, year: int | None, *, day: int) -> date | None:
    """The date, with ``day`` or the month's last one where none is printed; None without a month or a true year."""
    whole = limit.year or year
    if limit.month is None or whole is None or not MINYEAR <= whole <= MAXYEAR:
        return None
    return date(whole, limit.month, min(limit.day or day, monthrange(whole, limit.month)[1]))


@lru_cache(maxsize=TEXTS_REMEMBERED)
def letters(text: str) -> str:
    """The letters of a text without punctuation and spaces: equal for sentences that differ in those only."""
    return LETTERS.sub("", text)


@lru_cache(maxsize=TEXTS_REMEMBERED)
def subject(text: str) -> str:
    """What a name is about: its letters without the words every indicator name may hold."""
    return EMPTY_WORDS.sub("", letters(text))


def shared_letters(one: str, other: str) -> int:
    """How many different letters two subjects share."""
    return len(_subject_letters(one) & _subject_letters(other))


@lru_cache(maxsize=TEXTS_AT_HAND)
def _subject_letters(text: str) -> frozenset[str]:
    return frozenset(subject(text))
