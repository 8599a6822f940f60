"""Pieces of ink that hang together."""

from __future__ import annotations

import cv2
from cv2.typing import MatLike


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
