"""Office files and web pages that must be refused with a message the auditor can act on."""

from __future__ import annotations

from collections.abc import Callable

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UnreadableDocument
from domain.source import Document
from domain.table import Table
from extract import office_html, office_xlsx, package
from extract.office import docx_to_tables, html_to_tables, xlsx_to_tables
from tests.extract.office import DOCUMENT, formula_book, repacked, saved, stored

WORD = saved(docx.Document())
BOOK = formula_book()
BOMB = b"<a>" + b" " * (20 * 1024 * 1024) + b"</a>"
ENTITY = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'


def message_of(read: Callable[[bytes, Document], tuple[Table, ...]], content: bytes) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read(content, DOCUMENT)
    assert DOCUMENT.path in caught.value.message
    assert "请" in caught.value.message
    return caught.value.message


@pytest.mark.parametrize(("read", "whole"), [(docx_to_tables, WORD), (xlsx_to_tables, BOOK)])
def test_damaged_packages_are_refused(read: Callable[[bytes, Document], tuple[Table, ...]], whole: bytes) -> None:
    half = whole[: len(whole) // 2]
    emptied = repacked(whole, lambda name, part: b"" if name.endswith(("document.xml", "workbook.xml")) else part)

    for content in (b"", b"no zip at all", half, emptied):
        assert "损坏" in message_of(read, content)


@pytest.mark.parametrize(("read", "other"), [(docx_to_tables, BOOK), (xlsx_to_tables, WORD)])
def test_a_package_of_another_kind_is_refused(
    read: Callable[[bytes, Document], tuple[Table, ...]], other: bytes
) -> None:
    assert "损坏" in message_of(read, other)


@pytest.mark.parametrize(("read", "whole"), [(docx_to_tables, WORD), (xlsx_to_tables, BOOK)])
def test_old_or_locked_files_bombs_and_entities_are_refused(
    read: Callable[[bytes, Document], tuple[Table, ...]], whole: bytes
) -> None:
    assert "密码" in message_of(read, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)
    assert "压缩炸弹" in message_of(
        read, repacked(whole, lambda name, part: BOMB if name.endswith("core.xml") else part)
    )
    assert "外部实体" in message_of(
        read, repacked(whole, lambda name, part: ENTITY if name.endswith("app.xml") else part)
    )


def test_a_package_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_XML_BYTES", 1000)

    assert "远超正常表单" in message_of(docx_to_tables, WORD)


def test_sheets_larger_than_any_form_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    merged = openpyxl.Workbook()
    sheet = merged.active
    assert sheet is not None
    sheet["A1"] = "x"
    sheet.merge_cells("A1:C3")
    huge = repacked(stored(merged), lambda _, part: part.replace(b'"A1:C3"', b'"A1:XFD1048576"'))

    assert "单元格" in message_of(xlsx_to_tables, huge)

    monkeypatch.setattr(office_xlsx, "MAX_CELLS", 2)
    assert "列" in message_of(xlsx_to_tables, BOOK)


def test_a_word_file_that_only_wraps_a_web_page_is_refused() -> None:
    word = docx.Document()
    word.element.body.insert(0, parse_xml(f"<w:altChunk {nsdecls('w')}/>"))

    assert "网页" in message_of(docx_to_tables, saved(word))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"PK\x03\x04\x00\x00\x00\x00\xff\xfe", "不是网页"),
        (("<div>" * 5000 + "<table><tr><td>x").encode(), "嵌套过深"),
        (b"<html><frameset><frame src=sheet001.htm></frameset></html>", "框架网页"),
        (b"<table><tr>" + b"<td colspan=1000 rowspan=65534>x" * 9 + b"<tr><td>y" * 300 + b"</table>", "单元格"),
    ],
)
def test_what_is_no_page_or_no_sane_page_is_refused(content: bytes, fault: str) -> None:
    assert fault in message_of(html_to_tables, content)


def test_pages_beyond_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_html, "MAX_BYTES", 10)

    assert "MB" in message_of(html_to_tables, b"<table><tr><td>x")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for read in (docx_to_tables, xlsx_to_tables, html_to_tables):
        try:
            read(content, DOCUMENT)
        except UnreadableDocument as error:
            assert error.message
