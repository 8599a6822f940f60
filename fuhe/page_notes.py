"""What became of every page of paper: read, blank or unread, its words counted, its seals, and its way to the scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.page import NO_WARP, Mark, Page, Warp
from fuhe.spans import numbers_to_words

if TYPE_CHECKING:
    from extract.pages import Laid

MANY_LINES = 10  # pieces of ink without a single character read; dust, a stamp and punch holes leave fewer
ILLEGIBLE = "页上有{count}处墨迹，却没有认出一个字：可能是图片，或字迹太模糊。请核对原件，是表单的请重新扫描。"
NO_FORM_PAGE = "有文字，没有表单（多为封面、说明或附件），其内容见 tables.jsonl 和 pages.jsonl。"
LOST_WORDS = "程序出错，不是文件的问题：本页识得{words}处文字，归入表格和表外文字的却有{placed}处。请将文件交维护人员。"


class PageState(StrEnum):
    """What became of a page. Every page is exactly one of these."""

    READ = "read"
    BLANK = "blank"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNote:
    """One page: how it was read, what was found on it, or why it was not read.

    ``words`` are pieces of text in one line of one cell: ``inside`` tables and ``outside`` add up to them.
    ``width`` and ``height`` are the upright page's, to which ``marks`` refer; ``warp`` leads from it to a scan of
    ``scan_width`` x ``scan_height``. ``picture`` shows a page that was not read, as a path within the output folder.
    """

    number: int
    choice: str = ""
    words: int = 0
    inside: int = 0
    outside: int = 0
    width: int = 0
    height: int = 0
    scan_width: int = 0
    scan_height: int = 0
    warp: Warp = NO_WARP
    marks: tuple[Mark, ...] = ()
    warnings: tuple[str, ...] = ()
    reason: str = ""
    picture: str = ""

    @property
    def state(self) -> PageState:
        """Read, blank or unread."""
        if self.reason:
            return PageState.UNREAD
        return PageState.READ if self.words else PageState.BLANK


def laid_to_note(laid: Laid) -> PageNote:
    """The note on a page that was read."""
    page = laid.page
    words = sum(bool(word.text) for word in page.words)
    placed = laid.inside + laid.outside
    lost = (LOST_WORDS.format(words=words, placed=placed),) if placed != words else ()
    return PageNote(
        number=page.number, choice=page.choice, words=words, inside=laid.inside, outside=laid.outside,
        width=page.width, height=page.height, scan_width=page.scan_width, scan_height=page.scan_height,
        warp=page.warp, marks=page.marks, warnings=(*page.warnings, *lost),
    )  # fmt: skip


def page_to_illegible(page: Page) -> str:
    """Why a page full of ink counts as unread, in Chinese; "" for any other page."""
    is_illegible = len(page.words) >= MANY_LINES and not any(word.text for word in page.words)
    return ILLEGIBLE.format(count=len(page.words)) if is_illegible else ""


def notes_to_warnings(notes: Sequence[PageNote], *, with_form: frozenset[int]) -> tuple[str, ...]:
    """What an auditor should know of the pages; ``with_form`` are those of which a form took something."""
    unread = [note for note in notes if note.state is PageState.UNREAD]
    told = [f"第 {note.number} 页未能读入：{note.reason}" for note in unread]
    warnings = dict.fromkeys(warning for note in notes for warning in note.warnings)
    for warning in warnings:
        told.append(f"第 {numbers_to_words(note.number for note in notes if warning in note.warnings)} 页：{warning}")
    others = [note.number for note in notes if note.state is PageState.READ and note.number not in with_form]
    if with_form and others:
        told.append(f"第 {numbers_to_words(others)} 页{NO_FORM_PAGE}")
    return tuple(told)
