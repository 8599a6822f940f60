"""Prints docs/rules.md: every rule with what it compares, its example and counter-example, its basis and its limits.

usage: python -m bench.rulebook > docs/rules.md
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from audit import RULES, BatchRule, BatchView, FormRule, RowRule, Rule, Thresholds, Weights
from audit.cells import Context
from audit.engine import batch_to_raised, form_to_raised, remembered
from audit.nature import rule_to_category, rule_to_nature
from audit.thresholds import number_sources
from bench.form_pages import form_to_markdown
from bench.sheets import Case, case_to_forms, read_sheet
from domain.finding import SEVERITY_NAMES, Finding, Verdict
from domain.form import Form, path_to_place
from fuhe.pipeline import house_skills

PREFACE = """\
# 规则手册

本页由规则和它们的用例生成（`python -m bench.rulebook > docs/rules.md`），请勿手改。

每条规则读一张表，或把整批表放在一起对照，给出三种结论之一：没有问题（不出记录）、疑点（`fail`）、无法核对（`cannot_check`，
所需栏目未识读或无法取值，注明是哪些栏目）。疑点是提请核实的线索，不是结论。

- **默认程度**会随分值、金额和情节调整，示例后括号里是该例实际报出的程度。
- **依据**只在原文核对过的情况下写到条，其余写到文件。
- **示例、反例**都是虚构的，只列与本条有关的栏目；报出的文字是程序对该例的原话。“（空）”表示该格没有填。
- **已知局限**先说何时有问题而不报，再说何时没有问题而会报。
"""
NUMBERS_HEAD = """\
| 名称 | 默认值 | 理由或来源 |
|---|---|---|
"""
NUMBERS = (
    ("阈值", "规则用到的数都在这里，可按地方规定在 fuhe.toml 的 [thresholds] 中调整。", Thresholds),
    ("排序", "清单次序所用的权重，可在 fuhe.toml 的 [ranking] 中调整。", Weights),
)
# Parts of forms by the key a case gives them under.
PARTS: Mapping[str, tuple[str, ...]] = {
    "project": ("project_name",),
    "year": ("year",),
    "unit": ("amount_unit",),
    "department": ("supervising_department", "declaring_unit"),
    "owner": ("implementing_unit",),
    "funds": ("funds",),
    "goal": ("expected_goal", "goals"),
    "completion": ("actual_completion",),
    "rows": ("indicators",),
    "total": ("total_score",),
    "grade": ("grade",),
    "budget": ("year_budget",),
}


def rules_to_markdown(rules: Sequence[Rule] = RULES) -> str:
    """The whole book. Raises ValueError for a rule whose sheet shows no example, or one that is judged otherwise."""
    groups: dict[str, list[Rule]] = {}
    for rule in rules:
        groups.setdefault(rule.group, []).append(rule)
    sections = [_group_to_markdown(name, members) for name, members in groups.items()]
    return "\n".join([PREFACE, _contents(groups), *sections, _numbers_to_markdown()])


def _contents(groups: Mapping[str, Sequence[Rule]]) -> str:
    count = sum(map(len, groups.values()))
    lines = [f"- [{name}](#{name})（{len(rules)}条）：{_links(rules)}" for name, rules in groups.items()]
    others = "、".join(f"[{title}](#{title})" for title, _, _ in NUMBERS)
    return "\n".join([f"## 目录\n\n共{count}条规则，括号里是默认程度。\n", *lines, f"- 可调的数：{others}\n"])


def _links(rules: Sequence[Rule]) -> str:
    return "、".join(f"[{rule.title}](#{rule.code})（{SEVERITY_NAMES[rule.severity]}）" for rule in rules)


def _group_to_markdown(name: str, rules: Sequence[Rule]) -> str:
    return "\n".join([f"## {name}\n", *(_rule_to_markdown(rule) for rule in rules)])


def _rule_to_markdown(rule: Rule) -> str:
    example, counter = _examples_of(rule)
    return (
        f'<a id="{rule.code}"></a>\n\n'
        f"### {rule.title}（{rule.code}）\n\n"
        f"{rule.explanation}\n\n"
        f"- 默认程度：{SEVERITY_NAMES[rule.severity]}；检查范围：{'、'.join(rule.kinds)}，{_scope(rule)}\n"
        f"- 依据：{rule.basis}\n\n"
        f"{example}\n\n{counter}\n\n"
        f"- 已知局限：{rule.limits}\n"
        f"- 底稿定性：{rule_to_nature(rule)}（问题类别：{rule_to_category(rule)}）\n"
    )


def _scope(rule: Rule) -> str:
    """What a rule looks at when it is asked once."""
    if isinstance(rule, BatchRule):
        return "整批表相互对照"
    return "整张表" if isinstance(rule, FormRule) else "每行指标" if isinstance(rule, RowRule) else "每行指标和整张表"


def _examples_of(rule: Rule) -> tuple[str, str]:
    """The example and the counter-example of a rule, as the whole program judges them."""
    sheet = read_sheet(rule.code)
    case, counter = _noted(sheet["fail"], rule, kind="fail"), _noted(sheet["pass"], rule, kind="pass")
    findings, quiet = _judged(rule, case), _judged(rule, counter)
    if len(findings) != 1 or findings[0].verdict is not Verdict.FAIL:
        raise ValueError(f"{rule.code}: the example {case['name']!r} raises {findings}")
    if quiet:
        raise ValueError(f"{rule.code}: the counter-example {counter['name']!r} raises {quiet}")
    (finding,) = findings
    parts = frozenset(block or name for block, _, name in (path_to_place(each.field) for each in finding.evidence))
    asked = frozenset(each.field for each in finding.evidence)
    return (
        f"**示例**　{case['note']}\n\n{_case_to_markdown(case, parts=parts, asked=asked)}\n\n{_told(finding, case)}",
        f"**反例**（不报）　{counter['note']}\n\n{_case_to_markdown(counter, parts=parts, asked=asked)}",
    )


def _noted(cases: Sequence[Case], rule: Rule, *, kind: str) -> Case:
    noted = [case for case in cases if case.get("note")]
    if len(noted) != 1:
        raise ValueError(f"{rule.code}: {len(noted)} {kind} cases of its sheet have a note, the rule book shows one")
    return noted[0]


@cache
def _context() -> Context:
    return Context(skills=remembered(house_skills()), thresholds=Thresholds())


def _judged(rule: Rule, case: Case) -> tuple[Finding, ...]:
    """What the rule finds with the skills of the whole program, whatever the sheet says of reasons and targets."""
    forms = case_to_forms(case)
    if isinstance(rule, BatchRule):
        raised = batch_to_raised(BatchView(forms, context=_context()), (rule,))
    else:
        raised = tuple(item for form in forms for item in form_to_raised(form, (rule,), context=_context()))
    return tuple(item.finding for item in raised)


def _case_to_markdown(case: Case, *, parts: frozenset[str], asked: frozenset[str]) -> str:
    """The forms of a case: what the case tells of them, and what the finding looked at."""
    sketches = case.get("forms", [case])
    pages = (
        form_to_markdown(form, title=_titled(form, sketch, case=case), parts=parts | _own_parts(sketch), asked=asked)
        for sketch, form in zip(sketches, case_to_forms(case), strict=True)
    )
    return "\n\n".join(pages)


def _titled(form: Form, sketch: Case, *, case: Case) -> str:
    """The number of a form among several, with its file where the case names it; "" for a form by itself."""
    if "forms" not in case:
        return ""
    return f"表{form.index}（{sketch['file']}）" if "file" in sketch else f"表{form.index}"


def _own_parts(case: Case) -> frozenset[str]:
    """The parts of a form that a case tells of."""
    named = (part for key, parts in PARTS.items() if key in case for part in parts)
    return frozenset((*named, *case.get("sections", {})))


def _told(finding: Finding, case: Case) -> str:
    place = f"，记在表{finding.form_index}" if "forms" in case else ""
    return f"> 报出（{SEVERITY_NAMES[finding.severity]}{place}）：{finding.message}"


def _numbers_to_markdown() -> str:
    return "\n".join(_table_of_numbers(*part) for part in NUMBERS)


def _table_of_numbers(title: str, preface: str, numbers: type[Any]) -> str:
    lines = [f"| `{name}` | {default} | {source} |" for name, default, source in number_sources(numbers)]
    return "\n".join([f"## {title}\n", f"{preface}\n", NUMBERS_HEAD.rstrip(), *lines, ""])


if __name__ == "__main__":
    sys.stdout.write(rules_to_markdown())
