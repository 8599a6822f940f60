"""The labelled part of separated texts: labels take their values, page breaks are undone, nothing is guessed."""

from __future__ import annotations

import pytest

from domain.form import FieldState, Form, SelfEvaluation, TargetTable
from domain.source import Document
from extract import tables_to_forms, text_to_tables
from extract.header import find_unit, find_year

DOCUMENT = Document(path="forms.txt", sha256="")
TARGET_ROWS = "一级目标\t二级目标\t三级目标\t指标目标值\n产出目标\t数量\t监测断面数\t≥5个\n"
SELF_ROWS = (
    "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析\n"
    "产出指标\t数量指标\t巡查次数\t≥12次\t12次\t100\t100\t\n总分\t100\t100\n"
)


def read(text: str) -> Form:
    (form,) = tables_to_forms(text_to_tables(text, DOCUMENT), DOCUMENT)
    return form


def read_target(*rows: str) -> TargetTable:
    """A target table that holds these lines between 项目名称 and its indicators."""
    head = "财政项目支出绩效目标表\n（2024年度）\n申报单位名称：河口局\n项目名称：\t水质监测\t项目类别：\t经常性项目\n"
    form = read(head + "\n".join(rows) + "\n" + TARGET_ROWS)
    assert isinstance(form, TargetTable)
    assert form.warnings == ()
    return form


def read_self(*rows: str) -> SelfEvaluation:
    """A self-evaluation that begins with these lines."""
    form = read("项目支出绩效自评表\n" + "\n".join(rows) + "\n" + SELF_ROWS)
    assert isinstance(form, SelfEvaluation)
    return form


def test_heading_lines_give_unit_and_year() -> None:
    form = read_target("项目概况：\t开展监测。")
    assert (form.declaring_unit.text, form.year.text) == ("河口局", "2024")
    assert [source.line for source in form.declaring_unit.sources] == [3]


def test_pairs_of_label_and_value_share_a_row() -> None:
    form = read_target(
        "计划开始日期：\t2024-01-01\t计划完成日期：\t2024-12-31",
        "项目总预算（元）：\t100,000\t项目当年预算（元）：\t90,000",
        "同名项目上年预算额（元）：\t\t同名项目上年预算执行数（元）：\t9,000",
    )
    assert (form.start_date.text, form.end_date.text) == ("2024-01-01", "2024-12-31")
    assert (form.total_budget.text, form.year_budget.text) == ("100,000", "90,000")
    assert (form.last_year_budget.text, form.last_year_executed.text) == ("", "9,000")


def test_a_label_without_value_is_blank_and_one_not_printed_is_missing() -> None:
    form = read_target("项目概况：\t", "立项依据：\t依据。")
    assert form.overview.state is FieldState.BLANK
    assert form.plan.state is FieldState.MISSING


def test_a_value_that_holds_a_colon_is_one_value() -> None:
    assert read_target("立项依据\t依据：《水法》").basis.text == "依据：《水法》"


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(("立项依据：\t依据《水法》以及", "", "《水污染防治法》。"), id="goes-on-below"),
        pytest.param(("", "依据《水法》以及", "立项依据：\t《水污染防治法》。"), id="begins-above-its-label"),
        pytest.param(("依据《水法》以及", "", "立项依据：", "《水污染防治法》。"), id="label-alone-between"),
        pytest.param(("依据《水法》以及《水污染防治法》。", "", "立项依据："), id="label-alone-below"),
    ],
)
def test_a_text_cut_by_a_page_break_goes_back_to_its_label(rows: tuple[str, ...]) -> None:
    form = read_target("项目概况：\t对全区河道开展监测。", *rows, "项目实施计划：\t分批实施。")
    assert form.overview.text == "对全区河道开展监测。"
    assert form.basis.text == "依据《水法》以及《水污染防治法》。"
    assert form.plan.text == "分批实施。"


def test_a_text_goes_on_until_its_sentence_ends() -> None:
    form = read_target("立项依据：\t依据《水法》以及", "", "《水污染防治法》", "项目实施计划：\t分批实施。")
    assert (form.basis.text, form.plan.text) == ("依据《水法》以及《水污染防治法》", "分批实施。")


def test_a_tail_printed_twice_behind_a_page_break_stands_once() -> None:
    form = read_target("立项依据：\t依据水法和水污染防治法的有关规定开展", "", "水污染防治法的有关规定开展监测。")
    assert form.basis.text == "依据水法和水污染防治法的有关规定开展监测。"


def test_sources_of_a_text_over_two_pages_name_both() -> None:
    form = read_target("立项依据：\t依据《水法》以及", "", "《水污染防治法》。")
    assert [source.line for source in form.basis.sources] == [5, 7]


def test_section_headings_are_no_values() -> None:
    form = read_target("项目实施计划：\t分批实施。", "本项目上年度市级财政资金使用情况", "2024年绩效目标")
    assert form.plan.text == "分批实施。"


@pytest.mark.parametrize("label", ["项目负责人", "联系电话", "项目编码"])
def test_labels_without_a_field_keep_their_values_to_themselves(label: str) -> None:
    form = read_self("项目名称\t河道巡查", f"{label}\t0001", "主管部门\t河口局")
    assert (form.project_name.text, form.supervising_department.text) == ("河道巡查", "河口局")
    assert form.warnings == ()


@pytest.mark.parametrize(
    "rows",
    [
        ("项目名称\t河道巡查", "主管部门\t河口局\t实施单位\t河口站"),
        ("项目名称：河道巡查", "主管部门：河口局\t实施单位：河口站"),
        ("项 目 名 称\t河道巡查", "主管部门及代码\t河口局\t项目实施单位\t河口站"),
        ("| 项目名称 | 河道巡查 | 主管部门 | 河口局 |", "| 实施单位 | 河口站 | | |"),
        ("项⽬名称\t河道巡查", "主管部⻔\t河口局\t实施单位\t河口站"),
        ("<b>项目名称</b>\t河道<br>巡查", "主管部门\t\t河口局\t\t实施单位&nbsp;\t河口站"),
    ],
)
def test_the_same_values_stand_behind_labels_of_any_dress(rows: tuple[str, ...]) -> None:
    form = read_self(*rows)
    got = (form.project_name.text, form.supervising_department.text, form.implementing_unit.text)
    assert got == ("河道巡查", "河口局", "河口站")
    assert form.warnings == ()


@pytest.mark.parametrize(
    "line", ["（2023年度）", "( 2023 年度 )", "2023年度", "（2023 年度） 单位：万元", "2023年度项目支出绩效自评表"]
)
def test_the_year_under_the_title_is_read(line: str) -> None:
    assert read_self(line, "项目名称\t河道巡查", "主管部门\t河口局").year.text == "2023"


def test_a_form_without_a_year_has_none() -> None:
    form = read_self("项目名称\t河道巡查", "主管部门\t河口局")
    assert (form.year.text, form.year.state) == ("", FieldState.MISSING)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("项目资金（万元）", "万元"),
        ("项目资金(元)", "元"),
        ("单位：元", "元"),
        ("金额单位: 万元", "万元"),
        ("预算执行情况（亿元）", "亿元"),
        ("单位：个", ""),
        ("投入12万元", ""),
    ],
)
def test_the_unit_of_money_is_read_where_it_is_declared(text: str, unit: str) -> None:
    assert find_unit(text) == unit


@pytest.mark.parametrize(
    ("texts", "year"),
    [
        (["表1", "（2023年度）"], "2023"),
        (["2022年度", "2023年度"], "2022"),
        (["成立于2015年"], ""),
        (["1999年度"], ""),
        ([], ""),
    ],
)
def test_the_first_year_named_counts(texts: list[str], year: str) -> None:
    assert find_year(texts) == year


@pytest.mark.parametrize("row", ["项目级次\t区级", "资金来源\t\t一般公共预算", "是否跨年\t否\t项目周期\t三年"])
def test_a_row_with_an_unknown_label_is_told_and_leaves_the_value_above_alone(row: str) -> None:
    form = read_self("项目名称\t河道巡查", row, "主管部门\t河口局")
    assert form.project_name.text == "河道巡查"
    assert all(any(cell in warning for warning in form.warnings) for cell in row.split())


def test_a_side_label_that_wraps_is_no_value() -> None:
    form = read_self("项目名称\t河道巡查", "绩效", "指标\t" + SELF_ROWS.split("\n")[0])
    assert form.project_name.text == "河道巡查"


def test_colons_inside_a_value_stay_as_printed() -> None:
    assert read_target("立项依据：依据：《水法》").basis.text == "依据：《水法》"


def test_a_year_in_the_project_name_is_not_the_year_of_the_form() -> None:
    assert read_self("项目名称\t2021年度跨年河道整治", "主管部门\t河口局").year.text == ""


def test_labels_that_share_a_heading_line_end_each_other() -> None:
    form = read("财政项目支出绩效目标表\n申报单位：河口局 金额单位：元\n项目名称：\t水质监测\n" + TARGET_ROWS)
    assert isinstance(form, TargetTable)
    assert form.declaring_unit.text == "河口局"
