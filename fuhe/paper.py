"""Paper to pages to tables: loader, reader and grid joined, page by page; a bad page is never a bad document."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from heapq import merge
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from domain.form import Form
from domain.page import Page
from domain.source import Document
from domain.table import Table
from fuhe.page_notes import PageNote, laid_to_note, page_to_illegible
from fuhe.page_store import PageStore, document_to_store
from fuhe.pictures import UNREAD_FOLDER, document_to_name, page_picture, write_picture
from ocr.engines import EngineUnavailable
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice, shared_engine

if TYPE_CHECKING:
    from extract.pages import Laid
    from ocr.sheet import Sheet, Spoilt


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
) -> tuple[tuple[Table, ...], tuple[PageNote, ...]]:
    """The tables of a document on paper, and a note on every page. Raises UnreadableDocument and CannotWrite."""
    from extract.pages import laid_to_tables
    from fuhe.draw_document import draw_document
    from ocr.load import count_pages

    total = count_pages(contents, name=document.path, password=password)
    # a document of one page has nothing to go on with, unless its page is looked at again to be drawn
    is_kept = desk.kept is not None and (total > 1 or desk.drawn is not None)
    store = document_to_store(desk.kept, document) if is_kept and desk.kept is not None else None
    if desk.unread is not None:  # pictures of an earlier run, of pages that may be read by now
        shutil.rmtree(desk.unread / UNREAD_FOLDER / document_to_name(document), ignore_errors=True)
    notes: list[PageNote] = []

    def laid_pages() -> Iterator[Laid]:
        for page in files_to_laid(contents, document, total=total, password=password, engine=engine, store=store):
            if isinstance(page, PageNote):
                notes.append(_with_picture(page, contents, document, password=password, desk=desk))
            else:
                notes.append(laid_to_note(page))
                yield page

    tables = laid_to_tables(laid_pages())
    if desk.drawn is not None and store is not None:
        drawing = draw_document(contents, document, tables=tables, password=password, store=store, out=desk.drawn)
        notes = [replace(note, warnings=(*note.warnings, *drawing.get(note.number, ()))) for note in notes]
    return tables, tuple(notes)


def files_to_laid(
    contents: Sequence[bytes],
    document: Document,
    *,
    total: int,
    password: str,
    engine: EngineChoice,
    store: PageStore | None,
) -> Iterator[Laid | PageNote]:
    """Every page taken apart, or a note that says why it was not read, in order; pages in the store are not read again.

    One page of pixels is in memory at a time.
    """
    from extract.pages import page_to_laid

    kept = store.begin(total) if store is not None else ()
    fresh = files_to_pages(contents, name=document.path, password=password, engine=engine, leave=frozenset(kept))
    known = (found for number in kept if store is not None and (found := store.find(number)) is not None)
    for page in merge(_keeping(fresh, store), known, key=attrgetter("number")):
        if isinstance(page, PageNote):
            yield page
            continue
        try:
            yield page_to_laid(page, document)
        except Exception as error:  # a fault of ours in one page must not cost the auditor the others
            yield PageNote(number=page.number, reason=_fault_to_reason(error))


def _keeping(pages: Iterator[Page | PageNote], store: PageStore | None) -> Iterator[Page | PageNote]:
    for page in pages:
        if store is not None and isinstance(page, Page):
            store.keep(page)
        yield page


def files_to_pages(
    contents: Sequence[bytes],
    *,
    name: str,
    password: str = "",
    engine: EngineChoice = HOUSE_ENGINE,
    leave: frozenset[int] = frozenset(),
) -> Iterator[Page | PageNote]:
    """Every page read but those in ``leave``, or a note that says why it was not. Raises UnreadableDocument.

    One page is in memory at a time.
    """
    from ocr.load import files_to_sheets

    for sheet in files_to_sheets(contents, name=name, password=password, leave=leave):
        page = _sheet_to_page(sheet, engine)
        del sheet  # its pixels, while the next page is made
        yield page


def _sheet_to_page(sheet: Sheet | Spoilt, engine: EngineChoice) -> Page | PageNote:
    from extract.pages import rules_to_rooms
    from ocr.read import sheet_to_page
    from ocr.sheet import Spoilt

    if isinstance(sheet, Spoilt):
        return PageNote(number=sheet.number, reason=sheet.reason)
    try:
        page = sheet_to_page(sheet, partial(shared_engine, engine), rules_to_rooms)
    except EngineUnavailable as error:
        return PageNote(number=sheet.number, choice=sheet.choice, reason=str(error))
    except Exception as error:  # a fault of ours in one page must not cost the auditor the others
        return PageNote(number=sheet.number, choice=sheet.choice, reason=_fault_to_reason(error))
    reason = page_to_illegible(page)
    return PageNote(number=page.number, choice=page.choice, reason=reason) if reason else page


def _fault_to_reason(error: Exception) -> str:
    return f"程序出错，不是文件的问题（{type(error).__name__}: {error}）。请将文件交维护人员。"


def _with_picture(
    note: PageNote, contents: Sequence[bytes], document: Document, *, password: str, desk: Desk
) -> PageNote:
    """The note with the picture of its page written, or with the word that there is none to be had."""
    from ocr.picture import page_to_picture

    if desk.unread is None:
        return note
    pixels = page_to_picture(contents, note.number, name=document.path, password=password)
    if pixels is None:
        return replace(note, reason=note.reason + "（文件中没有可显示的图像，无法附图。）")
    picture = page_picture(UNREAD_FOLDER, document, note.number)
    write_picture(desk.unread / picture, pixels)
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
