"""Word, Excel and web tables: texts, spans, headings, sources, and files that must be refused."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Border, Side

from domain.errors import UnreadableDocument
from domain.source import Document
from domain.table import Table
from extract import office_html, office_xlsx, package
from extract.display import CellContent, content_to_text
from extract.office import docx_to_tables, html_to_tables, xlsx_to_tables

DOCUMENT = Document(path="自评表.docx", sha256="0" * 64)


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


# Word


def test_docx_text_above_each_table_is_its_heading_and_text_below_the_last_is_kept() -> None:
    word = docx.Document()
    word.add_paragraph("财政项目支出绩效自评表")
    word.add_paragraph("（2024年度）")
    word.add_table(1, 1).cell(0, 0).text = "甲"
    word.add_paragraph("单位：万元")
    word.add_table(1, 1).cell(0, 0).text = "乙"
    word.add_paragraph("填表人：丙")

    first, second, third = docx_to_tables(saved(word), DOCUMENT)

    assert (first.index, heading(first), texts(first)) == (1, ["财政项目支出绩效自评表", "（2024年度）"], ["甲"])
    assert (second.index, heading(second), texts(second)) == (2, ["单位：万元"], ["乙"])
    assert (third.index, heading(third), texts(third)) == (3, ["填表人：丙"], [])


def test_docx_merged_cells_become_spans() -> None:
    word = docx.Document()
    table = word.add_table(3, 3)
    for row in range(3):
        for col in range(3):
            table.cell(row, col).text = f"{row}{col}"
    table.cell(0, 0).merge(table.cell(2, 0)).text = "产出"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "数量"

    (read,) = docx_to_tables(saved(word), DOCUMENT)

    assert grid(read) == [
        (0, 0, 3, 1, "产出"), (0, 1, 1, 2, "数量"),
        (1, 1, 1, 1, "11"), (1, 2, 1, 1, "12"),
        (2, 1, 1, 1, "21"), (2, 2, 1, 1, "22"),
    ]  # fmt: skip


def test_docx_rows_that_begin_late_keep_their_columns() -> None:
    word = docx.Document()
    table = word.add_table(1, 3)
    row = table.rows[0]._tr
    row.remove(row.tc_lst[0])
    settings = row.get_or_add_trPr()
    before = OxmlElement("w:gridBefore")
    before.set(qn("w:val"), "1")
    settings.append(before)
    table.rows[0].cells[-1].text = "末"

    (read,) = docx_to_tables(saved(word), DOCUMENT)

    assert [(cell.col, cell.text) for cell in read.cells] == [(1, ""), (2, "末")]


@pytest.mark.parametrize(
    ("paragraphs", "text"),
    [
        (["上海市科普教育展", "示技术中心"], "上海市科普教育展示技术中心"),
        (["Shanghai", "Science"], "Shanghai Science"),
        (["2024", "年度"], "2024年度"),
        (["10", "20"], "10 20"),
        (["　　一、目标", "", "二、成效"], "一、目标二、成效"),
        (["第一行\n第二行"], "第一行第二行"),
        (["≥90&nbsp;%"], "≥90 %"),
        (["<p>定期维护</p>"], "定期维护"),
        (["A&lt;B"], "A<B"),
    ],
)
def test_docx_paragraphs_of_a_cell_join_without_gaps(paragraphs: list[str], text: str) -> None:
    word = docx.Document()
    cell = word.add_table(1, 1).cell(0, 0)
    cell.text = paragraphs[0]
    for paragraph in paragraphs[1:]:
        cell.add_paragraph(paragraph)

    (read,) = docx_to_tables(saved(word), DOCUMENT)

    assert texts(read) == [text]


def test_docx_sources_name_the_reader_and_the_running_row() -> None:
    word = docx.Document()
    word.add_paragraph("标题")
    table = word.add_table(2, 1)
    table.cell(0, 0).text, table.cell(1, 0).text = "甲", "乙"

    (read,) = docx_to_tables(saved(word), DOCUMENT)

    (above,) = read.heading[0].sources
    assert (above.line, above.page, above.reader.name, above.document) == (1, None, "docx", DOCUMENT)
    assert above.reader.version
    assert [cell.sources[0].line for cell in read.cells] == [2, 3]


RUN_CASES = [
    ('<w:ins w:id="1"><w:r><w:t>新增</w:t></w:r></w:ins>', "新增"),
    ('<w:r><w:t>留</w:t></w:r><w:del w:id="2"><w:r><w:delText>删</w:delText></w:r></w:del>', "留"),
    ('<w:moveFrom w:id="3"><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:r><w:t>留</w:t></w:r>', "留"),
    ("<w:sdt><w:sdtContent><w:r><w:t>控件内</w:t></w:r></w:sdtContent></w:sdt>", "控件内"),
    ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>90%</w:t></w:r>', "≥90%"),
    ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>是</w:t></w:r>', "☑是"),
    ('<w:r><w:sym w:font="某字体" w:char="F0B3"/><w:t>90%</w:t></w:r>', "\ufffd90%"),
    ("<w:r><w:t>5</w:t><w:noBreakHyphen/><w:t>8</w:t></w:r>", "5-8"),
    (
        "<w:r><w:fldChar><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar><w:t>是</w:t></w:r>",
        "☑是",
    ),
    ('<w:r><w:fldChar><w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData></w:fldChar></w:r>', "□"),
    ("<w:r><w:instrText>PAGE</w:instrText><w:t>值</w:t></w:r>", "值"),
]


@pytest.mark.parametrize(("run", "text"), RUN_CASES)
def test_docx_shows_what_word_shows(run: str, text: str) -> None:
    word = docx.Document()
    cell = word.add_table(1, 1).cell(0, 0)
    paragraph = cell.paragraphs[0]._p
    for element in parse_xml(f"<w:p {nsdecls('w')}>{run}</w:p>"):
        paragraph.append(element)

    (read,) = docx_to_tables(saved(word), DOCUMENT)

    assert texts(read) == [text]


def test_docx_text_boxes_headers_footers_and_notes_are_kept_and_page_numbers_are_not() -> None:
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "附件2"
    word.sections[0].footer.paragraphs[0].text = "第 1 页 共 2 页"
    word.sections[0].footer.add_paragraph("注：本表一式两份")
    box = "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>单位：元</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    word.add_paragraph("标题")._p.append(parse_xml(f"<w:p {nsdecls('w')}>{box}</w:p>")[0])
    word.add_table(1, 1).cell(0, 0).text = "甲"

    first, last = docx_to_tables(saved(word), DOCUMENT)

    assert heading(first) == ["附件2", "标题", "单位：元"]
    assert heading(last) == ["注：本表一式两份"]


def test_docx_rows_inside_content_controls_are_rows() -> None:
    word = docx.Document()
    table = word.add_table(2, 1)
    table.cell(0, 0).text, table.cell(1, 0).text = "甲", "乙"
    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
    second = table.rows[1]._tr
    second.addprevious(control)
    control[0].append(second)

    (read,) = docx_to_tables(saved(word), DOCUMENT)

    assert texts(read) == ["甲", "乙"]


def test_docx_a_table_that_only_frames_others_gives_way_to_them() -> None:
    word = docx.Document()
    frame = word.add_table(2, 1)
    frame.cell(0, 0).text = "自评表"
    inner = frame.cell(1, 0).add_table(2, 3)
    for place, cell in enumerate(cell for row in inner.rows for cell in row.cells):
        cell.text = str(place)

    (read,) = docx_to_tables(saved(word), DOCUMENT)

    assert heading(read) == ["自评表"]
    assert texts(read) == ["0", "1", "2", "3", "4", "5"]


def test_docx_a_small_table_in_a_cell_is_text_of_that_cell() -> None:
    word = docx.Document()
    table = word.add_table(2, 3)
    table.cell(0, 0).text = "目标"
    inner = table.cell(1, 2).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "培训", "三场"

    (read,) = docx_to_tables(saved(word), DOCUMENT)

    assert texts(read)[-1] == "培训三场"


# Excel


def test_xlsx_texts_spans_and_headings() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["财政项目支出绩效自评表"])
    sheet.append(["（2024年度）"])
    sheet.append(["项目名称", None, "信息化"])
    sheet.append(["产出", "数量", "次"])
    sheet.append([None, "质量", None])
    for area in ("A1:C1", "A2:C2", "A3:B3", "A4:A5"):
        sheet.merge_cells(area)

    (read,) = xlsx_to_tables(stored(book), DOCUMENT)

    assert heading(read) == ["财政项目支出绩效自评表", "（2024年度）"]
    assert grid(read) == [
        (2, 0, 1, 2, "项目名称"), (2, 2, 1, 1, "信息化"),
        (3, 0, 2, 1, "产出"), (3, 1, 1, 1, "数量"), (3, 2, 1, 1, "次"),
        (4, 1, 1, 1, "质量"), (4, 2, 1, 1, ""),
    ]  # fmt: skip
    source = read.cells[0].sources[0]
    assert (source.reader.name, source.page, source.line) == ("xlsx", 1, 3)


def test_xlsx_a_label_with_a_blank_value_beside_it_belongs_to_the_table() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    side = Side(style="thin")
    sheet["A1"], sheet["A2"], sheet["A3"], sheet["B3"] = "自评表", "项目名称", "主管部门", "某局"
    for place in ("A2", "B2", "A3", "B3"):
        sheet[place].border = Border(left=side, right=side, top=side, bottom=side)

    (read,) = xlsx_to_tables(stored(book), DOCUMENT)

    assert heading(read) == ["自评表"]
    assert texts(read) == ["项目名称", "", "主管部门", "某局"]


@pytest.mark.parametrize(
    ("content", "number_format", "shown"),
    [
        (48.3, "0.00", "48.30"),
        (48.3, "General", "48.3"),
        (0.1 + 0.2, "General", "0.3"),
        (12345678.95, "General", "12345678.95"),
        (0.9521739130434783, "General", "0.9521739130"[:-1]),
        (100, "General", "100"),
        (0, "General", "0"),
        (1e16, "General", "10000000000000000"),
        (0.9521, "0.00%", "95.21%"),
        (0.95, "0%", "95%"),
        (1000000, "#,##0.00", "1,000,000.00"),
        (4544.485, "#,##0.00_ ", "4,544.49"),
        (-5, "0.00", "-5.00"),
        (-0.001, "0.00", "0.00"),
        (-5, "0.00_);[Red](0.00)", "(5.00)"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (-1234.5, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-1,234.50"),
        (90, '"≥"0"%"', "≥90%"),
        (90, "\\≥0", "≥90"),
        (5, '0"人次"', "5人次"),
        (5, 'G/通用格式"人"', "5人"),
        (30, "¥#,##0", "¥30"),
        (30, "[$¥-804]#,##0.0", "¥30.0"),
        (1234567, "#,##0,", "1,235"),
        (0.5, "#.##", ".5"),
        (2.5, "0.0#", "2.5"),
        (7, "000", "007"),
        (5, ";;;", "5"),
        (0.5, "# ?/?", "0.5"),
        (12345.678, "0!.0,", "12345.678"),
        (1.5, "0.00E+00", "1.5"),
        (True, "General", "TRUE"),
        (None, "General", ""),
        ("及时", "@", "及时"),
        (datetime(2020, 1, 1), "yyyy/m/d", "2020-01-01"),
        (datetime(2020, 1, 1), "mm-dd-yy", "2020-01-01"),
        (date(2020, 1, 1), "yyyy-mm-dd", "2020-01-01"),
        (datetime(2020, 1, 1), 'yyyy"年"m"月"d"日";@', "2020年1月1日"),
        (datetime(2020, 1, 1), 'yyyy"年"m"月"', "2020年1月"),
        (datetime(2020, 1, 1), "yyyy-mm", "2020-01"),
        (datetime(2020, 1, 1, 9, 30), "yyyy/m/d h:mm", "2020-01-01 09:30"),
    ],
)
def test_xlsx_numbers_and_dates_are_read_as_displayed(content: CellContent, number_format: str, shown: str) -> None:
    assert content_to_text(content, number_format) == shown


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_xlsx_no_format_with_cents_changes_an_amount(amount: Decimal) -> None:
    for number_format in ("General", "0.00", "#,##0.00"):
        assert Decimal(content_to_text(amount, number_format).replace(",", "")) == amount


@given(st.text(max_size=12), st.floats(allow_nan=False, allow_infinity=False))
def test_xlsx_any_number_format_shows_some_text(number_format: str, number: float) -> None:
    assert isinstance(content_to_text(number, number_format), str)


def test_xlsx_sheets_are_tables_hidden_ones_too_and_say_so() -> None:
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("底稿")
    assert first is not None
    book.create_sheet("空")
    first["A1"], first["B1"] = "甲", "乙"
    second["A1"], second["B1"], second.sheet_state = "丙", "丁", "hidden"

    shown, hidden = xlsx_to_tables(stored(book), DOCUMENT)

    assert (shown.index, shown.page, texts(shown), shown.warnings) == (1, 1, ["甲", "乙"], ())
    assert (hidden.index, hidden.page, texts(hidden)) == (2, 2, ["丙", "丁"])
    assert "底稿" in hidden.warnings[0]


def with_cached(content: bytes, cached: str) -> bytes:
    return repacked(
        content, lambda _, part: part.replace(b"<v></v>", cached.encode()).replace(b"<v />", cached.encode())
    )


def formula_book() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["C1"] = "得分", "=4+5", "分"
    return stored(book)


def test_xlsx_formulas_are_read_by_their_saved_values() -> None:
    (read,) = xlsx_to_tables(with_cached(formula_book(), "<v>9</v>"), DOCUMENT)

    assert texts(read) == ["得分", "9", "分"]
    assert read.warnings == ()


def test_xlsx_a_formula_without_saved_value_is_told_and_not_read_as_blank() -> None:
    (read,) = xlsx_to_tables(formula_book(), DOCUMENT)

    assert texts(read) == ["得分", "=4+5", "分"]
    assert [cell.confidence for cell in read.cells] == [1.0, 0.0, 1.0]
    assert "B1" in read.warnings[0]


def test_xlsx_a_formula_that_yields_no_text_is_blank() -> None:
    content = repacked(formula_book(), lambda _, part: part.replace(b'<c r="B1">', b'<c r="B1" t="str">'))

    (read,) = xlsx_to_tables(content, DOCUMENT)

    assert texts(read) == ["得分", "分"]
    assert read.warnings == ()


def test_xlsx_a_stray_text_far_below_costs_nothing() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["XFD1048576"] = "甲", "乙", "远"

    (read,) = xlsx_to_tables(stored(book), DOCUMENT)

    assert [cell.text for cell in read.cells if cell.text] == ["甲", "乙", "远"]


def test_xlsx_lines_within_a_cell_join() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"] = "一级\n指标", "ISO\n9001"

    (read,) = xlsx_to_tables(stored(book), DOCUMENT)

    assert texts(read) == ["一级指标", "ISO 9001"]


# Web pages


def test_html_spans_headings_and_text_between_tables() -> None:
    first, second, rest = html(
        "<h2>自评表</h2><p>（2024年度）<p>单位：<b>万元</b>"
        "<table><tr><td rowspan=2>产出<td colspan=2>数量<tr><td>≥3<td>次</table>"
        "<p>其二<table><tr><td>甲</table><div>填表人：乙</div>"
    )

    assert heading(first) == ["自评表", "（2024年度）", "单位：万元"]
    assert grid(first) == [(0, 0, 2, 1, "产出"), (0, 1, 1, 2, "数量"), (1, 1, 1, 1, "≥3"), (1, 2, 1, 1, "次")]
    assert (heading(second), texts(second)) == (["其二"], ["甲"])
    assert (heading(rest), texts(rest)) == (["填表人：乙"], [])
    assert [cell.sources[0].line for cell in first.cells] == [4, 4, 5, 5]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<p>上海市科普教育展</p><p>示技术中心</p>", "上海市科普教育展示技术中心"),
        ("上海市科普教育展\n    示技术中心", "上海市科普教育展示技术中心"),
        ("Shanghai\nScience", "Shanghai Science"),
        ("10<br>20", "10 20"),
        ("≥90&nbsp;%&ge;", "≥90 %≥"),
        ("&amp;nbsp;定期&amp;lt;", "定期<"),
        ("<span>定</span><font>期</font>", "定期"),
        ("<script>x()</script><style>y</style>值<!-- 注 -->", "值"),
        ("<input value='48.30'>", "48.30"),
        ("<input type=hidden value=x><input type=checkbox checked>是<input type=checkbox>否", "☑是□否"),
        ("<select><option>否<option selected>是</select>", "是"),
        ("<textarea>说明</textarea>", "说明"),
    ],
)
def test_html_cells_hold_what_the_browser_shows(cell: str, text: str) -> None:
    (read,) = html(f"<table><tr><td>{cell}</td></tr></table>")

    assert texts(read) == [text]


@pytest.mark.parametrize(
    "table",
    [
        "<table><thead><tr><th>甲</thead><tbody><tr><td>乙</tbody></table>",
        "<table><tr><td>甲<tr><td>乙</table>",
        "<table><form><tr><td>甲</td></tr><tr><td>乙</td></tr></form></table>",
        "<table><td>甲</td><tr><td>乙</td></tr></table>",
    ],
)
def test_html_loose_markup_keeps_its_cells(table: str) -> None:
    (read,) = html(table)

    assert sorted(texts(read)) == sorted(["甲", "乙"])


def test_html_caption_and_text_astray_stand_above_the_table() -> None:
    (read,) = html("<table><caption>自评表</caption>单位：元<tr>杂<td>甲</td></tr></table>")

    assert set(heading(read)) == {"自评表", "单位：元", "杂"}
    assert texts(read) == ["甲"]


def test_html_layout_tables_give_way_and_small_inner_tables_are_text() -> None:
    (framed,) = html("<table><tr><td>自评表<table><tr><td>a<td>b<td>c<tr><td>d<td>e<td>f</table></table>")
    (plain,) = html("<table><tr><td>目标<td>x<tr><td>y<td><table><tr><td>培训<td>三场</table></table>")

    assert (heading(framed), texts(framed)) == (["自评表"], ["a", "b", "c", "d", "e", "f"])
    assert texts(plain) == ["目标", "x", "y", "培训三场"]


def test_html_row_spans_end_with_the_table() -> None:
    (read,) = html("<table><tr><td rowspan=0>a<td rowspan=99>b<td>c<tr><td>d</table>")

    assert grid(read) == [(0, 0, 2, 1, "a"), (0, 1, 2, 1, "b"), (0, 2, 1, 1, "c"), (1, 2, 1, 1, "d")]


PAGE = "<html><head>{meta}</head><body><p>绩效目标</p><table><tr><td>满意度≥90%</td></tr></table></body></html>"


@pytest.mark.parametrize(
    ("meta", "encoding"),
    [
        ('<meta charset="utf-8">', "utf-8"),
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("", "gb18030"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', "gbk"),
        ('<meta charset="gb2312">', "utf-8"),
        ('<meta charset="big5">', "big5"),
        ('<meta charset="no-such-charset">', "gb18030"),
    ],
)
def test_html_is_read_in_the_encoding_it_is_in(meta: str, encoding: str) -> None:
    page = PAGE.format(meta=meta).translate(
        {ord("满"): "滿", ord("绩"): "績", ord("标"): "標"} if "big5" in meta else {}
    )
    page = page.replace("≥", "" if "big5" in meta else "≥")

    (read,) = html_to_tables(page.encode(encoding), DOCUMENT)

    assert texts(read) == [page.partition("<td>")[2].partition("</td>")[0]]
    assert read.warnings == ()


def test_html_bytes_that_fit_no_encoding_are_told() -> None:
    (read,) = html_to_tables(PAGE.format(meta="").encode().replace(b"90", b"\xff\xff90"), DOCUMENT)

    assert "\ufffd" in read.cells[0].text
    assert read.warnings


def test_html_without_content_holds_no_table() -> None:
    assert html("  \n") == ()
    assert html("<html><body></body></html>") == ()


# Files that must be refused

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
    message_of(read, other)


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
    "content",
    [
        b"PK\x03\x04\x00\x00\x00\x00\xff\xfe",
        ("<div>" * 5000 + "<table><tr><td>x").encode(),
        b"<html><frameset><frame src=sheet001.htm></frameset></html>",
        b"<table>" + b"<tr>" + b"<td colspan=1000 rowspan=65534>x" * 9 + b"<tr><td>y" * 300 + b"</table>",
    ],
)
def test_what_is_no_page_or_no_sane_page_is_refused(content: bytes) -> None:
    message_of(html_to_tables, content)


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


def test_macro_enabled_documents_are_read() -> None:
    word = docx.Document()
    word.add_table(1, 1).cell(0, 0).text = "甲"
    plain, macro = b"wordprocessingml.document.main+xml", b"document.macroEnabled.main+xml"

    def change(name: str, part: bytes) -> bytes:
        if name != "[Content_Types].xml":
            return part
        return part.replace(
            b"application/vnd.openxmlformats-officedocument." + plain, b"application/vnd.ms-word." + macro
        )

    (read,) = docx_to_tables(repacked(saved(word), change), DOCUMENT)

    assert texts(read) == ["甲"]


@pytest.mark.parametrize("folder", ["a", "b"])
def test_printed_forms_come_as_one_table_each_with_their_title(folder: str, shared: Path) -> None:
    documents = json.loads((shared / "pages" / folder / "manifest.json").read_text(encoding="utf-8"))

    for printed in documents:
        (read,) = html(printed["html"])
        columns = max(cell.col + cell.col_span for cell in read.cells)
        filled: dict[int, int] = {}
        for cell in read.cells:
            for row in range(cell.row, cell.row + cell.row_span):
                filled[row] = filled.get(row, 0) + cell.col_span
        assert read.heading[0].text.startswith("财政项目支出绩效")
        assert set(filled.values()) == {columns}  # spans tile the grid without holes
