"""证据: whether actual values are values, and whether anything stands behind them."""

from __future__ import annotations

import re
from decimal import Decimal

from audit.basis import (
    EVALUATION_METHOD,
    FOOTNOTE_QUANTITY,
    SURVEY,
    TARGET_REQUIREMENTS,
    TRUTHFUL,
    together,
)
from audit.compare import PERCENT, attainment_if_plain, letters, quantity_actual, quantity_target, satisfaction_row
from audit.phrases import HUNDRED, percent, plain, quoted
from audit.rule import PASS, Fail, Outcome, form_rule, row_rule
from audit.rules.bands import Band, band_of
from audit.rules.support import (
    EVIDENCE_LABELS,
    KEPT_NOTHING_LABEL,
    NO_SURVEY_LABELS,
    names_method,
    number_answered_with_words,
    unsupported,
)
from audit.view import FormView, RowView
from audit.words import GROWTH, PROCESS_WORDS, TIME_UNITS
from domain.finding import Severity
from domain.value import Comparator, DateLimit, Quantity, Wording

GROUP = "证据"
# A growth target above this is no longer plainly a growth rate (it may be a completion rate in disguise).
MOST_GROWTH = Decimal(60)
FULL = Decimal(100)
YEAR_END = re.compile(r"年[底末]前?(已?完成|完工|建成)?[。.]?$")


def _given_up(row: RowView) -> bool:
    """True where the unit itself took all marks off."""
    return row.score_if_read == 0


@row_rule(
    code="MISSING_EVIDENCE_FULL_MARKS",
    title="无证据仍得满分",
    nature="绩效自评得分依据不足",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TRUTHFUL, FOOTNOTE_QUANTITY),
)
def missing_evidence_full_marks(row: RowView) -> Outcome:
    """目标是数值而实际值没有数值，或原因承认没有佐证，却得满分；这些分没有依据。"""
    if row.share != 1 or row.rewritten:
        return PASS
    reason = row.reason_if_any
    if reason is not None and reason.has(*EVIDENCE_LABELS):
        return Fail(
            message=f"{row.label}原因称{quoted(row.reason_text)}，仍得满分（{plain(row.weight or Decimal(0))}分）。"
        )
    target = quantity_target(row)
    if target is None or target.unit in TIME_UNITS or not number_answered_with_words(row):
        return PASS
    if not any(letter.isdigit() for letter in row.target_text):
        # 十家委办局共同参与 counts in words and may be answered in words.
        return PASS
    if band_of(row) is None:
        return Fail(
            message=f"{row.label}目标{row.target_text}为数值，实际填{quoted(row.actual_text)}，没有数值{row.marks}。"
        )
    message = f"{row.label}目标{row.target_text}为数值，实际只填{quoted(row.actual_text)}，未填数值{row.marks}。"
    return Fail(message=message, severity=Severity.MEDIUM)


@row_rule(
    code="SCORE_AS_ACTUAL",
    title="以得分率倒填实际值",
    nature="满意度实际值缺少调查依据",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TRUTHFUL, SURVEY),
)
def score_as_actual(row: RowView) -> Outcome:
    """原因称未做或未留存调查，而实际值百分数恰等于得分率；实际值可能由得分反推而来。"""
    actual, share = quantity_actual(row), row.share
    if actual is None or share is None or share >= 1 or actual.low != actual.high:
        return PASS
    reason = row.reason_if_any
    if actual.unit != PERCENT or actual.low != share * HUNDRED or reason is None or not reason.has(*EVIDENCE_LABELS):
        return PASS
    return Fail(
        message=f"{row.label}实际值{row.actual_text}恰等于得分率{percent(share)}{row.marks}，而原因称{quoted(row.reason_text)}。"
    )


@row_rule(
    code="ACTUAL_TYPE_WRONG",
    title="以完成率代替实际值",
    nature="实际完成值与指标要求不符",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TARGET_REQUIREMENTS, TRUTHFUL),
)
def actual_type_wrong(row: RowView) -> Outcome:
    """目标是增幅或数量，实际却填100%；填的是完成率，看不出实际增长或完成了多少。"""
    target, actual = quantity_target(row), quantity_actual(row)
    if target is None or actual is None or actual.unit != PERCENT or actual.low != FULL:
        return PASS
    counted = target.unit not in ("", PERCENT)
    growth = (
        target.unit == PERCENT
        and Decimal(0) < target.low <= MOST_GROWTH
        and GROWTH.search(row.name) is not None
        and target.comparator is not Comparator.LE
    )
    if not counted and not growth:
        return PASS
    kind = "数量" if counted else "增幅"
    return Fail(
        message=f"{row.label}目标{row.target_text}为{kind}，实际填{row.actual_text}，是完成率而非实际{kind}{row.marks}。"
    )


@row_rule(
    code="SAT_NO_SURVEY",
    title="满意度未开展调查",
    nature="满意度得分依据不足，未开展调查",
    group=GROUP,
    severity=Severity.HIGH,
    basis=SURVEY,
)
def sat_no_survey(row: RowView) -> Outcome:
    """满意度应来自问卷等调查；原因称仅口头、电话询问或未做调查的，所填满意度没有来源。"""
    if not satisfaction_row(row):
        return PASS
    reason = row.reason_if_any
    said = reason is not None and reason.has(*NO_SURVEY_LABELS)
    method = names_method(row) and number_answered_with_words(row)
    if not said and not method:
        return PASS
    source = f"原因称{quoted(row.reason_text)}" if said else f"实际完成值为{quoted(row.actual_text)}，没有数值"
    return Fail(
        message=f"{row.label}目标{row.target_text}，实际填{row.actual_text or '空'}{row.marks}；{source}。",
        severity=Severity.LOW if _given_up(row) else Severity.HIGH,
        points=row.score_if_read,
        cause=letters(row.reason_text) if said else "",
    )


@row_rule(
    code="SAT_EVIDENCE_NOT_RETAINED",
    title="满意度资料未留存",
    nature="满意度得分依据不足，未留存调查资料",
    group=GROUP,
    severity=Severity.HIGH,
    basis=SURVEY,
)
def sat_evidence_not_retained(row: RowView) -> Outcome:
    """满意度问卷等资料未留存、无法提供的，所填满意度无从核实。"""
    if not satisfaction_row(row):
        return PASS
    reason = row.reason_if_any
    if reason is None or not reason.has(KEPT_NOTHING_LABEL) or reason.has(*NO_SURVEY_LABELS):
        return PASS
    return Fail(
        message=f"{row.label}实际填{row.actual_text or '空'}{row.marks}；原因称{quoted(row.reason_text)}。",
        severity=Severity.LOW if _given_up(row) else Severity.HIGH,
        points=row.score_if_read,
        cause=letters(row.reason_text),
    )


@row_rule(
    code="SAT_ACTUAL_EQ_TARGET",
    title="满意度实际值等于目标值",
    nature="满意度实际值与目标值相等",
    group=GROUP,
    severity=Severity.LOW,
    basis=together(SURVEY, TRUTHFUL),
)
def sat_actual_eq_target(row: RowView) -> Outcome:
    """调查得出的满意度很少与目标一字不差；与未调查、无资料并存时，可能是照目标回填。"""
    if not satisfaction_row(row):
        return PASS
    target, actual = quantity_target(row), quantity_actual(row)
    if target is None or actual is None or target.low != target.high or actual.low != target.low:
        return PASS
    bare = unsupported(row)
    tail = "，且没有调查资料" if bare else ""
    message = f"{row.label}目标{row.target_text}，实际填{row.actual_text}，数值完全相等{tail}。"
    return Fail(message=message, severity=Severity.HIGH if bare else Severity.LOW, points=row.score_if_read)


@row_rule(
    code="ACTUAL_NOT_A_VALUE",
    title="实际完成值不是值",
    group=GROUP,
    severity=Severity.HIGH,
    basis=together(TRUTHFUL, TARGET_REQUIREMENTS),
)
def actual_not_a_value(row: RowView) -> Outcome:
    """目标是数值，实际栏写的却是做法或过程，没有回答完成了多少。"""
    if not number_answered_with_words(row) or band_of(row) is not None or row.rewritten:
        return PASS
    if not names_method(row) and PROCESS_WORDS.search(row.actual_text) is None:
        return PASS
    message = f"{row.label}目标{row.target_text}，实际填{quoted(row.actual_text)}，是做法而不是完成值{row.marks}。"
    return Fail(message=message)


@row_rule(
    code="ACTUAL_BLANK",
    title="实际完成值空白仍得分",
    group=GROUP,
    severity=Severity.HIGH,
    basis=TRUTHFUL,
)
def actual_blank(row: RowView) -> Outcome:
    """实际完成值为空而得分大于零，得分没有依据。"""
    if row.actual_text or (row.score or Decimal(0)) <= 0:
        return PASS
    return Fail(
        message=f"{row.label}目标{row.target_text or '空'}，实际完成值为空{row.marks}。",
        confidence=0.8,
        cause="actual blank",
    )


@row_rule(
    code="DATE_TARGET_NO_ACTUAL_DATE",
    title="时限目标未填实际日期或用时",
    group=GROUP,
    severity=Severity.LOW,
    basis=TRUTHFUL,
)
def date_target_no_actual_date(row: RowView) -> Outcome:
    """目标写明了日期或时限，实际只填达成、完成，未填完成日期或用时，无法核对是否按时。"""
    target, actual = row.target, row.actual
    if target is None or actual is None or row.rewritten:
        return PASS
    limited = isinstance(target.value, Quantity) and target.value.unit in TIME_UNITS
    if not (limited or isinstance(target.value, DateLimit)) or not isinstance(actual.value, Wording):
        return PASS
    if band_of(row) in (Band.PARTIAL, Band.UNMET):
        # What was not finished has no day on which it was.
        return PASS
    return Fail(message=f"{row.label}目标{row.target_text}，实际填{quoted(row.actual_text)}，未填完成日期或用时。")


@row_rule(
    code="DATE_ACTUAL_IMPRECISE",
    title="完成时间含糊",
    group=GROUP,
    severity=Severity.LOW,
    basis=TRUTHFUL,
)
def date_actual_imprecise(row: RowView) -> Outcome:
    """实际完成时间只写到年或年底，无法核对是否按时。"""
    actual = row.actual
    if actual is None or not isinstance(actual.value, DateLimit):
        return PASS
    dated = actual.value.month is not None or actual.value.day is not None
    if dated and not YEAR_END.search(row.actual_text):
        return PASS
    return Fail(message=f"{row.label}实际完成时间填{quoted(row.actual_text)}，没有月日。")


@form_rule(
    code="ALL_ACTUALS_EQUAL_TARGETS",
    title="定量指标实际值全部恰等于目标值",
    nature="实际完成值与目标值全部相等",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(TRUTHFUL, EVALUATION_METHOD),
)
def all_actuals_equal_targets(form: FormView) -> Outcome:
    """三项以上定量指标的实际值无一例外恰等于目标值，可能是照目标回填，应抽查原始记录。"""
    pairs = [(row, reached) for row in form.rows if (reached := attainment_if_plain(row)) is not None]
    if len(pairs) < form.thresholds.equal_least or any(reached.actual != reached.target for _, reached in pairs):
        return PASS
    # 100% reached at 100%, or 0 complaints at 0, cannot be exceeded: such rows prove nothing. Satisfaction can.
    open_ended = [row for row, reached in pairs if reached.target not in (Decimal(0), FULL) or satisfaction_row(row)]
    if not open_ended:
        return PASS
    listed = "、".join(f"{row.name}{row.actual_text}" for row in open_ended[: form.thresholds.equal_many])
    return Fail(
        message=f"{len(pairs)}项定量指标的实际值全部恰等于目标值，如{listed}。",
        severity=Severity.MEDIUM if len(open_ended) >= form.thresholds.equal_many else Severity.LOW,
    )
