"""Rules on all forms together: evidence in other forms, what was not read, copies, and the order of the work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from audit import BatchRule, BatchView, Skills, Suspicion, Thresholds, check
from audit.cells import Context
from audit.engine import Raised, batch_to_raised, form_to_raised, remembered
from audit.faults import RuleFault
from audit.rule import PASS, Fail, Outcome, batch_rule
from audit.view import FormView
from domain.finding import Severity, Verdict

PAIR = {
    "name": "",
    "forms": [
        {"name": "", "project": "河道清淤", "rows": ["产出 | 数量 | 清淤里程 | ≥9公里 | 9公里 | 10 | 10"]},
        {"name": "", "project": "堤防加固", "file": "b.txt", "rows": ["产出 | 数量 | 加固长度 | ? | ~5公里 | 10 | 10"]},
    ],
}
FULL_ROWS = [
    "产出指标 | 数量指标 | 清淤里程 | ≥25公里 | 55公里 | 20 | 20",
    "产出指标 | 质量指标 | 断面验收合格率 | ≥95% | 98% | 20 | 20",
    "效益指标 | 社会效益指标 | 受益人口 | ≥3万人 | 3.2万人 | 30 | 30",
    "满意度指标 | 满意度 | 居民满意度 | ≥90% | 95% | 20 | 20",
]


def run(sheets: Any, case: dict[str, Any], judge: Any) -> tuple[Raised, ...]:
    """What a rule of this test's own raises, which puts the first two forms side by side."""

    def looks(batch: BatchView) -> Iterator[Suspicion]:
        """说明。"""
        yield Suspicion(places=(0, 1), judge=judge)

    rule = batch_rule(code="OWN", title="自定", group="测试", severity=Severity.LOW, basis="本测试")(looks)
    assert isinstance(rule, BatchRule)
    context = Context(skills=remembered(sheets.skills(case)), thresholds=Thresholds())
    return batch_to_raised(BatchView(sheets.forms(case), context=context), (rule,))


def test_what_is_asked_of_another_form_is_evidence_in_that_form(sheets: Any) -> None:
    def judge(views: Sequence[FormView]) -> Outcome:
        told = views[0].row(0).target_text + views[1].project_name
        return Fail(message=told, row=0, points=Decimal(4), yuan=Decimal(7))

    (item,) = run(sheets, PAIR, judge)
    told = [(each.form, each.field, each.text) for each in item.finding.evidence]
    assert told == [("", "indicators[0].target", "≥9公里"), ("b.txt#2", "project_name", "堤防加固")]
    assert (item.finding.form_index, item.finding.row, item.finding.project_name) == (1, 0, "河道清淤")
    assert (item.points, item.yuan) == (Decimal(4), Decimal(7))


@pytest.mark.parametrize(("column", "why"), [("target", "有字迹但未能识读"), ("actual", "识读把握不足")])
def test_what_another_form_does_not_give_makes_it_uncheckable(sheets: Any, column: str, why: str) -> None:
    def judge(views: Sequence[FormView]) -> Outcome:
        return Fail(message=str(getattr(views[1].row(0), column)))

    (item,) = run(sheets, PAIR, judge)
    assert item.finding.verdict is Verdict.CANNOT_CHECK
    assert f"“堤防加固”表第1行{'年度指标值' if column == 'target' else '实际完成值'}{why}" in item.finding.message
    assert [(each.form, each.field) for each in item.finding.evidence] == [("b.txt#2", f"indicators[0].{column}")]
    assert item.finding.form_index == 1


def test_a_pass_leaves_nothing(sheets: Any) -> None:
    assert run(sheets, PAIR, lambda views: PASS) == ()


def test_a_batch_rule_that_breaks_down_is_told_at_the_first_form(sheets: Any) -> None:
    def judge(views: Sequence[FormView]) -> Outcome:
        raise ZeroDivisionError

    with pytest.warns(RuleFault, match="ZeroDivisionError"):
        (item,) = run(sheets, PAIR, judge)
    assert (item.finding.verdict, item.finding.form_index) == (Verdict.CANNOT_CHECK, 1)
    assert "程序出错，不是表的问题" in item.finding.message


def test_a_batch_rule_is_not_asked_of_single_forms(sheets: Any) -> None:
    def never(batch: BatchView) -> Iterator[Suspicion]:
        """说明。"""
        raise AssertionError

    rule = batch_rule(code="OWN", title="自定", group="测试", severity=Severity.LOW, basis="本测试")(never)
    context = Context(skills=remembered(sheets.skills({"name": ""})), thresholds=Thresholds())
    assert form_to_raised(sheets.forms(PAIR)[0], (rule,), context=context) == ()


def test_copies_are_told_and_their_findings_counted_once(sheets: Any, real_skills: Skills) -> None:
    form = {"name": "", "owner": "青石县河道管理所", "project": "河道清淤", "rows": FULL_ROWS}
    case = {"name": "", "forms": [{**form, "file": "a.txt"}, {**form, "file": "b.txt"}]}
    findings = check(sheets.forms(case), skills=real_skills)
    alone = check(sheets.forms(form), skills=real_skills)
    first = {each.finding for each in findings if each.source == "a.txt" and each.covered_by is None}
    again = {each.finding for each in findings if each.source == "b.txt" and each.covered_by is None}
    assert first == {each.finding for each in alone if each.covered_by is None}
    assert again == {"DUPLICATE_SUBMISSION"}
    assert len(findings) == 2 * len(alone) + 1


def test_covered_copies_point_at_the_first(sheets: Any, real_skills: Skills) -> None:
    form = {"name": "", "owner": "青石县河道管理所", "project": "河道清淤", "rows": FULL_ROWS}
    case = {"name": "", "forms": [{**form, "file": "a.txt"}, {**form, "file": "b.txt"}]}
    findings = check(sheets.forms(case), skills=real_skills)
    by_rank = {each.rank: each for each in findings}
    assert [each.rank for each in findings] == list(range(1, len(findings) + 1))
    for each in findings:
        if each.source == "b.txt" and each.covered_by is not None:
            teller = by_rank[each.covered_by]
            assert teller.source == "a.txt" and teller.covered_by is None


def test_a_threshold_decides_what_is_a_copy(sheets: Any, real_skills: Skills) -> None:
    form = {"name": "", "owner": "青石县河道管理所", "project": "河道清淤", "rows": FULL_ROWS}
    other = {**form, "rows": [row.replace("95%", "93%") for row in FULL_ROWS]}
    forms = sheets.forms({"name": "", "forms": [form, other]})
    context = Context(skills=remembered(real_skills), thresholds=Thresholds())
    (twin,) = BatchView(forms, context=context).twins
    assert not twin.is_copy
    lenient = replace(context, thresholds=Thresholds(copy_share=Decimal("0.7")))
    (twin,) = BatchView(forms, context=lenient).twins
    assert twin.is_copy
