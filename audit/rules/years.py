"""跨年: this year's form against the same project's earlier one, and a self-evaluation against its target table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Protocol

from audit.basis import APPROVED_CHANGE, FOOTNOTE_RATE, OVERACHIEVEMENT, TARGET_ART_29, TARGET_REQUIREMENTS, together
from audit.batch import BatchView
from audit.cards import FormCard, RowCard
from audit.compare import (
    PERCENT,
    Direction,
    letters,
    quantity_actual,
    quantity_target,
    row_direction,
    scales_between,
    sole_scale,
)
from audit.kinship import RowPair, YearLink
from audit.phrases import percent, plain, quoted, wan
from audit.rule import BOTH_KINDS, PASS, Fail, FormKind, Outcome, Suspicion, batch_rule
from audit.view import FormView, RowView
from audit.words import INVOLUNTARY, MANAGEMENT_LEVEL
from domain.finding import Severity
from domain.label import RewriteStatus
from domain.value import Amount, Quantity

GROUP = "跨年"
ROWS_NAMED = 5
SURE = 0.9  # from here on a match is not called into question in the message
TEMPLATE_SHARE = Decimal("0.5")  # with fewer than half of its indicators found, a table stands on another template


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """One indicator in two forms of one project. ``money`` is the later budget over the earlier one, None unknown."""

    link: YearLink
    pair: RowPair
    money: Decimal | None

    @property
    def sure(self) -> float:
        """How sure it is that both rows ask the same of the same project, 0..1."""
        return self.link.sure * self.pair.sure


class PairingJudge(Protocol):
    """What judges an indicator in two forms, the later one first."""

    def __call__(self, views: Sequence[FormView], *, pairing: Pairing) -> Outcome:
        """PASS or the finding."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The numbers of both rows in the unit of the later target."""

    now: RowView
    before: RowView
    target: Decimal
    target_before: Decimal | None
    actual_before: Decimal


def _earlier(batch: BatchView) -> Iterator[YearLink]:
    """Links to an earlier year; a target table gives way to the self-evaluation that follows it."""
    evaluated = {link.other for link in batch.year_links if link.gap == 0}
    for link in batch.year_links:
        if link.gap > 0 and link.place not in evaluated:
            yield link


def _matched(link: YearLink, other: FormView) -> str:
    """The other form as messages name it, with how sure the match is where that is open."""
    doubt = "" if link.sure >= SURE else f"（按名称和指标匹配，把握约{round(link.sure * 100)}%）"
    return f"{other.year}年度{quoted(other.form.project_name.text)}{doubt}"


def _row_pairings(batch: BatchView, judge: PairingJudge) -> Iterator[Suspicion]:
    cards = batch.all_cards
    for link in _earlier(batch):
        now, before = cards[link.place], cards[link.other]
        if before.kind is FormKind.SELF_EVALUATION:
            for pair in link.rows:
                pairing = Pairing(link=link, pair=pair, money=_money_ratio(now, before))
                yield Suspicion(places=(link.place, link.other), judge=partial(judge, pairing=pairing))


def _money_ratio(now: FormCard, before: FormCard) -> Decimal | None:
    if now.adjusted is None or before.adjusted is None or before.adjusted.yuan <= 0:
        return None
    return now.adjusted.yuan / before.adjusted.yuan


def _sides(views: Sequence[FormView], pair: RowPair) -> Sides | None:
    """Both rows where more is better and their numbers can be held against each other."""
    now, before = views[0].row(pair.row), views[1].row(pair.other)
    target, actual = quantity_target(now), quantity_actual(before)
    if target is None or actual is None or INVOLUNTARY.search(now.name) or before.rewritten:
        return None
    scale = sole_scale(target=target, actual=actual)
    if scale is None or row_direction(now, target) is not Direction.UP or target.low <= 0:
        return None
    return Sides(
        now=now,
        before=before,
        target=target.low,
        target_before=_scaled(quantity_target(before), target),
        actual_before=actual.low * scale,
    )


def _scaled(quantity: Quantity | None, target: Quantity) -> Decimal | None:
    scale = None if quantity is None else sole_scale(target=target, actual=quantity)
    return None if quantity is None or scale is None else quantity.low * scale


@batch_rule(
    code="CROSS_YEAR_TARGET_LOWERED",
    title="目标低于上年实际",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TARGET_REQUIREMENTS, OVERACHIEVEMENT),
    kinds=BOTH_KINDS,
    limits=(
        "以前年度的表须在同一批里（三年以内），靠项目名称、单位和指标配对，改名很大的配不上；越少越好的指标不看。"
        "配对不十分有把握的，消息里写明；上年有一次性任务、今年任务本来就少的会报出。"
    ),
)
def cross_year_target_lowered(batch: BatchView) -> Iterator[Suspicion]:
    """当年目标不足同一项目同一指标上年实际完成的七成，预算又没有相应减少；目标定得偏低，容易做到“超额完成”。"""
    yield from _row_pairings(batch, _judge_lowered)


def _judge_lowered(views: Sequence[FormView], *, pairing: Pairing) -> Outcome:
    sides = _sides(views, pairing.pair)
    limits = views[0].thresholds
    if sides is None or sides.target >= limits.lowered_ratio * sides.actual_before:
        return PASS
    if sides.target == sides.target_before or sides.actual_before - sides.target < limits.overachieve_units:
        return PASS  # of unmoved targets another rule speaks; one or two less is no lowering
    counted = PERCENT not in sides.now.target_text
    money = pairing.money if counted else None
    followed = money is not None and sides.target >= limits.lowered_ratio * money * sides.actual_before
    told = "" if money is None else f"；两年预算之比为{percent(money)}"
    message = (
        f"{sides.now.label}目标{sides.now.target_text}，而{_matched(pairing.link, views[1])}实际完成"
        f"{sides.before.actual_text}（目标{sides.before.target_text}），为上次实际的"
        f"{percent(sides.target / sides.actual_before)}{told}。"
    )
    severity = Severity.LOW if followed else _by_surety(pairing, Severity.HIGH)
    return Fail(message=message, row=sides.now.place, severity=severity, confidence=pairing.sure)


def _by_surety(pairing: Pairing, severity: Severity) -> Severity:
    """A grave finding is medium where the match is open, or years lie between."""
    return Severity.MEDIUM if pairing.sure < SURE or pairing.link.gap > 1 else severity


@batch_rule(
    code="CROSS_YEAR_TARGET_FLAT",
    title="上年大幅超额而目标不变",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(TARGET_REQUIREMENTS, OVERACHIEVEMENT),
    kinds=BOTH_KINDS,
    limits=(
        "以前年度的表须在同一批里（三年以内）；目标动了一点（800改为810）即不报；多完成不足2个单位的不看。"
        "上年超额是一次性因素造成的，目标不变有其道理。"
    ),
)
def cross_year_target_flat(batch: BatchView) -> Iterator[Suspicion]:
    """同一项目同一指标上年实际超过目标三成以上，当年目标原样不动；目标没有随实际调整，起不到考核作用。"""
    yield from _row_pairings(batch, _judge_flat)


def _judge_flat(views: Sequence[FormView], *, pairing: Pairing) -> Outcome:
    sides = _sides(views, pairing.pair)
    limits = views[0].thresholds
    if sides is None or sides.target_before is None or sides.target != sides.target_before:
        return PASS
    ratio = sides.actual_before / sides.target
    if ratio < limits.flat_ratio or sides.actual_before - sides.target < limits.overachieve_units:
        return PASS
    message = (
        f"{sides.now.label}目标{sides.now.target_text}，与{_matched(pairing.link, views[1])}的目标相同，"
        f"而当时实际完成{sides.before.actual_text}，已达目标的{percent(ratio)}。"
    )
    grave = ratio >= limits.overachieve_high
    severity = _by_surety(pairing, Severity.HIGH) if grave else Severity.LOW
    return Fail(message=message, row=sides.now.place, severity=severity, confidence=pairing.sure)


@batch_rule(
    code="CROSS_YEAR_BUDGET",
    title="跨年预算变化",
    group=GROUP,
    severity=Severity.INFO,
    basis=FOOTNOTE_RATE,
    kinds=BOTH_KINDS,
    limits=(
        "以前年度的表须在同一批里（三年以内），靠项目名称和单位配对，改名很大的配不上；增减不超过一成的不报。"
        "分期建设项目各年预算不同属正常，只作提示。"
    ),
)
def cross_year_budget(batch: BatchView) -> Iterator[Suspicion]:
    """同一项目两个年度的预算增减超过一成；仅作提示，供核对目标是否随之增减。"""
    for link in _earlier(batch):
        yield Suspicion(places=(link.place, link.other), judge=partial(_judge_budget, link=link))


def _judge_budget(views: Sequence[FormView], *, link: YearLink) -> Outcome:
    now, before = (_budget(view) for view in views)
    if now is None or before is None or before.yuan <= 0 or now.yuan <= 0:
        return PASS
    change = now.yuan / before.yuan - 1
    if abs(change) <= views[0].thresholds.year_budget_change:
        return PASS
    for view in views:
        _ = view.project_name
    message = (
        f"本年预算{wan(now.yuan)}，{_matched(link, views[1])}为{wan(before.yuan)}，"
        f"{'增加' if change > 0 else '减少'}{percent(abs(change))}。"
    )
    return Fail(message=message, confidence=link.sure, yuan=abs(now.yuan - before.yuan))


def _budget(view: FormView) -> Amount | None:
    """The budget of the year, in evidence."""
    if view.kind is FormKind.SELF_EVALUATION:
        return view.total_fund.adjusted
    return view.year_budget_asked()


@batch_rule(
    code="TARGET_TABLE_DEVIATION",
    title="自评指标与目标表不一致",
    group="改指标",
    severity=Severity.HIGH,
    basis=together(TARGET_ART_29, APPROVED_CHANGE),
    limits=(
        "同一项目同一年度的目标表须在同一批里；目标表没有目标值的指标不比较；任一行写明批准的，不报指标不见了。"
        "批复只在表外的会报出；指标改名很大的会当作不见了；两表指标大半不同多半是版式不同，按低提示。"
    ),
)
def target_table_deviation(batch: BatchView) -> Iterator[Suspicion]:
    """自评应对照批复的绩效目标表；自评表中指标值变了、或目标表的指标不见了，又未见批复的，评的不是原来的目标。"""
    cards = batch.all_cards
    for link in batch.year_links:
        if link.gap != 0:
            continue
        places = (link.place, link.other)
        for pair in link.rows:
            yield Suspicion(places=places, judge=partial(_judge_changed, link=link, pair=pair))
        gone = _gone(cards[link.place], cards[link.other], link)
        if gone:
            yield Suspicion(places=places, judge=partial(_judge_gone, link=link, gone=gone))


def _judge_changed(views: Sequence[FormView], *, link: YearLink, pair: RowPair) -> Outcome:
    row, planned = views[0].row(pair.row), views[1].row(pair.other)
    if letters(row.target_text) == letters(planned.target_text) or not planned.target_text:
        return PASS
    severity = _change_severity(row, planned)
    if severity is None or _change_allowed(row):
        return PASS
    message = (
        f"{row.label}目标{quoted(row.target_text or '空')}，{_matched(link, views[1])}绩效目标表中为"
        f"{quoted(planned.target_text)}，未见批复{row.marks}。"
    )
    return Fail(message=message, row=row.place, severity=severity, confidence=link.sure * pair.sure)


def _change_severity(row: RowView, planned: RowView) -> Severity | None:
    """How grave a changed target is; None where both say the same in other signs."""
    now, before = quantity_target(row), quantity_target(planned)
    if before is None:
        return Severity.LOW
    if now is None:
        return Severity.MEDIUM
    moves = [now.low * scale - before.low for scale in scales_between(target=before, actual=now)]
    if 0 in moves:  # 0.85 for 85% is the same target
        return None
    if len(moves) != 1:
        return Severity.LOW
    moved = moves[0]
    easier = moved < 0 if row_direction(planned, before) is Direction.UP else moved > 0
    return Severity.HIGH if easier else Severity.LOW


def _change_allowed(row: RowView) -> bool:
    """True where the row names the approval of the change."""
    reason = row.reason_if_any
    return reason is not None and (reason.has("approved_change") or reason.rewrite.status is RewriteStatus.APPROVED)


def _gone(card: FormCard, table: FormCard, link: YearLink) -> tuple[int, ...]:
    """Rows of the target table that the self-evaluation does not take up, under this name or with this target."""
    paired = {pair.other for pair in link.rows}
    own = {pair.row for pair in link.rows}
    left = {(letters(row.level2), letters(row.target)) for row in card.rows if row.place not in own}
    return tuple(row.place for row in table.rows if row.place not in paired and _taken_up(row, left) is None)


def _taken_up(row: RowCard, left: set[tuple[str, str]]) -> str | None:
    """Why a row of the table need not be looked for: it has no name, asks of management, or was only renamed."""
    if not row.name or MANAGEMENT_LEVEL.search(row.level1):
        return "不在自评范围"
    return "仅改名称" if (letters(row.level2), letters(row.target)) in left else None


def _judge_gone(views: Sequence[FormView], *, link: YearLink, gone: Sequence[int]) -> Outcome:
    rows = [views[1].row(place) for place in gone]
    if any(_change_allowed(row) for row in views[0].rows):
        return PASS
    for row in views[0].rows:
        _ = row.name
    named = "、".join(f"{quoted(row.name)}（{row.target_text or '未填目标'}）" for row in rows[:ROWS_NAMED])
    more = f"等{plain(Decimal(len(rows)))}项" if len(rows) > ROWS_NAMED else f"{len(rows)}项"
    other_template = len(rows) > TEMPLATE_SHARE * len(views[1].rows)
    tail = "两表指标大半不同，可能版式已换" if other_template else "自评表中未见，也未见批复"
    return Fail(
        message=f"{_matched(link, views[1])}绩效目标表的{named}{more}指标，{tail}。",
        severity=Severity.LOW if other_template else Severity.MEDIUM,
        confidence=link.sure * (0.6 if other_template else 0.85),
    )
