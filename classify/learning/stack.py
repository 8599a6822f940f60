"""Several voices to one probability: for each label a logistic regression over the voices' log-odds.

Fitted on answers to texts that no voice was trained on, it weighs the voices and calibrates them in one step
(stacking, Wolpert 1992; Platt scaling is the case of one voice).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
SUREST = 0.995  # no voice is believed beyond this
FEWEST_HELD = 5  # texts that hold a label, below which it shares the weights of all labels together


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """``weights`` (labels, voices) and ``bias`` (labels); ``exclusive`` labels sum to 1 for each text."""

    weights: Floats
    bias: Floats
    exclusive: bool

    def probability(self, votes: Sequence[Floats]) -> Floats:
        """(texts, labels) from the voices' log-odds, each (texts, labels); a voice that is NaN there stays out."""
        heard = np.nan_to_num(np.stack(votes, axis=-1))
        single: Floats = 1.0 / (1.0 + np.exp(-((heard * self.weights).sum(axis=-1) + self.bias)))
        return single / single.sum(axis=1, keepdims=True) if self.exclusive else single

    def to_json(self) -> dict[str, object]:
        """Plain numbers."""
        return {"weights": self.weights.tolist(), "bias": self.bias.tolist(), "exclusive": self.exclusive}

    @staticmethod
    def from_json(record: Mapping[str, object]) -> Stack:
        """What ``to_json`` gave."""
        return Stack(
            weights=np.array(record["weights"], dtype=float),
            bias=np.array(record["bias"], dtype=float),
            exclusive=bool(record["exclusive"]),
        )


def log_odds(probability: npt.ArrayLike) -> Floats:
    """Probabilities to log-odds, no surer than SUREST."""
    sure = np.clip(np.asarray(probability, dtype=float), 1.0 - SUREST, SUREST)
    odds: Floats = np.log(sure / (1.0 - sure))
    return odds


def fit_stack(votes: Sequence[Floats], truth: Floats, *, exclusive: bool) -> Stack:
    """Weights from the voices' answers to texts they were not trained on. NaN in ``truth`` is not known."""
    heard = np.nan_to_num(np.stack(votes, axis=-1))
    labels = truth.shape[1]
    common = _fit(heard.reshape(-1, len(votes)), truth.reshape(-1))
    fitted = [_fit_label(heard[:, place], truth[:, place], common=common) for place in range(labels)]
    return Stack(
        weights=np.array([weights for weights, _ in fitted]),
        bias=np.array([bias for _, bias in fitted]),
        exclusive=exclusive,
    )


def _fit_label(heard: Floats, truth: Floats, *, common: tuple[Floats, float]) -> tuple[Floats, float]:
    known = ~np.isnan(truth)
    holds = truth[known] > 0.5
    if min(holds.sum(), (~holds).sum()) < FEWEST_HELD:
        return common
    return _fit(heard, truth)


def _fit(heard: Floats, truth: Floats) -> tuple[Floats, float]:
    """A voice is never heard as its own opposite: one that would be is left out, and the others weighed again."""
    from sklearn.linear_model import LogisticRegression  # heavy, and needed to learn only

    known = ~np.isnan(truth)
    model = LogisticRegression(C=1.0).fit(heard[known], truth[known] > 0.5)
    if (model.coef_[0] < 0).any():
        return _fit(np.where(model.coef_[0] < 0, 0.0, heard), truth)
    return model.coef_[0], float(model.intercept_[0])
