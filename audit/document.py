"""Prints docs/rules.md: what every rule compares, how grave it is and what it rests on.

usage: python -m audit.document > docs/rules.md
"""

from __future__ import annotations

import sys
from itertools import groupby
from typing import Any

from audit.nature import rule_to_category, rule_to_nature
from audit.rule import BatchRule, FormRule, RowRule, Rule
from audit.rules import RULES
from audit.thresholds import Thresholds, number_sources
from audit.weights import Weights

SEVERITY_NAMES = {"high": "高", "medium": "中", "low": "低", "info": "提示"}
PREFACE = """\
# 规则手册

本页由规则本身生成（`python -m audit.document > docs/rules.md`），请勿手改。

每条规则读一张表（或把整批表放在一起对照），给出三种结论之一：没有问题（不出记录）、疑点（`fail`）、无法核对（`cannot_check`，
所需栏目未识读或无法取值，注明是哪些栏目）。疑点是提请核实的线索，不是结论；“默认程度”会随分值、
金额和情节调整。依据只在原文核对过的情况下写到条，其余写到文件。
"""
NUMBERS_HEAD = """\
| 名称 | 默认值 | 理由或来源 |
|---|---|---|
"""
NUMBERS = (
    ("阈值", "规则用到的数都在这里，可按地方规定在 fuhe.toml 的 [thresholds] 中调整。", Thresholds),
    ("排序", "清单次序所用的权重，可在 fuhe.toml 的 [ranking] 中调整。", Weights),
)


def rules_to_markdown(rules: tuple[Rule, ...] = RULES) -> str:
    """The whole manual."""
    groups = [(name, list(members)) for name, members in groupby(rules, key=lambda rule: rule.group)]
    names = list(dict.fromkeys(name for name, _ in groups))
    sections = [
        _group_to_markdown(name, [rule for group, members in groups if group == name for rule in members])
        for name in names
    ]
    return "\n".join([PREFACE, f"共{len(rules)}条规则。\n", *sections, _numbers_to_markdown()])


def _group_to_markdown(name: str, rules: list[Rule]) -> str:
    return "\n".join([f"## {name}\n", *(_rule_to_markdown(rule) for rule in rules)])


def _rule_to_markdown(rule: Rule) -> str:
    kinds = "、".join(rule.kinds)
    return (
        f"### {rule.title}（{rule.code}）\n\n"
        f"{rule.explanation}\n\n"
        f"- 检查范围：{kinds}，{_scope(rule)}\n"
        f"- 默认程度：{SEVERITY_NAMES[rule.severity]}\n"
        f"- 依据：{rule.basis}\n"
        f"- 已知局限：{rule.limits}\n"
        f"- 底稿定性：{rule_to_nature(rule)}（问题类别：{rule_to_category(rule)}）\n"
    )


def _numbers_to_markdown() -> str:
    return "\n".join(_table_of_numbers(*part) for part in NUMBERS)


def _table_of_numbers(title: str, preface: str, numbers: type[Any]) -> str:
    lines = [_number_to_line(*line) for line in number_sources(numbers)]
    return "\n".join([f"## {title}\n", f"{preface}\n", NUMBERS_HEAD.rstrip(), *lines, ""])


def _number_to_line(name: str, default: str, source: str) -> str:
    return f"| `{name}` | {default} | {source} |"


def _scope(rule: Rule) -> str:
    """What a rule looks at when it is asked once."""
    if isinstance(rule, BatchRule):
        return "整批表相互对照"
    return "整张表" if isinstance(rule, FormRule) else "每行指标" if isinstance(rule, RowRule) else "每行指标和整张表"


if __name__ == "__main__":
    sys.stdout.write(rules_to_markdown())
