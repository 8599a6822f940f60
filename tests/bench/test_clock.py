"""The stopwatch: who runs when, and what a process holds. Real programs are run by ``fuhe bench speed`` only."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import clock
from bench.clock import is_digital, memory, run_laps, walk
from bench.speed import HOUSE
from fuhe.executors import serial_executor

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Instead of reading, notes who would read what, and takes a second longer each time."""
    noted: list[tuple[str, str]] = []

    def note(program: str, path: Path) -> float:
        noted.append((program, path.name))
        return float(len(noted))

    monkeypatch.setattr(clock, "time_once", note)
    monkeypatch.setattr(clock, "process_pool", serial_executor)
    return noted


def test_programs_take_turns_after_a_run_that_does_not_count(calls: list[tuple[str, str]]) -> None:
    crew = {name: serial_executor(1) for name in (HOUSE, "RapidOCR")}
    path = Path("甲.pdf")
    measured = list(run_laps(crew, [path], times=2, lengths={path: 3}))
    assert [program for program, _ in calls] == [HOUSE, "RapidOCR"] * 3
    assert [(lap.program, lap.seconds, lap.pages) for lap in measured] == [
        (HOUSE, 3.0, 3), ("RapidOCR", 4.0, 3), (HOUSE, 5.0, 3), ("RapidOCR", 6.0, 3)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pages", "stops", "reads"),
    [(300, [30, 300], 200), (31, [30, 31], 21), (30, [30], 20), (11, [12], 8), (10, [10], 7)],
)
def test_files_are_read_over_and_over_until_the_pages_are_done(
    pages: int, stops: list[int], reads: int, calls: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "memory", lambda entry: 100.0)
    files = [Path("甲.pdf"), Path("乙.jpg")]
    steps = list(walk(files, pages, lengths={files[0]: 1, files[1]: 2}))
    assert [step.pages for step in steps] == stops
    assert len(calls) == reads
    assert {name for _, name in calls} == {"甲.pdf", "乙.jpg"}


def test_memory_is_known_where_the_system_tells_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status = tmp_path / "status"
    monkeypatch.setattr(clock, "_STATUS", status)
    assert memory(clock.PEAK) is None
    status.write_text("Name:\tpython\nVmHWM:\t  204800 kB\nVmRSS:\t  102400 kB\n", encoding="utf-8")
    assert (memory(clock.PEAK), memory(clock.NOW)) == (200.0, 100.0)


@pytest.mark.parametrize(("number", "digital"), [("10", True), ("11", False)])
def test_files_with_a_sound_text_layer_are_digital(number: str, digital: bool) -> None:
    (path,) = EXAMPLES.glob(f"{number}_*.pdf")
    assert is_digital(path) is digital
