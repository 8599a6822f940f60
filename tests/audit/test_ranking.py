"""The order of the list and its folding: one line for each story, heaviest first."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from audit import RULES
from audit.engine import Raised
from audit.ranking import MONEY_CODES, Company, item_to_factors, priority_of, raised_to_findings
from audit.stories import FORM_STORIES, TELLING
from audit.weights import Weights
from domain.finding import Finding, Severity, Verdict

CODES = sorted(rule.code for rule in RULES)
amounts = st.none() | st.decimals(min_value=0, max_value=10**10, places=2)
marks = st.none() | st.decimals(min_value=0, max_value=100, places=2)


def raised(
    code: str = "TARGET_VAGUE",
    *,
    row: int | None = 0,
    form: int = 1,
    severity: Severity = Severity.HIGH,
    points: Decimal | None = Decimal(10),
    yuan: Decimal | None = Decimal(500_000),
    cause: str = "",
    verdict: Verdict = Verdict.FAIL,
    confidence: float = 1.0,
    unit: str = "",
    group: str = "",
) -> Raised:
    """One raised finding."""
    finding = Finding(
        finding=code,
        title=code,
        severity=severity,
        verdict=verdict,
        source="forms.txt",
        form_index=form,
        project_name="",
        row=row,
        message="",
        evidence=(),
        basis="",
        confidence=confidence,
    )
    return Raised(finding=finding, points=points, yuan=yuan, cause=cause, unit=unit, group=group)


def ranked(items: Iterable[Raised], **units: int) -> tuple[Finding, ...]:
    """The list of a batch with so many forms of each unit."""
    return raised_to_findings(items, weights=Weights(), company=Company(units=units, copies={}))


def weight_of(item: Raised) -> float:
    """The priority of a finding alone."""
    return priority_of(item_to_factors(item, Weights()))


raised_items = st.builds(
    raised,
    st.sampled_from(CODES),
    row=st.none() | st.integers(min_value=0, max_value=5),
    form=st.integers(min_value=1, max_value=3),
    severity=st.sampled_from(Severity),
    points=marks,
    yuan=amounts,
    cause=st.sampled_from(["", "无资料"]),
    verdict=st.sampled_from([Verdict.FAIL, Verdict.CANNOT_CHECK]),
    group=st.sampled_from(["", "目标", "评分", "改指标"]),
    confidence=st.floats(min_value=0, max_value=1),
)


@given(st.lists(raised_items, max_size=30))
def test_every_finding_stays_and_ranks_count_from_one(items: list[Raised]) -> None:
    findings = ranked(items)
    assert [finding.rank for finding in findings] == list(range(1, len(items) + 1))
    assert sorted(finding.finding for finding in findings) == sorted(item.finding.finding for item in items)
    assert [finding.priority for finding in findings] == sorted((each.priority for each in findings), reverse=True)


@given(st.lists(raised_items, max_size=30))
def test_what_covers_is_itself_uncovered_and_of_the_same_form(items: list[Raised]) -> None:
    findings = ranked(items)
    by_rank = {finding.rank: finding for finding in findings}
    for finding in findings:
        if finding.covered_by is not None:
            teller = by_rank[finding.covered_by]
            assert teller.covered_by is None
            assert (teller.source, teller.form_index) == (finding.source, finding.form_index)
            assert teller.verdict is finding.verdict


@given(st.lists(raised_items, max_size=30))
def test_no_row_has_two_lines(items: list[Raised]) -> None:
    lines = [
        (finding.form_index, finding.row)
        for finding in ranked(items)
        if finding.verdict is Verdict.FAIL and finding.row is not None and finding.covered_by is None
    ]
    assert len(lines) == len(set(lines))


@given(marks, marks)
def test_more_marks_at_stake_never_weigh_less(fewer: Decimal | None, more: Decimal | None) -> None:
    if fewer is not None and more is not None and fewer <= more:
        assert weight_of(raised(points=fewer)) <= weight_of(raised(points=more))


@given(st.sampled_from(CODES), amounts, amounts)
def test_more_money_never_weighs_less(code: str, less: Decimal | None, more: Decimal | None) -> None:
    if less is not None and more is not None and less <= more:
        assert weight_of(raised(code, yuan=less)) <= weight_of(raised(code, yuan=more))


def test_a_rewritten_row_is_one_line() -> None:
    codes = ["INDICATOR_NAME_REWRITTEN", "REWRITE_NO_APPROVAL", "TARGET_VALUE_REWRITTEN", "REWRITE_TO_VAGUE"]
    first, *others = ranked([raised(code) for code in codes])
    assert first.finding == "REWRITE_TO_VAGUE"
    assert {finding.covered_by for finding in others} == {first.rank}


def test_a_heavier_finding_tells_the_story_of_its_row() -> None:
    first, second = ranked(
        [raised("SAT_NO_SURVEY", severity=Severity.LOW), raised("TARGET_MALFORMED", severity=Severity.HIGH)]
    )
    assert (first.finding, second.covered_by) == ("TARGET_MALFORMED", first.rank)


def test_three_rows_with_one_sentence_are_one_line_under_the_heaviest() -> None:
    rows = [raised("SAT_NO_SURVEY", row=row, points=Decimal(row + 1), cause="口头询问") for row in range(3)]
    first, *others = ranked(rows)
    assert first.row == 2
    assert {finding.covered_by for finding in others} == {first.rank}
    assert first.priority > weight_of(rows[2])


def test_two_rows_with_one_sentence_stay_two_lines() -> None:
    rows = [raised("SAT_NO_SURVEY", row=row, cause="口头询问") for row in range(2)]
    assert [finding.covered_by for finding in ranked(rows)] == [None, None]


def test_a_finding_that_another_tells_covers_no_small_matters_of_its_form() -> None:
    items = [
        raised("GOAL_TAUTOLOGICAL", row=None, severity=Severity.LOW, group="叙述", points=Decimal(1)),
        raised("SECTION_TEXT_DUPLICATED", row=None, severity=Severity.LOW, group="重复", points=Decimal(90)),
    ]
    assert [finding.covered_by for finding in ranked(items)] == [None, 1]


def test_the_cut_that_left_the_goals_alone_covers_the_bare_cut() -> None:
    items = [raised("BUDGET_ADJUST_LARGE", row=None), raised("BUDGET_CUT_TARGET_UNCHANGED", row=None)]
    first, second = ranked(items)
    assert (first.finding, second.covered_by) == ("BUDGET_CUT_TARGET_UNCHANGED", 1)


def test_a_made_up_figure_weighs_the_same_in_a_small_project() -> None:
    small, usual = Decimal(20_000), Decimal(500_000)
    assert weight_of(raised("SCORE_AS_ACTUAL", yuan=small)) == weight_of(raised("SCORE_AS_ACTUAL", yuan=usual))
    assert weight_of(raised("SAT_NO_SURVEY", yuan=small)) < weight_of(raised("SAT_NO_SURVEY", yuan=usual))


def test_what_cannot_be_checked_comes_after_every_finding_and_once_for_one_cell() -> None:
    unread = [
        raised(code, row=None, verdict=Verdict.CANNOT_CHECK, severity=Severity.INFO, cause="indicators[0].score")
        for code in ("SUM_TOTAL_MISMATCH", "GRADE_CUTOFF")
    ]
    trifle = raised("TARGET_APPROX", severity=Severity.INFO, points=Decimal(1), confidence=0.3)
    findings = ranked([*unread, trifle])
    assert findings[0].finding == "TARGET_APPROX"
    assert [finding.covered_by for finding in findings[1:]] == [None, 2]


def test_ranking_speaks_only_of_rules_there_are() -> None:
    named = {*TELLING, *MONEY_CODES, *(code for teller, covered in FORM_STORIES for code in (teller, *covered))}
    assert named <= set(CODES)


def test_small_matters_of_one_theme_are_one_line_for_a_form() -> None:
    codes = ("TARGET_VAGUE", "TARGET_APPROX", "TARGET_RANGE")
    rows = [raised(code, row=row, severity=Severity.LOW, group="目标") for row, code in enumerate(codes)]
    other = raised("TARGET_VAGUE", row=0, form=2, severity=Severity.LOW, group="目标")
    grave = raised("TARGET_MALFORMED", row=4, severity=Severity.MEDIUM, group="目标")
    findings = ranked([*rows, other, grave])
    assert [finding.covered_by for finding in findings] == [None, None, None, 2, 2]
    assert "连同本表另2处同类问题" in findings[1].why and findings[2].form_index == 2


def test_rows_rewritten_in_one_way_are_one_line_for_a_form() -> None:
    rows = [raised("REWRITE_TO_VAGUE", row=row, points=Decimal(row + 1), group="改指标") for row in range(3)]
    first, *others = ranked([*rows, raised("REWRITE_UNRELATED", row=5, points=Decimal(1), group="改指标")])
    assert first.row == 2 and "连同本表另2处同一情形" in first.why
    assert [finding.covered_by for finding in others].count(1) == 2 and others[0].finding == "REWRITE_UNRELATED"


def test_the_reason_names_what_is_weighed() -> None:
    (finding,) = ranked([raised("SAT_NO_SURVEY", confidence=0.9, points=Decimal("15.00"))])
    assert finding.why == "程度高；把握90%；涉及15分；得分的数没有来源；项目资金50万元。"


def test_a_covered_finding_names_the_line_that_tells_its_story() -> None:
    first, second = ranked([raised("REWRITE_NO_APPROVAL"), raised("REWRITE_TO_VAGUE")])
    assert second.covered_by == first.rank and second.why == "已并入第1条。"


def test_a_cause_that_forms_share_lifts_its_heaviest_line_and_lowers_the_others() -> None:
    items = [raised("SAT_NO_SURVEY", form=form, points=Decimal(10 + form), cause="口头询问") for form in (1, 2, 3)]
    first, *others = ranked(items)
    assert first.form_index == 3 and "本批另有2张表同一原因" in first.why
    assert first.priority > weight_of(items[2])
    assert all(finding.priority < weight_of(items[finding.form_index - 1]) for finding in others)


def test_what_a_unit_always_does_is_news_once() -> None:
    items = [raised("DIMENSION_WEIGHT_DEVIATION", row=None, form=form, unit="甲局") for form in range(1, 5)]
    first, *others = ranked(items, 甲局=4)
    assert "一贯" not in first.why
    assert all("该单位本批4张表中4张如此" in finding.why and finding.priority < first.priority for finding in others)


def test_what_a_unit_did_in_one_form_only_rises() -> None:
    item = raised("DIMENSION_WEIGHT_DEVIATION", row=None, unit="甲局")
    (alone,), (few,) = ranked([item], 甲局=8), ranked([item], 甲局=3)
    assert alone.priority > few.priority and "本批8张表中仅此一张" in alone.why


def test_what_was_told_on_the_first_copy_of_a_form_is_covered_by_it() -> None:
    items = [raised("SAT_NO_SURVEY", form=form) for form in (1, 2)] + [raised("TARGET_VAGUE", row=3, form=2)]
    copies = {("forms.txt", 2): ("forms.txt", 1)}
    findings = raised_to_findings(items, weights=Weights(), company=Company(units={}, copies=copies))
    assert [(f.form_index, f.finding, f.covered_by) for f in findings] == [
        (1, "SAT_NO_SURVEY", None),
        (2, "TARGET_VAGUE", None),
        (2, "SAT_NO_SURVEY", 1),
    ]
