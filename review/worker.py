"""The background worker: the queue's own loop, and a heart beside it that beats, watches the others and lets go."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from django.db import close_old_connections, connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker

from review.models import WorkerBeat
from review.reading import note_progress
from review.shell import BEAT_SECONDS
from review.taking_up import find_orphans, give_back, take_up, this_host

IDLE_SECONDS = 0.5  # between two looks into an empty queue
LOOK_SECONDS = 300.0  # between two looks for what no task is about: a database that was locked twice loses the task
LEAVE_AT = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@dataclass(slots=True)
class Heart:
    """What goes on beside the work: beating, and leaving at once when told to; what is half done is done by others."""

    name: str
    woken: threading.Event = field(default_factory=threading.Event)
    looked_at: float = field(default_factory=time.monotonic)
    is_told_to_leave: bool = False

    def leave(self, signum: int, frame: FrameType | None) -> None:
        """Called for a signal: the heart has a connection of its own, the work may be in the middle of a statement."""
        self.is_told_to_leave = True
        self.woken.set()

    def run(self) -> None:
        """Beats until the work has ended. Ends the process when told to leave."""
        while not self.woken.wait(BEAT_SECONDS):
            _quietly(self.beat_once)
        if self.is_told_to_leave:
            _quietly(lambda: give_back(self.name))
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(0)  # pages read are kept: nothing is lost with the one under way
        connection.close()

    def beat_once(self) -> None:
        """Says that this worker is alive, takes up what dead ones left, and now and then what nobody has."""
        close_old_connections()
        beat(self.name)
        note_progress()
        take_up()
        if time.monotonic() - self.looked_at >= LOOK_SECONDS:
            self.looked_at = time.monotonic()
            find_orphans()


class Hand(Worker):
    """The queue's own loop; signals are the heart's."""

    def configure_signals(self) -> None:
        """Nothing: see Heart.leave."""


def run_worker(*, until_empty: bool = False) -> None:
    """Works until it is stopped, or until nothing is left to do."""
    heart = Heart(name=f"{this_host()}-{os.getpid()}-{secrets.token_hex(4)}")
    beat(heart.name)
    take_up()
    find_orphans()
    thread = threading.Thread(target=heart.run, daemon=True)
    thread.start()
    if threading.current_thread() is threading.main_thread() and not until_empty:
        for number in LEAVE_AT:
            signal.signal(number, heart.leave)
    hand = Hand(
        queue_names=["*"], interval=IDLE_SECONDS, batch=until_empty, backend_name="default", startup_delay=False,
        max_tasks=None, worker_id=heart.name, excluded_queue_names=[],
    )  # fmt: skip
    try:
        hand.run()
    finally:
        heart.woken.set()
        thread.join()
        WorkerBeat.objects.filter(name=heart.name).delete()


def _quietly(step: Callable[[], object]) -> None:
    try:
        step()
    except Exception:  # a database that is busy for a moment is no reason to stop beating
        logging.getLogger(__name__).exception("heart failed")


def beat(name: str) -> None:
    """Say that this worker is alive."""
    WorkerBeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})
