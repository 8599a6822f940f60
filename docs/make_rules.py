"""Writes ``docs/rules.md``: what every rule compares and what it rests on, in the words the rules carry themselves.

Usage: ``python docs/make_rules.py`` (``make docs``); with ``--check`` it writes nothing and ends with 1 when the
document is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from audit import RULES, Rule
from domain.finding import Severity

TARGET = Path(__file__).with_name("rules.md")
SEVERITIES = {Severity.HIGH: "高", Severity.MEDIUM: "中", Severity.LOW: "低", Severity.INFO: "提示"}
HEAD = """# 规则

本文由 `make docs` 从 `audit/rules/` 生成，不要手改。共 {count} 条规则；轻重是缺省值，个别情形会升降。
每条规则有三种回答：通过、疑点、无法核对（所需的栏目没有读到）。
"""


def rules_to_text(rules: tuple[Rule, ...]) -> str:
    """The whole document: rules in the order of their groups' first appearance."""
    groups = list(dict.fromkeys(rule.group for rule in rules))
    ordered = sorted(rules, key=lambda rule: groups.index(rule.group))
    sections = [_section(group, tuple(members)) for group, members in groupby(ordered, key=lambda rule: rule.group)]
    return "\n".join((HEAD.format(count=len(rules)), *sections))


def _section(group: str, rules: tuple[Rule, ...]) -> str:
    return "\n".join((f"## {group}\n", *(_entry(rule) for rule in rules)))


def _entry(rule: Rule) -> str:
    kinds = "、".join(kind.value for kind in rule.kinds)
    facts = f"`{rule.code}` · {SEVERITIES[rule.severity]} · {kinds}"
    return f"### {rule.title}\n\n{facts}\n\n{rule.explanation}\n\n依据：{rule.basis}\n"


def main(words: Sequence[str]) -> int:
    """Writes or, with ``--check``, compares; 0 when the document is current."""
    text = rules_to_text(RULES)
    if "--check" not in words:
        TARGET.write_text(text, encoding="utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text:
        return 0
    print("docs/rules.md 与规则不一致：请执行 make docs 并一并提交。", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
