"""What the tests of Word, Excel and web tables share: packages built in memory, tables seen as plain lists."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence

import openpyxl
from docx.document import Document as WordDocument

from domain.source import Document, Reader, Source
from domain.table import Cell, Table
from extract.office import html_to_tables

DOCUMENT = Document(path="自评表.docx", sha256="0" * 64)
Lines = Sequence[tuple[str, ...]]


def grid(table: Table) -> list[tuple[int, int, int, int, str]]:
    return [(cell.row, cell.col, cell.row_span, cell.col_span, cell.text) for cell in table.cells]


def heading(table: Table) -> list[str]:
    assert [cell.row for cell in table.heading] == list(range(len(table.heading)))
    return [cell.text for cell in table.heading]


def texts(table: Table) -> list[str]:
    return [cell.text for cell in table.cells]


def saved(word: WordDocument) -> bytes:
    stream = io.BytesIO()
    word.save(stream)
    return stream.getvalue()


def stored(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same package with every part passed through ``change(name, part)``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return stream.getvalue()


def html(body: str) -> tuple[Table, ...]:
    return html_to_tables(body.encode(), DOCUMENT)


def formula_book() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["C1"] = "得分", "=4+5", "分"
    return stored(book)


def office_table(lines: Lines, *, reader: str = "docx", page: int = 1, heading: tuple[str, ...] = ()) -> Table:
    """A grid as an office file gives it: every row as wide as the widest."""
    width = max(map(len, lines))

    def cell(row: int, col: int, text: str) -> Cell:
        source = Source(document=DOCUMENT, reader=Reader(name=reader, version="1"), page=page, line=row + 1)
        return Cell(row=row, col=col, text=text, sources=(source,))

    cells = tuple(cell(n, col, text) for n, row in enumerate(lines) for col, text in enumerate(padded(row, width)))
    above = tuple(cell(n, 0, text) for n, text in enumerate(heading))
    return Table(index=page, cells=cells, heading=above, page=page)


def padded(row: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (*row, *[""] * (width - len(row)))
