"""Images too large to be read whole: long strips are cut into pages; what reducing makes illegible is refused."""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.components import mask_to_components
from ocr.sheet import Pixels

MAX_SIDE = 5000  # pixels: A3 at 300 dpi
_LONG = 2.5  # times its width: a screenshot that scrolls, or a roll of fax paper; two A4 pages end to end have 2.8
_PIECE = 1.5  # times the width of a strip: the height of one page cut from it, about that of A4
_REACH = 0.25  # of a piece's height: how far from its even place a cut may be made
_DARK = 128  # grey value
_RULED = 0.4  # of a row's width is dark where a ruling line runs
_NEAR_RULE = 12  # pixels; a ruling line is no thicker
_LEAST_HEIGHT = 10.5  # pixels, median of strokes that hang together; at 10 one character in twelve is lost (measured)
_SPECK, _PICTURE = 3, 60  # pixels; lower is dust, higher is no character of a page that was reduced

TOO_FINE = (
    "第{number}页原图{width}×{height}像素，须缩小才能识读，而缩小后字迹太小，会丢字，因此未读。"
    "请分幅重新扫描，或裁成几张，以同名加 _p1、_p2 命名后读入。"
)

TOO_FINE_PAGE = (
    "第{number}页幅面太大，须缩小才能识读，而缩小后字迹太小，会丢字，因此未读。请按A3以内的幅面分页重新导出或重新扫描。"
)


def is_strip(width: int, height: int) -> bool:
    """Whether an upright image of this size is a long strip that must be cut."""
    return height > MAX_SIDE and height >= _LONG * width


def strip_to_count(width: int, height: int) -> int:
    """Into how many pages a strip is cut."""
    return max(1, math.ceil(height / _piece_height(width)))


def _piece_height(width: int) -> float:
    return min(max(_PIECE * width, MAX_SIDE / 4), MAX_SIDE * 0.8)


def strip_to_pieces(pixels: Pixels, count: int) -> Iterator[tuple[int, int]]:
    """First row and row past the last of every one of ``count`` pages; a ruling line at a cut belongs to both."""
    height = pixels.shape[0]
    even = height / count
    begin = 0
    for piece in range(1, count):
        first, last = round((piece - _REACH) * even), round((piece + _REACH) * even)
        end, following = _cut(_dark_share(pixels[first:last]), round(_REACH * even))
        yield begin, first + end
        begin = first + following
    yield begin, height


def _dark_share(rows: Pixels) -> NDArray[np.float64]:
    """How much of every row is dark."""
    gray = cv2.cvtColor(np.ascontiguousarray(rows), cv2.COLOR_RGB2GRAY)
    return np.asarray((gray < _DARK).mean(axis=1), np.float64)


def _cut(dark: NDArray[np.float64], middle: int) -> tuple[int, int]:
    """Where one page ends and the next begins: around the nearest ruling line, else in the row with least ink."""
    ruled = np.flatnonzero(dark >= _RULED)
    if len(ruled):
        row = int(ruled[np.argmin(np.abs(ruled - middle))])
        window = range(max(0, row - _NEAR_RULE), min(len(dark), row + _NEAR_RULE))
        line = [near for near in window if dark[near] >= _RULED]
        return line[-1] + 1, line[0]
    lightest = np.flatnonzero(dark <= dark.min() + 1e-9)
    row = int(lightest[np.argmin(np.abs(lightest - middle))])
    return row, row


def is_too_fine(pixels: Pixels) -> bool:
    """Whether the characters of a picture that was reduced are too small to be told apart."""
    gray = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    ink = cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 25)
    count, _, stats = mask_to_components(ink)
    heights, widths = stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_WIDTH]
    strokes = heights[(heights >= _SPECK) & (heights < _PICTURE) & (widths < _PICTURE)]
    return count > 1 and len(strokes) > 0 and float(np.median(strokes)) < _LEAST_HEIGHT
