"""Readings kept between runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from domain.page import Warp
from domain.source import Document, Reader, Source
from domain.table import Cell, Table
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


def test_a_kept_reading_comes_back_whole_under_its_new_name_and_its_sources_share_one_reader(tmp_path: Path) -> None:
    sources = [Source(document=DOCUMENT, reader=Reader(name="手", version="1", weights="ab"), page=n) for n in (1, 2)]
    cells = tuple(Cell(row=0, col=n, text="甲", sources=(source,)) for n, source in enumerate(sources))
    warp = Warp.through(((0.5, 1.0), (64.2, 2.0), (0.0, 65.0), (64.0, 66.1)), step=64.0, columns=2)
    reading = Reading(
        document=DOCUMENT, tables=(Table(index=1, cells=cells),), pages=(PageNote(number=1, words=2, warp=warp),)
    )
    cache = Cache(folder=tmp_path, version="v")
    cache.keep(reading)
    assert cache.find(DOCUMENT) == reading
    found = cache.find(replace(DOCUMENT, path="乙.pdf"))
    assert found is not None and found.document.path == "乙.pdf"
    first, second = (cell.sources[0] for table in found.tables for cell in table.cells)
    assert first.document.path == "乙.pdf"
    assert first.reader is second.reader
