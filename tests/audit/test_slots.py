"""Where a row stands: levels of many templates by their meaning."""

from __future__ import annotations

import pytest

from audit.slots import BENEFITS, OUTPUTS, Slot, levels_to_slot


@pytest.mark.parametrize(
    ("level1", "level2", "slot"),
    [
        ("产出指标（50分）", "数量指标", Slot.QUANTITY),
        ("产出", "产出质量", Slot.QUALITY),
        ("项目产出", "产出时效", Slot.TIMELINESS),
        ("产出指标", "成本指标", Slot.COST),
        ("产出目标", "", Slot.OUTPUT),
        ("成本指标", "生态环境成本指标", Slot.COST),
        ("成本指标", "社会成本指标", Slot.COST),
        ("绩效指标", "产出指标", Slot.OUTPUT),
        ("效益指标", "经济效益指标", Slot.ECONOMIC),
        ("效果目标", "环境效益", Slot.ECOLOGY),
        ("效益", "可持续影响", Slot.SUSTAINABLE),
        ("效益", "项目效益", Slot.BENEFIT),
        ("效益", "服务对象满意度", Slot.SATISFACTION),
        ("满意度指标", "社会公众满意度指标", Slot.SATISFACTION),
        ("满意度指标", "服务对象", Slot.SATISFACTION),
        ("影响力目标", "人力资源", Slot.IMPACT),
        ("投入和管理目标", "投入管理", Slot.MANAGEMENT),
        ("决策", "绩效目标", Slot.MANAGEMENT),
        ("过程", "资金管理", Slot.MANAGEMENT),
        ("管理", "成本控制", Slot.MANAGEMENT),
        ("履职效能", "重点工作", Slot.UNKNOWN),
        ("", "", Slot.UNKNOWN),
    ],
)
def test_levels_are_told_by_meaning(level1: str, level2: str, slot: Slot) -> None:
    assert levels_to_slot(level1, level2) is slot


def test_no_slot_is_both_output_and_benefit() -> None:
    assert not OUTPUTS & BENEFITS
    assert Slot.SATISFACTION not in OUTPUTS | BENEFITS
