"""Workbooks say what was found, and nothing a form says can make a spreadsheet do something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from domain.finding import Finding, Verdict
from domain.form import Form
from fuhe.batch import Batch, Outcome, Status
from fuhe.listing import Listing, TextToAmount, findings_to_listing
from fuhe.sheets import MAX_CELL_CHARS, Column, Picture, fit_cell, picture_points, picture_scale, printed_to_content
from fuhe.workbook import write_findings, write_forms

if TYPE_CHECKING:
    from tests.fuhe.conftest import Hand

DANGEROUS = (
    "=cmd|'/c calc'!A1",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    '=HYPERLINK("http://x","y")',
    "{=1}",
    "http://example.org",
    "mailto:a@b",
    "internal:'x'!A1",
    "1E5",
    "007",
    "'=1",
    "<b>粗</b>&",
    "\x01\x1f",
)


def listing_of(findings: tuple[Finding, ...], *forms: Form, to_amount: TextToAmount) -> Listing:
    return findings_to_listing(findings, forms, groups={"MADE_UP": "评分"}, text_to_amount=to_amount)


def texts(book: Workbook) -> set[object]:
    return {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}


def assert_inert(path: Path) -> None:
    book = load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", f"{sheet.title} {cell.coordinate} is a formula"
                link = cell.hyperlink
                assert link is None or not link.target, f"{sheet.title} {cell.coordinate} leads outside"


@pytest.mark.parametrize("text", DANGEROUS)
def test_text_from_a_form_is_inert(tmp_path: Path, hand: Hand, to_amount: TextToAmount, text: str) -> None:
    form = hand.evaluation(name=text, reason=text, target=text)
    other = Outcome(path=text, status=Status.UNREADABLE, reason=text)
    batch = hand.batch(form, hand.target(name=text), others=[other])
    findings = (hand.finding(message=text), hand.finding(rank=2, message=text, covered_by=1))
    write_forms(tmp_path / "forms.xlsx", batch)
    write_findings(tmp_path / "findings.xlsx", listing_of(findings, form, to_amount=to_amount), batch)
    for name in ("forms.xlsx", "findings.xlsx"):
        assert_inert(tmp_path / name)
        if not text.startswith("\x01"):  # control characters are escaped by the format itself
            assert text in texts(load_workbook(tmp_path / name))


def book_of(path: Path) -> Mapping[str, list[list[object]]]:
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in load_workbook(path)}


def test_forms_have_a_sheet_for_each_subject(tmp_path: Path, hand: Hand) -> None:
    write_forms(tmp_path / "f.xlsx", hand.batch(hand.evaluation(reason="疫情"), hand.target()))
    book = book_of(tmp_path / "f.xlsx")
    assert list(book) == ["表单一览", "指标明细", "资金", "目标表", "识读提示"]
    overview = [dict(zip(book["表单一览"][0], row, strict=True)) for row in book["表单一览"][1:]]
    assert [(row["序号"], row["项目名称"], row["类型"]) for row in overview] == [
        (1, "道路养护项目", "自评表"),
        (2, "采购项目", "目标表"),
    ]
    assert (overview[0]["全年预算数"], overview[0]["执行率"], overview[0]["等级"]) == (1200.5, "49.98%", "中")
    detail = dict(zip(book["指标明细"][0], book["指标明细"][1], strict=True))
    assert (detail["年度指标值"], detail["分值"], detail["偏差原因"]) == ("≥90%", 10, "疫情")
    assert len(book["指标明细"]) == 3
    assert dict(zip(book["目标表"][0], book["目标表"][1], strict=True))["项目当年预算"] == 2_000_000


def test_numbers_are_shown_as_they_were_printed(tmp_path: Path, hand: Hand) -> None:
    write_forms(tmp_path / "f.xlsx", hand.batch(hand.evaluation()))
    sheet = load_workbook(tmp_path / "f.xlsx")["指标明细"]
    weight = next(cell for cell in sheet[2] if cell.value == 10 and cell.number_format != "General")
    assert weight.number_format == "#,##0.00"


def test_a_doubtful_figure_stands_with_its_other_readings(tmp_path: Path, hand: Hand) -> None:
    form = hand.evaluation()
    doubtful = replace(form.total_score, confidence=0.6, alternatives=(("96.00", 0.2), ("96.08", 0.1)))
    write_forms(tmp_path / "f.xlsx", hand.batch(replace(form, total_score=doubtful)))
    notes = book_of(tmp_path / "f.xlsx")["识读提示"]
    assert [row[2:] for row in notes[1:]] == [["把握不足（60%）", "总分 第 8 行", "95.00　另有读法“96.00”“96.08”"]]


@pytest.mark.parametrize(
    ("printed", "is_number"),
    [
        ("10", True),
        ("1,200.50", True),
        ("-3.5", True),
        ("0", True),
        ("007", False),
        ("1,20", False),
        ("95%", False),
        ("-", False),
        ("", False),
        ("1234567890123456", False),
    ],
)
def test_only_what_a_cell_can_hold_exactly_becomes_a_number(printed: str, is_number: bool) -> None:
    content = printed_to_content(printed)
    assert isinstance(content, str) is not is_number
    if is_number:
        assert f"{content:,}" == f"{printed}" or f"{content}" == printed


def test_the_list_has_its_columns_and_one_story_a_line(tmp_path: Path, hand: Hand, to_amount: TextToAmount) -> None:
    form = hand.evaluation()
    findings = (
        hand.finding(rank=1),
        hand.finding(rank=2, covered_by=1, message="同一行"),
        hand.finding(rank=3, row=None, message="整表"),
        hand.finding(rank=4, verdict=Verdict.CANNOT_CHECK, message="无从核对"),
    )
    batch = hand.batch(form, others=[Outcome(path="丙.pdf", status=Status.UNREADABLE, reason="不能识读")])
    write_findings(tmp_path / "f.xlsx", listing_of(findings, form, to_amount=to_amount), batch)
    book = book_of(tmp_path / "f.xlsx")
    assert list(book) == ["问题清单", "改指标对照", "同一行的其他疑点", "未能核对", "未读入文件"]
    needed = ["序号", "问题类别", "被评单位", "项目", "指标", "事实描述", "依据", "风险等级", "证据位置"]
    assert set(needed) < set(book["问题清单"][0])
    assert "涉及金额（万元）" in book["问题清单"][0]
    lines = [dict(zip(book["问题清单"][0], row, strict=True)) for row in book["问题清单"][1:]]
    assert [line["序号"] for line in lines] == [1, 3]
    assert {key: lines[0][key] for key in needed[1:]} == {
        "问题类别": "评分",
        "被评单位": "某区市政所",
        "项目": "道路养护项目",
        "指标": "养护合格率",
        "事实描述": "实际值与目标值不符",
        "依据": "《某办法》",
        "风险等级": "高",
        "证据位置": "自评表.txt 第 1 张表 第 7 行：指标1·年度指标值",
    }
    assert lines[0]["涉及金额（万元）"] == 1200.5
    assert [row[0] for row in book["同一行的其他疑点"][1:]] == [1]
    unchecked = [dict(zip(book["未能核对"][0], row, strict=True)) for row in book["未能核对"][1:]]
    assert [line["事实描述"] for line in unchecked] == ["无从核对"]
    assert book["未读入文件"][1] == ["丙.pdf", "", "未能读入", "不能识读", ""]


def test_a_covered_finding_leads_to_the_line_that_covers_it(
    tmp_path: Path, hand: Hand, to_amount: TextToAmount
) -> None:
    form = hand.evaluation()
    findings = (hand.finding(rank=1, row=None), hand.finding(rank=2), hand.finding(rank=3, covered_by=2))
    write_findings(tmp_path / "f.xlsx", listing_of(findings, form, to_amount=to_amount), hand.batch(form))
    link = load_workbook(tmp_path / "f.xlsx")["同一行的其他疑点"]["A2"].hyperlink
    assert link is not None and link.location == "'问题清单'!A3"


def test_the_list_is_ready_to_work_with_and_to_print(tmp_path: Path, hand: Hand, to_amount: TextToAmount) -> None:
    form = hand.evaluation()
    write_findings(tmp_path / "f.xlsx", listing_of((hand.finding(),), form, to_amount=to_amount), hand.batch(form))
    for sheet in load_workbook(tmp_path / "f.xlsx"):
        assert sheet.freeze_panes is not None
        assert sheet.auto_filter.ref
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.print_title_rows == "$1:$1"
        fitting = sheet.sheet_properties.pageSetUpPr
        assert fitting is not None and fitting.fitToPage
    severity = load_workbook(tmp_path / "f.xlsx")["问题清单"]["B2"]
    assert severity.value == "高" and severity.fill.fgColor.rgb == "FFFBE3E0"
    assert severity.alignment.wrap_text


def test_a_grade_is_not_painted_like_a_severity(tmp_path: Path, hand: Hand) -> None:
    write_forms(tmp_path / "f.xlsx", hand.batch(hand.evaluation()))
    sheet = load_workbook(tmp_path / "f.xlsx")["表单一览"]
    grade = next(cell for cell in sheet[2] if cell.value == "中")
    assert grade.fill.fgColor.rgb == "00000000"


def test_a_text_too_long_for_a_cell_is_cut_with_a_mark(tmp_path: Path, hand: Hand) -> None:
    write_forms(tmp_path / "f.xlsx", hand.batch(hand.evaluation(reason="长" * 40_000)))
    detail = book_of(tmp_path / "f.xlsx")["指标明细"][1]
    (cut,) = [value for value in detail if isinstance(value, str) and value.startswith("长长")]
    assert len(cut) == MAX_CELL_CHARS and cut.endswith("全文见 jsonl 文件）")


def test_a_cut_never_splits_a_character() -> None:
    assert "\ufffd" not in fit_cell("𠀀" * 20_000)
    assert fit_cell("𠀀" * 16_383) == "𠀀" * 16_383


def test_an_empty_batch_still_makes_a_workbook(tmp_path: Path, to_amount: TextToAmount) -> None:
    batch = Batch(outcomes=())
    write_forms(tmp_path / "forms.xlsx", batch)
    write_findings(tmp_path / "findings.xlsx", listing_of((), to_amount=to_amount), batch)
    assert book_of(tmp_path / "findings.xlsx")["问题清单"][1][0] == "（未发现疑点）"


@pytest.mark.parametrize(("size", "scale"), [((100, 50), 1.0), ((1280, 100), 624 / 1280), ((400, 550), 220 / 550)])
def test_a_picture_fits_its_column_and_its_row(size: tuple[int, int], scale: float) -> None:
    picture, column = Picture(jpeg=b"", width=size[0], height=size[1]), Column(title="图", width=90)
    assert picture_scale(picture, column) == pytest.approx(scale)
    assert picture_points(picture, column) <= 170
