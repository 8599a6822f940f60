"""评分: marks taken off, held against the actual value and against each other."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal

from audit.basis import FOOTNOTE_QUANTITY, TRUTHFUL, together
from audit.compare import Direction, attainment, done_in_time, letters
from audit.phrases import percent, plain, quoted
from audit.rule import PASS, Fail, Outcome, form_rule, row_rule
from audit.rules.scoring import GROUP
from audit.rules.support import EVIDENCE_LABELS
from audit.view import FormView, RowView
from domain.finding import Severity
from domain.label import Rationale

# What a reason owns to when it tells of a fault of the work or of its papers, not of a chance or a change.
FAULT = re.compile(
    r"不(及时|完善|健全|到位|规范|完整|足|够|全|齐|细|高|严)|缺(少|乏|失)|遗失|丢失|滞后|延误|推迟|薄弱|欠缺|改进|整改|有待|影响"
    r"|未(能)?(及时|按|留存|保存|归档|整理|收集|开展|完成|达|做|建|统计|形成)"
)


@row_rule(
    code="MET_BUT_DEDUCTED",
    title="填报达标却扣分",
    nature="实际完成值与得分不一致",
    group=GROUP,
    severity=Severity.MEDIUM,
    basis=together(FOOTNOTE_QUANTITY, TRUTHFUL),
    limits=(
        "目标与实际单位不同、既不是数值也不是日期的不比较；日期按期而扣分、写了原因的按低提示；达到目标130%以上、写了原因而扣分的不报。"
        "合理的扣分（如资料迟交）只写在表外时也会报出；目标没有≥、≤的按名称判断方向，可能判断反。"
    ),
)
def met_but_deducted(row: RowView) -> Outcome:
    """实际值达到目标应得满分；填报达标而扣分，实际值与得分至少有一个不真实。"""
    reached = attainment(row)
    weight, score = row.weight, row.score
    if reached is None:
        return _in_time_but_deducted(row)
    if not reached.met or weight is None or score is None or score >= weight:
        return PASS
    reason = row.reason_if_any
    far_above = reached.ratio is not None and reached.ratio >= row.thresholds.overachieve_ask
    if far_above and reached.direction is Direction.UP and reason is not None and not reason.has("no_reason"):
        # The evaluation method itself asks to take marks off where a low target was far exceeded.
        return PASS
    candid = reason is not None and reason.has(*EVIDENCE_LABELS)
    message = (
        f"{row.label}目标{row.target_text}，实际填{row.actual_text}，已达目标，却只得{plain(score)}/{plain(weight)}分"
        f"{'（原因称缺少佐证）' if candid else ''}。"
    )
    return Fail(message=message, severity=Severity.LOW if candid else Severity.MEDIUM, points=weight - score)


def _in_time_but_deducted(row: RowView) -> Outcome:
    """A day kept and marks taken off; a reason may tell of a fault that the day does not show."""
    share = row.share
    if share is None or share >= 1 or not done_in_time(row):
        return PASS
    reason = row.reason_if_any
    explained = reason is not None and not reason.has("no_reason")
    message = (
        f"{row.label}目标{row.target_text}，实际{row.actual_text}，没有逾期，却被扣分"
        f"{'（已写原因）' if explained else ''}{row.marks}。"
    )
    return Fail(message=message, severity=Severity.LOW if explained else Severity.MEDIUM, confidence=0.9)


@form_rule(
    code="INCONSISTENT_DEDUCTION",
    title="同一理由扣分不一",
    group=GROUP,
    severity=Severity.HIGH,
    basis=FOOTNOTE_QUANTITY,
    limits=(
        "原因须逐字相同（标点不计），改动一两个字的不归在一起；得0分的行不计；得满分的行，"
        "原因说的是改指标、超额完成或没有说出毛病的不比较。"
        "同一句话之下完成程度本就不同、各按比例扣分的，也会报出。"
    ),
)
def inconsistent_deduction(form: FormView) -> Outcome:
    """同一句偏差原因（不计标点）的各行，得分率应相近；相差两成以上说明扣分没有标准。"""
    groups: dict[str, list[tuple[RowView, Decimal]]] = defaultdict(list)
    for row in form.rows:
        reason = row.reason_if_any
        if reason is None or reason.has("no_reason"):
            continue
        share = row.share
        if share is not None and share > 0 and (share < 1 or _admits_fault(row, reason)):
            groups[letters(reason.text)].append((row, share))
    for members in groups.values():
        shares = [share for _, share in members]
        if max(shares) - min(shares) >= form.thresholds.deduction_range:
            first = max(members, key=lambda member: member[0].weight or Decimal(0))[0]
            listed = "、".join(f"第{row.place + 1}项{percent(share)}" for row, share in members)
            message = f"同一原因{quoted(first.reason_text)}涉及{len(members)}项，得分率分别为{listed}。"
            return Fail(message=message, row=first.place)
    return PASS


def _admits_fault(row: RowView, reason: Rationale) -> bool:
    """True for a reason that owns to something wrong, which full marks pass over."""
    excused = row.rewritten or reason.has("over_achieved", "approved_change", "indicator_renamed", "target_changed")
    return not excused and FAULT.search(reason.text) is not None
