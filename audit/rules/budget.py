"""预算: what happened to the money, held against what was reported as done. One form at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from audit.basis import APPROVED_CHANGE, FOOTNOTE_RATE, TRUTHFUL, together
from audit.phrases import percent, quoted, wan
from audit.rule import PASS, Fail, Outcome, form_rule
from audit.slots import OUTPUTS, row_slot
from audit.view import FormView, RowView
from audit.words import (
    ALL_DONE,
    BUDGET_MOVE,
    CAUSE,
    COMPLETED_WORKS,
    HANDED_OVER,
    LEFT_OVER,
    MONEY_REASON,
    NOT_COMPLETED,
    SENTENCE_END,
)
from domain.finding import Severity
from domain.label import Rationale, RewriteStatus

GROUP = "预算"
OUTPUT = "产出"
# Praise of how money was handled explains none that is left.
COMPLIED = re.compile(r"按照?[^，。；]{0,16}要求[^，。；]{0,10}(规范|严格|合理|专款|使用|管理)|专款专用")
MONEY = re.compile(r"资金|经费|款|金|\d[\d.,]*[万亿]?元|预算")
# What was bought stands there and is in use.
BOUGHT = re.compile(
    r"[^，。；未没不因少缺延推迟滞待调减]{0,12}(采购|招标|合同)[^，。；未没不因少缺延推迟滞待调减]{0,12}(完成|上架|到位|使用|验收|交付|签订)"
)
# What an approval must be of to be one of a change: a permit to fell trees is none.
CHANGED = re.compile(
    r"调[整减增剂]|变更|修[改订]|改[为建]|追加|核[减增]|增[加设]|减少|加装|压减|取消|缩减|扩大|预算|指标|目标|规模|任务|方案|设计|投资|概算|计划"
)
# What keeps a contract, a purchase or a settlement from being paid within the year.
HELD_UP = re.compile(
    r"未|没|尚|待|才|晚|迟|延|滞|缓|停|废|流标|终止|解除|变更|调整|减|余|节|结算|尾|质保|保证|周期|次年|下年|明年|跨年|分期|困难|较[长多慢]|不足"
)
CLAUSE_END = re.compile(r"[。；;，,]")
# Causes of money not spent that a reason may give without naming money.
MONEY_LABELS = (
    "budget_cut",
    "funds_late_or_short",
    "procurement_or_schedule_delay",
    "not_carried_out",
    "force_majeure",
)


def _reasons(form: FormView) -> Iterator[Rationale]:
    for row in form.rows:
        reason = row.reason_if_any
        if reason is not None:
            yield reason


def change_approved(form: FormView) -> bool:
    """True where some reason names the approval of a change."""
    return any(
        reason.rewrite.status is RewriteStatus.APPROVED
        or (reason.has("approved_change") and CHANGED.search(reason.text) is not None)
        for reason in _reasons(form)
    )


def _budget_ratio(form: FormView) -> tuple[Decimal, Decimal, Decimal] | None:
    """Initial and full-year budget in yuan and their ratio; None where either is blank or zero."""
    fund = form.total_fund
    initial, adjusted = fund.initial, fund.adjusted
    if initial is None or adjusted is None or initial.yuan <= 0 or adjusted.yuan <= 0:
        return None
    return initial.yuan, adjusted.yuan, adjusted.yuan / initial.yuan


def _execution(form: FormView) -> tuple[Decimal, Decimal, Decimal] | None:
    """Executed and full-year budget in yuan and their ratio; None where either is blank or the budget is zero."""
    fund = form.total_fund
    executed, adjusted = fund.executed, fund.adjusted
    if executed is None or adjusted is None or adjusted.yuan <= 0:
        return None
    return executed.yuan, adjusted.yuan, executed.yuan / adjusted.yuan


def _output_rows(form: FormView) -> list[RowView]:
    """Rows of outputs by their first level, or by their second where the first is named otherwise (项目完成)."""
    return [row for row in form.rows if OUTPUT in row.level1 or row_slot(row) in OUTPUTS]


def _output_marks(form: FormView) -> Decimal:
    """Marks the outputs could earn together."""
    weights = [row.weight for row in _output_rows(form)]
    return sum((weight for weight in weights if weight is not None), Decimal(0))


def _output_share(form: FormView) -> Decimal | None:
    """Marks the outputs kept over the marks they could earn; None where the form names no outputs or no marks."""
    rows = _output_rows(form)
    scores = [row.score for row in rows]
    total = _output_marks(form)
    if total <= 0 or any(score is None for score in scores):
        return None
    return sum((score for score in scores if score is not None), Decimal(0)) / total


@form_rule(
    code="BUDGET_ADJUST_LARGE",
    title="预算调整幅度大",
    nature="预算调整幅度较大且表内未作说明",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(APPROVED_CHANGE, FOOTNOTE_RATE),
    limits=(
        "没有年初预算数的不判断；调整一成到三成而表内提到缘由的不报；有一行原因提到调整获批准，全表不报。"
        "批复只在表外的会报出，年中追加、据实结算等正常调整也会报出，对照调整文件即可排除。"
    ),
)
def budget_adjust_large(form: FormView) -> Outcome:
    """全年预算较年初增减一成以上须说明并随之报批调整目标；表内未见说明或批复的，资金去向和目标都要问。"""
    moved = _budget_ratio(form)
    if moved is None or abs(moved[2] - 1) < form.thresholds.adjust_notable or change_approved(form):
        return PASS
    initial, adjusted, ratio = moved
    large = abs(ratio - 1) >= form.thresholds.adjust_large
    explained = any(reason.has("budget_cut") or BUDGET_MOVE.search(reason.text) for reason in _reasons(form))
    explained = explained or BUDGET_MOVE.search(form.completion) is not None
    if explained and not large:
        return PASS
    change = f"调{'增' if ratio > 1 else '减'}{percent(abs(ratio - 1))}（{wan(abs(adjusted - initial))}）"
    tail = "表中提到预算调整，但未见目标随之报批调整" if explained else "表中没有说明，也未见批复"
    message = f"年初预算{wan(initial)}，全年预算{wan(adjusted)}，{change}；{tail}。"
    severity = Severity.HIGH if large and not explained else Severity.MEDIUM
    return Fail(message=message, severity=severity, yuan=abs(adjusted - initial))


@form_rule(
    code="BUDGET_CUT_TARGET_UNCHANGED",
    title="预算大幅调减而目标未改",
    nature="预算大幅调减而绩效目标未相应调整",
    group=GROUP,
    severity=Severity.HIGH,
    basis=APPROVED_CHANGE,
    limits=(
        "看不出哪些是产出、产出得分有空格的表不判断；有一行原因提到预算压减或未开展即不报。"
        "表上印的若已是调整后的目标，会误报，须与年初目标表对照。"
    ),
)
def budget_cut_target_unchanged(form: FormView) -> Outcome:
    """全年预算不足年初七成，产出目标没有调整却几乎全部得满分；要么原预算偏高，要么完成情况不实。"""
    moved = _budget_ratio(form)
    share = _output_share(form)
    if moved is None or share is None or moved[2] >= form.thresholds.cut_deep:
        return PASS
    # Rows that own up to what the cut left undone show that the goals were not all claimed.
    owned = any(reason.has("budget_cut", "not_carried_out") for reason in _reasons(form))
    if share < form.thresholds.output_full or owned or change_approved(form):
        return PASS
    initial, adjusted, ratio = moved
    message = (
        f"年初预算{wan(initial)}，全年预算{wan(adjusted)}，为年初的{percent(ratio)}；"
        f"产出指标未见调整，产出得分率{percent(share)}。"
    )
    return Fail(message=message, yuan=initial - adjusted, points=_output_marks(form))


@form_rule(
    code="LOW_EXEC_FULL_OUTPUT",
    title="低执行率而产出满分",
    nature="预算执行率与产出得分不相称",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TRUTHFUL, FOOTNOTE_RATE),
    limits=(
        "看不出哪些是产出、产出没有分值得分的表不判断；产出得分率不到95%的不报。"
        "只看比例：完工未付款、招标节约等正当情形，表上写明了也仍会报出。"
    ),
)
def low_exec_full_output(form: FormView) -> Outcome:
    """资金执行不到八成，产出却几乎全部得满分；要么预算偏高，要么产出不实或尚未付款。"""
    spent = _execution(form)
    share = _output_share(form)
    if spent is None or share is None or spent[2] >= form.thresholds.execution_low:
        return PASS
    if share < form.thresholds.output_full:
        return PASS
    executed, adjusted, ratio = spent
    message = (
        f"全年预算{wan(adjusted)}，执行{wan(executed)}，执行率{percent(ratio)}，"
        f"结余{wan(adjusted - executed)}；产出得分率{percent(share)}。"
    )
    return Fail(message=message, yuan=adjusted - executed, points=_output_marks(form))


@form_rule(
    code="LOW_EXEC_NO_EXPLANATION",
    title="低执行率未作说明",
    nature="预算执行率偏低未说明原因",
    group=GROUP,
    severity=Severity.HIGH,
    basis=FOOTNOTE_RATE,
    limits=(
        "原因栏任一行提到预算、资金，或合同、采购受阻，或完成情况有一句同时提到资金和缘由，即算有说明，不问是否成立。"
        "说明另附材料、表上不提的会报出。"
    ),
)
def low_exec_no_explanation(form: FormView) -> Outcome:
    """执行率低于90%须说明原因；全表没有一处说明资金为何未用完。"""
    spent = _execution(form)
    if spent is None or spent[2] >= form.thresholds.execution_explain:
        return PASS
    if any(reason.has(*MONEY_LABELS) or _of_money_left(reason.text) for reason in _reasons(form)):
        return PASS
    if _narrative_explains(form.completion):
        return PASS
    executed, adjusted, ratio = spent
    message = f"全年预算{wan(adjusted)}，执行{wan(executed)}，执行率{percent(ratio)}，表中未见原因说明。"
    return Fail(message=message, yuan=adjusted - executed)


def _narrative_explains(text: str) -> bool:
    """True where one sentence speaks of money and of a cause; naming the rate alone explains nothing."""
    return any(_told_why(sentence) for sentence in SENTENCE_END.split(text))


def _told_why(sentence: str) -> bool:
    if MONEY_REASON.search(sentence) is None:
        return False
    cause = CAUSE.search(COMPLIED.sub("", sentence))
    return cause is not None or (MONEY.search(sentence) is not None and LEFT_OVER.search(sentence) is not None)


def _of_money_left(text: str) -> bool:
    """True for a reason that speaks of money, or of a contract or purchase that fell behind, and not of one made."""
    if MONEY_REASON.search(text) is None or BOUGHT.fullmatch(text.strip("。；; ")) is not None:
        return False
    clauses = CLAUSE_END.split(text)
    spoken = [clause for clause in clauses if MONEY_REASON.search(clause)]
    return any(MONEY.search(clause) or HELD_UP.search(clause) for clause in spoken)


@form_rule(
    code="LOW_EXEC_CLAIMED_COMPLETE",
    title="低执行率而称完工",
    nature="预算执行进度与完成情况的表述不一致",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TRUTHFUL, FOOTNOTE_RATE),
    limits=(
        "只认工程、建设一类的完工说法，和设备投用、补助足额发放、全部任务完成（后几种表上写明余款去向的不报）；叙述中任何地方写有尚未、正在、未完成即不报，哪怕说的是别的事。"
        "先建后付、结算滞后的工程会报出，查付款进度即可排除。"
    ),
)
def low_exec_claimed_complete(form: FormView) -> Outcome:
    """资金执行不到六成，完成情况却写工程、建设已完成；应核对进度、结算和付款。"""
    spent = _execution(form)
    if spent is None or spent[2] >= form.thresholds.execution_half:
        return PASS
    narrative = form.completion
    clauses = CLAUSE_END.split(narrative)
    works = [clause for clause in clauses if COMPLETED_WORKS.search(clause)]
    claims = works or ([] if LEFT_OVER.search(narrative) else _handed_over(clauses))
    if not claims or NOT_COMPLETED.search(narrative):
        return PASS
    executed, adjusted, ratio = spent
    message = f"执行率{percent(ratio)}（{wan(executed)}/{wan(adjusted)}），完成情况写{quoted(claims[0].strip())}。"
    return Fail(message=message, yuan=adjusted - executed, severity=None if works else Severity.MEDIUM)


def _handed_over(clauses: Sequence[str]) -> list[str]:
    """Clauses that tell of things in use, of payments made in full, or of all that was to be done."""
    return [clause for clause in clauses if HANDED_OVER.search(clause) or ALL_DONE.search(clause)]
