"""A table as Word, Excel and web files, byte for byte the same every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from html import escape
from pathlib import Path

import docx
import xlsxwriter
from docx.table import Table as WordTable

from domain.table import Cell, Table

EPOCH = (1980, 1, 1, 0, 0, 0)  # earliest time a zip entry can carry; the same content gives the same file


def write_docx(table: Table, target: Path) -> None:
    """Heading lines as paragraphs, then the table with merged cells."""
    document = docx.Document()
    for line in table.heading:
        document.add_paragraph(line.text)
    rows = max(cell.row + cell.row_span for cell in table.cells)
    columns = max(cell.col + cell.col_span for cell in table.cells)
    grid = document.add_table(rows=rows, cols=columns)
    grid.style = "Table Grid"
    for cell in table.cells:
        _merge(grid, cell)
    moving = io.BytesIO()
    document.save(moving)
    target.write_bytes(_still_zip(moving.getvalue()))


def write_xlsx(table: Table, target: Path) -> None:
    """One sheet: heading lines merged over the whole width, then the table with merged cells, everything as text."""
    columns = max(cell.col + cell.col_span for cell in table.cells)
    with xlsxwriter.Workbook(str(target)) as book:
        book.set_properties({"created": datetime(*EPOCH)})
        sheet = book.add_worksheet("自评表")
        wrap = book.add_format({"text_wrap": True, "border": 1, "valign": "vcenter"})
        for row, line in enumerate(table.heading):
            sheet.merge_range(row, 0, row, columns - 1, line.text, wrap)
        for cell in table.cells:
            top = len(table.heading) + cell.row
            if cell.row_span > 1 or cell.col_span > 1:
                sheet.merge_range(top, cell.col, *_corner(cell, top), cell.text, wrap)
            else:
                sheet.write_string(top, cell.col, cell.text, wrap)


def write_html(table: Table, target: Path) -> None:
    """A page as a department's web site publishes it."""
    lines = "\n".join(f'<p style="text-align: center;">{escape(line.text)}</p>' for line in table.heading)
    rows = "\n".join(f"<tr>{''.join(_cell_to_html(cell) for cell in cells)}</tr>" for cells in _rows(table))
    head = '<!DOCTYPE html>\n<html lang="zh-CN">\n<head><meta charset="utf-8"><title>绩效自评公开</title></head>'
    page = f'{head}\n<body>\n{lines}\n<table border="1">\n{rows}\n</table>\n</body>\n</html>\n'
    target.write_text(page, encoding="utf-8")


def _merge(grid: WordTable, cell: Cell) -> None:
    first = grid.cell(cell.row, cell.col)
    last = grid.cell(cell.row + cell.row_span - 1, cell.col + cell.col_span - 1)
    merged = first if cell.row_span == cell.col_span == 1 else first.merge(last)
    merged.text = cell.text


def _still_zip(moving: bytes) -> bytes:
    """The same archive with every entry at one fixed time."""
    still = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(moving)) as old, zipfile.ZipFile(still, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename, EPOCH), old.read(entry), zipfile.ZIP_DEFLATED)
    return still.getvalue()


def _corner(cell: Cell, top: int) -> tuple[int, int]:
    return top + cell.row_span - 1, cell.col + cell.col_span - 1


def _rows(table: Table) -> Iterator[list[Cell]]:
    for row in range(max(cell.row for cell in table.cells) + 1):
        yield [cell for cell in table.cells if cell.row == row]


def _cell_to_html(cell: Cell) -> str:
    spans = f' rowspan="{cell.row_span}"' * (cell.row_span > 1) + f' colspan="{cell.col_span}"' * (cell.col_span > 1)
    return f"<td{spans}>{escape(cell.text)}</td>"
