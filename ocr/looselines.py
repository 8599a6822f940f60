"""Ink to line boxes outside tables: what hangs together, joined along its line, parted where columns stand apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import cv2
import numpy as np

from domain.source import Box, box_around
from ocr.components import mask_to_components, rows_with_ink
from ocr.corridors import corridor_cuts
from ocr.ink import Mask
from ocr.textlines import USUAL, is_text

_RULE = 3  # pixels around a table that its frame fills
_LOWEST = 6  # pixels; a flatter piece of ink is a dash or dust
_HIGHEST = 4.0  # of the usual line height; a higher piece is a stamp
_TEXT = 9  # pixels; text is higher
_PIECE_GAP = 0.3  # of the usual line height: between the characters of a line
_CHAR_GAP = 1.0  # the same: a wider gap parts two texts
_CORRIDOR = 0.3  # the same: the narrowest gap between two columns
_PUNCTUATION, _SIDE = 0.95, 0.3  # the same beside punctuation; and how much of a piece's end tells that
_SMALL = 0.6  # the same: lower pieces are points, commas and strokes of a character
_SMALL_GAP = 0.8  # the same: from a line to such a piece, as ， behind ”
_HANGS = 0.3  # the same: how far it may stand above or below the others
_SAME_LINE = 0.5  # of the lower of two pieces: they stand in one line
_SINGLE = 1.2  # of the usual line height: the widest single character
_EVEN = 1.8  # of the narrowest gap: the widest between letter-spaced characters
_DASH = 0.25  # of the usual line height: the shortest dash


def loose_height(mask: Mask) -> float:
    """Height in pixels of most text on a page without tables; figures are lower, and many, but short."""
    boxes = [box for box in _pieces(mask, _PIECE_GAP * USUAL) if box.y1 - box.y0 > _TEXT]
    heights = [np.full(int(box.x1 - box.x0), box.y1 - box.y0) for box in boxes]
    return float(np.median(np.concatenate(heights))) if heights else USUAL


def loose_lines(mask: Mask, tables: Sequence[Box], usual: float) -> tuple[Box, ...]:
    """Boxes of the lines of text outside all tables. Columns that no line parts are told by the white between them."""
    outside = _outside(mask, tables)
    pieces = [box for box in _pieces(outside, _PIECE_GAP * usual) if box.y1 - box.y0 <= _HIGHEST * usual]
    lines = [_joined(_unspaced(line, usual), outside, usual) for line in _pieces_to_lines(pieces, usual)]
    found = []
    for line, cuts in zip(lines, corridor_cuts(lines, least=_CORRIDOR * usual, height=usual), strict=True):
        found += [box_around(line[begin:end]) for begin, end in pairwise([0, *cuts, len(line)])]
    kept = (box for box in found if _is_text(outside, box) or (not tables and _is_dash(box, usual)))
    return tuple(sorted(kept, key=lambda box: (box.y0, box.x0)))


def _outside(mask: Mask, tables: Iterable[Box]) -> Mask:
    """A mask without what tables cover."""
    outside = mask.copy()
    for table in tables:
        rows = slice(max(0, int(table.y0) - _RULE), int(table.y1) + _RULE + 1)
        outside[rows, max(0, int(table.x0) - _RULE) : int(table.x1) + _RULE + 1] = 0
    return outside


def _pieces(mask: Mask, gap: float) -> list[Box]:
    """Boxes of what hangs together when gaps of so many pixels along the lines are closed."""
    reach = 2 * round(gap / 2) + 1
    rows = rows_with_ink(mask)
    joined = cv2.morphologyEx(mask[rows], cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    count, _, stats = mask_to_components(joined)
    x, y, wide, high = stats[1:count, :4].T  # the first is paper; where there is none its numbers mean nothing
    spans = zip(x, rows[y], x + wide, rows[y + high - 1] + 1, strict=True)
    return [Box(x0=int(x0), y0=int(y0), x1=int(x1), y1=int(y1)) for x0, y0, x1, y1 in spans]


def _is_text(mask: Mask, box: Box) -> bool:
    ink = mask[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)]
    return box.y1 - box.y0 >= _LOWEST and is_text(ink)


def _is_dash(box: Box, usual: float) -> bool:
    """A flat piece that stands alone: in a form without lines the sign of an empty cell."""
    return box.x1 - box.x0 >= max(_DASH * usual, 2 * (box.y1 - box.y0))


def _pieces_to_lines(pieces: Sequence[Box], usual: float) -> list[list[Box]]:
    """Pieces side by side in one line from left to right; points and small strokes with what they belong to."""
    large, alone = _with_points(pieces, usual)
    lines: list[list[Box]] = []
    for box in sorted(large, key=lambda box: (box.x0, box.y0)):
        mates = [line for line in lines if _goes_on(line[-1], box, usual)]
        if mates:
            max(mates, key=lambda line: line[-1].x1).append(box)
        else:
            lines.append([box])
    return [*lines, *([box] for box in alone)]


def _with_points(pieces: Sequence[Box], usual: float) -> tuple[list[Box], list[Box]]:
    """High pieces, grown by the low ones near them, and the low pieces that stand alone."""
    large = [box for box in pieces if box.y1 - box.y0 >= _SMALL * usual]
    alone: list[Box] = []
    for box in sorted((box for box in pieces if box.y1 - box.y0 < _SMALL * usual), key=lambda box: box.x0):
        place = min(range(len(large)), key=lambda n: _away(large[n], box, usual), default=None)
        if place is not None and _away(large[place], box, usual) <= _SMALL_GAP * usual:
            large[place] = box_around([large[place], box])
        else:
            alone.append(box)
    return large, alone


def _unspaced(line: list[Box], usual: float) -> list[Box]:
    """A line of single characters set apart (项 目 名 称) as one piece: what parts them is no corridor."""
    gaps = [right.x0 - left.x1 for left, right in pairwise(line)]
    single = all(box.x1 - box.x0 <= _SINGLE * usual for box in line)
    return [box_around(line)] if single and len(gaps) > 1 and max(gaps) <= _EVEN * min(gaps) else line


def _goes_on(last: Box, box: Box, usual: float) -> bool:
    overlap = min(last.y1, box.y1) - max(last.y0, box.y0)
    level = overlap >= _SAME_LINE * min(last.y1 - last.y0, box.y1 - box.y0)
    return level and box.x0 - last.x1 <= _CHAR_GAP * usual


def _away(large: Box, box: Box, usual: float) -> float:
    """Pixels along the line between a high piece and a low one; infinite where it stands above or below."""
    middle, reach = (box.y0 + box.y1) / 2, _HANGS * usual
    beside = large.y0 - reach <= middle <= large.y1 + reach
    return max(box.x0 - large.x1, large.x0 - box.x1, 0.0) if beside else float("inf")


def _joined(line: Sequence[Box], mask: Mask, usual: float) -> list[Box]:
    """Pieces as one where the gap between them cannot part two columns: punctuation leaves white of its own."""
    joined: list[Box] = []
    for box in line:
        punctuated = joined and (_is_low(mask, joined[-1], usual, end=1) or _is_low(mask, box, usual, end=0))
        least = (_PUNCTUATION if punctuated else _CORRIDOR) * max(usual, box.y1 - box.y0)
        if joined and box.x0 - joined[-1].x1 < least:
            joined[-1] = box_around([joined[-1], box])
        else:
            joined.append(box)
    return joined


def _is_low(mask: Mask, box: Box, usual: float, *, end: int) -> bool:
    """Whether a piece begins (``end`` 0) or ends (1) with ink too low for a character: ， 、 “ and the like."""
    reach = _SIDE * usual
    x0, x1 = (box.x0, min(box.x1, box.x0 + reach)) if end == 0 else (max(box.x0, box.x1 - reach), box.x1)
    part = mask[int(box.y0) : int(box.y1), int(x0) : int(x1)]
    return cv2.boundingRect(part)[3] < _SMALL * usual
