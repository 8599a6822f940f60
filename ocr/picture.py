"""What a page looks like, as far as anything of it can be shown: for pages that were not read, and to draw over."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

import cv2
import numpy as np
import pypdfium2
from PIL import Image, ImageFile

from domain.errors import UnreadableDocument
from ocr.load import count_pages, is_pdf
from ocr.load_image import FAILURES, image_to_frames, open_image, upright
from ocr.load_pdf import open_pdf
from ocr.sheet import DPI, Pixels

_LONGEST = 3000  # pixels a side; enough to see what was wrong


def page_to_picture(contents: Sequence[bytes], number: int, *, name: str, password: str = "") -> Pixels | None:
    """One page of a document in RGB, a PDF page at DPI; half a picture where a file is cut off, None where none is."""
    before = 0
    for content in contents:
        count = _count(content, name=name, password=password)
        if number <= before + count:
            own = number - before
            return (
                _pdf_to_picture(content, own, name=name, password=password)
                if is_pdf(content)
                else _image_to_picture(content, own)
            )
        before += count
    return None


def _count(content: bytes, *, name: str, password: str) -> int:
    try:
        return count_pages([content], name=name, password=password)
    except UnreadableDocument:
        return 1


def _pdf_to_picture(content: bytes, number: int, *, name: str, password: str) -> Pixels | None:
    try:
        with closing(open_pdf(content, name, password=password)) as pdf, closing(pdf[number - 1]) as page:
            scale = min(DPI / 72, _LONGEST / max(1.0, *page.get_size()))
            return np.array(page.render(scale=scale, rev_byteorder=True).to_numpy(), dtype=np.uint8)[..., :3]
    except (UnreadableDocument, pypdfium2.PdfiumError, ValueError, MemoryError):
        return None


def _image_to_picture(content: bytes, number: int) -> Pixels | None:
    """The frame as far as it can be decoded; of a strip cut into pages, all of it."""
    image = open_image(content)
    if image is None:
        return None
    with closing(image), _lenient(), warnings.catch_warnings(action="ignore"):
        try:
            frames = image_to_frames(image)
            image.seek(frames[min(number, len(frames)) - 1])
            image.draft("RGB", (_LONGEST, _LONGEST))
            page = upright(image)
            page.thumbnail((_LONGEST, _LONGEST))
            return np.array(page.convert("RGB"))
        except (*FAILURES, Image.DecompressionBombError, cv2.error):
            return None


@contextmanager
def _lenient() -> Iterator[None]:
    """Pillow gives what it has of an image that is cut off, grey where nothing came."""
    strict = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = strict
