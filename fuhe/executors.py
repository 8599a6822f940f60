"""Where work runs: this process, a pool of processes, or any other ``concurrent.futures.Executor``."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


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


def process_pool(workers: int) -> Executor:
    """A pool of fresh processes; forking would copy the threads of the recognition engines half-alive."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(max_workers=workers, mp_context=context, initializer=_end_quietly)


def _end_quietly() -> None:
    """Ctrl-C reaches the workers too; what they have to say about it in English helps nobody."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def stop_workers(executor: Executor) -> None:
    """End the processes of a pool at once; other executors are left to end by themselves."""
    # Python 3.14 has terminate_workers() for this
    for process in tuple((getattr(executor, "_processes", None) or {}).values()):
        process.terminate()
