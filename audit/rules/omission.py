"""叙述: what was not done, and whether the completion narrative says so."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal

from audit.basis import EVALUATION_ART_4, FOOTNOTE_QUANTITY, together
from audit.compare import (
    PERCENT,
    Direction,
    attainment_if_plain,
    days_late,
    letters,
    quantity_actual,
    quantity_target,
    row_direction,
    satisfaction_row,
)
from audit.phrases import plain, quoted
from audit.prose import LEAST_SUBJECT, OTHER_NUMBER, copied_share, counted_subject, pairs_told
from audit.rule import PASS, Fail, Outcome, form_rule
from audit.rules.bands import Band, band_of
from audit.units import counted_unit
from audit.view import FormView, RowView
from audit.words import ALL_DONE, TIME_UNITS
from domain.finding import Severity
from domain.value import Comparator, DateLimit, Mention

GROUP = "叙述"
ROWS_NAMED = 4
LATE = Decimal("0.9")  # done, and after its day: no part of the work itself is missing
ROWS_TOLD = 3  # rows whose figures a narrative gives before its silence on another means something
# Rates vary by a point or two and are judged in their rows; a number without a unit says too little.
NO_AMOUNT = ("", PERCENT)
DOWNWARD = (Comparator.LE, Comparator.LT)
MONTH_DAY = re.compile(r"\d{1,2}月\d{1,2}日")
SENTENCE = re.compile(r"[。；;！!\n]+")
# Praise that leaves room for a trifle, not for a row far below its target.
WELL_DONE = re.compile(
    r"(较好|圆满|顺利|全面|超额|高质量|按期|如期)(地)?完成了?(全年|年度|本年度?|各项|全部|年初)(的|各项|既定|预定|绩效|目标|工作)*(任务|目标|指标|工作)"
)
# The narrative owns up to something left undone, whatever it calls it.
OWNED_UP = re.compile(
    r"未(能|全部|完全|按|开展|完成|达|实施|举办|实现)|没有(完成|开展)|未通过|其余|剩余|次年|结转|受.{1,12}影响|尚未|推迟|取消|暂停|延期|滞后|调减|缓建|停办|不足|有待|差距|退出|压减"
    r"|仅[^，。；]{0,8}\d|只(完成|有|打|建|开展|举办|做|实现)[^，。；]{0,8}\d|少于|比(计划|目标|预期)少|改为|改用|核减|撤并|流标|缺口|退出"
)
EVERY_KIND = re.compile(r"各项|各类|所有|全部[^完达实]")
# What became of the money is no word on the work that was not done.
MONEY_LEFT = re.compile(
    r"[^，,。；;]*(资金|经费|款项?|质保金|预算|指标额度)[^，,。；;]*(结转|结余|剩余|(未|没有)(支付|支出|拨付|使用|执行))[^，,。；;]*([，,](并|均|已|按规定)*(办理|申请|完成)?(了)?(结转|结余)[^，,。；;]*)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """A row that stayed behind its target: how much of it was done (0..1) and its marks."""

    row: RowView
    share: Decimal
    marks: Decimal


def undone_part(row: RowView) -> Undone | None:
    """What a row left undone; None for a row that was reached, was rewritten, or reports an opinion."""
    if row.rewritten or satisfaction_row(row):
        return None
    marks = row.weight_if_read or Decimal(0)
    actual, target = quantity_actual(row), quantity_target(row)
    if band_of(row) is Band.UNMET:
        return Undone(row=row, share=Decimal(0), marks=marks)
    if actual is None or target is None or actual.comparator is not Comparator.NONE:
        return None
    if target.unit in TIME_UNITS and target.comparator not in (Comparator.GE, Comparator.GT, *DOWNWARD):
        return None  # a bare 10天 may be a limit, and fewer days are better
    # A bare 0 under a target that counts something was not done, in whatever unit the target counts.
    if actual.low == 0 and target.low > 0 and row_direction(row, target) is Direction.UP:
        return Undone(row=row, share=Decimal(0), marks=marks)
    reached = attainment_if_plain(row)
    if reached is None or reached.met or reached.ratio is None or reached.target <= 0:
        return None
    return Undone(row=row, share=min(reached.ratio, Decimal(1) / max(reached.ratio, Decimal("0.01"))), marks=marks)


@form_rule(
    code="NARRATIVE_OMITS_UNMET",
    title="叙述隐去未完成项",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(EVALUATION_ART_4, FOOTNOTE_QUANTITY),
    limits=(
        "满意度和改过指标的行不看；叙述中任何地方写有未完成、推迟、取消、其余、不足等字样即当作已交代，哪怕说的是别的事；"
        "完成八成以上的行，叙述没有称全部完成、又没有逐项写出其他各项的，不苛求。叙述换了叫法提到该项的，可能误报。"
    ),
)
def narrative_omits_unmet(form: FormView) -> Outcome:
    """指标没有完成或没有开展，完成情况却只字不提，甚至称全部完成；看叙述的人会以为没有问题。"""
    done = form.completion
    if not done:
        return PASS
    undone = tuple(item for row in form.aside.rows if (item := undone_part(row)) is not None)
    checks = (_claimed_done, _not_mentioned, _below_goal, _left_out_alone)
    found = next((fail for check in checks if (fail := check(form, done, undone=undone)) is not None), None)
    return found or _goal_cut_short(form, done)


def _claimed_done(form: FormView, done: str, *, undone: Sequence[Undone]) -> Fail | None:
    """All claimed as done beside rows that were not."""
    far = [item for item in undone if item.share < form.thresholds.omitted_share]
    late = [Undone(row=row, share=LATE, marks=row.weight_if_read or Decimal(0)) for row in _late_rows(form)]
    for claim, rows in ((ALL_DONE.search(done), (*undone, *late)), (WELL_DONE.search(done), far)):
        against = [item for item in rows if claim is not None and _claimed(item, claim)]
        if claim is not None and against and not _owned_up(done.replace(claim.group(), "")):
            return _omitted(form, against, tail=f"，完成情况却称{quoted(claim.group())}", graver=True)
    return None


def _late_rows(form: FormView) -> list[RowView]:
    """Rows whose own day stands behind the day that was asked for."""
    return [row for row in form.aside.rows if not row.rewritten and days_late(row) is not None]


def _claimed(item: Undone, claim: re.Match[str]) -> bool:
    """True where a claim covers the row: 年度储备任务全部完成 says nothing of training."""
    work = claim.groupdict().get("work") or ""
    return not work or EVERY_KIND.search(claim.group()) is not None or work in item.row.name


def _owned_up(text: str) -> bool:
    """True where the narrative tells of work left undone, not of money left over only."""
    return OWNED_UP.search(MONEY_LEFT.sub("", text)) is not None


def _left_out_alone(form: FormView, done: str, *, undone: Sequence[Undone]) -> Fail | None:
    """A narrative that gives the figures of what was reached, row by row, and passes over the rows that were not."""
    placed = {item.row.place for item in undone}
    numbers = {(mention.quantity.low, counted_unit(mention.quantity.unit)) for mention in form.completion_mentions}
    told, kept = [], 0
    for row in form.aside.rows:
        if row.place in placed:
            continue
        actual = quantity_actual(row)
        dated = row.actual is not None and isinstance(row.actual.value, DateLimit)
        kept += actual is not None or dated
        told += [row] * (_day_told(row, done) if actual is None else (actual.low, counted_unit(actual.unit)) in numbers)
    silent = [item for item in undone if _untold(item, done, numbers=numbers)]
    if not silent or len(told) < ROWS_TOLD or (_owned_up(done) and not _others_owned(undone, silent, numbers)):
        return None
    if len(told) < kept * form.thresholds.told_share and not _neighbours_told(silent, told):
        return None
    fail = _omitted(form, silent, tail=f"；完成情况逐项写了另{len(told)}项的完成数，唯独没有提及", graver=False)
    return replace(fail, severity=Severity.LOW, confidence=0.7)


def _others_owned(undone: Sequence[Undone], silent: Sequence[Undone], numbers: Set[tuple[Decimal, str]]) -> bool:
    """True where the shortfall owned up to is that of other rows, whose own figures the narrative gives."""
    others = [actual for item in undone if item not in silent and (actual := quantity_actual(item.row)) is not None]
    return bool(others) and all((actual.low, counted_unit(actual.unit)) in numbers for actual in others)


def _neighbours_told(silent: Sequence[Undone], told: Sequence[RowView]) -> bool:
    """True where every other figure of the category is told: one disease of two, one crop of two."""
    places = {row.place for row in told} | {item.row.place for item in silent}
    kin = {(item.row.level1, item.row.level2) for item in silent}
    around = [
        row for item in silent[:1] for row in item.row.form.aside.rows if (row.level1, row.level2) in kin and row.level2
    ]
    figures = [row for row in around if quantity_actual(row) is not None]
    return len(figures) > len(silent) and all(row.place in places for row in figures)


def _own_pairs_told(row: RowView, done: str) -> Decimal:
    """Share of a name's pairs of letters told, those left out that other names hold as well (检查 of two diseases)."""
    others = [counted_subject(other.name) for other in row.form.aside.rows if other.place != row.place]
    own = counted_subject(row.name)
    apart = [own[place : place + 2] for place in range(len(own) - 1)]
    apart = [pair for pair in apart if not any(pair in other for other in others)]
    return Decimal(sum(pair in letters(done) for pair in apart)) / len(apart) if apart else pairs_told(own, done)


def _day_told(row: RowView, done: str) -> bool:
    """True where the narrative names the month and day of a row's date, with its year or without."""
    found = MONTH_DAY.search(row.actual_text)
    return found is not None and found.group() in done


def _untold(item: Undone, done: str, *, numbers: Set[tuple[Decimal, str]]) -> bool:
    actual = quantity_actual(item.row)
    figure = actual is not None and (actual.low, counted_unit(actual.unit)) in numbers
    return not figure and _own_pairs_told(item.row, done) < item.row.thresholds.told_share


def _not_mentioned(form: FormView, done: str, *, undone: Sequence[Undone]) -> Fail | None:
    """Rows far below their targets of which the narrative says nothing."""
    if len(letters(done)) < form.thresholds.narrative_letters or _owned_up(done):
        return None
    silent = [item for item in undone if _passed_over(item, done)]
    return _omitted(form, silent, tail="，完成情况没有提及", graver=False) if silent else None


def _below_goal(form: FormView, done: str, *, undone: Sequence[Undone]) -> Fail | None:
    """A number the goal promises and the narrative itself reports far lower, without a word of why."""
    if OWNED_UP.search(done) or any(item.row.reason_if_any is not None for item in undone):
        return None
    for asked in form.context.skills.mentions(form.goal):
        if counted_unit(asked.quantity.unit) in NO_AMOUNT or asked.quantity.comparator in DOWNWARD:
            continue
        least = asked.quantity.low * form.thresholds.omitted_share
        # Parts may be told one by one before their sum.
        told_of = [told for told in form.completion_mentions if _one_unit(asked, told)]
        if any(told.quantity.high >= least for told in told_of):
            continue
        for told in (told for told in told_of if _same_work(asked, told)):
            numbers = [f"{plain(each.quantity.low)}{counted_unit(each.quantity.unit)}" for each in (asked, told)]
            work = f"年度目标“{asked.before}{numbers[0]}”，完成情况写作“{told.before}{numbers[1]}”"
            return Fail(message=f"{work}，没有说明为何没有做到。", confidence=0.8)
    return None


def _same_work(asked: Mention, told: Mention) -> bool:
    """True for two numbers of one unit, the second after all the words the first follows."""
    subject, before = letters(asked.before), letters(told.before)
    if len(subject) < LEAST_SUBJECT or subject not in before:
        return False
    rest = before.replace(subject, " ") + told.after
    return OTHER_NUMBER.search(rest) is None and _one_unit(asked, told)


def _one_unit(asked: Mention, told: Mention) -> bool:
    return counted_unit(asked.quantity.unit) == counted_unit(told.quantity.unit)


def _passed_over(item: Undone, done: str) -> bool:
    limits = item.row.thresholds
    far = item.share < limits.omitted_share
    return far and pairs_told(counted_subject(item.row.name), done) < limits.told_share


def _omitted(form: FormView, undone: Sequence[Undone], *, tail: str, graver: bool) -> Fail:
    marks = sum((item.marks for item in undone), Decimal(0))
    shown = [form.row(item.row.place) for item in undone[:ROWS_NAMED]]
    names = "；".join(f"{row.label}目标{row.target_text}、实际{row.actual_text}" for row in shown)
    more = f"等{len(undone)}项" if len(undone) > len(shown) else ""
    weighty = marks >= form.thresholds.usual_row
    nothing = any(item.share == 0 for item in undone)
    explained = all(item.row.reason_if_any is not None for item in undone)
    if weighty and (nothing or (graver and not explained)):
        severity = Severity.HIGH
    else:
        severity = Severity.MEDIUM if graver or (weighty and not explained) else Severity.LOW
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
