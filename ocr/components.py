"""Pieces of ink that hang together."""

from __future__ import annotations

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray


def mask_to_components(mask: MatLike) -> tuple[int, MatLike, MatLike]:
    """The number of labels, that of paper (0) included, the label of every pixel, and OpenCV's statistics of each.

    Pieces that touch at a corner are one. Labels have sixteen bits where these are enough: a third of the time.
    """
    try:
        return _components(mask, cv2.CV_16U)
    except cv2.error:  # more pieces than sixteen bits can number
        return _components(mask, cv2.CV_32S)


def _components(mask: MatLike, bits: int) -> tuple[int, MatLike, MatLike]:
    found = cv2.connectedComponentsWithStatsWithAlgorithm(mask, 8, bits, cv2.CCL_SPAGHETTI)
    return found[0], found[1], found[2]


def rows_with_ink(mask: MatLike) -> NDArray[np.intp]:
    """Rows with ink, the row below each group of them, and the first, for a mask without ink is a mask too.

    A mask of these rows is smaller, and what does not touch in the whole does not touch in it.
    """
    inked = np.asarray(mask.any(axis=1))
    inked[1:] |= inked[:-1]
    inked[0] = True
    return np.flatnonzero(inked)
