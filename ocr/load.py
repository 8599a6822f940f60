"""Bytes to sheets: PDF files and images, one page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from domain.errors import UnreadableDocument
from ocr.load_image import image_to_count, image_to_sheets, open_image
from ocr.load_pdf import open_pdf, pdf_to_sheets
from ocr.sheet import Sheet, Spoilt

_PDF_WITHIN = 1024  # bytes before the header that readers put up with (ISO 32000-1, annex H)
_NO_IMAGE = (
    "“{name}”不是能读取的PDF或图片，可能已损坏，或改了扩展名。"
    "可读取PDF、JPEG、PNG、TIFF、BMP和WebP；其他格式（如HEIC）请先另存为JPEG。"
)
_SPOILT = "第{number}页的文件不是能读取的图片，可能已损坏或没有传完。请重新拷贝；仍打不开时请重新扫描。"


def files_to_sheets(
    contents: Sequence[bytes], *, name: str, password: str = "", leave: frozenset[int] = frozenset()
) -> Iterator[Sheet | Spoilt]:
    """The pages of one document, numbered from 1 over all its files; one page is held at a time.

    Pages numbered in ``leave`` are passed over, nothing of them decoded.
    UnreadableDocument, at the first page asked for, where nothing can be opened; a page that fails alone is Spoilt.
    """
    _check(contents, name)
    start = 1
    for content in contents:
        count = _file_to_count(content, name=name, password=password)
        if not leave.issuperset(range(start, start + count)):
            yield from _file_to_sheets(content, name=name, password=password, start=start, leave=leave)
        start += count


def count_pages(contents: Sequence[bytes], *, name: str, password: str = "") -> int:
    """How many pages files_to_sheets gives, nothing decoded. UnreadableDocument as there."""
    _check(contents, name)
    return sum(_file_to_count(content, name=name, password=password) for content in contents)


def _check(contents: Sequence[bytes], name: str) -> None:
    if contents and not any(contents):
        raise UnreadableDocument(f"“{name}”是空文件。请重新拷贝或重新扫描。")
    if contents and not any(is_pdf(content) or open_image(content) for content in contents):
        raise UnreadableDocument(_NO_IMAGE.format(name=name))


def is_pdf(content: bytes) -> bool:
    """Whether bytes say of themselves that they are a PDF."""
    return b"%PDF-" in content[:_PDF_WITHIN]


def _file_to_sheets(
    content: bytes, *, name: str, password: str, start: int, leave: frozenset[int]
) -> Iterator[Sheet | Spoilt]:
    if is_pdf(content):
        with closing(open_pdf(content, name, password=password)) as pdf:
            yield from pdf_to_sheets(pdf, content, start=start, leave=leave)
        return
    image = open_image(content)
    if image is None:
        yield Spoilt(number=start, reason=_SPOILT.format(number=start))
        return
    with closing(image):
        yield from image_to_sheets(image, start=start, leave=leave)


def _file_to_count(content: bytes, *, name: str, password: str) -> int:
    if is_pdf(content):
        with closing(open_pdf(content, name, password=password)) as pdf:
            return len(pdf)
    image = open_image(content)
    if image is None:
        return 1
    with closing(image):
        return image_to_count(image)
