"""What a command says while it works: one line that renews itself on a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import TextIO, TypeVar

from fuhe.page_store import Underway

T = TypeVar("T")

TERMINAL_SECONDS = 0.2  # faster than the eye follows
LOG_SECONDS = 10.0  # a log of a night's work stays readable
BAR_CHARS = 20
LEAST_WORK = 0.002  # of all that is to do; the time left is not guessed from less
MINUTE, HOUR = 60, 3600  # seconds


@dataclass(slots=True)
class Board:
    """How far the work is: files done of ``total``, and how many of them were work (others were read before)."""

    total: int
    words: str
    underway: Callable[[], Iterable[Underway]] = tuple
    begun: float = field(default_factory=time.time)
    done: int = 0
    worked: int = 0


def with_progress(
    items: Iterable[T],
    board: Board,
    *,
    stream: TextIO,
    is_work: Callable[[T], bool] = lambda item: True,
) -> Iterator[T]:
    """The items as they come, with files and pages done and the time left said on the stream by a thread beside.

    Work done within the first interval says nothing.
    """
    stop = Event()
    teller = Thread(target=_tell, args=(board, stream, stop), daemon=True)
    teller.start()
    try:
        for item in items:
            board.done += 1
            board.worked += is_work(item)
            yield item
    finally:
        stop.set()
        teller.join()


def _tell(board: Board, stream: TextIO, stop: Event) -> None:
    on_terminal = stream.isatty()
    wide = 0
    while not stop.wait(TERMINAL_SECONDS if on_terminal else LOG_SECONDS):
        line = board_to_words(board, now=time.time())
        # what is left of a longer line is overwritten with blanks; Chinese characters take two columns
        stream.write(f"\r{line}{'  ' * max(0, wide - len(line))}" if on_terminal else f"{line}\n")
        stream.flush()
        wide = len(line)
    if wide and on_terminal:
        stream.write("\n")
        stream.flush()


def board_to_words(board: Board, *, now: float) -> str:
    """已处理文件 3/20 [███·······] 正在识读第 137/2000 页，约剩 12 分钟."""
    underway = tuple(board.underway())
    share = min(1.0, (board.done + _parts(underway)) / max(1, board.total))
    bar = "█" * round(BAR_CHARS * share)
    pieces = [f"{board.words} {board.done}/{board.total} [{bar:·<{BAR_CHARS}}]"]
    if underway:
        several = f"{len(underway)} 份文件" if len(underway) > 1 else ""
        done, pages = sum(one.done for one in underway), sum(one.pages for one in underway)
        pieces.append(f"正在识读{several} {done}/{pages} 页")
    left = board_to_seconds(board, underway, now=now)
    if left is not None:
        pieces.append(f"约剩 {seconds_to_words(left)}")
    return " ".join(pieces)


def board_to_seconds(board: Board, underway: Sequence[Underway], *, now: float) -> float | None:
    """Seconds that the rest takes if it goes on as it went in this run; None before anything can be said."""
    parts = _parts(underway)
    worked = board.worked + parts - sum(one.before / max(1, one.pages) for one in underway)
    left = board.total - board.done - parts
    if worked < LEAST_WORK * board.total or left <= 0:
        return None
    return (now - board.begun) * left / worked


def seconds_to_words(seconds: float) -> str:
    """About how long: 40 秒, 12 分钟, 2 小时 5 分钟."""
    if seconds < MINUTE:
        return f"{max(1, round(seconds))} 秒"
    if seconds < HOUR:
        return f"{round(seconds / MINUTE)} 分钟"
    hours, rest = divmod(round(seconds / MINUTE), MINUTE)
    return f"{hours} 小时 {rest} 分钟"


def _parts(underway: Iterable[Underway]) -> float:
    """Files not done yet, each as the part of it that is."""
    return sum(one.done / max(1, one.pages) for one in underway)
