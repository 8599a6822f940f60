"""Writes what the engines say of drawn lines to ``data/``: ``python -m tests.ocr.record``, when an engine changes.

The texts stand beside the recordings, so that the tests of the translation need no engine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ocr.engines import Reading, openvino, paddle
from ocr.engines.choice import EngineChoice, EngineName, shared_engine
from ocr.ink import Gray
from tests.ocr.lines import chinese, digits, tiny

DATA = Path(__file__).with_name("data")
LINES: dict[str, Gray] = {
    "1200.00": digits("1200.00"),
    "项目绩效自评表": chinese("项目绩效自评表"),
    "得分 9.5": chinese("得分 9.5"),
    "8.05": tiny("8.05"),
    "": np.full((48, 200), 255, np.uint8),
}


def record_openvino() -> list[dict[str, Any]]:
    """The numbers that the model gave, and the characters they stand for."""
    records: list[dict[str, Any]] = []
    engine = shared_engine(EngineChoice())

    def keep(odds: Any, indices: Any, *, chars: Any, used: float) -> Reading:
        names = {str(index): chars[index] for index in np.unique(indices).tolist()}
        records.append(
            {"odds": odds.round(4).tolist(), "indices": indices.tolist(), "chars": names, "used": round(used, 4)}
        )
        return translate(odds, indices, chars=chars, used=used)

    translate, openvino.odds_to_reading = openvino.odds_to_reading, keep
    for text, line in LINES.items():
        (reading,) = engine.read([line])
        records[-1] |= {"text": reading.text, "printed": text}
    return records


def record_paddle() -> list[dict[str, Any]]:
    """The results of paddleocr without their pictures."""
    records: list[dict[str, Any]] = []
    engine = shared_engine(EngineChoice(name=EngineName.PADDLE))

    def keep(result: Mapping[str, Any], *, used: float) -> Reading:
        told = {key: result[key] for key in ("rec_text", "rec_score")}
        records.append({"result": told, "used": round(used, 4)})
        return translate(result, used=used)

    translate, paddle.result_to_reading = paddle.result_to_reading, keep
    for text, line in LINES.items():
        (reading,) = engine.read([line])
        records[-1] |= {"text": reading.text, "printed": text}
    return records


if __name__ == "__main__":
    DATA.mkdir(exist_ok=True)
    for name, records in (("openvino", record_openvino()), ("paddle", record_paddle())):
        lines = ",\n".join(json.dumps(record, ensure_ascii=False) for record in records)
        (DATA / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
