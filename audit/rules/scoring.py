"""评分: marks held against targets, actual values, reasons and each other."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal

from audit.basis import (
    FOOTNOTE_BANDS,
    FOOTNOTE_QUANTITY,
    OVERACHIEVEMENT,
    WEIGHTS,
)
from audit.compare import Attainment, Direction, attainment, attainment_if_plain, days_late, done_in_time
from audit.phrases import percent, plain, quoted, rounded
from audit.rule import PASS, Fail, Outcome, form_rule, row_rule
from audit.rules.bands import Band, band_of, hedged
from audit.rules.support import EVIDENCE_LABELS, only_exceeded
from audit.view import FormView, RowView
from domain.finding import Severity

GROUP = "评分"
# First-level names of the national form by the part of 50/30/10 they belong to; cost counts with outputs.
DIMENSIONS = (("产出", ("产出", "成本")), ("效益", ("效益", "效果", "影响")), ("满意度", ("满意",)))
HALF = Decimal("0.5")
HEDGED = re.compile(r"已?(?P<word>基本)(?=[达完实])")
# 2018 forms and earlier print the older bands (100-80, 80-50, 50-0).
OLD_BANDS_UNTIL = 2018


@form_rule(
    code="DIMENSION_WEIGHT_DEVIATION",
    title="一级指标权重偏离统一标准",
    nature="一级指标分值与统一标准不一致",
    group=GROUP,
    severity=Severity.LOW,
    basis=WEIGHTS,
    limits=(
        "有一行的一级指标不是产出、成本、效益（效果、影响）、满意度的，全表不判断；相差2分以内不报。"
        "只看表内，当地文件另定权重的会报出；漏识一行时分值也会偏。"
    ),
)
def dimension_weight_deviation(form: FormView) -> Outcome:
    """产出、效益、满意度分值与50/30/10（成本并入产出，按指标总分折算）比较；可以调整，但应有说明。"""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in form.rows:
        weight, dimension = row.weight, _dimension(row)
        if not dimension:
            return PASS
        sums[dimension] += weight or Decimal(0)
    total = sum(sums.values(), Decimal(0))
    limits = form.thresholds
    standards = (limits.standard_output, limits.standard_benefit, limits.standard_satisfaction)
    standard_total = sum(standards, Decimal(0))
    if total <= 0:
        return PASS
    due = {name: part * total / standard_total for (name, _), part in zip(DIMENSIONS, standards, strict=True)}
    if all(abs(sums[name] - part) <= limits.weight_tolerance for name, part in due.items()):
        return PASS
    satisfaction = sums["满意度"]
    odd = satisfaction == 0 or satisfaction * standard_total / total >= limits.satisfaction_heavy
    severity = Severity.MEDIUM if odd else Severity.LOW
    printed = "、".join(f"{name}{plain(sums[name])}" for name, _ in DIMENSIONS)
    standard = "、".join(f"{name}{rounded(part)}" for name, part in due.items())
    return Fail(message=f"一级指标分值为{printed}，统一标准为{standard}，表中未见说明。", severity=severity)


def _dimension(row: RowView) -> str:
    """Which part of 50/30/10 a row counts in; "" for levels of another template."""
    return next((name for name, words in DIMENSIONS if any(word in row.level1 for word in words)), "")


@row_rule(
    code="UNMET_NOT_PROPORTIONAL",
    title="未完成指标未按比例计分",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=FOOTNOTE_QUANTITY,
    limits=(
        "目标或实际不是数值、单位不同、改过指标的行不计算；写了原因而少给的分不足分值一成、或全数放弃的不报；逾期只查写到月份且得满分的。"
        "当地另定扣分办法（如每少一项扣1分）的会报出；目标没有≥、≤的按名称判断越多越好还是越少越好，可能判断反。"
    ),
)
def unmet_not_proportional(row: RowView) -> Outcome:
    """数值未达目标的，得分应为分值乘以完成比例（反向指标按目标/实际或1-超出比例）；多计、逾期仍给满分则得分虚高。"""
    reached = attainment(row)
    weight, score = row.weight, row.score
    if reached is None:
        return _late_but_full(row)
    if reached.met or weight is None or score is None or weight <= 0:
        return PASS
    shares = _proportional_shares(reached)
    # Full marks are a decision, never a rounding of something less.
    rounding = Decimal(0) if score >= weight else row.score_step * HALF
    slack = max(row.thresholds.proportion_tolerance, rounding)
    if not shares or any(abs(score - share * weight) <= slack for share in shares):
        return PASS
    share = max(shares)
    over = score - share * weight
    reason = row.reason_if_any
    strict = over < 0 and reason is not None and not reason.has("no_reason")
    if strict and (score == 0 or -over <= row.thresholds.proportion_notable * weight):
        # A few marks fewer than the proportion, with a reason given, are the unit's own strictness.
        return PASS
    message = (
        f"{row.label}目标{row.target_text}，实际填{row.actual_text}，"
        f"按比例应得{rounded(share * weight)}分，表中得{plain(score)}分。"
    )
    return Fail(message=message, severity=_overscored(row, over, weight=weight, score=score), points=abs(over))


def _late_but_full(row: RowView) -> Outcome:
    """A deadline missed and full marks kept; how many marks lateness costs no regulation says."""
    days = days_late(row)
    if days is None or row.share != 1:
        return PASS
    reason = row.reason_if_any
    explained = reason is not None and not reason.has("no_reason")
    message = (
        f"{row.label}目标{row.target_text}，实际{row.actual_text}，晚了至少{days}天，仍得满分"
        f"{'（已写原因）' if explained else ''}{row.marks}。"
    )
    return Fail(message=message, severity=Severity.LOW if explained else Severity.MEDIUM)


def _overscored(row: RowView, over: Decimal, *, weight: Decimal, score: Decimal) -> Severity:
    notable = over > row.thresholds.proportion_notable * weight
    if score >= weight:
        return Severity.HIGH if notable else Severity.MEDIUM
    return Severity.MEDIUM if notable else Severity.LOW


def _proportional_shares(reached: Attainment) -> tuple[Decimal, ...]:
    """Shares of the weight the known formulas give; () where none applies."""
    if reached.direction is Direction.UP:
        return () if reached.ratio is None else (max(reached.ratio, Decimal(0)),)
    if reached.direction is Direction.DOWN and reached.actual > 0:
        by_ratio = reached.target / reached.actual
        by_excess = Decimal(0) if reached.ratio is None else max(Decimal(2) - reached.ratio, Decimal(0))
        return (by_ratio, by_excess)
    return ()


@form_rule(
    code="UNMET_SCORED_BETTER_THAN_MET",
    title="未达标者得分率反高于达标者",
    group=GROUP,
    severity=Severity.HIGH,
    basis=FOOTNOTE_QUANTITY,
    limits=(
        "只比较目标和实际都是数值、一级指标名称相同的行，得分率相差不到5个百分点的不报；一张表只举一例。"
        "已达标的行因佐证不足等被扣分的，也会显得倒挂，先看该行的原因。"
    ),
)
def unmet_scored_better_than_met(form: FormView) -> Outcome:
    """同一一级指标下，未达目标行的得分率不应高于达到目标行；倒挂说明评分没有统一尺度。"""
    judged = [
        (row, reached, share)
        for row in form.rows
        if (reached := attainment_if_plain(row)) is not None and (share := row.share) is not None
    ]
    in_time = [(row, share) for row in form.rows if done_in_time(row) and (share := row.share) is not None]
    met_rows = [(row, other) for row, reached, other in judged if reached.met] + in_time
    for unmet, missed, share in judged:
        better = [
            row
            for row, other in met_rows
            if not missed.met and row.level1 == unmet.level1 and _plainly_below(other, share)
        ]
        if better:
            met = better[0]
            met_share = met.share or Decimal(0)
            message = (
                f"{unmet.label}未达目标（{unmet.target_text}，实际填{unmet.actual_text}）得分率{percent(share)}，"
                f"高于已达目标的{met.label}（得分率{percent(met_share)}）。"
            )
            return Fail(message=message, row=unmet.place)
    return PASS


def _plainly_below(share: Decimal, other: Decimal) -> bool:
    # a rounding of the score may turn equal shares by a few hundredths
    return share + Decimal("0.05") < other


@row_rule(
    code="QUAL_BAND_VIOLATION",
    title="定性档次与得分不符",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=FOOTNOTE_BANDS,
    limits=(
        "只认达成、部分达成、未达成、有待完善、较为、基本一类词，换一种说法（如“成效尚待显现”）的不判断。"
        "填达成而得分不足八成的按低提示，原因承认没有佐证、得0分、改过指标的除外。"
        "当地不用三档计分的表会报出；2018年度及以前按旧档（部分达成50%—80%）。"
    ),
)
def qual_band_violation(row: RowView) -> Outcome:
    """定性指标填报的档次应与得分区间相符；部分达成、未达成或打折扣的表述不应得高一档的分。"""
    band, share = band_of(row), row.share
    if share is None:
        return PASS
    if band is None:
        word = hedged(row) if share == 1 and not row.rewritten else ""
        message = (
            f"{row.label}目标{quoted(row.target_text)}，实际填{quoted(row.actual_text)}（“{word}”有折扣），仍得满分。"
        )
        return Fail(message=message) if word else PASS
    floor, ceiling = _band_range(row, band)
    if floor <= share <= ceiling:
        return _hedged_full(row, share) if band is Band.MET else PASS
    due = f"{percent(floor)}—{percent(ceiling)}"
    message = f"{row.label}填报{quoted(row.actual_text)}属“{band}”档（{due}），得分率为{percent(share)}。"
    return Fail(message=message, severity=Severity.MEDIUM if share > ceiling else Severity.LOW)


def _hedged_full(row: RowView, share: Decimal) -> Outcome:
    """The finding on 基本达成 with full marks; the word counts as reached, and yet takes something back."""
    hedge = HEDGED.match(row.actual_text)
    if share != 1 or row.rewritten or hedge is None or hedge["word"] in row.target_text:
        return PASS
    message = f"{row.label}填报{quoted(row.actual_text)}（“{hedge['word']}”有折扣），仍得满分。"
    return Fail(message=message, severity=Severity.LOW)


def _band_range(row: RowView, band: Band) -> tuple[Decimal, Decimal]:
    limits = row.thresholds
    year = row.form.year
    old = year is not None and year <= OLD_BANDS_UNTIL
    partial = limits.band_partial_before_2019 if old else limits.band_partial
    ranges = {
        Band.MET: (Decimal(0) if _marks_given_up(row) else limits.band_met, Decimal(1)),
        Band.PARTIAL: (partial, limits.band_met),
        Band.UNMET: (Decimal(0), partial),
    }
    return ranges[band]


def _marks_given_up(row: RowView) -> bool:
    """True where the unit took marks off what it calls reached because nothing can prove it, or by another target."""
    reason = row.reason_if_any
    if reason is None:
        return False
    return row.rewritten or row.score_if_read == 0 or reason.has(*EVIDENCE_LABELS)


@row_rule(
    code="QUAL_BAND_BOUNDARY",
    title="部分达成恰得80%",
    group=GROUP,
    severity=Severity.LOW,
    basis=FOOTNOTE_BANDS,
    limits=(
        "只看“部分达成”恰得80%，其余档界（如60%）不看。"
        "80%归哪一档各地理解不同，单独一行多半不是问题，同一单位集中出现才有意义。"
    ),
)
def qual_band_boundary(row: RowView) -> Outcome:
    """“部分达成”恰得分值的80%，而80%（含）属上一档；口径之争，集中出现时值得问一句。"""
    if band_of(row) is not Band.PARTIAL or row.share != row.thresholds.band_met:
        return PASS
    score, weight = row.score, row.weight
    if score is None or weight is None:
        return PASS
    return Fail(
        message=f"{row.label}填报{quoted(row.actual_text)}，得{plain(score)}分，恰为分值{plain(weight)}的80%（80%含在“达成”档）。"
    )


@row_rule(
    code="OVERACHIEVE_NO_ANALYSIS",
    title="超额完成未作分析",
    nature="超额完成较多未分析原因",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=OVERACHIEVEMENT,
    limits=(
        "没有得满分的行、越少越好的指标、目标为0的不看；原因栏是“无”、只说超额完成的不算说明，其余不问对不对；"
        "没有原因栏的表不判断。"
        "超额的原因只写在完成情况里的，仍会报出。"
    ),
)
def overachieve_no_analysis(row: RowView) -> Outcome:
    """实际值远高于目标而得满分、又无原因说明，目标可能定得偏低，应分析并相应调减得分。"""
    reached = attainment(row)
    limits = row.thresholds
    if reached is None or reached.direction is not Direction.UP or reached.ratio is None or row.share != 1:
        return PASS
    if reached.ratio < limits.overachieve_ask or _explained(row):
        return PASS
    times = f"为目标的{percent(reached.ratio)}"
    message = f"{row.label}目标{row.target_text}，实际填{row.actual_text}，{times}，得满分，{_unexplained(row)}。"
    return Fail(message=message, severity=_overachievement(row, reached))


def _explained(row: RowView) -> bool:
    reason = row.reason
    return reason is not None and not reason.has("no_reason") and not only_exceeded(reason.text)


def _unexplained(row: RowView) -> str:
    said = row.reason
    bare = said is not None and only_exceeded(said.text)
    return f"原因栏只写{quoted(row.reason_text)}，没有分析" if bare else "未说明原因"


def _overachievement(row: RowView, reached: Attainment) -> Severity:
    limits = row.thresholds
    ratio = reached.ratio or Decimal(0)
    if ratio < limits.overachieve_medium or reached.actual - reached.target < limits.overachieve_units:
        return Severity.LOW
    return Severity.HIGH if ratio >= limits.overachieve_high else Severity.MEDIUM
