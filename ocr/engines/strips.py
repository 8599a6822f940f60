"""Line images as recognition models want them: one height, few widths."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.ink import Gray

HEIGHT = 48  # pixels; the models'
WIDTHS = (48, 96, 144, 192, 256, 320, 416, 512, 640, 800, 1024, 1280, 1600, 2048, 2560, 3200)  # few shapes bound memory
LEAST_WIDE = 8  # pixels; a sliver has a width too


def line_to_strip(line: Gray) -> tuple[Gray, int]:
    """A line HEIGHT pixels high, and the width of WIDTHS that it is to be padded to.

    A line too long for the widest is squeezed into it whole.
    """
    height, width = line.shape
    wide = max(LEAST_WIDE, round(width * HEIGHT / height))
    bucket = next((size for size in WIDTHS if size >= wide), WIDTHS[-1])
    wide = min(wide, bucket)
    shrinks = wide * height < width * HEIGHT or height > HEIGHT
    strip = cv2.resize(line, (wide, HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return np.asarray(strip, dtype=np.uint8), bucket
