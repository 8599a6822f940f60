"""Pixels of a PDF page: the scan's own where they are what the page shows, otherwise the page rendered."""

from __future__ import annotations

import ctypes
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from ocr.load_image import MAX_PIXELS, stretch
from ocr.load_large import MAX_SIDE
from ocr.load_objects import Affine, Leaf, image_to_box
from ocr.sheet import DPI, Pixels

_MAX_DPI = 300  # finer than that, characters of 9 pt gain nothing
_SMALL_PT = 600  # an A5 page, 595 pt high, carries the print of an A4 page made smaller
_MARGIN = 0.02  # of a side: an image that misses the edges of the page by more is not the page
_SLANT = 0.01  # of a side
_GLANCE = 160  # pixels, longer side of the picture that the scan is checked against
_MAX_DIFFERENCE = 9.0  # grey levels, mean over the glance; the sample scans have 0.4 to 5.4, mirrored 14 and more


def page_to_pixels(page: Any, *, density: float) -> Pixels:
    """A pypdfium2 page rendered in RGB at 200 dpi, up to 300 where it is small or its images are ``density`` finer."""
    size = page.get_size()
    dpi = _MAX_DPI if max(size) < _SMALL_PT else min(max(DPI, DPI * density), _MAX_DPI)
    return _render(page, scale=min(dpi / 72, MAX_SIDE / max(size)))


def scan_to_pixels(page: Any, leaf: Leaf) -> Pixels | None:
    """The pixels of the one image of a page, as they lie on it, in RGB with square pixels.

    None where they are not what the page shows: image beyond the edge or slanting, masks, odd colour spaces, too large.
    """
    size = (ctypes.c_uint(), ctypes.c_uint())
    known = pdfium.FPDFImageObj_GetImagePixelSize(leaf.raw, *size)
    if not known or size[0].value * size[1].value > MAX_PIXELS or not _fills(page, leaf):
        return None
    pixels = _decode(leaf.raw)
    if pixels is None:
        return None
    pixels = stretch(_lay(pixels, leaf.to_pixels), aspect=page.get_width() / page.get_height())
    return pixels if _difference(page, pixels) <= _MAX_DIFFERENCE else None


def image_is_whole(leaf: Leaf) -> bool:
    """Whether the pixels of an image can be unpacked."""
    handle = pdfium.FPDFImageObj_GetBitmap(leaf.raw)
    if handle:
        pdfium.FPDFBitmap_Destroy(handle)
    return bool(handle)


def _render(page: Any, *, scale: float) -> Pixels:
    return np.array(page.render(scale=scale, rev_byteorder=True).to_numpy(), dtype=np.uint8)


def _fills(page: Any, leaf: Leaf) -> bool:
    width, height = (side * DPI / 72 for side in page.get_size())
    a, b, c, d, _, _ = leaf.to_pixels
    slant = min(max(abs(b) / height, abs(c) / width), max(abs(a) / width, abs(d) / height))
    box = image_to_box(leaf)
    off_x, off_y = max(abs(box.x0), abs(box.x1 - width)), max(abs(box.y0), abs(box.y1 - height))
    return bool(slant <= _SLANT and off_x <= _MARGIN * width and off_y <= _MARGIN * height)


def _decode(raw: Any) -> Pixels | None:
    handle = pdfium.FPDFImageObj_GetBitmap(raw)
    if not handle:
        return None
    bitmap = pypdfium2.PdfBitmap.from_raw(handle)
    if bitmap.format == pdfium.FPDFBitmap_Gray:
        return np.repeat(bitmap.to_numpy().reshape(bitmap.height, bitmap.width, 1), 3, axis=2)
    if bitmap.format in (pdfium.FPDFBitmap_BGR, pdfium.FPDFBitmap_BGRx):
        return np.array(bitmap.to_numpy()[:, :, 2::-1])
    return None


def _lay(pixels: Pixels, to_pixels: Affine) -> Pixels:
    """Turned and mirrored as the matrix of the image lays it on the page (y downwards)."""
    a, b, c, d, _, _ = to_pixels
    if abs(b) > abs(a):
        pixels, across, down = pixels.swapaxes(0, 1), -c, b
    else:
        across, down = a, -d
    if across < 0:
        pixels = pixels[:, ::-1]
    if down < 0:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _difference(page: Any, pixels: Pixels) -> float:
    """Mean difference in grey levels between the pixels and the page as PDFium draws it."""
    glance = cv2.cvtColor(_render(page, scale=_GLANCE / max(page.get_size())), cv2.COLOR_RGB2GRAY)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    own = cv2.resize(grey, (glance.shape[1], glance.shape[0]), interpolation=cv2.INTER_AREA)
    return float(cv2.absdiff(own, glance).mean())
