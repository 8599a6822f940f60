"""Whether confidence tells the truth: cells binned by confidence beside the share that is right, and its picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from bench.stamp import Pixels

EDGES = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)  # finer where most cells lie
SIDE = 640  # pixels of the picture's square
INSET = 70  # pixels left for the labels
BLACK, GREY, BLUE = (0, 0, 0), (200, 200, 200), (180, 90, 20)  # BGR


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One read cell: how sure the reader was, in 0..1, and whether it was right."""

    confidence: float
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Cells with confidence from ``low`` up to ``high``; the last bin includes its end."""

    low: float
    high: float
    cells: int
    mean_confidence: float
    share_right: float


def bin_cells(cells: Sequence[Judged]) -> tuple[Bin, ...]:
    """The bins that hold cells, lowest first. Raises ValueError for a confidence outside 0..1."""
    outside = [cell.confidence for cell in cells if not 0 <= cell.confidence <= 1]
    if outside:
        raise ValueError(f"置信度应在 0 到 1 之间，却有 {outside[0]}。")
    bins = []
    for low, high in pairwise(EDGES):
        inside = [c for c in cells if low <= c.confidence < high or c.confidence == high == EDGES[-1]]
        if inside:
            bins.append(
                Bin(
                    low=low,
                    high=high,
                    cells=len(inside),
                    mean_confidence=sum(cell.confidence for cell in inside) / len(inside),
                    share_right=sum(cell.right for cell in inside) / len(inside),
                )
            )
    return tuple(bins)


def expected_error(cells: Sequence[Judged]) -> float:
    """The gap between confidence and share right, averaged over the cells; 0 is perfect, 0.0 without cells."""
    gaps = (part.cells * abs(part.mean_confidence - part.share_right) for part in bin_cells(cells))
    return sum(gaps) / max(1, len(cells))


def draw_reliability(bins: Sequence[Bin], target: Path) -> None:
    """A PNG: share right over mean confidence, dots as large as their bins, the diagonal for honest confidence."""
    picture = np.full((SIDE, SIDE, 3), 255, dtype=np.uint8)
    for tenth in range(0, 11, 2):
        share = tenth / 10
        cv2.line(picture, _place(share, 0), _place(share, 1), GREY)
        cv2.line(picture, _place(0, share), _place(1, share), GREY)
        _write(picture, f"{share:.1f}", _place(share, 0), (-14, 24))
        _write(picture, f"{share:.1f}", _place(0, share), (-38, 6))
    cv2.line(picture, _place(0, 0), _place(1, 1), BLACK, lineType=cv2.LINE_AA)
    _write(picture, "置信度", _place(0.5, 0), (-30, 50))
    _write(picture, "正确率", _place(0, 1), (-40, -24))
    most = max((part.cells for part in bins), default=1)
    dots = [_place(part.mean_confidence, part.share_right) for part in bins]
    for start, end in pairwise(dots):
        cv2.line(picture, start, end, BLUE, thickness=2, lineType=cv2.LINE_AA)
    for dot, part in zip(dots, bins, strict=True):
        cv2.circle(picture, dot, 4 + round(10 * (part.cells / most) ** 0.5), BLUE, thickness=-1, lineType=cv2.LINE_AA)
        _write(picture, str(part.cells), dot, (-48, -8))
    _, packed = cv2.imencode(".png", picture)
    target.write_bytes(packed.tobytes())


def _place(confidence: float, share: float) -> tuple[int, int]:
    """Pixel (x, y) of a point of the chart."""
    room = SIDE - 2 * INSET
    return INSET + round(confidence * room), SIDE - INSET - round(share * room)


def _write(picture: Pixels, text: str, place: tuple[int, int], away: tuple[int, int]) -> None:
    """Text beside a point; OpenCV 5 carries a font with Chinese characters."""
    cv2.putText(picture, text, (place[0] + away[0], place[1] + away[1]), BLACK, cv2.FontFace("uni"), 17)
