"""What hangs on the trained reader alone says so, and is no accusation of the highest severity."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import audit
from audit import Skills
from domain.finding import Finding, Severity
from domain.label import Label

REASON = "问过几个人都说行"


def findings(sheets: Any, skills: Skills, label: Label) -> tuple[Finding, ...]:
    row = f"满意度指标 | 服务对象满意度指标 | 学员满意度 | ≥90% | 95% | 10 | 10 | {REASON}"
    (form,) = sheets.forms({"name": "一张", "rows": [row]})

    def rationale(text: str) -> Any:
        return replace(skills.rationale(text), labels=(label,))

    told = replace(skills, rationale=rationale, label_name=lambda _: "未开展调查")
    return tuple(each for each in audit.check([form], skills=told) if each.finding == "SAT_NO_SURVEY")


@pytest.mark.parametrize(
    ("probability", "pattern", "severity", "said"),
    [
        (0.95, 0.95, Severity.HIGH, ""),
        (0.95, None, Severity.HIGH, ""),
        (0.7, 0.02, Severity.MEDIUM, "“未开展调查”模型概率0.70，词表认为不是"),
        (0.96, 0.02, Severity.HIGH, "“未开展调查”模型概率0.96，词表认为不是"),
    ],
)
def test_a_finding_that_the_word_lists_do_not_bear_out_says_so(
    sheets: Any, real_skills: Skills, probability: float, pattern: float | None, severity: Severity, said: str
) -> None:
    label = Label(id="survey_not_done", probability=probability, pattern=pattern)
    (finding,) = findings(sheets, real_skills, label)
    assert finding.severity is severity
    assert said in finding.readings
    assert bool(said) is ("只按词表则无此疑点" in finding.readings)
    assert finding.confidence <= (probability if said else 1.0)


def test_what_only_the_word_lists_see_is_no_finding(sheets: Any, real_skills: Skills) -> None:
    assert findings(sheets, real_skills, Label(id="survey_not_done", probability=0.2, pattern=0.95)) == ()
