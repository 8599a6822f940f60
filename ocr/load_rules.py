"""Paths of a PDF page to ruling lines."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

from domain.page import Rule
from domain.source import Box
from ocr.load_objects import Affine, Leaf, image_to_box, leaf_to_clip, turn_box
from ocr.sheet import DPI

_POINT = DPI / 72  # pixels
_THIN = 3 * _POINT  # a filled box narrower than this is a drawn line; Word and Chromium fill theirs, 0.5 to 2.25 pt
_SHORT = 2 * _POINT  # shorter pieces are dots and ticks
_OFF_AXIS = 0.5 * _POINT  # a line may rise this much over its length: rounding of coordinates
_WHITE = 250  # of 255: paint of backgrounds
_CORNERS = 8  # more than a box, a bevelled box or a trapezoid has: an outlined character such as 一

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Outline:
    points: tuple[Point, ...]
    bent: frozenset[int]  # indices of points that a curve, not a line, leads to

    @property
    def is_closed(self) -> bool:
        return len(self.points) > 3 and self.points[0] == self.points[-1]


def leaves_to_rules(leaves: Iterable[Leaf], width: float, height: float) -> tuple[Rule, ...]:
    """Centre lines of stroked lines and of thin filled boxes, level or upright, cut at the edge of the page.

    Curves, slanting lines, white paint and pieces under 2 pt are left out.
    """
    page = Box(x0=0.0, y0=0.0, x1=width, y1=height)
    return tuple(cut for leaf in leaves for cut in _clipped_rules(leaf, page))


def turn_rule(rule: Rule, turn: Affine) -> Rule:
    """A rule of a page that is turned by quarters."""
    box = turn_box(Box(x0=rule.x0, y0=rule.y0, x1=rule.x1, y1=rule.y1), turn)
    return Rule(x0=box.x0, y0=box.y0, x1=box.x1, y1=box.y1)


def _clipped_rules(leaf: Leaf, page: Box) -> Iterator[Rule]:
    """What shows of an object's rules: browsers draw the borders of the next page's cells too, and clip them away."""
    rules = list(_leaf_to_rules(leaf))
    clip = leaf_to_clip(leaf) if rules else None
    for rule in rules:
        for cut in _cut(rule, page):
            yield from (cut,) if clip is None else _cut(cut, clip)


def _leaf_to_rules(leaf: Leaf) -> Iterator[Rule]:
    if leaf.kind == pdfium.FPDF_PAGEOBJ_IMAGE:  # some report generators draw lines as stretched pixels
        yield from _box_to_rule(image_to_box(leaf))
    elif leaf.kind == pdfium.FPDF_PAGEOBJ_PATH:
        filled, stroked = _path_to_paint(leaf)
        if filled or stroked:
            for outline in _path_to_outlines(leaf):
                yield from _outline_to_rules(outline, is_stroked=stroked)


def _path_to_paint(leaf: Leaf) -> tuple[bool, bool]:
    """Whether a path is filled, and whether it is stroked with a pen, in a colour that shows on paper."""
    fill, stroke, pen = ctypes.c_int(), ctypes.c_int(), ctypes.c_float()
    pdfium.FPDFPath_GetDrawMode(leaf.raw, fill, stroke)
    filled = fill.value != pdfium.FPDF_FILLMODE_NONE and _shows(pdfium.FPDFPageObj_GetFillColor, leaf.raw)
    if not stroke.value or not _shows(pdfium.FPDFPageObj_GetStrokeColor, leaf.raw):
        return filled, False
    pdfium.FPDFPageObj_GetStrokeWidth(leaf.raw, pen)
    a, b, c, d, _, _ = leaf.to_pixels
    return filled, pen.value * abs(a * d - b * c) ** 0.5 < 2 * _THIN


def _shows(get_colour: Any, raw: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not get_colour(raw, red, green, blue, alpha):
        return True
    return alpha.value > 255 - _WHITE and min(red.value, green.value, blue.value) < _WHITE


def _path_to_outlines(leaf: Leaf) -> Iterator[_Outline]:
    a, b, c, d, e, f = leaf.to_pixels
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[Point] = []
    bent: set[int] = set()
    for index in range(pdfium.FPDFPath_CountSegments(leaf.raw)):
        segment = pdfium.FPDFPath_GetPathSegment(leaf.raw, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO and points:
            yield _Outline(tuple(points), frozenset(bent))
            points, bent = [], set()
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO:
            bent.add(len(points))
        points.append((a * x.value + c * y.value + e, b * x.value + d * y.value + f))
        if pdfium.FPDFPathSegment_GetClose(segment) and points[0] != points[-1]:
            points.append(points[0])
    if points:
        yield _Outline(tuple(points), frozenset(bent))


def _outline_to_rules(outline: _Outline, *, is_stroked: bool) -> Iterator[Rule]:
    xs, ys = [x for x, _ in outline.points], [y for _, y in outline.points]
    box = Box(x0=min(xs), y0=min(ys), x1=max(xs), y1=max(ys))
    is_bar = min(box.x1 - box.x0, box.y1 - box.y0) < _THIN and not outline.bent
    if is_bar and len(outline.points) <= _CORNERS + 1 and (outline.is_closed or not is_stroked):
        yield from _box_to_rule(box)
    elif is_stroked:
        for index, ((x0, y0), (x1, y1)) in enumerate(pairwise(outline.points), 1):
            if index not in outline.bent and min(abs(x1 - x0), abs(y1 - y0)) <= _OFF_AXIS:
                yield from _box_to_rule(Box(x0=min(x0, x1), y0=min(y0, y1), x1=max(x0, x1), y1=max(y0, y1)))


def _box_to_rule(box: Box) -> Iterator[Rule]:
    """The centre line of a box that is long and thin."""
    across, down = box.x1 - box.x0, box.y1 - box.y0
    if min(across, down) >= _THIN or max(across, down) < max(_SHORT, 2 * min(across, down)):
        return
    if across >= down:
        y = (box.y0 + box.y1) / 2
        yield Rule(x0=box.x0, y0=y, x1=box.x1, y1=y)
    else:
        x = (box.x0 + box.x1) / 2
        yield Rule(x0=x, y0=box.y0, x1=x, y1=box.y1)


def _cut(rule: Rule, box: Box) -> Iterator[Rule]:
    """What of a rule lies in a box."""
    x0, x1 = max(rule.x0, box.x0), min(rule.x1, box.x1)
    y0, y1 = max(rule.y0, box.y0), min(rule.y1, box.y1)
    if x0 <= x1 and y0 <= y1 and max(x1 - x0, y1 - y0) >= _SHORT:
        yield Rule(x0=x0, y0=y0, x1=x1, y1=y1)
