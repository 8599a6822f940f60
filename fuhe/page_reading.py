"""A document on paper to its pages, read one by one; who reads them is a PageReader, in this process or another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeAlias

from domain.page import Page
from fuhe.page_notes import PageNote, page_to_illegible
from fuhe.pictures import picture_to_jpeg
from ocr.engines import EngineUnavailable
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice, shared_engine

if TYPE_CHECKING:
    from ocr.sheet import Sheet, Spoilt

NOT_GIVEN = "程序出错，不是文件的问题：这一页没有交回识读结果。请将文件交维护人员。"
ReadPage: TypeAlias = Page | PageNote  # a page, or a note that says why it was not read


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Paper:
    """The files of one document on paper in page order, the name they go by in messages, and how to read them."""

    contents: tuple[bytes, ...]
    name: str
    password: str = ""
    engine: EngineChoice = HOUSE_ENGINE


class PageReader(Protocol):
    """Who opens paper and reads its pages. All three raise UnreadableDocument where nothing can be opened."""

    def count(self, paper: Paper) -> int:
        """How many pages there are, nothing decoded."""

    def pages(self, paper: Paper, *, leave: frozenset[int], keep: Callable[[ReadPage], None]) -> Iterator[ReadPage]:
        """Every page but those in ``leave``, in order. Each is handed to ``keep`` before another is begun."""

    def picture(self, paper: Paper, number: int) -> bytes | None:
        """A page as JPEG, as it lies in the file; None where nothing can be shown."""


class HereReader:
    """Reads in this process, with one page of pixels in memory: what a page does to a process, it does to this one."""

    def count(self, paper: Paper) -> int:
        """As PageReader says."""
        from ocr.load import count_pages

        return count_pages(paper.contents, name=paper.name, password=paper.password)

    def pages(self, paper: Paper, *, leave: frozenset[int], keep: Callable[[ReadPage], None]) -> Iterator[ReadPage]:
        """As PageReader says."""
        for page in paper_to_pages(paper, leave=leave):
            keep(page)
            yield page

    def picture(self, paper: Paper, number: int) -> bytes | None:
        """As PageReader says."""
        from ocr.picture import page_to_picture

        pixels = page_to_picture(paper.contents, number, name=paper.name, password=paper.password)
        return None if pixels is None else picture_to_jpeg(pixels)


HERE = HereReader()


def paper_to_pages(paper: Paper, *, leave: frozenset[int] = frozenset()) -> Iterator[ReadPage]:
    """Every page read but those in ``leave``, or a note that says why it was not. Raises UnreadableDocument.

    One page is in memory at a time.
    """
    from ocr.load import files_to_sheets

    for sheet in files_to_sheets(paper.contents, name=paper.name, password=paper.password, leave=leave):
        page = _sheet_to_page(sheet, paper.engine)
        del sheet  # its pixels, while the next page is made
        yield page


def _sheet_to_page(sheet: Sheet | Spoilt, engine: EngineChoice) -> ReadPage:
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
        return PageNote(number=sheet.number, choice=sheet.choice, reason=fault_to_reason(error))
    reason = page_to_illegible(page)
    return PageNote(number=page.number, choice=page.choice, reason=reason) if reason else page


def fault_to_reason(error: Exception) -> str:
    """What is told of a page that a fault of ours has cost."""
    return f"程序出错，不是文件的问题（{type(error).__name__}: {error}）。请将文件交维护人员。"
