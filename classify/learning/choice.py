"""A log-linear choice: one of several offers, or none, by the features each has (conditional logit).

The probabilities of the offers of one text and of "none" sum to 1, so an offer is only sure where its rivals are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, sparse

Floats = npt.NDArray[np.float64]
Features = Sequence[str]
FEWEST_SEEN = 2  # offers that have a feature, below which it is not learned
_STEPS = 60  # of L-BFGS; what is read changes no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One text: the features of each offer, "none" the first of them, and which of them are right."""

    offers: tuple[Features, ...]
    right: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Learned weights, by feature."""

    weights: dict[str, float]

    def probability(self, offers: Sequence[Features]) -> Floats:
        """(offers,), summing to 1."""
        weights = self.weights
        scores = np.array([sum(weights.get(feature, 0.0) for feature in offer) for offer in offers])
        odds: Floats = np.exp(scores - scores.max())
        return odds / odds.sum()

    def to_arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """Features and weights as plain arrays."""
        return {
            "features": np.array(list(self.weights), dtype=np.str_),
            "weights": np.array(list(self.weights.values()), dtype=np.float32),
        }

    @staticmethod
    def from_arrays(features: npt.NDArray[np.str_], weights: npt.NDArray[np.float32]) -> Choice:
        """What ``to_arrays`` gave."""
        return Choice(weights=dict(zip(features.tolist(), weights.tolist(), strict=True)))


def fit_choice(tasks: Sequence[Offered], *, strength: float) -> Choice:
    """Weights of the greatest likelihood; ``strength`` of the Gaussian prior. Tasks without a right offer are left out."""
    usable = [task for task in tasks if task.right]
    seen = Counter(feature for task in usable for offer in task.offers for feature in set(offer))
    names = [feature for feature, times in seen.items() if times >= FEWEST_SEEN]
    if not names:
        return Choice(weights={})
    table, starts, right = _to_table(usable, {name: place for place, name in enumerate(names)})
    found = optimize.minimize(
        _loss,
        np.zeros(len(names)),
        args=(table, starts, right, strength),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _STEPS},
    )
    kept = {name: float(weight) for name, weight in zip(names, found.x, strict=True) if abs(weight) > 1e-3}
    return Choice(weights=kept)


def _to_table(
    tasks: Sequence[Offered], places: dict[str, int]
) -> tuple[sparse.csr_matrix, npt.NDArray[np.int_], npt.NDArray[np.bool_]]:
    """(all offers, features), where each task's offers start, and which offers are right."""
    columns: list[int] = []
    bounds = [0]
    starts: list[int] = []
    right: list[bool] = []
    for task in tasks:
        starts.append(len(right))
        right += [place in task.right for place in range(len(task.offers))]
        for offer in task.offers:
            columns += [places[feature] for feature in offer if feature in places]
            bounds.append(len(columns))
    table = sparse.csr_matrix((np.ones(len(columns)), columns, bounds), shape=(len(right), len(places)))
    return table, np.array(starts), np.array(right)


def _loss(
    weights: Floats,
    table: sparse.csr_matrix,
    starts: npt.NDArray[np.int_],
    right: npt.NDArray[np.bool_],
    strength: float,
) -> tuple[float, Floats]:
    """Negative log-likelihood that one of the right offers is chosen, with the prior, and its gradient."""
    scores = table @ weights
    sizes = np.diff(np.append(starts, len(scores)))
    scores = scores - np.repeat(np.maximum.reduceat(scores, starts), sizes)
    odds = np.exp(scores)
    whole = np.add.reduceat(odds, starts)
    good = np.maximum(np.add.reduceat(np.where(right, odds, 0.0), starts), 1e-300)
    slope = odds / np.repeat(whole, sizes) - np.where(right, odds, 0.0) / np.repeat(good, sizes)
    value = float((np.log(whole) - np.log(good)).sum() + 0.5 * strength * weights @ weights)
    return value, table.T @ slope + strength * weights
