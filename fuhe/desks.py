"""The skills of this house as the workbench is handed them: reading, checking, and pictures of pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from audit.compare import letters
from classify.champions import house_champions
from domain.errors import UnreadableDocument
from domain.finding import Finding
from domain.form import Form, form_key
from domain.source import Document
from fuhe.batch import Outcome, Status, read_batch
from fuhe.cache import Cache
from fuhe.decode import bytes_to_text
from fuhe.desk_papers import papers_desk
from fuhe.desk_school import school_desk
from fuhe.grouping import pages_together
from fuhe.intake import Arrival, Refusal, Skipped, arrival_to_content, paths_to_arrivals
from fuhe.listing import findings_to_listing
from fuhe.page_notes import PageNote
from fuhe.page_store import stores_to_underway
from fuhe.paper import Desk
from fuhe.pictures import picture_to_jpeg
from fuhe.pipeline import (
    Reading,
    forms_to_findings,
    house_skills,
    house_stages,
    rule_categories,
    rule_groups,
    rule_titles,
)
from fuhe.records import form_to_record
from fuhe.reranking import finding_to_reason, findings_to_lines
from fuhe.settings import Settings
from fuhe.upright import page_to_upright
from fuhe.version import VERSION, reading_version, rules_version
from ocr.engines.choice import HOUSE_ENGINE
from review.house import CheckingDesk, DocumentTold, House, PageTold, Piece, Progress, Raised, ReadingDesk, Versions

SHELF = "kept"  # readings stay evidence under whatever version of the code made them; the document says which


def house_to_workbench(settings: Settings | None = None) -> House:
    """All desks, with the settings of this office."""
    return House(
        reading=ReadingDesk(
            unpack=file_to_pieces,
            group_pages=names_to_groups,
            read=read_files,
            find=find_reading,
            progress=find_progress,
            page_picture=page_to_jpeg,
            document_text=lambda file: bytes_to_text(file.read_bytes()).text,
            form_record=form_to_record,
        ),
        checking=CheckingDesk(
            check=lambda forms: forms_to_raised(forms, settings), versions=house_versions, rule_titles=rule_titles
        ),
        papers=papers_desk(),
        school=school_desk(),
    )


def file_to_pieces(file: Path, name: str) -> Iterator[Piece]:
    """The file itself, or what it holds where it is an archive; paths begin with ``name``."""
    for found in paths_to_arrivals([file]):
        path = name + found.path.removeprefix(str(file))
        if isinstance(found, Refusal):
            yield Piece(path=path, refusal=found.reason)
        elif isinstance(found, Skipped):
            yield Piece(path=path, note=found.note)
        else:
            try:
                yield Piece(path=path, content=arrival_to_content(found))
            except UnreadableDocument as error:
                yield Piece(path=path, refusal=str(error))


def names_to_groups(names: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """The places of names by document, pages in their order."""
    arrivals = [Arrival(path=name, file=Path(str(place))) for place, name in enumerate(names)]
    documents = (found for found in pages_together(arrivals) if isinstance(found, Arrival))
    return tuple(tuple(int(str(page.file)) for page in (found, *found.more)) for found in documents)


def read_files(files: Sequence[Path], document: Document, folder: Path) -> DocumentTold:
    """A document read, or taken up where reading it was broken off."""
    first, *more = (Arrival(path=document.path, file=file) for file in files)
    arrival = Arrival(path=first.path, file=first.file, more=tuple(more))
    shelf = _shelf(folder)
    (outcome,) = read_batch([arrival], house_stages(desk=Desk(kept=shelf.pages)), cache=shelf)
    return _outcome_to_told(outcome)


def find_reading(document: Document, folder: Path) -> DocumentTold | None:
    """What was read of a document; None where it was not, or its reading is damaged."""
    reading = _shelf(folder).find(document)
    return None if reading is None else DocumentTold(status=Status.READ, kind="", **_reading_parts(reading))


def find_progress(document: Document, folder: Path) -> Progress | None:
    """How far the reading of a document of several pages is."""
    underway = next(stores_to_underway(_shelf(folder).pages, 0.0, sha256=document.sha256), None)
    return None if underway is None else Progress(done=underway.done, pages=underway.pages)


def page_to_jpeg(files: Sequence[Path], document: Document, number: int, folder: Path) -> bytes:
    """A page, upright. Raises UnreadableDocument."""
    reading = _shelf(folder).find(document)
    notes = {note.number: note for note in reading.pages} if reading is not None else {}
    note = notes.get(number, PageNote(number=number))
    contents = [file.read_bytes() for file in files]
    return picture_to_jpeg(page_to_upright(contents, note, name=document.path))


def _shelf(folder: Path) -> Cache:
    return Cache(folder=folder, version=SHELF)


def _outcome_to_told(outcome: Outcome) -> DocumentTold:
    reading = outcome.reading or Reading(document=Document(path=outcome.path, sha256=outcome.sha256))
    parts = _reading_parts(reading)
    return DocumentTold(
        status=outcome.status.value, kind=outcome.kind, reason=outcome.reason, warnings=outcome.warnings, **parts
    )


def _reading_parts(reading: Reading) -> dict[str, Any]:
    return {"forms": reading.forms, "pages": tuple(map(_note_to_told, reading.pages))}


def _note_to_told(note: PageNote) -> PageTold:
    return PageTold(
        number=note.number, width=note.width, height=note.height, state=note.state.value, reason=note.reason,
        warnings=note.warnings,
    )  # fmt: skip


def forms_to_raised(forms: Sequence[Form], settings: Settings | None = None) -> tuple[Raised, ...]:
    """The findings of an audit with what a queue filters by."""
    findings = forms_to_findings(forms, settings)
    lines = findings_to_lines(findings, forms)
    listing = findings_to_listing(findings, forms, groups=rule_groups(), text_to_amount=house_skills().amount)
    entries = {
        entry.finding.rank: entry for part in (listing.top, listing.covered, listing.unchecked) for entry in part
    }
    years = {form_key(form): "".join(filter(str.isdigit, form.year.text))[:4] for form in forms}
    categories = rule_categories()
    return tuple(
        Raised(
            finding=finding,
            group=entries[finding.rank].group,
            category=categories.get(finding.finding, ""),
            unit=line.unit,
            year=years.get((finding.source, finding.form_index), ""),
            indicator=entries[finding.rank].indicator,
            amount=line.yuan,
            points=line.points,
            cause=finding_to_cause(finding),
        )
        for finding, line in zip(findings, lines, strict=True)
    )


def finding_to_cause(finding: Finding) -> str:
    """Alike for findings of one rule that rest on one reason; of one rule alone, where they rest on none."""
    told = f"{finding.finding}\n{letters(finding_to_reason(finding))}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


@cache
def house_versions() -> Versions:
    """What reads, judges and labels in this process."""
    models = "；".join(f"{entry.name} {entry.digest}" for entry in house_champions().entries)
    return Versions(
        program=VERSION, reading=reading_version(HOUSE_ENGINE), rules=rules_version(), models=models or "仅词表"
    )
