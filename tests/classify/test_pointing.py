"""How an encoder weighs in the choice among the pieces of a text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from classify.fold import fold
from classify.learning.examples import Example, lines_to_lesson
from classify.learning.pointing import Pointed, Weighing, fit_weights, offers_to_voices, weighed
from classify.learning.spans import Span
from classify.learning.tagger import Tagger, load_tagger
from classify.learning.tagger_training import Guide, train_tagger

HOUSE = Path(__file__).parents[2] / "models" / "data" / "rewrite" / "house.jsonl"
SPANS = (Span(0, 4, 0, 3, "b"), Span(2, 6, 2, 5, "b"), Span(6, 8, 6, 7, "n"))


def _spread(start: int, end: int) -> np.ndarray:
    own = np.full(8, 0.01)
    own[start:end] = 0.9
    return own


def test_a_piece_covers_best_what_has_its_bounds() -> None:
    covers = offers_to_voices(np.full(4, 0.25), SPANS, _spread(2, 6))[1:, 1]
    assert covers.argmax() == 1
    assert covers.max() == pytest.approx(0.9, abs=0.03)
    assert covers.min() < 0.05


def test_of_none_it_is_told_how_surely_the_encoder_points_at_anything() -> None:
    sure, silent = (offers_to_voices(np.full(4, 0.25), SPANS, own)[0] for own in (_spread(2, 6), np.full(8, 0.001)))
    assert sure[3] > 0 > silent[3]
    assert sure[2] == silent[2] == 1.0


def test_a_text_without_pieces_offers_none_only() -> None:
    odds = weighed(np.ones(1), (), np.zeros(0), weights=np.ones(4))
    assert odds.tolist() == [1.0]


def test_what_the_encoder_points_at_wins_where_it_was_right_before() -> None:
    texts = [
        offers_to_voices(np.array([0.1, 0.4, 0.3, 0.2]), SPANS, _spread(start, end))
        for start, end in ((2, 6), (6, 8)) * 15
    ]
    weights = fit_weights(texts, [(2,), (3,)] * 15)
    assert weights is not None
    odds = weighed(np.array([0.1, 0.4, 0.3, 0.2]), SPANS, _spread(6, 8), weights=weights)
    assert odds.argmax() == 3
    assert odds.sum() == pytest.approx(1.0)


def test_few_wordings_do_not_weigh_an_encoder() -> None:
    texts = [offers_to_voices(np.full(4, 0.25), SPANS, _spread(2, 6))] * 30
    assert fit_weights(texts, [(2,)] * 5 + [(0,)] * 25) is None


def test_weighing_is_kept_as_plain_numbers() -> None:
    weighing = Weighing(name=np.array([1.0, 2.0, 3.0, 4.0]), target=np.zeros(4))
    again = Weighing.from_json(json.loads(json.dumps(weighing.to_json())))
    assert again.name.tolist() == weighing.name.tolist()
    assert again.target.tolist() == weighing.target.tolist()


@pytest.fixture(scope="module")
def lesson() -> tuple[Example, ...]:
    return lines_to_lesson(HOUSE.read_text(encoding="utf-8").splitlines(), name="house").examples


@pytest.fixture(scope="module")
def guided(lesson: tuple[Example, ...]) -> tuple[Tagger, Guide]:
    truth = {example.text: example for example in lesson}

    def point(texts: Sequence[str]) -> list[Pointed]:
        return [_told(truth[text]) for text in texts]

    guide = Guide(digest="knows-all", point=point, weighs=lambda example: True)
    return train_tagger(lesson, guide=guide), guide


def _told(example: Example) -> Pointed:
    """An encoder that knows the answer."""
    rewrite, text = example.rewrites[0], fold(example.text).text
    own = []
    for wording in (fold(rewrite.new_indicator).text, fold(rewrite.new_target).text):
        start = text.rfind(wording) if wording else 0
        spread = np.full(len(text), 0.01)
        spread[start : start + len(wording)] = 0.95
        own.append(spread)
    none, suggested = (0.95 if rewrite.status == status else 0.02 for status in ("none", "suggested"))
    return Pointed(statuses=(none, suggested, 1.0 - none - suggested), name=own[0], target=own[1])


def test_a_good_encoder_is_believed(lesson: tuple[Example, ...], guided: tuple[Tagger, Guide]) -> None:
    tagger, guide = guided
    texts = [example.text for example in lesson]
    told = [example for example in lesson if example.rewrites[0].new_indicator]
    read = tagger.rewrites([each.text for each in told], guide.point([each.text for each in told]))
    right = [
        fold(one.new_indicator).text == fold(each.rewrites[0].new_indicator).text
        for one, each in zip(read, told, strict=True)
    ]
    assert sum(right) >= 0.97 * len(right)
    assert tagger.encoder == "knows-all"
    with pytest.raises(ValueError, match="encoder"):
        tagger.rewrites(texts)


def test_kept_with_its_encoder_it_answers_the_same(
    lesson: tuple[Example, ...], guided: tuple[Tagger, Guide], tmp_path: Path
) -> None:
    tagger, guide = guided
    tagger.save(tmp_path)
    texts = [example.text for example in lesson[:60]]
    assert load_tagger(tmp_path).rewrites(texts, guide.point(texts)) == tagger.rewrites(texts, guide.point(texts))
