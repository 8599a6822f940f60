"""Word documents to tables: body, headers, footers and notes, with merged cells as spans."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import count, repeat

from lxml import etree

from domain.errors import UnreadableDocument
from domain.source import Document, Reader
from domain.table import Table
from extract.blocks import Block, Grid, GridCell, Line, blocks_to_tables
from extract.hidden import hidden_to_warning
from extract.package import (
    PICTURE_ADVICE,
    damaged,
    is_beyond_limits,
    main_part,
    only_pictures,
    part_to_related,
    require_sound_package,
    strict,
    too_large,
    xml_to_root,
)

READER = Reader(name="docx", version=version("lxml"))

MAX_CELLS = 200_000  # the longest self-evaluation form has about 2 000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/"  # ISO/IEC 29500 Strict: the same elements under other names
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# Deleted or moved away under tracked changes, settings, pinyin; Fallback repeats what its sibling Choice holds.
_NOT_SHOWN = frozenset({*(_W + name for name in ("del", "moveFrom", "pPr", "rPr", "sectPr", "rt")), _FALLBACK})
_WRAPPERS = frozenset(_W + name for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"))
_MARKS = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}
# Symbols that Word stores as glyph numbers of a font (ECMA-376 Part 1, 17.3.3.30), less the private-use offset F000.
_GLYPHS = {
    "Symbol": {0xA3: "≤", 0xB3: "≥", 0xB0: "°", 0xB1: "±", 0xB4: "×", 0xB9: "≠", 0xBB: "≈", 0xB7: "·", 0xBE: "—"},
    "Wingdings": {0xFE: "☑", 0xFD: "☒", 0xFC: "✓", 0xFB: "✗", 0xA8: "□", 0x6F: "□", 0x6E: "■", 0x6C: "●", 0xA1: "○"},
    "Wingdings 2": {0x52: "☑", 0x51: "☒", 0x50: "✓", 0x4F: "✗", 0xA3: "□", 0x2A: "□", 0x53: "☒", 0x54: "☒"},
}
_UNKNOWN_GLYPH = "\ufffd"  # a sign was printed that nobody can name: damage to report, no blank
_CHECKED, _UNCHECKED = "☑", "□"
LOST_MARGIN = "页眉、页脚或脚注的部件丢失或损坏，其中的文字没有读到。请用 Word 打开核对，另存后再读入。"
_OFF = ("0", "false", "off")
_LONGEST_NUMBER = 10  # digits of the largest number a part may hold (ECMA-376 Part 1, 17.18.10)
_MAX_SPAN = 1000  # columns; Word itself ends at 63
_PAGE_NUMBER = re.compile(r"(?:[\s\d\-—–/|第共页]|Page|of)*", re.I)
_HEX = re.compile(r"[0-9A-Fa-f]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Story:
    """The XML of a document: its body, the headers that stand above it, the footers and notes below."""

    body: etree._Element
    above: tuple[etree._Element, ...]
    below: tuple[etree._Element, ...]
    warnings: tuple[str, ...] = ()


def docx_to_tables(content: bytes, document: Document) -> tuple[Table, ...]:
    """Tables of a docx or docm; the line of a source is the running number of the paragraph or table row.

    Headers stand above the first table, footers and notes below the last. UnreadableDocument for a damaged file.
    """
    require_sound_package(content, document.path)
    story = _content_to_story(content, document.path)
    if next(story.body.iter(_W + "altChunk"), None) is not None:
        raise UnreadableDocument(
            f"“{document.path}”的内容是嵌在 Word 里的网页，无法直接读取。请用 Word 打开，另存为 docx 后再读入。"
        )
    unseen = _take_hidden(story.body)
    numbers = count(1)
    blocks = (
        *_margin_lines(story.above, 1),
        *_blocks(story.body, numbers),
        *_margin_lines(story.below, next(numbers)),
    )
    warnings = (*story.warnings, *unseen, *_picture_warnings(story.body, blocks, document.path))
    return blocks_to_tables(blocks, document, reader=READER, warnings=warnings)


def _take_hidden(body: etree._Element) -> tuple[str, ...]:
    """Take hidden rows and characters out of a body, the rows' places kept, and tell of them.

    A cell that is merged with others below stays: Word shows it beside those.
    """
    told: list[str] = []
    for number, table in enumerate(body.iter(_W + "tbl"), start=1):
        for place, row in enumerate(_unwrapped(table, "tr"), start=1):
            if _is_on(row.find(f"{_W}trPr/{_W}hidden")):
                cells = [cell for cell in _unwrapped(row, "tc") if cell.find(f"{_W}tcPr/{_W}vMerge") is None]
                parts = [part for cell in cells for part in cell.iter(_W + "p")]
                texts = [_take_out(part) for part in parts if next(part.iterancestors(_W + "p"), None) is None]
                told.append(hidden_to_warning(f"第{number}张表格的第{place}行", texts))
    runs = [run for run in body.iter(_W + "r") if _is_on(run.find(f"{_W}rPr/{_W}vanish"))]
    told.append(hidden_to_warning("文档中的部分文字", [_take_out(run) for run in runs]))
    return tuple(warning for warning in told if warning)


def _is_on(switch: etree._Element | None) -> bool:
    return switch is not None and switch.get(_W + "val", "1") not in _OFF


def _take_out(element: etree._Element) -> str:
    """Empty an element; what it said."""
    text = _to_text(element)
    for child in list(element):
        element.remove(child)
    return text


def _content_to_story(content: bytes, path: str) -> _Story:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            main = main_part(archive, "word/document.xml")
            root = xml_to_root(archive.read(main))
            related = tuple(part_to_related(archive, main)) if _has_relations(archive, main) else ()
        except (KeyError, ValueError, etree.XMLSyntaxError) as error:
            told = too_large(path, "的标签嵌套过深或文字过长") if is_beyond_limits(error) else damaged(path)
            raise UnreadableDocument(told) from error
        above, below = (
            [_part_to_margin(archive, part.name) for part in related if part.kind in kinds]
            for kinds in (("header",), ("footer", "footnotes", "endnotes"))
        )
    lost = any(margin is None for margin in (*above, *below))
    return _Story(
        body=_root_to_body(root, path),
        above=tuple(margin for margin in above if margin is not None),
        below=tuple(margin for margin in below if margin is not None),
        warnings=(LOST_MARGIN,) if lost else (),
    )


def _has_relations(archive: zipfile.ZipFile, main: str) -> bool:
    folder, _, name = main.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/") in archive.namelist()


def _root_to_body(root: etree._Element, path: str) -> etree._Element:
    if root.tag.startswith(_STRICT):
        raise UnreadableDocument(strict(path, "docx"))
    body = root.find(_W + "body")
    if body is None:
        raise UnreadableDocument(damaged(path))
    cells = sum(1 for _ in body.iter(_W + "tc"))
    if cells > MAX_CELLS:
        raise UnreadableDocument(too_large(path, f"有 {cells} 个单元格"))
    return body


def _part_to_margin(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """A header, footer or notes; None where the part is missing or damaged."""
    try:
        return xml_to_root(archive.read(name))
    except (KeyError, etree.XMLSyntaxError):
        return None


def _picture_warnings(body: etree._Element, blocks: Sequence[Block], path: str) -> tuple[str, ...]:
    """That a document without tables has pictures, which may be the form. UnreadableDocument where it has no more."""
    pictures = sum(1 for _ in body.iter(_W + "drawing", _W + "pict"))
    if not pictures or any(isinstance(block, Grid) for block in blocks):
        return ()
    if not any(isinstance(block, Line) and block.text.strip() for block in blocks):
        raise UnreadableDocument(only_pictures(path, pictures))
    return (f"文档中没有表格，有 {pictures} 张图片，图片里的文字没有读。{PICTURE_ADVICE}",)


def _margin_lines(roots: Sequence[etree._Element], number: int) -> Iterator[Line]:
    """Text of headers, footers or notes, every line once; page numbers left out."""
    texts = [_to_text(paragraph) for root in roots for paragraph in root.iter(_W + "p")]
    for text in dict.fromkeys(texts):
        if not _PAGE_NUMBER.fullmatch(text):
            yield Line(text=text, number=number)


def _blocks(parent: etree._Element, numbers: Iterator[int]) -> Iterator[Block]:
    for child in parent:
        if child.tag == _W + "p":
            yield Line(text=_to_text(child), number=next(numbers))
        elif child.tag == _W + "tbl":
            yield _table_to_grid(child, numbers)
        elif child.tag not in _NOT_SHOWN:
            yield from _blocks(child, numbers)


def _table_to_grid(table: etree._Element, numbers: Iterator[int]) -> Grid:
    cells: list[GridCell] = []
    open_at: dict[int, int] = {}  # column -> place in ``cells`` of the cell that a continuation lengthens
    shown = (row for row in _unwrapped(table, "tr") if row.find(f"{_W}trPr/{_W}del") is None)
    for row, element in enumerate(shown):
        number, col = next(numbers), _setting(element, "trPr", "gridBefore", default=0)
        for cell in _unwrapped(element, "tc"):
            span = max(1, _setting(cell, "tcPr", "gridSpan", default=1))
            above = open_at.get(col)
            if _continues(cell, "hMerge") and cells and cells[-1].row == row:
                cells[-1] = replace(cells[-1], col_span=cells[-1].col_span + span)
            elif _continues(cell, "vMerge") and above is not None and _ends_above(cells[above], row):
                cells[above] = replace(cells[above], row_span=cells[above].row_span + 1)
            else:
                open_at[col] = len(cells)
                blocks = tuple(_blocks(cell, repeat(number)))
                cells.append(GridCell(row=row, col=col, col_span=span, blocks=blocks, number=number))
            col += span
    return Grid(cells=tuple(cells))


def _unwrapped(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Rows or cells, those inside content controls and tracked insertions too."""
    for child in parent:
        if child.tag == _W + name:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _unwrapped(child, name)


def _setting(element: etree._Element, group: str, name: str, *, default: int) -> int:
    found = element.find(f"{_W}{group}/{_W}{name}")
    value = found.get(_W + "val", "") if found is not None else ""
    return min(int(value), _MAX_SPAN) if value.isdecimal() and len(value) <= _LONGEST_NUMBER else default


def _continues(cell: etree._Element, name: str) -> bool:
    found = cell.find(f"{_W}tcPr/{_W}{name}")
    return found is not None and found.get(_W + "val", "continue") == "continue"


def _ends_above(cell: GridCell, row: int) -> bool:
    return cell.row + cell.row_span == row


def _to_text(element: etree._Element) -> str:
    return "".join(_texts(element))


def _texts(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag in (_W + "t", _MATH_TEXT):
            yield child.text or ""
        elif child.tag in _MARKS:
            yield _MARKS[child.tag]
        elif child.tag == _W + "sym":
            yield _glyph(child)
        elif child.tag == _W + "checkBox":
            yield _CHECKED if _is_checked(child) else _UNCHECKED
        elif child.tag == _W + "p":  # a text box anchored in the paragraph
            yield f"\n{_to_text(child)}\n"
        elif child.tag not in _NOT_SHOWN:
            yield from _texts(child)


def _glyph(symbol: etree._Element) -> str:
    code = _HEX.fullmatch(symbol.get(_W + "char", ""))
    known = _GLYPHS.get(symbol.get(_W + "font", ""), {})
    return known.get(int(code.group(), 16) % 0xF000, _UNKNOWN_GLYPH) if code else _UNKNOWN_GLYPH


def _is_checked(box: etree._Element) -> bool:
    state = box.find(_W + "checked")
    state = box.find(_W + "default") if state is None else state
    return _is_on(state)
