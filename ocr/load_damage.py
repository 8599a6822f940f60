"""What tells that a PDF has lost a part of itself though it opens: no end, or streams that are gone."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from functools import cached_property

_END_WITHIN = 2048  # bytes after the end mark that mail programs and scanners append; readers look at 1024
_OBJECT = re.compile(rb"(?<!\d)(\d{1,7})\s+\d{1,5}\s+obj\b")
_CONTENTS = re.compile(rb"/Contents\s*(?:\[((?:\s*\d+\s+\d+\s+R)+)\s*\]|(\d+)\s+\d+\s+R)")
_REFERENCE = re.compile(rb"(\d+)\s+\d+\s+R")
_STREAM = re.compile(rb"stream\r?\n")
_HEAD_WITHIN = 2000  # bytes; the dictionary before a stream of page content is short
_EMPTY_PACKED = 16  # bytes; a Flate stream of nothing has eight, and line ends around it

CUT_OFF = "PDF缺少结尾，可能没有传完。已读入找得到的内容；请核对页数和末页，缺失的请重新拷贝或重新导出。"
LOST_PAGE = "PDF已损坏，这一页的内容在文件中找不到或解不开，显示为空白。请重新拷贝、重新导出或重新扫描这一页。"
BROKEN_IMAGE = (
    "这一页有图像不完整，有一部分可能显示为空白或灰色，其中的内容没有读到。"
    "请核对原件，重新拷贝、重新导出或重新扫描这一页。"
)
LOST_IMAGE = "这一页的图像已损坏，显示为空白。请重新拷贝、重新导出或重新扫描这一页。"


class Soundness:
    """A PDF's bytes looked at for damage, once and only where somebody asks.

    A wrong table of objects is no damage: PDFium rebuilds it, and careless programs write such.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content

    @cached_property
    def is_cut_off(self) -> bool:
        """True where the end is missing."""
        return b"%%EOF" not in self._content[-_END_WITHIN:]

    @cached_property
    def has_lost_streams(self) -> bool:
        """True where a page names content that is not in the file, or that cannot be unpacked."""
        return has_lost_streams(self._content)


def has_lost_streams(content: bytes) -> bool:
    """Whether content streams that pages of a PDF name are missing or broken; False for encrypted files."""
    if b"/Encrypt" in content:
        return False
    places: dict[int, list[int]] = {}
    for found in _OBJECT.finditer(content):
        places.setdefault(int(found[1]), []).append(found.end())
    named = {number for text in (content, *_packed_objects(content)) for number in _named_contents(text)}
    return any(not any(_unpacks(content, place) for place in places.get(number, ())) for number in named)


def _named_contents(text: bytes) -> Iterator[int]:
    for found in _CONTENTS.finditer(text):
        yield from (int(number) for number in _REFERENCE.findall(found[1])) if found[1] else (int(found[2]),)


def _packed_objects(content: bytes) -> Iterator[bytes]:
    """Object streams unpacked: newer files keep the dictionaries of their pages there."""
    for found in re.finditer(rb"/ObjStm\b", content):
        begin = _STREAM.search(content, found.end(), found.end() + _HEAD_WITHIN)
        if begin is not None:
            yield _inflated(content, begin.end())


def _unpacks(content: bytes, place: int) -> bool:
    """Whether the object that begins here is whole: what is packed by Flate alone must unpack, the rest be there."""
    begin = _STREAM.search(content, place, place + _HEAD_WITHIN)
    head = content[place : begin.start()] if begin is not None else b""
    if begin is None or b"endobj" in head or not re.search(rb"/Filter\s*\[?\s*/FlateDecode\s*\]?\s*[/>]", head):
        return content[place : place + 20].strip(b"\0\r\n\t ") != b""
    return _inflated(content, begin.end()) != b""


def _inflated(content: bytes, begin: int) -> bytes:
    """What a Flate stream holds, as far as it is sound; b"" where it cannot be unpacked at all."""
    end = content.find(b"endstream", begin)
    packed = content[begin : end if end >= 0 else None]
    try:
        return zlib.decompressobj().decompress(packed) or (b" " if len(packed) < _EMPTY_PACKED else b"")
    except zlib.error:
        return b""
