"""The order that decisions teach: bounded, explained, the same from the same decisions, and none from a few."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.open_list import Line
from audit.relearn import (
    FEWEST_DECISIONS,
    MOST_LIFT,
    NOTHING_LEARNED,
    BadLearned,
    Learned,
    decisions_to_learned,
    json_to_learned,
    learned_to_json,
    lines_to_reasons,
    name_to_tally,
    reasons_to_lift,
)
from audit.rerank import MUST_SEE_SINKS, lines_to_reranked
from domain.decision import Act, Cause, Decision, FindingKey
from domain.finding import Finding, Severity, Verdict

CODES = ("TARGET_VAGUE", "SAT_NO_SURVEY", "REWRITE_TO_VAGUE", "BUDGET_ADJUST_LARGE")


def line(
    number: int,
    *,
    code: str = "TARGET_VAGUE",
    severity: Severity = Severity.MEDIUM,
    confidence: float = 0.9,
    unit: str = "甲局",
    covered_by: int | None = None,
    verdict: Verdict = Verdict.FAIL,
    points: int | None = 10,
) -> Line:
    """The line of rank ``number``, on a row of its own."""
    finding = Finding(
        rank=number,
        priority=round(20.0 * 0.98**number, 4),
        finding=code,
        title=code,
        severity=severity,
        verdict=verdict,
        source="forms.txt",
        form_index=1 + number % 7,
        project_name="",
        row=number,
        message="",
        evidence=(),
        basis="",
        confidence=confidence,
        covered_by=covered_by,
        why=f"已并入第{covered_by}条。" if covered_by is not None else "程度中。",
    )
    marks = None if points is None else Decimal(points)
    return Line(finding=finding, group=code[:3], unit=unit, points=marks, yuan=Decimal(500_000))


def decide(line: Line, act: Act, cause: Cause | None = None) -> Decision:
    """One decision on a line."""
    source, form, row, code = line.key
    return Decision(finding=code, source=source, form_index=form, row=row, act=act, cause=cause, unit=line.unit)


def taught(confirmed: str = "SAT_NO_SURVEY", dull: str = "TARGET_VAGUE", *, cause: Cause = Cause.IMMATERIAL) -> Learned:
    """What forty decisions teach of an auditor who confirms one rule and dismisses another."""
    good = [line(1000 + number, code=confirmed) for number in range(20)]
    bad = [line(2000 + number, code=dull) for number in range(20)]
    decisions = [decide(each, Act.CONFIRM) for each in good] + [decide(each, Act.DISMISS, cause) for each in bad]
    return decisions_to_learned(decisions, [*good, *bad])


@st.composite
def lists(draw: st.DrawFn) -> list[Line]:
    """Lists in order of rank: told lines, covered ones under one of them, unchecked ones."""
    lines: list[Line] = []
    for number in range(1, draw(st.integers(min_value=0, max_value=40)) + 1):
        tellers = [each.finding.rank for each in lines if each.is_told]
        covered_by = draw(st.sampled_from([None, None, None, *tellers]))
        lines.append(
            line(
                number,
                code=draw(st.sampled_from(CODES)),
                severity=draw(st.sampled_from(Severity)),
                confidence=draw(st.sampled_from([0.4, 0.8, 1.0])),
                unit=draw(st.sampled_from(["", "甲局", "乙局"])),
                covered_by=covered_by,
                verdict=Verdict.FAIL
                if covered_by
                else draw(st.sampled_from([*[Verdict.FAIL] * 5, Verdict.CANNOT_CHECK])),
            )
        )
    return lines


DECIDED: list[tuple[Act, Cause | None]] = [
    (Act.CONFIRM, None), (Act.SKIP, None), (Act.RELABEL, None), *((Act.DISMISS, cause) for cause in Cause)
]  # fmt: skip


@cache
def taught_by_chance(seed: int) -> Learned:
    """What sixty decisions taught; every second auditor confirms two rules only and dismisses the others."""
    lot = random.Random(seed)
    lines = [line(1000 + number, code=lot.choice(CODES), unit=lot.choice(["甲局", "乙局"])) for number in range(60)]
    sharp = [(Act.CONFIRM, None) if each.finding.finding in CODES[:2] else lot.choice(DECIDED[3:]) for each in lines]
    acts = sharp if seed % 2 else [lot.choice(DECIDED) for _ in lines]
    return decisions_to_learned([decide(each, *act) for each, act in zip(lines, acts, strict=True)], lines)


taught_somehow = st.integers(min_value=0, max_value=11).map(taught_by_chance)


def open_places(findings: Sequence[Finding], decided: frozenset[FindingKey]) -> dict[FindingKey, int]:
    """The place of every open line among the open ones."""
    told = [Line(finding=finding) for finding in findings]
    keys = [each.key for each in told if each.is_told and each.key not in decided]
    return {key: place for place, key in enumerate(keys)}


@given(lists(), taught_somehow, st.data())
def test_no_must_see_sinks_further_than_the_bound(lines: list[Line], learned: Learned, data: st.DataObject) -> None:
    decided = frozenset(data.draw(st.sets(st.sampled_from([each.key for each in lines] or [line(1).key]))))
    before = open_places([each.finding for each in lines], decided)
    after = open_places(lines_to_reranked(lines, learned, decided=decided), decided)
    for each in lines:
        if each.is_must_see and each.key not in decided:
            assert after[each.key] <= before[each.key] + MUST_SEE_SINKS


@given(lists(), taught_somehow)
def test_nothing_leaves_the_list_and_what_is_not_open_stays(lines: list[Line], learned: Learned) -> None:
    findings = lines_to_reranked(lines, learned)
    assert [finding.rank for finding in findings] == [each.finding.rank for each in lines]
    assert [finding.priority for finding in findings] == [each.finding.priority for each in lines]
    assert sorted(Line(finding=finding).key[2] or 0 for finding in findings) == [each.finding.rank for each in lines]
    for old, new in zip(lines, findings, strict=True):
        if not old.is_told:
            assert Line(finding=new).key == old.key


@given(lists(), taught_somehow)
def test_what_is_folded_names_the_new_rank_of_its_teller(lines: list[Line], learned: Learned) -> None:
    rows = {each.finding.rank: each.finding.row for each in lines}
    findings = lines_to_reranked(lines, learned)
    now = {finding.rank: finding.row for finding in findings}
    old = {each.finding.row: each.finding.covered_by for each in lines}
    for finding in findings:
        told = old[finding.row]
        if told is not None:
            assert finding.covered_by is not None and now[finding.covered_by] == rows[told]
            assert finding.why == f"已并入第{finding.covered_by}条。"


@given(lists())
def test_without_decisions_the_list_is_the_same(lines: list[Line]) -> None:
    assert lines_to_reranked(lines, NOTHING_LEARNED) == tuple(each.finding for each in lines)


@given(taught_somehow, lists())
def test_no_line_is_lifted_or_lowered_beyond_measure(learned: Learned, lines: list[Line]) -> None:
    for reasons in lines_to_reasons(lines, learned):
        assert 1 / MOST_LIFT - 1e-9 <= reasons_to_lift(reasons) <= MOST_LIFT + 1e-9


@given(taught_somehow)
def test_what_was_learned_comes_back_from_json(learned: Learned) -> None:
    assert json_to_learned(json.loads(json.dumps(learned_to_json(learned)))) == learned


@pytest.mark.parametrize(
    "record", [{}, {"schema": 9}, {"schema": 1}, {**learned_to_json(NOTHING_LEARNED), "rules": [{"x": 1}]}]
)
def test_weights_of_another_kind_are_refused(record: dict[str, object]) -> None:
    with pytest.raises(BadLearned, match="重新学习"):
        json_to_learned(record)


def test_few_decisions_change_nothing() -> None:
    lines = [line(number, code=CODES[number % 2]) for number in range(1, 60)]
    few = [
        decide(each, *((Act.CONFIRM, None) if each.finding.finding == CODES[1] else (Act.DISMISS, Cause.WRONG)))
        for each in lines[: FEWEST_DECISIONS - 1]
    ]
    assert lines_to_reranked(lines, decisions_to_learned(few, lines)) == tuple(each.finding for each in lines)


def test_what_is_confirmed_rises_and_says_why() -> None:
    lines = [line(number, code="TARGET_VAGUE" if number < 9 else "SAT_NO_SURVEY") for number in range(1, 12)]
    first, *_ = lines_to_reranked(lines, taught())
    assert first.finding == "SAT_NO_SURVEY"
    assert first.why == "程度中。据40条复核（确认20条）上移8位：SAT类疑点多获确认，此类疑点已复核20条、确认20条。"


def test_a_must_see_that_is_held_up_says_so() -> None:
    dull = line(1, severity=Severity.HIGH, confidence=1.0)
    lines = [replace(dull, finding=replace(dull.finding, priority=15.0))]
    lines += [line(number, code="SAT_NO_SURVEY") for number in range(14, 34)]
    lines = [replace(each, finding=replace(each.finding, rank=rank)) for rank, each in enumerate(lines, start=1)]
    findings = lines_to_reranked(lines, taught())
    (sunk,) = (finding for finding in findings if finding.finding == "TARGET_VAGUE")
    assert sunk.rank == 1 + MUST_SEE_SINKS
    assert f"后移{MUST_SEE_SINKS}位（必看，至多后移{MUST_SEE_SINKS}位）" in sunk.why


@pytest.mark.parametrize("cause", [Cause.MISREAD, Cause.DUPLICATE])
def test_a_misread_cell_or_a_duplicate_says_nothing_of_the_order(cause: Cause) -> None:
    learned = taught(cause=cause)
    assert learned.decided == 20
    assert name_to_tally(learned.rules, "TARGET_VAGUE").decided == 0
    ((reasons),) = lines_to_reasons([line(1)], learned)
    assert reasons_to_lift(reasons) == pytest.approx(1.0)


def test_duplicates_are_told_to_whoever_folds_the_list() -> None:
    assert taught(cause=Cause.DUPLICATE).twice == (("TARGET_VAGUE", 20),)


def test_a_wrong_finding_lowers_its_rule_and_says_nothing_of_what_matters() -> None:
    learned = taught(cause=Cause.WRONG)
    assert learned.columns == ()
    (reasons,) = lines_to_reasons([line(1)], learned)
    assert [reason.family for reason in reasons if reason.log_lift < -0.1] == ["right"]


def test_an_immaterial_finding_lowers_its_kind_and_leaves_the_rule_right() -> None:
    learned = taught(cause=Cause.IMMATERIAL)
    (reasons,) = lines_to_reasons([line(1)], learned)
    by_family = {reason.family: reason.log_lift for reason in reasons}
    assert by_family["rule"] < -0.1 and by_family["right"] == pytest.approx(0.0)


def test_skipped_and_relabelled_findings_are_counted_and_teach_nothing() -> None:
    lines = [line(number) for number in range(1, 4)]
    learned = decisions_to_learned([decide(lines[0], Act.SKIP), decide(lines[1], Act.RELABEL)], lines)
    assert learned.decided == 0 and learned.silent == (("改判标签", 1), ("跳过", 1))


def test_of_two_decisions_on_one_finding_the_later_counts() -> None:
    one = line(1)
    learned = decisions_to_learned([decide(one, Act.DISMISS, Cause.WRONG), decide(one, Act.CONFIRM)], [one])
    assert (learned.decided, name_to_tally(learned.rules, one.finding.finding).confirmed) == (1, 1)


def test_a_unit_whose_findings_are_confirmed_rises() -> None:
    good = [line(1000 + number, unit="甲局") for number in range(20)]
    bad = [line(2000 + number, unit="乙局") for number in range(20)]
    decisions = [decide(each, Act.CONFIRM) for each in good]
    decisions += [decide(each, Act.DISMISS, Cause.EXPLAINED) for each in bad]
    learned = decisions_to_learned(decisions, [*good, *bad])
    lifts = [
        reasons_to_lift(reasons)
        for reasons in lines_to_reasons([line(1, unit="甲局"), line(2, unit="丙局"), line(3, unit="乙局")], learned)
    ]
    assert lifts == sorted(lifts, reverse=True) and lifts[1] == pytest.approx(1.0, abs=0.05)


def test_the_order_of_decisions_and_lines_does_not_matter() -> None:
    lines = [line(number, code=CODES[number % 4]) for number in range(1, 60)]
    decisions = [
        decide(each, *((Act.CONFIRM, None) if number % 3 else (Act.DISMISS, Cause.EXPLAINED)))
        for number, each in enumerate(lines)
    ]
    mixed = random.Random(1)
    shuffled = mixed.sample(decisions, len(decisions)), mixed.sample(lines, len(lines))
    assert decisions_to_learned(*shuffled) == decisions_to_learned(decisions, lines)


def test_five_thousand_decisions_are_learned_while_one_waits() -> None:
    lot = random.Random(3)
    codes = [f"RULE_{number}" for number in range(62)]
    lines = [line(number, code=lot.choice(codes), unit=f"第{lot.randrange(60)}单位") for number in range(1, 5001)]
    decisions = [
        decide(each, *((Act.CONFIRM, None) if lot.random() < 0.6 else (Act.DISMISS, Cause.EXPLAINED))) for each in lines
    ]
    began = time.process_time()
    learned = decisions_to_learned(decisions, lines)
    assert time.process_time() - began < 8.0  # measured 0.6 s alone; the machine of a test run is shared
    assert learned.decided == 5000
