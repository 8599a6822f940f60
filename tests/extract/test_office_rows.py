"""Rows of office files: every cell stands under its heading, whatever its neighbours hold."""

from __future__ import annotations

import pytest

from domain.form import Indicator, SelfEvaluation
from extract import tables_to_forms
from tests.extract.office import DOCUMENT, Lines, html, office_table

TITLE = ("项目支出绩效自评表（2023年度）",)
PROJECT = ("项目名称", "河道巡查")
HEAD = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
ABOVE = ("产出指标", "数量指标", "巡查次数", "≥12次", "12次", "50", "50", "")
TOTAL = ("总分", "", "", "", "", "100", "95", "")
MONEY_HEAD = ("项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")


def read(*lines: tuple[str, ...], head: Lines = (), reader: str = "xlsx") -> SelfEvaluation:
    table = office_table((TITLE, PROJECT, *head, HEAD, ABOVE, *lines, TOTAL), reader=reader)
    (form,) = tables_to_forms([table], DOCUMENT)
    assert isinstance(form, SelfEvaluation)
    return form


def read_row(*line: str, reader: str = "xlsx") -> tuple[str, ...]:
    return row_to_texts(read(line, reader=reader).indicators[1])


def row_to_texts(row: Indicator) -> tuple[str, ...]:
    fields = (row.level3, row.target, row.actual, row.weight, row.score, row.deviation_reason)
    return tuple(field.text for field in fields)


@pytest.mark.parametrize("reader", ["docx", "xlsx", "html"])
@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(("巡查覆盖率", "≥90%", "88%", "20", "", ""), id="no-score"),
        pytest.param(("巡查覆盖率", "90%", "88%", "—", "20", ""), id="no-weight"),
        pytest.param(("巡查覆盖率", "≥90%", "", "20", "20", ""), id="no-actual"),
        pytest.param(("巡查覆盖率", "", "88", "20", "20", ""), id="no-target"),
        pytest.param(("巡查覆盖率", "≥90%", "88%", "", "", "降雨"), id="merged-marks"),
        pytest.param(("巡查覆盖率", "12", "15", "", "", ""), id="figures-left-of-the-marks"),
    ],
)
def test_a_cell_left_empty_moves_no_other(reader: str, cells: tuple[str, ...]) -> None:
    assert read_row("", "质量指标", *cells, reader=reader) == cells


def test_a_row_that_slid_in_the_file_itself_is_put_back() -> None:
    row = read_row("质量指标", "巡查覆盖率", "≥90%", "88%", "20", "20", "", "")
    assert row == ("巡查覆盖率", "≥90%", "88%", "20", "20", "")


def test_money_without_its_first_figure_stands_where_it_stands() -> None:
    (fund,) = read(head=(MONEY_HEAD, ("", "年度资金总额", "", "320", "304", "10", "—", "9.5"))).funds
    fields = (fund.item, fund.initial_budget, fund.adjusted_budget, fund.executed, fund.weight, fund.score)
    assert tuple(field.text for field in fields) == ("年度资金总额", "", "320", "304", "10", "9.5")


def read_columns(head: str, line: str, reader: str) -> SelfEvaluation:
    """A form whose one row stands under other headings."""
    table = office_table((TITLE, PROJECT, tuple(head.split()), tuple(line.split())), reader=reader)
    (form,) = tables_to_forms([table], DOCUMENT)
    assert isinstance(form, SelfEvaluation)
    return form


@pytest.mark.parametrize("reader", ["text", "docx"])
@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("三级指标 年度指标值 实际完成值 完成率 分值 得分", "巡查次数 12次 12次 107% 50 50"),
        ("三级指标 年度指标值 评分标准 实际完成值 分值 得分", "巡查次数 12次 107% 12次 50 50"),
        ("三级指标 年度指标值 实际完成值 分值 得分 佐证材料", "巡查次数 12次 12次 50 50 107%"),
    ],
)
def test_a_column_that_no_layout_knows_is_told_and_glued_to_none(head: str, line: str, reader: str) -> None:
    form = read_columns(head, line, reader)
    assert row_to_texts(form.indicators[0]) == ("巡查次数", "12次", "12次", "50", "50", "")
    assert any(warning.endswith("：107%") for warning in form.warnings)


def test_a_second_column_of_units_belongs_to_the_actual_values() -> None:
    head = "三级指标 年度指标值 计量单位 实际完成值 计量单位 分值 得分"
    form = read_columns(head, "养护费用 ≤15 万元 148000 元 50 50", "xlsx")
    assert form.indicators[0].actual.text == "148000元"


def test_a_heading_printed_over_two_columns_holds_both() -> None:
    form = read_columns("三级指标 年度指标值 年度指标值 实际完成值 分值 得分", "巡查次数 12 次 12次 50 50", "docx")
    assert row_to_texts(form.indicators[0])[:3] == ("巡查次数", "12次", "12次")


@pytest.mark.parametrize("reader", ["text", "docx"])
def test_the_weight_of_a_level_is_not_that_of_its_indicators(reader: str) -> None:
    head = "一级指标 分值 二级指标 分值 三级指标 分值 年度指标值 实际完成值 得分"
    form = read_columns(head, "产出指标 60 数量指标 50 巡查次数 30 12次 12次 25", reader)
    assert row_to_texts(form.indicators[0]) == ("巡查次数", "12次", "12次", "30", "25", "")


def test_two_goals_side_by_side_stand_under_their_heading() -> None:
    goals = (("", "年初设定目标", "", "", "实际完成情况"), ("", "总体", "巡查河道12公里。", "", ""))
    form = read(head=goals)
    assert (form.expected_goal.text, form.actual_completion.text) == ("总体巡查河道12公里。", "")


WIDE = """<table><tr><td colspan="6">项目支出绩效自评表（2023年度）</td></tr>
<tr><td>项目名称</td><td colspan="5">河道巡查</td></tr>
<tr><td>三级指标</td><td>年度指标值</td><td>实际完成值</td><td colspan="2">分值</td><td>得分</td></tr>
<tr><td>巡查次数</td><td>12次</td><td colspan="2">11次</td><td>50</td><td>45</td></tr></table>"""


def test_a_border_dragged_a_little_moves_no_cell() -> None:
    (form,) = tables_to_forms(html(WIDE), DOCUMENT)
    assert isinstance(form, SelfEvaluation)
    assert row_to_texts(form.indicators[0])[:5] == ("巡查次数", "12次", "11次", "50", "45")
