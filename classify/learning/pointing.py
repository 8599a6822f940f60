"""What an encoder points at in a text, and how it weighs with what the pieces themselves tell.

The choice among the pieces of a text (``choice``) and the encoder's tags err in different places. A second choice, of
few weights, hears both; it is fitted on texts that taught neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classify.learning.spans import Span
from classify.learning.stack import log_odds

Floats = npt.NDArray[np.float64]
VOICES = 4  # columns of ``offers_to_voices``
FAINTEST = 1e-6  # odds below it tell no more than that
PRIOR = 0.05  # strength of the prior on the weights; from 0.02 to 0.5 other writers are read alike
_FEWEST = 20  # texts with such a wording, below which the encoder is not weighed
_STEPS = 200  # of L-BFGS; four weights settle in a tenth of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """What the encoder says of one text.

    ``statuses``: probabilities of none, suggested and done. ``name`` and ``target``: for each folded character how
    likely it is part of the new name or target.
    """

    statuses: tuple[float, float, float]
    name: Floats
    target: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """One weight for each voice, of the new name and of the new target."""

    name: Floats
    target: Floats

    def to_json(self) -> dict[str, list[float]]:
        """Plain numbers."""
        return {"name": self.name.tolist(), "target": self.target.tolist()}

    @staticmethod
    def from_json(record: Mapping[str, Sequence[float]]) -> Weighing:
        """What ``to_json`` gave."""
        return Weighing(name=np.array(record["name"], dtype=float), target=np.array(record["target"], dtype=float))


def weighed(odds: Floats, spans: Sequence[Span], own: Floats, *, weights: Floats) -> Floats:
    """Odds of "none" and of each piece, summing to 1, after the encoder was heard."""
    scores = offers_to_voices(odds, spans, own) @ weights
    raised: Floats = np.exp(scores - scores.max())
    whole: Floats = raised / raised.sum()
    return whole


def offers_to_voices(odds: Floats, spans: Sequence[Span], own: Floats) -> Floats:
    """(1 + pieces, VOICES): the log of the first odds, how well a piece covers what the encoder points at; of "none"
    that it is none, and how surely the encoder points at anything.
    """
    voices = np.zeros((len(odds), VOICES))
    voices[:, 0] = np.log(np.maximum(odds, FAINTEST))
    voices[1:, 1] = _covers(spans, own)
    voices[0, 2], voices[0, 3] = 1.0, log_odds(own.max(initial=0.0))
    return voices


def _covers(spans: Sequence[Span], own: Floats) -> Floats:
    """Shared mass by all mass, as of two areas (Jaccard)."""
    sums = np.concatenate([[0.0], np.cumsum(own)])
    starts, ends = (np.array([span[place] for span in spans], dtype=int).clip(max=len(own)) for place in (0, 1))
    shared = sums[ends] - sums[starts]
    covers: Floats = shared / np.maximum(sums[-1] - shared + ends - starts, FAINTEST)
    return covers


def fit_weights(texts: Sequence[Floats], right: Sequence[Sequence[int]]) -> Floats | None:
    """The likeliest weights from the voices of many texts; None where too few of them give such a wording.

    ``right``: places that are right, 0 being "none"; a text without any is left out.
    """
    from scipy import optimize  # heavy, and needed to learn only

    if sum(bool(places) and 0 not in places for places in right) < _FEWEST:
        return None
    taught = [(voices, list(places)) for voices, places in zip(texts, right, strict=True) if places]

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, slope = 0.5 * PRIOR * float(weights @ weights), PRIOR * weights
        for voices, places in taught:
            scores = voices @ weights
            odds = np.exp(scores - scores.max())
            good = max(float(odds[places].sum()), 1e-300)
            value += float(np.log(odds.sum()) - np.log(good))
            slope = slope + odds @ voices / odds.sum() - odds[places] @ voices[places] / good
        return value, slope

    start = np.array([1.0, *[0.0] * (VOICES - 1)])
    found: Floats = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    return found
