"""What is drawn on a PDF page, nested forms opened: text, paths and images, each with its way to pixels."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from domain.source import Box

Affine = tuple[float, float, float, float, float, float]  # x' = a x + c y + e, y' = b x + d y + f (ISO 32000, 8.3.3)

IDENTITY: Affine = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_MAX_DEPTH = 15  # forms within forms; pypdfium2 stops there too
_EDGE = 1.5  # pixels: the middle of a line along the edge of a clip may stand outside it
_GRID = 100  # cells a side when the part of the page under images is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One drawn object: its kind (FPDF_PAGEOBJ_*), PDFium's handle, and the way from its own space to pixels.

    ``around`` is the way from the space that it is placed in, in which its clip is told.
    """

    kind: int
    raw: Any
    to_pixels: Affine
    around: Affine = IDENTITY


def compose(first: Affine, then: Affine) -> Affine:
    """The map that goes through ``first`` and on through ``then``."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def turn_affine(quarters: int, width: float, height: float) -> Affine:
    """Turns a page of this size anticlockwise by quarters, so that its origin is top left again."""
    turns: tuple[Affine, ...] = (
        IDENTITY,
        (0.0, -1.0, 1.0, 0.0, 0.0, width),
        (-1.0, 0.0, 0.0, -1.0, width, height),
        (0.0, 1.0, -1.0, 0.0, height, 0.0),
    )
    return turns[quarters % 4]


def turn_box(box: Box, turn: Affine) -> Box:
    """The box around the image of a box under a map of quarter turns."""
    a, b, c, d, e, f = turn
    xs = sorted((a * box.x0 + c * box.y0 + e, a * box.x1 + c * box.y1 + e))
    ys = sorted((b * box.x0 + d * box.y0 + f, b * box.x1 + d * box.y1 + f))
    return Box(x0=xs[0], y0=ys[0], x1=xs[1], y1=ys[1])


def page_to_affine(page: Any, scale: float) -> Affine:
    """From the user space of a pypdfium2 page to pixels, origin top left, after its CropBox and /Rotate."""
    left, bottom, right, top = (scale * edge for edge in page.get_bbox())
    turned: dict[int, Affine] = {
        0: (scale, 0.0, 0.0, -scale, -left, top),
        90: (0.0, scale, scale, 0.0, -bottom, -left),
        180: (-scale, 0.0, 0.0, scale, right, -bottom),
        270: (0.0, -scale, -scale, 0.0, top, right),
    }
    return turned[page.get_rotation()]


def page_to_leaves(page: Any, to_pixels: Affine) -> Iterator[Leaf]:
    """Everything drawn on a pypdfium2 page, in drawing order."""
    return _leaves(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, to_pixels=to_pixels, depth=0)


def _leaves(
    parent: Any, count: Callable[..., int], get: Callable[..., Any], *, to_pixels: Affine, depth: int
) -> Iterator[Leaf]:
    for index in range(count(parent)):
        raw = get(parent, index)
        kind = pdfium.FPDFPageObj_GetType(raw)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            yield Leaf(kind=kind, raw=raw, to_pixels=to_pixels, around=to_pixels)
            continue
        inner = compose(_matrix(raw), to_pixels)
        if kind != pdfium.FPDF_PAGEOBJ_FORM:
            yield Leaf(kind=kind, raw=raw, to_pixels=inner, around=to_pixels)
        elif depth < _MAX_DEPTH:
            nested = (pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject)
            yield from _leaves(raw, *nested, to_pixels=inner, depth=depth + 1)


def _matrix(raw: Any) -> Affine:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(raw, matrix):
        return IDENTITY
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def leaf_to_clip(leaf: Leaf) -> Box | None:
    """The box outside which nothing of an object shows, in pixels; None where it is not clipped."""
    clip = pdfium.FPDFPageObj_GetClipPath(leaf.raw)
    count = pdfium.FPDFClipPath_CountPaths(clip) if clip else 0
    boxes = [box for path in range(max(0, count)) if (box := _clip_to_box(clip, path, leaf.around)) is not None]
    if not boxes:
        return None
    x0, y0 = max(box.x0 for box in boxes), max(box.y0 for box in boxes)
    x1, y1 = min(box.x1 for box in boxes), min(box.y1 for box in boxes)
    return Box(x0=x0 - _EDGE, y0=y0 - _EDGE, x1=max(x0, x1) + _EDGE, y1=max(y0, y1) + _EDGE)


def _clip_to_box(clip: Any, path: int, to_pixels: Affine) -> Box | None:
    """The box around one path of a clip, in pixels."""
    a, b, c, d, e, f = to_pixels
    x, y = ctypes.c_float(), ctypes.c_float()
    points = []
    for index in range(max(0, pdfium.FPDFClipPath_CountPathSegments(clip, path))):
        pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(clip, path, index), x, y)
        points.append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
    if not points:
        return None
    xs, ys = zip(*points, strict=True)
    return Box(x0=min(xs), y0=min(ys), x1=max(xs), y1=max(ys))


def image_to_box(leaf: Leaf) -> Box:
    """The upright box around an image, in pixels: images fill the unit square (ISO 32000, 8.9.5)."""
    a, b, c, d, e, f = leaf.to_pixels
    xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
    return Box(x0=min(xs), y0=min(ys), x1=max(xs), y1=max(ys))


def boxes_to_cover(boxes: Iterable[Box], width: float, height: float) -> float:
    """Part of the page, 0 to 1, that lies under at least one of the boxes; scanners cut pages into strips."""
    covered = np.zeros((_GRID, _GRID), dtype=np.bool_)
    for box in boxes:
        xs = [min(max(round(x / width * _GRID), 0), _GRID) for x in (box.x0, box.x1)]
        ys = [min(max(round(y / height * _GRID), 0), _GRID) for y in (box.y0, box.y1)]
        covered[ys[0] : ys[1], xs[0] : xs[1]] = True
    return float(covered.mean())


def image_to_density(leaf: Leaf) -> float:
    """Pixels of an image for every pixel of the page, on its denser side; 0 where PDFium does not know."""
    size = (ctypes.c_uint(), ctypes.c_uint())
    a, b, c, d, _, _ = leaf.to_pixels
    across, down = math.hypot(a, b), math.hypot(c, d)
    if not pdfium.FPDFImageObj_GetImagePixelSize(leaf.raw, *size) or not across or not down:
        return 0.0
    return max(size[0].value / across, size[1].value / down)
