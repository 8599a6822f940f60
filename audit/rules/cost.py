"""成本: whether cost is a goal of its own, and whether what is told of savings is so."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from audit.basis import COST_GUIDE, TARGET_REQUIREMENTS, TRUTHFUL, together
from audit.category_words import COST_NAME, NOT_CLAIMED, OF_MONEY, OVERRUN, SAVING, SAVING_CLAIM, SURPLUS
from audit.compare import MONEY_SCALE, Direction, attainment_if_plain, quantity_actual, quantity_target
from audit.phrases import percent, quoted, wan
from audit.rule import BOTH_KINDS, PASS, Fail, FormKind, Outcome, form_rule, row_rule
from audit.slots import Slot, all_slots, complete, levels_to_slot, row_slot
from audit.view import FormView, RowView
from domain.finding import Severity
from domain.value import Comparator

GROUP = "成本"
SUM_TOLD = re.compile(r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?)\s*(?P<unit>亿元|百万元|万元|千元|元)")
NO_COST_ROW = "表中也没有显示节约的成本指标"
SAVED_OVER = Decimal("1.2")  # sums are told rounded, and part may have been spent on more work
CLAUSE = re.compile(r"[^，,。；;！!\n]+")


def _saves(row: RowView, slot: Slot) -> bool:
    """True for a row whose value is how much money was saved."""
    name = row.name
    if SAVING.search(name) is None or OVERRUN.search(name) is not None:
        return False
    return slot is Slot.COST or OF_MONEY.search(name) is not None


@row_rule(
    code="COST_TARGET_MEANINGLESS",
    title="成本目标无意义",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(COST_GUIDE, TARGET_REQUIREMENTS),
    kinds=BOTH_KINDS,
    limits=(
        "只看节约率、节约额一类而目标为0的；定得极低的节约率、没有依据的成本数看不出；超支率为0是限额，不算。"
        "按政策不得结余的补助项目，节约率只能为0，也会报出。"
    ),
)
def cost_target_meaningless(row: RowView) -> Outcome:
    """节约率目标为0，一分不省也算完成，这一项的分白得，成本没有控制。"""
    slot = row_slot(row)
    surplus = SURPLUS.search(row.name) is not None
    if not surplus and not _saves(row, slot):
        return PASS
    target = quantity_target(row)
    if surplus and target is not None and target.comparator is not Comparator.GE:
        return PASS  # a surplus of nothing at most is a limit
    if target is None or target.high != 0 or target.comparator is Comparator.GT:
        return PASS
    return Fail(message=f"{row.label}目标{row.target_text}，一分不节约也算完成{row.marks}。")


@form_rule(
    code="COST_SAVING_CONTRADICTION",
    title="称节约而无节约",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(TRUTHFUL, COST_GUIDE),
    limits=(
        "须写有节约成本、经费得到节约一类的话；说给企业、群众、患者省钱的不算；没有写出节约数额的，成本行比限额低一成以上或显示节约即不报，低得更少的作提示。"
        "节约的钱在本项目内另作他用的，预算用完也可能属实，所以只按低。"
    ),
)
def cost_saving_contradiction(form: FormView) -> Outcome:
    """完成情况称节约了成本，而节约率为0，或全年预算没有调减又全部用完，所称节约没有依据。"""
    claim = next((clause for clause in CLAUSE.findall(form.completion) if _claims(clause)), "")
    if not claim:
        return PASS
    placed = [(row, levels_to_slot(row.level1, row.level2)) for row in form.rows]
    nothing = [row for row, slot in placed if _saves(row, slot) and _nothing_saved(row)]
    if nothing:
        row = nothing[0]
        message = f"完成情况称{quoted(claim)}，而{row.label}目标{row.target_text}，实际填{row.actual_text}{row.marks}。"
        return Fail(message=message)
    if (over := _more_than_left(form, claim)) is not None:
        return over
    below = [
        share for row, slot in placed if (slot is Slot.COST or COST_NAME.search(row.name)) and (share := _cheaper(row))
    ]
    if max(below, default=Decimal(0)) >= form.thresholds.saving_notable:
        return PASS
    spent = _all_spent(form, claim)
    if not below or not isinstance(spent, Fail):
        return spent
    message = spent.message.replace(NO_COST_ROW, f"成本行只比限额低{percent(max(below))}")
    return replace(spent, message=message, severity=Severity.INFO)


def _claims(clause: str) -> bool:
    return SAVING_CLAIM.search(clause) is not None and NOT_CLAIMED.search(clause) is None


def _nothing_saved(row: RowView) -> bool:
    actual = quantity_actual(row)
    return actual is not None and actual.high == 0


def _cheaper(row: RowView) -> Decimal:
    """How much of a limit the row itself shows as saved (0..1): a cost below it; all of it for a share saved."""
    actual = quantity_actual(row)
    if SAVING.search(row.name) is not None:
        return Decimal(actual is not None and actual.low > 0)
    reached = attainment_if_plain(row)
    if reached is None or reached.direction is not Direction.DOWN or reached.target <= 0:
        return Decimal(0)
    return max(1 - reached.actual / reached.target, Decimal(0))


def _more_than_left(form: FormView, claim: str) -> Fail | None:
    """The finding where the sum told as saved is more than the money not spent and taken back together."""
    told = SUM_TOLD.search(claim)
    fund = form.total_fund
    initial, adjusted, executed = fund.initial, fund.adjusted, fund.executed
    if told is None or initial is None or adjusted is None or executed is None or adjusted.yuan <= 0:
        return None
    saved = Decimal(told["number"].replace(",", "")) * MONEY_SCALE[told["unit"]]
    left = max(adjusted.yuan - executed.yuan, Decimal(0)) + max(initial.yuan - adjusted.yuan, Decimal(0))
    if saved <= left * SAVED_OVER:
        return None
    message = (
        f"完成情况称{quoted(claim)}，而全年预算{wan(adjusted.yuan)}、执行{wan(executed.yuan)}，"
        f"未用和调减的合计{wan(left)}，少于所称节约的数。"
    )
    return Fail(message=message, severity=Severity.LOW, confidence=0.7)


def _all_spent(form: FormView, claim: str) -> Outcome:
    """The finding where the whole budget, never cut, was spent."""
    fund = form.total_fund
    initial, adjusted, executed = fund.initial, fund.adjusted, fund.executed
    if initial is None or adjusted is None or executed is None or adjusted.yuan <= 0:
        return PASS
    if adjusted.yuan < initial.yuan or executed.yuan < adjusted.yuan:
        return PASS
    message = (
        f"完成情况称{quoted(claim)}，而全年预算{wan(adjusted.yuan)}未调减并已全部执行（{wan(executed.yuan)}），"
        f"{NO_COST_ROW}。"
    )
    return Fail(message=message, severity=Severity.LOW, confidence=0.7)


@form_rule(
    code="COST_INDICATOR_MISSING",
    title="缺成本指标",
    group=GROUP,
    severity=Severity.LOW,
    basis=COST_GUIDE,
    kinds=BOTH_KINDS,
    limits=(
        "2022年度及以前的表只作提示，年度未识读、不足3项指标或可能漏行的表不查；名称带单价、费用、标准等字样即算有，"
        "不问定得是否合理。"
        "按政策标准发放的补助项目也会报出。"
    ),
)
def cost_indicator_missing(form: FormView) -> Outcome:
    """表中没有成本指标，花多少钱办这些事没有约束。要求自财预〔2021〕101号起，较早年度的表只作提示。"""
    if form.year is None:
        return PASS
    rows = all_slots(form)
    if not complete(form, rows) or any(slot is Slot.COST or COST_NAME.search(row.name) for row, slot in rows):
        return PASS
    kind = "绩效目标表" if form.kind is FormKind.TARGET else "自评表"
    message = f"{form.year}年度{kind}{len(rows)}项指标中没有成本指标（单价、总成本控制、节约率等）"
    asked_from = form.thresholds.cost_asked_from
    if form.year < asked_from:
        return Fail(
            message=f"{message}；{asked_from}年度起才逐表要求，供参考。", severity=Severity.INFO, confidence=0.7
        )
    return Fail(message=f"{message}。")
