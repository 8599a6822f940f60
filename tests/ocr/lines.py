"""Lines of text drawn for the engines, with the fonts that OpenCV carries."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.ink import Gray


def digits(text: str) -> Gray:
    line = np.full((48, 22 * len(text) + 20), 255, np.uint8)
    cv2.putText(line, text, (10, 36), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (0,), 2, cv2.LINE_AA)
    return line


def chinese(text: str) -> Gray:
    line = np.full((48, 34 * len(text) + 20), 255, np.uint8)
    cv2.putText(line, text, (10, 36), (0,), cv2.FontFace("uni"), 32)
    return line


def tiny(text: str) -> Gray:
    """Ten pixels high: what engines are unsure of."""
    line = cv2.resize(digits(text), None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    return np.asarray(line, dtype=np.uint8)
