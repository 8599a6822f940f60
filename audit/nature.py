"""What working papers call a finding: its 定性 (a short noun phrase) and its 问题类别 (the heading it stands under)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from audit.rule import Rule

SETTING = "绩效目标和指标设置"
CHANGE = "绩效目标调整"
SCORING = "自评数据与评分"
SUPPORT = "自评结果的依据"
CAUSES = "偏差原因分析"
MONEY = "预算执行与绩效目标的衔接"
FILLING = "自评内容填报"
YEARS = "跨年度衔接"
OTHERS = "其他"

# Headings of working papers in the order in which offices report: what was promised, what was done with the money,
# how it was scored, and what stands behind it.
CATEGORIES: Final = (SETTING, CHANGE, MONEY, SCORING, SUPPORT, CAUSES, FILLING, YEARS, OTHERS)

# Groups of rules -> the heading, and the 定性 that the rule's title makes particular.
_GROUPS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "目标": (SETTING, "绩效指标设置不规范"),
        "类别": (SETTING, "绩效指标归类不当"),
        "单位": (SETTING, "指标计量单位不一致"),
        "成本": (SETTING, "成本指标设置不规范"),
        "改指标": (CHANGE, "绩效指标调整不规范"),
        "预算": (MONEY, "预算执行与绩效目标不匹配"),
        "算术": (SCORING, "自评表数据勾稽不符"),
        "评分": (SCORING, "绩效自评评分不规范"),
        "证据": (SUPPORT, "绩效自评得分依据不足"),
        "类型": (SUPPORT, "实际完成值填报不规范"),
        "原因": (CAUSES, "偏差原因分析不到位"),
        "叙述": (FILLING, "自评表文字填报不规范"),
        "重复": (FILLING, "自评内容重复"),
        "跨年": (YEARS, "跨年度绩效目标衔接不够"),
    }
)


def rule_to_nature(rule: Rule) -> str:
    """The 定性 of what a rule finds: its own, else that of its group with the title in brackets."""
    if rule.nature:
        return rule.nature
    general = _GROUPS.get(rule.group, (OTHERS, ""))[1]
    title = rule.title.replace("（", "，").replace("）", "")  # brackets inside brackets are hard to read
    return f"{general}（{title}）" if general else rule.title


def rule_to_category(rule: Rule) -> str:
    """The heading a rule's findings stand under in a working paper; 其他 for a group nobody knows."""
    return rule.category or _GROUPS.get(rule.group, (OTHERS, ""))[0]
