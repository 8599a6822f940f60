"""The other process that reads pages, seen from this one: started, asked, watched, and ended when it takes too much."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import IO, Any

from domain.errors import UnreadableDocument
from fuhe.limits import Limits
from fuhe.page_reading import Paper, ReadPage
from fuhe.page_server import COUNT, END, FAULT, NOTE, PAGE, UNREADABLE, frame_to_page, read_frame, write_frame
from ocr.engines.choice import EngineChoice

SERVER = "fuhe.page_server"  # the module of which ``serve`` is the other end
LOOK_SECONDS = 0.1  # between two looks at the memory, in which a page may take some hundred megabytes
MEBIBYTE = 1024**2
_NEVER = float("inf")
# Many short calls, for which other threads would be woken: a third of the processor's time. The engine has its own.
_ONE_THREAD = {"OPENCV_FOR_THREADS_NUM": "1", "OPENBLAS_NUM_THREADS": "1"}
# The same places as here, in the same order; -P and -c put nothing of their own before them.
_BOOT = """\
import importlib, json, sys
sys.path[:] = json.loads(sys.argv[1])
importlib.import_module(sys.argv[2]).serve()
"""


class Loss(Enum):
    """What became of a process that reads pages."""

    CRASHED = "crashed"
    SLOW = "slow"
    LARGE = "large"


class PageLost(Exception):
    """The process was lost over what it was asked; the next question finds a new one."""

    def __init__(self, loss: Loss) -> None:
        super().__init__(loss.value)
        self.loss = loss


@dataclass(slots=True)
class PageProcess:
    """At most one process, started when something is asked and kept for what is asked next. For one thread alone."""

    process: subprocess.Popen[bytes] | None = None
    paper: Paper | None = None
    count: int = 0
    limits: Limits = field(default_factory=Limits)
    deadline: float = _NEVER
    loss: Loss = Loss.CRASHED

    @property
    def is_running(self) -> bool:
        """False before it is started, and when it has ended by itself or somebody else has ended it."""
        return self.process is not None and self.process.poll() is None

    def warm(self, engine: EngineChoice) -> None:
        """Start it and let it load what reading takes, while here something else is done. Raises PageLost."""
        if self.process is None:
            self._start()
            self._tell({"task": "warm", **_engine_to_task(engine)})

    def open(self, paper: Paper, limits: Limits) -> int:
        """The number of pages of this paper, which is the open one from now on. UnreadableDocument, PageLost."""
        self.paper, self.limits = None, limits
        if not self.is_running:
            self._start()
        task = {
            "task": "open", "name": paper.name, "password": paper.password, **_engine_to_task(paper.engine),
            "files": len(paper.contents), "seconds": limits.page_seconds,
        }  # fmt: skip
        _, body = self._ask(task, *paper.contents, answers=COUNT)
        self.paper, self.count = paper, int(body)
        return self.count

    def pages(self, *, leave: frozenset[int], keep: Callable[[ReadPage], None]) -> Generator[ReadPage]:
        """Pages of the open paper as PageReader.pages gives them. Raises PageLost."""
        is_done = False
        try:
            letter, body = self._ask({"task": "pages", "leave": sorted(leave)}, answers=PAGE + NOTE + END)
            while letter != END:
                page = frame_to_page(letter, body)
                keep(page)
                self._tell({"task": "next"})  # the next page is read while this one is looked at
                yield page
                letter, body = self._hear(PAGE + NOTE + END)
            is_done = True
        finally:
            if not is_done:  # what it is still going to say would be taken for an answer to something else
                self.close()

    def picture(self, number: int) -> bytes:
        """A page of the open paper as JPEG, b"" where nothing can be shown. Raises PageLost."""
        return self._ask({"task": "picture", "number": number}, answers=b"J")[1]

    def close(self) -> None:
        """End the process, whatever it does."""
        process, self.process, self.paper = self.process, None, None
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                _close_quietly(stream)
            process.wait()

    def _ask(self, task: dict[str, Any], *contents: bytes, answers: bytes) -> tuple[bytes, bytes]:
        if not self.is_running:  # another one would not have the paper open
            raise self._lost()
        self._tell(task, *contents)
        return self._hear(answers)

    def _tell(self, task: dict[str, Any], *contents: bytes) -> None:
        assert self.process is not None and self.process.stdin is not None
        self.deadline = time.monotonic() + self.limits.page_seconds
        try:
            for frame in (json.dumps(task).encode(), *contents):
                write_frame(self.process.stdin, frame)
        except OSError as error:
            raise self._lost() from error
        self.deadline = _NEVER  # until somebody waits for the answer

    def _hear(self, answers: bytes) -> tuple[bytes, bytes]:
        """Letter and body of the answer. Raises UnreadableDocument, PageLost, RuntimeError for a fault over there."""
        assert self.process is not None and self.process.stdout is not None
        self.deadline = time.monotonic() + self.limits.page_seconds
        frame = read_frame(self.process.stdout)
        self.deadline = _NEVER
        if frame is None:
            raise self._lost()
        letter, body = frame[:1], frame[1:]
        if letter == UNREADABLE:
            raise UnreadableDocument(body.decode())
        if letter == FAULT or letter not in answers:
            raise RuntimeError(body.decode(errors="replace"))
        return letter, body

    def _lost(self) -> PageLost:
        loss, self.loss, self.deadline = self.loss, Loss.CRASHED, _NEVER
        self.close()
        return PageLost(loss)

    def _start(self) -> None:
        self.close()
        command = [sys.executable, "-P", "-c", _BOOT, json.dumps(sys.path), SERVER]
        # a session of its own: Ctrl-C is for whoever asked, with whom this process ends
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=os.name != "nt",
            env={**os.environ, **_ONE_THREAD},
        )  # fmt: skip
        self.loss = Loss.CRASHED
        threading.Thread(target=self._watch, args=(self.process,), daemon=True).start()

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        """Ends the process when it takes too long or too much; whoever waits for its answer hears that it is gone."""
        while self.process is process and process.poll() is None:
            if time.monotonic() > self.deadline:
                self._end(process, Loss.SLOW)
            elif process_to_megabytes(process.pid) > self.limits.page_megabytes:
                self._end(process, Loss.LARGE)
            time.sleep(LOOK_SECONDS)

    def _end(self, process: subprocess.Popen[bytes], loss: Loss) -> None:
        if self.process is process:
            self.loss = loss
            process.kill()


def _engine_to_task(engine: EngineChoice) -> dict[str, str]:
    return {"engine": engine.name.value, "model_dir": str(engine.model_dir) if engine.model_dir else ""}


def process_to_megabytes(pid: int) -> float:
    """The memory that a process holds, in MiB; 0 where the system does not tell it as Linux does."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE


def _close_quietly(stream: IO[bytes] | None) -> None:
    with suppress(OSError):  # what was not sent was for a process that is gone
        if stream is not None:
            stream.close()


_own = threading.local()
_all: list[PageProcess] = []


def shared_process() -> PageProcess:
    """The one of this thread."""
    if not hasattr(_own, "process"):
        _own.process = PageProcess()
        _all.append(_own.process)
    process: PageProcess = _own.process
    return process


def close_all(processes: Sequence[PageProcess] = _all) -> None:
    """End those of all threads; whoever asks again finds a new one."""
    for process in processes:
        process.close()


atexit.register(close_all)
