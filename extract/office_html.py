"""Web pages, and tables that systems save as web pages, to tables."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from importlib.metadata import version
from itertools import count, repeat

import lxml.html
from lxml import etree

from domain.errors import UnreadableDocument
from domain.source import Document, Reader
from domain.table import Table
from extract.blocks import Block, Grid, GridCell, Line, blocks_to_tables, join_pieces
from extract.hidden import hidden_to_warning
from extract.package import too_large

READER = Reader(name="html", version=version("lxml"))
MAX_BYTES = 64 * 1024 * 1024  # a saved page of forms has a few MB
MAX_CELLS = 200_000  # the longest self-evaluation form has about 2 000
_MAX_COL_SPAN, _MAX_ROW_SPAN = 1000, 65534  # HTML Living Standard, 4.9.11

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_:-]{1,40})""", re.I)
_XML_DECLARATION = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_:-]{1,40})""", re.I)
_META_WITHIN = 4096  # the standard asks for 1024; exporters put style sheets first
# Pages that call themselves GB2312 or GBK hold GB18030 characters (WHATWG Encoding maps the names alike).
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030"}
# Encodings of one byte a character read anything; editors of foreign make write them into Chinese pages by default.
_READS_ANYTHING = re.compile(r"iso-?8859|latin|l1$|(?:windows|cp)-?125|mac", re.I)
_BINARY = "“{path}”不是网页，可能是改了扩展名的其他文件。请核对后用原来的程序另存为 docx、xlsx 或 html。"

_SKIPPED = frozenset({"script", "style", "title", "noscript", "template", "colgroup", "object", "iframe", "svg"})
_BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt",
     "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
     "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "td", "th", "title", "tr", "ul", "caption"]
)  # fmt: skip
_HIDEABLE = ("tr", "td", "th", "span", "div", "p", "font", "b", "i", "a", "label")
_GONE_STYLE = re.compile(r"display\s*:\s*none", re.I)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all", re.I)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_SOFT_BREAK = "\v"  # a line feed of the source: a space between Latin words, nothing between Chinese characters
_SILENT_INPUTS = frozenset({"hidden", "button", "submit", "reset", "image", "password", "file"})
_TICKS = {("checkbox", True): "☑", ("checkbox", False): "□", ("radio", True): "●", ("radio", False): "○"}
_LIMIT_ERRORS = re.compile(r"Excessive depth|huge|XML_PARSE_HUGE|limit", re.I)  # libxml2 stops reading there

Collapse = Callable[[str | None], str]


def html_to_tables(content: bytes, document: Document) -> tuple[Table, ...]:
    """Tables of a page; the line of a source is the running number of the paragraph or table row.

    UnreadableDocument for what is no page or is nested or sized like no form.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableDocument(too_large(document.path, f"有 {len(content) // 1024**2} MB"))
    text, warnings = _content_to_text(content, document.path)
    root = _text_to_root(text, document.path)
    if root is None:
        return ()
    if next(root.iter("frameset"), None) is not None:
        raise UnreadableDocument(
            f"“{document.path}”只是框架网页，表格在同名文件夹的其他文件里。请读入那些文件，或用 Excel 另存为 xlsx。"
        )
    unseen = _take_hidden(root)
    blocks = tuple(_blocks(_pieces(root, _collapse), count(1), document.path))
    return blocks_to_tables(blocks, document, reader=READER, warnings=(*warnings, *unseen))


def _content_to_text(content: bytes, path: str) -> tuple[str, tuple[str, ...]]:
    """The characters of a page, with a warning for bytes that fit no encoding."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(encoding, errors="replace"), ()
    declared = _XML_DECLARATION.search(content[:_META_WITHIN]) or _META.search(content[:_META_WITHIN])
    name = declared.group(1).decode().lower() if declared else ""
    # UTF-8 first: hardly any Chinese page in another encoding is valid UTF-8 by chance, many declare the wrong one.
    told = "gb18030" if _READS_ANYTHING.match(name) else _SUPERSETS.get(name, name)
    for encoding in ("utf-8", told, "gb18030"):
        text = _decode(content, encoding)
        if text is not None and "\0" in text:
            raise UnreadableDocument(_BINARY.format(path=path))
        if text is not None:
            return text, ()
    if b"\0" in content:
        raise UnreadableDocument(_BINARY.format(path=path))
    text = content.decode("gb18030" if name in _SUPERSETS else "utf-8", errors="replace")
    return text, (f"网页有 {text.count(chr(0xFFFD))} 处字符无法解码，已标为“\ufffd”。请用浏览器打开核对。",)


def _decode(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _text_to_root(text: str, path: str) -> etree._Element | None:
    if not text.strip():
        return None
    parser = lxml.html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", errors="replace"), parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableDocument(_BINARY.format(path=path)) from error
    if any(_LIMIT_ERRORS.search(entry.message) for entry in parser.error_log):
        raise UnreadableDocument(too_large(path, "的标签嵌套过深或文字过长"))
    return root


def _take_hidden(root: etree._Element) -> tuple[str, ...]:
    """Take what is hidden in tables out of a page and tell of it; a row keeps its place, a cell does not.

    A cell that reaches into rows below is shown there. Hidden tables are read: they are the pages of a tabbed form.
    """
    texts: list[str] = []
    for element in [part for part in root.iter(*_HIDEABLE) if _is_hidden(part)]:
        whole = [cell for cell in element if cell.get("rowspan", "1") == "1"] if element.tag == "tr" else [element]
        if element.tag in ("tr", "td", "th") or next(element.iterancestors("td", "th"), None) is not None:
            texts += [_take_out(part) for part in whole if next(part.iter("table"), None) is None]
    for cell in [cell for cell in root.iter("td", "th") if len(cell) == 0 and not cell.text and _is_gone(cell)]:
        cell.getparent().remove(cell)
    warning = hidden_to_warning("网页表格中的部分行、单元格或文字", texts)
    return (warning,) if warning else ()


def _is_hidden(element: etree._Element) -> bool:
    return element.get("hidden") is not None or _HIDDEN_STYLE.search(element.get("style", "")) is not None


def _is_gone(element: etree._Element) -> bool:
    return element.get("hidden") is not None or _GONE_STYLE.search(element.get("style", "")) is not None


def _take_out(element: etree._Element) -> str:
    """Empty an element; what it said."""
    text = "".join(piece for piece in _pieces(element, _collapse) if isinstance(piece, str))
    for child in list(element):
        element.remove(child)
    element.text = None
    return text


def _collapse(text: str | None) -> str:
    return _SPACE.sub(lambda run: _SOFT_BREAK if "\n" in run.group() or "\r" in run.group() else " ", text or "")


def _keep(text: str | None) -> str:
    return text or ""


def _pieces(element: etree._Element, collapse: Collapse) -> Iterator[str | etree._Element]:
    """Text in order, line feeds where a block begins or ends, and tables as elements."""
    yield collapse(element.text)
    for child in element:
        if child.tag == "table":
            yield child
        elif child.tag == "br":
            yield "\n"
        elif child.tag in ("input", "select", "textarea"):
            yield _control_to_text(child)
        elif child.tag not in _SKIPPED:
            edge = "\n" if child.tag in _BLOCKS else ""
            yield edge
            yield from _pieces(child, _keep if child.tag == "pre" else collapse)
            yield edge
        yield collapse(child.tail)


def _control_to_text(control: etree._Element) -> str:
    """What a form control shows: the text typed in, the option chosen, a tick."""
    if control.tag == "textarea":
        return control.text or ""
    if control.tag == "select":
        options = list(control.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        return "、".join("".join(str(text) for text in option.itertext()).strip() for option in chosen)
    kind = control.get("type", "text").lower()
    if kind in _SILENT_INPUTS:
        return ""
    return _TICKS.get((kind, control.get("checked") is not None), str(control.get("value", "")))


def _blocks(pieces: Iterator[str | etree._Element], numbers: Iterator[int], path: str) -> Iterator[Block]:
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        yield from _text_to_lines(text, numbers)
        text = ""
        yield from _table_to_blocks(piece, numbers, path)
    yield from _text_to_lines(text, numbers)


def _text_to_lines(text: str, numbers: Iterator[int]) -> Iterator[Line]:
    for line in text.split("\n"):
        joined = join_pieces(part.strip() for part in line.split(_SOFT_BREAK) if part.strip())
        if joined:
            yield Line(text=joined, number=next(numbers))


def _table_to_blocks(table: etree._Element, numbers: Iterator[int], path: str) -> Iterator[Block]:
    """The grid of a table; captions and text astray between its rows stand above it, as browsers show them."""
    yield from _blocks(_astray(table), numbers, path)
    rows = list(_rows(table))
    cells: list[GridCell] = []
    free_from: dict[int, int] = {}  # column -> first row in which no cell from above reaches down
    places = 0
    for row, elements in enumerate(rows):
        number, col = next(numbers), 0
        for element in elements:
            while free_from.get(col, 0) > row:
                col += 1
            col_span = min(_span(element, "colspan") or 1, _MAX_COL_SPAN)
            row_span = min(_span(element, "rowspan") or len(rows), _MAX_ROW_SPAN, len(rows) - row)
            places += col_span * row_span
            if places > MAX_CELLS:
                raise UnreadableDocument(too_large(path, f"的一张表超过 {MAX_CELLS} 个单元格"))
            free_from.update(dict.fromkeys(range(col, col + col_span), row + row_span))
            content = tuple(_blocks(_pieces(element, _collapse), repeat(number), path))
            cells.append(
                GridCell(row=row, col=col, row_span=row_span, col_span=col_span, blocks=content, number=number)
            )
            col += col_span
    yield Grid(cells=tuple(cells))


def _span(element: etree._Element, name: str) -> int:
    """A span as written; 1 where it is no number, 0 for "down to the end" (HTML allows that for rows)."""
    digits = re.match(r"\s*(\d{1,6})", element.get(name, ""))
    return int(digits.group(1)) if digits else 1


def _rows(parent: etree._Element) -> Iterator[list[etree._Element]]:
    """Cells of each row; old exporters put rows into forms, and cells straight into tables."""
    loose: list[etree._Element] = []
    for child in parent:
        if child.tag == "tr":
            yield list(_cells(child))
        elif child.tag in ("td", "th"):
            loose.append(child)
        elif child.tag not in _SKIPPED | {"caption", "table"}:
            yield from _rows(child)
    if loose:
        yield loose


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        if child.tag in ("td", "th"):
            yield child
        elif child.tag not in _SKIPPED | {"table"}:
            yield from _cells(child)


def _astray(parent: etree._Element) -> Iterator[str | etree._Element]:
    yield _collapse(parent.text)
    for child in parent:
        if child.tag == "table":
            yield child
        elif child.tag == "caption":
            yield from ("\n", *_pieces(child, _collapse), "\n")
        elif child.tag not in _SKIPPED | {"td", "th"}:
            yield from ("\n", *_astray(child), "\n")
        yield _collapse(child.tail)
