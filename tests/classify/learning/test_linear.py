"""The linear reader as a scikit-learn estimator: what it learns, what it leaves alone, and that it comes back whole."""

from __future__ import annotations

import io

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import cross_val_score

from classify.learning.linear import NEVER, NgramLabels
from classify.learning.terms import LONGEST_READ, target_to_ngrams, text_to_ngrams
from classify.learning.weights import TermWeights

SUNNY = ["天晴好办事", "今日天晴", "天晴出工", "天晴开会", "连日天晴"]
RAINY = ["下雨停工", "连日下雨", "下雨误期", "今日下雨", "因下雨未办"]
TEXTS = SUNNY + RAINY
RAIN = np.array([0.0] * 5 + [1.0] * 5)


def test_it_tells_texts_apart_that_it_has_not_seen() -> None:
    model = NgramLabels().fit(TEXTS, RAIN[:, None])
    dry, wet = model.predict_proba(["明日天晴", "又下雨了"])[:, 0]
    assert dry < 0.3 < 0.7 < wet


def test_class_names_are_taken_as_scikit_learn_gives_them() -> None:
    model = clone(NgramLabels(C=10.0)).fit(TEXTS, ["晴"] * 5 + ["雨"] * 5)
    assert list(model.classes_) == ["晴", "雨"]
    assert model.predict(["下雨了"]).tolist() == [[0, 1]]


def test_it_can_be_cross_validated() -> None:
    scores = cross_val_score(NgramLabels(), np.array(TEXTS), RAIN[:, None], cv=2, scoring="accuracy")
    assert scores.shape == (2,)


def test_what_is_not_known_neither_helps_nor_hurts() -> None:
    truth = np.column_stack([RAIN, RAIN])
    truth[[0, 9], 1] = np.nan
    both = NgramLabels(min_df=1).fit(TEXTS, truth)
    fewer = NgramLabels(min_df=1).fit(TEXTS[1:9], RAIN[1:9, None])
    shared = np.isin(both.weights_.terms, fewer.weights_.terms)
    assert not np.allclose(both.weights_.coef[0], both.weights_.coef[1])
    assert shared.sum() == len(fewer.weights_.terms)


def test_of_a_label_with_too_few_examples_nothing_is_learned() -> None:
    rare = np.zeros(10)
    rare[0] = 1.0
    model = NgramLabels().fit(TEXTS, np.column_stack([RAIN, rare]))
    assert (model.decision_function(TEXTS)[:, 1] == NEVER).all()


def test_it_comes_back_from_plain_arrays() -> None:
    model = NgramLabels().fit(TEXTS, RAIN[:, None])
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **model.weights_.to_arrays())
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        back = TermWeights.from_arrays(arrays)
    assert np.allclose(
        back.decision_function([text_to_ngrams(text) for text in TEXTS]), model.decision_function(TEXTS), atol=1e-4
    )


def test_it_answers_as_scikit_learn_would() -> None:
    vectorizer = TfidfVectorizer(analyzer=text_to_ngrams, min_df=1, sublinear_tf=True)
    whole = vectorizer.fit_transform(TEXTS)
    weights = NgramLabels(min_df=1).fit(TEXTS, RAIN[:, None]).weights_
    asked = [*TEXTS, "天晴天晴，下雨下雨下雨", "字字皆未见过？", ""]
    terms = [text_to_ngrams(text) for text in asked]
    assert np.allclose(weights.features(terms[: len(TEXTS)]).toarray(), whole.toarray(), rtol=0, atol=1e-12)
    told = vectorizer.transform(asked) @ weights.coef.T + weights.intercept
    assert np.allclose(weights.decision_function(terms), told, rtol=0, atol=1e-12)


def test_no_texts_have_no_answers() -> None:
    model = NgramLabels().fit(TEXTS, RAIN[:, None])
    assert model.decision_function([]).shape == (0, 1)


def test_the_same_seed_gives_the_same_weights() -> None:
    one, two = (NgramLabels(seed=3).fit(TEXTS, RAIN[:, None]).weights_.coef for _ in range(2))
    assert np.array_equal(one, two)


def test_figures_are_one_figure_and_ends_are_marked() -> None:
    assert text_to_ngrams("完成12.5%") == text_to_ngrams("完成 97 ％")
    assert {"^完", "0%$"} <= set(text_to_ngrams("完成9%"))


def test_names_are_told_from_the_text_beneath_them() -> None:
    terms = target_to_ngrams("及时", ["拨付率"])
    assert {"及时", "名:拨付", "名:率$"} <= set(terms)
    assert "拨付" not in terms


@pytest.mark.parametrize("text", ["", "。", "\n", "长" * 100_000])
def test_any_text_has_terms_and_long_ones_are_cut(text: str) -> None:
    assert 1 <= len(text_to_ngrams(text)) <= 4 * (LONGEST_READ + 2)


def test_a_label_the_later_texts_say_nothing_about_stays_as_it_was() -> None:
    first = ["道路塌方停工", "道路积水停工", "资金未到账", "资金晚到账", "材料涨价", "材料缺货"] * 3
    later = [f"额度未亮第{number}次道路" for number in range(30)]
    truth = np.array([[float("停工" in text), float("资金" in text)] for text in first])
    told = np.vstack([truth, [[np.nan, 1.0]] * len(later)])
    before = NgramLabels().fit(first, truth)
    counted = NgramLabels().fit([*first, *later], told, counted=[True] * len(first) + [False] * len(later))
    by_all = NgramLabels().fit([*first, *later], told)
    asked = ["道路塌方", "资金晚", "材料缺货停工"]
    moved, moved_more = (
        np.abs(model.decision_function(asked)[:, 0] - before.decision_function(asked)[:, 0]).max()
        for model in (counted, by_all)
    )
    assert moved < 0.02 < moved_more
    assert counted.predict(["额度未亮"])[0, 1] == 1
