"""PP-OCRv6 small on OpenVINO: the weights that the rapidocr wheel carries, one line a request, two at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray
from openvino import opset13 as ops

from domain.source import Reader
from ocr.candidates import steps_to_texts
from ocr.engines import Glyph, Reading
from ocr.engines.strips import HEIGHT, line_to_strip
from ocr.engines.weights import house_weights
from ocr.figures import may_be_figure
from ocr.ink import Gray

CANDIDATES = 4  # readings kept per character
STREAMS = 2  # requests at a time; one a core of the machine this is made for


class OpenVinoEngine:
    """Recognition on the CPU. Not to be shared between threads; one a process."""

    def __init__(self, reader: Reader, *, streams: int = STREAMS) -> None:
        self.reader = reader
        model = ov.Core().read_model(house_weights().read_bytes())
        self._chars = ("", *model.get_rt_info(["framework", "character"]).astype(str).splitlines(), " ")
        settings = {
            "PERFORMANCE_HINT": "THROUGHPUT",
            "NUM_STREAMS": streams,
            "INFERENCE_NUM_THREADS": streams,
        }
        self._queue = ov.AsyncInferQueue(ov.Core().compile_model(_with_candidates(model), "CPU", settings), streams)

    def read(self, lines: Sequence[Gray]) -> list[Reading]:
        """One reading per line; equal images are read once."""
        keys = [(line.shape, line.tobytes()) for line in lines]
        distinct = {key: line for key, line in zip(keys, lines, strict=True)}
        readings: dict[Any, Reading] = {}

        def keep(request: Any, key: Any) -> None:
            odds, indices = request.get_output_tensor(0).data[0], request.get_output_tensor(1).data[0]
            readings[key] = odds_to_reading(odds, indices, chars=self._chars, used=shares[key])

        self._queue.set_callback(keep)
        shares: dict[Any, float] = {}
        for key, line in distinct.items():
            image, shares[key] = line_to_input(line)
            self._queue.start_async({0: image}, key)
        self._queue.wait_all()
        return [readings[key] for key in keys]


def odds_to_reading(
    odds: NDArray[np.float32], indices: NDArray[np.int32], *, chars: Sequence[str], used: float
) -> Reading:
    """Connectionist temporal classification: repeats of one index are one character, index 0 is none.

    ``odds`` and ``indices`` are steps x candidates, likeliest first; ``used`` is the share of the steps that is line.
    """
    best = indices[:, 0]
    glyphs: list[Glyph] = []
    step = 0
    while step < len(best):
        end = step
        while end + 1 < len(best) and best[end + 1] == best[step]:
            end += 1
        if best[step] != 0:
            peak = step + int(np.argmax(odds[step : end + 1, 0]))
            at = min(1.0, (peak + 0.5) / len(best) / used)
            glyphs.append(Glyph(char=chars[best[step]], at=at, confidence=float(odds[peak, 0])))
        step = end + 1
    text = "".join(glyph.char for glyph in glyphs)
    texts = steps_to_texts(odds, indices, chars=chars) if may_be_figure(text) else ()
    return Reading(glyphs=tuple(glyphs), others=tuple(other for other in texts if other[0] != text))


def _with_candidates(model: Any) -> Any:
    """The model with its likeliest characters as outputs: a thousandth of the numbers leave it."""
    odds = model.output(0).get_node().input_value(0)
    top = ops.topk(odds, ops.constant(np.int64(CANDIDATES)), axis=2, mode="max", sort="value", index_element_type="i32")
    return ov.Model([top.output(0), top.output(1)], model.get_parameters(), "lines")


def line_to_input(line: Gray) -> tuple[NDArray[np.float32], float]:
    """A line image as the model wants it (1 x 3 x HEIGHT x a width of WIDTHS, -1..1), and which share of it is line."""
    strip, bucket = line_to_strip(line)
    wide = strip.shape[1]
    image = np.zeros((1, 3, HEIGHT, bucket), np.float32)
    image[0, :, :, :wide] = strip.astype(np.float32) / 127.5 - 1.0
    return image, wide / bucket
