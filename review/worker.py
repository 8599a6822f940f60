"""The background worker: the queue's own loop, a heartbeat beside it, and what a dead one left taken up again."""

from __future__ import annotations

import os
import socket
import threading
import traceback
from datetime import timedelta

from django.core.management import call_command
from django.db import close_old_connections, connection
from django.utils import timezone

from review.models import Document, Job, JobState, State, WorkerBeat
from review.reading import note_progress
from review.shell import BEAT_SECONDS, SILENT_SECONDS
from review.tasks import read_one, run_job

FORGOTTEN_DAYS = 1  # after which a worker that is no more is no longer listed


def run_worker(*, until_empty: bool = False) -> None:
    """Works until it is stopped, or until nothing is left to do."""
    name = f"{socket.gethostname()}-{os.getpid()}"
    beat(name)
    take_up()
    stop = threading.Event()
    heart = threading.Thread(target=_beat_on, args=(name, stop), daemon=True)
    heart.start()
    try:
        call_command(
            "db_worker", interval=0.5, batch=until_empty, worker_id=name, startup_delay=False, reload=False,
            queue_name="*", verbosity=0,
        )  # fmt: skip
    finally:
        stop.set()
        heart.join()
        WorkerBeat.objects.filter(name=name).delete()


def _beat_on(name: str, stop: threading.Event) -> None:
    while not stop.wait(BEAT_SECONDS):
        try:
            close_old_connections()
            beat(name)
            note_progress()
        except Exception:  # a database that is busy for a moment is no reason to stop beating
            traceback.print_exc()
    connection.close()


def beat(name: str) -> None:
    """Say that this worker is alive."""
    now = timezone.now()
    WorkerBeat.objects.update_or_create(name=name, defaults={"at": now})
    WorkerBeat.objects.filter(at__lt=now - timedelta(days=FORGOTTEN_DAYS)).delete()


def take_up() -> None:
    """What was under way when the last worker died goes back into the queue; what others work on stays theirs."""
    alive = timezone.now() - timedelta(seconds=SILENT_SECONDS)
    if WorkerBeat.objects.filter(at__gte=alive).count() > 1:
        return
    for document in Document.objects.filter(state=State.READING).values_list("pk", flat=True):
        read_one.enqueue(document)
    for job in Job.objects.filter(state=JobState.RUNNING).values_list("pk", flat=True):
        run_job.enqueue(job)
