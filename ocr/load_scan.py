"""Pixels of a PDF page: drawn in the scan's own where it is one, otherwise as finely as text needs."""

from __future__ import annotations

import ctypes
import math
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from domain.source import Box
from ocr.load_image import MAX_PIXELS, stretch
from ocr.load_large import MAX_SIDE
from ocr.load_objects import Leaf, image_to_box, image_to_density
from ocr.sheet import DPI, Pixels

_MAX_DPI = 300  # finer than that, characters of 9 pt gain nothing
_SMALL_PT = 600  # an A5 page, 595 pt high, carries the print of an A4 page made smaller
_MARGIN = 0.02  # of a side: an image that misses the edges of the page by more is not the page
_SLANT = 0.01  # of a side
_INSET = 1e-3  # pixels at each side, that rounding may not reach for the next pixel and resample the whole
_SPOT = 10  # pixels: an image that narrow is paint
_WHITE = (255, 255, 255, 255)
_CLEAR = (255, 255, 255, 0)


def page_to_pixels(page: Any, *, density: float) -> Pixels:
    """A pypdfium2 page rendered in RGB at 200 dpi, up to 300 where it is small or its images are ``density`` finer."""
    size = page.get_size()
    dpi = _MAX_DPI if max(size) < _SMALL_PT else min(max(DPI, DPI * density), _MAX_DPI)
    return np.array(
        page.render(scale=min(dpi / 72, MAX_SIDE / max(size)), rev_byteorder=True).to_numpy(), dtype=np.uint8
    )


def scan_to_pixels(page: Any, leaf: Leaf) -> Pixels | None:
    """A page that is one image, drawn in RGB a pixel for each of the image's, with square pixels.

    None where the image goes beyond the edge or slants, is too large or a spot of paint, or where a coarse image
    shows through a mask: the mask may hold the writing, and be finer.
    """
    size = (ctypes.c_uint(), ctypes.c_uint())
    known = pdfium.FPDFImageObj_GetImagePixelSize(leaf.raw, *size)
    if not known or size[0].value * size[1].value > MAX_PIXELS or not _fills(page, leaf):
        return None
    across, down, *_ = leaf.to_pixels
    wide, high = (side.value for side in (size if abs(across) >= abs(down) else size[::-1]))
    box = image_to_box(leaf)
    if min(wide, high) < _SPOT or (image_to_density(leaf) < 1 and not _is_opaque(page, box, wide, high)):
        return None
    return stretch(_part_to_pixels(page, box, wide, high), aspect=page.get_width() / page.get_height())


def _is_opaque(page: Any, box: Box, wide: int, high: int) -> bool:
    """Whether no paper shows through a part of a page, but for its edges."""
    bitmap = _draw(page, box, pypdfium2.PdfBitmap.new_native(wide, high, pdfium.FPDFBitmap_BGRA), paper=_CLEAR)
    x, y = (math.ceil(_MARGIN * side) for side in (wide, high))
    return bool((bitmap.to_numpy()[y:-y, x:-x, 3] == 255).all())


def _fills(page: Any, leaf: Leaf) -> bool:
    width, height = (side * DPI / 72 for side in page.get_size())
    a, b, c, d, _, _ = leaf.to_pixels
    slant = min(max(abs(b) / height, abs(c) / width), max(abs(a) / width, abs(d) / height))
    box = image_to_box(leaf)
    off_x, off_y = max(abs(box.x0), abs(box.x1 - width)), max(abs(box.y0), abs(box.y1 - height))
    return bool(slant <= _SLANT and off_x <= _MARGIN * width and off_y <= _MARGIN * height)


def _part_to_pixels(page: Any, box: Box, wide: int, high: int) -> Pixels:
    """A part of a page, told in pixels at DPI, in so many pixels; an image that fills it is copied, not resampled."""
    bitmap = _draw(page, box, pypdfium2.PdfBitmap.new_native(wide, high, pdfium.FPDFBitmap_BGRx), paper=_WHITE)
    return np.asarray(cv2.cvtColor(bitmap.to_numpy(), cv2.COLOR_BGRA2RGB), np.uint8)


def _draw(page: Any, box: Box, bitmap: Any, *, paper: tuple[int, int, int, int]) -> Any:
    """The bitmap, filled by a part of a page on such paper."""
    wide, high = bitmap.width, bitmap.height
    across, down = (wide - 2 * _INSET) / (box.x1 - box.x0), (high - 2 * _INSET) / (box.y1 - box.y0)
    way = pdfium.FS_MATRIX(
        across * DPI / 72, 0, 0, down * DPI / 72, _INSET - box.x0 * across, _INSET - box.y0 * down
    )  # fmt: skip
    bitmap.fill_rect(paper, 0, 0, wide, high)
    whole = pdfium.FS_RECTF(0, 0, wide, high)
    pdfium.FPDF_RenderPageBitmapWithMatrix(bitmap.raw, page.raw, way, whole, pdfium.FPDF_ANNOT)
    return bitmap
