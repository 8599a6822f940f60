"""What a command says while it works: one line that renews itself on a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

T = TypeVar("T")

TERMINAL_SECONDS = 0.2  # faster than the eye follows
LOG_SECONDS = 10.0  # a log of a night's work stays readable


def with_progress(items: Iterable[T], total: int, *, stream: TextIO, words: str) -> Iterator[T]:
    """The items as they come, with 已读 12/300 said on the stream; work done within the first interval says nothing."""
    on_terminal = stream.isatty()
    interval = TERMINAL_SECONDS if on_terminal else LOG_SECONDS
    opening, closing = ("\r", "") if on_terminal else ("", "\n")
    said, last = False, time.monotonic()
    for number, item in enumerate(items, start=1):
        yield item
        if time.monotonic() - last >= interval:
            stream.write(f"{opening}{words} {number}/{total}{closing}")
            stream.flush()
            said, last = True, time.monotonic()
    if said and on_terminal:
        stream.write(f"\r{words} {total}/{total}\n")
        stream.flush()
