"""Excel workbooks to tables: one per sheet, as displayed, with merged ranges as spans."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import openpyxl
from lxml import etree
from openpyxl.cell.cell import Cell as StoredCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from domain.errors import UnreadableDocument
from domain.source import Document, Reader, Source
from domain.table import Cell, Table
from extract.blocks import join_pieces, text_to_pieces
from extract.display import CellContent, content_to_text
from extract.hidden import hidden_to_warning
from extract.package import (
    damaged,
    main_part,
    only_pictures,
    package_to_pictures,
    require_sound_package,
    strict,
    too_large,
    xml_to_root,
)

READER = Reader(name="xlsx", version=openpyxl.__version__)
# The longest self-evaluation form has about 2 000 cells. openpyxl takes half a kilobyte for each, and writes one for
# every place a merged range covers, so both are counted before it opens the file.
MAX_CELLS = 200_000
MAX_STORED_CELLS = 1_000_000
_STORED_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
# Counted from the end by the library, which would put another text into the cell.
_NEGATIVE_STRING = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\bt\s*=\s*["']s["'][^<>]*>\s*<(?:\w+:)?v[^<>]*>\s*-""")
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"  # ISO/IEC 29500 Strict: the same elements in another name
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\s[^<>]{0,200}?ref\s*=\s*["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"""
)
_CARRIAGE_RETURN = "_x000D_"  # ECMA-376 Part 1, 22.9.2.19: a control character written out
NO_SHEETS = "“{path}”里没有工作表。请用 Excel 或 WPS 打开核对后另存。"
_NAMED_CELLS = 10  # addresses listed in one warning


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """A sheet as displayed, rows and columns counted from 1: texts, rows and columns of merged ranges, borders."""

    title: str
    page: int
    texts: Mapping[tuple[int, int], str]
    spans: Mapping[tuple[int, int], tuple[int, int]]
    framed: frozenset[tuple[int, int]]
    uncalculated: frozenset[tuple[int, int]]
    hidden: bool
    unseen: str = ""


def xlsx_to_tables(content: bytes, document: Document) -> tuple[Table, ...]:
    """One table for every sheet with text; ``page`` of a source is the sheet's number, ``line`` its row number.

    Hidden sheets are read too and say so; what stands in hidden rows and columns is only told. UnreadableDocument for
    a damaged or oversized file.
    """
    require_sound_package(content, document.path)
    has_formulas = _inspect_sheets(content, document.path)
    shown = _open(content, document.path, formulas=False)
    written = _open(content, document.path, formulas=True) if has_formulas else None
    lost = _lost_sheets(content, shown, document.path)
    tables: list[Table] = []
    for page, worksheet in enumerate(shown.worksheets, start=1):
        formulas = written[worksheet.title] if written is not None else None
        _check_places(worksheet, document.path)
        sheet = _without_hidden(_worksheet_to_sheet(worksheet, cast(Worksheet | None, formulas), page=page), worksheet)
        if sheet.texts:
            tables.append(_sheet_to_table(sheet, document, index=len(tables) + 1))
    if not tables and (pictures := package_to_pictures(content)):
        raise UnreadableDocument(only_pictures(document.path, pictures))
    return tuple(replace(table, warnings=(*table.warnings, *lost)) for table in tables)


def _inspect_sheets(content: bytes, path: str) -> bool:
    """Whether any sheet holds a formula. UnreadableDocument for what the library would read wrongly, or choke on."""
    has_formulas = False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            part = archive.read(name) if name.lower().endswith(".xml") else b""
            cells = sum(1 for _ in _STORED_CELL.finditer(part)) + sum(_area(match) for match in _MERGED.finditer(part))
            if cells > MAX_STORED_CELLS:
                raise UnreadableDocument(too_large(path, f"的一张工作表存有 {cells} 个单元格"))
            if _STRICT in part:
                raise UnreadableDocument(strict(path, "xlsx"))
            if _NEGATIVE_STRING.search(part):
                raise UnreadableDocument(damaged(path))
            has_formulas = has_formulas or _FORMULA.search(part) is not None
    return has_formulas


def _lost_sheets(content: bytes, book: Workbook, path: str) -> tuple[str, ...]:
    """A warning where sheets that a workbook names are not in the file: the library passes over them in silence."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            root = xml_to_root(archive.read(main_part(archive, "xl/workbook.xml")))
        except (KeyError, ValueError, etree.XMLSyntaxError) as error:
            raise UnreadableDocument(damaged(path)) from error
    named = [sheet.get("name", "") for sheet in root.iter("{*}sheet")]
    lost = [f"“{name}”" for name in named if name not in book.sheetnames]
    if not book.sheetnames:
        is_book = not named and str(root.tag).endswith("}workbook")
        raise UnreadableDocument(NO_SHEETS.format(path=path) if is_book else damaged(path))
    return (f"工作表{'、'.join(lost)}的内容在文件中找不到，没有读到。请重新取得原文件。",) if lost else ()


def _check_places(worksheet: Worksheet, path: str) -> None:
    """UnreadableDocument for cells in a row 0, and for merged ranges that overlap, of which the library keeps one."""
    ranges = worksheet.merged_cells.ranges
    covered = {
        (row, col)
        for merged in ranges
        for row in range(merged.min_row, merged.max_row + 1)
        for col in range(merged.min_col, merged.max_col + 1)
    }
    has_overlap = len(covered) < sum(merged.size["rows"] * merged.size["columns"] for merged in ranges)
    if has_overlap or any(row < 1 for row, _ in worksheet._cells):
        raise UnreadableDocument(damaged(path))


def _area(merged: re.Match[bytes]) -> int:
    left, right = (column_index_from_string(merged[place].decode()) for place in (1, 3))
    return (abs(right - left) + 1) * (abs(int(merged[4]) - int(merged[2])) + 1)


def _open(content: bytes, path: str, *, formulas: bool) -> Workbook:
    try:
        with warnings.catch_warnings():  # openpyxl warns of what it drops: drawings, validations, print settings
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(io.BytesIO(content), data_only=not formulas)
    except Exception as error:  # openpyxl fails in whatever way the damage happens to trip it
        raise UnreadableDocument(damaged(path)) from error


def _worksheet_to_sheet(worksheet: Worksheet, formulas: Worksheet | None, *, page: int) -> _Sheet:
    # _cells holds what is stored; the public iterators walk the whole rectangle up to a stray cell in row 1 048 576.
    texts: dict[tuple[int, int], str] = {}
    uncalculated: set[tuple[int, int]] = set()
    for place, cell in worksheet._cells.items():
        content = cast(CellContent, cell.value)
        written = formulas._cells.get(place) if formulas is not None else None
        if content is None and written is not None and written.data_type == "f" and cell.data_type != "str":
            content = str(getattr(written.value, "text", written.value))
            uncalculated.add(place)
        text = join_pieces(text_to_pieces(content_to_text(content, cell.number_format).replace(_CARRIAGE_RETURN, "")))
        if text:
            texts[place] = text
    return _Sheet(
        title=worksheet.title,
        page=page,
        texts=texts,
        spans={
            (merged.min_row, merged.min_col): (merged.max_row - merged.min_row + 1, merged.max_col - merged.min_col + 1)
            for merged in worksheet.merged_cells.ranges
        },
        framed=frozenset(place for place, cell in worksheet._cells.items() if cell.has_style and _is_framed(cell)),
        uncalculated=frozenset(uncalculated),
        hidden=worksheet.sheet_state != "visible",
    )


def _without_hidden(sheet: _Sheet, worksheet: Worksheet) -> _Sheet:
    """The sheet less the texts that stand wholly in hidden rows or columns; these are told. All of it if nothing else.

    A text of a merged range is shown wherever a part of the range is.
    """
    rows, cols = _hidden_lines(worksheet)
    unseen: dict[tuple[int, int], str] = {}
    for (row, col), text in sheet.texts.items():
        height, width = sheet.spans.get((row, col), (1, 1))
        if rows.issuperset(range(row, row + height)) or cols.issuperset(range(col, col + width)):
            unseen[row, col] = text
    if not unseen:
        return sheet
    if len(unseen) == len(sheet.texts):
        return replace(sheet, unseen=f"工作表“{sheet.title}”的文字都在隐藏的行或列里，已读入，请核对。")
    lines = "、".join(str(row) for row in sorted({row for row, _ in unseen} & rows))
    letters = "、".join(get_column_letter(col) for col in sorted({col for row, col in unseen if row not in rows}))
    places = "和".join(filter(None, (lines and f"第{lines}行", letters and f"{letters}列")))
    return replace(
        sheet,
        texts={place: text for place, text in sheet.texts.items() if place not in unseen},
        uncalculated=sheet.uncalculated - unseen.keys(),
        unseen=hidden_to_warning(f"工作表“{sheet.title}”的{places}", [text for _, text in sorted(unseen.items())]),
    )


def _hidden_lines(worksheet: Worksheet) -> tuple[frozenset[int], frozenset[int]]:
    """Rows and columns that are hidden, or shown with no height or width."""
    strips = [strip for strip in worksheet.column_dimensions.values() if strip.hidden or strip.width == 0]
    return (
        frozenset(row for row, line in worksheet.row_dimensions.items() if line.hidden or line.height == 0),
        frozenset(col for strip in strips for col in range(strip.min or 1, (strip.max or 0) + 1)),
    )


def _is_framed(cell: StoredCell | MergedCell) -> bool:
    """A cell with a line at its side; a line below may belong to the table that begins under a title."""
    return cell.border.left.style is not None or cell.border.right.style is not None


def _sheet_to_table(sheet: _Sheet, document: Document, *, index: int) -> Table:
    rows, columns = _sheet_to_grid(sheet, document.path)
    covered = _covered_places(sheet, rows, columns)
    top = _first_table_row(sheet, rows)
    cells = [
        _place_to_cell(sheet, (row, col), document)
        for row in rows
        for col in columns
        if (row, col) not in covered and (row >= top or (row, col) in sheet.texts)
    ]
    heading = [cell for cell in cells if cell.row < top - 1]
    return Table(
        index=index,
        cells=tuple(cells[len(heading) :]),
        heading=tuple(replace(cell, row=row, col=0, row_span=1, col_span=1) for row, cell in enumerate(heading)),
        page=sheet.page,
        warnings=_sheet_warnings(sheet),
    )


def _sheet_to_grid(sheet: _Sheet, path: str) -> tuple[Sequence[int], Sequence[int]]:
    """Rows from the first text to the last, blank ones too unless a stray text lies far below; columns with text."""
    columns = sorted({col for _, col in sheet.texts})
    filled = sorted({row for row, _ in sheet.texts})
    rows: Sequence[int] = range(filled[0], filled[-1] + 1)
    if len(rows) * len(columns) > MAX_CELLS:
        rows = filled
    if len(rows) * len(columns) > MAX_CELLS:
        raise UnreadableDocument(too_large(path, f"的工作表“{sheet.title}”有 {len(rows)} 行、{len(columns)} 列"))
    return rows, columns


def _covered_places(sheet: _Sheet, rows: Sequence[int], columns: Sequence[int]) -> frozenset[tuple[int, int]]:
    """Places that a merged range covers, its first cell excepted."""
    shown = frozenset(rows)
    return frozenset(
        (row, col)
        for (top, left), (height, width) in sheet.spans.items()
        for row in range(top, top + height)
        if row in shown
        for col in columns[bisect_left(columns, left) : bisect_left(columns, left + width)]
        if (row, col) != (top, left)
    )


def _first_table_row(sheet: _Sheet, rows: Sequence[int]) -> int:
    """The first row that is no line of its own above the table: two texts, or one beside framed empty cells."""
    by_row: dict[int, list[int]] = defaultdict(list)
    for row, col in sorted(sheet.texts):
        by_row[row].append(col)
    framed: dict[int, list[int]] = defaultdict(list)
    for row, col in sheet.framed:
        framed[row].append(col)
    for row in rows:
        height, width = sheet.spans.get((row, by_row[row][0]), (1, 1)) if by_row[row] else (1, 1)
        beside = [col for col in framed[row] if by_row[row] and not by_row[row][0] <= col < by_row[row][0] + width]
        if len(by_row[row]) > 1 or beside or any(len(by_row[below]) > 1 for below in range(row + 1, row + height)):
            return row
    return rows[-1] + 1


def _place_to_cell(sheet: _Sheet, place: tuple[int, int], document: Document) -> Cell:
    row, col = place
    height, width = sheet.spans.get(place, (1, 1))
    return Cell(
        row=row - 1,
        col=col - 1,
        row_span=height,
        col_span=width,
        text=sheet.texts.get(place, ""),
        sources=(Source(document=document, reader=READER, page=sheet.page, line=row),),
        confidence=0.0 if place in sheet.uncalculated else 1.0,
    )


def _sheet_warnings(sheet: _Sheet) -> tuple[str, ...]:
    found = []
    if sheet.hidden:
        found.append(f"工作表“{sheet.title}”是隐藏的，请核对是否应当读入。")
    if sheet.unseen:
        found.append(sheet.unseen)
    if sheet.uncalculated:
        addresses = [f"{get_column_letter(col)}{row}" for row, col in sorted(sheet.uncalculated)]
        named = "、".join(addresses[:_NAMED_CELLS]) + ("等" if len(addresses) > _NAMED_CELLS else "")
        found.append(
            f"工作表“{sheet.title}”中 {len(addresses)} 个公式没有保存计算结果（{named}），按公式原文列出。"
            "请用 Excel 或 WPS 打开并保存后再读入。"
        )
    return tuple(found)
