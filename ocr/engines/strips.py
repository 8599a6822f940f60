"""Line images as recognition models want them: one height, few widths."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.ink import Gray

HEIGHT = 48  # pixels; the models'
WIDTHS = (48, 96, 144, 192, 256, 320, 416, 512, 640, 800, 1024, 1280, 1600, 2048, 2560, 3200)  # few shapes bound memory
LEAST_WIDE = 8  # pixels; a sliver has a width too
BATCHES = (8, 4, 2, 1)  # lines read together; few counts bound memory too
BATCH_WIDE = 1024  # pixels of the lines of a batch side by side; more is no faster


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Lines of one width: their strips, their places among the lines given, and how wide the engine is given them."""

    width: int
    places: tuple[int, ...]
    strips: tuple[Gray, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """Which part of the width every strip fills."""
        return tuple(strip.shape[1] / self.width for strip in self.strips)


def lines_to_batches(lines: Sequence[Gray]) -> Iterator[Batch]:
    """All lines in batches, the wide ones first: a long one that comes last would be waited for."""
    by_width: dict[int, list[tuple[int, Gray]]] = defaultdict(list)
    for place, line in enumerate(lines):
        strip, width = line_to_strip(line)
        by_width[width].append((place, strip))
    for width, left in sorted(by_width.items(), reverse=True):
        while left:
            size = next(size for size in BATCHES if size <= len(left) and (size * width <= BATCH_WIDE or size == 1))
            batch, left = left[:size], left[size:]
            places, strips = zip(*batch, strict=True)
            yield Batch(width=width, places=places, strips=strips)


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
