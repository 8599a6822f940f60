"""Windows cover their text, batches hold every window once, and the way back picks the strongest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.encoder.tokens import SPECIAL, CharTokenizer
from classify.encoder.windows import BESIDE, LONGEST, Cutter, strongest

CUTTER = Cutter(tokenizer=CharTokenizer((*SPECIAL, *"问卷未发已满意度,0123456789")), positions=128)


@given(st.text(alphabet="问卷未发已,0 \n", max_size=600), st.sampled_from([16, 24, 128]))
def test_every_character_is_in_a_window(text: str, positions: int) -> None:
    windows = Cutter(tokenizer=CUTTER.tokenizer, positions=positions).windows(text, owner=3)
    covered = {place for window in windows for place in window.starts if place >= 0}
    assert covered >= {place for place, character in enumerate(text) if character in "问卷未发已,"}
    assert all(len(window.ids) <= positions and window.owner == 3 for window in windows)


def test_a_short_text_has_one_window_and_an_empty_one_too() -> None:
    assert len(CUTTER.windows("问" * 126, owner=0)) == 1
    assert len(CUTTER.windows("", owner=0)) == 1


def test_of_an_endless_text_head_and_tail_are_read() -> None:
    text = "问卷" * 50_000
    places = [place for window in CUTTER.windows(text, owner=0) for place in window.starts if place >= 0]
    assert min(places) == 0
    assert max(places) == len(text) - 1
    assert len(set(places)) == LONGEST


def test_names_stand_in_the_second_segment_of_every_window() -> None:
    windows = CUTTER.windows("满意" * 100, owner=0, beside=("满意度" * 30,))
    batch = CUTTER.batch(windows, range(len(windows)))
    assert len(windows) > 1
    assert np.all(batch.segments.sum(1) == BESIDE + 1)
    assert np.all(batch.segments <= batch.mask)


def test_markup_and_blanks_cost_no_token_and_places_are_those_of_the_print() -> None:
    text = "问&nbsp;<br>卷 未"
    (window,) = CUTTER.windows(text, owner=0)
    assert [text[start:end] for start, end in zip(window.starts, window.ends, strict=True) if start >= 0] == [*"问卷未"]


@given(st.lists(st.integers(0, 300), min_size=1, max_size=20))
def test_batches_hold_every_window_once(lengths: list[int]) -> None:
    windows = [window for owner, length in enumerate(lengths) for window in CUTTER.windows("问" * length, owner=owner)]
    batches = list(CUTTER.batches(windows, tokens=512))
    assert sorted(place for batch in batches for place in batch.places) == list(range(len(windows)))
    for batch in batches:
        assert batch.mask.sum(1).tolist() == [len(windows[place].ids) for place in batch.places]


@pytest.mark.parametrize(("denied", "answer"), [((), [[3.0, 5.0], [-1.0, 2.0]]), ((1,), [[3.0, 4.0], [-1.0, 2.0]])])
def test_the_strongest_window_answers(denied: tuple[int, ...], answer: list[list[float]]) -> None:
    scores = np.array([[1.0, 5.0], [3.0, 4.0], [-1.0, 2.0]], dtype=np.float32)
    np.testing.assert_array_equal(strongest(scores, [0, 0, 1], texts=2, denied=denied), np.array(answer, np.float32))
