"""The edge: findings as lines of the public contract (findings.jsonl)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from pydantic import TypeAdapter, ValidationError

from domain.finding import Evidence, Finding, Severity, Verdict
from domain.source import Document, Source
from fuhe.contract import EvidenceRecord, FindingRecord
from fuhe.records import RECORD_READER, RecordError, boxes_to_record, complaint, record_to_box

FORM_SIGN = "::"  # stands between another form and the path of its field, in evidence from elsewhere
_FINDING = TypeAdapter(FindingRecord)


def finding_to_record(finding: Finding) -> FindingRecord:
    """One line of findings.jsonl. Evidence over several pages has an entry for each, with the box around its pieces."""
    return {
        "rank": finding.rank,
        "priority": round(finding.priority, 4),
        "finding": finding.finding,
        "title": finding.title,
        "severity": finding.severity.value,
        "verdict": finding.verdict.value,
        "source": finding.source,
        "form_index": finding.form_index,
        "project_name": finding.project_name,
        "row": finding.row,
        "message": finding.message,
        "evidence": [record for evidence in finding.evidence for record in _evidence_to_records(evidence)],
        "basis": finding.basis,
        "confidence": round(finding.confidence, 3),
        "covered_by": finding.covered_by,
        "why": finding.why,
        "readings": finding.readings,
        "statement": finding.statement,
    }


def _evidence_to_records(evidence: Evidence) -> tuple[EvidenceRecord, ...]:
    pages = list(dict.fromkeys(source.page for source in evidence.sources)) or [None]
    return tuple(
        {
            "field": f"{evidence.form}{FORM_SIGN}{evidence.field}" if evidence.form else evidence.field,
            "text": evidence.text,
            "page": page,
            "box": boxes_to_record([s.box for s in evidence.sources if s.page == page and s.box is not None]),
        }
        for page in pages
    )


def record_to_finding(record: Mapping[str, object], document: Document | None = None) -> Finding:
    """A finding from a line of findings.jsonl. Lines of text input are not in the record. Raises RecordError."""
    try:
        line = _FINDING.validate_python(record)
    except ValidationError as error:
        raise RecordError(complaint(error)) from error
    document = document or Document(path=line["source"], sha256="")
    return Finding(
        rank=line["rank"],
        priority=line["priority"],
        finding=line["finding"],
        title=line["title"],
        severity=Severity(line["severity"]),
        verdict=Verdict(line["verdict"]),
        source=line["source"],
        form_index=line["form_index"],
        project_name=line["project_name"],
        row=line["row"],
        message=line["message"],
        evidence=_records_to_evidence(line["evidence"], document),
        basis=line["basis"],
        confidence=line["confidence"],
        covered_by=line["covered_by"],
        why=line.get("why", ""),
        readings=line.get("readings", ""),
        statement=line.get("statement", ""),
    )


def _records_to_evidence(records: list[EvidenceRecord], document: Document) -> tuple[Evidence, ...]:
    fields = groupby(records, key=lambda record: (record["field"], record["text"]))
    return tuple(
        Evidence(
            form=form,
            field=field,
            text=text,
            sources=tuple(_evidence_to_source(record, document) for record in pieces if record["page"] is not None),
        )
        for (path, text), pieces in fields
        for form, _, field in [path.rpartition(FORM_SIGN)]
    )


def _evidence_to_source(record: EvidenceRecord, document: Document) -> Source:
    box = record_to_box(record["box"])
    return Source(document=document, reader=RECORD_READER, page=record["page"], box=box)
