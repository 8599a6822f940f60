from __future__ import annotations

import json
from dataclasses import replace

import pytest

from domain.finding import Evidence, Finding, Severity, Verdict
from domain.source import Box, Document, Source
from fuhe.finding_records import finding_to_record, record_to_finding
from fuhe.records import RECORD_READER, RecordError

DOCUMENT = Document(path="甲/表.txt", sha256="0" * 64)


def _finding(*sources: Source) -> Finding:
    return Finding(
        rank=1,
        priority=7.25,
        finding="SOME_ID",
        title="题",
        severity=Severity.MEDIUM,
        verdict=Verdict.FAIL,
        source=DOCUMENT.path,
        form_index=2,
        project_name="项目",
        row=None,
        message="事实",
        evidence=(Evidence(field="grade", text="优", sources=sources),),
        basis="依据",
        confidence=0.5,
    )


def test_a_finding_has_the_keys_of_the_contract_in_their_order() -> None:
    record = finding_to_record(_finding(Source(document=DOCUMENT, reader=RECORD_READER, line=3)))
    assert list(record) == [
        "rank",
        "priority",
        "finding",
        "title",
        "severity",
        "verdict",
        "source",
        "form_index",
        "project_name",
        "row",
        "message",
        "evidence",
        "basis",
        "confidence",
        "covered_by",
        "why",
        "readings",
        "statement",
    ]
    assert record["evidence"] == [{"field": "grade", "text": "优", "page": None, "box": None}]


def test_a_finding_comes_back_from_its_line() -> None:
    first = Source(document=DOCUMENT, reader=RECORD_READER, page=1, box=Box(x0=0, y0=0, x1=2, y1=2))
    finding = _finding(first, replace(first, page=2))
    record = json.loads(json.dumps(finding_to_record(finding)))
    assert [piece["page"] for piece in record["evidence"]] == [1, 2]
    assert record_to_finding(record, DOCUMENT) == finding


def test_a_finding_off_the_contract_names_its_key() -> None:
    record = {**finding_to_record(_finding()), "severity": "terrible"}
    with pytest.raises(RecordError, match="severity"):
        record_to_finding(record)


def test_evidence_of_another_form_names_that_form() -> None:
    elsewhere = Evidence(form="乙/表.txt#2", field="indicators[0].target", text="≥5场", sources=())
    finding = replace(_finding(), evidence=(elsewhere,), why="因为", readings="都成立", statement="定性")
    record = json.loads(json.dumps(finding_to_record(finding)))
    assert record["evidence"][0]["field"] == "乙/表.txt#2::indicators[0].target"
    assert record_to_finding(record, DOCUMENT) == finding
