from __future__ import annotations

import hashlib
from importlib.metadata import version
from importlib.resources import files

import cv2
import numpy as np
import pytest

from models.runtime import ov
from ocr.engines import Engine
from ocr.engines.choice import HOUSE_ENGINE, shared_engine
from ocr.engines.openvino import CANDIDATES, batch_to_input, with_candidates
from ocr.engines.strips import BATCH_WIDE, HEIGHT, WIDTHS, lines_to_batches
from ocr.engines.weights import RECOGNITION, house_weights
from ocr.ink import Gray
from tests.ocr.lines import chinese, digits


@pytest.fixture(scope="module")
def engine() -> Engine:
    return shared_engine(HOUSE_ENGINE)


def test_digits_are_read(engine: Engine) -> None:
    (reading,) = engine.read([digits("1234.56")])
    assert reading.text == "1234.56" and reading.confidence > 0.8


@pytest.mark.parametrize("text", ["项目绩效自评表", "年度总体目标", "预算执行率"])
def test_chinese_is_read(engine: Engine, text: str) -> None:
    (reading,) = engine.read([chinese(text)])
    assert reading.text == text and reading.confidence > 0.8


def test_readings_come_in_the_order_of_their_lines(engine: Engine) -> None:
    texts = ["1", "20240315", "7", "314159265358979", "88.50", "99"]
    assert [reading.text for reading in engine.read([digits(text) for text in texts])] == texts


def test_equal_lines_are_read_once(engine: Engine) -> None:
    first, other, again = engine.read([digits("10.00"), digits("20.00"), digits("10.00")])
    assert first is again and first is not other and other.text == "20.00"


def test_a_line_is_read_the_same_alone_and_among_others(engine: Engine) -> None:
    (alone,) = engine.read([digits("10.00")])
    *_, among = engine.read([chinese("资金总额"), digits("3"), digits("10.00")])
    assert alone == among


def test_glyphs_stand_in_order_and_are_sure_to_a_degree(engine: Engine) -> None:
    (reading,) = engine.read([digits("1234.56")])
    places = [glyph.at for glyph in reading.glyphs]
    assert places == sorted(places) and 0 < places[0] < 0.25 and 0.7 < places[-1] <= 1
    for glyph in reading.glyphs:
        assert 0 < glyph.confidence <= 1.001


def test_a_figure_that_lost_ink_has_other_readings(engine: Engine) -> None:
    worn = cv2.GaussianBlur(digits("1888.8"), (0, 0), 4.0)
    (reading,) = engine.read([worn])
    odds = [share for _, share in reading.others]
    assert odds and odds == sorted(odds, reverse=True) and all(0 < share <= 1 for share in odds)
    assert reading.text not in [text for text, _ in reading.others]


def test_prose_has_no_other_readings(engine: Engine) -> None:
    (reading,) = engine.read([cv2.GaussianBlur(chinese("年度总体目标"), (0, 0), 3.0)])
    assert reading.others == ()


def test_white_paper_gives_an_empty_reading(engine: Engine) -> None:
    (reading,) = engine.read([np.full((40, 200), 255, np.uint8)])
    assert reading.text == "" and reading.confidence == 0.0
    assert engine.read([]) == []


def test_the_reader_names_its_weights(engine: Engine) -> None:
    content = (files("rapidocr") / "models" / RECOGNITION).read_bytes()
    assert engine.reader.weights == hashlib.sha256(content).hexdigest()[:12]
    assert engine.reader.name == "ppocrv6-small-openvino" and engine.reader.version == version("openvino")


def test_one_process_has_one_engine(engine: Engine) -> None:
    assert shared_engine(HOUSE_ENGINE) is engine


def line_to_input(line: Gray) -> tuple[np.ndarray, float]:
    (batch,) = lines_to_batches([line])
    return batch_to_input(batch), batch.shares[0]


@pytest.mark.parametrize(
    ("height", "width", "wide", "bucket"),
    [(48, 48, 48, 48), (48, 49, 49, 96), (24, 100, 200, 256), (96, 400, 200, 256), (48, 3200, 3200, 3200)],
)
def test_lines_come_in_few_widths(height: int, width: int, wide: int, bucket: int) -> None:
    image, share = line_to_input(np.full((height, width), 255, np.uint8))
    assert image.shape == (1, 3, HEIGHT, bucket) and bucket in WIDTHS
    assert share == pytest.approx(wide / bucket)
    assert image[..., :wide] == pytest.approx(1.0) and not image[..., wide:].any()


def test_a_line_too_long_for_the_model_is_squeezed_whole_into_it() -> None:
    line = np.full((48, 8000), 255, np.uint8)
    line[:, 7800:] = 0
    image, share = line_to_input(line)
    assert image.shape[-1] == WIDTHS[-1] and share == 1.0
    assert image[0, 0, 24, -40] == pytest.approx(-1.0) and image[0, 0, 24, 40] == pytest.approx(1.0)


def test_black_is_minus_one_and_a_sliver_has_a_width() -> None:
    image, _share = line_to_input(np.zeros((48, 1), np.uint8))
    assert image.shape[-1] == WIDTHS[0] and image[0, :, :, 0] == pytest.approx(-1.0)


def test_batches_hold_every_line_once_and_only_lines_of_one_width() -> None:
    lines = [np.full((48, width), 255, np.uint8) for width in (40, 700, 44, 90, *range(100, 120), 1200)]
    batches = list(lines_to_batches(lines))
    assert sorted(place for batch in batches for place in batch.places) == list(range(len(lines)))
    for batch in batches:
        assert len(batch.strips) == len(batch.places) == len(batch.shares)
        assert len(batch.places) == 1 or len(batch.places) * batch.width <= BATCH_WIDE
        for place, share in zip(batch.places, batch.shares, strict=True):
            assert share * batch.width == pytest.approx(lines[place].shape[1])


def test_the_likeliest_characters_are_those_of_the_whole_model() -> None:
    model = ov.Core().read_model(house_weights().read_bytes())
    exact = {"INFERENCE_PRECISION_HINT": "f32"}
    whole, top = (ov.Core().compile_model(made, "CPU", exact) for made in (model, with_candidates(model)))
    image = batch_to_input(next(lines_to_batches([chinese("年度总体目标 88.50")])))
    (odds,) = whole([image]).values()
    shares, indices = top([image]).values()
    assert (indices[0, :, 0] == odds[0].argmax(axis=1)).all()
    assert shares[0] == pytest.approx(np.take_along_axis(odds[0], indices[0], axis=1), abs=0.01)
    assert (np.sort(odds[0], axis=1)[:, -CANDIDATES:][:, ::-1]) == pytest.approx(
        np.take_along_axis(odds[0], indices[0], axis=1), rel=1e-6
    )
