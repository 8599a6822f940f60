"""Values of the tables in the words auditors use."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from domain.decision import CAUSE_NAMES, Cause
from domain.finding import SEVERITY_NAMES, Severity
from review.house import the_house
from review.models import Finding, Stage, Status

TASK_NAMES = {"rationale": "偏差原因", "target": "年度指标值"}
YUAN_PER_WAN = 10_000
CENT = Decimal("0.01")


def dismissal_to_words(dismissal: str) -> str:
    """Why a finding was dismissed; "" for one that was not."""
    return CAUSE_NAMES[Cause(dismissal)] if dismissal in set(Cause) else dismissal


def label_names() -> dict[str, str]:
    """The labels that may be given, with their Chinese names: those of the house and the office's own."""
    return {label: name for labels in the_house().school.labels.values() for label, name in labels.items()}


def label_to_words(label: str) -> str:
    """The Chinese name of a label; of one that the office gave up its id."""
    return label_names().get(label, label)


def relabel_to_words(labels: Iterable[str]) -> str:
    """What holds instead."""
    return "、".join(map(label_to_words, labels))


def severity_to_words(severity: str) -> str:
    """高, 中, 低, 提示."""
    return SEVERITY_NAMES[Severity(severity)] if severity in set(Severity) else severity


def decision_to_words(finding: Finding) -> str:
    """What was decided: 已排除（识读有误）."""
    status = Status(finding.status)
    reason = dismissal_to_words(finding.dismissal) if status == Status.DISMISSED else ""
    reason = relabel_to_words(finding.relabel) if status == Status.RELABELLED else reason
    return f"{status.label}（{reason}）" if reason else str(status.label)


def stage_to_words(stage: str) -> str:
    """未签, 编制, 复核, 审定."""
    return str(Stage(stage).label) if stage in Stage.values else stage


def yuan_to_wan(amount: Decimal | None) -> Decimal | None:
    """Money as working papers print it."""
    return None if amount is None else amount / YUAN_PER_WAN
