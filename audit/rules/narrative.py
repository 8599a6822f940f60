"""叙述: what the completion narrative says, held against the goal, the indicator rows and the money."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from audit.basis import EVALUATION_ART_4, FOOTNOTE_QUANTITY, FOOTNOTE_RATE, TRUTHFUL, together
from audit.compare import (
    PERCENT,
    Direction,
    attainment_if_plain,
    letters,
    quantity_actual,
    quantity_target,
    row_direction,
    satisfaction_row,
)
from audit.phrases import HUNDRED, plain, quoted, rounded
from audit.prose import agrees, copied_share, counted_subject, pairs_told, speaks_of
from audit.rule import PASS, Fail, Outcome, form_rule, rows_and_form_rule
from audit.rules.bands import Band, band_of
from audit.units import counted_unit, same_word
from audit.view import FormView, RowView
from audit.words import TIME_UNITS
from domain.finding import Severity
from domain.value import Comparator, Mention, Quantity

GROUP = "叙述"
SENTENCE = re.compile(r"[。；;！!\n]+")
CLAUSE = re.compile(r"[。；;，,！!\n]+")
EXECUTION = re.compile(r"执行率")
# A whole name that says everything was done, and not what.
ALL_DONE_RATE = re.compile(
    r"^(本|项目|年度|全年|各项|总体|工作|任务|计划|目标|建设|实施|整体)*(计划|任务|工作|项目|目标)(总体)?完成率$"
)
# The narrative's own word that all was done, and the list of what was not done left at 无.
ALL_DONE = re.compile(
    r"(各项|所有|全部|年度|全年)(年度|绩效|预定|既定|工作|产出|效益)*(目标|指标|任务|工作)(任务)?(均|全部|全面|已|都|按期|按时|按计划|圆满)+(完成|达到|达成|实现|达标)"
    r"|(全面|全部|圆满|100%)(完成|实现|达成)了?(全部|所有|各项|年度|全年|年初)(预定|既定|绩效|工作)*(目标|指标|任务|工作)"
    r"|未完成的?(绩效)?(目标|指标|任务)[^。；;，,]{0,10}[:：（(]?无"
)
# The narrative owns up to something left undone, whatever it calls it.
OWNED_UP = re.compile(
    r"未(能|全部|完全|按|开展|完成|达|实施|举办|实现)|没有(完成|开展)|尚未|推迟|取消|暂停|延期|滞后|调减|缓建|停办|不足|有待|差距|退出|压减"
)
GOOD_SATISFACTION = re.compile(
    r"满意度?(结果|情况|水平|程度|评价|反馈)?[^，,。；;\d]{0,6}(较好|良好|很好|较高|很高|优秀|显著|非常满意|比较满意)"
)
OWN_YEAR = re.compile(r"(?P<year>20\d{2})年度?(全年)?[，,]?(本项目|按计划|完成|共|我|开展|组织|项目|全)")
CLOSING_YEAR = re.compile(r"截[至止到](?P<year>20\d{2})年")
THIS_YEAR = re.compile(r"本年|今年|当年|全年|年内")
HEAD_LETTERS = 16  # the year a narrative reports on stands in its first words
UNPAID = re.compile(
    r"(含|尚有|仍有|剩余|余款|尾款|质保金)[^，,。；;]{0,12}(待支付|未支付|尚未支付|未付|待付)|(待支付|尚未支付|未支付)[^，,。；;]{0,6}\d"
)
# What a report of things done does not say of its own year; 按计划完成 and a bound named as the goal are no promise.
PROMISE = re.compile(
    r"不少于|不低于|不超过(?=\d)|力争|争取(?!到|了|得)|确保.{0,12}达到|预计(?!的)|拟(于|在|开展|举办|完成|组织|建)|将(开展|举办|完成|组织|推进|达到|实现|建成|建设)|计划(开展|举办|完成(?!率|情况|的)|组织|建设|全年)"
)
NO_PROMISE = re.compile(
    r"目标|指标|要求|标准|规定|下一?步|下一?年|明年|今后|后续|未来|已(按|将)|原计划|按照?.{0,8}计划|超过计划|高于|结转|继续|进一步"
)
SIGNED = re.compile(r"^[≥>＞≧]|^不[少低]于|(及以上|以上)$")


@form_rule(
    code="GOAL_COPIED_AS_COMPLETION",
    title="完成情况照抄目标",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(EVALUATION_ART_4, TRUTHFUL),
    limits=(
        "完成情况不足30字、照抄不足六成的不报；换了说法的照抄看不出。"
        "逐条对照目标作答的写法也可能报出；有自己的数字或数字与目标相同时只按低。"
    ),
)
def goal_copied_as_completion(form: FormView) -> Outcome:
    """完成情况大段照抄年度目标，没有自己的数字，说明不了实际做了什么。"""
    goal, done = form.goal, form.completion
    limits = form.thresholds
    if len(letters(done)) < limits.copied_letters or not goal:
        return PASS
    share = copied_share(done, source=goal)
    if share < limits.copied_share:
        return PASS
    told_in_goal = {mention.quantity.low for mention in form.context.skills.mentions(goal)}
    figures = [mention for mention in form.completion_mentions if EXECUTION.search(mention.before) is None]
    own = [mention for mention in figures if mention.quantity.low not in told_in_goal]
    message = f"实际完成情况有{rounded(share * HUNDRED, 0)}%的文字照抄年度目标，如{quoted(_copied_piece(done, goal))}"
    if own:
        return Fail(message=f"{message}；自己的数字只有{len(own)}处。", severity=Severity.LOW)
    if figures:
        return Fail(message=f"{message}；所写数字与目标完全相同。", severity=Severity.LOW)
    return Fail(message=f"{message}；除执行率外没有一个完成数字。")


def _copied_piece(done: str, goal: str) -> str:
    """The longest sentence of the completion that stands in the goal as well, at most so long as messages quote."""
    source = letters(goal)
    copied = [clause for clause in CLAUSE.split(done) if clause and letters(clause) in source]
    return max(copied, key=len, default=done)[:40]


@form_rule(
    code="COMPLETION_USES_TARGET_WORDING",
    title="用目标措辞写完成",
    group=GROUP,
    severity=Severity.LOW,
    basis=TRUTHFUL,
    limits=(
        "同一句里有目标、要求、下一步、结转等字样的不看；没有数字的口气（推进、加强）不判断。"
        "统计上只能说下限的（如保守估计的受益人次写不少于3000），也会报出。"
    ),
)
def completion_uses_target_wording(form: FormView) -> Outcome:
    """完成情况或实际值写成不少于、力争、≥等目标口气，没有说明实际做到多少。"""
    signed = [row for row in form.rows if not row.rewritten and _only_a_bound(row)]
    if signed:
        listed = "、".join(f"{row.label}实际填{quoted(row.actual_text)}" for row in signed[:3])
        tail = f"等{len(signed)}项" if len(signed) > 3 else ""
        return Fail(message=f"{listed}{tail}，写的是界限而不是实际数值。", row=signed[0].place)
    for sentence in SENTENCE.split(form.completion):
        found = None if NO_PROMISE.search(sentence) else PROMISE.search(sentence)
        if found is not None and not _of_later_year(sentence, form.year):
            return Fail(message=f"实际完成情况写有{quoted(_around(sentence, found))}，“{found.group()}”是目标措辞。")
    return PASS


def _only_a_bound(row: RowView) -> bool:
    actual = quantity_actual(row)
    if actual is None or actual.approximate or actual.comparator not in (Comparator.GE, Comparator.GT):
        return False
    return actual.unit not in TIME_UNITS and SIGNED.search(row.actual_text) is not None


def _of_later_year(sentence: str, year: int | None) -> bool:
    return any(year is not None and int(found) > year for found in re.findall(r"20\d{2}", sentence))


def _around(sentence: str, found: re.Match[str]) -> str:
    """The clause a word stands in."""
    start = max(sentence.rfind(mark, 0, found.start()) for mark in "，,") + 1
    ends = [place for mark in "，," if (place := sentence.find(mark, found.end())) >= 0]
    return sentence[start : min(ends, default=len(sentence))].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Undone:
    """A row that stayed behind its target: how much of it was done (0..1) and its marks."""

    row: RowView
    share: Decimal
    marks: Decimal


def _undone(row: RowView) -> _Undone | None:
    """What a row left undone; None for a row that was reached, was rewritten, or reports an opinion."""
    if row.rewritten or satisfaction_row(row):
        return None
    marks = row.weight_if_read or Decimal(0)
    actual, target = quantity_actual(row), quantity_target(row)
    if band_of(row) is Band.UNMET:
        return _Undone(row=row, share=Decimal(0), marks=marks)
    if actual is None or target is None or actual.comparator is not Comparator.NONE:
        return None
    # A bare 0 under a target that counts something was not done, in whatever unit the target counts.
    if actual.low == 0 and target.low > 0 and row_direction(row, target) is Direction.UP:
        return _Undone(row=row, share=Decimal(0), marks=marks)
    reached = attainment_if_plain(row)
    if reached is None or reached.met or reached.ratio is None or reached.target <= 0:
        return None
    return _Undone(row=row, share=min(reached.ratio, Decimal(1) / max(reached.ratio, Decimal("0.01"))), marks=marks)


@form_rule(
    code="NARRATIVE_OMITS_UNMET",
    title="叙述隐去未完成项",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(EVALUATION_ART_4, FOOTNOTE_QUANTITY),
    limits=(
        "满意度和改过指标的行不看；叙述中任何地方写有未完成、推迟、取消、不足等字样即当作已交代，哪怕说的是别的事；"
        "完成八成以上的，叙述没有称全部完成便不苛求。"
        "叙述换了叫法提到该项的，可能误报。"
    ),
)
def narrative_omits_unmet(form: FormView) -> Outcome:
    """指标没有完成或没有开展，完成情况却只字不提，甚至称全部完成；看叙述的人会以为没有问题。"""
    done = form.completion
    if not done:
        return PASS
    undone = [item for row in form.rows if (item := _undone(row)) is not None]
    claim = ALL_DONE.search(done)
    if claim is not None and undone and OWNED_UP.search(done.replace(claim.group(), "")) is None:
        return _omitted(form, undone, tail=f"，完成情况却称{quoted(claim.group())}", graver=True)
    told = len(letters(done)) >= form.thresholds.narrative_letters
    if told and OWNED_UP.search(done) is None:
        silent = [item for item in undone if _passed_over(item, done)]
        if silent:
            return _omitted(form, silent, tail="，完成情况没有提及", graver=False)
    return _goal_cut_short(form, done)


def _passed_over(item: _Undone, done: str) -> bool:
    limits = item.row.thresholds
    far = item.share < limits.omitted_share
    return far and pairs_told(counted_subject(item.row.name), done) < limits.told_share


def _omitted(form: FormView, undone: Sequence[_Undone], *, tail: str, graver: bool) -> Fail:
    marks = sum((item.marks for item in undone), Decimal(0))
    names = "；".join(f"{item.row.label}目标{item.row.target_text}、实际{item.row.actual_text}" for item in undone[:4])
    more = f"等{len(undone)}项" if len(undone) > 4 else ""
    weighty = marks >= form.thresholds.usual_row
    nothing = any(item.share == 0 for item in undone)
    grave = weighty and (nothing or graver)
    severity = Severity.HIGH if grave else Severity.MEDIUM if graver or weighty else Severity.LOW
    return Fail(message=f"{names}{more}（共{plain(marks)}分）{tail}。", severity=severity, points=marks)


def _goal_cut_short(form: FormView, done: str) -> Outcome:
    """A completion copied from the goal without the sentences that name what was to be delivered."""
    goal = form.goal
    limits = form.thresholds
    if not goal or copied_share(done, source=goal) < limits.copied_share:
        return PASS
    left_out = [
        sentence
        for sentence in SENTENCE.split(goal)
        if ("《" in sentence or form.context.skills.mentions(sentence))
        and pairs_told(sentence, done) < limits.told_share
    ]
    if not left_out:
        return PASS
    message = f"完成情况照抄目标，却略去目标中的{quoted(left_out[0].strip()[:60])}，没有交代是否完成。"
    return Fail(message=message, severity=Severity.HIGH)


def _row_conflict(row: RowView) -> Outcome:
    """One indicator row against the narrative and against the other rows."""
    if row.rewritten:
        return PASS
    actual = quantity_actual(row)
    if actual is not None and actual.low == actual.high:
        told = _told_otherwise(row, actual)
        if told is not None:
            return _conflict_fail(row, told)
        return _all_done_conflict(row, actual)
    return PASS


def _told_otherwise(row: RowView, actual: Quantity) -> Mention | None:
    """The narrative's number for this row where it is another one; None where any number told agrees."""
    mentions = [
        mention
        for mention in row.form.completion_mentions
        if _same_kind(mention.quantity, actual) and speaks_of(mention, row.name)
    ]
    if not mentions or any(agrees(mention.quantity, actual.low) for mention in mentions):
        return None
    longer = [other for other in row.form.rows if len(other.name) > len(row.name)]
    own = [mention for mention in mentions if not any(speaks_of(mention, other.name) for other in longer)]
    return own[0] if own else None


def _same_kind(told: Quantity, actual: Quantity) -> bool:
    if PERCENT in told.unit + actual.unit:
        return counted_unit(told.unit) == counted_unit(actual.unit)
    return bool(told.unit) and same_word(told.unit, actual.unit)


def _conflict_fail(row: RowView, told: Mention) -> Fail:
    number = f"{plain(told.quantity.low)}{counted_unit(told.quantity.unit)}"
    target = quantity_target(row)
    reached = attainment_if_plain(row)
    # The cell meets the target and the narrative's own number does not.
    saves = (
        target is not None
        and reached is not None
        and reached.met
        and target.comparator in (Comparator.GE, Comparator.GT)
        and told.quantity.high < target.low
    )
    message = f"{row.label}实际填{row.actual_text}，完成情况写作“{told.before}{number}”，相差不是舍入{row.marks}。"
    return Fail(message=message, severity=Severity.HIGH if saves else Severity.MEDIUM)


def _all_done_conflict(row: RowView, actual: Quantity) -> Outcome:
    """A rate of all that was planned, full, beside rows of the same form that were not done."""
    if ALL_DONE_RATE.search(letters(row.name)) is None or actual.unit != PERCENT or actual.low < HUNDRED:
        return PASS
    others = [other for other in row.form.rows if other.place != row.place]
    undone = [item for other in others if (item := _undone(other)) is not None]
    nothing = [item for item in undone if item.share == 0]
    if not nothing and len(undone) < row.thresholds.undone_rows:
        return PASS
    listed = "、".join(f"{item.row.label}{item.row.actual_text}" for item in (nothing or undone)[:4])
    return Fail(
        message=f"{row.label}实际填{row.actual_text}{row.marks}，同表却有{len(undone)}项没有完成：{listed}。",
        severity=Severity.HIGH if nothing else Severity.MEDIUM,
    )


@rows_and_form_rule(
    _row_conflict,
    code="NARRATIVE_CELL_CONFLICT",
    title="叙述与表格矛盾",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(TRUTHFUL, FOOTNOTE_RATE),
    limits=(
        "叙述里的数字须紧跟与指标名称相同的主语（四字以上），换了叫法的看不出；约数、舍入差、上年数、分项数不比；"
        "全表的几项矛盾只报先查到的一项。"
        "叙述说的是其中一部分而没有写“其中”的，可能误报。"
    ),
)
def narrative_cell_conflict(form: FormView) -> Outcome:
    """完成情况叙述的数字、年度、执行率与表格同一事项不一致，或计划完成率填满而同表有项目未做，必有一处不实。"""
    done = form.completion
    if not done:
        return PASS
    checks = (_rate_conflict, _year_conflict, _unpaid_conflict, _good_without_figure)
    conflicts = (check(form, done) for check in checks)
    return next((conflict for conflict in conflicts if isinstance(conflict, Fail)), PASS)


def _rate_conflict(form: FormView, _: str) -> Outcome:
    told = [mention for mention in form.completion_mentions if _execution_mention(mention)]
    if not told or form.total_fund.rate is None:
        return PASS
    rates = [fund.rate.value for fund in form.funds if fund.rate is not None]
    mention = told[0]
    slack = form.thresholds.rate_told_tolerance
    if mention.quantity.low == mention.quantity.low.to_integral_value():
        slack = Decimal("0.5")  # a rate told without decimals was rounded to a whole percent
    if any(abs(mention.quantity.low - rate) <= slack for rate in rates):
        return PASS
    message = f"完成情况称“{mention.before}{plain(mention.quantity.low)}%”，资金表印出的执行率为{plain(rates[0])}%。"
    far = abs(mention.quantity.low - rates[0]) >= 1
    return Fail(message=message, severity=Severity.HIGH if far else Severity.LOW)


def _execution_mention(mention: Mention) -> bool:
    exact = counted_unit(mention.quantity.unit) == PERCENT and mention.quantity.comparator is Comparator.NONE
    whole = re.search(r"(预算|资金|项目|经费|^)执行率(达到?|为|是)?$", letters(mention.before)) is not None
    return exact and whole and not mention.quantity.approximate


def _year_conflict(form: FormView, done: str) -> Outcome:
    """The narrative speaks of another year than the form: last year's text left standing."""
    year = form.year
    if year is None or str(year) in done or THIS_YEAR.search(done):
        return PASS
    found = OWN_YEAR.search(done[:HEAD_LETTERS]) or CLOSING_YEAR.search(done)
    if found is None or int(found["year"]) == year:
        return PASS
    message = f"本表为{year}年度，完成情况写的却是{quoted(found.group())}，通篇没有出现{year}年。"
    return Fail(message=message, severity=Severity.MEDIUM, confidence=0.8)


def _unpaid_conflict(form: FormView, done: str) -> Outcome:
    """Money told as unpaid in a form whose budget is reported as spent to the last cent."""
    found = UNPAID.search(done)
    if found is None:
        return PASS
    rate = form.total_fund.rate
    if rate is None or rate.value < HUNDRED:
        return PASS
    message = f"资金表执行率{plain(rate.value)}%，完成情况却写有{quoted(found.group())}，未支付的钱不应计入执行数。"
    return Fail(message=message, severity=Severity.MEDIUM, confidence=0.8)


def _good_without_figure(form: FormView, done: str) -> Outcome:
    """Satisfaction praised in words, while the row that asks for a percentage holds none."""
    found = GOOD_SATISFACTION.search(done)
    if found is None:
        return PASS
    bare = [row for row in form.rows if satisfaction_row(row) and quantity_target(row) and not quantity_actual(row)]
    if not bare or not all(row.actual_text for row in bare):
        return PASS
    message = (
        f"完成情况称{quoted(found.group())}，而{bare[0].label}实际填{quoted(bare[0].actual_text)}，没有满意度数值。"
    )
    return Fail(message=message, severity=Severity.LOW)
