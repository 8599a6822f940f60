"""Findings (疑点): what a rule says about a form, with the evidence it looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.source import Source


class Severity(StrEnum):
    """How much a finding weighs for the auditor, heaviest first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


# As auditors say them, heaviest first.
SEVERITY_NAMES: Final[Mapping[Severity, str]] = MappingProxyType(
    {Severity.HIGH: "高", Severity.MEDIUM: "中", Severity.LOW: "低", Severity.INFO: "提示"}
)


class Verdict(StrEnum):
    """A rule passes, fails, or says that it cannot check. A crash is none of these: it is a crash."""

    PASS = "pass"
    FAIL = "fail"
    CANNOT_CHECK = "cannot_check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One field a rule asked for: its path in the form, its text as printed, and where it stands.

    ``form`` is "" for the finding's own form, else the other one as ``source#index``.
    """

    form: str = ""
    field: str
    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One 疑点. ``row`` is the 0-based indicator or None; ``covered_by`` the rank of the one that tells its story.

    Chinese sentences, "" where there is nothing to say: ``why`` it stands at its rank; ``readings``, whether it holds
    under the other readings of its cells; ``statement``, ready for the working paper.
    """

    rank: int = 0
    priority: float = 0.0
    finding: str
    title: str
    severity: Severity
    verdict: Verdict
    source: str
    form_index: int
    project_name: str
    row: int | None
    message: str
    evidence: tuple[Evidence, ...]
    basis: str
    confidence: float
    covered_by: int | None = None
    why: str = ""
    readings: str = ""
    statement: str = ""
