"""White corridors between columns of text that no line parts: a gap that many lines have at one place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from domain.source import Box

_LINES = 2  # besides the one in question that begin, or end, where it does; fewer may do so by chance
_ALIGNED = 0.6  # line heights: centred lines that fill their cell leave less than half a character on either side


def corridor_cuts(lines: Sequence[Sequence[Box]], *, least: float, height: float) -> list[list[int]]:
    """For every line of pieces from left to right, the places of those pieces before which a corridor runs.

    ``least`` is the width of the narrowest corridor and ``height`` that of a line, both in pixels.
    """
    levels = [_middle(line) for line in lines]
    pieces = [(box.x0, box.x1, at) for line, at in zip(lines, levels, strict=True) for box in line]
    every = np.array(pieces).reshape(-1, 3)
    return [
        [
            place
            for place in range(1, len(line))
            if line[place].x0 - line[place - 1].x1 >= least
            and _is_corridor(every, (line[place - 1].x1, line[place].x0), at=at, least=least, height=height)
        ]
        for line, at in zip(lines, levels, strict=True)
    ]


def _middle(line: Sequence[Box]) -> float:
    """The height of a line's middle: its points and dashes stand off it."""
    return (min(box.y0 for box in line) + max(box.y1 for box in line)) / 2


def _is_corridor(
    every: NDArray[np.float64], gap: tuple[float, float], *, at: float, least: float, height: float
) -> bool:
    """Whether the white of a gap runs on up or down past as many lines that end or begin at it."""
    near = every[(every[:, 1] > gap[0] - height) & (every[:, 0] < gap[1] + height)]
    strip = gap
    beside: list[NDArray[np.float64]] = []
    for side in (near[near[:, 2] < at - height / 4], near[near[:, 2] > at + height / 4]):
        strip, passed = _follow(side[np.argsort(np.abs(side[:, 2] - at), kind="stable")], strip, least)
        beside += passed
    ends = {round(level / height) for _, x1, level in beside if abs(x1 - gap[0]) <= _ALIGNED * height}
    begins = {round(level / height) for x0, _, level in beside if abs(x0 - gap[1]) <= _ALIGNED * height}
    return max(len(ends), len(begins)) >= _LINES


def _follow(
    side: NDArray[np.float64], strip: tuple[float, float], least: float
) -> tuple[tuple[float, float], list[NDArray[np.float64]]]:
    """The strip narrowed by the pieces of one side, nearest first, while it stays white; and the pieces passed."""
    low, high = strip
    passed: list[NDArray[np.float64]] = []
    for piece in side:
        x0, x1, _ = piece
        if x1 <= (low + high) / 2 and high - max(low, x1) >= least:
            low = max(low, x1)
        elif x0 >= (low + high) / 2 and min(high, x0) - low >= least:
            high = min(high, x0)
        else:
            break
        passed.append(piece)
    return (low, high), passed
