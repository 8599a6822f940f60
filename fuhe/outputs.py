"""What a run leaves in the output folder: the lines of the contract, the workbooks, the report, and run.json."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from domain.finding import Finding, Verdict
from domain.source import Document
from fuhe.batch import Batch, Outcome, Status
from fuhe.files import file_sha256, write_lines, write_text
from fuhe.finding_records import finding_to_record
from fuhe.listing import Listing
from fuhe.page_notes import PageNote, PageState
from fuhe.page_records import marks_to_records, reading_to_page_records
from fuhe.pictures import DRAWN_FOLDER, page_picture
from fuhe.pipeline import Reading, pages_with_form
from fuhe.records import form_to_record, table_to_records
from fuhe.report import write_report
from fuhe.settings import DEFAULTS, Settings
from fuhe.version import VERSION, reading_version
from fuhe.workbook import write_findings, write_forms
from models.store import Entry
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice, choice_to_reader

READ_OUTPUTS = ("tables.jsonl", "pages.jsonl", "forms.jsonl", "forms.xlsx")
AUDIT_OUTPUTS = ("findings.jsonl", "findings.xlsx", "report.html")
RUN_OUTPUT = "run.json"
OUTPUTS = (*READ_OUTPUTS, *AUDIT_OUTPUTS, RUN_OUTPUT)

EXIT_ALL_READ = 0
EXIT_SOME_UNREAD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a command: when, what it worked on, which engine recognised it, which models labelled."""

    command: str
    started: datetime
    finished: datetime
    batch: Batch
    engine: EngineChoice = HOUSE_ENGINE
    findings: tuple[Finding, ...] = ()
    settings: Settings = DEFAULTS
    models: tuple[Entry, ...] = ()


def exit_code(batch: Batch) -> int:
    """0 when everything was read, 3 when a file or a page was not."""
    some = batch.unread or any(outcome.unread_pages for outcome in batch.outcomes)
    return EXIT_SOME_UNREAD if some else EXIT_ALL_READ


def write_reading(folder: Path, batch: Batch) -> tuple[str, ...]:
    """Write what was read; the names of the files written. Until all is written there is no run.json."""
    (folder / RUN_OUTPUT).unlink(missing_ok=True)
    write_lines(
        folder / "tables.jsonl",
        (record for reading in batch.readings for record in table_to_records(reading.tables, reading.document)),
    )
    write_lines(
        folder / "pages.jsonl", (record for reading in batch.readings for record in reading_to_page_records(reading))
    )
    write_lines(folder / "forms.jsonl", map(form_to_record, batch.forms))
    write_forms(folder / "forms.xlsx", batch)
    return READ_OUTPUTS


def pictures_of_unread(batch: Batch) -> tuple[str, ...]:
    """The pictures of pages that could not be read, as paths within the output folder."""
    return tuple(page.picture for outcome in batch.outcomes for page in outcome.unread_pages if page.picture)


def drawn_pictures(folder: Path, batch: Batch) -> tuple[str, ...]:
    """The pictures of pages drawn with what was read of them, as paths within the output folder."""
    names = (
        page_picture(DRAWN_FOLDER, outcome.reading.document, page.number)
        for outcome in batch.outcomes
        if outcome.reading is not None
        for page in outcome.reading.pages
    )
    return tuple(name for name in names if (folder / name).is_file())


def write_audit(folder: Path, run: Run, listing: Listing) -> tuple[str, ...]:
    """Write the findings; the names of the files written."""
    write_lines(folder / "findings.jsonl", map(finding_to_record, run.findings))
    write_findings(folder / "findings.xlsx", listing, run.batch)
    write_report(folder / "report.html", run.batch, listing=listing, finished=run.finished)
    return AUDIT_OUTPUTS


def write_run(folder: Path, run: Run, *, outputs: Sequence[str]) -> None:
    """Write run.json, last: its presence says that the other files are whole."""
    record = run_to_record(run, [output_to_record(folder, name) for name in outputs])
    write_text(folder / RUN_OUTPUT, json.dumps(record, ensure_ascii=False, indent=2) + "\n")


def run_to_record(run: Run, outputs: Sequence[dict[str, object]]) -> dict[str, object]:
    """The account of a run, every input in it."""
    return {
        "version": VERSION,
        "reading_version": reading_version(run.engine),
        "engine": asdict(choice_to_reader(run.engine)),
        "command": run.command,
        "models": {entry.task: f"{entry.name} {entry.digest}" for entry in run.models},
        "settings": {"file": run.settings.file, "changed": run.settings.changed},
        "started": run.started.isoformat(timespec="seconds"),
        "finished": run.finished.isoformat(timespec="seconds"),
        "exit_code": exit_code(run.batch),
        "counts": _counts(run),
        "inputs": [outcome_to_record(outcome) for outcome in run.batch.outcomes],
        "outputs": list(outputs),
    }


def _counts(run: Run) -> dict[str, int]:
    """The sums of a run; docs/accounting.md says what adds up to what."""
    statuses = Counter(outcome.status for outcome in run.batch.outcomes)
    verdicts = Counter(finding.verdict for finding in run.findings)
    totals = Counter[str]()
    for outcome in run.batch.outcomes:
        totals.update(outcome_to_counts(outcome))
    return {
        "inputs": len(run.batch.outcomes),
        **{status.value: statuses[status] for status in Status},
        "from_cache": sum(outcome.from_cache for outcome in run.batch.outcomes),
        **totals,
        "findings": verdicts[Verdict.FAIL],
        "cannot_check": verdicts[Verdict.CANNOT_CHECK],
    }


def outcome_to_counts(outcome: Outcome) -> dict[str, int]:
    """What one input holds: pages of paper by what became of them, their words, tables and forms."""
    reading = outcome.reading if outcome.reading is not None else Reading(document=Document(path="", sha256=""))
    states = Counter(page.state for page in reading.pages)
    formed = pages_with_form(reading)
    with_form = sum(page.state is PageState.READ and page.number in formed for page in reading.pages)
    with_cells = [table for table in reading.tables if table.cells]
    return {
        "pages": len(reading.pages),
        "pages_with_form": with_form,
        "pages_without_form": states[PageState.READ] - with_form,
        "pages_blank": states[PageState.BLANK],
        "pages_unread": states[PageState.UNREAD],
        "words": sum(page.words for page in reading.pages),
        "words_in_tables": sum(page.inside for page in reading.pages),
        "words_outside_tables": sum(page.outside for page in reading.pages),
        "marks": sum(len(page.marks) for page in reading.pages),
        "tables": len(reading.tables),
        "tables_with_cells": len(with_cells),
        "tables_of_lines_only": len(reading.tables) - len(with_cells),
        "forms": len(reading.forms),
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
        "counts": outcome_to_counts(outcome),
        "pages": [page_to_record(page) for page in outcome.reading.pages] if outcome.reading is not None else [],
        "from_cache": outcome.from_cache,
        "warnings": list(outcome.warnings),
    }


def page_to_record(page: PageNote) -> dict[str, object]:
    """One page of paper in run.json; its size and its way to the scan stand in pages.jsonl."""
    return {
        "page": page.number,
        "state": page.state.value,
        "choice": page.choice,
        "words": page.words,
        "words_in_tables": page.inside,
        "words_outside_tables": page.outside,
        "marks": marks_to_records(page.marks),
        "warnings": list(page.warnings),
        "reason": page.reason,
        "picture": page.picture,
    }


def output_to_record(folder: Path, name: str) -> dict[str, object]:
    """One file written, with its hash; ``name`` is its path within the output folder."""
    path = folder / name
    return {"name": name, "bytes": path.stat().st_size, "sha256": file_sha256(path)}
