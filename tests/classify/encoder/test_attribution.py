"""Which characters a label hangs on: the weights agree with what hiding the characters really does."""

from __future__ import annotations

import numpy as np
import pytest

from classify.encoder.attribution import reason_to_weights, target_to_weights
from classify.encoder.serve import EncoderReader
from classify.labels import RATIONALE


def test_the_characters_that_speak_for_a_label_weigh_most(toy: EncoderReader) -> None:
    text = "很雨的,灾到"
    weights = {text[each.start : each.end]: each.logit for each in reason_to_weights(toy, text, "force_majeure")}
    assert sorted(weights, key=lambda character: -weights[character])[:2] == ["雨", "灾"]
    assert set(weights) == set(text)


def test_removing_the_weightiest_characters_lowers_the_probability_most(toy: EncoderReader) -> None:
    text, label = "很好的雨,晚到的灾,空空的日月", "force_majeure"
    weights = sorted(reason_to_weights(toy, text, label), key=lambda each: -each.logit)
    column = list(RATIONALE).index(label)

    def without(places: list[int]) -> float:
        kept = "".join(character for place, character in enumerate(text) if place not in places)
        return float(toy.reasons([kept])[0, column])

    strongest = without([each.start for each in weights[:2]])
    random = np.random.default_rng(3)
    others = [without(random.choice(len(text), 2, replace=False).tolist()) for _ in range(20)]
    assert strongest <= min(others)


def test_a_character_in_the_deciding_window_is_found_far_into_a_long_text(toy: EncoderReader) -> None:
    text = "很好的" * 30 + "钱" + "很好的" * 30
    best = max(reason_to_weights(toy, text, "funds_late_or_short"), key=lambda each: each.logit)
    assert text[best.start : best.end] == "钱"


@pytest.mark.parametrize("text", ["", " ", "龘"])
def test_a_text_without_known_characters_has_no_weighty_ones(toy: EncoderReader, text: str) -> None:
    assert all(abs(each.logit) < 1e-6 for each in reason_to_weights(toy, text, "no_reason"))


def test_targets_are_explained_too(toy: EncoderReader) -> None:
    text = "很好,9"
    best = max(target_to_weights(toy, text, ("满意度",), "quantified"), key=lambda each: each.logit)
    assert text[best.start : best.end] == "9"
