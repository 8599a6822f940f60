"""The encoder's tags as ``classify.learning`` hears them: odds for every character of the folded text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classify.encoder.spans import STATUSES, TAGS, Named
from classify.encoder.windows import Window
from classify.fold import fold
from classify.learning.pointing import Pointed
from domain.label import RewriteStatus

Floats = NDArray[np.float32]
_KINDS = tuple([TAGS.index(f"{part}-{kind}") for part in "BI"] for kind in Named)


def windows_to_pointed(printed: str, windows: Sequence[Window], tags: Sequence[Floats], *, statuses: Floats) -> Pointed:
    """A character is as surely part of a name as the surest window says; ``tags``: (tokens, 5) for each window."""
    origins = np.array(fold(printed).origins, dtype=int)
    own = np.zeros((len(_KINDS), len(origins)))
    for window, odds in zip(windows, tags, strict=True):
        starts, ends = np.array(window.starts), np.array(window.ends)
        tokens = np.flatnonzero(starts >= 0)
        if not len(tokens):
            continue
        holding = tokens[np.searchsorted(starts[tokens], origins, side="right") - 1]
        inside = (origins >= starts[tokens[0]]) & (origins < ends[holding])
        for row, columns in enumerate(_KINDS):
            told = odds[holding][:, columns].sum(axis=1)
            own[row, inside] = np.maximum(own[row, inside], told[inside])
    none, suggested, *done = (float(statuses[STATUSES.index(status)]) for status in _ORDER)
    return Pointed(statuses=(none, suggested, sum(done)), name=own[0], target=own[1])


_ORDER = (RewriteStatus.NONE, RewriteStatus.SUGGESTED, RewriteStatus.DONE, RewriteStatus.APPROVED)
