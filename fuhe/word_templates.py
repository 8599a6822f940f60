"""The templates of our own: 审计取证单 and 审计工作底稿, with the same placeholders an office may use in its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from types import MappingProxyType
from typing import Final

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from fuhe.paper_kinds import PaperKind

BODY_FONT, HEAD_FONT = "仿宋", "黑体"
TITLE_PT, BODY_PT, SMALL_PT = 18.0, 12.0, 10.5  # 小二, 小四, 五号
LABEL_CM, TEXT_CM = 3.4, 12.6  # of the 16 cm between the margins of an A4 page
INDENT_CHARS, INDENT_TWIPS = "200", "480"  # two characters: in hundredths, and of 12 pt for readers that count points

# Headings （一）（二）…, items 1. 2. …, and one sentence for all items under one clause.
CONTENT: Final = (
    "{%p for 类 in 问题类别 %}",
    "**（{{ 类.序号 }}）{{ 类.名称 }}",
    "{%p for 组 in 类.依据组 %}",
    "{%p for 项 in 组.事项 %}",
    "{{ 项.序号 }}. **{{ 项.定性 }}。**{{ 项.事实 }}",
    "{%p endfor %}",
    "{%p if 组.依据句 %}",
    "{{ 组.依据句 }}",
    "{%p endif %}",
    "{%p endfor %}",
    "{%p endfor %}",
)


SIGNED: Final = "{{ 编制人 }}                          编制日期：{{ 编制日期 }}"
BLANK_DAY: Final = "      年    月    日"
REVIEWED: Final = (
    "审核人员：{{ 复核人 }}                "
    f"审核日期：{{% if 复核日期 %}}{{{{ 复核日期 }}}}{{% else %}}{BLANK_DAY}{{% endif %}}"
)
APPROVED: Final = ("{%p if 审定人 %}", "审定人员：{{ 审定人 }}", "{%p endif %}")
LOG_NOTE: Final = (
    "{%p if 日志链头 %}",
    "结论和签字逐条记入操作日志，写出本文时共 {{ 日志条数 }} 条，链头 {{ 日志链头 }}。",
    "{%p endif %}",
)
# Title, width in centimetres, placeholder.
ITEM_COLUMNS: Final = (
    ("序号", 1.2, "{{ 项.序号 }}"),
    ("清单序号", 1.3, "{{ 项.清单序号 }}"),
    ("等级", 1.2, "{{ 项.风险等级 }}"),
    ("项目", 3.5, "{{ 项.项目 }}"),
    ("指标", 3.2, "{{ 项.指标 }}"),
    ("涉及金额（万元）", 2.2, "{{ 项.涉及金额 }}"),
    ("证据位置", 3.4, "{{ 项.文件 }} {{ 项.证据位置 }}"),
)


def paper_template(kind: PaperKind) -> bytes:
    """The docx of a template, placeholders unfilled."""
    document = Document()
    _set_page(document)
    _BUILDERS[kind](document)
    saved = BytesIO()
    document.save(saved)
    return saved.getvalue()


def _evidence(document: WordDocument) -> None:
    _title(document, "审计取证单")
    _right(document, "编号：                第   页，共   页")
    lead = "查阅相关项目的绩效自评表（绩效目标表），发现以下情形，请核实并提供有关资料："
    answer = (
        "□ 情况属实        □ 情况不属实，说明如下：", "", "",
        "证据提供单位负责人（签名）：                （盖章）", "日期：      年    月    日",
    )  # fmt: skip
    _table(
        document,
        (
            ("项目名称", ("{{ 年度 }}年度预算绩效自评复核",)),
            ("被审计（调查）\n单位或个人", ("{{ 被审计单位 }}",)),
            ("审计（调查）\n事项", ("项目支出绩效自评情况（{{ 事项数 }}项）",)),
            ("审计（调查）\n事项摘要", (lead, *CONTENT)),
            ("审计人员", (SIGNED,)),
            ("证据提供单位\n意见", answer),
        ),
    )
    _small(document, "附件：        页。")
    _small(document, "说明：1. 摘要由 {{ 工具 }} 依据自评表生成，均为待核实事项，以核实结果为准。")
    _small(document, "　　　2. 证据提供单位意见栏填写不下的，可另附说明；逾期未反馈的，由审计人员注明情况。")
    for line in LOG_NOTE:
        _small(document, line)


def _workpaper(document: WordDocument) -> None:
    _title(document, "审计工作底稿")
    _right(document, "索引号：                第   页，共   页")
    process = (
        "查阅{{ 项目 }}的绩效自评表（绩效目标表），用 {{ 工具 }} 逐项核对，"
        "选取其中{{ 事项数 }}项疑点，证据位置见附表。",
        "核实方法及取得的证据：", "",
    )  # fmt: skip
    _table(
        document,
        (
            ("项目名称", ("{{ 年度 }}年度预算绩效自评复核",)),
            ("被审计单位", ("{{ 被审计单位 }}",)),
            ("审计（调查）\n事项", ("项目支出绩效自评情况",)),
            ("审计人员", (SIGNED,)),
            ("审计过程", process),
            ("审计认定的\n事实摘要及\n审计结论", (*CONTENT, "（以上为疑点，核实后据实修改，并写明审计结论。）")),
            ("审核意见", ("", "", REVIEWED, *APPROVED)),
        ),
    )
    for line in LOG_NOTE:
        _small(document, line)
    heading = document.add_paragraph()
    _say(heading, "**附表　疑点与证据位置")
    heading.paragraph_format.page_break_before = True
    _item_table(document)


def _item_table(document: WordDocument) -> None:
    table = _empty_table(document, rows=4, widths=[width for _, width, _ in ITEM_COLUMNS])
    for place, (title, _, text) in enumerate(ITEM_COLUMNS):
        _say(table.cell(0, place).paragraphs[0], f"**{title}", points=SMALL_PT)
        _say(table.cell(2, place).paragraphs[0], text, points=SMALL_PT)
    _say(table.cell(1, 0).paragraphs[0], "{%tr for 项 in 事项 %}", points=SMALL_PT)
    _say(table.cell(3, 0).paragraphs[0], "{%tr endfor %}", points=SMALL_PT)
    _repeat_on_every_page(table)


_BUILDERS: Mapping[PaperKind, Callable[[WordDocument], None]] = MappingProxyType(
    {PaperKind.EVIDENCE: _evidence, PaperKind.WORKPAPER: _workpaper}
)


def _set_page(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.2)
    style = document.styles["Normal"]
    style.font.size = Pt(BODY_PT)
    style.font.name = "Times New Roman"
    look = style.element.get_or_add_rPr()
    look.get_or_add_rFonts().set(qn("w:eastAsia"), BODY_FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    look.append(language)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.title = ""


def _table(document: WordDocument, rows: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Labels beside their texts, a paragraph a line."""
    table = _empty_table(document, rows=len(rows), widths=(LABEL_CM, TEXT_CM))
    for place, (label, lines) in enumerate(rows):
        left, right = table.cell(place, 0), table.cell(place, 1)
        _say(left.paragraphs[0], f"**{label}")
        left.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        _fill(right, lines)


def _empty_table(document: WordDocument, *, rows: int, widths: Sequence[float]) -> Table:
    """A ruled table with columns of these widths in centimetres."""
    table: Table = document.add_table(rows=rows, cols=len(widths), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for place, width in enumerate(widths):
        table.columns[place].width = Cm(width)
        for cell in table.columns[place].cells:
            cell.width = Cm(width)
    return table


def _fill(cell: _Cell, lines: Sequence[str]) -> None:
    for place, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        _say(paragraph, line)
        if len(lines) > 1:
            _indent(paragraph)


def _say(paragraph: Paragraph, line: str, *, points: float = BODY_PT) -> None:
    """Text of which every other stretch between ** is bold."""
    paragraph.paragraph_format.space_after = Pt(0)
    for place, stretch in enumerate(line.split("**")):
        if not stretch:
            continue
        run = paragraph.add_run(stretch)
        run.font.size = Pt(points)
        run.bold = bool(place % 2) or None
        fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:hint"), "eastAsia")  # quotation marks are of both scripts
        if run.bold:
            fonts.set(qn("w:eastAsia"), HEAD_FONT)


def _indent(paragraph: Paragraph) -> None:
    indent = paragraph._element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), INDENT_CHARS)
    indent.set(qn("w:firstLine"), INDENT_TWIPS)


def _title(document: WordDocument, text: str) -> None:
    paragraph = document.add_paragraph()
    _say(paragraph, f"**{text}", points=TITLE_PT)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(6)


def _right(document: WordDocument, text: str) -> None:
    paragraph = document.add_paragraph()
    _say(paragraph, text, points=SMALL_PT)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _small(document: WordDocument, text: str) -> None:
    _say(document.add_paragraph(), text, points=SMALL_PT)


def _repeat_on_every_page(table: Table) -> None:
    row = table.rows[0]._tr.get_or_add_trPr()
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row.append(mark)
