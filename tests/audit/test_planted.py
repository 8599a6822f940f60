"""The measure of the rules: planted errors are found, careful forms are left in peace, and the sheets add up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest

from audit import RULES, Skills, check
from bench.planted import (
    CheckForms,
    Recall,
    false_alarms,
    is_found,
    overall_recall,
    plantings_to_recall,
    weighty,
)
from bench.planted_forms import GRADES, SHEETS, Planting, read_careful, read_plantings
from domain.finding import Finding, Severity, Verdict
from domain.form import Form, FundRow, SelfEvaluation
from extract.values import text_to_number

KNOWN = frozenset(rule.code for rule in RULES)
LEAST_RECALL = 0.95
MOST_PER_FORM = 0.5
LEAST_PLANTINGS = 3
# Must not be reported (domain, negatives checked), so it is not planted.
SILENT = {"EXEC_RATE_LASTDIGIT"}
# These ids are about sums that do not close; everywhere else they do.
SUMS = {
    "SUM_TOTAL_MISMATCH",
    "WEIGHT_SUM_NOT_100",
    "EXEC_RATE_MISMATCH",
    "EXEC_SCORE_MISMATCH",
    "GRADE_TOTAL_MISMATCH",
    "FUND_COMPONENT_MISMATCH",
    "FUND_COMPONENT_BLANK",
}
HALF_A_CENT = Decimal("0.0051")
CAREFUL = read_careful()
PLANTINGS = read_plantings()
# Held against the rules without any demand on recall: written without sight of them and not to be fitted.
PLANTED_AGAIN = read_plantings(SHEETS / "planted_again.yaml")
PLANTED_THIRD = read_plantings(SHEETS / "planted_third.yaml")
PLANTED_FOURTH = read_plantings(SHEETS / "planted_fourth.yaml")
PLANTED_FIFTH = read_plantings(SHEETS / "planted_fifth.yaml")
# These plant misprints too.
WHOLE = {
    name: read_plantings(SHEETS / f"planted_{name}.yaml")
    for name in ("sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth")
}


@pytest.fixture(scope="session")
def check_forms(real_skills: Skills) -> CheckForms:
    """The audit with the real skills."""
    return lambda forms: check(forms, skills=real_skills)


@pytest.fixture(scope="session")
def recalls(check_forms: CheckForms) -> tuple[Recall, ...]:
    """What is found of the ids that have a rule."""
    return plantings_to_recall([each for each in PLANTINGS if each.id in KNOWN], check=check_forms)


@pytest.fixture(scope="session")
def alarms(check_forms: CheckForms) -> dict[str, list[Finding]]:
    """What is said of the careful forms."""
    return false_alarms(CAREFUL, check=check_forms)


def test_planted_errors_are_found(recalls: tuple[Recall, ...]) -> None:
    missed = {recall.id: recall.missed for recall in recalls if recall.missed}
    assert overall_recall(recalls) >= LEAST_RECALL, missed


def test_every_planted_id_has_a_rule_but_misprints_which_no_rule_tells_without_false_alarms() -> None:
    assert {planting.id for planting in PLANTINGS} - KNOWN == {"TEXT_DEFECT"}


def test_careful_forms_raise_hardly_anything_of_weight(alarms: dict[str, list[Finding]]) -> None:
    told = {name: [finding.message for finding in weighty(findings)] for name, findings in alarms.items()}
    assert sum(map(len, told.values())) <= MOST_PER_FORM * len(told), told


def test_no_careful_form_is_accused_gravely(alarms: dict[str, list[Finding]]) -> None:
    grave = [(name, each.message) for name, told in alarms.items() for each in told if each.severity is Severity.HIGH]
    assert not grave


def test_every_id_of_the_taxonomy_is_planted_often_enough(shared: Path) -> None:
    planted = Counter(planting.id for planting in PLANTINGS)
    assert set(planted) == ids_of_the_taxonomy(shared) - SILENT
    assert {code for code, count in planted.items() if count < LEAST_PLANTINGS} == set()


@pytest.mark.parametrize(
    "plantings",
    [PLANTED_AGAIN, PLANTED_THIRD, PLANTED_FOURTH, PLANTED_FIFTH],
    ids=["again", "third", "fourth", "fifth"],
)
def test_later_sheets_plant_the_ids_of_the_first_but_for_slips_of_the_pen(
    plantings: tuple[Planting, ...], shared: Path
) -> None:
    assert {planting.id for planting in plantings} == ids_of_the_taxonomy(shared) - SILENT - {"TEXT_DEFECT"}


@pytest.mark.parametrize("plantings", WHOLE.values(), ids=WHOLE)
def test_a_whole_sheet_plants_every_id_of_the_taxonomy(plantings: tuple[Planting, ...], shared: Path) -> None:
    assert {planting.id for planting in plantings} == ids_of_the_taxonomy(shared) - SILENT


def ids_of_the_taxonomy(shared: Path) -> set[str]:
    """The ids of the findings table."""
    text = (shared / "domain.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| \S+ \| ([A-Z][A-Z0-9_]+) \|", text, re.MULTILINE))


@pytest.mark.parametrize(
    "plantings",
    [PLANTINGS, PLANTED_AGAIN, PLANTED_THIRD, PLANTED_FOURTH, PLANTED_FIFTH, *WHOLE.values()],
    ids=["first", "again", "third", "fourth", "fifth", *WHOLE],
)
def test_plantings_of_an_id_differ_in_name(plantings: tuple[Planting, ...]) -> None:
    names = Counter((planting.id, planting.name) for planting in plantings)
    assert max(names.values()) == 1


def test_plantings_of_an_id_differ_in_form() -> None:
    projects = {(planting.id, planting.forms[0].project_name.text) for planting in PLANTINGS}
    assert min(Counter(code for code, _ in projects).values()) >= 2


def closing_forms() -> list[object]:
    """Every form whose sums must close: the careful ones and those with an error of another kind."""
    careful = [pytest.param(form, id=name) for name, form in CAREFUL.items() if isinstance(form, SelfEvaluation)]
    planted = [
        pytest.param(form, id=f"{planting.id}-{planting.name}-{number}")
        for planting in chain(PLANTINGS, PLANTED_AGAIN, PLANTED_THIRD, PLANTED_FOURTH, PLANTED_FIFTH, *WHOLE.values())
        if planting.id not in SUMS
        for number, form in enumerate(planting.forms, start=1)
        if isinstance(form, SelfEvaluation)
    ]
    return [*careful, *planted]


@pytest.mark.parametrize("form", closing_forms())
def test_sums_of_the_sheets_close(form: SelfEvaluation) -> None:
    total_fund = form.funds[0]
    rows = form.indicators
    assert sum(number(row.weight.text) for row in rows) + number(total_fund.weight.text) == 100
    total = sum(number(row.score.text) for row in rows) + number(total_fund.score.text)
    assert number(form.total_score.text) == total
    assert form.grade.text in ("", next(word for least, word in GRADES if total >= least))
    assert_money_closes(form.funds)


def assert_money_closes(funds: Sequence[FundRow]) -> None:
    """Components add to the total, rates follow from the amounts, and marks from the rate."""
    for fund in funds:
        adjusted = number(fund.adjusted_budget.text)
        if fund.execution_rate.text.strip("/—") and adjusted:
            rate = number(fund.executed.text) / adjusted * 100
            assert abs(number(fund.execution_rate.text) - rate) <= HALF_A_CENT
    for column in ("initial_budget", "adjusted_budget", "executed"):
        parts = [number(getattr(fund, column).text) for fund in funds[1:]]
        assert not parts or sum(parts) == number(getattr(funds[0], column).text)
    marks = number(funds[0].execution_rate.text) * number(funds[0].weight.text) / 100
    assert not funds[0].score.text.strip("/—") or abs(number(funds[0].score.text) - marks) <= HALF_A_CENT


def number(text: str) -> Decimal:
    """A printed number, 0 for a dash or nothing."""
    read = text_to_number(text)
    return Decimal(0) if read is None else read.value


@pytest.mark.parametrize(
    ("code", "shift", "found"),
    [("own", 0, True), ("own", None, True), ("own", 1, False), ("other", 0, False), ("accepted", 0, True)],
)
def test_a_planting_counts_as_found_under_its_ids_at_its_place(code: str, shift: int | None, found: bool) -> None:
    planting = next(each for each in PLANTINGS if len(each.accepted) > 1 and each.row is not None)
    codes = {"own": planting.id, "other": "NO_SUCH_ID", "accepted": min(planting.accepted - {planting.id})}
    row = None if shift is None or planting.row is None else planting.row + shift
    assert is_found(planting, check=lambda forms: told(planting, forms, codes[code], row)) is found


def test_what_was_said_of_the_careful_form_already_does_not_count() -> None:
    planting = next(each for each in PLANTINGS if each.row is not None)
    assert not is_found(planting, check=lambda forms: [finding_of(planting, planting.id, planting.row)])


def told(planting: Planting, forms: Sequence[Form], code: str, row: int | None) -> list[Finding]:
    """A finding on the planted form and none on the careful one."""
    return [finding_of(planting, code, row)] if forms == planting.forms else []


def finding_of(planting: Planting, code: str, row: int | None) -> Finding:
    """A finding of this test's own at a place of the planted form."""
    form = planting.forms[0]
    return Finding(
        finding=code,
        title="",
        severity=Severity.LOW,
        verdict=Verdict.FAIL,
        source=form.document.path,
        form_index=form.index,
        project_name="",
        row=row,
        message="",
        evidence=(),
        basis="",
        confidence=1.0,
    )
