"""Ink to ruling lines: long straight strokes, level and upright, broken or bent ones in pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from domain.page import Rule
from ocr.components import mask_to_components, rows_with_ink
from ocr.ink import Mask

T = TypeVar("T")

_SHORTEST = 0.022  # of the page's longer side: 1.7 cm on A4, longer than any stroke of a character
_GAP = 0.006  # of the longer side: dust and fax dither break a line for so long
_TILT = 3  # pixels that a stroke may climb over its shortest length
_SOLID = 0.8  # of the shortest: so long a piece is drawn without a gap; a character is shorter
_FIRM = 1e-9  # keeps a curve through few points solvable
_RAGGED = 1.5  # pixels from a smooth curve
_WINDOW = 4  # times the shortest: pieces in which a line that bends much is followed
_SMOOTH = 0.6  # of a component's length lies on the curve
_LOW_ROW = 0.009  # of the longer side: the lowest row of a table
_TOUCH = 5  # pixels within which a stroke meets another
_STUB = 0.006  # of the longer side: the shortest piece of a faded line that counts
_THIN = 6  # pixels; a thicker piece is a character
_CLEAR = 9  # pixels to either side of a stub that are free
_STRAY = 0.06  # of them may hold ink
_SAMPLES = 6  # pixels between two points at which a bent line is measured
_FOLLOW_REACH = 4  # pixels a line may stray between two samples from where it was going
_FOLLOW_TURN = 0.3  # of the newest slope goes into the direction a line is followed in
_THICKEST = 0.008  # of the longer side; thicker is a bar, a shadow or a photo's edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """One long stroke, sampled from its beginning to its end: ``along`` its direction and ``across``, in pixels."""

    along: NDArray[np.float64]
    across: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """All strokes of a page that lies straight."""

    level: tuple[Stroke, ...]
    upright: tuple[Stroke, ...]

    def along(self, level: bool) -> tuple[Stroke, ...]:
        """Those of one direction."""
        return self.level if level else self.upright


def mask_to_ruling(mask: Mask, long: Ruling) -> Ruling:
    """The ``long`` strokes of a mask with their ends, short ones between two rows, and what is left of faded ones."""
    level, upright = (closed(mask, long.along(way), long.along(not way), level=way) for way in (True, False))
    upright = (*upright, *short_uprights(mask, level))
    return Ruling(
        level=(*level, *stubs(mask, level, level=True)),
        upright=(*upright, *stubs(mask, upright, level=False)),
    )


def mask_to_long(mask: Mask) -> Ruling:
    """The long strokes of a mask alone."""
    return Ruling(level=mask_to_strokes(mask, level=True), upright=mask_to_strokes(mask, level=False))


def quarter_ruling(ruling: Ruling, width: int, height: int) -> Ruling:
    """The strokes of a page of this size, turned clockwise by a right angle."""
    return Ruling(
        level=tuple(Stroke(along=height - 1 - s.along[::-1], across=s.across[::-1]) for s in ruling.upright),
        upright=tuple(Stroke(along=s.along, across=height - 1 - s.across) for s in ruling.level),
    )


def mask_to_strokes(mask: Mask, *, level: bool) -> tuple[Stroke, ...]:
    """Long level strokes of a mask, or long upright ones."""
    turned = mask if level else cv2.transpose(mask)
    side = max(mask.shape)
    length = max(12, round(_SHORTEST * side))
    lines, rows = long_runs(turned, length=length, gap=max(2, round(_GAP * side)))
    return tuple(_component_strokes(lines, rows, length=length, thickest=_thickest(mask)))


def _thickest(mask: Mask) -> int:
    """Pixels; a line of a page of this size is no thicker."""
    return max(6, round(_THICKEST * float(max(mask.shape))))


def long_runs(mask: Mask, *, length: int, gap: int) -> tuple[Mask, NDArray[np.intp]]:
    """What is left of a mask when everything shorter than ``length`` along its rows is gone; gaps are bridged.

    Rows without any of it are left out; beside the others, where each lies on the page.
    """
    solid = np.ones((1, round(length * _SOLID)), np.uint8)
    inner = cv2.erode(cv2.dilate(mask, np.ones((_TILT, 1), np.uint8)), solid)
    rows = rows_with_ink(inner)
    opened = cv2.dilate(inner[rows], solid)
    joined = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    return cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, length), np.uint8)), rows


def _component_strokes(lines: Mask, rows: NDArray[np.intp], *, length: int, thickest: int) -> list[Stroke]:
    """``rows`` says where each row of ``lines`` lies on the page."""
    count, labels, stats = mask_to_components(lines)
    strokes = []
    for piece in range(1, count):
        x, y, w, h, _ = (int(value) for value in stats[piece])
        if w < length:
            continue
        part = (labels[y : y + h, x : x + w : _SAMPLES] == piece).astype(np.uint8)
        weight = cv2.reduce(part, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[0]
        middle = np.arange(h, dtype=np.float64) @ part / np.maximum(weight, 1)
        at = np.flatnonzero((weight > 0) & (weight <= thickest + _TILT)) * _SAMPLES
        runs = _smooth_runs(at, middle[at // _SAMPLES], length)
        if not runs and w > 2 * _WINDOW * length:  # bent more than one curve can follow: piece by piece
            pieces = np.split(at, np.flatnonzero(np.diff(at // (_WINDOW * length))) + 1)
            runs = [run for part in pieces for run in _smooth_runs(part, middle[part // _SAMPLES], length)]
        for run in runs:
            strokes.append(Stroke(along=(x + run).astype(float), across=rows[y] + middle[run // _SAMPLES]))
    return strokes


def _smooth_runs(along: NDArray[np.intp], across: NDArray[np.float64], length: int) -> list[NDArray[np.intp]]:
    """Stretches of a component that follow one smooth curve: a seal or a character that touches a line is cut off.

    None where too little does: strokes of neighbouring characters that touch make a ragged line.
    """
    if len(along) < 3:
        return []
    powers = np.vander((along - along[0]) / max(1, along[-1] - along[0]), 3, increasing=True)
    kept = np.ones(len(along), bool)
    for _ in range(3):
        terms = powers if kept.sum() > 6 else powers[:, :2]
        own = terms[kept]
        curve = np.linalg.solve(own.T @ own + _FIRM * np.eye(own.shape[1]), own.T @ across[kept])
        left = np.abs(across - terms @ curve)
        kept = left <= max(_RAGGED, 1.5 * _median(left))
        if kept.sum() < 3:
            return []
    if left[kept].mean() > _RAGGED or kept.sum() < _SMOOTH * len(along):
        return []
    smooth = along[kept]
    cuts = np.flatnonzero(np.diff(smooth) > 0.5 * length) + 1
    return [run for run in np.split(smooth, cuts) if run[-1] - run[0] >= 0.7 * length]


def _median(values: NDArray[np.float64]) -> float:
    """As numpy's, which takes five times as long over so few."""
    ordered = np.sort(values)
    return float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def followed(mask: Mask, strokes: Sequence[Stroke], *, level: bool, missing: int) -> tuple[Stroke, ...]:
    """Strokes with both ends followed as far as their ink goes: a page curls most where its lines end.

    ``missing`` samples in a row may lack ink, as in a broken line.
    """
    turned = mask if level else mask.T
    ends = _both_ends(turned, strokes, thickest=_thickest(mask), missing=missing)
    return tuple(_lengthened(stroke, *both) for stroke, both in zip(strokes, ends, strict=True))


def closed(mask: Mask, strokes: Sequence[Stroke], crossing: Sequence[Stroke], *, level: bool) -> tuple[Stroke, ...]:
    """Strokes with their ends followed where unbroken ink leads to a crossing stroke, and not into a character."""
    turned = mask if level else mask.T
    longer = []
    for stroke, ends in zip(strokes, _both_ends(turned, strokes, thickest=_thickest(mask), missing=0), strict=True):
        before, behind = (end if end and _is_crossed(crossing, *end[-1]) else [] for end in ends)
        longer.append(_lengthened(stroke, before, behind))
    return tuple(longer)


Samples = list[tuple[float, float]]
Tail = tuple[NDArray[np.float64], NDArray[np.float64]]  # places along and across, the end that is followed last


def _both_ends(
    mask: Mask, strokes: Sequence[Stroke], *, thickest: int, missing: int
) -> Iterator[tuple[Samples, Samples]]:
    """What follows on either end of every level stroke, from the end outwards."""
    tails = [
        tail
        for stroke in strokes
        for tail in ((stroke.along[::-1], stroke.across[::-1]), (stroke.along, stroke.across))
    ]
    found = _follow(mask, tails, thickest=thickest, missing=missing)
    return zip(found[::2], found[1::2], strict=True)


def _lengthened(stroke: Stroke, before: Samples, behind: Samples) -> Stroke:
    points = np.array([*before[::-1], *zip(stroke.along, stroke.across, strict=True), *behind], float)
    return Stroke(along=points[:, 0], across=points[:, 1])


def _is_crossed(crossing: Sequence[Stroke], along: float, across: float) -> bool:
    """Whether a point lies on a stroke of the other direction, or a sample away from it."""
    return any(
        stroke.along[0] - _TOUCH <= across <= stroke.along[-1] + _TOUCH
        and abs(float(np.interp(across, stroke.along, stroke.across)) - along) <= _TOUCH + _SAMPLES
        for stroke in crossing
    )


def _follow(mask: Mask, tails: Sequence[Tail], *, thickest: int, missing: int) -> list[Samples]:
    """Samples of level lines beyond the last of these; ``missing`` of them in a row may lack ink.

    All lines are followed at once, a sample of each at a time.
    """
    found: list[Samples] = [[] for _ in tails]
    if not tails:
        return found
    height, width = mask.shape
    own = np.arange(len(tails))
    step = np.array([_SAMPLES if along[-1] > along[0] else -_SAMPLES for along, _ in tails])
    slope = step * [_slope(along[-_WINDOW:], across[-_WINDOW:]) for along, across in tails]
    x = np.array([int(along[-1]) for along, _ in tails]) + step
    y = np.array([float(across[-1]) for _, across in tails]) + slope
    gone = np.zeros(len(tails), int)
    around = np.arange(-thickest, thickest + 1)
    while True:
        on = (x >= 0) & (x < width) & (y >= _FOLLOW_REACH) & (y < height - _FOLLOW_REACH) & (gone <= missing)
        own, step, slope, x, y, gone = (part[on] for part in (own, step, slope, x, y, gone))
        if not len(own):
            return found
        rows = np.rint(y).astype(int)[:, None] + around
        ink = (mask[rows.clip(0, height - 1), x[:, None]] > 0) & (rows >= 0) & (rows < height)
        near = ink & (np.abs(rows - y[:, None]) <= max(_FOLLOW_REACH, thickest / 2))
        count = near.sum(axis=1)
        seen = (count > 0) & (ink.sum(axis=1) <= thickest)
        middle = (rows * near).sum(axis=1) / np.maximum(count, 1)
        slope = np.where(seen, slope + _FOLLOW_TURN * (middle - y), slope)
        y, gone = np.where(seen, middle, y), np.where(seen, 0, gone + 1)
        for place in np.flatnonzero(seen):
            found[own[place]].append((float(x[place]), float(y[place])))
        x, y = x + step, y + slope


def _slope(along: NDArray[np.float64], across: NDArray[np.float64]) -> float:
    """Of the straight line that fits best."""
    away = along - along.mean()
    return float(away @ across / max(1.0, away @ away))


def without_strokes(mask: Mask, strokes: Sequence[Stroke], *, level: bool, width: int) -> Mask:
    """A mask with these strokes painted over, ``width`` pixels wide."""
    clean = mask.copy()
    for stroke in strokes:
        points = np.stack((stroke.along, stroke.across) if level else (stroke.across, stroke.along), axis=-1)
        cv2.polylines(clean, [points.round().astype(np.int32)], isClosed=False, color=0, thickness=width)
    return clean


def short_uprights(mask: Mask, level: Sequence[Stroke]) -> tuple[Stroke, ...]:
    """Upright strokes in rows too low for long ones: each runs from one level stroke to the next without a gap."""
    if not level:
        return ()
    side = max(mask.shape)
    shortest = max(8, round(_LOW_ROW * side))
    lines = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((shortest, 1), np.uint8))
    pieces = np.array([(x + w / 2, y, y + h) for x, y, w, h in _outlines(lines) if _is_low_row(w, h, side)], float)
    at, top, bottom = pieces.reshape(-1, 3).T
    is_met = _meets(level, at, top, beyond=1) & _meets(level, at, bottom, beyond=-1)
    return tuple(
        Stroke(along=np.array([begin, end]), across=np.array([x, x])) for x, begin, end in pieces[is_met].tolist()
    )


def _is_low_row(width: float, height: float, side: float) -> bool:
    """Whether a piece is no higher than a row of one line, and no thicker than a line of a page of this side."""
    return height <= _SHORTEST * side * 1.5 and width <= _THICKEST * side


def stubs(mask: Mask, strokes: Sequence[Stroke], *, level: bool) -> tuple[Stroke, ...]:
    """What is left of lines that have faded: short pieces on the course of a long stroke, with no other ink beside."""
    if not strokes:
        return ()
    turned = mask if level else mask.T
    side = max(mask.shape)
    length = max(8, round(_STUB * side))
    places = np.array([float(np.median(stroke.across)) for stroke in strokes])
    rows = _rows_near(places, len(turned))
    near = np.ascontiguousarray(turned[rows])
    pieces = cv2.morphologyEx(near, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    pieces[np.flatnonzero(np.diff(rows) > 1)] = 0  # what does not touch on the page, does not touch here
    found = []
    for x, row, w, h in _outlines(pieces):
        y = int(rows[row])
        middle = y + (h - 1) / 2
        if w >= _SHORTEST * side or h > _THIN or np.abs(places - middle).min() > _TOUCH:
            continue
        above, below = (
            turned[max(0, y - _CLEAR) : max(0, y - 2), x : x + w],
            turned[y + h + 2 : y + h + _CLEAR, x : x + w],
        )
        beside = np.vstack([above, below])
        if cv2.countNonZero(beside) <= _STRAY * beside.size:
            found.append(Stroke(along=np.array([x, x + w], float), across=np.array([middle, middle])))
    return tuple(found)


def _rows_near(places: NDArray[np.float64], height: int) -> NDArray[np.intp]:
    """Rows that a thin piece in the course of a line may cover, and enough beyond to tell that one is not thin."""
    reach = _TOUCH + _THIN + 2
    rows = np.floor(places).astype(int)[:, None] + np.arange(-reach, reach + 2)
    return np.unique(rows[(rows >= 0) & (rows < height)])


def _outlines(pieces: Mask) -> Iterator[tuple[int, int, int, int]]:
    """Left, top, width and height of every piece; where there is little ink, contours are found sooner than labels."""
    contours, parents = cv2.findContours(pieces, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    for contour, (*_, parent) in zip(contours, parents[0] if parents is not None else (), strict=True):
        if parent < 0:
            x, y, w, h = cv2.boundingRect(contour)
            yield x, y, w, h


def _meets(
    level: Sequence[Stroke], xs: NDArray[np.float64], ys: NDArray[np.float64], *, beyond: int
) -> NDArray[np.bool_]:
    """Which of the ends at (x, y) lie near a stroke or run through its thickness, up (1) or down (-1)."""
    spans = [(*stroke.along[[0, -1]], stroke.across.min(), stroke.across.max()) for stroke in level]
    begin, end, least, greatest = np.array(spans, float).T
    x, y = xs[:, None], ys[:, None]
    near = (begin <= x + _TOUCH) & (x - _TOUCH <= end) & (least <= y + 2 * _TOUCH) & (y - 2 * _TOUCH <= greatest)
    met = np.zeros(len(xs), bool)
    for place, stroke in np.argwhere(near).tolist():
        away = beyond * (float(np.interp(xs[place], level[stroke].along, level[stroke].across)) - ys[place])
        met[place] |= -_TOUCH <= away <= 2 * _TOUCH
    return met


def strokes_to_rules(strokes: Sequence[Stroke], *, level: bool) -> tuple[Rule, ...]:
    """Strokes of an upright page as straight rules."""
    rules = []
    for stroke in strokes:
        begin, end, across = float(stroke.along[0]), float(stroke.along[-1]), float(np.median(stroke.across))
        rules.append(
            Rule(x0=begin, y0=across, x1=end, y1=across) if level else Rule(x0=across, y0=begin, x1=across, y1=end)
        )
    return tuple(rules)
