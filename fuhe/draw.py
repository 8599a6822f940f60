"""One page drawn: on the left the page with its lines and cells, on the right what was read and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from domain.page import Page, Word
from domain.source import Box
from domain.table import Cell
from fuhe.fonts import chinese_font, font_of
from ocr.sheet import Pixels

Colour = tuple[int, int, int]

_SIDE = 2400  # pixels, longer side of one half: numbers are legible, a picture stays near a megabyte
_HEAD = 84  # pixels, strip above
_GHOST = 0.09  # how much of the page shows through behind the texts
_NUMBER = 16  # pixels, size of confidences and places, which stand on the upper border of their cell
_LIFT = 9  # pixels above that border, so that they do not hide the text below it
_SMALLEST, _LARGEST = 11, 40  # pixels, size of texts
_SURE, _FAIR = 0.95, 0.8  # confidence; below the second the workbook asks to look at the original
_GREEN: Colour = (0, 122, 61)
_AMBER: Colour = (196, 108, 0)
_RED: Colour = (200, 16, 16)
_BLUE: Colour = (40, 110, 230)
_VIOLET: Colour = (122, 40, 190)
_MAGENTA: Colour = (220, 0, 150)
_GREY: Colour = (110, 110, 110)
_INKS = {"red": "红色印记", "blue": "蓝色印记"}
_LATIN_INKS = {"red": "red mark", "blue": "blue mark"}
_TOLD = "{name}  第 {page} 页  {choice}  文字 {words} 处，单元格 {cells} 个（合并 {merged} 个），线 {rules} 条"
_LATIN_TOLD = (
    "p. {page}  {words} words, {cells} cells ({merged} merged), {rules} lines; no Chinese font on this machine"
)
_LEGEND = (
    "左：原页（扶正）、表格线（蓝）、单元格、合并单元格（紫，行×列）、印记（品红）    "
    "右：识得的文字、所在表:行,列、把握度"
)
_LATIN_LEGEND = (
    "left: page, lines (blue), cells, merged cells (violet, rows×columns), marks    "
    "right: texts, table:row,column, confidence"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellOnPage:
    """A cell of table number ``table`` where it stands on the page; a cell cut by a page break stands on two."""

    table: int
    cell: Cell
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class _Canvas:
    """One half of the picture: pixels of the page times ``scale``, moved by the corner of the half."""

    draw: ImageDraw.ImageDraw
    scale: float
    left: float
    top: float

    def box(self, box: Box) -> tuple[float, float, float, float]:
        x0, y0 = self.point(box.x0, box.y0)
        x1, y1 = self.point(box.x1, box.y1)
        return x0, y0, max(x0, x1), max(y0, y1)

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.scale, self.top + y * self.scale


def draw_page(upright: Pixels, page: Page, *, cells: Sequence[CellOnPage], name: str) -> Pixels:
    """The picture in RGB, two halves side by side under a line that says what is seen."""
    scale = _SIDE / max(page.width, page.height)
    width, height = round(page.width * scale), round(page.height * scale)
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    seen = Image.fromarray(cv2.resize(upright, (width, height), interpolation=method))
    image = Image.new("RGB", (2 * width, height + _HEAD), "white")
    image.paste(seen, (0, _HEAD))
    image.paste(Image.blend(Image.new("RGB", seen.size, "white"), seen, _GHOST), (width, _HEAD))
    draw = ImageDraw.Draw(image, "RGBA")
    _draw_lines(_Canvas(draw=draw, scale=scale, left=0, top=_HEAD), page, cells)
    _draw_texts(_Canvas(draw=draw, scale=scale, left=width, top=_HEAD), page, cells)
    draw.line((width, 0, width, height + _HEAD), fill=_GREY, width=2)
    _draw_head(draw, page, cells, name=name)
    return np.asarray(image)


def confidence_to_colour(confidence: float) -> Colour:
    """Green where it is sure, amber where it may be worth a look, red where it is."""
    return _GREEN if confidence >= _SURE else _AMBER if confidence >= _FAIR else _RED


def _draw_lines(canvas: _Canvas, page: Page, cells: Sequence[CellOnPage]) -> None:
    """Ruling lines, borders of cells, merged cells tinted with their spans, marks."""
    for rule in page.rules:
        canvas.draw.line(
            (*canvas.point(rule.x0, rule.y0), *canvas.point(rule.x1, rule.y1)), fill=(*_BLUE, 150), width=5
        )
    for one in cells:
        _draw_border(canvas, one)
        spans = one.cell.row_span * one.cell.col_span > 1
        x0, y0, x1, y1 = canvas.box(one.box)
        if spans:
            canvas.draw.rectangle((x0 + 3, y0 + 3, x1 - 3, y1 - 3), fill=(*_VIOLET, 34))
            _plate(canvas, f"{one.cell.row_span}×{one.cell.col_span}", x0 + 4, y0 - _LIFT, _VIOLET)
    inks = _INKS if chinese_font() else _LATIN_INKS
    for mark in page.marks:
        x0, y0, x1, y1 = canvas.box(mark.box)
        canvas.draw.rectangle((x0, y0, x1, y1), outline=_MAGENTA, width=4)
        _plate(canvas, inks.get(mark.kind, mark.kind), x0, y0 - _NUMBER - 8, _MAGENTA)
    for word in page.words:
        if not any(_holds(one.box, word.box) for one in cells):
            canvas.draw.rectangle(canvas.box(word.box), outline=confidence_to_colour(word.confidence), width=2)


def _draw_border(canvas: _Canvas, one: CellOnPage) -> None:
    x0, y0, x1, y1 = canvas.box(one.box)
    colour = confidence_to_colour(one.cell.confidence)
    canvas.draw.rectangle((x0 + 2, y0 + 2, max(x0 + 2, x1 - 2), max(y0 + 2, y1 - 2)), outline=colour, width=2)


def _draw_texts(canvas: _Canvas, page: Page, cells: Sequence[CellOnPage]) -> None:
    """Every piece of text where it was read, and for every cell its place and its confidence."""
    for one in cells:
        _draw_border(canvas, one)
        if one.cell.row_span * one.cell.col_span > 1:
            x0, y0, x1, y1 = canvas.box(one.box)
            canvas.draw.rectangle((x0 + 3, y0 + 3, x1 - 3, y1 - 3), fill=(*_VIOLET, 16))
    for word in page.words:
        _draw_word(canvas, word)
    for one in cells:
        x0, y0, x1, _ = canvas.box(one.box)
        _plate(canvas, f"{one.table}:{one.cell.row},{one.cell.col}", x0 + 3, y0 - _LIFT, _GREY)
        if one.cell.text or one.cell.confidence < _SURE:
            number = f"{one.cell.confidence:.2f}"
            _plate(canvas, number, x1 - 4 - _width(number), y0 - _LIFT, confidence_to_colour(one.cell.confidence))
    for word in page.words:
        if not any(_holds(one.box, word.box) for one in cells):
            _, y0, x1, _ = canvas.box(word.box)
            _plate(canvas, f"{word.confidence:.2f}", x1 + 4, y0, confidence_to_colour(word.confidence))


def _draw_word(canvas: _Canvas, word: Word) -> None:
    """The text as wide as its box, over what stands there; a box of ink in which nothing was read is crossed out."""
    x0, y0, x1, y1 = canvas.box(word.box)
    if not word.text:
        canvas.draw.rectangle((x0, y0, x1, y1), outline=_RED, width=2)
        canvas.draw.line((x0, y0, x1, y1), fill=_RED, width=2)
        return
    text = word.text if chinese_font() else "".join(char if char.isascii() else "·" for char in word.text)
    high = min(max(y1 - y0, _SMALLEST), _LARGEST)
    wide = font_of(_LARGEST).getlength(text)
    size = int(min(max(_LARGEST * (x1 - x0) / max(1.0, wide), _SMALLEST), 1.1 * high))
    colour = confidence_to_colour(word.confidence)
    canvas.draw.text((x0, (y0 + y1) / 2), text, fill=colour, font=font_of(size), anchor="lm")


def _plate(canvas: _Canvas, words: str, x: float, y: float, colour: Colour) -> None:
    """A few words on white, so that they are legible over anything."""
    canvas.draw.rectangle((x - 2, y - 1, x + _width(words) + 2, y + _NUMBER + 3), fill=(255, 255, 255, 215))
    canvas.draw.text((x, y + 1), words, fill=colour, font=font_of(_NUMBER))


def _width(words: str) -> float:
    return font_of(_NUMBER).getlength(words)


def _holds(box: Box, inner: Box) -> bool:
    x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
    return box.x0 <= x < box.x1 and box.y0 <= y < box.y1


def _draw_head(draw: ImageDraw.ImageDraw, page: Page, cells: Sequence[CellOnPage], *, name: str) -> None:
    has_font = chinese_font() is not None
    merged = sum(one.cell.row_span * one.cell.col_span > 1 for one in cells)
    told = (_TOLD if has_font else _LATIN_TOLD).format(
        name=name, page=page.number, choice=page.choice, words=sum(bool(word.text) for word in page.words),
        cells=len(cells), merged=merged, rules=len(page.rules),
    )  # fmt: skip
    legend = _LEGEND if has_font else _LATIN_LEGEND
    draw.text((12, 8), told, fill=(0, 0, 0), font=font_of(28))
    draw.text((12, 48), legend, fill=_GREY, font=font_of(24))
    x = 30 + font_of(24).getlength(legend)
    bounds = (f">= {_SURE:.2f}", f"{_FAIR:.2f} ~ {_SURE:.2f}", f"< {_FAIR:.2f}")
    for bound, colour in zip(bounds, (_GREEN, _AMBER, _RED), strict=True):
        draw.text((x, 48), bound, fill=colour, font=font_of(24))
        x += font_of(24).getlength(bound) + 30
