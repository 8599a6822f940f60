"""The engine paddle itself; skipped where its optional packages are not installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from ocr.engines import Engine, EngineUnavailable
from ocr.engines.choice import EngineChoice, EngineName, choice_to_reader, shared_engine
from tests.ocr.lines import chinese, digits

pytestmark = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("onnxruntime", "paddleocr")), reason="the extra paddle is not installed"
)

HOUSE = EngineChoice(name=EngineName.PADDLE)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return shared_engine(HOUSE)


def test_lines_are_read_in_their_order(engine: Engine) -> None:
    lines = [digits("1234.56"), chinese("年度总体目标"), digits("7"), chinese("预算执行率")]
    readings = engine.read(lines)
    assert [reading.text for reading in readings] == ["1234.56", "年度总体目标", "7", "预算执行率"]
    assert all(reading.confidence > 0.8 for reading in readings)


def test_a_line_is_read_the_same_alone_and_among_others(engine: Engine) -> None:
    (alone,) = engine.read([digits("10.00")])
    *_, among = engine.read([chinese("资金总额资金总额资金总额"), digits("10.00")])
    assert alone == among


def test_equal_lines_are_read_once(engine: Engine) -> None:
    first, other, again = engine.read([digits("10.00"), digits("20.00"), digits("10.00")])
    assert first is again and other.text == "20.00"


def test_no_lines_and_white_paper_give_nothing(engine: Engine) -> None:
    assert engine.read([]) == []
    (reading,) = engine.read([np.full((40, 200), 255, np.uint8)])
    assert reading.text == ""


def test_the_reader_names_engine_and_weights(engine: Engine) -> None:
    assert engine.reader == choice_to_reader(HOUSE)
    assert engine.reader.name == "ppocrv6-small-paddle" and engine.reader.version
    assert engine.reader.weights == choice_to_reader(EngineChoice()).weights


def test_a_folder_of_the_users_own_is_read_by(tmp_path: Path) -> None:
    from ocr.engines.model_folder import write_house_model

    choice = EngineChoice(name=EngineName.PADDLE, model_dir=write_house_model(tmp_path))
    engine = shared_engine(choice)
    assert engine.reader.name == "PP-OCRv6_small_rec-paddle"
    (reading,) = engine.read([digits("88.5")])
    assert reading.text == "88.5"


def test_a_broken_model_is_told_with_its_folder(tmp_path: Path) -> None:
    from ocr.engines.model_folder import ONNX, write_house_model

    (write_house_model(tmp_path) / ONNX).write_bytes(b"no model")
    with pytest.raises(EngineUnavailable, match="装载不了") as error:
        shared_engine(EngineChoice(name=EngineName.PADDLE, model_dir=tmp_path))
    assert str(tmp_path) in str(error.value)
