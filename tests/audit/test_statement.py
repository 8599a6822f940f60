"""Sentences for the working paper: who, which row, what, against which clause, and never more than the facts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import RULES, Skills, check
from audit.nature import CATEGORIES, OTHERS, rule_to_category, rule_to_nature
from audit.rule import Rule
from audit.statement import (
    HELD_AGAINST,
    PLEASE_VERIFY,
    QUOTED_STOP,
    Statement,
    basis_to_clauses,
    clauses_to_words,
    finding_to_statement,
    text_to_statement,
    with_statements,
)
from domain.finding import Finding, Severity, Verdict
from domain.form import Form

FindingMaker = Callable[..., Finding]
LEAST_WORDS, MOST_WORDS = 4, 40
BOTH = (
    "《某某办法》（财预〔2015〕88号）第二十八条：确需调整的按程序报批（地方参照）；"
    "自评表填报说明：低于90%的须说明原因；预算增减须另行说明"
)
# Rules whose titles carry a judgement that a working paper may not make of the form alone.
JUDGEMENTS = re.compile(r"虚构|造假|虚假|弄虚|套取|故意|编造|倒填")


@pytest.fixture
def form(sheets: Any) -> Form:
    row = "产出指标 | 数量指标 | 巡查次数 | ≥12次 | 10次 | 10 | 8 | 汛期停工"
    made: Form = sheets.form({"name": "made", "rows": [row], "project": "《河道志》编纂", "unit": "万元"})
    return made


@pytest.fixture
def finding(form: Form) -> FindingMaker:
    def make(**changes: Any) -> Finding:
        made = Finding(
            finding="UNMET_NOT_PROPORTIONAL",
            title="未按比例",
            severity=Severity.MEDIUM,
            verdict=Verdict.FAIL,
            source=form.document.path,
            form_index=form.index,
            project_name=form.project_name.text,
            row=0,
            message="第1项指标“巡查次数”目标≥12次，实际填10次，按比例应得8.33分。",
            evidence=(),
            basis=BOTH,
            confidence=1.0,
        )
        return replace(made, **changes)

    return make


def test_a_sentence_names_project_year_unit_facts_and_clause(finding: FindingMaker, form: Form) -> None:
    said = str(finding_to_statement(finding(), form, nature="评分不规范"))
    assert said == (
        "评分不规范。《〈河道志〉编纂》（2023年度绩效自评表，全年预算100.00万元）存在以下情形："
        "第1项指标“巡查次数”目标≥12次，实际填10次，按比例应得8.33分。"
        "对照《某某办法》（财预〔2015〕88号）第二十八条关于确需调整的按程序报批的规定（地方参照）、"
        "自评表填报说明关于低于90%的须说明原因；预算增减须另行说明的要求，提请核实。"
    )


def test_a_message_without_its_row_gets_it(finding: FindingMaker, form: Form) -> None:
    said = finding_to_statement(finding(message="目标偏低"), form, nature="定性")
    assert said.facts.endswith("存在以下情形：第1项指标“巡查次数”，目标偏低")


def test_what_is_not_known_is_left_out(finding: FindingMaker) -> None:
    said = str(finding_to_statement(finding(project_name="", row=None, basis=""), None, nature="定性"))
    assert said.startswith("定性。该项目存在以下情形：第1项指标") and said.endswith("8.33分。提请核实。")


def test_a_quotation_that_ends_the_facts_keeps_its_one_stop(finding: FindingMaker, form: Form) -> None:
    said = str(finding_to_statement(finding(message="原因称“仅口头询问。”。"), form, nature="定性"))
    assert "“仅口头询问。”对照" in said


@pytest.mark.parametrize(
    ("basis", "names"),
    [
        ("", []),
        ("《甲办法》（财预〔2020〕10号）：产出50；效益30", ["《甲办法》（财预〔2020〕10号）"]),
        ("《甲办法》（财预〔2020〕10号）第四条：甲；《甲办法》（财预〔2020〕10号）：乙", ["第四条", "10号）"]),
        ("《甲办法》（财预〔2020〕10号）", ["《甲办法》（财预〔2020〕10号）"]),
        ("填报说明：甲；要求：乙", ["填报说明", "要求"]),
    ],
)
def test_a_basis_is_cut_at_its_sources(basis: str, names: list[str]) -> None:
    clauses = basis_to_clauses(basis)
    assert len(clauses) == len(names)
    assert all(clause.name.endswith(name) for clause, name in zip(clauses, names, strict=True))


def test_a_document_is_named_once_in_a_row() -> None:
    clauses = basis_to_clauses(
        "《甲办法》（财预〔2020〕10号）第四条：甲；《甲办法》（财预〔2020〕10号）：乙；填报说明：丙"
    )
    assert clauses_to_words(clauses) == (
        "《甲办法》（财预〔2020〕10号）第四条关于甲的规定、该办法关于乙的规定、填报说明关于丙的要求"
    )


def test_only_a_document_with_a_number_is_a_regulation() -> None:
    assert [clause.is_regulation for clause in basis_to_clauses(BOTH)] == [True, False]


plain_text = st.text(st.sampled_from("甲乙丙丁0123，；：（）“”《》"), min_size=1, max_size=30)


@given(nature=plain_text, facts=st.text("甲乙。对照，提请核实”“1", min_size=1, max_size=30), clauses=plain_text)
def test_a_sentence_can_be_taken_apart_again(nature: str, facts: str, clauses: str) -> None:
    facts = facts if facts.endswith(QUOTED_STOP) else facts.rstrip("。")
    said = Statement(nature=nature, facts=facts, clauses=clauses)
    assert text_to_statement(str(said)) == said


def test_a_sentence_from_elsewhere_is_all_facts() -> None:
    assert text_to_statement("手写的一句话。") == Statement(nature="", facts="手写的一句话", clauses="")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_nature_and_a_heading(rule: Rule) -> None:
    nature = rule_to_nature(rule)
    assert LEAST_WORDS <= len(nature) <= MOST_WORDS
    assert not re.search(r"[。；\n]", nature)
    assert not JUDGEMENTS.search(nature)
    assert rule_to_category(rule) in CATEGORIES and rule_to_category(rule) != OTHERS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_basis_can_be_cited(rule: Rule) -> None:
    clauses = basis_to_clauses(rule.basis)
    assert clauses and all(clause.name for clause in clauses)
    words = clauses_to_words(clauses)
    assert HELD_AGAINST not in words and PLEASE_VERIFY not in words


def test_a_new_rule_needs_to_say_nothing() -> None:
    silent = replace(RULES[0], nature="", category="", group="跨年", title="目标多年不变（示例）")
    assert rule_to_nature(silent) == "跨年度绩效目标衔接不够（目标多年不变，示例）"
    assert rule_to_category(silent) == "跨年度衔接"
    assert rule_to_nature(replace(silent, group="没见过")) == "目标多年不变（示例）"
    assert rule_to_category(replace(silent, nature="另称", category=CATEGORIES[0])) == CATEGORIES[0]


def test_what_could_not_be_checked_has_no_sentence(finding: FindingMaker, form: Form) -> None:
    unread = finding(verdict=Verdict.CANNOT_CHECK)
    assert with_statements((unread,), (form,), rules=RULES) == (unread,)


def test_every_finding_of_a_run_has_its_sentence(gold_forms: tuple[Form, ...], real_skills: Skills) -> None:
    for each in check(gold_forms, skills=real_skills):
        assert bool(each.statement) is (each.verdict is Verdict.FAIL)
        if each.statement:
            assert "。。" not in each.statement and "；；" not in each.statement and each.title
            assert str(text_to_statement(each.statement)) == each.statement
