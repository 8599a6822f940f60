"""Recognition by ``paddleocr``: the house's weights on ONNX Runtime, or a model folder of the user's own.

Nothing is downloaded: every model is given as a folder. paddlepaddle, which Paddle models need, is left to the user.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.source import Reader
from ocr.engines import EngineUnavailable, Glyph, Reading
from ocr.engines.headless import headless_opencv
from ocr.engines.model_folder import ONNX, folder_to_hash, folder_to_name, is_onnx, write_house_model
from ocr.engines.strips import HEIGHT, line_to_strip
from ocr.engines.weights import installed_version, weights_hash
from ocr.ink import Gray

MIDDLE = 127  # the grey between ink and paper, with which models are trained to be padded
# More threads spin while they wait: twice the core-seconds a line, and ten times the time on a busy machine.
ONNX_SETTINGS = {"intra_op_num_threads": 1}
_INSTALL = "请执行 make setup（装齐锁定的组件），或只加装可选组件 paddle；也可改用 --engine openvino。"


class PaddleEngine:
    """Recognition by paddleocr, a line at a time: batches are padded to their widest line and grow with it."""

    def __init__(self, reader: Reader, model_dir: Path | None = None) -> None:
        check_paddle(model_dir)
        self.reader = reader
        if model_dir is not None:
            self._recogniser = _load(model_dir)
            return
        with TemporaryDirectory(prefix="fuhe-") as folder:  # needed only until the model is loaded
            self._recogniser = _load(write_house_model(Path(folder)))

    def read(self, lines: Sequence[Gray]) -> list[Reading]:
        """One reading per line; equal images are read once."""
        keys = [(line.shape, line.tobytes()) for line in lines]
        distinct = dict(zip(keys, lines, strict=True))
        images = [line_to_image(line) for line in distinct.values()]
        results = self._recogniser.predict([image for image, _ in images], batch_size=1, return_word_box=True)
        readings = {
            key: result_to_reading(result, used=used)
            for key, result, (_, used) in zip(distinct, results, images, strict=True)
        }
        return [readings[key] for key in keys]


def line_to_image(line: Gray) -> tuple[NDArray[np.uint8], float]:
    """A line image as paddleocr wants it (HEIGHT x a width of few x 3, bytes), and which share of it is line."""
    strip, bucket = line_to_strip(line)
    image = np.full((HEIGHT, bucket, 3), MIDDLE, np.uint8)
    image[:, : strip.shape[1]] = strip[..., None]
    return image, strip.shape[1] / bucket


def result_to_reading(result: Mapping[str, Any], *, used: float) -> Reading:
    """What paddleocr says of one line. It is as sure of each character as of the line, and names no alternatives.

    ``rec_text`` is the text, with the steps of the line, its words and the step of each character where the model's
    decoder tells them; characters without a step stand evenly. ``used`` is the share of the image that is line.
    """
    told, sure = result["rec_text"], min(1.0, float(result["rec_score"]))
    if isinstance(told, str):
        return Reading(glyphs=tuple(_glyphs(told, _even(told), sure=sure)))
    text, (steps, _, columns, *_) = told
    places = [min(1.0, (column + 0.5) / steps / used) for word in columns for column in word]
    return Reading(glyphs=tuple(_glyphs(text, places if len(places) == len(text) else _even(text), sure=sure)))


def _even(text: str) -> list[float]:
    return [(place + 0.5) / len(text) for place in range(len(text))]


def _glyphs(text: str, places: Sequence[float], *, sure: float) -> list[Glyph]:
    return [Glyph(char=char, at=at, confidence=sure) for char, at in zip(text, places, strict=True)]


def check_paddle(model_dir: Path | None) -> None:
    """Whether this engine can be loaded, told without loading. Raises EngineUnavailable."""
    if find_spec("paddleocr") is None:
        raise EngineUnavailable(f"没有安装 paddleocr，用不了 --engine paddle。{_INSTALL}")
    runtime = "onnxruntime" if model_dir is None or is_onnx(model_dir) else "paddle"
    if model_dir is not None:
        folder_to_name(model_dir)
    if find_spec(runtime) is None and runtime == "paddle":
        raise EngineUnavailable(
            f"{model_dir} 是 Paddle 格式的模型，需要自行安装 paddlepaddle；也可先把模型转成 {ONNX}，放在同一文件夹。"
        )
    if find_spec(runtime) is None:
        raise EngineUnavailable(f"没有安装 onnxruntime，用不了 --engine paddle。{_INSTALL}")


def paddle_reader(model_dir: Path | None) -> Reader:
    """Who will read, known without loading. Raises EngineUnavailable for a folder without a recognition model."""
    if model_dir is None:
        return Reader(name="ppocrv6-small-paddle", version=installed_version("paddleocr"), weights=weights_hash())
    return Reader(
        name=f"{folder_to_name(model_dir)}-paddle",
        version=installed_version("paddleocr"),
        weights=folder_to_hash(model_dir),
    )


def _load(folder: Path) -> Any:
    """The recogniser of a model folder; Paddle models go to a GPU where paddlepaddle finds one."""
    os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")  # it would look for hosts of models
    onnx = is_onnx(folder)
    try:
        with headless_opencv():
            from paddleocr import TextRecognition

            return TextRecognition(
                model_name=folder_to_name(folder),
                model_dir=str(folder),
                engine="onnxruntime" if onnx else "paddle",
                engine_config=ONNX_SETTINGS if onnx else None,
                device="cpu" if onnx else None,
            )
    except Exception as error:  # whatever a foreign model brings up is about that model
        cause = error.__cause__ or error
        raise EngineUnavailable(f"paddleocr 装载不了模型文件夹 {folder}：{cause}。请核对模型是否完整。") from error
