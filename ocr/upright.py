"""A page as it lay on the glass or before the lens to an upright one, by its table's own ruling lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from domain.page import Warp
from ocr.ink import Ink, Mask, patches
from ocr.strokes import Ruling, Stroke, followed, mask_to_long

_TILT_SEARCH = ((300, 18.0, 1.0), (600, 1.0, 0.2), (600, 0.2, 0.05))  # longer side in pixels, degrees, steps
_STEP = 32  # pixels between two nodes of the mesh
_LEVEL_TERMS = ((1, 0), (2, 0), (3, 0), (4, 0), (1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (1, 3))  # powers of x and y
_POWERS = 5  # 0 to 4
_CURLED = 12.0  # pixels; a page that bends more is straightened step by step
_FARTHEST = 0.25  # of the longer side; beyond it the mesh runs away
_AGAIN = 2  # steps after the first
_MOST_ROUNDS, _SETTLED = 12, 0.01  # a displacement that is smooth and small settles, pixels, after a few rounds
_STRAIGHT = 1.2  # pixels; a page whose lines bend less is left as it is
_RIDGE = 1e-3  # keeps terms small that no line decides
_ROUNDS = 4  # of fitting; strokes that fit badly lose their weight in between
_OUTLIER = 3.0  # pixels
_BROKEN = 2  # samples of six pixels
_NEAR = 12  # pixels within which strokes of a tilted table meet
_TABLE_STROKES = 6  # a table has at least so many
_FEWEST = 3  # strokes of a direction; fewer decide nothing

Mesh: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]  # x and y of every node, rows x columns
Map: TypeAlias = tuple[MatLike, MatLike]  # x and y, on the scan, of every pixel of the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A rotation about the middle: ``matrix`` (2 x 3) leads from the scan to the turned page of this size."""

    matrix: MatLike
    width: int
    height: int

    @property
    def is_none(self) -> bool:
        """True where nothing is turned."""
        return bool(np.array_equal(self.matrix, np.eye(2, 3)))


def tilt(mask: Mask) -> float:
    """Degrees in [-45, 45) by which the page's long lines are turned clockwise; 0 where it has none.

    Rows and columns of a page that lies straight are all ink or almost none: the angle is sought at which they are.
    """
    best, half = 0.0, patches(mask, 2)
    smaller = {side: _shrunk(half, side) for side in {side for side, *_ in _TILT_SEARCH}}
    for side, reach, step in _TILT_SEARCH:
        angles = best + np.arange(-reach, reach + step / 2, step)
        scores = [_sharpness(smaller[side], angle) for angle in angles]
        if not any(scores):
            return 0.0
        best = float(angles[int(np.argmax(scores))])
    return 0.0 if abs(best) < _TILT_SEARCH[-1][2] else best


def _shrunk(mask: Mask, side: int) -> Mask:
    """A mask with a longer side of so many pixels."""
    scale = side / max(mask.shape)
    size = max(1, round(scale * mask.shape[1])), max(1, round(scale * mask.shape[0]))
    return cv2.resize(mask, size, interpolation=cv2.INTER_AREA)


def _sharpness(small: Mask, degrees: float) -> float:
    turn = turn_by(degrees, small.shape[1], small.shape[0])
    image = cv2.warpAffine(small, turn.matrix, (turn.width, turn.height), flags=cv2.INTER_LINEAR)
    sums = (cv2.reduce(image, way, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel() for way in (0, 1))
    return float(sum(np.square(np.diff(line.astype(float))).sum() for line in sums))


def turn_by(degrees: float, width: int, height: int) -> Turn:
    """The rotation that undoes a tilt, on a page large enough for all corners."""
    if degrees == 0:
        return Turn(matrix=np.eye(2, 3), width=width, height=height)
    radians = np.radians(degrees)
    cos, sin = abs(np.cos(radians)), abs(np.sin(radians))
    wide, tall = round(width * cos + height * sin), round(width * sin + height * cos)
    matrix = np.asarray(cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0), dtype=np.float64)
    matrix[:, 2] += np.array(((wide - width) / 2, (tall - height) / 2))
    return Turn(matrix=matrix, width=wide, height=tall)


def bends(mask: Mask, long: Ruling) -> Mesh | None:
    """The mesh of ``bend``, step by step where a page bends much: lines that lean are seen only when they lean less.

    The later steps look at every second pixel: what they are to find is larger.
    """
    height, width = mask.shape
    nodes = _nodes(width, height)
    mesh = more = bend(mask, long)
    if mesh is None or _largest(mesh, nodes) < _CURLED:
        return mesh
    half = _halved(mask)
    for _ in range(_AGAIN):
        if more is None or _largest(more, nodes) < _CURLED:
            break
        flatter = _remapped(half, _halved_map(*mesh, width, height), paper=0)
        found = bend(flatter, mask_to_long(flatter))
        more = None if found is None else _doubled(found, nodes)
        if more is not None:
            mesh = (_between(mesh[0], *more), _between(mesh[1], *more))
    return mesh


def _halved(mask: Mask) -> Mask:
    """Ink wherever any of four pixels has some: the thinnest line stays whole."""
    return np.ascontiguousarray(cv2.dilate(mask, np.ones((2, 2), np.uint8), anchor=(0, 0))[::2, ::2])


def _halved_map(xs: NDArray[np.float64], ys: NDArray[np.float64], width: int, height: int) -> Map:
    """The mesh of a page filled in for its half."""
    return _filled(xs / 2, ys / 2, (width + 1) // 2, (height + 1) // 2, step=_STEP / 2)


def _doubled(half: Mesh, nodes: Mesh) -> Mesh:
    """The mesh of a half of the page as one under these nodes of the whole."""
    xs, ys = (part / 2 for part in nodes)
    return 2 * _between(half[0], xs, ys), 2 * _between(half[1], xs, ys)


def bend(mask: Mask, long: Ruling) -> Mesh | None:
    """Mesh positions on this mask under an even mesh of the straightened page; None if it is straight.

    Solved as a smooth displacement that makes every level stroke level and every upright one upright. ``long`` are
    the long strokes of the mask.
    """
    height, width = mask.shape
    size = float(max(height, width))
    table = of_one_table(long)
    level, upright = (followed(mask, table.along(way), level=way, missing=_BROKEN) for way in (True, False))
    down, over = _fit(level, size), _fit(upright, size)
    xs, ys = _nodes(width, height)
    if max(_reach(down, xs, ys, size), _reach(over, ys, xs, size)) < _STRAIGHT:
        return None
    at_x, at_y = xs.copy(), ys.copy()
    for _ in range(_MOST_ROUNDS):
        before = at_x, at_y
        at_x, at_y = xs - _shift(over, at_y, at_x, size), ys - _shift(down, at_x, at_y, size)
        if _largest((at_x, at_y), (xs, ys)) > _FARTHEST * size:
            return None  # strokes of other things than one sheet's table: no paper bends so
        if _largest((at_x, at_y), before) < _SETTLED:
            break
    return at_x, at_y


def of_one_table(long: Ruling) -> Ruling:
    """Strokes of the largest table: the sheet's own edges on a photo bend in their own way."""
    every = [(stroke, True) for stroke in long.level] + [(stroke, False) for stroke in long.upright]
    spans = [_span(stroke) for stroke, _ in every]
    groups: list[list[int]] = []
    for place, (_, is_level) in enumerate(every):
        mine = [
            group
            for group in groups
            if any(every[other][1] != is_level and _cross(spans[place], spans[other]) for other in group)
        ]
        groups = [group for group in groups if group not in mine] + [[place, *(n for group in mine for n in group)]]
    kept = max(groups, key=len, default=[])
    if len(kept) < _TABLE_STROKES:
        return long
    boxes = [_box(*every[place]) for place in kept]
    x0, y0, x1, y1 = (pick(box[side] for box in boxes) for side, pick in enumerate((min, min, max, max)))
    inside = [
        one for one in every if (box := _box(*one))[0] >= x0 - _NEAR and box[1] >= y0 - _NEAR
        and box[2] <= x1 + _NEAR and box[3] <= y1 + _NEAR
    ]  # fmt: skip
    return Ruling(
        level=tuple(stroke for stroke, is_level in inside if is_level),
        upright=tuple(stroke for stroke, is_level in inside if not is_level),
    )


def _box(stroke: Stroke, level: bool) -> tuple[float, float, float, float]:
    along, across = (stroke.along[0], stroke.along[-1]), (stroke.across.min(), stroke.across.max())
    return (along[0], across[0], along[1], across[1]) if level else (across[0], along[0], across[1], along[1])


Span = tuple[float, float, float]  # where a stroke begins and ends along its direction, and where it lies across


def _span(stroke: Stroke) -> Span:
    return float(stroke.along[0]), float(stroke.along[-1]), float(np.median(stroke.across))


def _cross(one: Span, other: Span) -> bool:
    """Whether two strokes of different directions meet."""
    (begin, end, across), (first, last, place) = one, other
    return begin - _NEAR <= place <= end + _NEAR and first - _NEAR <= across <= last + _NEAR


def _reach(
    terms: NDArray[np.float64] | None, along: NDArray[np.float64], across: NDArray[np.float64], size: float
) -> float:
    return 0.0 if terms is None else float(np.abs(_shift(terms, along, across, size)).max())


def _features(along: NDArray[np.float64], across: NDArray[np.float64], size: float) -> NDArray[np.float64]:
    a, b = (np.vander((part / size - 0.5).ravel(), _POWERS, increasing=True) for part in (along, across))
    ps, qs = zip(*_LEVEL_TERMS, strict=True)
    return (a[:, ps] * b[:, qs]).reshape(*along.shape, len(_LEVEL_TERMS))


def _shift(
    terms: NDArray[np.float64] | None, along: NDArray[np.float64], across: NDArray[np.float64], size: float
) -> NDArray[np.float64]:
    return np.zeros_like(along) if terms is None else _features(along, across, size) @ terms


def _fit(strokes: Sequence[Stroke], size: float) -> NDArray[np.float64] | None:
    """Terms of the displacement across the strokes after which each has one and the same place all along."""
    if len(strokes) < _FEWEST:
        return None
    along = np.concatenate([stroke.along for stroke in strokes])
    across = np.concatenate([stroke.across for stroke in strokes])
    lengths = [len(stroke.along) for stroke in strokes]
    matrix = _from_mean(_features(along, across, size), lengths)
    target = _from_mean(across, lengths)
    weight = np.ones(target.shape)
    terms: NDArray[np.float64] = np.zeros(len(_LEVEL_TERMS))
    for _ in range(_ROUNDS):
        scaled = matrix * weight[:, None]
        square = scaled.T @ matrix + _RIDGE * np.eye(len(terms))
        terms = np.asarray(np.linalg.solve(square, -scaled.T @ target), np.float64)
        left = np.abs(matrix @ terms + target)
        weight = 1 / (1 + (left / _OUTLIER) ** 2)
    return terms


def _from_mean(values: NDArray[np.float64], lengths: Sequence[int]) -> NDArray[np.float64]:
    """Values of strokes of these lengths, one after the other, each less the mean of its own stroke."""
    starts = np.cumsum([0, *lengths[:-1]])
    means = (np.add.reduceat(values, starts, axis=0).T / lengths).T
    return values - np.repeat(means, lengths, axis=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """From the upright page back to the scan: quarter turns undone, then bends, then the tilt."""

    turn: Turn
    mesh: Mesh | None = None
    quarters: int = 0

    def then_quarters(self, quarters: int) -> Way:
        """The way of the page turned clockwise by so many right angles more."""
        return replace(self, quarters=(self.quarters + quarters) % 4)

    def back(self, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Where points of the upright page lie on the scan, in its pixels."""
        wide, tall = self.turn.width - 1, self.turn.height - 1
        if self.quarters == 1:
            xs, ys = ys, tall - xs
        elif self.quarters == 2:
            xs, ys = wide - xs, tall - ys
        elif self.quarters == 3:
            xs, ys = wide - ys, xs
        if self.mesh is not None:
            xs, ys = (_between(part, xs, ys) for part in self.mesh)
        inverse = cv2.invertAffineTransform(self.turn.matrix)
        return (
            inverse[0, 0] * xs + inverse[0, 1] * ys + inverse[0, 2],
            inverse[1, 0] * xs + inverse[1, 1] * ys + inverse[1, 2],
        )

    def to_warp(self, width: int, height: int, *, scale: float) -> Warp:
        """The way as a mesh over a page of this size; ``scale`` is how much the scan was enlarged."""
        xs, ys = _nodes(width, height)
        back_x, back_y = self.back(xs, ys)
        nodes = np.round(np.stack([back_x / scale, back_y / scale], axis=-1), 1).astype(np.float32)
        return Warp(step=_STEP, columns=xs.shape[1], nodes=nodes.tobytes())


def straighten(ink: Ink) -> tuple[Ink, Way, Ruling]:
    """A page with its tilt and its bends undone, the way back, and the long strokes of the straight page."""
    height, width = ink.mask.shape
    turn = turn_by(tilt(ink.mask), width, height)
    mask = _warped(ink.mask, turn, paper=0)
    long = mask_to_long(mask)
    way = Way(turn=turn, mesh=bends(mask, long))
    if way.mesh is None:
        gray = ink.gray if turn.is_none else _warped(ink.gray, turn, paper=255)
        return Ink(gray=gray, mask=mask), way, long
    xs, ys = way.back(*_nodes(turn.width, turn.height))
    where = _filled(xs, ys, turn.width, turn.height)
    straight = Ink(gray=_remapped(ink.gray, where, paper=255), mask=_remapped(ink.mask, where, paper=0))
    return straight, way, mask_to_long(straight.mask)


def _nodes(width: int, height: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    xs, ys = np.meshgrid(
        np.arange(0, width + _STEP, _STEP, dtype=float), np.arange(0, height + _STEP, _STEP, dtype=float)
    )
    return xs, ys


def _largest(mesh: tuple[NDArray[np.float64], ...], even: tuple[NDArray[np.float64], ...]) -> float:
    return max(float(np.abs(part - straight).max()) for part, straight in zip(mesh, even, strict=True))


def _between(mesh: NDArray[np.float64], xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.float64]:
    across, down = (np.asarray(part / _STEP, np.float32) for part in (xs, ys))
    found = cv2.remap(mesh.astype(np.float32), across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.float64)


def _filled(xs: NDArray[np.float64], ys: NDArray[np.float64], width: int, height: int, *, step: float = _STEP) -> Map:
    """The mesh filled in: where every pixel of the straightened page comes from."""
    finer = np.array([[1 / step, 0, 0], [0, 1 / step, 0]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    across, down = (
        cv2.warpAffine(part.astype(np.float32), finer, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        for part in (xs, ys)
    )
    return across, down


def _warped(image: MatLike, turn: Turn, *, paper: int) -> MatLike:
    if turn.is_none:
        return image
    size = (turn.width, turn.height)
    return cv2.warpAffine(image, turn.matrix, size, borderMode=cv2.BORDER_CONSTANT, borderValue=(paper,))


def _remapped(image: MatLike, where: Map, *, paper: int) -> MatLike:
    return cv2.remap(image, *where, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(paper,))
