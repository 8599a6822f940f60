"""Steps of an engine to whole texts: every way of spelling a text counts, and a character less is a text too."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby, product
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.source import Alternatives
from ocr.candidates import LEAST, steps_to_texts

CHARS = ("", "1", "7", ".", "0")  # "" is no character

Step = dict[str, float]


def texts(steps: list[Step]) -> Alternatives:
    """The texts of steps given as odds by character; all steps have the same number of candidates."""
    ordered = [sorted(step.items(), key=lambda choice: -choice[1]) for step in steps]
    odds = np.array([[share for _, share in step] for step in ordered], np.float32)
    indices = np.array([[CHARS.index(char) for char, _ in step] for step in ordered], np.int32)
    return steps_to_texts(odds, indices, chars=CHARS)


def spelled(steps: list[Step]) -> dict[str, float]:
    """Odds of every text by trying all paths: repeats are one character, none parts two."""
    found: dict[str, float] = defaultdict(float)
    for path in product(*(step.items() for step in steps)):
        text = "".join(char for char, _ in groupby(char for char, _ in path))
        found[text] += prod(share for _, share in path)
    return found


def test_a_doubtful_character_gives_two_texts() -> None:
    assert texts([{"1": 0.75, "7": 0.25}, {"0": 1.0, "": 0.0}]) == (("10", 0.75), ("70", 0.25))


def test_a_character_that_may_be_none_gives_the_text_without_it() -> None:
    assert texts([{"1": 1.0, "": 0.0}, {".": 0.75, "": 0.25}]) == (("1.", 0.75), ("1", 0.25))


def test_a_point_nearly_lost_gives_the_text_with_it() -> None:
    assert texts([{"1": 1.0, "": 0.0}, {"": 0.75, ".": 0.25}, {"0": 1.0, "": 0.0}]) == (("10", 0.75), ("1.0", 0.25))


def test_the_ways_to_spell_a_text_add_up() -> None:
    found = dict(texts([{"1": 0.5, "": 0.5}, {"1": 0.5, "": 0.5}]))
    assert found == {"1": pytest.approx(0.75), "": pytest.approx(0.25)}


def test_a_character_stands_twice_only_with_none_between() -> None:
    assert texts([{"0": 1.0}, {"0": 1.0}]) == (("0", 1.0),)
    assert texts([{"0": 1.0}, {"": 1.0}, {"0": 1.0}]) == (("00", 1.0),)


def test_what_is_next_to_impossible_is_not_told() -> None:
    assert dict(texts([{"1": 0.9995, "7": 0.0005}])) == {"1": pytest.approx(0.9995)}


def test_a_step_of_which_nothing_is_likely_keeps_its_best() -> None:
    assert texts([{"1": 1.0, "": 0.0}, {"": LEAST / 2, "7": 0.0}]) == ()
    assert texts([]) == (("", 1.0),)


weights = st.lists(st.integers(1, 9), min_size=3, max_size=3)
STEPS = st.lists(
    weights.map(lambda w: {char: share / sum(w) for char, share in zip(("", "1", "0"), w, strict=True)}), max_size=5
)


@given(STEPS)
def test_odds_are_those_of_all_paths(steps: list[Step]) -> None:
    found, every = texts(steps), spelled(steps)
    odds = [share for _, share in found]
    assert odds == sorted(odds, reverse=True)
    assert len({text for text, _ in found}) == len(found)
    assert all(share <= every[text] + 1e-5 for text, share in found)
    assert found[0][1] == pytest.approx(max(every.values()), rel=0.05)
