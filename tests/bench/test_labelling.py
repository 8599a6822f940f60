"""The measurement of labels measures what it says, on few of them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from bench.label_orders import Curve, as_in_batches, curve_of, ground, orders_figures
from bench.label_speed import Timed, speed_figures
from bench.new_wording import HELD_OUT, TEXTS, Lap, read_wording, wording_figures
from bench.noise import copies, with_noise
from bench.tables import figures_to_lines
from classify.labels import RATIONALE
from classify.learning.examples import Example
from domain.label import Task
from fuhe.training import shipped_examples

PLAIN = Example(task=Task.RATIONALE, text="原因如下", known=(("no_reason", True),), unit="甲")


@pytest.mark.parametrize("text", ["未开展调查，资料遗失", "abc", "，", "资" * 100])
def test_noise_changes_a_text_a_little(text: str) -> None:
    noisy = with_noise(text, random.Random(1))
    assert noisy != text
    assert abs(len(noisy) - len(text)) <= 1 + len(text) // 40


def test_noise_leaves_an_empty_text_alone() -> None:
    assert with_noise("", random.Random(1)) == ""


def test_copies_keep_labels_and_come_from_other_units() -> None:
    made = list(copies([PLAIN], 5, seed=0))
    assert {each.known for each in made} == {PLAIN.known}
    assert PLAIN.unit not in {each.unit for each in made}
    assert len({each.place for each in made}) == 5


def test_cells_of_a_batch_hold_every_text_and_repeat_some() -> None:
    pool = [replace(PLAIN, text=f"{number}号原因" * 3, line=number) for number in range(200)]
    cells = as_in_batches(pool, seed=0)
    assert {each.line for each in cells} == set(range(200))
    assert 210 < len(cells) < 400


def test_labels_needed_are_read_off_between_stops() -> None:
    curve = Curve(labels=(100, 200, 300), f1=(0.4, 0.6, 0.5))
    assert curve.labels_for(0.5) == pytest.approx(150)
    assert curve.labels_for(0.7) == float("inf")


def test_the_table_says_what_share_of_labels_was_needed() -> None:
    curves = {
        "random": Curve(labels=(100, 200, 400), f1=(0.5, 0.6, 0.8)),
        "chosen": Curve(labels=(100, 200), f1=(0.5, 0.7)),
    }
    lines = list(figures_to_lines(orders_figures(curves, title="t", seeds=1)))
    assert "300" in lines[2]
    assert "0.67" in lines[2]


@pytest.mark.slow
def test_a_curve_begins_alike_and_rises_with_labels() -> None:
    place = ground(seed=1)
    small = replace(place, pool=place.pool[:500], held_out=place.held_out[:200])
    curve = curve_of(small, lambda left, _, count: range(count), stops=(300,), rng=random.Random(0))
    assert curve.labels == (100, 300)
    assert curve.f1[0] < curve.f1[1]


def test_no_labelled_text_holds_the_new_wording() -> None:
    wording = read_wording()
    known = "".join(example.text for example in shipped_examples(Task.RATIONALE))
    turns = {example.text for example in (*wording.decided, *wording.held_out, *wording.kept)}
    assert not [text for text in turns if text in known]
    assert len(wording.decided) == TEXTS - HELD_OUT


def test_new_wording_is_held_out_by_unit_and_text() -> None:
    wording = read_wording()
    for apart in (wording.held_out, wording.kept):
        assert not {each.unit for each in apart} & {each.unit for each in wording.decided}
        assert not {each.text for each in apart} & {each.text for each in wording.decided}


def test_the_wording_table_names_the_label_that_fell_most() -> None:
    first = dict.fromkeys(RATIONALE, 0.9)
    laps = [
        Lap(
            decisions=count,
            f1=f1,
            f1_kept=f1,
            gold_macro=0.9,
            gold=gold,
            support=dict.fromkeys(RATIONALE, 20),
            missed=0,
        )
        for count, f1, gold in ((0, 0.1, first), (200, 0.8, {**first, "budget_cut": 0.85}))
    ]
    text = "\n".join(figures_to_lines(wording_figures(laps, label="funds_late_or_short", names=RATIONALE)))
    assert "-0.050 预算削减或调整" in text
    assert "预算削减或调整 -0.050（检验集只有 20 条）" in text


def test_speed_is_told_with_what_was_asked() -> None:
    timed = (Timed(name="甲", texts=10, clock=1.0, processor=0.5, asked=60.0),)
    assert "≤ 60" in "\n".join(figures_to_lines(speed_figures(timed)))
