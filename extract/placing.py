"""Fragments with their row and column: what a decoder of flattened rows is told, and what it gives back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from extract.fragments import Fragment, Look

_ROUNDING = Decimal("0.011")  # printed sums may be off by one in the last of two decimals
COLUMNS = ("level3", "target", "actual", "weight", "score", "deviation_reason")

NAME, TARGET, ACTUAL, WEIGHT, SCORE, REASON = range(6)

# How well a look suits a column (log-odds by judgement, checked on the printed forms of bench/flatten.py).
SUITS: Mapping[Look, tuple[float, ...]] = {
    Look.FIGURE: (-6.0, -2.0, -0.5, 1.5, 1.5, -6.0),
    Look.BOUND: (-4.0, 3.0, -1.5, -99.0, -99.0, -4.0),
    Look.QUANTITY: (-2.5, 0.8, 1.6, -99.0, -99.0, -2.5),
    Look.VERDICT: (-3.0, -1.5, 3.0, -99.0, -99.0, -3.0),
    Look.WORDS: (0.6, 0.3, -0.2, -99.0, -99.0, 0.4),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What the weights and the scores of all rows must add up to, as far as the form says; None where it does not."""

    weights: Decimal | None
    scores: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHints:
    """What the page tells before the search.

    ``heads``: ``seq`` of fragments that a level name precedes (a row begins there where cells come whole).
    ``whole``: whether cells come whole, None if the page does not tell. ``middles``: the middles of the column
    headings in their line, empty unless the exporter kept the layout.
    """

    heads: frozenset[int] = frozenset()
    whole: bool | None = None
    middles: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One fragment with its row and column."""

    fragment: Fragment
    row: int
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The best reading: fragments placed, number of rows, and whether both sums close."""

    placed: tuple[Placed, ...] = ()
    rows: int = 0
    closes: bool = False
    score: float = float("-inf")


def closes_sums(placed: Sequence[Placed], sums: Sums) -> bool:
    """Weights and scores add up to what the form prints; an unknown sum closes by itself."""
    known = (("weight", sums.weights), ("score", sums.scores))
    return all(
        total is None or abs(sum(row_figures(placed, column).values()) - total) <= Decimal("0.011")
        for column, total in known
    )


def row_figures(placed: Sequence[Placed], column: str) -> dict[int, Decimal]:
    """The figure of every row in one column; pieces of a wrapped figure are one."""
    texts: dict[int, str] = defaultdict(str)
    for p in placed:
        if p.column == column:
            texts[p.row] += p.fragment.text
    return {row: Decimal(text) for row, text in texts.items()}
