"""Colours to ink: even light, no coloured seals, black strokes kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from domain.page import Mark
from domain.source import Box
from ocr.components import mask_to_components
from ocr.sheet import Pixels

Gray: TypeAlias = MatLike  # height x width; 255 is paper
Mask: TypeAlias = MatLike  # height x width; 255 where it holds, else 0

_PAPER_CELL = 8  # pixels a side: paper is told from the brightest part of such patches
_PAPER_REACH = 7  # patches around one in which there is surely paper between the strokes
_DARKEST_PAPER = 25  # below this a photo's background is no paper, and is not stretched to white
_WHITE = 250  # grey values above are paper
_SURE_INK = 160  # darker than this is ink on any page
_PALEST_INK = 215  # paler than this is the grain of the paper
_THIN_STROKES = 0.4  # of the way from Otsu's level to white: thin strokes are grey where the scan is coarse
_SPECK = 20  # pixels of ink at 200 dpi; a decimal point has about ten, and stands close to its digits
_LONGEST_SPECK = 4  # squares of four pixels a side, from which a piece is a stroke: 1 and - may stand alone in a cell
_SPECK_REACH = 12  # squares of four pixels: a comma or a decimal point has a stroke so near
_PIXEL = 255 / 4  # of a square of four pixels that holds one pixel of ink
_SATURATED = 55  # difference of channels; pencils, stamps and highlighters are above, JPEG fringes below
_LEAST_COLOUR = 0.0004  # of the page; less colour is noise of the camera
_RIM = 9  # pixels, across: how far the blurred rim of coloured ink reaches
_TINTED, _EDGE_GRAY, _PALE_RIM = 14, 115, 180  # tint and grey value of a rim; black strokes are darker and have no tint
_STAMP_REACH = 41  # pixels a side, within which a stamp's own colour outweighs the strokes it covers
_STAMP_BLACK, _STAMP_WHITE = 0.45, 0.8  # of a stamp's own brightness: black ink below it, and the stamp alone
_FILLED, _PURE = 0.6, 16  # of the pixels in that reach: a field, not strokes; mean value of the absorbed channels
_MARK_CELL = 4  # pixels a side of the patches in which marks are sought
_MARK_SHARE = 0.0012  # of the page: a round seal of 40 mm covers 2 %, its ink about a tenth of that
_MARK_SIDE = 0.04  # of the page's width


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """A page for reading: ``gray`` with even light and coloured ink bleached, and ``mask`` of its dark strokes."""

    gray: Gray
    mask: Mask


def pixels_to_ink(pixels: Pixels) -> Ink:
    """Grey values against the paper around them; the brightest channel bleaches red and blue, and keeps black."""
    gray = bleached(pixels)
    dark = _below_white(gray)
    level = cv2.threshold(dark, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[0] if dark.size else _WHITE / 2
    limit = max(_SURE_INK, min(_PALEST_INK, level + _THIN_STROKES * (_WHITE - level)))
    mask = cv2.threshold(gray, np.ceil(limit) - 1, 255, cv2.THRESH_BINARY_INV)[1]
    dust = lone_specks(mask)
    return Ink(gray=cv2.max(gray, dust), mask=cv2.subtract(mask, dust))


def _below_white(gray: Gray) -> NDArray[np.uint8]:
    """The grey values that are not paper, in order: a page is counted sooner than picked from."""
    counts = cv2.calcHist([gray], [0], None, [256], [0, 256]).ravel()[:_WHITE].astype(int)
    return np.repeat(np.arange(_WHITE, dtype=np.uint8), counts)


def lone_specks(mask: Mask) -> Mask:
    """Ink too little and too short for a stroke, with no other ink near: dust, the noise of a fax, no decimal points.

    Counted together with what lies near it, for thin strokes of a fax come in pieces no larger than dust; near is told
    by squares of four pixels.
    """
    shares = patches(mask, 2)  # of 255; a pixel counts for a quarter of it
    count, labels, _ = mask_to_components(cv2.dilate(shares, np.ones((_SPECK_REACH, _SPECK_REACH), np.uint8)))
    inked = np.flatnonzero(shares)
    owners = labels.ravel()[inked]
    pixels = np.rint(shares.ravel()[inked] / _PIXEL)
    areas = np.bincount(owners, weights=pixels, minlength=count)
    dust = np.zeros_like(shares)
    dust.ravel()[inked[areas[owners] <= _SPECK]] = 255
    _, pieces, stats = mask_to_components(dust)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    is_speck = (sides < _LONGEST_SPECK).astype(np.uint8)
    dust = cv2.bitwise_and(dust, is_speck[pieces] * 255)
    grown = cv2.resize(dust, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    return cv2.bitwise_and(mask, grown[: mask.shape[0], : mask.shape[1]])


def bleached(pixels: Pixels) -> Gray:
    """Grey values of black ink alone: the brightest channel, and against the colour itself where there is colour."""
    red, green, blue = cv2.split(pixels)
    bright, absorbed = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    gray = even_light(bright)
    colour = cv2.subtract(bright, absorbed)
    coloured = cv2.threshold(colour, _SATURATED, 255, cv2.THRESH_BINARY)[1]
    if cv2.countNonZero(coloured) < _LEAST_COLOUR * coloured.size:
        return gray
    x, y, width, height = cv2.boundingRect(coloured)
    top, left = max(0, y - _STAMP_REACH), max(0, x - _STAMP_REACH)
    around = (slice(top, y + height + _STAMP_REACH), slice(left, x + width + _STAMP_REACH))
    gray[around] = _without_stamp(gray[around], absorbed[around], colour[around], coloured[around])
    return gray


def _without_stamp(gray: Gray, absorbed: Gray, colour: Gray, coloured: Mask) -> Gray:
    """Grey values without coloured ink and its rim.

    In the channels that a stamp absorbs, its own rim is paler than its middle, and black ink is darker than both.
    """
    size = (_STAMP_REACH, _STAMP_REACH)
    total = cv2.boxFilter(cv2.bitwise_and(absorbed, coloured), cv2.CV_32F, size, normalize=False)
    count = cv2.boxFilter(coloured // 255, cv2.CV_32F, size, normalize=False)
    against = absorbed / np.maximum(total / np.maximum(count, 1), 1)
    # a field of pure colour has nothing in the channels that it absorbs: there black is told by the brightest
    filled = cv2.dilate((count >= _FILLED * _STAMP_REACH**2).astype(np.uint8), np.ones(size, np.uint8)) > 0
    against = np.where(filled & (total <= _PURE * np.maximum(count, 1)), gray / np.float32(255), against)
    clear = np.clip((against - _STAMP_BLACK) / (_STAMP_WHITE - _STAMP_BLACK), 0, 1) * 255
    close, near = (cv2.dilate(coloured, np.ones((size, size), np.uint8)) > 0 for size in (_RIM // 2 + 1, _RIM))
    rim = (close & (gray > _EDGE_GRAY)) | (near & (((colour >= _TINTED) & (gray > _EDGE_GRAY)) | (gray > _PALE_RIM)))
    return np.where(coloured > 0, clear.astype(np.uint8), np.where(rim, np.uint8(255), gray))


def even_light(bright: Gray) -> Gray:
    """Every pixel against the paper around it: shadows, yellowed paper and dark scans come out white."""
    height, width = bright.shape
    paper = cv2.dilate(patches(bright, _PAPER_CELL), np.ones((_PAPER_REACH, _PAPER_REACH), np.uint8))
    paper = np.maximum(cv2.GaussianBlur(cv2.medianBlur(paper, 5), (0, 0), 3), _DARKEST_PAPER)
    paper = cv2.resize(paper, None, fx=_PAPER_CELL, fy=_PAPER_CELL, interpolation=cv2.INTER_LINEAR)
    return cv2.divide(bright, paper[:height, :width], scale=255)


def patches(image: MatLike, side: int) -> MatLike:
    """The mean of every patch of so many pixels a side, from the upper left; at the other edges pixels are repeated.

    Whole patches are taken four times as fast as others.
    """
    below, right = (-pixels % side for pixels in image.shape[:2])
    whole = cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_REPLICATE)
    return cv2.resize(whole, (whole.shape[1] // side, whole.shape[0] // side), interpolation=cv2.INTER_AREA)


def pixels_to_marks(pixels: Pixels) -> tuple[Mark, ...]:
    """Seals and strokes of coloured ink that are large enough to matter, by the boxes they fill."""
    small = patches(pixels, _MARK_CELL).astype(np.int16)
    red, green, blue = small[..., 0], small[..., 1], small[..., 2]
    inks = {
        "red": (red - np.maximum(green, blue)) > _SATURATED * 0.6,
        "blue": (blue - red > _SATURATED * 0.6) & (blue - green > _SATURATED * 0.2),
    }
    return tuple(Mark(kind=kind, box=box) for kind, mask in inks.items() for box in _outer(_blots(mask, _MARK_CELL)))


def _outer(boxes: list[Box]) -> list[Box]:
    """Boxes without those within another: the star of a seal is no mark of its own."""
    return [
        box
        for box in boxes
        if not any(
            other.x0 <= box.x0 and other.y0 <= box.y0 and box.x1 <= other.x1 and box.y1 <= other.y1
            for other in boxes
            if other != box
        )
    ]


def _blots(mask: NDArray[np.bool_], scale: int) -> list[Box]:
    height, width = mask.shape
    joined = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    count, _, stats = mask_to_components(joined)
    boxes = []
    for blot in range(1, count):
        x, y, w, h, _ = (int(value) for value in stats[blot])
        filled = int(np.count_nonzero(mask[y : y + h, x : x + w]))
        paper = w > 0.9 * width or h > 0.9 * height
        if filled >= _MARK_SHARE * height * width and max(w, h) >= _MARK_SIDE * width and not paper:
            boxes.append(Box(x0=x * scale, y0=y * scale, x1=(x + w) * scale, y1=(y + h) * scale))
    return boxes
