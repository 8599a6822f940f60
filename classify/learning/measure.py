"""How good a reader is on labelled texts: F1 by class, macro and micro, calibration, and what chance would do to them.

Everything takes ``truth`` (texts, labels) of 1, 0 and NaN for "not known", and ``probability`` of the same shape.
Intervals come from drawing whole units anew: the texts of one unit resemble each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classify.labels import THRESHOLD

Floats = npt.NDArray[np.float64]
Score = Callable[[Floats, Floats], float]
BINS = 10
DRAWS = 500  # of units; the bounds of a 95 % interval move by less than 0.005 with more


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScore:
    """One label: how often it holds, and how well it was found."""

    support: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A figure with the bounds of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gain:
    """A challenger's figure less the champion's on the same texts; ``better``: the share of draws in which it rose."""

    value: float
    low: float
    high: float
    better: float


def class_scores(truth: Floats, probability: Floats) -> tuple[ClassScore, ...]:
    """Precision, recall and F1 of every label, what is not known left out."""
    return tuple(_class_score(truth[:, place], probability[:, place]) for place in range(truth.shape[1]))


def _class_score(truth: Floats, probability: Floats) -> ClassScore:
    known = ~np.isnan(truth)
    holds, said = truth[known] > 0.5, probability[known] >= THRESHOLD
    hits, support, answers = int((holds & said).sum()), int(holds.sum()), int(said.sum())
    return ClassScore(
        support=support,
        precision=hits / max(answers, 1),
        recall=hits / max(support, 1),
        f1=2 * hits / max(answers + support, 1),
    )


def macro_f1(truth: Floats, probability: Floats) -> float:
    """Mean F1 of the labels that occur; a label that is only said wrongly counts too, as 0."""
    hits, said, holds = _sums(truth, probability, axis=0)
    seen = said + holds > 0
    return float(np.mean(2 * hits[seen] / (said + holds)[seen])) if seen.any() else 0.0


def micro_f1(truth: Floats, probability: Floats) -> float:
    """F1 over all labels together."""
    hits, said, holds = _sums(truth, probability, axis=None)
    return float(2 * hits / max(float(said + holds), 1.0))


def accuracy(truth: Floats, probability: Floats) -> float:
    """Share of texts whose most probable class holds or may hold: for classes that exclude each other."""
    best = truth[np.arange(len(truth)), probability.argmax(axis=1)]
    return float(np.mean(np.isnan(best) | (best > 0.5))) if len(truth) else 0.0


def _sums(truth: Floats, probability: Floats, *, axis: int | None) -> tuple[Floats, Floats, Floats]:
    known = ~np.isnan(truth)
    holds, said = known & (truth > 0.5), known & (probability >= THRESHOLD)
    return tuple(np.sum(each, axis=axis) for each in (holds & said, said, holds))  # type: ignore[return-value]


def calibration_error(truth: Floats, probability: Floats) -> float:
    """Expected calibration error over all labels together, in ten bins of equal width (Guo et al. 2017)."""
    known = ~np.isnan(truth)
    holds, sure = truth[known] > 0.5, probability[known]
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = [abs(holds[bins == each].mean() - sure[bins == each].mean()) * (bins == each).mean() for each in set(bins)]
    return float(sum(gaps))


def one_class_each(truth: Floats, probability: Floats) -> Floats:
    """Classes that exclude each other, as answers: 1 for the most probable one."""
    answer = np.zeros_like(probability)
    answer[np.arange(len(answer)), probability.argmax(axis=1)] = 1.0
    return answer


def settled(truth: Floats, probability: Floats) -> Floats:
    """The truth where an acceptable answer was given: that answer; else the class the annotator put first."""
    said = probability.argmax(axis=1)
    right = truth.copy()
    for line, best in enumerate(said):
        if np.isnan(truth[line, best]):
            right[line] = 0.0
            right[line, best] = 1.0
    return np.nan_to_num(right)


def with_interval(score: Score, truth: Floats, probability: Floats, *, units: Sequence[str], seed: int = 0) -> Interval:
    """A score with the interval that drawing units anew gives."""
    drawn = [score(truth[lines], probability[lines]) for lines in _draws(units, seed=seed)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(value=score(truth, probability), low=float(low), high=float(high))


def class_intervals(truth: Floats, probability: Floats, *, units: Sequence[str], seed: int = 0) -> tuple[Interval, ...]:
    """F1 of every label with its interval."""
    drawn = [[each.f1 for each in class_scores(truth[lines], probability[lines])] for lines in _draws(units, seed=seed)]
    lows, highs = np.percentile(np.array(drawn), [2.5, 97.5], axis=0)
    return tuple(
        Interval(value=score.f1, low=float(low), high=float(high))
        for score, low, high in zip(class_scores(truth, probability), lows, highs, strict=True)
    )


def paired_gain(
    score: Score, truth: Floats, *, champion: Floats, challenger: Floats, units: Sequence[str], seed: int = 0
) -> Gain:
    """The paired bootstrap: both readers on the same drawn units, again and again."""
    drawn = np.array(
        [
            score(truth[lines], challenger[lines]) - score(truth[lines], champion[lines])
            for lines in _draws(units, seed=seed)
        ]
    )
    low, high = np.percentile(drawn, [2.5, 97.5])
    value = score(truth, challenger) - score(truth, champion)
    return Gain(value=value, low=float(low), high=float(high), better=float((drawn > 0).mean()))


def _draws(units: Sequence[str], *, seed: int) -> list[npt.NDArray[np.int_]]:
    rng = np.random.default_rng(seed)
    names, owners = np.unique(np.array(units, dtype=np.str_), return_inverse=True)
    lines_of = [np.flatnonzero(owners == each) for each in range(len(names))]
    return [np.concatenate([lines_of[each] for each in rng.integers(0, len(names), len(names))]) for _ in range(DRAWS)]
