"""Word tables: texts as Word shows them, spans, headings and sources."""

from __future__ import annotations

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from extract.office import docx_to_tables
from tests.extract.office import DOCUMENT, grid, heading, repacked, saved, texts


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


def test_docx_hidden_rows_and_characters_are_told_and_not_read() -> None:
    word = docx.Document()
    table = word.add_table(3, 2)
    for row in range(3):
        for col in range(2):
            table.cell(row, col).text = f"{row}{col}"
    table.cell(0, 0).merge(table.cell(2, 0)).text = "产出"
    table.rows[1]._tr.get_or_add_trPr().append(OxmlElement("w:hidden"))
    for text, shown in (("旧值", None), ("新值", "0")):
        run = table.cell(2, 1).paragraphs[0].add_run(text)
        hidden = OxmlElement("w:vanish")
        if shown is not None:
            hidden.set(qn("w:val"), shown)
        run._r.get_or_add_rPr().append(hidden)

    (read,) = docx_to_tables(saved(word), DOCUMENT)

    assert grid(read) == [(0, 0, 3, 1, "产出"), (0, 1, 1, 1, "01"), (1, 1, 1, 1, ""), (2, 1, 1, 1, "21新值")]
    assert read.warnings == (
        "第1张表格的第2行是隐藏的，其中的文字没有读入：“11”。如应算作表中内容，请取消隐藏、保存后重新读入。",
        "文档中的部分文字是隐藏的，其中的文字没有读入：“旧值”。如应算作表中内容，请取消隐藏、保存后重新读入。",
    )


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
