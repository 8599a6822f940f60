"""Voices weighed and calibrated, and the figures that decide between readers."""

from __future__ import annotations

import numpy as np
import pytest

from classify.learning.measure import (
    accuracy,
    calibration_error,
    class_scores,
    macro_f1,
    micro_f1,
    one_class_each,
    paired_gain,
    settled,
    with_interval,
)
from classify.learning.stack import Stack, fit_stack, log_odds

NAN = np.nan


def test_a_voice_that_knows_is_believed_and_one_that_guesses_is_not() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, (400, 1)).astype(float)
    knowing = (truth * 2 - 1) * 2 + rng.normal(0, 1, truth.shape)
    stack = fit_stack([rng.normal(0, 2, truth.shape), knowing], truth, exclusive=False)
    assert stack.weights[0, 1] > 5 * abs(stack.weights[0, 0])
    assert calibration_error(truth, stack.probability([np.zeros_like(truth), knowing])) < 0.1


def test_a_voice_is_never_heard_as_its_own_opposite() -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 2, (300, 2)).astype(float)
    lying = np.column_stack([-(truth[:, 0] * 2 - 1), truth[:, 1] * 2 - 1]) * 3
    assert (fit_stack([lying], truth, exclusive=False).weights >= 0).all()


def test_classes_that_exclude_each_other_sum_to_one() -> None:
    stack = Stack(weights=np.ones((3, 1)), bias=np.zeros(3), exclusive=True)
    assert stack.probability([log_odds([[0.2, 0.9, 0.5]])]).sum() == pytest.approx(1.0)


def test_a_stack_comes_back_from_json() -> None:
    stack = Stack(weights=np.array([[0.5, 1.5]]), bias=np.array([-1.0]), exclusive=False)
    back = Stack.from_json(stack.to_json())
    votes = [np.array([[1.0]]), np.array([[2.0]])]
    assert back.probability(votes) == pytest.approx(stack.probability(votes))


def test_no_voice_is_believed_beyond_a_bound() -> None:
    assert np.isfinite(log_odds([0.0, 1.0])).all()


TRUTH = np.array([[1, 0], [1, NAN], [0, 1], [0, 0]], dtype=float)
SAID = np.array([[0.9, 0.1], [0.2, 0.9], [0.6, 0.8], [0.1, 0.2]])


def test_precision_recall_and_f1_leave_out_what_is_not_known() -> None:
    first, second = class_scores(TRUTH, SAID)
    assert (first.support, first.precision, first.recall, first.f1) == (2, 0.5, 0.5, 0.5)
    assert (second.support, second.f1) == (1, 1.0)
    assert macro_f1(TRUTH, SAID) == 0.75
    assert micro_f1(TRUTH, SAID) == pytest.approx(2 * 2 / (3 + 3))


def test_a_class_that_is_only_said_wrongly_counts_as_nothing() -> None:
    assert macro_f1(np.array([[1.0, 0.0]]), np.array([[0.9, 0.9]])) == 0.5


def test_an_acceptable_answer_is_right_where_it_was_given() -> None:
    truth = np.array([[1, NAN, 0], [1, NAN, 0]], dtype=float)
    said = np.array([[0.2, 0.7, 0.1], [0.1, 0.2, 0.7]])
    assert settled(truth, said).tolist() == [[0, 1, 0], [1, 0, 0]]
    assert one_class_each(truth, said).tolist() == [[0, 1, 0], [0, 0, 1]]
    assert accuracy(truth, said) == 0.5


def test_calibration_is_perfect_where_claims_come_true_as_often_as_claimed() -> None:
    truth = np.array([[1.0]] * 8 + [[0.0]] * 2)
    assert calibration_error(truth, np.full((10, 1), 0.8)) == pytest.approx(0.0)
    assert calibration_error(truth, np.full((10, 1), 0.3)) == pytest.approx(0.5)


def test_an_interval_holds_its_figure_and_narrows_with_units() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, (200, 1)).astype(float)
    said = np.where(rng.random((200, 1)) < 0.8, truth, 1 - truth) * 0.8 + 0.1
    few = with_interval(macro_f1, truth, said, units=[str(place % 5) for place in range(200)])
    many = with_interval(macro_f1, truth, said, units=[str(place) for place in range(200)])
    assert few.low <= few.value <= few.high
    assert many.low <= many.value <= many.high


def test_a_better_reader_gains_in_nearly_every_draw() -> None:
    truth = np.tile([[1.0], [0.0]], (50, 1))
    worse = truth.copy()
    worse[:20] = 1 - worse[:20]
    units = [str(place // 2) for place in range(100)]
    gain = paired_gain(macro_f1, truth, champion=worse, challenger=truth, units=units)
    assert gain.value > 0
    assert gain.low > 0
    assert gain.better == 1.0
    same = paired_gain(macro_f1, truth, champion=worse, challenger=worse, units=units)
    assert (same.value, same.low, same.high, same.better) == (0.0, 0.0, 0.0, 0.0)
