"""What a run leaves in the output folder: the lines of the contract, the workbooks, the report, and run.json."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from domain.finding import Finding, Verdict
from fuhe.batch import Batch, Outcome, Status
from fuhe.files import file_sha256, write_lines, write_text
from fuhe.listing import Listing
from fuhe.paper import PageNote
from fuhe.records import finding_to_record, form_to_record, table_to_records
from fuhe.report import write_report
from fuhe.version import VERSION, reading_version
from fuhe.workbook import write_findings, write_forms
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice, choice_to_reader

READ_OUTPUTS = ("tables.jsonl", "forms.jsonl", "forms.xlsx")
AUDIT_OUTPUTS = ("findings.jsonl", "findings.xlsx", "report.html")
RUN_OUTPUT = "run.json"

EXIT_ALL_READ = 0
EXIT_SOME_UNREAD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command: when, what it worked on, and which engine read what had to be recognised."""

    command: str
    started: datetime
    finished: datetime
    batch: Batch
    engine: EngineChoice = HOUSE_ENGINE
    findings: tuple[Finding, ...] = ()


def exit_code(batch: Batch) -> int:
    """0 when everything was read, 3 when a file or a page was not."""
    some = batch.unread or any(outcome.unread_pages for outcome in batch.outcomes)
    return EXIT_SOME_UNREAD if some else EXIT_ALL_READ


def write_reading(folder: Path, batch: Batch) -> tuple[str, ...]:
    """Write what was read; the names of the files written."""
    write_lines(
        folder / "tables.jsonl",
        (record for reading in batch.readings for record in table_to_records(reading.tables, reading.document)),
    )
    write_lines(folder / "forms.jsonl", map(form_to_record, batch.forms))
    write_forms(folder / "forms.xlsx", batch)
    return READ_OUTPUTS


def write_audit(folder: Path, run: Run, listing: Listing) -> tuple[str, ...]:
    """Write the findings; the names of the files written."""
    write_lines(folder / "findings.jsonl", map(finding_to_record, run.findings))
    write_findings(folder / "findings.xlsx", listing, run.batch)
    write_report(folder / "report.html", run.batch, listing=listing, finished=run.finished)
    return AUDIT_OUTPUTS


def write_run(folder: Path, run: Run, *, outputs: Sequence[str]) -> None:
    """Write run.json, last: its presence says that the other files are whole."""
    record = run_to_record(run, [output_to_record(folder / name) for name in outputs])
    write_text(folder / RUN_OUTPUT, json.dumps(record, ensure_ascii=False, indent=2) + "\n")


def run_to_record(run: Run, outputs: Sequence[dict[str, object]]) -> dict[str, object]:
    """The account of a run, every input in it."""
    return {
        "version": VERSION,
        "reading_version": reading_version(run.engine),
        "engine": asdict(choice_to_reader(run.engine)),
        "command": run.command,
        "started": run.started.isoformat(timespec="seconds"),
        "finished": run.finished.isoformat(timespec="seconds"),
        "exit_code": exit_code(run.batch),
        "counts": _counts(run),
        "inputs": [outcome_to_record(outcome) for outcome in run.batch.outcomes],
        "outputs": list(outputs),
    }


def _counts(run: Run) -> dict[str, int]:
    statuses = Counter(outcome.status for outcome in run.batch.outcomes)
    verdicts = Counter(finding.verdict for finding in run.findings)
    return {
        "inputs": len(run.batch.outcomes),
        **{status.value: statuses[status] for status in Status},
        "from_cache": sum(outcome.from_cache for outcome in run.batch.outcomes),
        "pages": sum(len(reading.pages) for reading in run.batch.readings),
        "pages_unread": sum(len(outcome.unread_pages) for outcome in run.batch.outcomes),
        "words": sum(page.words for reading in run.batch.readings for page in reading.pages),
        "tables": sum(len(reading.tables) for reading in run.batch.readings),
        "forms": len(run.batch.forms),
        "findings": verdicts[Verdict.FAIL],
        "cannot_check": verdicts[Verdict.CANNOT_CHECK],
    }


def outcome_to_record(outcome: Outcome) -> dict[str, object]:
    """One input of run.json."""
    return {
        "source": outcome.path,
        "sha256": outcome.sha256,
        "kind": outcome.kind,
        "status": outcome.status.value,
        "reason": outcome.reason,
        "forms": len(outcome.reading.forms) if outcome.reading is not None else 0,
        "pages": [page_to_record(page) for page in outcome.reading.pages] if outcome.reading is not None else [],
        "from_cache": outcome.from_cache,
        "warnings": list(outcome.warnings),
    }


def page_to_record(page: PageNote) -> dict[str, object]:
    """One page of paper in run.json."""
    return {
        "page": page.number,
        "choice": page.choice,
        "words": page.words,
        "marks": list(page.marks),
        "reason": page.reason,
    }


def output_to_record(path: Path) -> dict[str, object]:
    """One file written, with its hash."""
    return {"name": path.name, "bytes": path.stat().st_size, "sha256": file_sha256(path)}
