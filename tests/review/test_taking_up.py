"""What a dead worker left is taken up, what a living one does is left alone."""

from __future__ import annotations

import os
import socket
import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from review.arrivals import unpack_one
from review.blobs import keep_blob
from review.models import Delivery, Document, Item, ItemState, Job, JobKind, JobState, Project, State, WorkerBeat
from review.shell import SILENT_SECONDS
from review.taking_up import MAX_DEATHS, find_orphans, give_back, take_up
from review.tasks import read_one, run_job
from review.worker import LOOK_SECONDS, Heart

GONE = f"{socket.gethostname()[:36]}-999999999-aa"
HERE = f"{socket.gethostname()[:36]}-{os.getpid()}-bb"
ELSEWHERE = "another-machine-17-cc"


def beat(name: str, *, seconds_ago: float = 0.0) -> None:
    WorkerBeat.objects.create(name=name, at=timezone.now() - timedelta(seconds=seconds_ago))


def claimed(worker: str, *, deaths: int = 0) -> None:
    """The one task in the queue, taken by this worker after so many others died over it."""
    task: Any = DBTaskResult.objects.get()
    task.worker_ids = ["dead"] * deaths
    task.claim(worker)


@pytest.fixture
def reading(project: Project) -> Document:
    """A document that a worker was at."""
    document = Document.objects.create(project=project, sha256="0" * 64, path="x", state=State.READING)
    read_one.enqueue(document.pk)
    return document


def state_of(document: Document) -> tuple[str, str]:
    document.refresh_from_db()
    return document.state, DBTaskResult.objects.get().status


@pytest.mark.parametrize(
    ("worker", "seconds_ago"),
    [(GONE, 1 + SILENT_SECONDS), (GONE, 50), (HERE, 61), (ELSEWHERE, 61)],
    ids=["gone", "long gone", "silent here", "silent elsewhere"],  # their names differ from process to process
)
def test_what_a_dead_worker_did_goes_back(reading: Document, worker: str, seconds_ago: float) -> None:
    claimed(worker)
    beat(worker, seconds_ago=seconds_ago)
    take_up()
    assert state_of(reading) == (State.WAITING, TaskResultStatus.READY)


def test_a_worker_that_left_no_beat_is_dead(reading: Document) -> None:
    claimed(GONE)
    take_up()
    assert state_of(reading) == (State.WAITING, TaskResultStatus.READY)


@pytest.mark.parametrize(
    ("worker", "seconds_ago"),
    [(GONE, 3), (HERE, 3), (HERE, 30), (ELSEWHERE, 30)],  # silent for a while: the database may be busy
    ids=["just gone", "here", "busy here", "busy elsewhere"],
)
def test_what_a_living_worker_does_stays_its_own(reading: Document, worker: str, seconds_ago: float) -> None:
    claimed(worker)
    beat(worker, seconds_ago=seconds_ago)
    take_up()
    find_orphans()
    assert state_of(reading) == (State.READING, TaskResultStatus.RUNNING)
    read_one.func(reading.pk)  # even if the same were asked for twice
    assert state_of(reading)[0] == State.READING


def test_whatever_kills_every_worker_is_given_up_so_that_others_have_their_turn(reading: Document) -> None:
    claimed(GONE, deaths=MAX_DEATHS - 1)
    take_up()
    assert state_of(reading) == (State.FAILED, TaskResultStatus.FAILED)
    assert "异常退出" in reading.reason and "重新识读" in reading.reason


def test_leaving_when_told_is_no_death(reading: Document) -> None:
    claimed(HERE, deaths=1)
    beat(HERE)
    give_back(HERE)
    assert state_of(reading) == (State.WAITING, TaskResultStatus.READY)
    assert DBTaskResult.objects.get().worker_ids == ["dead"] and not WorkerBeat.objects.exists()


def test_jobs_and_archives_go_back_or_are_given_up_too(project: Project) -> None:
    job = Job.objects.create(project=project, kind=JobKind.CHECK, state=JobState.RUNNING)
    run_job.enqueue(job.pk)
    claimed(GONE)
    take_up()
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    claimed(GONE, deaths=MAX_DEATHS)
    Job.objects.update(state=JobState.RUNNING)
    take_up()
    job.refresh_from_db()
    assert job.state == JobState.FAILED and "重新发起" in job.message
    DBTaskResult.objects.all().delete()
    item = Item.objects.create(
        delivery=Delivery.objects.create(project=project), path="包.zip", sha256="0" * 64, state=ItemState.HERE
    )
    unpack_one.enqueue(item.pk)
    claimed(GONE, deaths=MAX_DEATHS)
    take_up()
    item.refresh_from_db()
    assert item.state == ItemState.REFUSED and "解压后上传" in item.reason


def test_what_no_task_is_about_is_put_into_the_queue(project: Project) -> None:
    sha256, _ = keep_blob([b"x"])
    orphan = Document.objects.create(project=project, sha256="0" * 64, path="x", state=State.READING)
    waiting = Document.objects.create(project=project, sha256="1" * 64, path="y")
    read_one.enqueue(waiting.pk)
    Document.objects.create(project=project, sha256="2" * 64, path="z", state=State.READ)
    job = Job.objects.create(project=project, kind=JobKind.CHECK, state=JobState.RUNNING)
    item = Item.objects.create(
        delivery=Delivery.objects.create(project=project), path="a", sha256=sha256, state=ItemState.HERE
    )
    for _ in range(2):
        find_orphans()
    told = {(task.task_path, *task.args_kwargs["args"]) for task in DBTaskResult.objects.all()}
    assert DBTaskResult.objects.count() == 4
    assert told == {
        (read_one.module_path, orphan.pk),
        (read_one.module_path, waiting.pk),
        (run_job.module_path, job.pk),
        (unpack_one.module_path, item.pk),
    }


def test_a_living_worker_looks_now_and_then_for_what_no_task_is_about(reading: Document) -> None:
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED, finished_at=timezone.now())
    heart = Heart(name=HERE)
    heart.beat_once()
    assert state_of(reading) == (State.READING, TaskResultStatus.FAILED)
    heart.looked_at = time.monotonic() - LOOK_SECONDS
    for _ in range(2):
        heart.beat_once()
    reading.refresh_from_db()
    assert reading.state == State.WAITING
    assert DBTaskResult.objects.filter(status=TaskResultStatus.READY).count() == 1


def test_a_task_done_by_a_worker_that_died_before_it_could_say_so_still_asks_for_the_checks(project: Project) -> None:
    document = Document.objects.create(project=project, sha256="0" * 64, path="x", state=State.READ)
    read_one.func(document.pk)
    assert Job.objects.get().kind == JobKind.CHECK


@pytest.mark.parametrize(("seconds_ago", "is_shown"), [(1.0, False), (SILENT_SECONDS + 1.0, True)])
def test_the_banner_says_that_nobody_works(
    auditor: Client, project: Project, seconds_ago: float, is_shown: bool
) -> None:
    beat(GONE, seconds_ago=seconds_ago)
    assert ("后台任务未运行" in auditor.get("/heartbeat").content.decode()) is is_shown


def test_a_long_document_that_gets_on_from_death_to_death_is_not_given_up(reading: Document) -> None:
    Document.objects.update(pages=40, pages_done=2)
    claimed(GONE, deaths=MAX_DEATHS)
    take_up()
    assert state_of(reading) == (State.WAITING, TaskResultStatus.READY)
    Document.objects.update(state=State.READING)
    claimed(GONE, deaths=MAX_DEATHS + 1)
    take_up()
    assert state_of(reading) == (State.FAILED, TaskResultStatus.FAILED)
