"""A log-linear choice: one of several offers, or none, by the features each has (conditional logit).

The probabilities of the offers of one text and of "none" sum to 1, so an offer is only sure where its rivals are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from scipy import sparse

Floats = npt.NDArray[np.float64]
Features = Sequence[str]
FEWEST_SEEN = 3  # offers that have a feature, below which it is not learned
FAINTEST = 1e-3  # a weight below it changes no answer and is not kept
_STEPS = 60  # of L-BFGS; what is chosen changes no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One text: the features of each offer, "none" the first of them, and which of them are right."""

    offers: tuple[Features, ...]
    right: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The offers of many texts: ``rows`` (offers, features), where each text ``starts``, and which offers are right."""

    names: tuple[str, ...]
    rows: sparse.csr_matrix
    starts: npt.NDArray[np.int_]
    right: npt.NDArray[np.bool_]

    def part(self, texts: npt.NDArray[np.int_]) -> Table:
        """These texts only, in order; the features stay numbered as they are."""
        ends = np.append(self.starts, self.rows.shape[0])[1:]
        places = np.concatenate([np.arange(self.starts[text], ends[text]) for text in texts])
        sizes = (ends - self.starts)[texts]
        starts = np.cumsum(sizes) - sizes
        return Table(names=self.names, rows=self.rows[places], starts=starts, right=self.right[places])


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Learned weights, by feature."""

    weights: dict[str, float]

    def probability(self, offers: Sequence[Features]) -> Floats:
        """(offers,), summing to 1."""
        weights = self.weights
        scores = np.array([sum(map(weights.get, offer, repeat(0.0))) for offer in offers])
        odds: Floats = np.exp(scores - scores.max())
        whole: Floats = odds / odds.sum()
        return whole

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Features and weights as plain arrays."""
        return {
            "features": np.array(list(self.weights), dtype=np.str_),
            "weights": np.array(list(self.weights.values()), dtype=np.float32),
        }

    @staticmethod
    def from_arrays(features: npt.NDArray[np.str_], weights: npt.NDArray[np.float32]) -> Choice:
        """What ``to_arrays`` gave."""
        return Choice(weights=dict(zip(features.tolist(), weights.tolist(), strict=True)))


def offered_to_table(texts: Sequence[Offered]) -> Table:
    """Number the features of many texts."""
    from scipy import sparse  # heavy, and needed to learn only

    number_of: dict[str, int] = {}
    columns: list[int] = []
    bounds = [0]
    for text in texts:
        for offer in text.offers:
            columns += [number_of.setdefault(feature, len(number_of)) for feature in offer]
            bounds.append(len(columns))
    shape = (len(bounds) - 1, len(number_of))
    sizes = np.array([len(text.offers) for text in texts])
    return Table(
        names=tuple(number_of),
        rows=sparse.csr_matrix((np.ones(len(columns), dtype=np.float64), columns, bounds), shape=shape),
        starts=np.cumsum(sizes) - sizes,
        right=np.array([place in text.right for text in texts for place in range(len(text.offers))]),
    )


def fit_choice(table: Table, *, strength: float) -> Choice:
    """Weights of the greatest likelihood; ``strength`` of the Gaussian prior. Texts without a right offer stay out."""
    from scipy import optimize  # heavy, and needed to learn only

    usable = np.flatnonzero(np.add.reduceat(table.right.astype(int), table.starts))
    own = table.part(usable)
    columns = np.flatnonzero(np.bincount(own.rows.indices, minlength=len(table.names)) >= FEWEST_SEEN)
    rows = own.rows[:, columns]
    with threadpool_limits(
        1
    ):  # the vectors are short: threads wait for each other, six times as long on a busy machine
        found = optimize.minimize(
            _loss,
            np.zeros(len(columns)),
            args=(rows, rows.T.tocsr(), own.starts, own.right, strength),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": _STEPS},
        )
    pairs = zip(columns.tolist(), found.x.tolist(), strict=True)
    return Choice(weights={table.names[column]: weight for column, weight in pairs if abs(weight) > FAINTEST})


def _loss(
    weights: Floats,
    rows: sparse.csr_matrix,
    turned: sparse.csr_matrix,
    starts: npt.NDArray[np.int_],
    right: npt.NDArray[np.bool_],
    strength: float,
) -> tuple[float, Floats]:
    """Negative log-likelihood that one of the right offers is chosen, with the prior, and its gradient."""
    scores = rows @ weights
    sizes = np.diff(np.append(starts, len(scores)))
    odds = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
    good_odds = np.where(right, odds, 0.0)
    whole = np.add.reduceat(odds, starts)
    good = np.maximum(np.add.reduceat(good_odds, starts), 1e-300)
    slope = odds / np.repeat(whole, sizes) - good_odds / np.repeat(good, sizes)
    value = float((np.log(whole) - np.log(good)).sum() + 0.5 * strength * (weights @ weights))
    return value, turned @ slope + strength * weights
