"""Figures of a reason compared: a plan of 200 and 312 done tell of over-achievement without saying so."""

from __future__ import annotations

from collections.abc import Iterator

from classify.patterns import pattern

MOST = 20.0  # an actual figure above twenty times the plan is another quantity, or a misread one


def outdoes(text: str) -> bool:
    """True when a folded text names a planned figure and a larger one done of the same unit in one sentence."""
    return any(planned < done <= MOST * planned for planned, done in _pairs(text))


def _pairs(text: str) -> Iterator[tuple[float, float]]:
    for name in ("planned_then_done", "done_then_planned"):
        for found in pattern(name).finditer(text):
            yield _number(found["planned"]), _number(found["done"])


def _number(digits: str) -> float:
    return float(digits.replace(",", ""))
