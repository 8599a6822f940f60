"""Readings kept between runs."""

from __future__ import annotations

from pathlib import Path

from domain.source import Document
from fuhe.cache import Cache
from fuhe.page_notes import PageNote
from fuhe.pipeline import Reading

DOCUMENT = Document(path="甲.pdf", sha256="a" * 64)


def test_the_notes_on_pages_are_found_without_the_forms(tmp_path: Path) -> None:
    note = PageNote(number=1, width=10, height=20, words=3)
    reading = Reading(document=DOCUMENT, pages=(note,))
    cache = Cache(folder=tmp_path, version="v")
    assert cache.find_pages(DOCUMENT) == ()
    cache.keep(reading)
    assert cache.find_pages(DOCUMENT) == (note,)
    next(tmp_path.rglob("*.jsonl")).write_text("{}\n", encoding="utf-8")
    assert cache.find_pages(DOCUMENT) == ()
