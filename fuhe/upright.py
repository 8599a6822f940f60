"""A page as it was read: the scan's pixels laid upright, in the coordinates of its boxes."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from domain.page import Page
from fuhe.page_notes import PageNote
from ocr.load import count_pages, files_to_sheets
from ocr.picture import page_to_picture
from ocr.sheet import Pixels, Sheet
from ocr.warps import pixels_to_upright


def scan_to_upright(pixels: Pixels | None, page: Page | PageNote) -> Pixels:
    """The upright page; white paper where nothing of the scan can be shown."""
    if pixels is None:
        return np.full((page.height or 1, page.width or 1, 3), 255, np.uint8)
    if not page.width:  # a page that was not read has no size of its own
        return pixels
    scan = (page.scan_width, page.scan_height)
    whole = pixels if pixels.shape[1::-1] == scan else cv2.resize(pixels, scan, interpolation=cv2.INTER_AREA)
    return pixels_to_upright(whole, page.warp, width=page.width, height=page.height)


def page_to_upright(contents: Sequence[bytes], page: PageNote, *, name: str) -> Pixels:
    """One page of a document, upright. Raises UnreadableDocument."""
    others = frozenset(range(1, count_pages(contents, name=name) + 1)) - {page.number}
    sheet = next(iter(files_to_sheets(contents, name=name, leave=others)), None)
    pixels = sheet.pixels if isinstance(sheet, Sheet) else None
    if pixels is None:
        pixels = page_to_picture(contents, page.number, name=name)
    return scan_to_upright(pixels, page)
