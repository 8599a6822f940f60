"""The runner: what becomes a finding, what becomes CANNOT_CHECK, what is silent, and what breaks down."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import audit
from audit import RULES, FormKind, RowRule, Skills, Thresholds, check
from audit.cells import Context
from audit.engine import Raised, form_to_raised, remembered
from audit.faults import RuleFault
from audit.rule import (
    PASS,
    Fail,
    Outcome,
    RowsAndFormRule,
    Rule,
    form_rule,
    row_rule,
    rows_and_form_rule,
)
from audit.rules import _distinct
from audit.view import FormView, RowView
from domain.finding import Severity, Verdict
from domain.value import Reading

SATISFACTION = "满意度指标 | 满意度 | 居民满意度 | ≥90% | 95% | 10 | 10"


def row_test_rule(check_row: Any) -> Rule:
    """A rule of this test's own around a check."""
    made: Rule = row_rule(code="OWN", title="自定", group="测试", severity=Severity.LOW, basis="本测试")(check_row)
    return made


def run(sheets: Any, case: dict[str, Any], *rules: Rule) -> tuple[Raised, ...]:
    """What these rules raise on the form of a case."""
    context = Context(skills=remembered(sheets.skills(case)), thresholds=Thresholds())
    return form_to_raised(sheets.form(case), rules, context=context)


def test_evidence_is_every_field_the_rule_asked_for_with_its_place(sheets: Any) -> None:
    def asks_two(row: RowView) -> Outcome:
        """说明。"""
        return Fail(message=f"{row.actual_text}{row.target_text}")

    (item,) = run(sheets, {"name": "", "rows": [SATISFACTION]}, row_test_rule(asks_two))
    assert [(each.field, each.text) for each in item.finding.evidence] == [
        ("indicators[0].actual", "95%"),
        ("indicators[0].target", "≥90%"),
    ]
    assert all(each.sources for each in item.finding.evidence)


def test_the_name_of_the_row_leads_its_evidence(sheets: Any) -> None:
    def asks_name_last(row: RowView) -> Outcome:
        """说明。"""
        return Fail(message=f"{row.score}{row.name}")

    (item,) = run(sheets, {"name": "", "rows": [SATISFACTION]}, row_test_rule(asks_name_last))
    assert item.finding.evidence[0].field == "indicators[0].level3"


def test_a_rule_that_breaks_down_is_told_and_costs_no_other_finding(sheets: Any) -> None:
    def divides(row: RowView) -> Outcome:
        """说明。"""
        return Fail(message=str(1 / len("")))

    def speaks(row: RowView) -> Outcome:
        """说明。"""
        return Fail(message="有话说")

    with pytest.warns(RuleFault, match="ZeroDivisionError"):
        broken, found = run(sheets, {"name": "", "rows": [SATISFACTION]}, row_test_rule(divides), row_test_rule(speaks))
    assert broken.finding.verdict is Verdict.CANNOT_CHECK
    assert re.search(
        r"程序出错，不是表的问题（ZeroDivisionError: .*，test_engine\.py 第 \d+ 行）", broken.finding.message
    )
    assert (found.finding.verdict, found.finding.message) == (Verdict.FAIL, "有话说")


def test_unread_rows_make_one_finding_that_names_them(sheets: Any) -> None:
    def asks_score(row: RowView) -> Outcome:
        """说明。"""
        return Fail(message="") if row.score is None else PASS

    rows = [
        "产出指标 | 数量指标 | 巡查 | ≥2次 | 2次 | 10 | ?",
        SATISFACTION,
        "产出指标 | 数量指标 | 培训 | 2期 | 2期 | 10 | ~10",
    ]
    (item,) = run(sheets, {"name": "", "rows": rows}, row_test_rule(asks_score))
    assert item.finding.verdict is Verdict.CANNOT_CHECK
    assert item.finding.message == (
        "无法核对“自定”：第1行得分有字迹但未能识读；第3行得分识读把握不足。请对照原件补录后重新检查。"
    )
    assert [(each.field, each.text) for each in item.finding.evidence] == [
        ("indicators[0].score", ""),
        ("indicators[2].score", "10"),
    ]
    assert all(each.sources for each in item.finding.evidence)


def test_a_blank_cell_is_a_value_of_its_own(sheets: Any) -> None:
    seen = []

    def notes(row: RowView) -> Outcome:
        """说明。"""
        seen.append((row.target, row.score, row.reason_text))
        return PASS

    assert run(sheets, {"name": "", "rows": ["产出指标 | 数量指标 | 巡查 | | 2次 | 10 |"]}, row_test_rule(notes)) == ()
    assert seen == [(None, None, "")]


def test_a_dash_says_that_nothing_applies(sheets: Any) -> None:
    def asks_weight(row: RowView) -> Outcome:
        """说明。"""
        return Fail(message="") if row.weight is None else PASS

    (item,) = run(
        sheets, {"name": "", "rows": ["产出指标 | 数量指标 | 巡查 | 2次 | 2次 | — | 10"]}, row_test_rule(asks_weight)
    )
    assert item.finding.verdict is Verdict.FAIL


@pytest.mark.parametrize(("second", "expected"), [("!", []), ("10", [Verdict.CANNOT_CHECK])])
def test_a_column_no_row_has_belongs_to_another_template(sheets: Any, second: str, expected: list[Verdict]) -> None:
    rows = [
        "产出指标 | 数量指标 | 巡查 | 2次 | 2次 | ! | 10",
        f"产出指标 | 数量指标 | 培训 | 2期 | 2期 | {second} | 10",
    ]

    def asks_weight(row: RowView) -> Outcome:
        """说明。"""
        return Fail(message="") if row.weight == -1 else PASS

    raised = run(sheets, {"name": "", "rows": rows}, row_test_rule(asks_weight))
    assert [item.finding.verdict for item in raised] == expected


def test_a_column_the_form_need_not_have_is_silent(sheets: Any) -> None:
    def asks_grade(form: FormView) -> Outcome:
        """说明。"""
        return Fail(message=form.grade)

    rule = form_rule(code="OWN", title="自定", group="测试", severity=Severity.LOW, basis="本测试")(asks_grade)
    assert run(sheets, {"name": "", "grade": "!"}, rule) == ()


def test_a_rule_is_asked_only_of_its_kind_of_form(sheets: Any) -> None:
    def fails(row: RowView) -> Outcome:
        """说明。"""
        return Fail(message="")

    assert run(sheets, {"name": "", "kind": "target", "rows": ["产出 | 数量 | 巡查 | 2次"]}, row_test_rule(fails)) == ()


def test_a_finding_is_no_surer_than_what_it_rests_on(sheets: Any) -> None:
    def fails(row: RowView) -> Outcome:
        """说明。"""
        return Fail(message=str(row.actual), confidence=0.9)

    case = {"name": "", "rows": [SATISFACTION]}
    skills = replace(sheets.skills(case), value=lambda text: replace_confidence(sheets, case, text, 0.7))
    context = Context(skills=remembered(skills), thresholds=Thresholds())
    (item,) = form_to_raised(sheets.form(case), (row_test_rule(fails),), context=context)
    assert item.finding.confidence == pytest.approx(0.63)


def replace_confidence(sheets: Any, case: dict[str, Any], text: str, confidence: float) -> Reading:
    """The reading of a text, held less sure."""
    reading: Reading = sheets.skills(case).value(text)
    return replace(reading, confidence=confidence)


def test_each_text_is_read_once_in_a_run(sheets: Any) -> None:
    read: list[str] = []
    skills: Skills = sheets.skills({"name": ""})

    def value(text: str) -> Reading:
        read.append(text)
        return skills.value(text)

    check([sheets.form({"name": "", "rows": [SATISFACTION, SATISFACTION]})], skills=replace(skills, value=value))
    assert sorted(read) == sorted(set(read))


def test_thresholds_change_what_a_rule_says(sheets: Any) -> None:
    case = {"name": "", "rows": ["产出指标 | 数量指标 | 巡查次数 | ≥10次 | 14次 | 10 | 10"]}
    form = sheets.form(case)

    def codes(thresholds: Thresholds | None) -> set[str]:
        return {finding.finding for finding in check([form], skills=sheets.skills(case), thresholds=thresholds)}

    assert "OVERACHIEVE_NO_ANALYSIS" in codes(None)
    assert "OVERACHIEVE_NO_ANALYSIS" not in codes(Thresholds(overachieve_ask=Decimal("1.5")))


def two_sided_rule() -> RowsAndFormRule:
    """A rule that fails on every row, and on the form."""

    def check_row(row: RowView) -> Outcome:
        return Fail(message=row.form.completion + row.name)

    @rows_and_form_rule(check_row, code="BOTH", title="两面", group="测试", severity=Severity.LOW, basis="测试依据")
    def check_form(form: FormView) -> Outcome:
        """整张表。"""
        return Fail(message=form.completion)

    return check_form


def test_a_two_sided_rule_is_asked_of_every_row_and_of_the_form(sheets: Any) -> None:
    case = {"name": "", "completion": "已完成", "rows": ["产出 | 数量 | 甲 | 1", "产出 | 数量 | 乙 | 1"]}
    raised = run(sheets, case, two_sided_rule())
    assert [item.finding.row for item in raised] == [0, 1, None]


def test_one_unread_narrative_is_told_once(sheets: Any) -> None:
    case = {"name": "", "completion": "?", "rows": ["产出 | 数量 | 甲 | 1", "产出 | 数量 | 乙 | 1"]}
    (raised,) = run(sheets, case, two_sided_rule())
    assert [evidence.field for evidence in raised.finding.evidence] == ["actual_completion"]
    assert raised.finding.row is None


def test_two_rules_with_one_code_are_refused() -> None:
    with pytest.raises(ValueError, match="规则编号重复：SUM_TOTAL_MISMATCH"):
        _distinct((RULES[0], RULES[0]))


def test_a_rule_without_an_explanation_is_refused() -> None:
    def silent(row: RowView) -> Outcome:
        return PASS

    with pytest.raises(ValueError, match="没有说明"):
        row_test_rule(silent)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_explains_itself_in_chinese(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z][A-Z0-9_]+", rule.code)
    assert re.search(r"[\u4e00-\u9fff]", rule.title)
    assert rule.explanation.endswith("。")
    assert "\n" not in rule.explanation
    assert rule.basis
    assert set(rule.kinds) <= set(FormKind)


def test_the_room_hands_out_its_public_names() -> None:
    assert all(hasattr(audit, name) for name in audit.__all__)
    assert isinstance(next(rule for rule in RULES if rule.code == "SAT_NO_SURVEY"), RowRule)


CELLS = """

?
!
-
—
0
0.00
100%
≥95%
＝100.00(%)
≤0次
-3
1/10万
2-3场
约600人
=025%
2人8篇3册4-6场
不少于场
2023年6月30日前
年底
达成指标
部分达成指标并具有一定效果
未开展
电话回访
及时
现改按“项目验收率”考核，目标值100%
未做满意度调查
居民满意度
成本节约率
效益指标
产出指标
99999999999999999999""".splitlines()
SECTIONS = (
    "project_category", "overview", "basis", "necessity", "safeguards", "plan", "year_budget", "last_year_budget",
    "last_year_executed",
)  # fmt: skip
lines = st.lists(st.sampled_from(CELLS), min_size=8, max_size=8).map(" | ".join)


prose = st.lists(
    st.sampled_from(
        [
            *CELLS,
            "，",
            "。",
            "；",
            "执行率100%",
            "截至2021年",
            "《",
            "（2）",
            "一是",
            "不少于",
            "全部目标均完成",
            "?",
            "~",
            "!",
        ]
    ),
    max_size=8,
).map("".join)


@given(goal=prose, completion=prose, sections=st.dictionaries(st.sampled_from(SECTIONS), prose), row=lines)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_rule_crashes_whatever_the_narratives_say(
    sheets: Any, real_skills: Skills, goal: str, completion: str, sections: dict[str, str], row: str
) -> None:
    words = {"name": "", "goal": goal, "completion": completion, "rows": [row]}
    table = {
        "name": "",
        "kind": "target",
        "goal": goal,
        "sections": sections,
        "rows": [" | ".join(row.split(" | ")[:4])],
    }
    findings = check([sheets.form(words), sheets.form(table)], skills=real_skills)
    assert all(0 <= finding.confidence <= 1 and finding.message for finding in findings)


@given(funds=st.lists(lines, max_size=4), rows=st.lists(lines, max_size=5), kind=st.sampled_from(["self", "target"]))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_rule_crashes_whatever_the_cells_say(
    sheets: Any, real_skills: Skills, funds: list[str], rows: list[str], kind: str
) -> None:
    cut = [" | ".join(line.split(" | ")[: 4 if kind == "target" else 8]) for line in rows]
    case = {"name": "", "kind": kind, "funds": [" | ".join(line.split(" | ")[:7]) for line in funds], "rows": cut}
    findings = check([sheets.form(case)], skills=real_skills)
    assert all(0 <= finding.confidence <= 1 and finding.priority >= 0 for finding in findings)
