"""The process that opens paper and reads pages, at the other end of two pipes: what a page does to it harms no other.

It is started by fuhe/page_process.py, which tells it what to do, and ends with it. A frame is a length of eight bytes
and so many bytes: coming in, JSON with a ``task``, or a file; going out, one letter and a body: C count, P page,
N note, J picture, E no more pages, U unreadable (the message), F a fault of ours (the message).
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, TypeAlias

from pydantic import TypeAdapter

from domain.errors import UnreadableDocument
from domain.page import Page
from fuhe.memory import give_memory_back
from fuhe.page_notes import PageNote
from fuhe.page_reading import HERE, Paper, ReadPage, paper_to_pages
from ocr.engines.choice import EngineChoice, EngineName, shared_engine

COUNT, PAGE, NOTE, PICTURE, END, UNREADABLE, FAULT = (letter.encode() for letter in "CPNJEUF")
_LENGTH = struct.Struct(">Q")
_PAGE, _NOTE = TypeAdapter(Page), TypeAdapter(PageNote)

ReadPaper: TypeAlias = Callable[..., Iterator[ReadPage]]  # as paper_to_pages


def write_frame(stream: IO[bytes], *parts: bytes) -> None:
    """One frame of these parts. Raises OSError where nobody listens any more."""
    stream.write(_LENGTH.pack(sum(map(len, parts))))
    for part in parts:
        stream.write(part)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next frame; None where the other end is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def page_to_frame(page: ReadPage) -> tuple[bytes, bytes]:
    """A page or a note as letter and body."""
    return (PAGE, _PAGE.dump_json(page)) if isinstance(page, Page) else (NOTE, _NOTE.dump_json(page))


def frame_to_page(letter: bytes, body: bytes) -> ReadPage:
    """The page or note of a frame."""
    return _PAGE.validate_json(body) if letter == PAGE else _NOTE.validate_json(body)


@dataclass(slots=True)
class Server:
    """One at work: what comes in, where answers go, how paper is read, and the paper that is open."""

    came: SimpleQueue[bytes]
    out: IO[bytes]
    read: ReadPaper = paper_to_pages
    paper: Paper | None = None
    seconds: int = 0

    def run(self) -> None:
        """Does what it is told, one task after the other."""
        task = self._next()
        while True:
            self._guard()
            following = None
            try:
                following = self._do(task)
            except UnreadableDocument as error:
                self._answer(UNREADABLE, str(error).encode())
            except Exception as error:  # told to whoever asked, who knows which document it was
                self._answer(FAULT, f"{type(error).__name__}: {error}".encode())
            task = following or self._next()

    def _next(self) -> dict[str, Any]:
        task: dict[str, Any] = json.loads(self.came.get())
        return task

    def _answer(self, letter: bytes, body: bytes = b"") -> None:
        self._rest()
        write_frame(self.out, letter, body)

    def _do(self, task: dict[str, Any]) -> dict[str, Any] | None:
        """The task done; the one that came in the middle of it, if any."""
        match task["task"]:
            case "open":
                self._open(task)
            case "warm":
                _warm(_task_to_engine(task))
            case "pages":
                return self._send_pages(frozenset(task["leave"]))
            case "picture":
                self._answer(PICTURE, HERE.picture(self._opened(), task["number"]) or b"")
        return None

    def _open(self, task: dict[str, Any]) -> None:
        self.paper = None
        give_memory_back()  # what the paper before has left behind
        contents = tuple(self.came.get() for _ in range(task["files"]))
        engine = _task_to_engine(task)
        self.seconds = task["seconds"]
        self.paper = Paper(contents=contents, name=task["name"], password=task["password"], engine=engine)
        self._guard()
        self._answer(COUNT, str(HERE.count(self.paper)).encode())

    def _send_pages(self, leave: frozenset[int]) -> dict[str, Any] | None:
        for page in self.read(self._opened(), leave=leave):
            self._answer(*page_to_frame(page))
            del page
            task = self._next()  # nothing is begun before the last page is safe
            if task["task"] != "next":
                return task
            self._guard()
        self._answer(END)
        return None

    def _opened(self) -> Paper:
        assert self.paper is not None
        return self.paper

    def _guard(self) -> None:
        """The system ends this process when it hangs where nobody is left to end it."""
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 3 * self.seconds)

    def _rest(self) -> None:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)


def _task_to_engine(task: dict[str, Any]) -> EngineChoice:
    folder = Path(task["model_dir"]) if task["model_dir"] else None
    return EngineChoice(name=EngineName(task["engine"]), model_dir=folder)


def _warm(engine: EngineChoice) -> None:
    """Everything loaded that reading a page takes. What cannot be loaded is told of the first page that wants it."""
    import ocr.load
    import ocr.read  # noqa: F401

    with suppress(Exception):
        shared_engine(engine)


def serve(read: ReadPaper = paper_to_pages) -> None:
    """Serves whoever started this process, and ends with it, in the midst of a page if need be."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    came: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, came), daemon=True).start()
    try:
        Server(came=came, out=out, read=read).run()
    except OSError:
        os._exit(0)  # nobody listens


def _listen(stream: IO[bytes], came: SimpleQueue[bytes]) -> None:
    while (frame := read_frame(stream)) is not None:
        came.put(frame)
    os._exit(0)
