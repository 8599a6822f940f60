"""原因: whether the reason column does what it is there for."""

from __future__ import annotations

import re

from audit.basis import FOOTNOTE_QUANTITY, TRUTHFUL
from audit.compare import attainment
from audit.phrases import quoted
from audit.rule import PASS, Fail, Outcome, form_rule, row_rule
from audit.rules.bands import Band, band_of
from audit.view import FormView, RowView
from audit.words import SUGGESTION
from domain.finding import Severity

GROUP = "原因"
ROWS_QUOTED = 5
WELL = re.compile(
    r"良好|顺利|好评|满意|圆满|显著|成效|欢迎|认可|肯定|按时|如期|已(于|经|按|全部)?.{0,8}(完成|上线|投用|交付|验收)"
)
# Any of these may be the beginning of a cause or a remedy.
AMISS = re.compile(
    r"[因由未没无不缺少差低晚迟慢难推延受停减调改缓欠漏误错超仅余剩下另]|影响|问题|疫|灾|雨|雪|限|待|后续|继续|将|计划|原|部分|今后|加强|完善|进一步|变"
)


@row_rule(
    code="UNMET_REASON_MISSING",
    title="未达标无针对性原因",
    nature="未完成指标未说明针对性原因",
    group=GROUP,
    severity=Severity.HIGH,
    basis=FOOTNOTE_QUANTITY,
    limits=(
        "原因栏只要不是“无”“无偏差”一类的话就算有原因，只写成绩、没有一个字像原因或措施的，另按低提示，其余不问是否对题；目标与实际不能比较、定性而得满分的行，"
        "以及没有原因栏的表，不判断。"
        "原因统一写在表尾或另附说明的会误报。"
    ),
)
def unmet_reason_missing(row: RowView) -> Outcome:
    """实际未达目标的，偏差原因栏应说明原因和改进措施；栏内空白或没有涉及未达标，等于没有交代。"""
    if not _unmet(row):
        return PASS
    reason = row.reason
    if reason is not None and not reason.has("no_reason"):
        other = (label.id for label in reason.labels if label.id != "misplaced_content")
        return PASS if any(reason.has(label) for label in other) else _praise_only(row)
    said = "为空" if reason is None else f"为{quoted(row.reason_text)}，没有说明原因"
    facts = f"{row.label}目标{row.target_text}，实际填{row.actual_text}{row.marks}"
    return Fail(message=f"{facts}，未达目标，偏差原因栏{said}。")


def _praise_only(row: RowView) -> Outcome:
    """The finding where the column tells how well something went and no word of what went wrong."""
    text = row.reason_text
    if WELL.search(text) is None or AMISS.search(text) is not None:
        return PASS
    facts = f"{row.label}目标{row.target_text}，实际填{row.actual_text}{row.marks}"
    message = f"{facts}，未达目标，偏差原因栏写的是{quoted(text)}，没有说明为何未达。"
    return Fail(message=message, severity=Severity.LOW, confidence=0.6)


def _unmet(row: RowView) -> bool:
    """True where the row says it fell short: by numbers, or by its band and marks taken off."""
    reached = attainment(row)
    if reached is not None:
        return not reached.met
    share = row.share
    return band_of(row) in (Band.PARTIAL, Band.UNMET) and share is not None and share < 1


@form_rule(
    code="THIRD_PERSON_SUGGESTION",
    title="原因栏用第三人称“建议”",
    nature="改进措施的责任主体不明",
    group=GROUP,
    severity=Severity.INFO,
    basis=TRUTHFUL,
    limits=(
        "只认“建议”二字，换一种第三方口气看不出；向上级、财政提建议的不算。口气不等于代填，须结合全表文字看，只作提示。"
    ),
)
def third_person_suggestion(form: FormView) -> Outcome:
    """单位自评的原因栏写“建议加强”，像是别人代填；改进责任落在谁身上不清楚。"""
    rows = [row for row in form.rows if row.reason_if_any is not None and SUGGESTION.search(row.reason_text)]
    if not rows:
        return PASS
    places = "、".join(str(row.place + 1) for row in rows[:ROWS_QUOTED])
    more = f"等{len(rows)}项" if len(rows) > ROWS_QUOTED else "项"
    message = f"第{places}{more}的偏差原因用“建议”语气，如{quoted(rows[0].reason_text)}，未写明由谁改进。"
    return Fail(message=message)
