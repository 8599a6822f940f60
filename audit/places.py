"""Paths of fields as an auditor says them: ``indicators[3].score`` is 第4项指标的得分."""

from __future__ import annotations

from domain.form import path_to_place

COLUMN_NAMES = {
    "level1": "一级指标",
    "level2": "二级指标",
    "project_name": "项目名称",
    "level3": "指标名称",
    "target": "年度指标值",
    "actual": "实际完成值",
    "weight": "分值",
    "score": "得分",
    "deviation_reason": "偏差原因",
    "initial_budget": "年初预算数",
    "adjusted_budget": "全年预算数",
    "executed": "全年执行数",
    "execution_rate": "执行率",
    "total_score": "总分",
    "grade": "等级",
    "funds": "资金情况",
    "expected_goal": "年度总体目标",
    "actual_completion": "实际完成情况",
    "project_category": "项目类别",
    "overview": "项目概况",
    "basis": "立项依据",
    "necessity": "项目必要性",
    "safeguards": "保证措施",
    "plan": "实施计划",
    "goals": "总目标",
    "year_budget": "当年预算",
    "total_budget": "项目总预算",
    "last_year_budget": "上年预算",
    "last_year_executed": "上年执行数",
}
_BLOCKS = {"funds": "第{number}行资金的", "indicators": "第{number}项指标的"}


def path_to_words(path: str) -> str:
    """Where a field stands, for a sentence; rows count from 1."""
    block, place, column = path_to_place(path)
    return _BLOCKS.get(block, "").format(number=place + 1) + COLUMN_NAMES.get(column, column)
