"""Decisions on findings: one, many, taken back and done again, and what two people do at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.decision import Cause
from review.deciding import (
    Deed,
    Refusal,
    Ruling,
    assign,
    comment,
    decide,
    decide_many,
    finding_to_mark,
    natures_to_offer,
)
from review.journal import events_of, verify
from review.models import (
    LAST_PLACE,
    Chain,
    Check,
    Event,
    Finding,
    Job,
    JobKind,
    Membership,
    Note,
    Project,
    Role,
    Stage,
    Status,
    User,
)
from review.tasks import run_job
from review.undoing import redo, undo
from tests.review.rows import a_finding, a_form, make_rows

DISMISS = Ruling(deed=Deed.DISMISS, cause=Cause.EXPLAINED)
DECIDED = ("status", "dismissal", "nature", "relabel", "assignee", "decided_by", "decided_at", "place", "seen_at")


@pytest.fixture
def user(member: Callable[[Role | None], User]) -> User:
    return member(Role.AUDITOR)


@pytest.fixture
def other(member: Callable[[Role | None], User]) -> User:
    return member(Role.REVIEWER)


def rule(finding: Finding, ruling: Ruling, *, user: User) -> Finding:
    finding.refresh_from_db()
    decide(finding.project, finding.pk, ruling, user=user, mark=finding_to_mark(finding))
    finding.refresh_from_db()
    return finding


def states(project: Project) -> list[Any]:
    return list(Finding.objects.filter(project=project).order_by("pk").values_list("pk", *DECIDED))


@pytest.mark.parametrize(
    ("ruling", "status", "told"),
    [
        (Ruling(deed=Deed.CONFIRM, nature="自评得分不实"), Status.CONFIRMED, {"nature": "自评得分不实"}),
        (Ruling(deed=Deed.CONFIRM), Status.CONFIRMED, {"nature": "第1项自评得分高于分值2分。"}),
        (DISMISS, Status.DISMISSED, {"dismissal": "explained"}),
        (Ruling(deed=Deed.RELABEL, labels=("vague",)), Status.RELABELLED, {"relabel": ["vague"]}),
        (Ruling(deed=Deed.SKIP), Status.SKIPPED, {"place": 1 + LAST_PLACE}),
    ],
)
def test_a_decision_is_stored_with_who_and_when_and_logged_before_and_after(
    project: Project, user: User, ruling: Ruling, status: Status, told: dict[str, Any]
) -> None:
    finding = rule(a_finding(project), ruling, user=user)
    assert (finding.status, finding.decided_by) == (status, user)
    assert finding.decided_at is not None
    assert {name: getattr(finding, name) for name in told} == told
    (event,) = events_of("finding", finding.pk, most=5)
    assert (event.act, event.user) == (ruling.deed.value, user)
    assert event.changes[0]["before"]["status"] == "open"
    assert event.changes[0]["after"]["status"] == status.value


def test_what_was_skipped_comes_back_to_its_place_when_it_is_opened_again(project: Project, user: User) -> None:
    finding = rule(rule(a_finding(project), Ruling(deed=Deed.SKIP), user=user), Ruling(deed=Deed.REOPEN), user=user)
    assert (finding.place, finding.status, finding.decided_by, finding.decided_at) == (1, Status.OPEN, None, None)


def test_a_second_decision_takes_the_traces_of_the_first_away(project: Project, user: User) -> None:
    finding = rule(rule(a_finding(project), DISMISS, user=user), Ruling(deed=Deed.CONFIRM, nature="x"), user=user)
    assert (finding.dismissal, finding.nature) == ("", "x")


@pytest.mark.parametrize(
    ("ruling", "words"),
    [
        (Ruling(deed=Deed.DISMISS), "须选原因"),
        (Ruling(deed=Deed.RELABEL), "至少选一个"),
        (Ruling(deed=Deed.RELABEL, labels=("nonsense",)), "没有“nonsense”"),
        (Ruling(deed=Deed.CONFIRM, nature="长" * 2001), "2000"),
    ],
)
def test_half_a_decision_is_refused(project: Project, user: User, ruling: Ruling, words: str) -> None:
    finding = a_finding(project)
    with pytest.raises(Refusal, match=words):
        rule(finding, ruling, user=user)
    assert Event.objects.count() == 0


def test_whoever_comes_second_is_told_who_decided_what_and_changes_nothing(
    project: Project, user: User, other: User
) -> None:
    finding = a_finding(project)
    mark = finding_to_mark(finding)
    decide(project, finding.pk, DISMISS, user=user, mark=mark)
    with pytest.raises(Refusal, match=r"测试人员 \d\d:\d\d 已将这一条改为“已排除（有合理解释）”"):
        decide(project, finding.pk, Ruling(deed=Deed.CONFIRM), user=other, mark=mark)
    finding.refresh_from_db()
    assert (finding.status, finding.decided_by) == (Status.DISMISSED, user)


def test_a_signed_finding_takes_notes_alone(project: Project, user: User) -> None:
    finding = a_finding(project, stage=Stage.PREPARED, status=Status.CONFIRMED)
    with pytest.raises(Refusal, match="已签认"):
        rule(finding, DISMISS, user=user)
    with pytest.raises(Refusal, match="已签认"):
        assign(project, finding.pk, to=user, user=user)
    assert comment(project, finding.pk, "单位补充了验收单", user=user).after_signing
    assert undo(project, user) is None
    assert not Note.objects.get().withdrawn


def test_a_finding_of_another_audit_is_not_there(project: Project, user: User) -> None:
    elsewhere = a_finding(Project.objects.create(name="另一项目"))
    with pytest.raises(Refusal, match="不在这个审计项目"):
        decide(project, elsewhere.pk, DISMISS, user=user, mark=finding_to_mark(elsewhere))


def test_work_is_given_to_members_alone(project: Project, user: User, member: Callable[[Role | None], User]) -> None:
    finding = a_finding(project)
    assign(project, finding.pk, to=user, user=user)
    with pytest.raises(Refusal, match="成员"):
        assign(project, finding.pk, to=member(None), user=user)
    finding.refresh_from_db()
    assert finding.assignee == user


def test_five_thousand_are_dismissed_at_once_and_one_undo_brings_every_one_back(project: Project, user: User) -> None:
    make_rows(project, 5000)
    before = states(project)
    chosen = Finding.objects.filter(project=project)
    event = decide_many(project, chosen, DISMISS, user=user, expected=5000, told={"filter": ""})
    assert len(event.changes) == 5000
    assert chosen.exclude(status=Status.DISMISSED).count() == 0
    taken = undo(project, user)
    assert taken is not None
    assert (taken.changed, taken.overtaken, taken.locked) == (5000, 0, 0)
    assert states(project) == before
    assert verify(Chain.objects.get(project=project)).broken is None


def test_ten_decisions_put_the_open_list_in_order_again_once(
    project: Project, auditor: Client, django_capture_on_commit_callbacks: Any
) -> None:
    findings = [a_finding(project) for _ in range(13)]
    Check.objects.create(project=project, forms=13, findings=13)
    asked = []
    for finding in findings[:12]:
        with django_capture_on_commit_callbacks(execute=True):
            told = {"deed": "confirm", "mark": finding_to_mark(finding)}
            assert auditor.post(reverse("decide", args=[project.pk, finding.pk]), told).status_code == 302
        asked.append(Job.objects.filter(project=project, kind=JobKind.CHECK).count())
    assert asked == [0] * 9 + [1] * 3
    assert DBTaskResult.objects.filter(task_path=run_job.module_path).count() == 1


def test_many_decided_at_once_and_those_done_again_put_the_list_in_order_too(
    project: Project, user: User, django_capture_on_commit_callbacks: Any
) -> None:
    make_rows(project, 10)
    Check.objects.create(project=project, forms=10, findings=10)
    with django_capture_on_commit_callbacks(execute=True):
        decide_many(project, Finding.objects.all(), DISMISS, user=user, expected=10, told={})
        undo(project, user)
    assert not Job.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        redo(project, user)
    assert Job.objects.get().kind == JobKind.CHECK


def test_many_confirmed_at_once_have_each_its_own_wording(project: Project, user: User) -> None:
    findings = [a_finding(project) for _ in range(3)]
    chosen = Finding.objects.filter(project=project)
    decide_many(project, chosen, Ruling(deed=Deed.CONFIRM), user=user, expected=3, told={})
    assert [finding.nature for finding in chosen.order_by("pk")] == [finding.statement for finding in findings]


def test_many_are_refused_when_the_list_is_not_what_was_previewed(project: Project, user: User) -> None:
    a_finding(project)
    with pytest.raises(Refusal, match="先前是2条，现在是1条"):
        decide_many(project, Finding.objects.all(), DISMISS, user=user, expected=2, told={})
    with pytest.raises(Refusal, match="没有可以处理的"):
        decide_many(project, Finding.objects.none(), DISMISS, user=user, expected=0, told={})


def test_many_leave_out_what_is_signed(project: Project, user: User) -> None:
    signed, free = a_finding(project, stage=Stage.PREPARED), a_finding(project)
    decide_many(project, Finding.objects.all(), DISMISS, user=user, expected=1, told={})
    assert Finding.objects.get(pk=signed.pk).status == Status.OPEN
    assert Finding.objects.get(pk=free.pk).status == Status.DISMISSED


def test_undo_leaves_what_somebody_else_changed_since_and_what_is_signed(
    project: Project, user: User, other: User
) -> None:
    overtaken, signed, free = (a_finding(project) for _ in range(3))
    decide_many(project, Finding.objects.all(), DISMISS, user=user, expected=3, told={})
    rule(overtaken, Ruling(deed=Deed.CONFIRM, nature="y"), user=other)
    Finding.objects.filter(pk=signed.pk).update(stage=Stage.PREPARED)
    taken = undo(project, user)
    assert taken is not None
    assert (taken.changed, taken.overtaken, taken.locked, taken.finding) == (1, 1, 1, free.pk)
    assert list(Finding.objects.order_by("pk").values_list("status", flat=True)) == ["confirmed", "dismissed", "open"]


def test_each_undoes_only_what_is_their_own_newest_first(project: Project, user: User, other: User) -> None:
    first, second = a_finding(project), a_finding(project)
    rule(first, DISMISS, user=user)
    rule(second, DISMISS, user=other)
    rule(second, Ruling(deed=Deed.REOPEN), user=user)
    assert [undo(project, user) is not None for _ in range(3)] == [True, True, False]
    assert list(Finding.objects.order_by("pk").values_list("status", flat=True)) == ["open", "dismissed"]


def test_what_was_undone_waits_to_be_done_again_even_after_other_acts(project: Project, user: User) -> None:
    first, second = a_finding(project), a_finding(project)
    rule(first, DISMISS, user=user)
    undo(project, user)
    rule(second, Ruling(deed=Deed.SKIP), user=user)
    taken = redo(project, user)
    assert taken is not None
    assert (taken.deed, taken.changed) == ("dismiss", 1)
    first.refresh_from_db()
    assert first.status == Status.DISMISSED
    assert redo(project, user) is None
    undo(project, user)
    first.refresh_from_db()
    assert first.status == Status.OPEN


def test_a_note_is_withdrawn_and_put_back(project: Project, user: User) -> None:
    comment(project, a_finding(project).pk, "  请单位提供验收单 ", user=user)
    undo(project, user)
    assert Note.objects.get().withdrawn
    redo(project, user)
    note = Note.objects.get()
    assert (note.text, note.withdrawn, note.after_signing) == ("请单位提供验收单", False, False)


@pytest.mark.parametrize("text", ["", "   ", "字" * 2001])
def test_an_empty_note_or_a_book_is_refused(project: Project, user: User, text: str) -> None:
    with pytest.raises(Refusal, match="批注须有内容"):
        comment(project, a_finding(project).pk, text, user=user)


def test_the_last_wording_for_the_rule_is_offered_first_unless_it_speaks_of_another_case(
    project: Project, user: User, other: User
) -> None:
    form = a_form(project)
    general, special, third = (a_finding(project, form=form, row=row) for row in range(3))
    rule(general, Ruling(deed=Deed.CONFIRM, nature="自评得分超过分值，得分不实"), user=user)
    assert natures_to_offer(third, user=user)[0] == "自评得分超过分值，得分不实"
    rule(special, Ruling(deed=Deed.CONFIRM, nature="得分97.5分不实"), user=user)
    assert natures_to_offer(third, user=user)[:2] == (third.statement, "得分97.5分不实")
    assert natures_to_offer(third, user=other) == (third.statement, third.category, third.title)


ACTS = st.tuples(st.sampled_from([*Deed, "assign", "bulk", "undo", "redo"]), st.integers(min_value=0, max_value=3))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=10))
def test_whatever_one_does_undoing_it_all_brings_everything_back(
    acts: list[tuple[Deed | str, int]], user: User
) -> None:
    findings = fresh_findings(user)
    project = findings[0].project
    before = states(project)
    for act, place in acts:
        do(act, findings[place], person=user)
    shelved = project.findings.filter(place__gte=LAST_PLACE)
    assert set(shelved) == set(project.findings.filter(status=Status.SKIPPED))
    while undo(project, user) is not None:
        pass
    assert states(project) == before
    assert verify(Chain.objects.get_or_create(project=project)[0]).broken is None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(ACTS, st.integers(min_value=0, max_value=1)), max_size=10))
def test_whatever_two_do_undoing_never_touches_what_the_other_did_last(
    acts: list[tuple[tuple[Deed | str, int], int]], user: User, other: User
) -> None:
    findings = fresh_findings(user, other)
    project = findings[0].project
    people = (user, other)
    for (act, place), who in acts:
        do(act, findings[place], person=people[who])
    ruled = ("pk", "status", "dismissal", "nature", "relabel", "decided_at")
    theirs = list(project.findings.filter(decided_by=other).values_list(*ruled))
    while undo(project, user) is not None:
        pass
    assert set(map(str, theirs)) <= set(map(str, project.findings.filter(decided_by=other).values_list(*ruled)))


def fresh_findings(*people: User) -> list[Finding]:
    """Four open findings in an audit of their own: an example after another, each with a log of its own."""
    project = Project.objects.create(name="又一项目")
    for person in people:
        Membership.objects.create(project=project, user=person, role=Role.AUDITOR)
    return [a_finding(project) for _ in range(4)]


def do(act: Deed | str, finding: Finding, *, person: User) -> None:
    project = finding.project
    if isinstance(act, Deed):
        rule(finding, Ruling(deed=act, cause=Cause.MISREAD, labels=("vague",)), user=person)
    elif act == "assign":
        assign(project, finding.pk, to=person, user=person)
    elif act == "bulk":
        chosen = Finding.objects.filter(project=project)
        decide_many(project, chosen, DISMISS, user=person, expected=chosen.count(), told={})
    else:
        {"undo": undo, "redo": redo}[act](project, person)
