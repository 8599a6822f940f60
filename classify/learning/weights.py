"""What the linear reader has learned, as it answers: TF-IDF over terms and a weight for each term and label.

The formulas are those of scikit-learn's TfidfVectorizer (sublinear counts, unit vectors), which taught the weights; to
answer, neither that library nor its memory is needed, and one text takes no longer than its share of many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy import sparse

Floats = npt.NDArray[np.float64]
Terms = Sequence[str]


@dataclass(frozen=True, kw_only=True, eq=False)
class TermWeights:
    """``terms`` (terms,) with their ``idf``; ``coef`` (labels, terms) and ``intercept`` (labels,) in log-odds."""

    terms: npt.NDArray[np.str_]
    idf: Floats
    coef: Floats
    intercept: Floats

    @cached_property
    def _place_of(self) -> dict[str, int]:
        return {term: place for place, term in enumerate(self.terms.tolist())}

    @cached_property
    def _by_term(self) -> Floats:
        """(terms, labels), so that the few terms of a text lie together."""
        return np.ascontiguousarray(self.coef.T)

    def decision_function(self, texts: Sequence[Terms]) -> Floats:
        """Log-odds, (texts, labels), of texts given by all their terms."""
        answers = np.empty((len(texts), len(self.intercept)))
        for line, text in enumerate(texts):
            places, shares = self._text_to_vector(text)
            answers[line] = shares @ self._by_term[places]
        return answers + self.intercept

    def features(self, texts: Sequence[Terms]) -> sparse.csr_matrix:
        """The texts as unit vectors over ``terms``."""
        from scipy import sparse

        vectors = [self._text_to_vector(text) for text in texts]
        bounds = np.cumsum([0, *(len(places) for places, _ in vectors)])
        columns = np.concatenate([places for places, _ in vectors] or [np.empty(0, dtype=np.intp)])
        shares = np.concatenate([own for _, own in vectors] or [np.empty(0)])
        return sparse.csr_matrix((shares, columns, bounds), shape=(len(vectors), len(self.terms)))

    def _text_to_vector(self, text: Terms) -> tuple[npt.NDArray[np.intp], Floats]:
        """The known terms of a text by their places, and what each has of a unit vector."""
        place_of = self._place_of
        counts = sorted((place_of[term], count) for term, count in Counter(text).items() if term in place_of)
        places = np.array([place for place, _ in counts], dtype=np.intp)
        shares = (1.0 + np.log([float(count) for _, count in counts])) * self.idf[places]
        length = np.sqrt(shares @ shares)
        return places, shares / length if length else shares

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All that was learned, as plain arrays for ``numpy.savez``."""
        return {
            "terms": self.terms,
            "idf": self.idf.astype(np.float32),
            "coef": self.coef.astype(np.float32),
            "intercept": self.intercept,
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, npt.NDArray[Any]]) -> TermWeights:
        """What ``to_arrays`` gave, ready to answer. KeyError where something is missing."""
        return TermWeights(
            terms=arrays["terms"],
            idf=arrays["idf"].astype(float),
            coef=arrays["coef"].astype(float, order="F"),  # as answers look at it: no second copy is made
            intercept=arrays["intercept"].astype(float),
        )
