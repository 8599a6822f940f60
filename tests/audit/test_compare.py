"""Targets held against actual values, and names against names."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from audit import Thresholds
from audit.cells import Context
from audit.compare import Direction, attainment, satisfaction_row, shared_letters
from audit.engine import remembered
from audit.notebook import Notebook
from audit.rule import NotRead, Why
from audit.view import FormView, RowView


def row_of(sheets: Any, line: str, **case: Any) -> RowView:
    """The only row of a form."""
    whole = {"name": "", "rows": [line], **case}
    thresholds = Thresholds()
    context = Context(skills=remembered(sheets.skills(whole)), thresholds=thresholds)
    return FormView(sheets.form(whole), context=context, notebook=Notebook(thresholds)).row(0)


@pytest.mark.parametrize(
    ("name", "target", "actual", "direction", "met"),
    [
        ("培训人数", "≥200人", "200人", Direction.UP, True),
        ("培训人数", "不少于200人", "199人", Direction.UP, False),
        ("培训人数", "200人", "完成培训230人", Direction.UP, True),
        ("户均改造费用", "≤5300元", "5830元", Direction.DOWN, False),
        ("项目总成本", "120万元", "118万元", Direction.DOWN, True),
        ("项目总成本", "≤120万元", "1180000元", Direction.DOWN, True),
        ("投诉件数", "0件", "2件", Direction.DOWN, False),
        ("投诉办结率", "95%", "99%", Direction.UP, True),
        ("数据差错控制合格率", "98%", "99.9%", Direction.UP, True),
        ("不合格率", "3%", "5%", Direction.DOWN, False),
        ("论坛场次", "2-3场", "4场", Direction.UP, True),
        ("配比偏差", "5%-10%", "12%", Direction.WITHIN, False),
        ("参观人数", "约400人", "380人", Direction.UP, True),
    ],
)
def test_reached_or_not(sheets: Any, name: str, target: str, actual: str, direction: Direction, met: bool) -> None:
    reached = attainment(row_of(sheets, f"产出指标 | 数量指标 | {name} | {target} | {actual} | 10 | 10"))
    assert reached is not None
    assert (reached.direction, reached.met) == (direction, met)


@pytest.mark.parametrize(
    ("target", "actual"),
    [("≥20场", "100%"), ("明显改善", "95%"), ("≥20场", "已完成"), ("每站点4篇", "4篇"), ("≥200人", "12期")],
)
def test_unlike_things_are_not_compared(sheets: Any, target: str, actual: str) -> None:
    assert attainment(row_of(sheets, f"产出指标 | 数量指标 | 活动 | {target} | {actual} | 10 | 10")) is None


def test_several_numbers_in_one_cell_are_not_guessed_at(sheets: Any) -> None:
    with pytest.raises(NotRead) as missed:
        attainment(row_of(sheets, "产出指标 | 数量指标 | 培训 | ≥300人 | 12期（300人） | 10 | 10"))
    assert missed.value.path == "indicators[0].actual"


@pytest.mark.parametrize(
    ("target", "actual", "column"),
    [("≥85%", "0.88", "actual"), ("≥95%", "1", "actual"), ("≤5%", "0.88", "actual"), ("≥0.9", "45%", "target")],
)
def test_a_fraction_beside_a_percentage_is_not_judged_where_one_reading_alone_is_met(
    sheets: Any, target: str, actual: str, column: str
) -> None:
    with pytest.raises(NotRead) as missed:
        attainment(row_of(sheets, f"产出指标 | 质量指标 | 优良率 | {target} | {actual} | 10 | 10"))
    assert (missed.value.path, missed.value.why) == (f"indicators[0].{column}", Why.SHARE)


@pytest.mark.parametrize(
    ("target", "actual", "met", "ratio"),
    [
        ("≥80%", "0.4", False, "0.5"),
        ("≤5%", "0.02", True, "0.4"),
        ("≥0.5", "88%", True, "1.76"),
        ("≥0.5%", "0.6", True, "1.2"),  # both may well be meant as printed
        ("≥80%", "88", True, "1.1"),
        ("≥2", "1", False, "0.5"),
    ],
)
def test_a_fraction_beside_a_percentage_is_held_as_a_share_where_both_readings_agree(
    sheets: Any, target: str, actual: str, met: bool, ratio: str
) -> None:
    reached = attainment(row_of(sheets, f"产出指标 | 质量指标 | 优良率 | {target} | {actual} | 10 | 10"))
    assert reached is not None
    assert (reached.met, reached.ratio) == (met, Decimal(ratio))


def test_a_rewritten_row_is_not_held_to_its_printed_target(sheets: Any) -> None:
    reasons = {"改为80人": {"labels": ["target_changed"], "rewrite": "done", "new_target": "80人"}}
    line = "产出指标 | 数量指标 | 培训人数 | ≥200人 | 80人 | 10 | 10 | 改为80人"
    assert attainment(row_of(sheets, line, reasons=reasons)) is None


def test_ratio_is_in_the_unit_of_the_target(sheets: Any) -> None:
    reached = attainment(row_of(sheets, "成本指标 | 经济成本 | 总成本 | ≤2万元 | 30000元 | 10 | 10"))
    assert reached is not None
    assert reached.ratio == Decimal("1.5")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("效益指标 | 可持续影响 | 服务人员满意度 | ≥85% | 85% | 10 | 10", True),
        ("满意度指标 | 服务对象满意度 | 社会评价良好 | 满意 | 50% | 10 | 5", True),
        ("满意度指标 | 服务对象满意度 | 计划完成率 | 100% | 100% | 10 | 10", False),
        ("产出指标 | 数量指标 | 培训人数 | 200人 | 200人 | 10 | 10", False),
    ],
)
def test_satisfaction_is_told_by_name_and_level(sheets: Any, line: str, expected: bool) -> None:
    assert satisfaction_row(row_of(sheets, line)) is expected


@pytest.mark.parametrize(
    ("one", "other", "kin"),
    [
        ("村卫生室数量", "村卫生室覆盖率", True),
        ("河道保洁长效机制", "河道保洁机制健全性", True),
        ("拍摄纪录片", "网站安全巡检率", False),
        ("项目完成情况", "工作完成率", False),
    ],
)
def test_names_share_a_subject_or_not(one: str, other: str, kin: bool) -> None:
    assert (shared_letters(one, other) >= 2) is kin
