"""Decisions (复核): what an auditor did with a finding, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.finding import Finding


class Act(StrEnum):
    """What an auditor did with a finding."""

    CONFIRM = "confirm"
    RELABEL = "relabel"
    DISMISS = "dismiss"
    SKIP = "skip"


class Cause(StrEnum):
    """Why a finding was dismissed. Only ``WRONG`` says anything about the text."""

    MISREAD = "misread"
    EXPLAINED = "explained"
    IMMATERIAL = "immaterial"
    WRONG = "wrong"
    DUPLICATE = "duplicate"


CAUSE_NAMES: Final[Mapping[Cause | None, str]] = MappingProxyType(
    {
        Cause.MISREAD: "识读有误",
        Cause.EXPLAINED: "有合理解释",
        Cause.IMMATERIAL: "不重要",
        Cause.WRONG: "判断错误",
        Cause.DUPLICATE: "重复",
    }
)

FindingKey = tuple[str, int, int | None, str]  # document, form (from 1), row (from 0; None the whole form), finding id


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision on the finding of this id; ``cause`` is None unless it was dismissed.

    ``finding`` is "" where a row was looked at on which nothing was raised (a sample from below the line).
    """

    finding: str
    source: str
    form_index: int
    row: int | None
    act: Act
    cause: Cause | None = None
    unit: str = ""

    @property
    def key(self) -> FindingKey:
        """What it was decided on."""
        return self.source, self.form_index, self.row, self.finding


def finding_key(finding: Finding) -> FindingKey:
    """How decisions call a finding: ranks change from run to run, this does not."""
    return finding.source, finding.form_index, finding.row, finding.finding
