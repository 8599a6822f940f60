"""The stopwatch of stages: what is called by a stage and is one itself does not count twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.speed import TOGETHER
from bench.stages import REST, Spent, Stopwatch, spent_figures, spent_together


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands still unless it is moved."""
    now = [0.0]
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    return now


def test_a_stage_stands_still_while_another_runs(clock: list[float]) -> None:
    watch = Stopwatch()
    with watch.stage("甲"):
        clock[0] += 1
        with watch.stage("乙"):
            clock[0] += 10
        clock[0] += 2
    clock[0] += 100
    with watch.stage("甲"):
        clock[0] += 4
    assert watch.seconds == {REST: 100, "甲": 7, "乙": 10}


def test_what_yields_is_timed_item_by_item(clock: list[float]) -> None:
    def items() -> Iterator[int]:
        for number in range(3):
            clock[0] += 1
            yield number

    watch = Stopwatch()
    for _ in watch.timed("甲", items)():
        clock[0] += 5
    assert watch.seconds["甲"] == 3


def test_documents_together_weigh_by_their_pages() -> None:
    one = Spent(file="一", pages=1, whole=3.0, limit=2.0, stages={"甲": 1.0})
    other = Spent(file="二", pages=3, whole=1.0, limit=1.0, stages={"甲": 0.2})
    both = spent_together([one, other])
    assert (both.pages, both.whole, both.limit) == (4, 1.5, 1.25)
    assert both.share == pytest.approx(1.2)
    figures = spent_figures([one, other])
    assert [row[:5] for row in figures.rows][-1] == (TOGETHER, "4", "1500", "1250", "1.20")
    assert figures.rows[0][-1] == "1000"
