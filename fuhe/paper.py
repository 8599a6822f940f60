"""Paper to pages to tables: loader, reader and grid joined, page by page; a bad page is never a bad document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from heapq import merge
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from domain.form import Form
from domain.page import Page
from domain.source import Document
from domain.table import Table
from fuhe.page_notes import PageNote, laid_to_note
from fuhe.page_reading import HERE, PageReader, Paper, ReadPage, fault_to_reason
from fuhe.page_store import PageStore, document_to_store
from fuhe.pictures import UNREAD_FOLDER, document_to_name, page_picture, write_jpeg
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice

if TYPE_CHECKING:
    from extract.pages import Laid

NO_PICTURE = "（文件中没有可显示的图像，无法附图。）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where a reading leaves what it does not return; None leaves nothing.

    ``kept`` is the folder of pages read of unfinished documents. ``unread`` is the output folder for pictures of pages
    that were not read, ``drawn`` the one for every page drawn with what was read of it (which needs ``kept``).
    """

    kept: Path | None = None
    unread: Path | None = None
    drawn: Path | None = None


NO_DESK = Desk()


def files_to_tables(
    contents: Sequence[bytes],
    document: Document,
    *,
    password: str = "",
    engine: EngineChoice = HOUSE_ENGINE,
    desk: Desk = NO_DESK,
    reader: PageReader = HERE,
) -> tuple[tuple[Table, ...], tuple[PageNote, ...]]:
    """The tables of a document on paper, and a note on every page. Raises UnreadableDocument and CannotWrite."""
    from fuhe.draw_document import draw_document

    paper = Paper(contents=tuple(contents), name=document.path, password=password, engine=engine)
    total = reader.count(paper)
    store = document_to_store(desk.kept, document)
    kept = store.begin(total)
    clear_pictures(desk, document, but=frozenset(note.picture for note in store.notes()))
    tables, notes = _kept_or_read(paper, document, kept=kept, store=store, reader=reader)
    for place, note in enumerate(notes):
        if note.reason:
            notes[place] = _with_picture(note, paper, document, desk=desk, reader=reader)
            store.keep(notes[place])
    if desk.drawn is not None:
        drawing = draw_document(contents, document, tables=tables, password=password, store=store, out=desk.drawn)
        notes = [replace(note, warnings=(*note.warnings, *drawing.get(note.number, ()))) for note in notes]
    return tables, tuple(notes)


class _Vanished(Exception):
    """A page kept before is gone: whoever was reading the same content too has ended, and cleared its pages away."""


def _kept_or_read(
    paper: Paper, document: Document, *, kept: Sequence[int], store: PageStore, reader: PageReader
) -> tuple[tuple[Table, ...], list[PageNote]]:
    """As ``_paper_to_tables``; where a kept page is gone, all are read."""
    with suppress(_Vanished):  # left before all are read: the reader does one thing at a time
        return _paper_to_tables(paper, document, kept=kept, store=store, reader=reader)
    return _paper_to_tables(paper, document, kept=(), store=store, reader=reader)


def _paper_to_tables(
    paper: Paper, document: Document, *, kept: Sequence[int], store: PageStore, reader: PageReader
) -> tuple[tuple[Table, ...], list[PageNote]]:
    """The tables of the pages, those kept and those still to be read, and a note on every page. Raises _Vanished."""
    from extract.pages import laid_to_tables

    notes: list[PageNote] = []

    def laid_pages() -> Iterator[Laid]:
        fresh = reader.pages(paper, leave=frozenset(kept), keep=store.keep)
        for page in merge(fresh, _kept_pages(store, kept), key=attrgetter("number")):
            laid = page if isinstance(page, PageNote) else _page_to_laid(page, document)
            if isinstance(laid, PageNote):
                notes.append(laid)
            else:
                notes.append(laid_to_note(laid))
                yield laid

    return laid_to_tables(laid_pages()), notes


def _kept_pages(store: PageStore, kept: Sequence[int]) -> Iterator[ReadPage]:
    for number in kept:
        page = store.find(number)
        if page is None:
            raise _Vanished
        yield page


def clear_pictures(desk: Desk, document: Document, *, but: frozenset[str]) -> None:
    """Pictures of an earlier run, of pages that may be read by now, are removed; those of pages left aside stay."""
    if desk.unread is None:
        return
    folder = desk.unread / UNREAD_FOLDER / document_to_name(document)
    for path in folder.glob("*"):
        if path.relative_to(desk.unread).as_posix() not in but:
            path.unlink(missing_ok=True)
    with suppress(OSError):  # others are still in it
        folder.rmdir()


def _page_to_laid(page: Page, document: Document) -> Laid | PageNote:
    from extract.pages import page_to_laid

    try:
        return page_to_laid(page, document)
    except Exception as error:  # a fault of ours in one page must not cost the auditor the others
        return PageNote(number=page.number, reason=fault_to_reason(error))


def _with_picture(note: PageNote, paper: Paper, document: Document, *, desk: Desk, reader: PageReader) -> PageNote:
    """The note with the picture of its page written, or with the word that there is none to be had.

    Only when all pages are read: the reader does one thing at a time.
    """
    if desk.unread is None or note.reason.endswith(NO_PICTURE):
        return note
    if note.picture and (desk.unread / note.picture).is_file():
        return note
    jpeg = reader.picture(paper, note.number)
    if jpeg is None:
        return replace(note, reason=note.reason + NO_PICTURE)
    picture = page_picture(UNREAD_FOLDER, document, note.number)
    write_jpeg(desk.unread / picture, jpeg)
    return replace(note, picture=picture)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperReading:
    """What was read of one document on paper."""

    tables: tuple[Table, ...]
    forms: tuple[Form, ...]


def read_files(paths: Sequence[Path], engine: EngineChoice = HOUSE_ENGINE) -> PaperReading:
    """One document on paper, given as its files in page order: for benchmarks. Raises UnreadableDocument."""
    from extract import tables_to_forms

    contents = [path.read_bytes() for path in paths]
    document = Document(path=str(paths[0]), sha256=sha256(b"".join(contents)).hexdigest())
    tables, _ = files_to_tables(contents, document, engine=engine)
    return PaperReading(tables=tables, forms=tables_to_forms(tables, document))
