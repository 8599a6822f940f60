"""What a dead worker left, taken up by those that live: nothing is lost, nothing is done by two."""

from __future__ import annotations

import os
import socket
import sys
from datetime import timedelta
from typing import Any, TypeAlias

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from review.arrivals import refuse_item, unpack_one
from review.blobs import forget_broken_off, readings_folder
from review.forms import document_to_paper
from review.house import the_house
from review.models import Document, Item, ItemState, Job, JobState, State, WorkerBeat
from review.shell import SILENT_SECONDS
from review.sweeping import ask_sweep
from review.tasks import read_one, run_job

LOST_SECONDS = 60  # of silence, after which a worker is dead even if its process cannot be looked at
MAX_DEATHS = 3  # workers that died over one task and got no page further: it is given up, or others had no turn
KEPT_DAYS = 1  # finished tasks, for whoever looks for a fault
UNFINISHED = (State.WAITING, State.READING)
UNDONE = (JobState.WAITING, JobState.RUNNING)
UNSORTED = Q(state=ItemState.HERE, document=None, book=None)  # pages of a book may wait for others
QueuedTask: TypeAlias = DBTaskResult[Any, Any]
OPEN_TASKS = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
GIVEN_UP = (
    f"识读程序连续 {MAX_DEATHS} 次在这份文件上异常退出（多为内存不足或文件畸形），已放下，其余不受影响。"
    "请核对文件能否打开；可点“重新识读”再试，仍不行请交维护人员。"
)
ITEM_GIVEN_UP = f"解包时后台程序连续 {MAX_DEATHS} 次异常退出，已放下。请解压后上传文件夹；仍不行请交维护人员。"
JOB_GIVEN_UP = f"后台程序连续 {MAX_DEATHS} 次在这项任务上异常退出，已放下。请重新发起；仍不行请交维护人员。"


def take_up() -> None:
    """Tasks of workers that died go back into the queue; those of living ones stay theirs."""
    dead = [task for task in DBTaskResult.objects.running() if not _is_alive(_worker_of(task))]
    for task in dead:
        if len(task.worker_ids) >= MAX_DEATHS + _pages_done(task):
            _give_up(task)
        else:
            _put_back(task, workers=task.worker_ids)
    lost = WorkerBeat.objects.filter(at__lt=timezone.now() - timedelta(seconds=LOST_SECONDS))
    if lost.exists():  # looking costs nothing, deleting takes the lock of all writers
        lost.delete()


def _pages_done(task: QueuedTask) -> int:
    """Pages read of the document that a task is about: as long as it gets on, it is not what workers die of."""
    document = Document.objects.filter(pk=_about(task, read_one.module_path)).first()
    if document is None:
        return 0
    progress = the_house().reading.progress(document_to_paper(document), readings_folder())
    return document.pages_done if progress is None else progress.done


def give_back(name: str) -> None:
    """What this worker was doing, for others to do: it was told to leave, which is no death."""
    for task in DBTaskResult.objects.running():
        if _worker_of(task) == name:
            _put_back(task, workers=task.worker_ids[:-1])
    WorkerBeat.objects.filter(name=name).delete()


def find_orphans() -> None:
    """Whatever is not done and no task is about is put into the queue again; tasks done long ago are forgotten."""
    documents = set(Document.objects.filter(state__in=UNFINISHED).values_list("pk", flat=True))
    jobs = set(Job.objects.filter(state__in=UNDONE).values_list("pk", flat=True))
    arrived = Item.objects.filter(UNSORTED).values_list("archive", "pk")
    items = {archive or pk for archive, pk in arrived}  # members are settled by the archive they came in
    tasks = DBTaskResult.objects.filter(status__in=OPEN_TASKS).values_list("task_path", "args_kwargs")
    known = {(path, told["args"][0]) for path, told in tasks if told["args"]}
    for pk in sorted(pk for pk in documents if (read_one.module_path, pk) not in known):
        with transaction.atomic():  # it may have been finished since it was looked at
            if Document.objects.filter(pk=pk, state__in=UNFINISHED).update(state=State.WAITING):
                read_one.enqueue(pk)
    for pk in sorted(pk for pk in jobs if (run_job.module_path, pk) not in known):
        with transaction.atomic():
            if Job.objects.filter(pk=pk, state__in=UNDONE).update(state=JobState.WAITING):
                run_job.enqueue(pk)
    for pk in sorted(pk for pk in items if (unpack_one.module_path, pk) not in known):
        unpack_one.enqueue(pk)
    forget_broken_off()
    past = timezone.now() - timedelta(days=KEPT_DAYS)
    DBTaskResult.objects.finished().filter(finished_at__lt=past).delete()
    ask_sweep()


def _worker_of(task: QueuedTask) -> str:
    return str(task.worker_ids[-1]) if task.worker_ids else ""


def _is_alive(name: str) -> bool:
    """True for a worker that was heard of lately, or that is busy on this machine and silent for a while."""
    at = WorkerBeat.objects.filter(name=name).values_list("at", flat=True).first()
    if at is None:
        return False
    silence = (timezone.now() - at).total_seconds()
    return silence < SILENT_SECONDS or (silence < LOST_SECONDS and _may_run(name))


def _may_run(name: str) -> bool:
    """False where its process is known to be no more; of other machines nothing is known."""
    host, pid, _ = name.rsplit("-", 2)
    if host != this_host() or sys.platform == "win32":  # there, signal 0 is Ctrl-C
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def this_host() -> str:
    """The name of this machine, short enough for the queue, which takes 64 letters for the name of a worker."""
    return socket.gethostname()[:36]


def _claimed(task: QueuedTask) -> QuerySet[QueuedTask]:
    """The task as it was seen. Of two that change it, only the first finds a row."""
    return DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING, started_at=task.started_at)


def _put_back(task: QueuedTask, *, workers: list[str]) -> None:
    with transaction.atomic():
        if _claimed(task).update(status=TaskResultStatus.READY, started_at=None, worker_ids=workers):
            Document.objects.filter(pk=_about(task, read_one.module_path), state=State.READING).update(
                state=State.WAITING
            )
            Job.objects.filter(pk=_about(task, run_job.module_path), state=JobState.RUNNING).update(
                state=JobState.WAITING
            )


def _give_up(task: QueuedTask) -> None:
    now = timezone.now()
    with transaction.atomic():
        if _claimed(task).update(status=TaskResultStatus.FAILED, finished_at=now):
            Document.objects.filter(pk=_about(task, read_one.module_path), state=State.READING).update(
                state=State.FAILED, reason=GIVEN_UP, finished_at=now
            )
            Job.objects.filter(pk=_about(task, run_job.module_path), state=JobState.RUNNING).update(
                state=JobState.FAILED, message=JOB_GIVEN_UP, finished_at=now
            )
            refuse_item(_about(task, unpack_one.module_path), ITEM_GIVEN_UP)


def _about(task: QueuedTask, path: str) -> int:
    """The row that a task of this kind is about; 0, which no row has, for other kinds."""
    return int(task.args_kwargs["args"][0]) if task.task_path == path else 0
