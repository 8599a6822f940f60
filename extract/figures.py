"""Weights and scores of a scattered table: which plain number is which, decided by pairs, order and sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from extract.fragments import Fragment, Look

_BEAM = 300  # readings kept; a form of 29 rows needed fewer than 100
_FULL = Decimal(100)
_OTHER_COST = 2.5  # a plain number that is a target or an actual
_LAG_COST = 0.02  # for every figure that waits for its partner, at every step

Figure = tuple[Fragment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Weight and score of every row, top to bottom; ``closes`` where both sums are met."""

    weights: tuple[Figure, ...] = ()
    scores: tuple[Figure, ...] = ()
    closes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Aims:
    """What the weights and the scores may add up to; empty where the form does not say."""

    weights: frozenset[Decimal]
    scores: frozenset[Decimal]


class _Reading(NamedTuple):
    """Cost so far, figures waiting for a partner (weights if ``ahead`` is W), both sums, the labels in order."""

    cost: float
    waiting: tuple[Decimal, ...]
    ahead: str
    weights: Decimal
    scores: Decimal
    labels: str


def join_wrapped(pieces: Sequence[Fragment]) -> list[Figure]:
    """Plain numbers in reading order; the rest of a number that a narrow column wrapped (10.0 / 0) joins it."""
    figures: list[Figure] = []
    for piece in pieces:
        home = next((n for n in range(len(figures) - 1, max(-1, len(figures) - 7), -1) if _lacks(figures[n], piece)), None)
        if home is not None:
            figures[home] = (*figures[home], piece)
        else:
            figures.append((piece,))
    return figures


def _lacks(figure: Figure, piece: Fragment) -> bool:
    """10.0 lacks its last digit where it stands above a lone 0."""
    if len(figure) > 1 or not figure[0].text[-2:-1] == "." or figure[0].page != piece.page:
        return False
    return piece.text in ("0", "5") and 0 < piece.line - figure[0].line <= 4


def number(figure: Figure) -> Decimal:
    """The value of a figure."""
    return Decimal("".join(piece.text for piece in figure))


def pair_up(fragments: Sequence[Fragment], aims: Aims) -> Figures:
    """Plain numbers among ``fragments`` as weights and scores in equal number."""
    figures = join_wrapped([f for f in fragments if f.look is Look.FIGURE])
    followers = {(left.line, left.place): right for left, right in zip(fragments, fragments[1:], strict=False)}
    readings = [_Reading(0.0, (), "", Decimal(0), Decimal(0), "")]
    for place, figure in enumerate(figures):
        above = figures[place - 1] if place else None
        grown = [
            new
            for reading in readings
            for label in "WSX"
            if (new := _label(reading, figure, label, above=above, followers=followers, aims=aims)) is not None
        ]
        readings = _distinct(sorted(grown, key=lambda reading: reading.cost))
    even = [reading for reading in readings if not reading.waiting]
    if not even:
        return Figures()
    best = min(even, key=lambda reading: (not _closes(reading, aims), reading.cost))
    return Figures(
        weights=tuple(figure for figure, label in zip(figures, best.labels, strict=True) if label == "W"),
        scores=tuple(figure for figure, label in zip(figures, best.labels, strict=True) if label == "S"),
        closes=_closes(best, aims),
    )


def _closes(reading: _Reading, aims: Aims) -> bool:
    return (not aims.weights or reading.weights in aims.weights) and (not aims.scores or reading.scores in aims.scores)


def _distinct(readings: Sequence[_Reading]) -> list[_Reading]:
    seen: set[tuple[object, ...]] = set()
    kept: list[_Reading] = []
    for reading in readings:
        key = (reading.waiting, reading.ahead, reading.weights, reading.scores, reading.labels[-1:])
        if key not in seen:
            seen.add(key)
            kept.append(reading)
            if len(kept) == _BEAM:
                break
    return kept


def _label(
    reading: _Reading, figure: Figure, label: str, *, above: Figure | None, followers: dict[tuple[int, int], Fragment], aims: Aims
) -> _Reading | None:
    """The reading with one more figure, None where it cannot be."""
    value, cost = number(figure), reading.cost + _place_cost(reading.labels[-1:], figure, label, above, followers)
    if label == "X":
        return reading._replace(cost=cost + _OTHER_COST, labels=reading.labels + label)
    weights, scores = reading.weights + value * (label == "W"), reading.scores + value * (label == "S")
    if (aims.weights and weights > max(aims.weights)) or (aims.scores and scores > max(aims.scores)):
        return None
    waiting, ahead = reading.waiting, reading.ahead
    if waiting and ahead != label:
        weight, score = (value, waiting[0]) if label == "W" else (waiting[0], value)
        if score > weight:
            return None
        cost += 0.0 if ("." in figure[0].text) == _has_point(waiting[0]) else 0.5
        waiting = waiting[1:]
    else:
        waiting, ahead = (*waiting, value), label
    cost += _LAG_COST * len(waiting) + (0.3 if ahead == "S" and waiting else 0.0)
    return _Reading(cost, waiting, ahead, weights, scores, reading.labels + label)


def _has_point(value: Decimal) -> bool:
    return int(value.as_tuple().exponent) < 0


def _place_cost(
    before: str, figure: Figure, label: str, above: Figure | None, followers: dict[tuple[int, int], Fragment]
) -> float:
    """What the line says: a weight stands left of its score, words behind a figure are a reason."""
    first = figure[0]
    together = above is not None and above[0].line == first.line
    follower = followers.get((first.line, first.place))
    words = follower is not None and follower.line == first.line and follower.look is not Look.FIGURE
    cost = 0.0
    if together:
        cost += {"WS": 0.0, "XW": 0.5, "XX": 0.5}.get(before + label, 8.0)
    if (words and label == "W") or (follower is not None and follower.look is Look.FIGURE and follower.line == first.line and label == "S"):
        cost += 2.0
    return cost + (1.0 if label == "X" and "." in first.text else 0.0)
