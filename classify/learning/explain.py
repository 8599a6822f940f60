"""Why a trained reader said what it said: every term's share of the log-odds, exactly, and the nearest taught texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import sparse

from classify.learning.reader import ENCODER_VOICE, LINEAR_VOICE, RULES_VOICE, Heard, TaughtText, TrainedReader
from classify.learning.terms import BESIDE, CUE, NAME, THEN, text_to_ngrams

STRONGEST, NEAREST = 5, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one term adds to the log-odds of a label; negative where it speaks against it."""

    term: str
    log_odds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A taught text with its likeness (cosine of n-grams, 0..1)."""

    taught: TaughtText
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One label of one text: log-odds = ``base`` + ``word_lists`` + ``encoder`` + the sum of all ``shares``.

    ``shares`` are ordered by weight, the strongest first.
    """

    label: str
    log_odds: float
    base: float
    word_lists: float
    encoder: float
    shares: tuple[Share, ...]

    @property
    def strongest(self) -> tuple[Share, ...]:
        """The five terms that weigh most, for or against."""
        return self.shares[:STRONGEST]


def explain(reader: TrainedReader, heard: Heard, label: str) -> Explanation:
    """The log-odds of a label taken apart without remainder. KeyError for a label the reader does not know."""
    place = list(reader.labels).index(label) if label in reader.labels else _refuse(label)
    told = np.array([votes[0, place] for votes in reader.votes([heard])]) * reader.stack.weights[place]
    linear_weight = reader.stack.weights[place, LINEAR_VOICE]
    features = reader.linear.features([heard.terms]).tocoo()
    coefficients = reader.linear.coef[place, features.col] * features.data * linear_weight
    shares = [
        Share(term=str(reader.linear.terms[column]), log_odds=float(value))
        for column, value in zip(features.col, coefficients, strict=True)
        if value != 0.0
    ]
    return Explanation(
        label=label,
        log_odds=float(reader.stack.bias[place] + told.sum()),
        base=float(reader.stack.bias[place] + linear_weight * reader.linear.intercept[place]),
        word_lists=float(told[RULES_VOICE]),
        encoder=float(told[ENCODER_VOICE]) if reader.encoder else 0.0,
        shares=tuple(sorted(shares, key=lambda share: (-abs(share.log_odds), share.term))),
    )


def _refuse(label: str) -> int:
    raise KeyError(label)


def nearest(reader: TrainedReader, text: str, *, label: str) -> tuple[Near, ...]:
    """The taught texts that hold the label and resemble the text most."""
    places = [place for place, taught in enumerate(reader.taught) if label in taught.labels]
    if not places:
        return ()
    taught = _features(reader, tuple(reader.taught[place].text for place in places))
    likeness = np.asarray((taught @ _features(reader, (text,)).T).todense())[:, 0]
    best = np.argsort(-likeness, kind="stable")[:NEAREST]
    return tuple(Near(taught=reader.taught[places[each]], likeness=float(likeness[each])) for each in best)


@lru_cache(maxsize=64)  # a reader's taught texts by label: asked for with every finding somebody looks at
def _features(reader: TrainedReader, texts: Sequence[str]) -> sparse.csr_matrix:
    return reader.linear.features([text_to_ngrams(text) for text in texts])


def term_to_words(term: str) -> str:
    """A term as people may read it: an n-gram in quotation marks, a cue by the name of its word list."""
    if term.startswith(CUE):
        plain = term.removeprefix(CUE).replace(THEN + CUE, THEN)
        for sign, word in ((THEN, "之后是"), (BESIDE, "同句有")):
            plain = plain.replace(sign, f" {word} ")
        return f"词表[{plain}]"
    if term.startswith(NAME):
        return f"指标名“{term.removeprefix(NAME)}”"
    return f"“{term.strip('^$')}”" + ("（句首）" if term.startswith("^") else "（句末）" if term.endswith("$") else "")
