"""叙述: figures told that are not the table's: digits changed over, and a goal that asks for another number."""

from __future__ import annotations

from decimal import Decimal

from audit.compare import quantity_actual, quantity_target
from audit.phrases import plain, quoted
from audit.prose import agrees, speaks_of
from audit.rule import Fail
from audit.units import counted_unit
from audit.view import RowView
from domain.finding import Severity
from domain.value import Comparator, Quantity

LEAST_DIGITS = 3  # two digits the other way round are two figures as often as one slip


def turned_digits(row: RowView, actual: Quantity) -> Fail | None:
    """The finding on 1457万元 told where the row holds 1745万元 and nothing on the form is 1457."""
    mentions = [each for each in row.form.completion_mentions if each.quantity.unit == actual.unit]
    turned = [mention for mention in mentions if _is_turned(mention.quantity.low, actual.low)]
    if not turned or any(agrees(mention.quantity, actual.low) for mention in mentions):
        return None
    held = {
        value.low
        for other in row.form.aside.rows
        for value in (quantity_actual(other), quantity_target(other))
        if value is not None
    }
    told = next((mention for mention in turned if mention.quantity.low not in held), None)
    if told is None:
        return None
    words = f"{told.before}{plain(told.quantity.low)}{counted_unit(told.quantity.unit)}{told.after}"
    message = f"{row.label}实际填{row.actual_text}，完成情况写作{quoted(words)}，数字相同而次序不同，多半有一处写错。"
    return Fail(message=message, severity=Severity.LOW, confidence=0.7)


def _is_turned(one: Decimal, other: Decimal) -> bool:
    if one == other:
        return False
    first, second = plain(one), plain(other)
    same = sorted(first) == sorted(second) and len(first.replace(".", "")) >= LEAST_DIGITS
    return same and first.find(".") == second.find(".")


def goal_apart(row: RowView) -> Fail | None:
    """The finding on a goal that names this very row and asks for another number than its target."""
    target = quantity_target(row)
    if target is None or target.low != target.high or not counted_unit(target.unit):
        return None
    told = [
        mention
        for mention in row.form.context.skills.mentions(row.form.goal)
        if mention.quantity.unit == target.unit and speaks_of(mention, row.name)
    ]
    apart = [mention for mention in told if not _asks_alike(mention.quantity, target)]
    if not told or len(apart) < len(told):
        return None
    asked = f"{apart[0].before}{plain(apart[0].quantity.low)}{counted_unit(target.unit)}{apart[0].after}"
    message = f"{row.label}目标值为{row.target_text}，年度目标写作{quoted(asked)}，不是同一个数，不知以哪一个为准。"
    return Fail(message=message, severity=Severity.LOW, confidence=0.7)


def _asks_alike(told: Quantity, target: Quantity) -> bool:
    """True for one number, or a range or approximation that allows it."""
    within = told.comparator is Comparator.BETWEEN and told.low <= target.low <= told.high
    return within or told.approximate or target.low in (told.low, told.high)
