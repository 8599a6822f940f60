"""Careful forms stay quiet: a false accusation costs more than a missed trifle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from audit import RULES, BatchRule, Skills, check
from domain.finding import Finding, Severity, Verdict

CAREFUL_BATCH = Path(__file__).parent / "careful_batch.yaml"
CAREFUL = sorted(path for path in Path(__file__).parent.glob("careful_*.yaml") if path != CAREFUL_BATCH)
ACROSS = {rule.code for rule in RULES if isinstance(rule, BatchRule)}
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


def test_careful_forms_of_many_units_have_nothing_to_do_with_each_other(sheets: Any, real_skills: Skills) -> None:
    cases = [case for path in CAREFUL for case in sheets.cases(yaml.safe_load(path.read_text(encoding="utf-8")))]
    forms = [sheets.form(case, place) for place, case in enumerate(cases, start=1)]
    told = [finding.message for finding in check(forms, skills=real_skills) if finding.finding in ACROSS]
    assert told == []


def test_a_careful_unit_is_left_alone_over_its_years(sheets: Any, real_skills: Skills) -> None:
    cases = sheets.cases(yaml.safe_load(CAREFUL_BATCH.read_text(encoding="utf-8")))
    forms = [sheets.form(case, place) for place, case in enumerate(cases, start=1)]
    findings = list(check(forms, skills=real_skills))
    across = [finding for finding in findings if finding.finding in ACROSS and finding.severity is not Severity.INFO]
    assert [finding.message for finding in across] == []
    assert len(weighty(findings)) <= MOST_PER_FORM * len(forms), weighty(findings)
