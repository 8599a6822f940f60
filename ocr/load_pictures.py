"""Images of a PDF page: whether they arrived whole, and whether one beside text may say something itself."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from ocr.load_image import MAX_PIXELS
from ocr.load_objects import Leaf, boxes_to_cover, image_to_box
from ocr.sheet import Pixels

_LEAST = 0.01  # part of the page: smaller images are marks
_BARE = 0.9  # part of an image's place that is white where nothing of it was drawn; page numbers may stand there
_STEP = 4  # every so many pixels are looked at
_DARK = 150  # of 255: watermarks and backgrounds are paler
_WRITTEN = 0.005  # dark part of a picture that may hold writing, and light part; a plain colour has one of them alone
_LOOKED_AT = (50**2, 2000**2)  # points drawn: beyond, a picture is believed to hold writing
_JPEG_SCAN, _JPEG_END = b"\xff\xda", b"\xff\xd9"  # neither occurs among the packed pixels


def image_is_whole(leaf: Leaf) -> bool:
    """Whether the pixels of an image can be unpacked; one too large to try is believed."""
    size = (ctypes.c_uint(), ctypes.c_uint())
    known = pdfium.FPDFImageObj_GetImagePixelSize(leaf.raw, *size)
    if known and size[0].value * size[1].value > MAX_PIXELS:
        return True
    handle = pdfium.FPDFImageObj_GetBitmap(leaf.raw)
    if handle:
        pdfium.FPDFBitmap_Destroy(handle)
    return bool(handle)


def large_images(images: Iterable[Leaf], width: float, height: float, *, least: float = _LEAST) -> tuple[Leaf, ...]:
    """Those that cover this part of a page at least."""
    return tuple(leaf for leaf in images if boxes_to_cover([image_to_box(leaf)], width, height) >= least)


def has_broken(images: Sequence[Leaf], pixels: Pixels, *, scale: float) -> bool:
    """Whether one of these large images did not arrive whole; ``pixels`` are the page, ``scale`` times the boxes.

    Only where hardly anything shows in its place is an image unpacked once more: that takes long.
    """
    return any(_is_cut(leaf) or (_is_bare(leaf, pixels, scale) and not image_is_whole(leaf)) for leaf in images)


def _is_bare(leaf: Leaf, pixels: Pixels, scale: float) -> bool:
    box = image_to_box(leaf)
    x0, y0, x1, y1 = (max(0, round(scale * edge)) for edge in (box.x0, box.y0, box.x1, box.y1))
    place = pixels[y0:y1:_STEP, x0:x1:_STEP]
    return bool(place.size) and float((place == 255).mean()) >= _BARE


def _is_cut(leaf: Leaf) -> bool:
    """Whether an image is a JPEG without its end mark: decoders fill up what is missing, and say nothing."""
    name = ctypes.create_string_buffer(16)
    if pdfium.FPDFImageObj_GetImageFilterCount(leaf.raw) != 1:
        return False
    pdfium.FPDFImageObj_GetImageFilter(leaf.raw, 0, name, len(name))
    if name.value != b"DCTDecode":
        return False
    content = _packed(leaf.raw)
    end = content.rfind(_JPEG_END)
    return end < 0 or content.find(_JPEG_SCAN, end) >= 0


def _packed(raw: Any) -> bytes:
    """The bytes of an image as the file holds them."""
    size = pdfium.FPDFImageObj_GetImageDataRaw(raw, None, 0)
    content = ctypes.create_string_buffer(max(1, size))
    pdfium.FPDFImageObj_GetImageDataRaw(raw, content, size)
    return content.raw


def may_be_written(page: Any, leaf: Leaf) -> bool:
    """Whether an image shows both dark and light, as print does: watermarks and bands of colour do not."""
    matrix = pdfium.FS_MATRIX()
    if pdfium.FPDFPageObj_HasTransparency(leaf.raw) or not pdfium.FPDFPageObj_GetMatrix(leaf.raw, matrix):
        return False
    least, most = _LOOKED_AT
    if not least <= abs(matrix.a * matrix.d - matrix.b * matrix.c) <= most:
        return True
    handle = pdfium.FPDFImageObj_GetRenderedBitmap(page.pdf.raw, page.raw, leaf.raw)
    if not handle:
        return False
    shades = _on_paper(pypdfium2.PdfBitmap.from_raw(handle).to_numpy())
    dark = float((shades < _DARK).mean())
    return _WRITTEN <= dark <= 1 - _WRITTEN


def _on_paper(pixels: NDArray[np.uint8]) -> NDArray[np.floating[Any]]:
    """Shades of a drawing in BGR, or in BGRA on white."""
    colours = np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_BGR2GRAY), np.float32)
    if pixels.shape[2] == 3:
        return colours
    return 255 - (255 - colours) * (pixels[..., 3].astype(np.float32) / 255)
