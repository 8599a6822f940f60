"""What people leave on a page after it is printed: seals, pen strokes, punch holes and a staple."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # height x width x 3, RGB
Coverage = NDArray[np.float32]  # height x width, 0 bare .. 1 fully inked

SEAL_RED = (205, 25, 35)
SEAL_BLUE = (35, 60, 165)
PEN_BLUE = (30, 50, 150)
STAPLE_GREY = (120, 120, 125)
HOLE_MM = 6  # ISO 838: two holes of 6 mm, 80 mm apart, 12 mm from the edge
HOLES_APART_MM = 80
HOLE_INSET_MM = 12
A4_MM = (210, 297)
SEAL_MM = 42  # GB/T 33190 and State Council rules: a unit's seal is 42 mm across
FINENESS = 3  # a seal is drawn three times as large and shrunk, so that its edges are smooth
OWNERS = ("虚构市财政局", "示例区教育局", "某某市水务局", "虚构县卫生健康委员会", "示例市文化和旅游局")
SQUARE_WORDS = ("已审核", "复印件与原件一致", "财务专用", "已归档")


def ink_over(page: Pixels, coverage: Coverage, colour: tuple[int, int, int]) -> Pixels:
    """The page with a transparent ink over it: black print below stays dark, white paper takes the colour."""
    tint = 1 - coverage[..., None] * (1 - np.array(colour, dtype=np.float32) / 255)
    return np.clip(np.rint(page * tint), 0, 255).astype(np.uint8)


def seal(page: Pixels, rng: np.random.Generator) -> Pixels:
    """A red round seal somewhere over the print, alpha 0.5 to 0.8; one page in four has a blue square as well."""
    stamped = _press(page, _round_seal(rng, _pixels(page, SEAL_MM)), SEAL_RED, rng=rng)
    if rng.random() < 0.25:
        stamped = _press(stamped, _square_seal(rng, _pixels(page, SEAL_MM // 2)), SEAL_BLUE, rng=rng)
    return stamped


def punch(page: Pixels, rng: np.random.Generator) -> Pixels:
    """Two punch holes at the left edge, black or grey as the lid behind them, and a staple with its shadow."""
    worn = page.copy()
    lid = int(rng.choice((25, 90, 170)))
    radius, x = _pixels(page, HOLE_MM) // 2, _pixels(page, HOLE_INSET_MM)
    for side in (-1, 1):
        y = page.shape[0] // 2 + side * _pixels(page, HOLES_APART_MM) // 2 + int(rng.integers(-9, 10))
        cv2.circle(worn, (x, y), radius + 2, (205, 205, 205), thickness=2, lineType=cv2.LINE_AA)
        cv2.circle(worn, (x, y), radius, (lid, lid, lid), thickness=-1, lineType=cv2.LINE_AA)
    return _staple(worn, rng)


def write_by_hand(page: Pixels, rng: np.random.Generator) -> Pixels:
    """Three to six marks of a blue pen over the print: ticks, rings, underlines and a signature."""
    coverage = np.zeros(page.shape[:2], dtype=np.float32)
    for mark in rng.choice(4, size=int(rng.integers(3, 7))):
        stroke = (_tick, _ring, _underline, _signature)[int(mark)](rng, _pixels(page, 10))
        points = np.rint(stroke + _inked_place(page, rng)).astype(np.int32)
        width = int(rng.integers(2, 5))
        cv2.polylines(coverage, [points], isClosed=False, color=(0.85,), thickness=width, lineType=cv2.LINE_AA)
    return ink_over(page, coverage, PEN_BLUE)


def _pixels(page: Pixels, millimetres: float) -> int:
    """Pixels of a length on an A4 page of either orientation."""
    return int(max(page.shape[0], page.shape[1]) * millimetres / max(A4_MM) + 0.5)


def _inked_place(page: Pixels, rng: np.random.Generator) -> tuple[int, int]:
    """A printed point (x, y) of the page, so that marks hit text; the middle of a blank page."""
    rows, cols = np.nonzero(page[::4, ::4].min(axis=2) < 128)
    if not len(rows):
        return page.shape[1] // 2, page.shape[0] // 2
    place = int(rng.integers(len(rows)))
    return int(cols[place]) * 4, int(rows[place]) * 4


def _press(page: Pixels, stamp: Coverage, colour: tuple[int, int, int], *, rng: np.random.Generator) -> Pixels:
    """The stamp over a printed point, unevenly inked."""
    size = stamp.shape[0]
    patches = rng.uniform(0.6, 1, (6, 6)).astype(np.float32)
    alpha = float(rng.uniform(0.5, 0.8))
    inked = stamp * alpha * np.asarray(cv2.resize(patches, (size, size), interpolation=cv2.INTER_CUBIC))
    height, width = page.shape[:2]
    x, y = _inked_place(page, rng)
    left = min(max(x - size // 2, 0), max(width - size, 0))
    top = min(max(y - size // 2, 0), max(height - size, 0))
    coverage = np.zeros((height, width), dtype=np.float32)
    room = coverage[top : top + size, left : left + size]
    room[:] = np.clip(inked, 0, 1)[: room.shape[0], : room.shape[1]]
    return ink_over(page, coverage, colour)


def _round_seal(rng: np.random.Generator, size: int) -> Coverage:
    """Coverage, size x size: ring, star in the middle, the owner's name along the upper arc, slightly turned."""
    side = size * FINENESS
    half = side / 2
    stamp = np.zeros((side, side), dtype=np.uint8)
    cv2.circle(stamp, (side // 2, side // 2), int(half * 0.94), (255,), thickness=max(3, side // 34))
    cv2.fillPoly(stamp, [_star(half, half * 0.32)], (255,))
    owner = OWNERS[int(rng.integers(len(OWNERS)))]
    reach = math.radians(min(250, 28 * len(owner)))
    for place, character in enumerate(owner):
        angle = reach * (place / (len(owner) - 1) - 0.5)
        stamp = np.maximum(stamp, _glyph(character, angle, side=side, size=int(side * 0.13)))
    return _shrink(stamp, size, turn=float(rng.uniform(-25, 25)))


def _square_seal(rng: np.random.Generator, size: int) -> Coverage:
    """Coverage, size x size: a frame with words in two lines."""
    side = size * FINENESS
    stamp = np.zeros((side, side), dtype=np.uint8)
    edge = side // 10
    cv2.rectangle(stamp, (edge, edge), (side - edge, side - edge), (255,), thickness=max(3, side // 30))
    words = SQUARE_WORDS[int(rng.integers(len(SQUARE_WORDS)))]
    half = (len(words) + 1) // 2
    letter = int(side * 0.66 / half)
    for line, text in enumerate((words[:half], words[half:])):
        _write(stamp, text, (side // 6, side // 2 + line * letter - letter // 8), letter)
    return _shrink(stamp, size, turn=float(rng.uniform(-8, 8)))


def _shrink(stamp: Pixels, size: int, *, turn: float) -> Coverage:
    """The drawing turned by degrees and made size x size, as coverage."""
    side = stamp.shape[0]
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), turn, 0.97)
    turned = cv2.warpAffine(stamp, matrix, (side, side), flags=cv2.INTER_LINEAR)
    small = np.asarray(cv2.resize(turned, (size, size), interpolation=cv2.INTER_AREA), dtype=np.float32)
    return small / np.float32(255)


def _star(centre: float, radius: float) -> NDArray[np.int32]:
    """Corners of a five-pointed star, one point up."""
    angles = [math.pi * place / 5 for place in range(10)]
    reach = [radius * (0.382 if place % 2 else 1) for place in range(10)]
    corners = [(centre + r * math.sin(a), centre - r * math.cos(a)) for a, r in zip(angles, reach, strict=True)]
    return np.array([(round(x), round(y)) for x, y in corners], dtype=np.int32)


def _glyph(character: str, angle: float, *, side: int, size: int) -> Pixels:
    """A square layer with one character on the ring, ``angle`` radians right of the top, its foot to the centre."""
    layer = np.zeros((side, side), dtype=np.uint8)
    _write(layer, character, (side // 2 - size // 2, int(side * 0.1) + size), size)
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), -math.degrees(angle), 1)
    return np.asarray(cv2.warpAffine(layer, matrix, (side, side)), dtype=np.uint8)


def _write(layer: Pixels, text: str, foot: tuple[int, int], size: int) -> None:
    """Text drawn into a layer of one channel; OpenCV 5 carries a font with Chinese characters."""
    cv2.putText(layer, text, foot, (255,), cv2.FontFace("uni"), size, 700)


def _staple(page: Pixels, rng: np.random.Generator) -> Pixels:
    """A slanting staple at the top left; its shadow falls to the lower right."""
    x, y, length = (_pixels(page, mm) for mm in (rng.uniform(6, 14), rng.uniform(6, 12), 11))
    angle = float(rng.uniform(-0.9, 0.2))
    ends = [(x, y), (x + round(length * math.cos(angle)), max(2, y + round(length * math.sin(angle))))]
    shade = np.zeros(page.shape[:2], dtype=np.float32)
    shadow = [(a + 5, b + 6) for a, b in ends]
    cv2.line(shade, shadow[0], shadow[1], (0.7,), thickness=7, lineType=cv2.LINE_AA)
    worn = ink_over(page, np.asarray(cv2.GaussianBlur(shade, (0, 0), 4), dtype=np.float32), (60, 60, 60))
    cv2.line(worn, ends[0], ends[1], STAPLE_GREY, thickness=4, lineType=cv2.LINE_AA)
    return worn


def _tick(rng: np.random.Generator, size: int) -> NDArray[np.float64]:
    """A check mark about one and a half characters high."""
    return np.array([(0, 0), (0.25, 0.4), (1, -0.7)]) * size * float(rng.uniform(0.6, 1.1))


def _ring(rng: np.random.Generator, size: int) -> NDArray[np.float64]:
    """A loop drawn around a figure, not quite closed."""
    turns = np.linspace(0.3, 2 * math.pi + float(rng.uniform(0.1, 0.8)), 40)
    reach = 1 + 0.1 * np.sin(turns * 1.3 + float(rng.uniform(0, 6)))
    return np.stack([np.cos(turns) * reach * size * 0.9, np.sin(turns) * reach * size * 0.45], axis=1)


def _underline(rng: np.random.Generator, size: int) -> NDArray[np.float64]:
    """A wavering line below a few words."""
    along = np.linspace(0, float(rng.uniform(1.5, 4)), 30)
    return np.stack([along * size, size * (0.3 + 0.05 * np.sin(along * 4 + float(rng.uniform(0, 6))))], axis=1)


def _signature(rng: np.random.Generator, size: int) -> NDArray[np.float64]:
    """A scribble of loops running to the right, about three characters long."""
    along = np.linspace(0, 1, 90)
    loops, phase = float(rng.uniform(4, 7)) * 2 * math.pi, float(rng.uniform(0, 6))
    height = 0.5 * np.sin(along * loops + phase) * (0.4 + 0.6 * np.abs(np.sin(along * 5 + phase)))
    return np.stack([(along * 3 + 0.25 * np.cos(along * loops)) * size, height * size], axis=1)
