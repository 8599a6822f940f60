"""Rewrites as units write them, from the sentence in the reason column to the weight of what is found."""

from __future__ import annotations

from typing import Any

import pytest

from audit import Skills, check
from domain.finding import Finding, Verdict

CHANGE_CODES = ("REWRITE", "INDICATOR_NAME_REWRITTEN", "TARGET_VALUE_REWRITTEN")
ROW = "产出指标 | 数量指标 | 河道清淤长度 | ≥12公里 | {actual} | 20 | 20 | {reason}"


def found(sheets: Any, skills: Skills, *, reason: str, actual: str = "12公里", row: str = ROW) -> dict[str, Finding]:
    (case,) = sheets.cases([{"name": "x", "year": "2023", "rows": [row.format(reason=reason, actual=actual)]}])
    findings = check([sheets.form(case)], skills=skills)
    return {f.finding: f for f in findings if f.finding.startswith(CHANGE_CODES) and f.verdict is Verdict.FAIL}


@pytest.mark.parametrize(
    "reason",
    [
        "经市财政局批复（滨财农〔2023〕41号），年度指标值由12公里调整为9公里",
        "2023年8月县水利局、县财政局联合批复，指标值调整为9公里",
        "年中已按程序报经区财政局同意，目标值调整为9公里",
    ],
)
def test_an_approved_change_is_legitimate(sheets: Any, real_skills: Skills, reason: str) -> None:
    assert found(sheets, real_skills, reason=reason, actual="9公里") == {}


@pytest.mark.parametrize(
    "reason",
    [
        "年度指标值修改为“不少于12公里”",
        "指标名称修改为“河道清淤总长度”",
        "指标名称笔误，修改为“河道清於长度”",
    ],
)
def test_better_wording_weighs_little(sheets: Any, real_skills: Skills, reason: str) -> None:
    assert {f.severity for f in found(sheets, real_skills, reason=reason).values()} <= {"low"}


@pytest.mark.parametrize(
    ("reason", "actual", "code"),
    [
        ("年度指标值修改为“有所提升”", "达成年度指标", "REWRITE_TO_VAGUE"),
        ("指标修改为“工程验收通过率”，年度指标值为“100%”，以此指标考核", "100%", "REWRITE_TO_CIRCULAR_RATE"),
        ("指标修改为“保洁员投诉次数”，年度指标值为“0”，以此指标考核", "0", "REWRITE_TO_CIRCULAR_RATE"),
        ("指标修改为“档案整理及时性”，年度指标值为“及时”", "及时", "REWRITE_UNRELATED"),
        ("年度指标值修改为“≥8公里”", "8公里", "REWRITE_NO_APPROVAL"),
        ("年度指标值修改为“≥8公里”，已报县财政局备案", "8公里", "REWRITE_NO_APPROVAL"),
    ],
)
def test_what_empties_a_goal_is_high(sheets: Any, real_skills: Skills, reason: str, actual: str, code: str) -> None:
    told = found(sheets, real_skills, reason=reason, actual=actual)
    assert told[code].severity == "high"


def test_what_was_not_done_is_told(sheets: Any, real_skills: Skills) -> None:
    told = found(sheets, real_skills, reason="年度指标值修改为“≥8公里”", actual="8公里")
    assert "实际8公里未达到改前的≥12公里，改后按完成计分" in told["REWRITE_NO_APPROVAL"].message


@pytest.mark.parametrize(
    "reason",
    [
        "2024年2月6日经区财政局批复，年度指标值调整为≥10公里",
        "经局党组会议研究同意，年度指标值调整为≥10公里",
    ],
)
def test_a_doubtful_approval_is_a_question(sheets: Any, real_skills: Skills, reason: str) -> None:
    told = found(sheets, real_skills, reason=reason)
    assert told["REWRITE_NO_APPROVAL"].severity == "medium"
    assert "high" not in {f.severity for f in told.values()}


def test_a_missed_target_with_its_marks_deducted_hides_nothing(sheets: Any, real_skills: Skills) -> None:
    row = ROW.replace("| 20 | 20 |", "| 20 | 13.33 |")
    told = found(sheets, real_skills, reason="年度指标值修改为“≥9公里”", actual="8公里", row=row)
    assert "改后按完成计分" not in told["REWRITE_NO_APPROVAL"].message
