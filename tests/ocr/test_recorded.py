"""What engines said, recorded, becomes readings: no engine is needed here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ocr.engines import Reading
from ocr.engines.openvino import odds_to_reading
from ocr.engines.paddle import result_to_reading

DATA = Path(__file__).with_name("data")


def recorded(name: str) -> list[Any]:
    return list(json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")))


def openvino_reading(record: dict[str, Any]) -> Reading:
    chars = [record["chars"].get(str(index), "?") for index in range(1 + max(map(int, record["chars"])))]
    odds, indices = np.array(record["odds"], np.float32), np.array(record["indices"], np.int32)
    return odds_to_reading(odds, indices, chars=chars, used=record["used"])


def paddle_reading(record: dict[str, Any]) -> Reading:
    return result_to_reading(record["result"], used=record["used"])


def places(reading: Reading) -> list[float]:
    return [glyph.at for glyph in reading.glyphs]


@pytest.mark.parametrize("record", recorded("openvino"), ids=lambda record: record["printed"])
def test_numbers_of_openvino_become_their_text(record: dict[str, Any]) -> None:
    reading = openvino_reading(record)
    assert reading.text == record["text"]
    assert places(reading) == sorted(places(reading))
    assert all(0 < glyph.confidence <= 1.001 for glyph in reading.glyphs)


@pytest.mark.parametrize("record", recorded("paddle"), ids=lambda record: record["printed"])
def test_results_of_paddle_become_their_text(record: dict[str, Any]) -> None:
    reading = paddle_reading(record)
    assert reading.text == record["text"]
    assert reading.confidence == pytest.approx(record["result"]["rec_score"])
    assert places(reading) == sorted(places(reading))


@pytest.mark.parametrize("place", range(len(recorded("paddle"))))
def test_both_engines_tell_the_same_places(place: int) -> None:
    first, second = openvino_reading(recorded("openvino")[place]), paddle_reading(recorded("paddle")[place])
    if first.text == second.text:
        assert places(first) == pytest.approx(places(second), abs=0.06)


def test_what_else_a_doubtful_figure_may_be_is_kept() -> None:
    (record,) = (record for record in recorded("openvino") if record["printed"] == "8.05")
    doubtful = openvino_reading(record)
    assert doubtful.glyphs[0].confidence < 0.8
    assert any(text.startswith("8") for text, _ in doubtful.others)


def test_repeats_are_one_character_and_a_gap_parts_two() -> None:
    indices = np.array([[1], [1], [0], [1], [2], [0]], np.int32)
    odds = np.array([[0.5], [0.9], [0.9], [0.8], [0.7], [0.9]], np.float32)
    reading = odds_to_reading(odds, indices, chars=("", "8", "5"), used=1.0)
    assert reading.text == "885"
    assert [round(glyph.confidence, 2) for glyph in reading.glyphs] == [0.9, 0.8, 0.7]
    assert places(reading) == pytest.approx([1.5 / 6, 3.5 / 6, 4.5 / 6])


@pytest.mark.parametrize(
    "told",
    ["90%", ["90%", [10.0, [["9", "0"]], [[1, 2]], ["en&num"]]]],
    ids=["a decoder that tells no places", "places that do not fit the text"],
)
def test_characters_without_a_place_stand_evenly(told: object) -> None:
    reading = result_to_reading({"rec_text": told, "rec_score": 0.75}, used=0.5)
    assert reading.text == "90%"
    assert places(reading) == pytest.approx([1 / 6, 3 / 6, 5 / 6])
    assert {glyph.confidence for glyph in reading.glyphs} == {0.75}


def test_a_score_above_one_is_one() -> None:
    assert result_to_reading({"rec_text": "5", "rec_score": 1.0000002}, used=1.0).confidence == 1.0


def test_nothing_read_has_no_confidence() -> None:
    assert result_to_reading({"rec_text": "", "rec_score": 0.0}, used=1.0) == Reading()
