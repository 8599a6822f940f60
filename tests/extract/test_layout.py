"""Layouts as data: every sheet names fields that exist, headings are known by list and by pattern, prose is none."""

from __future__ import annotations

from dataclasses import fields
from importlib.resources import files
from itertools import combinations

import pytest

from domain.form import FundRow, Indicator, SelfEvaluation, TargetTable
from extract.layout import LAYOUT_FILES, Layout, layouts, read_layout, title_layout

SELF, TARGET = (next(one for one in layouts() if one.form_type == kind) for kind in ("self_evaluation", "target"))
FORM_OF = {"self_evaluation": SelfEvaluation, "target": TargetTable}
HELPERS = {"sign", "unit"}  # columns that become a part of the target


def names_of(kind: type) -> set[str]:
    return {slot.name for slot in fields(kind)}


def test_every_sheet_in_the_folder_is_listed() -> None:
    there = {sheet.name for sheet in (files("extract") / "templates").iterdir() if sheet.name.endswith(".yaml")}
    assert there == set(LAYOUT_FILES)
    assert len(LAYOUT_FILES) == len(there)


def test_layouts_have_names_of_their_own() -> None:
    assert len({layout.id for layout in layouts()}) == len(layouts())


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.id)
def test_every_field_of_a_layout_is_a_field_of_its_form(layout: Layout) -> None:
    named = {*layout.fields.values(), *layout.goals.values()}
    assert named <= names_of(FORM_OF[layout.form_type])


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.id)
def test_every_indicator_column_is_a_field_of_an_indicator(layout: Layout) -> None:
    named = {*layout.indicator_columns.values(), *(name for name, _ in layout.indicator_patterns)}
    assert named - HELPERS <= names_of(Indicator)


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.id)
def test_every_fund_column_is_a_field_of_a_fund_row(layout: Layout) -> None:
    named = {*layout.fund_columns.values(), *(name for name, _ in layout.fund_patterns)}
    assert named <= names_of(FundRow)


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.id)
def test_every_text_field_of_a_form_has_a_label(layout: Layout) -> None:
    derived = {"document", "index", "pages", "layout", "year", "amount_unit", "funds", "indicators", "warnings"}
    closing = {"total_weight", "total_score", "grade"}
    wanted = names_of(FORM_OF[layout.form_type]) - derived - closing
    assert wanted == {*layout.fields.values(), *layout.goals.values()}


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.id)
def test_no_label_has_two_meanings(layout: Layout) -> None:
    for one, other in combinations((layout.fields.keys(), layout.other_fields, layout.goals.keys()), 2):
        assert not set(one) & set(other)


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.id)
def test_titles_are_met_most_specific_first(layout: Layout) -> None:
    for title in layout.titles:
        assert title_layout(title) is layout, title


@pytest.mark.parametrize("layout", layouts(), ids=lambda layout: layout.id)
def test_every_level_has_names_below_it(layout: Layout) -> None:
    assert layout.levels
    assert all(below for below in layout.levels.values())


def test_a_sheet_that_lacks_a_section_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.layout.yaml.safe_load", lambda _: {"id": "x", "form_type": "target", "titles": []})
    with pytest.raises(KeyError, match="fields"):
        read_layout(LAYOUT_FILES[0])


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("三级指标", "level3"),
        ("三 级 指 标", "level3"),
        ("年度指标值", "target"),
        ("年初目标值", "target"),
        ("年度目标值", "target"),
        ("年度指标值（A）", "target"),
        ("计划目标值", "target"),
        ("指标内容", "target"),
        ("全年完成值", "actual"),
        ("实际完成值(B)", "actual"),
        ("年度实际值", "actual"),
        ("实际达成情况", "actual"),
        ("分值", "weight"),
        ("分值(100)", "weight"),
        ("标准分值", "weight"),
        ("得分", "score"),
        ("评价得分", "score"),
        ("自评分值", "score"),
        ("偏差原因及整改措施", "deviation_reason"),
        ("未完成原因分析", "deviation_reason"),
        ("偏差原因分析及改进措施：", "deviation_reason"),
        ("未完成原因及下一步改进措施", "deviation_reason"),
        ("差异原因说明", "deviation_reason"),
        ("扣分原因", "deviation_reason"),
        ("计量单位", "unit"),
        ("指标性质", "sign"),
    ],
)
def test_a_heading_names_its_column(heading: str, column: str) -> None:
    assert SELF.indicator_column(heading) == column


@pytest.mark.parametrize(
    "text",
    [
        "",
        "值",
        "数量指标",
        "产出指标",
        "完成道路养护12公里",
        "因招标推迟，原因已上报，下一步加快进度，年底前全部完成",
        "受汛期影响未完成，原因已逐级说明，下一步将改进调度方式",
        "按照年度计划完成全部指标值的90%以上并及时整改存在的问题",
        "已完成",
        "100.00",
        "优",
    ],
)
def test_values_are_no_headings(text: str) -> None:
    assert SELF.indicator_column(text) is None


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("年初预算数", "initial_budget"),
        ("年初批复金额", "initial_budget"),
        ("全年预算数（A）", "adjusted_budget"),
        ("调整预算数", "adjusted_budget"),
        ("全年执行数(B)", "executed"),
        ("实际支出数", "executed"),
        ("预算执行率", "execution_rate"),
        ("执行率（B/A）", "execution_rate"),
        ("执行率(%)", "execution_rate"),
        ("分值", "weight"),
        ("得分", "score"),
    ],
)
def test_a_heading_of_the_money_block_names_its_column(heading: str, column: str) -> None:
    assert SELF.fund_column(heading) == column


@pytest.mark.parametrize("text", ["年度资金总额", "其中：财政拨款", "1,200.00", "上年结转资金", "-"])
def test_items_and_amounts_are_no_headings_of_the_money_block(text: str) -> None:
    assert SELF.fund_column(text) is None


@pytest.mark.parametrize("text", ["年度总体目标", "绩 效 指 标", "项目资金（元）", "总体目标完成情况", "年度绩效目标"])
def test_side_labels_are_known_with_their_units(text: str) -> None:
    assert SELF.is_side_label(text)


@pytest.mark.parametrize("text", ["2023年绩效目标", "本项目上年度财政资金使用情况", "年度绩效指标"])
def test_section_headings_of_target_tables_are_side_labels(text: str) -> None:
    assert TARGET.is_side_label(text)


@pytest.mark.parametrize("text", ["资金使用情况良好，全部用于设备购置", "项目名称", "完成绩效目标设定的各项任务"])
def test_sentences_are_no_side_labels(text: str) -> None:
    assert not SELF.is_side_label(text)


@pytest.mark.parametrize(
    ("title", "layout"),
    [
        ("财政项目支出绩效自评表", SELF),
        ("# 2023年度项目支出绩效自评表", SELF),
        ("**项目支出绩效自评表**", SELF),
        ("附件3 部门预算项目支出绩效自评表（2022年度）", SELF),
        ("项目支出绩效 自评表", SELF),
        ("财政项目支出绩效目标表", TARGET),
        ("财政项目支出绩效目标申报表（2021年度）", TARGET),
        ("项目支出绩效目标自评表", SELF),
    ],
)
def test_a_title_names_its_layout(title: str, layout: Layout) -> None:
    assert title_layout(title) is layout


@pytest.mark.parametrize(
    "text",
    [
        "自评表填报说明",
        "项目支出绩效自评表填报说明",
        "各单位应于三月底前将项目支出绩效自评表、佐证材料和整改方案一并报送主管部门审核汇总，逾期不再受理本年度的自评材料",
        "部门整体支出情况表",
        "目录",
        "",
    ],
)
def test_sentences_that_mention_a_form_are_no_title(text: str) -> None:
    assert title_layout(text) is None
