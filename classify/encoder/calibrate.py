"""One temperature per head, fitted on texts of units that were not trained on (Guo et al. 2017).

The loss that is left at the best temperature tells how well a head parts the texts, however sure of itself it has
become; training stops by it (Berta et al. 2025), for over-confidence is what the temperature takes away again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

COLDEST, HOTTEST = 0.25, 8.0  # beyond them a head says nothing of use, and the fit would run off on few texts
_STEPS = 24  # of the search: the temperature is then known to one part in ten thousand


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The best temperature of a head, and its mean loss in nats at it."""

    temperature: float
    loss: float


NOTHING_TO_FIT = Fit(temperature=1.0, loss=0.0)


def sigmoid(logits: Floats) -> Floats:
    """Logits to probabilities of labels that may hold together."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), dtype=np.float32)


def softmax(logits: Floats) -> Floats:
    """Logits to probabilities of classes that exclude each other, over the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


def fit_labels(logits: Floats, truth: Floats) -> Fit:
    """For labels that may hold together; NaN in ``truth`` does not count."""
    known = ~np.isnan(truth)
    if not known.any():
        return NOTHING_TO_FIT
    signed = np.where(truth[known] > 0.5, logits[known], -logits[known]).astype(np.float64)
    return _coolest(lambda heat: float(np.logaddexp(0.0, -signed / heat).mean()))


def fit_classes(logits: Floats, classes: NDArray[np.int64]) -> Fit:
    """For classes that exclude each other; rows of class -1 do not count."""
    rows = np.flatnonzero(classes >= 0)
    if not len(rows):
        return NOTHING_TO_FIT
    own = logits[rows].astype(np.float64)

    def loss(heat: float) -> float:
        scaled = own / heat
        return float((np.logaddexp.reduce(scaled, axis=1) - scaled[np.arange(len(rows)), classes[rows]]).mean())

    return _coolest(loss)


def _coolest(loss: Callable[[float], float]) -> Fit:
    """The temperature of least loss, by golden sections of its logarithm: the loss has one valley in it."""
    golden = (np.sqrt(5.0) - 1.0) / 2.0
    low, high = np.log(COLDEST), np.log(HOTTEST)
    for _ in range(_STEPS):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(float(np.exp(left))) <= loss(float(np.exp(right))):
            high = right
        else:
            low = left
    best = float(np.exp((low + high) / 2))
    return Fit(temperature=best, loss=loss(best))
