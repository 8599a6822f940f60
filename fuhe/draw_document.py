"""A document drawn: every page of paper as a picture with what was read of it over it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from domain.source import Document
from domain.table import Table
from fuhe.draw import CellOnPage, draw_page
from fuhe.page_store import PageStore
from fuhe.pictures import DRAWN_FOLDER, document_to_name, page_picture, write_picture
from fuhe.upright import scan_to_upright
from ocr.load import files_to_sheets
from ocr.picture import page_to_picture
from ocr.sheet import Sheet

FAULT = "标注图没有画成，识读不受影响（程序出错：{kind}: {told}）。请将文件交维护人员。"


def draw_document(
    contents: Sequence[bytes],
    document: Document,
    *,
    tables: Sequence[Table],
    password: str,
    store: PageStore,
    out: Path,
) -> dict[int, tuple[str, ...]]:
    """Write every page in the store as a picture below ``out``; what went wrong, by page. Raises CannotWrite.

    Pages are loaded a second time, one by one: how a table goes on over pages is known at its end only.
    """
    shutil.rmtree(out / DRAWN_FOLDER / document_to_name(document), ignore_errors=True)
    faults: dict[int, tuple[str, ...]] = {}
    leave = frozenset(note.number for note in store.notes())  # what harmed the process that read would harm this one
    for sheet in files_to_sheets(contents, name=document.path, password=password, leave=leave):
        page = store.find_page(sheet.number)
        if page is None or not isinstance(sheet, Sheet):
            continue
        pixels = sheet.pixels
        del sheet
        if pixels is None:
            pixels = page_to_picture(contents, page.number, name=document.path, password=password)
        try:
            drawn = draw_page(
                scan_to_upright(pixels, page), page, cells=tables_to_cells(tables, page.number), name=document.path
            )
        except Exception as error:  # a picture that fails must not cost what was read
            faults[page.number] = (FAULT.format(kind=type(error).__name__, told=error),)
            continue
        write_picture(out / page_picture(DRAWN_FOLDER, document, page.number), drawn)
        del pixels, drawn  # while the next page is made
    return faults


def tables_to_cells(tables: Sequence[Table], number: int) -> tuple[CellOnPage, ...]:
    """The cells of all tables that stand on one page, or partly on it."""
    return tuple(
        CellOnPage(table=table.index, cell=cell, box=source.box)
        for table in tables
        for cell in table.cells
        for source in cell.sources
        if source.page == number and source.box is not None
    )
