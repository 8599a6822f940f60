"""Careful forms stay quiet: a false accusation costs more than a missed trifle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from audit import Skills, check
from domain.finding import Finding, Severity, Verdict

CAREFUL = sorted(Path(__file__).parent.glob("careful_*.yaml"))
WEIGHTY = (Severity.HIGH, Severity.MEDIUM)
MOST_PER_FORM = 0.5


@pytest.fixture(scope="session")
def careful_findings(sheets: Any, real_skills: Skills) -> dict[str, list[Finding]]:
    """The findings on every careful form, by the name it has in the sheet."""
    cases = [case for path in CAREFUL for case in sheets.cases(yaml.safe_load(path.read_text(encoding="utf-8")))]
    return {case["name"]: list(check([sheets.form(case)], skills=real_skills)) for case in cases}


def weighty(findings: list[Finding]) -> list[str]:
    """What a list would show of a form: findings of weight, told once."""
    return [
        f"{finding.finding} {finding.message}"
        for finding in findings
        if finding.verdict is Verdict.FAIL and finding.severity in WEIGHTY
    ]


def test_careful_forms_raise_hardly_anything_of_weight(careful_findings: dict[str, list[Finding]]) -> None:
    told = {name: weighty(findings) for name, findings in careful_findings.items()}
    assert len(told) >= 20
    assert sum(len(lines) for lines in told.values()) <= MOST_PER_FORM * len(told), told


def test_no_careful_form_is_accused_gravely(careful_findings: dict[str, list[Finding]]) -> None:
    grave = {
        name: [finding.finding for finding in findings if finding.severity is Severity.HIGH]
        for name, findings in careful_findings.items()
    }
    assert not any(grave.values()), grave


def test_careful_forms_can_be_checked(careful_findings: dict[str, list[Finding]]) -> None:
    unread = {
        name: [finding.message for finding in findings if finding.verdict is Verdict.CANNOT_CHECK]
        for name, findings in careful_findings.items()
    }
    assert not any(unread.values()), unread
