"""Fault injection counts readings rightly, and a small round of it leaves everything as it is due."""

from __future__ import annotations

import json

import pytest

from bench.fault_batch import differing
from bench.fault_runs import KILL, count_readings
from bench.faults import main


@pytest.mark.parametrize(
    ("lines", "counts"),
    [
        (["+a 1", "-a 1", "+a 2", "-a 2"], (0, 0)),
        (["+a 1", "-a 1", "+a 2", KILL, "+a 2", "-a 2"], (1, 0)),  # in flight
        (["+a 1", "-a 1", "+a 2", KILL, "+a 1", "-a 1", "+a 2"], (1, 1)),  # page 1 was kept, and read again
        (["+a 1", KILL, "+a 1", "-a 1", KILL, "+a 1"], (1, 1)),
        (["+a 1", "-a 1", KILL, "+b 1", "-b 1"], (0, 0)),
    ],
)
def test_only_what_was_in_flight_may_be_read_again(lines: list[str], counts: tuple[int, int]) -> None:
    assert count_readings(lines) == counts


def test_a_file_more_or_less_is_a_difference() -> None:
    assert differing({"a": "1", "b": "2"}, {"a": "1", "c": "2"}) == ["b", "c"]


@pytest.mark.slow
def test_a_batch_killed_at_random_ends_as_if_nothing_had_happened(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--kills", "6", "--engine-kills", "2", "--scans", "2", "--digital", "2", "--seed", "3", "--only", "kills"])
    report = json.loads(capsys.readouterr().out)["kills"]
    for kind in ("replayed", "engine"):
        told = report[kind]
        assert (told["differing"], told["read_twice"], told["orphans"]) == (0, 0, 0) and told["kills"] >= 2


@pytest.mark.slow
def test_a_killed_worker_loses_and_doubles_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--scans", "3", "--digital", "2", "--seed", "3", "--only", "worker", "--rounds", "1"])
    told = json.loads(capsys.readouterr().out)["worker"]
    assert (told["differing"], told["read twice"], told["orphans"]) == (0, 0, 0)
