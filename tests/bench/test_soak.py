"""What is read out of the looks at a long run; a real one takes the better part of an hour and is run by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.soak import Look, Soak, handle_growth, is_steady, memory_growth, soak_to_lines, tenths_to_paces


def look(number: int, *, pages: int, memory: float = 1000.0, handles: int = 60) -> Look:
    return Look(
        seconds=float(number), pages=pages, memory_mb=memory, handles=handles, threads=9, processes=4
    )  # fmt: skip


STEADY = Soak(
    documents=50, pages=200, workers=2, seconds=210.0, exit_code=0, counts={},
    looks=tuple(look(number, pages=min(200, number)) for number in range(210)),
)  # fmt: skip


def changed(**by: object) -> Soak:
    return replace(STEADY, **by)  # type: ignore[arg-type]


def test_a_run_that_neither_grows_nor_slows_is_steady() -> None:
    assert (memory_growth(STEADY), handle_growth(STEADY)) == (1, 1)
    assert tenths_to_paces(STEADY) == pytest.approx([1.0] * 10, rel=0.05)
    assert is_steady(STEADY)


@pytest.mark.parametrize(
    "run",
    [
        changed(exit_code=1),
        changed(looks=tuple(look(n, pages=min(200, n), memory=500 + 4 * n) for n in range(210))),
        changed(looks=tuple(look(n, pages=min(200, n), handles=60 + n // 10) for n in range(210))),
        changed(looks=tuple(look(n, pages=min(200, n if n < 100 else 100 + (n - 100) // 2)) for n in range(310))),
    ],
    ids=["failed", "memory grows", "handles are lost", "slows down"],
)
def test_a_run_that_grows_slows_or_fails_is_not(run: Soak) -> None:
    assert not is_steady(run)


def test_what_happens_after_the_last_page_does_not_count() -> None:
    outputs = tuple(look(210 + more, pages=200, memory=3000) for more in range(60))
    assert memory_growth(changed(looks=(*STEADY.looks, *outputs))) == 1


def test_it_is_told_in_lines() -> None:
    lines = list(soak_to_lines(STEADY))
    assert lines[0] == "50 documents, 200 pages, 2 workers, 210 s"
    assert "open files 60, 1.000; threads 9, processes 4" in lines
