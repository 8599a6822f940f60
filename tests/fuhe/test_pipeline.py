"""The stages meet here: the same form in any format gives the same record, and a run goes from files to a list."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docx import Document as WordDocument
from openpyxl import Workbook
from typer.testing import CliRunner

from domain.errors import UnreadableDocument
from domain.form import SelfEvaluation
from domain.source import Document
from fuhe.cli import app
from fuhe.intake import Input, content_to_input
from fuhe.pipeline import document_to_tables, forms_to_findings, house_stages, input_to_reading, rule_groups
from fuhe.sniff import Kind

if TYPE_CHECKING:
    from tests.fuhe.conftest import ToyReader

DOCUMENT = Document(path="甲.x", sha256="")

TITLE = ("财政项目支出绩效自评表", "（2023年度）")
ROWS = (
    ("项目名称", "乡村道路养护", "", "", "", "", "", ""),
    ("主管部门", "某县交通运输局", "", "", "实施单位", "某县公路所", "", ""),
    ("项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
    ("", "年度资金总额", "100.00", "120.00", "60.00", "10", "50.00%", "5"),
    ("", "其中：当年财政拨款", "100.00", "120.00", "60.00", "—", "50.00%", "—"),
    ("", "上年结转资金", "0.00", "0.00", "0.00", "—", "0.00%", "—"),
    ("", "其他资金", "0.00", "0.00", "0.00", "—", "0.00%", "—"),
    ("年度总体目标", "预期目标", "", "", "实际完成情况", "", "", ""),
    ("", "养护乡村道路90公里，保障群众出行。", "", "", "全年养护乡村道路95公里，工程全部验收合格。", "", "", ""),
    ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"),
    ("产出指标", "数量指标", "养护里程", "≥90公里", "95公里", "25", "25", ""),
    ("产出指标", "质量指标", "工程验收合格率", "=100%", "100%", "25", "25", ""),
    ("效益指标", "社会效益指标", "群众出行条件改善程度", "明显改善", "明显改善", "30", "30", ""),
    ("满意度指标", "服务对象满意度指标", "沿线群众满意度", "≥90%", "90%", "10", "10", "仅口头了解，未留存问卷。"),
    ("总分", "", "", "", "", "100", "95", ""),
)


def as_text(encoding: str) -> bytes:
    return "\n".join([*TITLE, *("\t".join(row) for row in ROWS)]).encode(encoding)


def as_html() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    heads = "".join(f"<p>{line}</p>" for line in TITLE)
    page = f'<!doctype html><html><head><meta charset="gb2312"></head><body>{heads}<table>{rows}</table></body></html>'
    return page.encode("gb18030")


def as_docx() -> bytes:
    made = WordDocument()
    for line in TITLE:
        made.add_paragraph(line)
    table = made.add_table(len(ROWS), len(ROWS[0]))
    for row, texts in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def as_xlsx() -> bytes:
    made = Workbook()
    sheet = made.worksheets[0]
    for row in (*((line,) for line in TITLE), *ROWS):
        sheet.append([text or None for text in row])
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


FORMATS: dict[str, Callable[[], bytes]] = {
    "utf8.txt": lambda: as_text("utf-8"),
    "gb18030.txt": lambda: as_text("gb18030"),
    "utf16.txt": lambda: as_text("utf-16"),
    "表.html": as_html,
    "表.docx": as_docx,
    "表.xlsx": as_xlsx,
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_form_is_read_the_same_from_every_format(name: str) -> None:
    item = content_to_input(FORMATS[name](), Document(path=name, sha256=""))
    (form,) = input_to_reading(item, house_stages()).forms
    assert isinstance(form, SelfEvaluation)
    assert (form.project_name.text, form.year.text, form.amount_unit.text) == ("乡村道路养护", "2023", "万元")
    assert (form.funds[0].adjusted_budget.text, form.total_score.text) == ("120.00", "95")
    assert [row.level3.text for row in form.indicators] == [row[2] for row in ROWS[10:14]]
    assert [row.target.text for row in form.indicators] == ["≥90公里", "=100%", "明显改善", "≥90%"]
    assert form.indicators[3].deviation_reason.text == "仅口头了解，未留存问卷。"


def test_findings_name_the_form_they_speak_of_and_have_a_group() -> None:
    item = content_to_input(as_text("utf-8"), DOCUMENT)
    forms = input_to_reading(item, house_stages()).forms
    findings = forms_to_findings(forms)
    assert any(finding.row == 3 for finding in findings)
    assert {(finding.source, finding.form_index) for finding in findings} == {("甲.x", 1)}
    assert {finding.finding for finding in findings} <= rule_groups().keys()


@pytest.mark.parametrize("kind", [Kind.HTML, Kind.DOCX, Kind.XLSX])
def test_each_kind_goes_to_its_reader(toy: ToyReader, kind: Kind) -> None:
    document_to_tables(Input(document=DOCUMENT, kind=kind, content=b"x"), toy.stages())
    assert toy.calls == [DOCUMENT.path]


def test_an_archive_under_another_name_says_what_to_do(toy: ToyReader) -> None:
    with pytest.raises(UnreadableDocument, match=r"改名为 \.zip"):
        document_to_tables(Input(document=DOCUMENT, kind=Kind.ARCHIVE, content=b"x"), toy.stages())


def test_a_run_goes_from_files_to_the_list(inbox: Path, tmp_path: Path) -> None:
    for name, made in FORMATS.items():
        (inbox / name).write_bytes(made())
    ended = CliRunner().invoke(app, ["audit", str(inbox), "-o", str(tmp_path / "out")])
    assert ended.exit_code == 0, ended.output
    records = [json.loads(line) for line in (tmp_path / "out" / "forms.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {record["project_name"] for record in records} == {"乡村道路养护"}
    assert len(records) == len(FORMATS)


def test_real_documents_are_read_and_audited_whole(shared: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = CliRunner().invoke(app, ["audit", str(shared / "seeds"), "-o", str(out)])
    assert ended.exit_code == 0, ended.output
    read = {json.loads(line)["project_name"] for line in (out / "forms.jsonl").read_text(encoding="utf-8").splitlines()}
    gold = json.loads((shared / "gold" / "forms.json").read_text(encoding="utf-8"))
    assert len({form["project_name"] for form in gold} - read) <= 1
    findings = [json.loads(line) for line in (out / "findings.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [finding["rank"] for finding in findings] == list(range(1, len(findings) + 1))
