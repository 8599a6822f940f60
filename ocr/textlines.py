"""Ink to line boxes within every cell, by its rows of ink."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from domain.source import Box
from ocr.components import mask_to_components
from ocr.ink import Mask

_SPECK = 5  # pixels of ink at 200 dpi; less is dust
_MARGIN = 3  # pixels between a cell's border line and its text
_LEAST_INK = 12  # pixels; a cell with less is blank
_LEAST_TEXT = 20  # pixels of ink; less is dust, but for a dash
_DASH = 7  # pixels; the shortest dash, at least twice as wide as high
_LONE_ONE = 10  # pixels; the smallest 1 of thin print, at least twice as high as wide
_RESIDUE, _FLAT = 3, 0.25  # pixels from the cell's border, of the usual height: flat ink there is the border's own rim
_TALL = 1.75  # of the usual line height: two lines run into one another
_WORD_GAP = 1.5  # of the usual line height: within a cell, a wider gap parts two pieces of text
USUAL = 28.0  # pixels; line height where the page tells none


def without_dust(mask: Mask) -> Mask:
    """A mask without specks."""
    _, labels, stats = mask_to_components(mask)
    clean = mask.copy()
    for piece in np.flatnonzero(stats[:, cv2.CC_STAT_AREA] < _SPECK):
        x, y, w, h, _ = stats[piece]
        clean[y : y + h, x : x + w][labels[y : y + h, x : x + w] == piece] = 0
    return clean


def usual_height(mask: Mask, rooms: Sequence[Box]) -> float:
    """Height in pixels of most lines of text in these cells."""
    heights = [
        end - begin for room in rooms for begin, end in _runs(_inside(mask, room).any(axis=1)) if end - begin > 9
    ]
    return float(np.median(heights)) if heights else USUAL


def room_to_lines(mask: Mask, room: Box, usual: float) -> tuple[Box, ...]:
    """Boxes of the lines in one cell, block by block from the left, each from top to bottom; none for a blank cell.

    Blocks stand side by side where the line between two cells has faded, and their lines need not be level.
    """
    inside = _inside(mask, room)
    if cv2.countNonZero(inside) < _LEAST_INK:
        return ()
    left, upper = _corner(room)
    boxes = []
    for first, last in _bridged(_runs(inside.any(axis=0)), _WORD_GAP * usual):
        block = inside[:, first:last]
        rows = (block > 0).sum(axis=1)
        lines = (piece for run in _joined(_runs(rows > 0), usual) for piece in _parted(rows, run, usual))
        for top, bottom in lines:
            for begin, end in _bridged(_runs(block[top:bottom].any(axis=0)), _WORD_GAP * usual):
                edge = min(top, inside.shape[0] - bottom)
                if is_text(block[top:bottom, begin:end]) and not (edge <= _RESIDUE and bottom - top <= _FLAT * usual):
                    x0, y0 = left + first, upper + top
                    boxes.append(Box(x0=x0 + begin, y0=y0, x1=x0 + end, y1=upper + bottom))
    return tuple(boxes) or _lone_one(mask, room, usual)


def _lone_one(mask: Mask, room: Box, usual: float) -> tuple[Box, ...]:
    """All that a cell holds, where that may be a thin 1, which has no more ink than dust; not beside the border."""
    box = ink_box(mask, room)
    if box is None or min(box.x0 - room.x0, room.x1 - box.x1) <= _MARGIN + _RESIDUE:
        return ()
    return (box,) if max(_LONE_ONE, 2 * (box.x1 - box.x0)) <= box.y1 - box.y0 <= usual else ()


def is_text(piece: Mask) -> bool:
    """Whether there is ink enough in a box around it for a character or a dash."""
    height, width = piece.shape
    ink = cv2.countNonZero(piece)
    return ink >= _LEAST_TEXT or (ink >= _LEAST_INK and width >= max(_DASH, 2 * height))


def _bridged(runs: Sequence[tuple[int, int]], gap: float) -> list[tuple[int, int]]:
    """Stretches less than ``gap`` apart as one."""
    joined: list[tuple[int, int]] = []
    for begin, end in runs:
        if joined and begin - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def ink_box(mask: Mask, room: Box) -> Box | None:
    """The outline of what one cell holds, None for a blank cell."""
    inside = _inside(mask, room)
    x, y, w, h = cv2.boundingRect(inside) if cv2.countNonZero(inside) >= _LEAST_INK else (0, 0, 0, 0)
    left, upper = _corner(room)
    return Box(x0=left + x, y0=upper + y, x1=left + x + w, y1=upper + y + h) if w else None


def _corner(room: Box) -> tuple[int, int]:
    return max(0, round(room.x0)) + _MARGIN, max(0, round(room.y0)) + _MARGIN


def _inside(mask: Mask, room: Box) -> Mask:
    left, upper = _corner(room)
    return mask[upper : max(upper, round(room.y1) - _MARGIN), left : max(left, round(room.x1) - _MARGIN)]


def _runs(filled: ArrayLike) -> list[tuple[int, int]]:
    """Stretches of True as (begin, end)."""
    flags = np.asarray(filled)
    edged = np.zeros(len(flags) + 2, bool)
    edged[1:-1] = flags
    edges = np.flatnonzero(edged[1:] != edged[:-1]).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _joined(runs: Sequence[tuple[int, int]], usual: float) -> list[tuple[int, int]]:
    """Rows of ink that belong to one line of characters: 二 and 三 have gaps, and so have commas below a line."""
    lines: list[tuple[int, int]] = []
    for begin, end in runs:
        if lines and _one_line(lines[-1], (begin, end), usual):
            lines[-1] = (lines[-1][0], end)
        else:
            lines.append((begin, end))
    return lines


def _one_line(above: tuple[int, int], below: tuple[int, int], usual: float) -> bool:
    together = below[1] - above[0]
    flat = min(above[1] - above[0], below[1] - below[0]) < 0.6 * usual
    return together <= 1.25 * usual and flat


def _parted(rows: NDArray[np.intp], run: tuple[int, int], usual: float) -> list[tuple[int, int]]:
    """A run of rows too tall for one line, cut where it holds least ink."""
    begin, end = run
    count = round((end - begin) / (1.25 * usual)) if end - begin > _TALL * usual else 1
    if count < 2:
        return [run]
    height = (end - begin) / count
    cuts = [begin]
    for place in range(1, count):
        middle, reach = begin + place * height, 0.3 * height
        window = slice(int(middle - reach), int(middle + reach) + 1)
        cuts.append(window.start + int(np.argmin(rows[window])))
    return list(pairwise([*cuts, end]))
