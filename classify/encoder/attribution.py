"""Which characters of one text a label hangs on: occlusion.

Every run of one to three tokens is hidden behind ``[MASK]`` in turn and the exported graph is asked again. A token's
weight is how far the label's logit falls without it, plus its share in what only the run as a whole brings about
(Harsanyi dividends of runs; Myerson 1977 for coalitions that hang together): of two characters that make each other
good neither falls alone. All figures are differences between answers of the model that is served. Only the window
that decided is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from classify.encoder.serve import DENIED, EncoderReader
from classify.encoder.tokens import MASK
from classify.encoder.windows import Window
from classify.labels import RATIONALE, TARGET

Floats = NDArray[np.float32]

LONGEST_RUN = 3  # tokens: most words have two; one hidden character alone is often made good by its neighbour


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How far the label's logit falls when ``text[start:end]`` is hidden; below zero it speaks against the label."""

    start: int
    end: int
    logit: float


def reason_to_weights(reader: EncoderReader, text: str, label: str) -> tuple[Weight, ...]:
    """The weight of every character that the deciding window holds, for one deviation reason."""
    column = list(RATIONALE).index(label)
    windows = reader.cutter.windows(text, owner=0)
    logits = reader.logits(windows).reasons[:, column]
    decided = int(np.argmin(logits) if column in DENIED else np.argmax(logits))
    return _window_to_weights(reader, windows[decided], head="reasons", column=column)


def target_to_weights(reader: EncoderReader, text: str, indicators: Sequence[str], label: str) -> tuple[Weight, ...]:
    """The same for a class of target values; the indicators' names stay in sight."""
    column = list(TARGET).index(label)
    windows = reader.cutter.windows(text, owner=0, beside=indicators)
    decided = int(np.argmax(reader.logits(windows).targets[:, column]))
    return _window_to_weights(reader, windows[decided], head="targets", column=column)


def _window_to_weights(reader: EncoderReader, window: Window, *, head: str, column: int) -> tuple[Weight, ...]:
    places = [place for place, start in enumerate(window.starts) if start >= 0]
    runs = [
        places[begin : begin + size] for size in range(1, LONGEST_RUN + 1) for begin in range(len(places) - size + 1)
    ]
    mask = reader.cutter.tokenizer.vocabulary[MASK]
    outputs = reader.logits([window, *(hidden(window, run, mask=mask) for run in runs)])
    logits: Floats = getattr(outputs, head)[:, column]
    falls = {(run[0], len(run)): float(logits[0] - logit) for run, logit in zip(runs, logits[1:], strict=True)}
    weights = dict.fromkeys(places, 0.0)
    for run in runs:
        for place in run:
            weights[place] += _dividend(falls, run[0], len(run)) / len(run)
    return tuple(Weight(start=window.starts[place], end=window.ends[place], logit=weights[place]) for place in places)


def _dividend(falls: Mapping[tuple[int, int], float], begin: int, size: int) -> float:
    """What a run brings about beyond the runs inside it."""

    def fall(start: int, length: int) -> float:
        return falls.get((start, length), 0.0)

    inner = fall(begin, size - 1) + fall(begin + 1, size - 1) if size > 1 else 0.0
    return fall(begin, size) - inner + fall(begin + 1, size - 2)


def hidden(window: Window, places: Sequence[int], *, mask: int) -> Window:
    """The window with these tokens masked."""
    behind = frozenset(places)
    return replace(window, ids=tuple(mask if place in behind else each for place, each in enumerate(window.ids)))
