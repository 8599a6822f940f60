"""The linear reader: TF-IDF over character n-grams and one logistic regression for each label.

It trains in seconds, answers ten thousand texts in a few, and every probability is a sum of weights of n-grams that a
person can read. Labels that are not known for a text (NaN) neither train nor count for that text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from classify.learning.terms import text_to_ngrams
from classify.learning.weights import TermWeights

Floats = npt.NDArray[np.float64]
FEWEST_OF_A_CLASS = 3  # examples that hold a label, and that do not, below which nothing is learned of it
NEVER = -6.0  # decision of a label nothing was learned of: a probability of 0.002


class NgramLabels(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Many labels for one text, as scikit-learn estimators are used.

    ``fit(X, Y)``: ``X`` is a sequence of texts (or whatever ``ngrams`` takes), ``Y`` of shape (texts, labels) holds
    1, 0 or NaN; a vector of class names is taken too. ``decision_function`` gives log-odds of that shape. What was
    learned is ``weights_``, which answers without scikit-learn.
    """

    def __init__(
        self,
        ngrams: Callable[[Any], Sequence[str]] = text_to_ngrams,
        *,
        min_df: int = 2,
        C: float = 50.0,
        seed: int = 0,
    ) -> None:
        self.ngrams = ngrams
        self.min_df = min_df
        self.C = C
        self.seed = seed

    def fit(self, X: Sequence[Any], Y: npt.ArrayLike, *, counted: npt.ArrayLike | None = None) -> Self:
        """Learn the n-grams and the weights. Raises ValueError for no texts.

        ``counted`` marks the texts that say how rare an n-gram is (all where None is given): with those of an earlier
        fit, a label that the other texts say nothing about is learned as it was.
        """
        truth = np.asarray(Y)
        if truth.ndim == 1:
            self.classes_, codes = np.unique(truth, return_inverse=True)
            truth = np.eye(len(self.classes_))[codes]
        else:
            self.classes_ = np.arange(truth.shape[1])
        vectorizer = TfidfVectorizer(analyzer=self.ngrams, min_df=self.min_df, sublinear_tf=True)
        features = vectorizer.fit_transform(X)
        if counted is not None:
            idf = _rarity(features, np.asarray(counted, dtype=bool))
            features = normalize(features.multiply(idf / vectorizer.idf_).tocsr())
            vectorizer.idf_ = idf
        fitted = [self._fit_label(features, truth[:, place].astype(float)) for place in range(truth.shape[1])]
        self.weights_ = TermWeights(
            terms=np.array(vectorizer.get_feature_names_out(), dtype=np.str_),
            idf=np.asarray(vectorizer.idf_),
            coef=np.vstack([weights for weights, _ in fitted]),
            intercept=np.array([intercept for _, intercept in fitted]),
        )
        return self

    def _fit_label(self, features: sparse.csr_matrix, truth: Floats) -> tuple[Floats, float]:
        known = ~np.isnan(truth)
        holds = truth[known] > 0.5
        if min(holds.sum(), (~holds).sum()) < FEWEST_OF_A_CLASS:
            return np.zeros(features.shape[1]), NEVER if holds.mean() < 0.5 else -NEVER
        model = LogisticRegression(C=self.C, solver="liblinear", dual=True, max_iter=2000, random_state=self.seed)
        model.fit(features[known], holds)
        return model.coef_[0], float(model.intercept_[0])

    def decision_function(self, X: Sequence[Any]) -> Floats:
        """Log-odds, (texts, labels)."""
        return self.weights_.decision_function([self.ngrams(each) for each in X])

    def predict_proba(self, X: Sequence[Any]) -> Floats:
        """Probabilities, (texts, labels), each for itself."""
        return 1.0 / (1.0 + np.exp(-self.decision_function(X)))

    def predict(self, X: Sequence[Any]) -> npt.NDArray[np.int_]:
        """1 where a label holds more likely than not."""
        return (self.decision_function(X) > 0).astype(int)


def _rarity(features: sparse.csr_matrix, counted: npt.NDArray[np.bool_]) -> Floats:
    """Inverse document frequency as scikit-learn smooths it, by the texts counted; of a term new to them, by all."""
    held = features.astype(bool)
    among = np.asarray(held[counted].sum(axis=0)).ravel()
    everywhere = np.asarray(held.sum(axis=0)).ravel()
    known = among >= 2
    many = np.where(known, counted.sum(), len(counted))
    rarity: Floats = np.log((1.0 + many) / (1.0 + np.where(known, among, everywhere))) + 1.0
    return rarity
