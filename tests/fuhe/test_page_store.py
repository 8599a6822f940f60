"""Pages of an unfinished document are kept one by one, whole or not at all."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from domain.page import Mark, Page, Rule, Warp, Word
from domain.source import Box, Document, Reader
from fuhe.page_notes import PageNote
from fuhe.page_store import PageStore, clear_store, document_to_store, forget_notes, stores_to_underway

BOX = Box(x0=1.5, y0=2, x1=30.25, y1=40)


def page(number: int) -> Page:
    return Page(
        number=number, width=1654, height=2339, reader=Reader(name="hand", version="1", weights="ab"), choice="图片",
        scan_width=1600, scan_height=2300, warp=Warp.through(((0.1, 0.2), (3.0, 4.0)) * 2, step=32.0, columns=2),
        words=(Word(text="〇壹", box=BOX, confidence=0.25, alternatives=(("0壹", 0.2),)), Word(text="", box=BOX)),
        rules=(Rule(x0=0, y0=1, x1=2, y1=1),), marks=(Mark(kind="red", box=BOX),), warnings=("提示",),
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> PageStore:
    return document_to_store(tmp_path, Document(path="甲.pdf", sha256="ab" * 32))


def test_a_page_comes_back_as_it_was(store: PageStore) -> None:
    store.begin(3)
    store.keep(page(2))
    assert store.find(2) == page(2)
    assert store.find(1) is None


def test_a_new_run_knows_what_was_read(store: PageStore) -> None:
    assert store.begin(3) == ()
    store.keep(page(3))
    store.keep(page(1))
    assert store.begin(3) == (1, 3)


@pytest.mark.parametrize("left", [0, 40])
def test_a_page_cut_short_is_read_again(store: PageStore, left: int) -> None:
    store.begin(1)
    store.keep(page(1))
    assert store.folder is not None
    (kept,) = store.folder.glob("p*.json")
    kept.write_bytes(kept.read_bytes()[:left])
    assert store.begin(1) == ()


def test_a_page_that_was_not_read_is_remembered_until_it_is_to_be_tried_again(tmp_path: Path, store: PageStore) -> None:
    note = PageNote(number=2, reason="两次异常退出", picture="unread_pages/甲/p002.jpg")
    store.begin(3)
    store.keep(note)
    store.keep(page(1))
    assert store.begin(3) == (1, 2) and store.find(2) == note and store.find_page(2) is None
    assert list(store.notes()) == [note]
    forget_notes(tmp_path)
    assert store.begin(3) == (1,) and list(store.notes()) == []


def test_a_page_read_after_all_takes_the_place_of_its_note(store: PageStore) -> None:
    store.begin(1)
    store.keep(PageNote(number=1, reason="两次异常退出"))
    store.keep(page(1))
    assert store.find(1) == page(1) and list(store.notes()) == []


def test_documents_underway_are_those_of_this_run(tmp_path: Path, store: PageStore) -> None:
    store.begin(9)
    store.keep(page(1))
    other = document_to_store(tmp_path, Document(path="乙.pdf", sha256="cd" * 32))
    time.sleep(0.01)
    now = time.time()
    assert list(stores_to_underway(tmp_path, now)) == []
    store.begin(9)
    store.keep(page(2))
    other.begin(4)
    counted = [(one.pages, one.done, one.before) for one in stores_to_underway(tmp_path, now)]
    assert sorted(counted) == [(4, 0, 0), (9, 2, 1)]


def test_a_store_cleared_away_while_a_page_is_written_takes_it_all_the_same(
    tmp_path: Path, store: PageStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def cleared(*paths: Path) -> None:
        monkeypatch.setattr("os.replace", replace)
        clear_store(tmp_path, Document(path="甲.pdf", sha256="ab" * 32))
        replace(*paths)

    store.begin(3)
    monkeypatch.setattr("os.replace", cleared)
    store.keep(page(1))
    assert store.find(1) == page(1)


def test_a_finished_document_leaves_nothing(tmp_path: Path, store: PageStore) -> None:
    store.begin(1)
    store.keep(page(1))
    clear_store(tmp_path, Document(path="甲.pdf", sha256="ab" * 32))
    assert list(tmp_path.iterdir()) == []
    clear_store(tmp_path, Document(path="甲.pdf", sha256="ab" * 32))
