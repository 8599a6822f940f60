"""PP-OCRv6 small on OpenVINO: the weights that the rapidocr wheel carries, lines of one width together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.source import Reader
from models.runtime import ops, ov
from ocr.candidates import steps_to_texts
from ocr.engines import Glyph, Reading
from ocr.engines.strips import HEIGHT, Batch, lines_to_batches
from ocr.engines.weights import house_weights
from ocr.figures import may_be_figure
from ocr.ink import Gray

CANDIDATES = 4  # readings kept per character
GROUP = 130  # characters searched together; near the square root of their number the search is shortest
_NEVER = -1e4  # the score of a character that is none
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
        self._queue = ov.AsyncInferQueue(ov.Core().compile_model(with_candidates(model), "CPU", settings), streams)

    def read(self, lines: Sequence[Gray]) -> list[Reading]:
        """One reading per line; equal images are read once."""
        keys = [(line.shape, line.tobytes()) for line in lines]
        distinct = {key: line for key, line in zip(keys, lines, strict=True)}
        places = {key: place for place, key in enumerate(distinct)}
        readings: dict[int, Reading] = {}

        def keep(request: Any, batch: Batch) -> None:
            odds, indices = request.get_output_tensor(0).data, request.get_output_tensor(1).data
            for row, (place, used) in enumerate(zip(batch.places, batch.shares, strict=True)):
                readings[place] = odds_to_reading(odds[row], indices[row], chars=self._chars, used=used)

        self._queue.set_callback(keep)
        for batch in lines_to_batches(list(distinct.values())):
            self._queue.start_async({0: batch_to_input(batch)}, batch)
        self._queue.wait_all()
        return [readings[places[key]] for key in keys]


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


def with_candidates(model: Any) -> Any:
    """The model with its likeliest characters as outputs, steps x CANDIDATES: a thousandth of the numbers leave it.

    The characters are parted into groups and searched in the groups with the highest maxima only, where the likeliest
    must be. Their odds are softmax over all of these groups and the best of every other one: what is left out is
    a fraction of what is not likely anyway, and the whole table of a page's odds is never written.
    """
    softmax = model.output(0).get_node().input_value(0).get_node()
    scores, count = softmax.input_value(0), softmax.input_value(0).get_partial_shape()[2].get_length()
    groups = -(-count // GROUP)
    padded = ops.pad(
        scores, _integers(0, 0, 0), _integers(0, 0, groups * GROUP - count), "constant", np.float32(_NEVER)
    )
    parted = ops.reshape(padded, _integers(0, 0, groups, GROUP), special_zero=True)
    maxima = ops.reduce_max(parted, _integers(3))
    best = _top(maxima)
    found = ops.gather(parted, best.output(1), _integers(2), batch_dims=2)
    found = ops.reshape(found, _integers(0, 0, CANDIDATES * GROUP), special_zero=True)
    top = _top(found)
    within = ops.floor_mod(top.output(1), ops.constant(np.int32(GROUP)))
    group = ops.divide(ops.subtract(top.output(1), within), ops.constant(np.int32(GROUP)))
    group = ops.gather_elements(best.output(1), group, 2)
    indices = ops.add(ops.multiply(group, ops.constant(np.int32(GROUP))), within)
    peak = ops.gather(top.output(0), _integers(0), _integers(2))
    mass = ops.subtract(ops.add(_mass(found, peak), _mass(maxima, peak)), _mass(best.output(0), peak))
    odds = ops.divide(ops.exp(ops.subtract(top.output(0), peak)), mass)
    return ov.Model([odds.output(0), indices.output(0)], model.get_parameters(), "lines")


def _top(scores: Any) -> Any:
    count = ops.constant(np.int64(CANDIDATES))
    return ops.topk(scores, count, axis=2, mode="max", sort="value", index_element_type="i32")


def _mass(scores: Any, peak: Any) -> Any:
    return ops.reduce_sum(ops.exp(ops.subtract(scores, peak)), _integers(2), keep_dims=True)


def _integers(*values: int) -> Any:
    return ops.constant(np.array(values, np.int64))


def batch_to_input(batch: Batch) -> NDArray[np.float32]:
    """The strips of a batch as the model wants them: lines x 3 x HEIGHT x width, -1..1, padded with 0."""
    images = np.zeros((len(batch.strips), 3, HEIGHT, batch.width), np.float32)
    for image, strip in zip(images, batch.strips, strict=True):
        image[:, :, : strip.shape[1]] = strip.astype(np.float32) / 127.5 - 1.0
    return images
