"""Two questions to the database at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

One = TypeVar("One")
Other = TypeVar("Other")


def both_answers(one: Callable[[], One], other: Callable[[], Other]) -> tuple[One, Other]:
    """What two questions answer, the second asked over a connection of its own where the database works on both.

    SQLite would have one wait for the other. What a transaction has not ended is seen by its own connection alone:
    within one, too, they are asked one after the other.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return one(), other()
    with ThreadPoolExecutor(1) as beside:
        answer = beside.submit(_asked, other)
        return one(), answer.result()


def _asked(question: Callable[[], Other]) -> Other:
    try:
        return question()
    finally:
        connection.close()  # this thread's own
