"""What a narrative says of the money, held against the form's own money block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from audit.compare import MONEY_SCALE, PERCENT, letters
from audit.phrases import HUNDRED, plain, quoted, wan
from audit.prose import OTHER_NUMBER
from audit.rule import PASS, Fail, Outcome
from audit.units import counted_unit
from audit.view import FormView
from domain.finding import Severity
from domain.value import Amount, Comparator, Mention

EXECUTION = re.compile(r"(预算|资金|项目|经费|^)执行率(达到?|为|是)?$")
ENDING = r"(数|资金|总额|金额|总数|共|共计|合计|为|达|的)*$"
BUDGET = re.compile(rf"(全年预算|年度预算|年初预算|预算总额|预算安排|项目预算|调整后预算){ENDING}")
SPENT = re.compile(rf"(实际支出|实际执行|全年执行|预算执行|执行数|全年支出|支出总额|实际支付|实际使用){ENDING}")
INCLUDES_UNPAID = re.compile(r"(?<!不)(?<!未)含[^，,。；;]{0,8}(待支付|未支付|应付|预计支付)[^，,。；;]{0,16}")
UNPAID = re.compile(r"[^，,。；;]{0,16}(待支付|未支付|未付)[^，,。；;]{0,8}")
# What is paid out of the next year's budget is no part of this one's.
NEXT_BUDGET = re.compile(r"下一?年|次年|明年|列入|20\d{2}年(度)?预算|质保")
DENIED = re.compile(
    r"(不存在|没有|未出现|无)[^，,。；;]{0,12}(执行|支出|预算)[^，,。；;]{0,10}(偏离|偏差|偏低|滞后|较慢|问题)[^，,。；;]{0,8}"
)
PRAISED = re.compile(r"(预算|资金)(执行|支出)(情况|进度|率)?(良好|较好|很好|正常|较高)")
# Sums are told rounded: 846万元 for 846.35.
TOLD_ROUNDING = Decimal("0.005")
WHOLE_PERCENT = Decimal("0.5")
ONE_POINT = Decimal(1)


def rate_conflict(form: FormView, done: str) -> Outcome:
    """An execution rate told in the narrative that stands nowhere in the money block."""
    told = [mention for mention in form.completion_mentions if _is_rate(mention)]
    if not told or "执行率" not in done:
        return PASS
    rates = [fund.rate.value for fund in form.funds if fund.rate is not None]
    if not rates or any(_same_rate(form, mention, rate) for mention in told for rate in rates):
        return PASS
    first = told[0]
    message = f"完成情况称“{first.before}{plain(first.quantity.low)}%”，资金表印出的执行率为{plain(rates[0])}%。"
    far = abs(first.quantity.low - rates[0]) >= ONE_POINT
    return Fail(message=message, severity=Severity.HIGH if far else Severity.LOW)


def _is_rate(mention: Mention) -> bool:
    exact = counted_unit(mention.quantity.unit) == PERCENT and mention.quantity.comparator is Comparator.NONE
    return exact and not mention.quantity.approximate and EXECUTION.search(letters(mention.before)) is not None


def _same_rate(form: FormView, mention: Mention, rate: Decimal) -> bool:
    told = mention.quantity.low
    whole = told == told.to_integral_value()
    return abs(told - rate) <= (WHOLE_PERCENT if whole else form.thresholds.rate_told_tolerance)


def amount_conflict(form: FormView, _: str) -> Outcome:
    """A yearly budget or sum spent told in the narrative that stands nowhere in the money block."""
    for mention in form.completion_mentions:
        scale = MONEY_SCALE.get(mention.quantity.unit)
        if scale is None or mention.quantity.approximate or mention.quantity.comparator is not Comparator.NONE:
            continue
        words = letters(mention.before)
        kind = "预算数" if BUDGET.search(words) else "执行数" if SPENT.search(words) else ""
        if not kind or OTHER_NUMBER.search(BUDGET.sub("", words) + mention.after):
            continue
        told = mention.quantity.low * scale
        printed = [amount.yuan for amount in _amounts(form, kind)]
        if printed and not any(abs(told - yuan) <= TOLD_ROUNDING * max(told, yuan) for yuan in printed):
            number = f"{mention.before}{plain(mention.quantity.low)}{mention.quantity.unit}"
            message = f"完成情况称“{number}”，资金表的{kind}为{wan(printed[0])}。"
            return Fail(message=message, confidence=0.8)
    return PASS


def _amounts(form: FormView, kind: str) -> Iterator[Amount]:
    """Every amount of the money block a narrative may mean by this word."""
    for fund in form.funds:
        wanted = (fund.executed,) if kind == "执行数" else (fund.adjusted, fund.initial)
        yield from (amount for amount in wanted if amount is not None)


def unpaid_conflict(form: FormView, done: str) -> Outcome:
    """Money told as unpaid in a form whose budget is reported as spent to the last cent."""
    included, unpaid = INCLUDES_UNPAID.search(done), UNPAID.search(done)
    found = included or unpaid
    if found is None or (included is None and NEXT_BUDGET.search(done)):
        return PASS
    rate = form.total_fund.rate
    if rate is None or rate.value < HUNDRED:
        return PASS
    message = f"资金表执行率{plain(rate.value)}%，完成情况却写有{quoted(found.group())}，没有支付的钱不应计入执行数。"
    severity = Severity.LOW if included is None else Severity.MEDIUM
    return Fail(message=message, severity=severity, confidence=0.8)


def denied_conflict(form: FormView, done: str) -> Outcome:
    """A low execution rate denied or praised in the narrative."""
    denied, praised = DENIED.search(done), PRAISED.search(done)
    found = denied or praised
    if found is None:
        return PASS
    rate = form.total_fund.rate
    if rate is None or rate.value >= form.thresholds.execution_explain * HUNDRED:
        return PASS
    message = f"资金表执行率{plain(rate.value)}%，完成情况却称{quoted(found.group())}。"
    return Fail(message=message, severity=Severity.LOW if denied is None else Severity.MEDIUM)
