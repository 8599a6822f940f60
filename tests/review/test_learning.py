"""Retraining from the workbench: what teaches, why the button is grey, a challenger, promotion and rollback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classify.learning.examples import HOUSE_LABELS
from domain.label import Task
from fuhe.desk_school import school_desk
from fuhe.settings import Settings
from review.checking import check_project
from review.decisions import project_to_decisions, row_to_decided
from review.house import House, install_house, the_house
from review.learning import FEWEST, decided_findings, lessons, note_decisions
from review.models import Event, Finding, Job, JobKind, JobState, Project, Role, Status, User
from review.reading import read_document
from review.tasks import run_job
from tests.review.documents import EXAMPLES, file_to_document


@pytest.fixture(autouse=True)
def own_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUHE_MODELS", str(tmp_path / "models"))


@pytest.fixture
def governor(db: Any, client: Client) -> Client:
    user = User.objects.create_user(username="governor", is_superuser=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def decide(project: Project, *, status: Status = Status.CONFIRMED, cause: str = "", count: int | None = None) -> int:
    chosen = Finding.objects.filter(project=project, status=Status.OPEN).order_by("place")[:count]
    keys = list(chosen.values_list("pk", flat=True))
    return Finding.objects.filter(pk__in=keys).update(status=status, dismissal=cause, decided_at=timezone.now())


def test_without_decisions_the_button_is_grey_and_says_why(governor: Client, project: Project) -> None:
    page = governor.get(reverse("learning", args=[project.pk])).content.decode()
    assert "没有新的复核决定" in page
    assert "disabled" in page
    governor.post(reverse("start_training", args=[project.pk]))
    assert not Job.objects.filter(kind=JobKind.TRAIN).exists()


def test_a_misread_cell_teaches_no_text(read_project: Project) -> None:
    decide(read_project, status=Status.DISMISSED, cause="misread")
    told = lessons()
    assert told.teaching == 0
    assert dict(told.silent) == {"识读有误": told.fresh}
    assert str(FEWEST) in told.reason


def test_a_decision_tells_of_the_text_and_the_label_it_rests_on(read_project: Project, house: House) -> None:
    decide(read_project)
    lessons_told = house.school.lessons([row_to_decided(row) for row in decided_findings()])
    telling = [line for lines in lessons_told for line in lines if line["labels"]]
    assert telling, "the example holds findings that rest on labels"
    assert all(line["text"] and line["decision"] == "confirm" for line in telling)


def test_training_makes_a_challenger_that_answers_only_when_promoted(
    governor: Client, read_project: Project, house: House
) -> None:
    decide(read_project)
    governor.post(reverse("start_training", args=[read_project.pk]))
    job = Job.objects.get(kind=JobKind.TRAIN)
    run_job.func(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.message
    challenger = next(iter(job.told["challengers"].values()))
    used = {model.name for model in house.school.models() if model.in_use}
    assert challenger["name"] not in used
    page = governor.get(reverse("learning", args=[read_project.pk])).content.decode()
    assert challenger["name"] in page
    assert "必查情形" in page
    governor.post(reverse("promote_model", args=[read_project.pk]), {"model": challenger["name"]})
    used = {model.name for model in house.school.models() if model.in_use}
    assert challenger["name"] in used
    assert Event.objects.filter(act="promote_model").count() == 1
    task = next(model.task_id for model in house.school.models() if model.name == challenger["name"])
    governor.post(reverse("roll_back_model", args=[read_project.pk]), {"task": task})
    assert challenger["name"] not in {model.name for model in house.school.models() if model.in_use}


def test_only_an_administrator_trains(client: Client, project: Project, member: Callable[[Role | None], User]) -> None:
    client.force_login(member(Role.REVIEWER), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("learning", args=[project.pk])).status_code == 200
    for name in ("start_training", "promote_model", "roll_back_model", "compare_model"):
        assert client.post(reverse(name, args=[project.pk])).status_code == 403


def test_flips_of_a_model_are_told(governor: Client, read_project: Project) -> None:
    governor.post(reverse("compare_model", args=[read_project.pk]), {"model": "rationale-base"})
    job = Job.objects.get(kind=JobKind.FLIPS)
    run_job.func(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.message
    assert job.told["counts"] == {}
    assert "没有变化" in governor.get(reverse("learning", args=[read_project.pk])).content.decode()


def test_an_offices_own_label_is_offered_taught_and_given_up_again(
    auditor: Client, read_project: Project, house: House
) -> None:
    own = {**HOUSE_LABELS, Task.RATIONALE: {**HOUSE_LABELS[Task.RATIONALE], "weather": "天气原因"}}
    decide(read_project)
    finding = next(each for each in decided_findings() if labels_told(each, "labels"))
    try:
        install_house(replace(house, school=school_desk(Settings(labels=own))))
        page = auditor.get(reverse("finding", args=[read_project.pk, finding.pk])).content.decode()
        assert "天气原因" in page
        finding.status, finding.relabel, finding.decided_at = Status.RELABELLED, ["weather"], timezone.now()
        finding.save()
        assert labels_told(finding, "right") == {"weather"}
    finally:
        install_house(house)
    assert labels_told(finding, "right") == set()
    page = auditor.get(reverse("finding", args=[read_project.pk, finding.pk])).content.decode()
    assert "天气原因" not in page and "weather" in page


def labels_told(finding: Finding, key: str) -> set[str]:
    """What a decision tells of the reasons it rests on: the labels they were given, or those that are right."""
    lines = [line for each in the_house().school.lessons([row_to_decided(finding)]) for line in each]
    return {label for line in lines if line["task"] == Task.RATIONALE for label in line.get(key, ())}


def test_an_unknown_model_is_refused_in_words(governor: Client, project: Project) -> None:
    page = governor.post(reverse("promote_model", args=[project.pk]), {"model": "nobody"}, follow=True).content.decode()
    assert "没有名为 nobody 的模型" in page


def test_many_decisions_put_the_open_list_in_order_again(read_project: Project) -> None:
    note_decisions(read_project)
    assert not Job.objects.exists()
    decide(read_project, count=12)
    note_decisions(read_project)
    assert Job.objects.filter(kind=JobKind.CHECK).count() == 1


def test_decisions_move_the_rest_of_the_list(project: Project) -> None:
    for path in sorted(EXAMPLES.glob("0*.[tm]*")):
        read_document(file_to_document(project, path))
    check_project(project)
    before = list(Finding.objects.filter(project=project).order_by("place").values_list("pk", flat=True))
    codes = Finding.objects.filter(project=project, covered_by=None, verdict="fail").values_list("code", flat=True)
    often = max(set(codes), key=list(codes).count)
    Finding.objects.filter(project=project, code=often).update(
        status=Status.DISMISSED, dismissal="wrong", decided_at=timezone.now() - timedelta(minutes=1)
    )
    decide(project, count=25)
    assert len(project_to_decisions(project)) >= 25
    check_project(project)
    after = list(Finding.objects.filter(project=project).order_by("place").values_list("pk", flat=True))
    assert sorted(before) == sorted(after)
