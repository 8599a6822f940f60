"""One temperature per head, fitted on texts of units that were not trained on (Guo et al. 2017)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

COLDEST, HOTTEST = 0.25, 8.0  # beyond them a head says nothing of use, and the fit would run off on few texts
_STEPS = 60  # of the search: the temperature is then known to one part in a million


def sigmoid(logits: Floats) -> Floats:
    """Logits to probabilities of labels that may hold together."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), dtype=np.float32)


def softmax(logits: Floats) -> Floats:
    """Logits to probabilities of classes that exclude each other, over the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


def labels_to_temperature(logits: Floats, truth: Floats) -> float:
    """For labels that may hold together; NaN in ``truth`` does not count. 1.0 where there is nothing to fit."""
    known = ~np.isnan(truth)
    if not known.any():
        return 1.0
    signed = np.where(truth[known] > 0.5, logits[known], -logits[known]).astype(np.float64)
    return _coolest(lambda heat: float(np.logaddexp(0.0, -signed / heat).mean()))


def classes_to_temperature(logits: Floats, classes: NDArray[np.int64]) -> float:
    """For classes that exclude each other; rows of class -1 do not count. 1.0 where there is nothing to fit."""
    rows = np.flatnonzero(classes >= 0)
    if not len(rows):
        return 1.0
    own = logits[rows].astype(np.float64)

    def loss(heat: float) -> float:
        scaled = own / heat
        return float((np.logaddexp.reduce(scaled, axis=1) - scaled[np.arange(len(rows)), classes[rows]]).mean())

    return _coolest(loss)


def _coolest(loss: Callable[[float], float]) -> float:
    """The temperature of least loss, by golden sections of its logarithm: the loss has one valley in it."""
    golden = (np.sqrt(5.0) - 1.0) / 2.0
    low, high = np.log(COLDEST), np.log(HOTTEST)
    for _ in range(_STEPS):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(float(np.exp(left))) <= loss(float(np.exp(right))):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))
