"""Web tables: cells as the browser shows them, spans, headings and encodings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extract.office import html_to_tables
from tests.extract.office import DOCUMENT, grid, heading, html, texts


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


def test_html_hidden_rows_cells_and_words_of_a_table_are_told_and_not_read() -> None:
    (read,) = html(
        "<table><tr><td>产出<td>数量<td>20"
        "<tr style='DISPLAY: none'><td rowspan=2>效益<td>质量<td>15"
        "<tr><td hidden>旧<td><span style='visibility:hidden'>旧值</span>新值</table>"
    )

    assert [text for text in texts(read) if text] == ["产出", "数量", "20", "效益", "新值"]
    assert read.warnings == (
        "网页表格中的部分行、单元格或文字是隐藏的，其中的文字没有读入：“质量”、“15”、“旧”、“旧值”。"
        "如应算作表中内容，请取消隐藏、保存后重新读入。",
    )


def test_html_a_cell_that_is_not_displayed_takes_no_place() -> None:
    (read,) = html("<table><tr><th>产出<th>数量<tr><td style='display:none'>7<td>质量<td>15</table>")
    assert grid(read)[2:] == [(1, 0, 1, 1, "质量"), (1, 1, 1, 1, "15")]


def test_html_the_hidden_pages_of_a_tabbed_form_are_read() -> None:
    (read,) = html("<table><tr style='display:none'><td><table><tr><td>产出<td>数量</table></table>")
    assert (texts(read), read.warnings) == (["产出", "数量"], ())


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


def test_html_without_a_body_keeps_its_table() -> None:
    (read,) = html("<!doctype html><meta charset=utf-8><title>表</title><section><table><tr><td>甲</table></section>")
    assert texts(read) == ["甲"]
    assert heading(read) == []


def test_html_without_content_holds_no_table() -> None:
    assert html("  \n") == ()
    assert html("<html><body></body></html>") == ()


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
