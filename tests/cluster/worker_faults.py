"""Loaded by dask workers of the tests: pages take a while, tell that they begin and end, and some kill their worker."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import fuhe.cluster_work
import ocr.engines.choice

Step: TypeAlias = Callable[[str, int, int], bytes]
LOG = Path(os.environ["FUHE_TEST_LOG"])
POISON = "毒"  # in the name of a document: its page 3, or all of it where it is no paper, kills whoever reads it
PAGE = 3
SLOW_SECONDS = float(os.environ.get("FUHE_TEST_SECONDS", "0"))


def note(word: str, name: str, task: str, number: int) -> None:
    """One line of the log; appending so little is done at once."""
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"{word} {os.getpid()} {Path(name).name} {task} {number}\n")


def watched(task: str, step: Step) -> Step:
    """The step, told in the log."""

    def run(order: str, number: int, total: int) -> bytes:
        name = fuhe.cluster_work.ORDER.validate_json(order).name
        note("begun", name, task, number)
        time.sleep(SLOW_SECONDS)
        if POISON in name and (task, number) in ((fuhe.cluster_work.PAGE_TASK, PAGE), (fuhe.cluster_work.DOCUMENT, 0)):
            os.kill(os.getpid(), signal.SIGKILL)
        answer = step(order, number, total)
        note("ended", name, task, number)
        return answer

    return run


IS_LOADED = "FUHE_TEST_LOADED"  # dask may load this twice in one process
for each in (
    () if os.environ.get(IS_LOADED) == str(os.getpid()) else (fuhe.cluster_work.PAGE_TASK, fuhe.cluster_work.DOCUMENT)
):
    fuhe.cluster_work._TASKS[each] = watched(each, fuhe.cluster_work._TASKS[each])

os.environ[IS_LOADED] = str(os.getpid())
if weights := os.environ.get("FUHE_TEST_WEIGHTS"):
    setattr(ocr.engines.choice, "weights_hash", lambda: weights)  # noqa: B010
