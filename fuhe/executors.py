"""Where work runs: this process, a pool of processes, or any other ``concurrent.futures.Executor``."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, Protocol, TypeVar, runtime_checkable

P = ParamSpec("P")
R = TypeVar("R")

_ENDS_CALLS = (3, 11, 5)  # from this Python on the library closes the pipe of calls itself (gh-94777)


class ParentProcess(Protocol):
    """What the library tells of the process that started this one."""

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended."""


class SerialExecutor(Executor):
    """Runs each call at once, in this process."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """A future that is already done; the signature is the library's."""
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def serial_executor(workers: int) -> Executor:
    """This process, whatever the number of workers."""
    return SerialExecutor()


class WorkerPool(Executor):
    """A pool of fresh processes that leave Ctrl-C to this one, and can be ended at once."""

    def __init__(self, workers: int) -> None:
        # forking would copy the threads of the recognition engines half-alive
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(max_workers=workers, mp_context=context, initializer=leave_with_parent)

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """A future of the pool; the signature is the library's."""
        try:
            with _deaf():  # the pool starts its processes as calls come in
                return self._pool.submit(fn, *args, **kwargs)
        except BrokenExecutor:
            self._let_go()
            raise

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As any executor's; the signature is the library's."""
        if getattr(self._pool, "_broken", False):
            self._let_go()
        self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def stop(self) -> None:
        """End the processes in the midst of their work."""
        # Python 3.14 has terminate_workers() for this
        for process in tuple((getattr(self._pool, "_processes", None) or {}).values()):
            process.terminate()
        self._let_go()

    def _let_go(self) -> None:
        """Close the pipes' other ends, which this process holds too: else whoever in it is in the midst of sending a
        call, or of receiving an answer, waits for ever for processes that are gone.
        """
        if sys.version_info < _ENDS_CALLS:
            _close_end(getattr(self._pool, "_call_queue", None), "_reader")
        _close_end(getattr(self._pool, "_result_queue", None), "_writer")


def _close_end(queue: object, name: str) -> None:
    end = getattr(queue, name, None)
    if end is not None:
        end.close()


def process_pool(workers: int) -> Executor:
    """A pool of so many processes."""
    return WorkerPool(workers)


@runtime_checkable
class Stoppable(Protocol):
    """An executor that can be ended in the midst of its work."""

    def stop(self) -> None:
        """End it at once."""


def stop_workers(executor: Executor) -> None:
    """End an executor at once where it can be; others are left to end by themselves."""
    if isinstance(executor, Stoppable):
        executor.stop()


def leave_with_parent() -> None:
    """End this process when the one that started it is killed: the pool's own processes would wait for it forever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_after, args=(parent,), daemon=True).start()


def _leave_after(parent: ParentProcess) -> None:
    parent.join()
    os._exit(1)


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C ignored for a moment, and for good by processes started in it: what they would say of it is no Chinese."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say what becomes of signals
        return
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
