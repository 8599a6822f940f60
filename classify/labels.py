"""Label ids of both tasks with their Chinese names, in the order in which they are printed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from domain.label import HELD

THRESHOLD: Final = HELD

RATIONALE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "indicator_renamed": "改指标名称",
        "target_changed": "改年度指标值",
        "approved_change": "变更已经批准",
        "indicator_defect_admitted": "承认指标或目标值设置有缺陷",
        "evidence_oral_only": "仅口头、电话或微信了解",
        "evidence_not_retained": "资料未留存或缺佐证",
        "survey_not_done": "未开展调查",
        "mechanism_incomplete": "机制或制度不完善",
        "promise_to_improve": "承诺或建议改进",
        "not_carried_out": "未开展",
        "force_majeure": "疫情、灾害等不可抗力",
        "budget_cut": "预算削减或调整",
        "funds_late_or_short": "资金未到位、到位晚或不足",
        "policy_or_demand_change": "政策、标准或需求变化",
        "procurement_or_schedule_delay": "采购、工期、验收或支付延后",
        "staffing_or_capacity": "人员或能力不足",
        "over_achieved": "超额完成",
        "misplaced_content": "错放内容（日期、数字、算式、佐证、填表说明）",
        "no_reason": "没有说明原因",
    }
)

TARGET: Final[Mapping[str, str]] = MappingProxyType(
    {
        "quantified": "定量",
        "dated": "有时限",
        "verifiable_qualitative": "定性可核实",
        "vague": "空泛",
        "slogan": "口号",
        "malformed": "格式错误",
    }
)

TASKS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({"rationale": RATIONALE, "target": TARGET})
"""Task name -> label id -> Chinese name."""
