"""The skills of this house as the workbench is handed them: reading, checking, and pictures of pages."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol

from audit.compare import letters
from audit.relearn import decisions_to_learned
from audit.rerank import lines_to_reranked
from classify.champions import house_champions
from domain.decision import Act, Decision, FindingKey, finding_key
from domain.errors import UnreadableDocument
from domain.finding import Finding
from domain.form import Form, form_key
from domain.label import Rewrite
from domain.source import Document
from fuhe.apart import page_reader, shown_apart
from fuhe.batch import Outcome, Status, never, read_batch
from fuhe.cache import Cache, forget_document
from fuhe.cluster_plan import ClusterPlan
from fuhe.decode import bytes_to_text
from fuhe.desk_papers import papers_desk
from fuhe.desk_school import school_desk
from fuhe.differences import Piece as Run
from fuhe.files import DiskFull
from fuhe.grouping import pages_together
from fuhe.intake import Arrival, Input, Refusal, Skipped, arrival_to_content, path_to_note, paths_to_arrivals
from fuhe.limits import USUAL_LIMITS, Limits
from fuhe.listing import findings_to_listing
from fuhe.page_notes import PageNote
from fuhe.page_reading import Paper
from fuhe.page_store import forget_notes, stores_to_underway
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
    text_to_rewrite,
)
from fuhe.records import form_to_record
from fuhe.reranking import finding_to_reason, findings_to_lines
from fuhe.settings import Settings
from fuhe.swaps import REWRITE_GROUP, row_to_swap
from fuhe.upright import page_to_upright, scan_to_upright
from fuhe.version import VERSION, reading_version, rules_version
from ocr.engines.choice import HOUSE_ENGINE
from review.house import (
    CheckingDesk,
    DocumentTold,
    House,
    PageTold,
    Piece,
    Progress,
    Raised,
    ReadingDesk,
    RewriteTold,
    Strip,
    Versions,
)

_one_picture = threading.Lock()  # PDFium is not made for several threads, and a page in pixels takes 50 MB
REWRITES_KEPT = 2048
FULL = (
    "服务器的磁盘已满，没有读完。已读的页都已保存，没有丢失。请管理员腾出空间，再点“重新识读”，即从停下的那一页接着读。"
)
SHELF = "kept"  # readings stay evidence under whatever version of the code made them; the document says which


def house_to_workbench(settings: Settings | None = None, *, cluster: ClusterPlan | None = None) -> House:
    """All desks, with the settings of this office; pages are read by the machines of the cluster where one is named."""
    limits = USUAL_LIMITS if settings is None else settings.limits
    read_one = partial(_read_here if cluster is None else _cluster_reads(cluster), limits=limits)
    return House(
        reading=ReadingDesk(
            unpack=file_to_pieces,
            group_pages=names_to_groups,
            leave_aside=path_to_note,
            read=partial(read_files, read_one=read_one),
            read_again=partial(read_files_again, read_one=read_one),
            find=find_reading,
            progress=find_progress,
            forget=forget_document,
            page_picture=partial(page_to_jpeg, limits=limits),
            document_text=lambda file: bytes_to_text(file.read_bytes()).text,
            form_record=form_to_record,
        ),
        checking=CheckingDesk(
            check=partial(forms_to_raised, settings=settings),
            rewrite=row_to_rewrite,
            versions=house_versions,
            rule_titles=rule_titles,
        ),
        papers=papers_desk(),
        school=school_desk(settings),
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


class ReadOne(Protocol):
    """Who reads one document, keeping what it read on the shelf. Raises CannotWrite."""

    def __call__(self, arrival: Arrival, shelf: Cache, *, afresh: Callable[[Input], bool]) -> Outcome:
        """What became of it."""


def _read_here(
    arrival: Arrival, shelf: Cache, *, afresh: Callable[[Input], bool], limits: Limits = USUAL_LIMITS
) -> Outcome:
    stages = house_stages(desk=Desk(kept=shelf.pages), reader=page_reader(limits))
    (outcome,) = read_batch([arrival], stages, cache=shelf, afresh=afresh)
    return outcome


def _cluster_reads(plan: ClusterPlan) -> Callable[..., Outcome]:
    """As ``_read_here``, by the machines of a cluster that is opened when the first document is read."""
    from fuhe.cluster_crew import KeptCluster, read_one

    return partial(read_one, KeptCluster(plan=plan, engine=HOUSE_ENGINE))


def read_files(
    files: Sequence[Path], document: Document, folder: Path, names: Sequence[str], read_one: ReadOne = _read_here
) -> DocumentTold:
    """A document read, or taken up where reading it was broken off; what is kept of it is taken as it is."""
    arrival = files_to_arrival(files, names, path=document.path)
    return _files_to_told(arrival, folder, read_one=read_one, afresh=never)


def read_files_again(
    files: Sequence[Path], document: Document, folder: Path, names: Sequence[str], read_one: ReadOne = _read_here
) -> DocumentTold:
    """A document read once more, whatever is kept of it; of its pages, those that could not be read."""
    arrival = files_to_arrival(files, names, path=document.path)
    forget_notes(_shelf(folder).pages, sha256=document.sha256)
    return _files_to_told(arrival, folder, read_one=read_one, afresh=lambda item: True)


def _files_to_told(
    arrival: Arrival, folder: Path, *, read_one: ReadOne, afresh: Callable[[Input], bool]
) -> DocumentTold:
    shelf = _shelf(folder)
    try:
        outcome = read_one(arrival, shelf, afresh=afresh)
        if outcome.reading is not None and outcome.unread_pages:  # forms of the other pages must be found all the same
            shelf.keep_for_now(outcome.reading)
    except DiskFull:
        return DocumentTold(status=Status.FAILED, kind="", reason=FULL)
    return _outcome_to_told(outcome)


def files_to_arrival(files: Sequence[Path], names: Sequence[str], *, path: str) -> Arrival:
    """The files of a document, one or an image a page, with the pages that their names leave out."""
    pages = tuple(Arrival(path=name, file=file) for file, name in zip(files, names, strict=True))
    first = pages_together(pages)[0]
    gaps = first.gaps if isinstance(first, Arrival) else ()
    return Arrival(path=path if len(pages) == 1 else pages[0].path, file=pages[0].file, more=pages[1:], gaps=gaps)


def find_reading(document: Document, folder: Path) -> DocumentTold | None:
    """What was read of a document; None where it was not, or its reading is damaged."""
    reading = _shelf(folder).find(document)
    return None if reading is None else DocumentTold(status=Status.READ, kind="", **_reading_parts(reading))


def find_progress(document: Document, folder: Path) -> Progress | None:
    """How far the reading of a document of several pages is."""
    underway = next(stores_to_underway(_shelf(folder).pages, 0.0, sha256=document.sha256), None)
    return None if underway is None else Progress(done=underway.done, pages=underway.pages)


def page_to_jpeg(
    files: Sequence[Path], document: Document, number: int, folder: Path, limits: Limits = USUAL_LIMITS
) -> bytes:
    """A page, upright; one that was not read as it lies in its file, white where not even that can be shown.

    Raises UnreadableDocument.
    """
    notes = {note.number: note for note in _shelf(folder).find_pages(document)}
    note = notes.get(number, PageNote(number=number))
    if len(files) > 1 and len(files) == len(notes):  # an image a page: the others need not be opened
        files, note = [files[number - 1]], replace(note, number=1)
    contents = tuple(file.read_bytes() for file in files)
    with _one_picture:
        if note.reason:  # what harmed the process that read it must not harm the one that serves everybody
            paper = Paper(contents=contents, name=document.path)
            with shown_apart(limits) as reader:
                return reader.picture(paper, note.number) or picture_to_jpeg(scan_to_upright(None, note))
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
        warnings=note.warnings, marks=note.marks,
    )  # fmt: skip


def forms_to_raised(
    forms: Sequence[Form], decisions: Sequence[Decision] = (), *, settings: Settings | None = None
) -> tuple[Raised, ...]:
    """The findings of an audit with what a queue filters by, in the order that decisions taught."""
    lines = findings_to_lines(forms_to_findings(forms, settings), forms)
    learned = decisions_to_learned(decisions, lines)
    decided = {decision.key for decision in decisions if decision.act is not Act.SKIP}
    findings = lines_to_reranked(lines, learned, decided=decided)
    by_what = {_what(line.finding): line for line in lines}
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
            unit=by_what[_what(finding)].unit,
            year=years.get((finding.source, finding.form_index), ""),
            indicator=entries[finding.rank].indicator,
            amount=by_what[_what(finding)].yuan,
            points=by_what[_what(finding)].points,
            cause=finding_to_cause(finding),
        )
        for finding in findings
    )


def _what(finding: Finding) -> tuple[FindingKey, str]:
    """A finding whatever its rank; a rule may say several things of one form."""
    return finding_key(finding), finding.message


def row_to_rewrite(form: Form, row: int, group: str) -> RewriteTold | None:
    """The rewrite that a finding of this group speaks of, old beside new."""
    swap = row_to_swap(form, row, _read_rewrite) if group == REWRITE_GROUP else None
    if swap is None:
        return None
    return RewriteTold(
        heading=swap.heading,
        old_name=_strips(swap.name.old),
        new_name=_strips(swap.name.new),
        old_target=_strips(swap.target.old),
        new_target=_strips(swap.target.new) if swap.target_told else (),
        name_is_changed=swap.name.is_changed,
    )


def _read_rewrite(text: str) -> Rewrite:
    return _rewrite_under(text, house_versions().models)


@lru_cache(maxsize=REWRITES_KEPT)
def _rewrite_under(text: str, models: str) -> Rewrite:
    """Several findings speak of one reason, and whoever pages back and forth asks again; each reading takes 30 ms."""
    return text_to_rewrite(text)


def _strips(pieces: Iterable[Run]) -> tuple[Strip, ...]:
    return tuple(Strip(text=piece.text, change=piece.change.value) for piece in pieces)


def finding_to_cause(finding: Finding) -> str:
    """Alike for findings of one rule that rest on one reason; of one rule alone, where they rest on none."""
    told = f"{finding.finding}\n{letters(finding_to_reason(finding))}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def house_versions() -> Versions:
    """What reads, judges and labels in this process."""
    models = "；".join(f"{entry.name} {entry.digest}" for entry in house_champions().entries)
    return Versions(
        program=VERSION, reading=reading_version(HOUSE_ENGINE), rules=rules_version(), models=models or "仅词表"
    )
