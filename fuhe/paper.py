"""Paper to pages to tables: loader, reader and grid joined, page by page; a bad page is never a bad document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from domain.form import Form
from domain.page import Page
from domain.source import Document
from domain.table import Table
from ocr.engines import EngineUnavailable
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice, shared_engine


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNote:
    """What became of one page: text layer or pixels, how many words, marks such as seals, or why it was not read."""

    number: int
    choice: str = ""
    words: int = 0
    marks: tuple[str, ...] = ()
    reason: str = ""


def files_to_tables(
    contents: Sequence[bytes], document: Document, *, password: str = "", engine: EngineChoice = HOUSE_ENGINE
) -> tuple[tuple[Table, ...], tuple[PageNote, ...]]:
    """The tables of a document on paper, and a note on every page. Raises UnreadableDocument."""
    from extract.pages import pages_to_tables

    notes: list[PageNote] = []

    def pages() -> Iterator[Page]:
        for page in files_to_pages(contents, name=document.path, password=password, engine=engine):
            if isinstance(page, Page):
                marks = tuple(mark.kind for mark in page.marks)
                notes.append(PageNote(number=page.number, choice=page.choice, words=len(page.words), marks=marks))
                yield page
            else:
                notes.append(page)

    tables = pages_to_tables(pages(), document)
    return tables, tuple(notes)


def files_to_pages(
    contents: Sequence[bytes], *, name: str, password: str = "", engine: EngineChoice = HOUSE_ENGINE
) -> Iterator[Page | PageNote]:
    """Every page read, or a note that says why not. One page is in memory at a time. Raises UnreadableDocument."""
    from extract.pages import rules_to_rooms
    from ocr.load import files_to_sheets
    from ocr.read import sheet_to_page
    from ocr.sheet import Spoilt

    for sheet in files_to_sheets(contents, name=name, password=password):
        if isinstance(sheet, Spoilt):
            yield PageNote(number=sheet.number, reason=sheet.reason)
            continue
        try:
            yield sheet_to_page(sheet, partial(shared_engine, engine), rules_to_rooms)
        except EngineUnavailable as error:
            yield PageNote(number=sheet.number, reason=str(error))
        except Exception as error:  # a fault of ours in one page must not cost the auditor the others
            fault = f"程序出错，不是文件的问题（{type(error).__name__}: {error}）。请将文件交维护人员。"
            yield PageNote(number=sheet.number, reason=fault)


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
