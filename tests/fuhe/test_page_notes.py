"""Every page is read, blank or unread, and what is told of it names it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.page import Page, Warp, Word
from domain.source import Box, Document, Reader
from extract.pages import Laid, page_to_laid
from fuhe.page_notes import (
    LOST_WORDS,
    MANY_LINES,
    NO_FORM_PAGE,
    PageNote,
    PageState,
    laid_to_note,
    notes_to_warnings,
    page_to_illegible,
)
from fuhe.page_records import note_to_record, record_to_warp, warp_to_record
from ocr.read import BLANK_PAGE

BOX = Box(x0=100, y0=100, x1=200, y1=130)


def page(*texts: str, warnings: tuple[str, ...] = ()) -> Page:
    words = tuple(Word(text=text, box=BOX) for text in texts)
    return Page(
        number=4, width=1654, height=2339, reader=Reader(name="hand", version="1"), words=words, warnings=warnings
    )


def laid(one: Page) -> Laid:
    return page_to_laid(one, Document(path="表.pdf", sha256=""))


@pytest.mark.parametrize(
    ("note", "state"),
    [
        (PageNote(number=1, words=3), PageState.READ),
        (PageNote(number=1), PageState.BLANK),
        (PageNote(number=1, reason="坏了。"), PageState.UNREAD),
    ],
)
def test_every_page_is_one_of_three(note: PageNote, state: PageState) -> None:
    assert note.state is state


def test_words_are_counted_where_they_went() -> None:
    note = laid_to_note(laid(page("甲", "", "乙")))
    assert (note.words, note.inside, note.outside, note.warnings) == (2, 0, 2, ())


def test_a_word_that_got_lost_on_the_way_is_told_as_our_fault() -> None:
    whole = laid(page("甲", "乙"))
    less = replace(whole, inside=0, outside=1)
    assert laid_to_note(less).warnings == (LOST_WORDS.format(words=2, placed=1),)


@pytest.mark.parametrize(
    ("texts", "is_illegible"),
    [([""] * MANY_LINES, True), ([""] * (MANY_LINES - 1), False), ([""] * 99 + ["甲"], False), ([], False)],
)
def test_a_page_of_ink_without_a_character_counts_as_unread(texts: list[str], is_illegible: bool) -> None:
    assert bool(page_to_illegible(page(*texts))) is is_illegible


def test_pages_with_the_same_to_tell_are_told_together() -> None:
    notes = [
        PageNote(number=1, words=5),
        PageNote(number=2, warnings=(BLANK_PAGE,)),
        PageNote(number=3, reason="坏了。"),
        *(PageNote(number=number, warnings=(BLANK_PAGE,)) for number in (7, 8)),
        PageNote(number=9, words=9),
    ]
    assert notes_to_warnings(notes, with_form=frozenset({9})) == (
        "第 3 页未能读入：坏了。",
        f"第 2、7—8 页：{BLANK_PAGE}",
        f"第 1 页{NO_FORM_PAGE}",
    )


def test_a_document_without_any_form_is_not_told_page_by_page() -> None:
    assert notes_to_warnings([PageNote(number=1, words=5)], with_form=frozenset()) == ()


def test_the_way_back_to_the_scan_comes_back_from_its_record() -> None:
    warp = Warp.through(((0.5, 1.0), (64.2, 2.0), (0.0, 65.0), (64.0, 66.1)), step=64.0, columns=2)
    assert record_to_warp(warp_to_record(warp)) == warp
    assert record_to_warp(warp_to_record(Warp())) == Warp()


def test_a_page_that_was_not_read_has_a_record_too() -> None:
    record = note_to_record(PageNote(number=3, reason="坏了。"), "表.pdf", lines=())
    assert (record["page"], record["state"], record["warp"], record["lines"]) == (3, "unread", None, [])
