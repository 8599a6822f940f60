"""The way back to the scan as a mesh: as few nodes as it needs, and pictures and marks laid over the upright page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from domain.page import Mark, Warp
from domain.source import Box
from ocr.load_objects import Affine
from ocr.sheet import Pixels

_OFF = 1.0  # pixels by which a coarser mesh may miss the finer one, which is itself no truer
_COARSER = (128, 64, 32, 16, 8, 4, 2)  # times the step of the mesh, coarsest first
_GLANCE = 4  # pixels between the points at which the place of a mark is sought

Grid = NDArray[np.float64]  # rows x columns x 2: the scan's x and y under every node


def thinned(warp: Warp) -> Warp:
    """The same way with the coarsest mesh that still leads to the same pixels: a straight page needs four nodes."""
    if not warp.nodes:
        return warp
    fine = _grid(warp)
    for times in _COARSER:
        coarse = _coarser(fine, times)
        if coarse.shape[0] * coarse.shape[1] < fine.shape[0] * fine.shape[1] and _miss(coarse, fine, times) <= _OFF:
            return _to_warp(coarse, warp.step * times)
    return warp


def affine_to_warp(affine: Affine, width: int, height: int) -> Warp:
    """The way of a page of this size that an affine map leads to its scan."""
    a, b, c, d, e, f = affine
    step = float(max(width, height))
    corners = ((0.0, 0.0), (step, 0.0), (0.0, step), (step, step))
    return Warp.through(((a * x + c * y + e, b * x + d * y + f) for x, y in corners), step=step, columns=2)


def pixels_to_upright(pixels: Pixels, warp: Warp, *, width: int, height: int) -> Pixels:
    """The picture of the upright page of this size; paper is white where the scan ends."""
    if not warp.nodes:
        return cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)
    where = _where(warp, np.arange(width), np.arange(height))
    across, down = np.ascontiguousarray(where[..., 0]), np.ascontiguousarray(where[..., 1])
    white = (255, 255, 255)
    return cv2.remap(pixels, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=white)


def marks_to_upright(marks: Sequence[Mark], warp: Warp, *, width: int, height: int) -> tuple[Mark, ...]:
    """Marks found on the scan, by their boxes on the upright page of this size."""
    if not marks or not warp.nodes:
        return tuple(marks)
    where = _where(warp, *(np.arange(0, side + _GLANCE, _GLANCE) for side in (width, height)))
    found = ((mark, _box_under(where, mark.box)) for mark in marks)
    return tuple(replace(mark, box=box) for mark, box in found if box is not None)


def _box_under(where: NDArray[np.float32], box: Box) -> Box | None:
    """The box of the points that lie in a box on the scan; None where it was cut off with the page's edge."""
    x, y = where[..., 0], where[..., 1]
    rows, columns = np.nonzero((x >= box.x0) & (x <= box.x1) & (y >= box.y0) & (y <= box.y1))
    if not len(rows):
        return None
    edges = (columns.min(), rows.min(), columns.max(), rows.max())
    x0, y0, x1, y1 = (float(edge) * _GLANCE for edge in edges)
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def _where(warp: Warp, xs: NDArray[np.int_], ys: NDArray[np.int_]) -> NDArray[np.float32]:
    """The scan's x and y under all points with these coordinates. (OpenCV's remap would round to 1/32 of a step.)"""
    grid = _grid(warp)
    down, across = _shares(ys / warp.step, grid.shape[0]), _shares(xs / warp.step, grid.shape[1])
    return np.stack([down @ grid[..., axis] @ across.T for axis in (0, 1)], axis=-1).astype(np.float32)


def _shares(places: NDArray[np.float64], nodes: int) -> NDArray[np.float64]:
    """Places x nodes: what every node counts at a place, in units of the step."""
    first = np.clip(places.astype(int), 0, nodes - 2)
    shares = np.zeros((len(places), nodes))
    rows = np.arange(len(places))
    shares[rows, first], shares[rows, first + 1] = first + 1 - places, places - first
    return shares


def _grid(warp: Warp) -> Grid:
    return np.frombuffer(warp.nodes, np.float32).astype(np.float64).reshape(-1, warp.columns, 2)


def _to_warp(grid: Grid, step: float) -> Warp:
    return Warp(step=float(step), columns=grid.shape[1], nodes=np.round(grid, 1).astype(np.float32).tobytes())


def _coarser(fine: Grid, times: int) -> Grid:
    return _coarser_rows(_coarser_rows(fine, times).swapaxes(0, 1), times).swapaxes(0, 1)


def _coarser_rows(fine: Grid, times: int) -> Grid:
    """Every row at the coarse step; the last lies beyond the page, in line with the one before and the page's last."""
    last = len(fine) - 1
    count = max(2, math.ceil(last / times) + 1)
    kept = fine[: (count - 1) * times : times]
    before = (count - 2) * times
    beyond = fine[before] + (fine[last] - fine[before]) * (times / max(1, last - before))
    return np.concatenate([kept, beyond[None]])


def _miss(coarse: Grid, fine: Grid, times: int) -> float:
    """The farthest that the coarse mesh leads from the fine one, at its nodes."""
    down, across = (_shares(np.arange(n) / times, m) for n, m in zip(fine.shape[:2], coarse.shape[:2], strict=True))
    led = np.stack([down @ coarse[..., axis] @ across.T for axis in (0, 1)], axis=-1)
    return float(np.abs(led - fine).max())
