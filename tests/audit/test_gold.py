"""The rules with the real skills on the forms transcribed by hand, against the grades of an experienced reader."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from audit import RULES, Skills, check
from domain.finding import Finding, Verdict
from domain.form import Form
from fuhe.finding_records import finding_to_record

ARITHMETIC = {rule.code for rule in RULES if rule.group == "算术"}
# Components printed as zero or left blank under a total are there in the documents; every other sum closes.
PRINTED_GAPS = {"FUND_COMPONENT_MISMATCH", "FUND_COMPONENT_BLANK"}
# Floors below what was measured when the rules were written (precision 0.87, recall 0.96, ndcg30 0.88, share 1.0).
LEAST_PRECISION, LEAST_RECALL = 0.82, 0.92
LEAST_NDCG, LEAST_SHARE = 0.85, 0.9

Place = tuple[str, int, int | None]


@pytest.fixture(scope="session")
def gold_findings(gold_forms: tuple[Form, ...], real_skills: Skills) -> tuple[Finding, ...]:
    """Every finding on the transcribed forms."""
    return check(gold_forms, skills=real_skills)


@pytest.fixture(scope="session")
def graded(shared: Path) -> dict[str, set[Place]]:
    """Where the first reading saw each finding."""
    places: dict[str, set[Place]] = defaultdict(set)
    for each in json.loads((shared / "labels" / "ranking.json").read_text(encoding="utf-8")):
        places[each["finding"]].add((each["file"], each["form_index"], each["row"]))
    return places


def places_of(findings: tuple[Finding, ...], code: str) -> set[Place]:
    """Where a rule failed."""
    fails = [finding for finding in findings if finding.finding == code and finding.verdict is Verdict.FAIL]
    return {(Path(finding.source).name, finding.form_index, finding.row) for finding in fails}


def test_sums_that_close_are_not_doubted(gold_findings: tuple[Finding, ...]) -> None:
    told = {finding.finding for finding in gold_findings if finding.finding in ARITHMETIC}
    assert told <= PRINTED_GAPS


def test_everything_read_can_be_checked(gold_findings: tuple[Finding, ...]) -> None:
    unread = [finding.message for finding in gold_findings if finding.verdict is Verdict.CANNOT_CHECK]
    assert not unread


def test_rules_agree_with_the_first_reading(gold_findings: tuple[Finding, ...], graded: dict[str, set[Place]]) -> None:
    told = {rule.code: places_of(gold_findings, rule.code) for rule in RULES}
    right = sum(len(places & graded.get(code, set())) for code, places in told.items())
    precision = right / sum(len(places) for places in told.values())
    recall = right / sum(len(graded.get(code, set())) for code in told)
    assert precision >= LEAST_PRECISION
    assert recall >= LEAST_RECALL


@pytest.mark.parametrize(
    "code",
    [
        "SAT_NO_SURVEY",
        "SAT_EVIDENCE_NOT_RETAINED",
        "SCORE_AS_ACTUAL",
        "ACTUAL_TYPE_WRONG",
        "MISSING_EVIDENCE_FULL_MARKS",
        "REWRITE_NO_APPROVAL",
        "BUDGET_CUT_TARGET_UNCHANGED",
        "LOW_EXEC_FULL_OUTPUT",
        "OVERACHIEVE_NO_ANALYSIS",
    ],
)
def test_grave_findings_are_found_where_the_reader_saw_them(
    code: str, gold_findings: tuple[Finding, ...], graded: dict[str, set[Place]]
) -> None:
    assert places_of(gold_findings, code) == graded[code]


def test_the_top_of_the_list_is_worth_reading(gold_findings: tuple[Finding, ...], shared: Path, tmp_path: Path) -> None:
    figures = rank_score(gold_findings, shared, tmp_path)
    assert figures["ndcg30"] >= LEAST_NDCG
    assert figures["share_grade2_in_30"] >= LEAST_SHARE


def rank_score(findings: tuple[Finding, ...], shared: Path, folder: Path) -> dict[str, Any]:
    """What the scoring tool says of these findings."""
    lines = folder / "findings.jsonl"
    records = (json.dumps(finding_to_record(finding), ensure_ascii=False) for finding in findings)
    lines.write_text("\n".join(records) + "\n", encoding="utf-8")
    tool = shared / "tools" / "rank_score.py"
    command = [sys.executable, str(tool), str(shared / "labels" / "ranking.json"), str(lines)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    figures: dict[str, Any] = json.loads(printed)
    return figures
