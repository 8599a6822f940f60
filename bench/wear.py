"""What scanners, fax machines, cameras and years do to a printed page: one function for each damage.

Every damage takes a page at 200 dpi (height x width x 3, RGB, 8 bits) and a generator, leaves the page it was given as
it is, and gives the same pixels for the same generator state. All print stays within the image.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.stamp import Pixels, punch, seal, write_by_hand

DPI = 200  # resolution of the pages that come in
FAX_DPI = 204  # ITU-T T.4, fine mode, across the page
BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], dtype=np.float32) * 16 + 8
DESKS = ((96, 66, 48), (60, 74, 92), (146, 120, 92), (50, 84, 66), (120, 60, 64), (40, 40, 44))

Damage = Callable[[Pixels, np.random.Generator], Pixels]
Field = NDArray[np.float32]  # height x width


def clean(page: Pixels, rng: np.random.Generator) -> Pixels:
    """The page as printed."""
    return page.copy()


def office(page: Pixels, rng: np.random.Generator) -> Pixels:
    """A good office scan at 200 dpi: up to 0.7 degrees askew, light noise, JPEG at 80."""
    scan = _soften(_turn(page, float(rng.uniform(-0.7, 0.7))), 0.5)
    return _through_jpeg(_grain(_paper(scan, rng), rng, 3), 80)


def skew(page: Pixels, rng: np.random.Generator) -> Pixels:
    """Laid on the glass by 2 to 12 degrees askew, cut close to the print, the lid white, grey or black around it."""
    degrees = float(rng.uniform(2, 12)) * float(rng.choice((-1, 1)))
    lid = int(rng.choice((255, 255, 205, 30)))
    turned = _turn_to_print(_paper(page, rng), degrees, lid=lid, margin=int(rng.integers(8, 60)))
    return _through_jpeg(_grain(turned, rng, 3), 82)


def low(page: Pixels, rng: np.random.Generator) -> Pixels:
    """A small scan of 100 to 130 dpi, JPEG at 60."""
    scan = _turn(page, float(rng.uniform(-0.5, 0.5)))
    return _through_jpeg(_grain(_scale(scan, float(rng.uniform(100, 130)) / DPI), rng, 3), 60)


def fax(page: Pixels, rng: np.random.Generator) -> Pixels:
    """Black and white at 204 dpi by threshold or dithering, with specks and gaps in the strokes."""
    grey = _fax_grey(_turn(page, float(rng.uniform(-0.6, 0.6))), down=1.0)
    grey = _gaps(grey + _noise(grey.shape, rng, 9), rng, share=0.005)
    limit: Field = _dither(grey.shape) if rng.random() < 0.4 else np.full(grey.shape, rng.uniform(120, 165), np.float32)
    return _specks(_two_tone(grey, limit), rng, per_million=60)


def fax_hard(page: Pixels, rng: np.random.Generator) -> Pixels:
    """A fax of a copy: coarse lines, thin or bloated strokes, many specks and gaps, lines lost and streaks."""
    grey = _fax_grey(_turn(page, float(rng.uniform(-1.5, 1.5))), down=float(rng.uniform(0.62, 0.75)))
    grey = _gaps(grey + _noise(grey.shape, rng, 22), rng, share=0.015)
    bent = 40 * _smooth(grey.shape, rng, cells=3) - 20
    limit: Field = _dither(grey.shape) if rng.random() < 0.4 else rng.choice((135, 190)) + bent
    sent = _specks(_two_tone(grey, limit), rng, per_million=260)
    for y in rng.integers(60, sent.shape[0] - 60, size=4):
        sent[y : y + int(rng.integers(1, 3)), : int(rng.integers(200, sent.shape[1]))] = 255
    x = int(rng.integers(20, sent.shape[1] - 20))
    sent[:, x : x + 2] = 0
    return sent


def sealed(page: Pixels, rng: np.random.Generator) -> Pixels:
    """A seal or two over the print, then an office scan."""
    return office(seal(page, rng), rng)


def photo(page: Pixels, rng: np.random.Generator) -> Pixels:
    """A page on a desk by a phone: perspective, a gentle curl, uneven light, a soft shadow, JPEG at 80."""
    shot = _shoot(page, rng, scale=float(rng.uniform(0.95, 1.15)), tilt=0.045, bend=0.010)
    shot = _light(shot, rng, dark=0.72)
    return _through_jpeg(_grain(_soften(shot, float(rng.uniform(0.5, 0.9))), rng, 4), 80)


def photo_hard(page: Pixels, rng: np.random.Generator) -> Pixels:
    """A careless photo: steep, strongly curled, dark on one side, out of focus, noisy, JPEG at 55."""
    shot = _shoot(page, rng, scale=float(rng.uniform(0.8, 0.95)), tilt=0.10, bend=0.022)
    shot = _light(shot, rng, dark=0.45)
    return _through_jpeg(_grain(_soften(shot, float(rng.uniform(0.9, 1.3))), rng, 8), 55)


def faded(page: Pixels, rng: np.random.Generator) -> Pixels:
    """An old copy: little contrast, gaps in strokes and lines, light stripes where the toner ran out."""
    strength = float(rng.uniform(0.28, 0.5)) + 0.25 * _smooth(page.shape[:2], rng, cells=5)
    for _ in range(int(rng.integers(2, 6))):
        _stripe(strength, rng)
    thin = np.stack([_gaps(page[..., 0].astype(np.float32), rng, share=0.012)] * 3, axis=2)
    pale = _bytes(255 - (255 - np.maximum(page, thin)) * strength[..., None])
    return _through_jpeg(_grain(_paper(_soften(pale, 0.6), rng), rng, 4), 78)


def rot90(page: Pixels, rng: np.random.Generator) -> Pixels:
    """Scanned lying on its left or right side."""
    quarter = int(rng.choice((1, 3)))
    return np.ascontiguousarray(np.rot90(office(page, rng), quarter))


def rot180(page: Pixels, rng: np.random.Generator) -> Pixels:
    """Scanned head down."""
    return np.ascontiguousarray(np.rot90(office(page, rng), 2))


def punched(page: Pixels, rng: np.random.Generator) -> Pixels:
    """Out of a file: punch holes, a staple with its shadow, blue handwriting over the print, then an office scan."""
    return office(punch(write_by_hand(page, rng), rng), rng)


def bleed(page: Pixels, rng: np.random.Generator) -> Pixels:
    """Thin paper: the mirrored print of the back shows through, blurred and shifted."""
    shift = (int(rng.integers(-60, 61)), int(rng.integers(-140, 141)))
    back = np.roll(page[:, ::-1] if rng.random() < 0.5 else page[::-1], shift, axis=(1, 0))
    depth = float(rng.uniform(0.12, 0.3))
    through = _bytes(page * (1 - depth * (255 - _soften(back, 1.8).astype(np.float32)) / 255))
    return office(through, rng)


DAMAGES: dict[str, Damage] = {
    "clean": clean,
    "office": office,
    "skew": skew,
    "low": low,
    "fax": fax,
    "seal": sealed,
    "photo": photo,
    "faded": faded,
    "rot90": rot90,
    "rot180": rot180,
    "photo_hard": photo_hard,
    "fax_hard": fax_hard,
    "punched": punched,
    "bleed": bleed,
}


def wear(page: Pixels, kind: str, *, seed: int) -> Pixels:
    """One page damaged; ``kind`` is a key of DAMAGES, KeyError otherwise."""
    return DAMAGES[kind](page, np.random.default_rng(seed))


def _bytes(image: NDArray[np.floating]) -> Pixels:
    return np.asarray(np.clip(np.rint(image), 0, 255), dtype=np.uint8)


def _through_jpeg(page: Pixels, quality: int) -> Pixels:
    """The page after one round through JPEG."""
    _, packed = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)


def _soften(page: Pixels, sigma: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(page, (0, 0), sigma), dtype=np.uint8)


def _scale(page: Pixels, factor: float) -> Pixels:
    size = (round(page.shape[1] * factor), round(page.shape[0] * factor))
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _turn(page: Pixels, degrees: float) -> Pixels:
    """The page turned by less than its margins allow, size unchanged, white around it."""
    height, width = page.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turned = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
    return np.asarray(turned, dtype=np.uint8)


def _turn_to_print(page: Pixels, degrees: float, *, lid: int, margin: int) -> Pixels:
    """The page turned by any angle and cut ``margin`` pixels outside the print; the lid is a grey value."""
    matrix = cv2.getRotationMatrix2D((0, 0), degrees, 1)
    rows, cols = np.nonzero(page[::2, ::2].min(axis=2) < 160)
    ink = np.stack([cols * 2.0, rows * 2.0], axis=1) if len(rows) else np.array([(0, 0), page.shape[1::-1]])
    reach = ink @ matrix[:, :2].T
    start, end = reach.min(axis=0) - margin, reach.max(axis=0) + margin
    matrix[:, 2] = -start
    size = (int(end[0] - start[0]), int(end[1] - start[1]))
    turned = cv2.warpAffine(page, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(lid, lid, lid))
    return np.asarray(turned, dtype=np.uint8)


def _noise(shape: tuple[int, ...], rng: np.random.Generator, sigma: float) -> Field:
    return rng.standard_normal(shape[:2], dtype=np.float32) * np.float32(sigma)


def _grain(page: Pixels, rng: np.random.Generator, sigma: float) -> Pixels:
    """Sensor noise, the same in all three channels."""
    return _bytes(page + _noise(page.shape, rng, sigma)[..., None])


def _smooth(shape: tuple[int, ...], rng: np.random.Generator, *, cells: int) -> Field:
    """A field of slow change in 0..1, ``cells`` humps across the page."""
    small = rng.random((cells + 1, cells + 1), dtype=np.float32)
    large = cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.clip(np.asarray(large, dtype=np.float32), 0, 1)


def _paper(page: Pixels, rng: np.random.Generator) -> Pixels:
    """Paper is never quite white, toner never quite black."""
    white = np.array([1, rng.uniform(0.985, 1), rng.uniform(0.95, 1)]) * rng.uniform(236, 253)
    return _bytes(rng.uniform(8, 40) + page / 255 * (white - 20))


def _fax_grey(page: Pixels, *, down: float) -> Field:
    """The page in grey at fax resolution, its height first squeezed by ``down`` and stretched again."""
    grey = np.asarray(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), dtype=np.float32)
    size = (round(page.shape[1] * FAX_DPI / DPI), round(page.shape[0] * FAX_DPI / DPI))
    squeezed = cv2.resize(grey, (size[0], round(size[1] * down)), interpolation=cv2.INTER_AREA)
    back = cv2.resize(squeezed, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.GaussianBlur(back, (0, 0), 0.6), dtype=np.float32)


def _dither(shape: tuple[int, ...]) -> Field:
    """The thresholds of ordered dithering, held off the extremes so that blank paper stays nearly white."""
    tiles = np.tile(BAYER, (shape[0] // 4 + 1, shape[1] // 4 + 1))[: shape[0], : shape[1]]
    return (40 + tiles * 0.75).astype(np.float32)


def _two_tone(grey: Field, limit: Field) -> Pixels:
    black = np.where(grey > limit, 255, 0).astype(np.uint8)
    return np.repeat(black[..., None], 3, axis=2)


def _specks(page: Pixels, rng: np.random.Generator, *, per_million: int) -> Pixels:
    """Black dots of one to three pixels on a page of two tones."""
    worn = page.copy()
    height, width = page.shape[:2]
    for _ in range(height * width * per_million // 1_000_000):
        y, x = int(rng.integers(height - 3)), int(rng.integers(width - 3))
        worn[y : y + int(rng.integers(1, 3)), x : x + int(rng.integers(1, 4))] = 0
    return worn


def _gaps(grey: Field, rng: np.random.Generator, *, share: float) -> Field:
    """Grey with ``share`` of the area whitened in short smears, so that lines and strokes break."""
    height, width = grey.shape
    coarse = rng.standard_normal((height // 2 + 1, width // 2 + 1), dtype=np.float32)
    blots = np.asarray(cv2.GaussianBlur(coarse, (0, 0), sigmaX=2.0, sigmaY=1.0))
    limit = float(np.quantile(blots[::4, ::4], 1 - share))
    mask = cv2.resize((blots > limit).astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    return np.where(np.asarray(mask) > 0, np.float32(255), grey).astype(np.float32)


def _stripe(strength: Field, rng: np.random.Generator) -> None:
    """One light stripe down or across the page, 6 to 30 pixels wide, in place."""
    lying = strength if rng.random() < 0.5 else strength.T
    middle, half = rng.uniform(0, lying.shape[0]), rng.uniform(3, 15)
    away = (np.arange(lying.shape[0], dtype=np.float32) - middle) / half
    lying *= (1 - rng.uniform(0.35, 0.7) * np.exp(-(away**2)))[:, None].astype(np.float32)


def _shoot(page: Pixels, rng: np.random.Generator, *, scale: float, tilt: float, bend: float) -> Pixels:
    """The page in the picture of a camera, on a desk.

    ``scale`` is the picture's size beside the page's; the corners stay ``tilt`` or less of it from its own, and the
    curl moves points by ``bend`` of the page's height at most, so the whole page is in the picture.
    """
    height, width = page.shape[:2]
    out_width, out_height = round(width * scale * 1.08), round(height * scale * 1.08)
    near = rng.uniform(bend + 0.008, bend + 0.008 + tilt, (4, 2))
    ends = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    corners = ((ends + near * (1 - 2 * ends)) * (out_width, out_height)).astype(np.float32)
    flat = (ends * (width, height)).astype(np.float32)
    to_page = np.asarray(cv2.getPerspectiveTransform(corners, flat), dtype=np.float32)
    x, y, shade = _curl(_seen_places(to_page, (out_height, out_width)), (height, width), rng=rng, bend=bend)
    seen = cv2.remap(page, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    inside = ((x >= 0) & (x < width - 1) & (y >= 0) & (y < height - 1)).astype(np.float32)
    edge = np.asarray(cv2.GaussianBlur(inside, (0, 0), 0.8), dtype=np.float32)[..., None]
    lit = np.asarray(seen, dtype=np.float32) * shade[..., None]
    return _bytes(lit * edge + _desk((out_height, out_width), inside, rng=rng) * (1 - edge))


def _seen_places(to_page: Field, shape: tuple[int, int]) -> tuple[Field, Field]:
    """The flat page's x and y under every pixel of a picture of ``shape``."""
    v, u = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    across, down, depth = (row[0] * u + row[1] * v + row[2] for row in to_page)
    return across / depth, down / depth


def _curl(
    places: tuple[Field, Field], shape: tuple[int, int], *, rng: np.random.Generator, bend: float
) -> tuple[Field, Field, Field]:
    """Places moved as a curled sheet moves them: lines sag along a wave, columns crowd at its slopes; and its shade."""
    x, y = places
    height, width = shape
    waves, phase = float(rng.uniform(0.5, 1.1)), float(rng.uniform(0, 2 * math.pi))
    depth = float(rng.uniform(0.6, 1)) * bend * height
    fade = float(rng.uniform(0.2, 1))  # how much of the curl is left at the foot of the page
    left = 1 - (1 - fade) * np.clip(y / height, 0, 1)
    angle = x / width * (2 * math.pi * waves) + phase
    sag = depth * np.sin(angle) * left
    crowd = depth * 0.5 * np.sin(2 * angle) * left
    shade = 1 - 0.12 * (1 + np.cos(angle)) / 2 * left * min(1.0, bend / 0.012)
    return (x + crowd).astype(np.float32), (y + sag).astype(np.float32), shade.astype(np.float32)


def _desk(shape: tuple[int, int], page_mask: Field, *, rng: np.random.Generator) -> NDArray[np.float32]:
    """A coloured desk with a wooden grain, darker where the page throws its shadow."""
    colour = np.array(DESKS[int(rng.integers(len(DESKS)))], dtype=np.float32)
    streaks = rng.standard_normal((shape[0], 1), dtype=np.float32) * 6
    grain = 40 * _smooth(shape, rng, cells=7) - 20 + np.asarray(cv2.GaussianBlur(streaks, (0, 0), 2)).reshape(-1, 1)
    shadow = cv2.GaussianBlur(np.roll(page_mask, (14, 14), axis=(0, 1)), (0, 0), 12)
    lit = (colour + grain[..., None]) * (1 - 0.5 * np.asarray(shadow)[..., None])
    return np.asarray(lit, dtype=np.float32)


def _light(page: Pixels, rng: np.random.Generator, *, dark: float) -> Pixels:
    """Light that falls off to one side down to ``dark``, and the soft shadow of a hand or phone."""
    height, width = page.shape[:2]
    v, u = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    turn = float(rng.uniform(0, 2 * math.pi))
    slope = ((u - 0.5) * math.cos(turn) + (v - 0.5) * math.sin(turn)) / 1.4 + 0.5
    level = 1 - (1 - dark) * (0.7 * slope + 0.3 * _smooth((height, width), rng, cells=3))
    turn = float(rng.uniform(0, 2 * math.pi))
    side = (u - 0.5) * math.cos(turn) + (v - 0.5) * math.sin(turn) - float(rng.uniform(0.1, 0.35))
    shadow = 1 / (1 + np.exp(-side / 0.015))
    warm = np.array([1, rng.uniform(0.93, 1), rng.uniform(0.85, 1)], dtype=np.float32)
    return _bytes(page * (level * (1 - (1 - dark) * 0.6 * shadow))[..., None] * warm)
