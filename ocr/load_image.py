"""Image files to sheets: RGB, upright by their EXIF mark, square pixels, at most 5000 a side; long strips are cut."""

from __future__ import annotations

import itertools
import math
import struct
import warnings
from collections.abc import Iterator
from io import BytesIO

import cv2
import numpy as np
from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from ocr.load_large import MAX_SIDE, TOO_FINE, is_strip, is_too_fine, strip_to_count, strip_to_pieces
from ocr.sheet import Pixels, Sheet, Spoilt

MAX_PIXELS = 100_000_000  # never decoded beyond: 300 MB in RGB
MIN_SIDE = 300  # pixels: the characters of a form would be 5 high
MIN_WIDTH = 20  # pixels, shorter side: a single character
TOO_SMALL = "第{number}页只有{width}×{height}像素，字迹无法辨认。请以200 dpi以上的分辨率重新扫描。"
_TOO_LARGE = "第{number}页有{width}×{height}像素，超出可读取的大小。请以200至300 dpi重新扫描，或另存为较小的图片。"
_DARK = 128  # grey value: paper of one colour is white, or grey in a poor scan
_ALL_DARK = "第{number}页整页是同一种深色，没有内容：图片可能已损坏，或扫描、拍摄时光被挡住。请重新扫描或拍摄。"
_DAMAGED = "第{number}页的图片已损坏或没有传完，无法读取。请重新拷贝；仍打不开时请重新扫描。"
_BROKEN_OFF = "第{number}页及其后可能还有的页已损坏或没有传完，无法读取。请重新拷贝；仍打不开时请重新扫描。"

# Opened by kind, not by Image.open: that refuses large JPEGs before they can be read at an eighth of their size.
_KINDS: tuple[tuple[bytes, type[ImageFile]], ...] = (
    (b"\xff\xd8\xff", JpegImageFile),
    (b"\x89PNG\r\n\x1a\n", PngImageFile),
    (b"II*\0", TiffImageFile),
    (b"MM\0*", TiffImageFile),
    (b"II+\0", TiffImageFile),
    (b"MM\0+", TiffImageFile),
    (b"BM", BmpImageFile),
    (b"RIFF", WebPImageFile),
)
FAILURES = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    OverflowError,
    MemoryError,
    struct.error,
)
_MAX_JPEG_PIXELS = 1_000_000_000  # read at an eighth of each side; progressive ones are kept whole while decoding
_LOST = -1  # no position: Pillow refuses it, but asked again for one that failed it gives the page before
_SUBFILE_TYPE, _REDUCED = 254, 1  # TIFF 6.0, NewSubfileType: a thumbnail of another page
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0
_ORIENTATION, _TURNED = 274, range(5, 9)  # values that swap width and height
_MARKS = frozenset({"exif", "Raw profile type exif", "XML:com.adobe.xmp", "xmp"})  # parts of a PNG that may tell one
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_MIN_DPI, _MAX_STRETCH = 50, 4  # others are mistakes of the writer; fax has 204 x 98 and 204 x 196
_SAME = 0.01  # sides of a pixel that differ by less count as equal
_TWELVE_BITS, _SIXTEEN_BITS = 4095, 65535


def open_image(content: bytes) -> ImageFile | None:
    """The image, nothing decoded yet; None for bytes that are no PNG, JPEG, TIFF, BMP or WebP image."""
    opener = next((opener for start, opener in _KINDS if content.startswith(start)), None)
    if opener is None:
        return None
    with warnings.catch_warnings(action="ignore"):  # about odd metadata, which does not matter here
        try:
            return opener(BytesIO(content))
        except (*FAILURES, Image.DecompressionBombError):
            return None


def image_to_frames(image: ImageFile) -> tuple[int, ...]:
    """Positions of the pages in a TIFF, thumbnails left out, _LOST where it broke off; (0,) for other images."""
    if not isinstance(image, TiffImageFile):
        return (0,)
    frames: list[int] = []
    with warnings.catch_warnings(action="ignore"):
        for position in itertools.count():
            try:
                frames += _position_to_frames(image, position)
            except EOFError:  # behind the last page
                break
            except (*FAILURES, Image.DecompressionBombError):
                frames.append(_LOST)
                if image.tell() < position:  # nor can the next be found
                    break
    return tuple(frames) or (0,)


def _position_to_frames(image: TiffImageFile, position: int) -> tuple[int, ...]:
    """The page at a position, none for a thumbnail; EOFError behind the last."""
    image.seek(position)
    if image.tag_v2.next == image.tag_v2.offset:  # left as it was: the directory breaks off before it
        return (_LOST,) if position else (0, _LOST)  # the first may be whole; others could show the page before
    return () if int(image.tag_v2.get(_SUBFILE_TYPE, 0)) & _REDUCED else (position,)


def image_to_count(image: ImageFile) -> int:
    """How many pages image_to_sheets gives, nothing decoded."""
    count = 0
    with warnings.catch_warnings(action="ignore"):
        for position in image_to_frames(image):
            count += _frame_to_count(image, position)
    return count


def image_to_sheets(image: ImageFile, *, start: int, leave: frozenset[int] = frozenset()) -> Iterator[Sheet | Spoilt]:
    """The pages of an open image one by one, numbered from ``start``; those numbered in ``leave`` are passed over."""
    number = start
    for position in image_to_frames(image):
        with warnings.catch_warnings(action="ignore"):
            count = _frame_to_count(image, position)
        numbers = range(number, number + count)
        if not leave.issuperset(numbers):
            for sheet in _frame_to_sheets(image, position, number=number, count=count):
                if sheet.number not in leave:
                    yield sheet
                del sheet  # its pixels, while the next page is made
        number += count


def _frame_to_count(image: ImageFile, position: int) -> int:
    """Into how many pages a frame is cut: one, but for a long strip that can be decoded."""
    try:
        image.seek(position)
        size = _square_size(image)
        return strip_to_count(*size) if is_strip(*size) and not _refusal(image) else 1
    except (*FAILURES, Image.DecompressionBombError):
        return 1


def _square_size(image: ImageFile) -> tuple[int, int]:
    """Width and height of the upright page in square pixels, before it is reduced."""
    width, height = _upright_size(image)
    shape = _pixel_shape(image)
    wide, high = (width, height) if abs(shape - 1) <= _SAME else _enlarged(width, height, width / height * shape)
    return round(wide), round(high)


def _upright_size(image: ImageFile) -> tuple[int, int]:
    """Width and height of the page as it is read; Pillow gives those of a TIFF changed over already."""
    is_done = isinstance(image, TiffImageFile) and image.tag_v2.get(_ORIENTATION) in _TURNED
    return image.size[::-1] if _orientation(image) in _TURNED and not is_done else image.size


def _frame_to_sheets(image: ImageFile, position: int, *, number: int, count: int) -> Iterator[Sheet | Spoilt]:
    with warnings.catch_warnings(action="ignore"):
        try:
            image.seek(position)
            refusal = _refusal(image)
            size, pixels = image.size, None if refusal else _frame_to_pixels(image)
        except (*FAILURES, Image.DecompressionBombError):
            reason = _BROKEN_OFF if position == _LOST else _DAMAGED
            yield from (Spoilt(number=n, reason=reason.format(number=n)) for n in range(number, number + count))
            return
    if pixels is None:
        yield Spoilt(number=number, reason=refusal.format(number=number, width=size[0], height=size[1]))
    elif count > 1:
        yield from _strip_to_sheets(pixels, number=number, count=count)
    else:
        yield _pixels_to_sheet(pixels, number=number, size=size)


def _pixels_to_sheet(pixels: Pixels, *, number: int, size: tuple[int, int]) -> Sheet | Spoilt:
    height, width = pixels.shape[:2]
    if max(size) > MAX_SIDE and is_too_fine(pixels):
        return Spoilt(number=number, reason=TOO_FINE.format(number=number, width=size[0], height=size[1]))
    if pixels.max() < _DARK and pixels.min() == pixels.max():
        return Spoilt(number=number, reason=_ALL_DARK.format(number=number))
    choice = "图片，识读像素" + (f"（原图{size[0]}×{size[1]}像素，已缩小）" if max(size) > MAX_SIDE else "")
    return Sheet(number=number, width=width, height=height, choice=choice, pixels=pixels)


def _strip_to_sheets(pixels: Pixels, *, number: int, count: int) -> Iterator[Sheet]:
    whole = f"{pixels.shape[1]}×{pixels.shape[0]}像素的长图"
    for page, (begin, end) in enumerate(strip_to_pieces(pixels, count), start=number):
        piece = np.ascontiguousarray(pixels[begin:end])
        choice = f"图片，识读像素（{whole}分段识读，本页为第{begin + 1}至{end}行）"
        yield Sheet(number=page, width=piece.shape[1], height=piece.shape[0], choice=choice, pixels=piece)


def _refusal(image: ImageFile) -> str:
    is_reducible = isinstance(image, JpegImageFile) and not image.info.get("progressive")
    is_reducible = is_reducible and not is_strip(*_square_size(image))
    if image.width * image.height > (_MAX_JPEG_PIXELS if is_reducible else MAX_PIXELS):
        return _TOO_LARGE
    return TOO_SMALL if max(image.size) < MIN_SIDE or min(image.size) < MIN_WIDTH else ""


def _frame_to_pixels(image: ImageFile) -> Pixels:
    shape, strip = _pixel_shape(image), is_strip(*_square_size(image))
    if isinstance(image, JpegImageFile) and max(image.size) > MAX_SIDE and not strip:
        factor = MAX_SIDE / max(image.size)
        image.draft(None, (max(1, round(image.width * factor)), max(1, round(image.height * factor))))
    page = upright(image)
    pixels = _image_to_array(page)
    longest = max(_square_size(image)) if strip else MAX_SIDE
    pixels = stretch(pixels, aspect=page.width / page.height * shape, longest=longest)
    return cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB) if pixels.ndim == 2 else pixels


def _pixel_shape(image: ImageFile) -> float:
    """Width to height of one pixel of the upright page on paper: those of a fax are not square."""
    try:
        across, down = (float(dots) for dots in image.info.get("dpi", (1, 1)))
    except (TypeError, ValueError):  # words, or several numbers
        return 1.0
    if not math.isfinite(across + down):  # 0/0 or 200/0
        return 1.0
    if min(across, down) < _MIN_DPI or max(across, down) > _MAX_STRETCH * min(across, down):
        return 1.0
    return across / down if _orientation(image) in _TURNED else down / across


def _orientation(image: ImageFile) -> int:
    """As far as it is known: a PNG may tell it behind its pixels, and Pillow's own look there would decode them."""
    if isinstance(image, PngImageFile) and _MARKS.isdisjoint(image.info):
        return 1
    try:
        return int(Image.Image.getexif(image).get(_ORIENTATION, 1))
    except FAILURES:  # a damaged EXIF block says nothing about the page
        return 1


def upright(image: ImageFile) -> Image.Image:
    """The decoded page turned by its EXIF mark; Pillow's own turning writes the EXIF anew, and odd entries break it."""
    image.load()
    turn = _TURNS.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def _image_to_array(image: Image.Image) -> Pixels:
    """Grey (two axes) or RGB (three); what is transparent becomes white paper."""
    if image.mode.startswith(("I", "F")):
        return _deep_to_array(image)
    if isinstance(image, BmpImageFile) and image.mode == "RGBA" and image.getchannel("A").getextrema()[1] == 0:
        return np.array(image.convert("RGB"))  # a fourth byte that its writer left unused
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        return np.array(Image.alpha_composite(paper, layer).convert("RGB"))
    mode = "L" if image.mode in ("1", "L") else "RGB"
    return np.array(image if image.mode == mode else image.convert(mode))


def _deep_to_array(image: Image.Image) -> Pixels:
    """Eight bits of each sample of 12, 16 or 32; Pillow's own conversion cuts everything over 255."""
    samples = np.asarray(image, dtype=np.float32)
    most = float(samples.max())
    top = next((top for top in (1, _TWELVE_BITS, _SIXTEEN_BITS) if most <= top), most)
    if isinstance(image, TiffImageFile) and image.tag_v2.get(_PHOTOMETRIC) == _WHITE_IS_ZERO:
        samples = top - samples  # Pillow turns over eight bits and fewer only
    return np.asarray(np.clip(samples * (255 / top), 0, 255).round(), np.uint8)


def stretch(pixels: Pixels, *, aspect: float, longest: int = MAX_SIDE) -> Pixels:
    """Pixels resampled to a width-to-height ratio, the denser side kept, and reduced to ``longest`` a side at most."""
    height, width = pixels.shape[:2]
    wide, high = (width, height) if abs(aspect * height / width - 1) <= _SAME else _enlarged(width, height, aspect)
    factor = min(1.0, longest / max(wide, high))
    size = max(1, round(wide * factor)), max(1, round(high * factor))
    if size == (width, height):
        return pixels
    is_smaller = size[0] * size[1] < width * height
    return np.asarray(
        cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if is_smaller else cv2.INTER_CUBIC), np.uint8
    )


def _enlarged(width: int, height: int, aspect: float) -> tuple[float, float]:
    return (height * aspect, height) if height * aspect >= width else (width, width / aspect)
