"""What the list says of how many there are, held against counting one by one: after any acts, under any filter."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from domain.decision import Cause
from review.bands import KIND, kind_to_values
from review.deciding import Deed, Ruling, assign_many, decide_many
from review.facets import view_to_facets, view_to_switches
from review.filters import COLUMNS, FACETS, OPEN_STATUSES, QueueFilter
from review.models import Finding, Project, Role, Stage, Status, User
from review.queue import View, finding_to_neighbours, view_to_page
from review.undoing import undo
from tests.review.rows import a_finding, make_rows

EDGES = (None, Decimal("-1"), Decimal("0"), Decimal("99999.99"), Decimal(100_000), Decimal(1_000_000), Decimal(10**7))


@pytest.fixture
def user(member: Callable[[Role | None], User]) -> User:
    return member(Role.REVIEWER)


def amount_to_name(amount: Decimal | None) -> str:
    if amount is None:
        return "none"
    return next((name for name in ("1000", "100", "10") if amount >= int(name) * 10_000), "0")


def finding_to_values(finding: Finding, user: User) -> dict[str, str]:
    """What a finding is under each facet, worked out here."""
    mine = finding.assignee_id == user.pk
    return {
        "severity": finding.severity, "group": finding.group, "rule": finding.code, "unit": finding.unit,
        "project": finding.project_name, "year": finding.year, "status": finding.status,
        "amount": amount_to_name(finding.amount),
        "confidence": "high" if finding.confidence >= 0.9 else "middle" if finding.confidence >= 0.7 else "low",
        "who": "me" if mine else str(finding.assignee_id or "none"), "stage": finding.stage or "none",
    }  # fmt: skip


def is_shown(finding: Finding, wanted: QueueFilter) -> bool:
    folded = finding.covered_by_id is not None
    return (
        finding.verdict == wanted.verdict
        and finding.gone == (wanted.gone == "only")
        and wanted.folded in ("all", "only" if folded else "no")
    )


def count_one_by_one(project: Project, wanted: QueueFilter, user: User, *, without: str = "") -> list[dict[str, str]]:
    rows = [finding_to_values(each, user) for each in Finding.objects.filter(project=project) if is_shown(each, wanted)]
    asked = {facet: wanted.chosen(facet) for facet in FACETS if facet != without and wanted.chosen(facet)}
    return [row for row in rows if all(row[facet] in values for facet, values in asked.items())]


def random_filter(dice: random.Random, rows: list[dict[str, str]]) -> QueueFilter:
    """A filter that some finding may meet."""
    wanted = QueueFilter(
        verdict=dice.choice(["fail", "fail", "cannot_check"]), folded=dice.choice(["no", "no", "only", "all"]),
        gone=dice.choice(["no", "no", "no", "only"]), status=dice.choice([(), OPEN_STATUSES, ("confirmed",)]),
    )  # fmt: skip
    for facet in dice.sample([each for each in FACETS if each != "status"], dice.randrange(4)):
        wanted = wanted.with_facet(facet, tuple({dice.choice(rows)[facet] for _ in range(2)}))
    return wanted


def act(project: Project, user: User, dice: random.Random) -> None:
    """Something done to some findings, in one of the ways in which findings are written."""
    pks = dice.sample(list(project.findings.filter(stage="").values_list("pk", flat=True)), 20)
    some = Finding.objects.filter(pk__in=pks)
    skip, dismiss = Ruling(deed=Deed.SKIP), Ruling(deed=Deed.DISMISS, cause=Cause.EXPLAINED)
    acts: list[Callable[[], Any]] = [
        lambda: decide_many(project, some, skip, user=user, expected=20, told={}),
        lambda: decide_many(project, some, dismiss, user=user, expected=20, told={}),
        lambda: assign_many(project, some, to=user, user=user, expected=20, told={}),
        lambda: undo(project, user),
        lambda: some.update(stage=Stage.PREPARED, amount=dice.choice(EDGES), covered_by=pks[0]),
        lambda: Finding.objects.bulk_update(
            [Finding(pk=pk, confidence=dice.choice([0.69, 0.7, 0.9]), covered_by=None) for pk in pks],
            ["confidence", "covered_by"],
        ),
    ]
    dice.choice(acts)()
    cache.clear()  # rows were changed behind the back of the log


@pytest.mark.parametrize("seed", range(4))
def test_what_is_counted_is_what_is_there_after_any_acts_under_any_filter(
    project: Project, user: User, seed: int
) -> None:
    dice = random.Random(seed)
    make_rows(project, 300, seed=seed)
    make_rows(Project.objects.create(name="另一项目"), 40)
    for _ in range(6):
        act(project, user, dice)
        rows = [finding_to_values(each, user) for each in Finding.objects.filter(project=project)]
        for wanted in (QueueFilter(), random_filter(dice, rows), random_filter(dice, rows)):
            assert_counted(View(project=project, user=user, wanted=wanted))


def assert_counted(view: View) -> None:
    told = view_to_facets(view)
    assert told.total == len(count_one_by_one(view.project, view.wanted, view.user)) == view.findings().count()
    for facet in told.facets:
        there = Counter(
            row[facet.name] for row in count_one_by_one(view.project, view.wanted, view.user, without=facet.name)
        )
        counted = {each.value: each.count for each in (*facet.values, *facet.more)}
        assert {value: count for value, count in counted.items() if count} == dict(there), facet.name
        assert len(facet.values) + len(facet.more) == len(counted)
    for switch, name, value in zip(
        view_to_switches(view), ("folded", "verdict", "gone"), ("only", "cannot_check", "only"), strict=True
    ):
        shown = view.wanted.with_switch(name, value)
        assert switch.count == len(count_one_by_one(view.project, shown, view.user)), name


@pytest.mark.parametrize("wanted", [QueueFilter(), QueueFilter(year=("2024",)), QueueFilter(status=("skipped",))])
def test_every_finding_has_its_number_whichever_end_it_is_counted_from(
    project: Project, user: User, wanted: QueueFilter
) -> None:
    make_rows(project, 160)
    view = View(project=project, user=user, wanted=wanted)
    pks = list(view.findings().values_list("pk", flat=True))
    for number, pk in enumerate(pks, start=1):
        place = finding_to_neighbours(view, Finding.objects.get(pk=pk))
        assert (place.number, place.total) == (number, len(pks))
        assert place.previous == (pks[number - 2] if number > 1 else None)
        assert place.next == (pks[number] if number < len(pks) else None)


def test_a_total_counted_before_serves_a_page(project: Project, user: User) -> None:
    make_rows(project, 90)
    view = View(project=project, user=user, wanted=replace(QueueFilter(), status=()))
    total = view_to_facets(view).total
    page = view_to_page(view, size=20, total=total)
    while page.after:
        following = view_to_page(view, after=page.after, size=20, total=total)
        assert (following.first, following.total) == (page.last + 1, total)
        page = following
    assert page.last == total


def test_the_database_works_out_what_is_filtered_by(project: Project) -> None:
    teller = a_finding(project)
    told = a_finding(project, amount=Decimal(100_000), confidence=0.9, severity="low", stage="prepared", code="a|b")
    assert (told.folded, told.band, told.sure, kind_to_values(told.kind)) == (
        False, "10", "high", ["low", "prepared", "high", "a|b"],
    )  # fmt: skip
    assert [COLUMNS[facet] for facet in KIND] == ["severity", "stage", "sure", "code"]
    Finding.objects.filter(pk=told.pk).update(covered_by=teller, amount=None, confidence=0.7)
    told.refresh_from_db()
    assert (told.folded, told.band, told.sure) == (True, "none", "middle")
    teller.delete()
    assert not Finding.objects.get(pk=told.pk).folded


def test_words_that_nobody_wrote_are_counted_as_none(project: Project, auditor: Client) -> None:
    a_finding(project)
    page = auditor.get(f"/p/{project.pk}/queue?q=渡槽")
    assert (page.context["page"].total, page.status_code) == (0, 200)


@pytest.mark.parametrize("wanted", [QueueFilter(), QueueFilter(status=tuple(Status.values)), QueueFilter(unit=("甲",))])
def test_nothing_is_sorted_for_the_counts(project: Project, user: User, wanted: QueueFilter) -> None:
    """A sort of a whole list is what made them slow."""
    if connection.vendor != "sqlite":
        pytest.skip("other databases choose by what they know of the rows, and here there are none")
    view = View(project=project, user=user, wanted=wanted)
    with CaptureQueriesContext(connection) as queries:
        view_to_facets(view)
    used = set()
    for query in queries.captured_queries:
        if "COUNT(*)" in query["sql"]:
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                plan = [str(row[3]) for row in cursor.fetchall()]
            place = next(place for place, line in enumerate(plan) if "review_finding" in line)
            used.add(plan[place].split(" INDEX ")[1].split()[0])
            assert not [line for line in plan[place + 1 : place + 2] if "B-TREE" in line], plan
    assert used in ({"kinds", "papers"}, {"kinds", "papers_open"})
