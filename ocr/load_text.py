"""The text layer of a PDF page: its characters, and whether they can be believed."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

import pypdfium2.raw as pdfium

from domain.source import Box
from ocr.load_objects import IDENTITY, Affine, Leaf, leaf_to_clip, turn_box

MAX_CHARACTERS = 50_000  # a dense page of forms has 3 000
HIDDEN = frozenset({pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP})  # leave no ink

_Thing = TypeVar("_Thing")

_SLANT = 5.0  # degrees: more is a watermark across the page
_HYPHEN = 0x02  # PDFium's mark for a hyphen at the end of a line
_SEEN = 1 / 3  # part of a character, across and down, that its clip leaves; less is a sliver. Text boxes are tight
_REPLACEMENT = "\ufffd"


# In em of the larger character.
_LONG_EM = 4  # shorter pieces are never dropped: rows of a table stand half an em apart at least
_BOLD_EM = 0.3

# Believing, as shares of the characters. Both sample forms give 0 for the first three, 1.0 and 0.43 for the last two;
# UTF-8 read as GBK gives 0.32 common, GBK read as Big5 0.56, a code table shifted by one 0.51 and 0.01.
_MAX_UNMAPPED = 0.03
_MAX_SYMBOLS = 0.15  # U+F020 to U+F0FF: ticks and boxes of Wingdings
_MAX_FOREIGN = 0.10
_MIN_COMMON, _COMMON_FROM = 0.75, 20
_MIN_COMMONEST, _COMMONEST_FROM = 0.05, 150
_MAX_MISPLACED = 0.20
_MIN_PLACES = 0.5  # distinct places for every character
_COMMONEST = frozenset(
    "的一是在了和有大这主中国年项目资金分完成指标效度不为人上地工作用经以发会部要行建设社其他实际预算数量质时本及单位"
    "理术学科技产值评绩率执定开展"
)
_PLAUSIBLE = (
    (0x20, 0x7E), (0xA0, 0xBF), (0xD7, 0xD7), (0xF7, 0xF7), (0x370, 0x3FF), (0x2000, 0x2BFF), (0x2E80, 0x303F),
    (0x3100, 0x312F), (0x31C0, 0x31EF), (0x3200, 0x9FFF), (0xF020, 0xF0FF), (0xF900, 0xFAFF), (0xFE30, 0xFE6F),
    (0xFF00, 0xFF60), (0xFFE0, 0xFFEF), (0x20000, 0x323AF),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """A visible character in pixels: the box of its ink, the box it takes up, its origin on the baseline, its size.

    ``turn`` counts the quarters it is turned clockwise, -1 for a slanting one. ``space`` stands before it.
    """

    text: str
    ink: Box
    room: Box
    origin: tuple[float, float]
    em: float
    turn: int
    space: str
    is_unmapped: bool


def textpage_to_glyphs(
    textpage: Any, to_pixels: Affine, *, has_hidden: bool, clips: Mapping[int | None, Box]
) -> tuple[Glyph, ...]:
    """The characters of a pypdfium2 text page that show on paper, in drawing order.

    Pass ``has_hidden`` where some text is drawn invisibly, as under scans; it is then left out, as is what ``clips``,
    told by the address of the piece of text, cut away.
    """
    glyphs: list[Glyph] = []
    space, lead = "", 0
    for index in range(min(pdfium.FPDFText_CountChars(textpage.raw), MAX_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(textpage.raw, index)
        if 0xD800 <= code < 0xDC00:
            lead = code
            continue
        text, lead = _code_to_text(code, lead), 0
        if pdfium.FPDFText_IsGenerated(textpage.raw, index) == 1:
            space = space or "\n"
        elif text.isspace() or text in "\u200b\ufeff":
            space = " "
        elif not (has_hidden and _is_hidden(textpage, index)):
            glyph = _glyph(textpage, index, text=text, space=space, to_pixels=to_pixels)
            if not clips or _is_seen(glyph, clips.get(_address(pdfium.FPDFText_GetTextObject(textpage.raw, index)))):
                glyphs.append(glyph)
                space = ""
    return tuple(glyphs)


def leaves_to_clips(textpage: Any, leaves: Sequence[Leaf]) -> dict[int | None, Box]:
    """The clips of those pieces of text that reach beyond them, by the address of the piece.

    A piece that PDFium dropped as a repetition may show where the one that it kept is clipped: that one stays whole.
    """
    clipped = [(leaf, clip, _leaf_to_box(leaf)) for leaf in leaves if (clip := leaf_to_clip(leaf)) is not None]
    beyond = [(leaf, clip, box) for leaf, clip, box in clipped if not _holds(clip, box)]
    if not beyond:
        return {}
    kept = _kept(textpage)
    dropped = [_leaf_to_box(leaf) for leaf in leaves if _address(leaf.raw) not in kept]
    return {_address(leaf.raw): clip for leaf, clip, box in beyond if not any(_meet(box, one) for one in dropped)}


def _holds(outer: Box, box: Box) -> bool:
    return outer.x0 <= box.x0 and outer.y0 <= box.y0 and box.x1 <= outer.x1 and box.y1 <= outer.y1


def _meet(box: Box, other: Box) -> bool:
    return box.x0 <= other.x1 and other.x0 <= box.x1 and box.y0 <= other.y1 and other.y0 <= box.y1


def _is_seen(glyph: Glyph, clip: Box | None) -> bool:
    """Whether a good part of a character lies in its clip; one whose place is not known is believed to."""
    return clip is None or _is_misplaced(glyph) or any(_reaches_into(box, clip) for box in (glyph.ink, glyph.room))


def _reaches_into(box: Box, clip: Box) -> bool:
    across, down = min(box.x1, clip.x1) - max(box.x0, clip.x0), min(box.y1, clip.y1) - max(box.y0, clip.y0)
    return across >= _SEEN * (box.x1 - box.x0) and down >= _SEEN * (box.y1 - box.y0)


def has_lost_lines(textpage: Any, leaves: Sequence[Leaf]) -> bool:
    """Whether PDFium dropped a piece of text that stands where no other does.

    It takes a line for a repetition of the one before when both say the same and stand closer than an eighth of their
    length, which rows of a table do. Text drawn twice in one place, to look bold, is rightly dropped.
    """
    kept = _kept(textpage)
    dropped = [leaf for leaf in leaves if _address(leaf.raw) not in kept]
    if not dropped:
        return False
    boxes = [_leaf_to_box(leaf) for leaf in leaves if _address(leaf.raw) in kept]
    return any(_stands_alone(leaf, boxes) for leaf in dropped)


def _kept(textpage: Any) -> set[int | None]:
    """The addresses of the pieces of text of which PDFium gives characters."""
    found = range(min(pdfium.FPDFText_CountChars(textpage.raw), MAX_CHARACTERS))
    return {_address(pdfium.FPDFText_GetTextObject(textpage.raw, index)) for index in found}


def _address(handle: Any) -> int | None:
    return ctypes.cast(handle, ctypes.c_void_p).value


def _leaf_to_box(leaf: Leaf) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(leaf.raw, left, bottom, right, top)
    return turn_box(Box(x0=left.value, y0=bottom.value, x1=right.value, y1=top.value), leaf.to_pixels)


def _stands_alone(leaf: Leaf, kept: Sequence[Box]) -> bool:
    """Whether a long piece of text stands apart from all these, by more than bold print made of two is shifted."""
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(leaf.raw, size)
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(leaf.raw, matrix)
    a, b, _, _, _, _ = leaf.to_pixels
    em = size.value * math.hypot(matrix.a, matrix.b) * math.hypot(a, b)
    box = _leaf_to_box(leaf)
    is_long = max(box.x1 - box.x0, box.y1 - box.y0) >= _LONG_EM * em
    near = _BOLD_EM * em
    return is_long and not any(max(abs(box.x0 - one.x0), abs(box.y0 - one.y0)) <= near for one in kept)


def turn_glyph(glyph: Glyph, turn: Affine) -> Glyph:
    """A character of a page that is turned by quarters."""
    if turn == IDENTITY:
        return glyph
    a, b, c, d, e, f = turn
    x, y = glyph.origin
    ink, room = turn_box(glyph.ink, turn), turn_box(glyph.room, turn)
    return replace(glyph, ink=ink, room=room, origin=(a * x + c * y + e, b * x + d * y + f))


def _code_to_text(code: int, lead: int) -> str:
    if lead and 0xDC00 <= code < 0xE000:
        return chr(0x10000 + ((lead - 0xD800) << 10) + code - 0xDC00)
    if code == _HYPHEN:
        return "-"
    if not code or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return _REPLACEMENT
    return chr(code)


def _is_hidden(textpage: Any, index: int) -> bool:
    drawn = pdfium.FPDFText_GetTextObject(textpage.raw, index)
    return bool(drawn) and pdfium.FPDFTextObj_GetTextRenderMode(drawn) in HIDDEN


def _glyph(textpage: Any, index: int, *, text: str, space: str, to_pixels: Affine) -> Glyph:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    x, y = ctypes.c_double(), ctypes.c_double()
    room, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    pdfium.FPDFText_GetCharBox(textpage.raw, index, left, right, bottom, top)
    pdfium.FPDFText_GetLooseCharBox(textpage.raw, index, room)
    pdfium.FPDFText_GetCharOrigin(textpage.raw, index, x, y)
    pdfium.FPDFText_GetMatrix(textpage.raw, index, matrix)
    a, b, c, d, e, f = to_pixels
    size = pdfium.FPDFText_GetFontSize(textpage.raw, index)
    slope = math.degrees(math.atan2(b * matrix.a + d * matrix.b, a * matrix.a + c * matrix.b))
    turn = round(slope / 90)
    return Glyph(
        text=text,
        ink=turn_box(Box(x0=left.value, y0=bottom.value, x1=right.value, y1=top.value), to_pixels),
        room=turn_box(Box(x0=room.left, y0=room.bottom, x1=room.right, y1=room.top), to_pixels),
        origin=(a * x.value + c * y.value + e, b * x.value + d * y.value + f),
        em=size * math.hypot(a * matrix.c + c * matrix.d, b * matrix.c + d * matrix.d),
        turn=turn % 4 if abs(slope - 90 * turn) <= _SLANT else -1,
        space=space,
        is_unmapped=pdfium.FPDFText_HasUnicodeMapError(textpage.raw, index) == 1 or _is_unmapped(text),
    )


def _is_unmapped(text: str) -> bool:
    code = ord(text)
    is_private = 0xE000 <= code <= 0xF8FF or code >= 0xF0000
    is_control = code < 0x20 or 0x7F <= code < 0xA0 or code & 0xFFFE == 0xFFFE
    return text == _REPLACEMENT or is_control or (is_private and not _is_symbol(text))


def _is_symbol(text: str) -> bool:
    return 0xF020 <= ord(text) <= 0xF0FF


def glyphs_to_fault(glyphs: Sequence[Glyph]) -> str:
    """Why the characters of a page cannot be believed, in Chinese; "" where they can."""
    han = [glyph.text for glyph in glyphs if is_han(glyph.text)]
    unmapped = share(glyphs, lambda glyph: glyph.is_unmapped)
    if unmapped > _MAX_UNMAPPED:
        return f"约{max(unmapped, 0.01):.0%}的字符没有对应的文字编码"
    if share(glyphs, lambda glyph: _is_symbol(glyph.text)) > _MAX_SYMBOLS:
        return "大量字符用的是符号字体的编码"
    if share(glyphs, lambda glyph: not _is_plausible(glyph.text)) > _MAX_FOREIGN:
        return "出现大量不相干的外文字母"
    if len(han) >= _COMMON_FROM and share(han, _is_common) < _MIN_COMMON:
        return "汉字多为生僻字"
    if len(han) >= _COMMONEST_FROM and share(han, _COMMONEST.__contains__) < _MIN_COMMONEST:
        return "汉字不成文句"
    if len(glyphs) >= 30 and len(han) < 0.03 * len(glyphs) and share(glyphs, _is_code_like) > 0.5:
        return "几乎没有汉字和数字"
    return _places_to_fault(glyphs)


def _places_to_fault(glyphs: Sequence[Glyph]) -> str:
    if share(glyphs, _is_misplaced) > _MAX_MISPLACED:
        return "文字没有可信的位置"
    places = {(round(glyph.origin[0]), round(glyph.origin[1])) for glyph in glyphs}
    return "文字重叠在同一处" if len(places) < _MIN_PLACES * len(glyphs) else ""


def share(things: Sequence[_Thing], holds: Callable[[_Thing], bool]) -> float:
    """The part of these things for which something holds; 0 for none."""
    return sum(map(holds, things)) / max(1, len(things))


def is_han(text: str) -> bool:
    """Whether a character is a Chinese one."""
    return "\u3400" <= text <= "\u9fff" or "\U00020000" <= text <= "\U000323af"


def _is_plausible(text: str) -> bool:
    return any(first <= ord(text) <= last for first, last in _PLAUSIBLE)


def _is_code_like(glyph: Glyph) -> bool:
    return glyph.text.isascii() and not glyph.text.isdigit() and glyph.text not in ".,-%/()"


def _is_misplaced(glyph: Glyph) -> bool:
    return glyph.em <= 0 or glyph.room.x1 <= glyph.room.x0 or glyph.room.y1 <= glyph.room.y0


@lru_cache(maxsize=8192)
def _is_common(text: str) -> bool:
    """Of level 1 of GB 2312 (3 755 characters), or of level 1 of Big5 (5 401)."""
    for encoding, first, last in (("gb2312", 0xB0A1, 0xD7FE), ("big5", 0xA440, 0xC67E)):
        code = int.from_bytes(text.encode(encoding, errors="ignore"), "big")
        if first <= code <= last:
            return True
    return False
