"""The way back to the scan keeps its place with few nodes, and pictures and marks follow it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.page import NO_WARP, Mark, Warp
from domain.source import Box
from ocr.warps import affine_to_warp, marks_to_upright, pixels_to_upright, thinned

WIDTH, HEIGHT, STEP = 1654, 2339, 32


def mesh(bend: float, lean: float, shift: float) -> Warp:
    """A page that leans and bends like a curled sheet, as a fine mesh."""
    xs, ys = np.meshgrid(np.arange(0, WIDTH + STEP, STEP, dtype=float), np.arange(0, HEIGHT + STEP, STEP, dtype=float))
    u, v = xs / WIDTH - 0.5, ys / HEIGHT - 0.5
    at_x = xs + lean * ys + shift + bend * v * v
    at_y = ys - lean * xs - shift + bend * (u * u + 0.3 * u * v)
    points = np.round(np.stack([at_x, at_y], axis=-1).reshape(-1, 2), 1)
    return Warp.through(points.tolist(), step=STEP, columns=xs.shape[1])


places = st.tuples(st.floats(0, WIDTH - 1), st.floats(0, HEIGHT - 1))


@given(st.floats(-80, 80), st.floats(-0.25, 0.25), st.floats(-300, 300), places)
def test_fewer_nodes_lead_to_the_same_pixel(bend: float, lean: float, shift: float, place: tuple[float, float]) -> None:
    fine = mesh(bend, lean, shift)
    coarse = thinned(fine)
    assert len(coarse.points) < len(fine.points)
    assert coarse.to_scan(*place) == pytest.approx(fine.to_scan(*place), abs=1.3)


@given(st.floats(-0.25, 0.25), st.floats(-300, 300))
def test_a_page_that_only_leans_needs_four_nodes(lean: float, shift: float) -> None:
    assert len(thinned(mesh(0, lean, shift)).points) == 4


def test_what_needs_no_way_stays_without_one() -> None:
    assert thinned(NO_WARP) == NO_WARP
    assert NO_WARP.to_scan(3.5, 7.25) == (3.5, 7.25)
    box = Box(x0=1, y0=2, x1=3, y1=4)
    assert NO_WARP.box_to_scan(box) == box


def test_a_wild_mesh_is_left_as_it_is() -> None:
    wild = Warp.through(((n * 7919 % 997, n * 104729 % 991) for n in range(64)), step=32, columns=8)
    assert thinned(wild) == wild


@given(places, st.sampled_from([(1, 0, 0, 1, 0, 0), (0, 1, -1, 0, HEIGHT, 0), (-1, 0, 0, -1, WIDTH, HEIGHT)]))
def test_an_affine_way_is_exact(place: tuple[float, float], affine: tuple[float, ...]) -> None:
    a, b, c, d, e, f = affine
    x, y = place
    warp = affine_to_warp((a, b, c, d, e, f), WIDTH, HEIGHT)
    assert warp.to_scan(x, y) == pytest.approx((a * x + c * y + e, b * x + d * y + f), abs=1e-6)


def test_a_box_covers_all_of_its_bent_image() -> None:
    warp = mesh(60, 0.05, 0)
    box = Box(x0=200, y0=300, x1=1400, y1=360)
    covered = warp.box_to_scan(box)
    for x in range(200, 1401, 100):
        for y in (300, 330, 360):
            at_x, at_y = warp.to_scan(x, y)
            assert covered.x0 - 1 <= at_x <= covered.x1 + 1 and covered.y0 - 1 <= at_y <= covered.y1 + 1


def scan_of(warp: Warp, dots: list[tuple[int, int]]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A scan with a dot where each of these points of the upright page lies on it."""
    pixels = np.full((2900, 2300, 3), 255, np.uint8)
    for x, y in dots:
        at_x, at_y = warp.to_scan(x, y)
        cv2.circle(pixels, (round(at_x), round(at_y)), 9, (0, 0, 0), -1)
    return pixels


@pytest.mark.parametrize("bend", [0.0, 70.0])
def test_the_upright_picture_shows_every_point_where_the_page_has_it(bend: float) -> None:
    warp = thinned(mesh(bend, 0.06, 0))
    dots = [(100, 100), (800, 1200), (1500, 2200)]
    upright = pixels_to_upright(scan_of(warp, dots), warp, width=WIDTH, height=HEIGHT)
    assert upright.shape == (HEIGHT, WIDTH, 3)
    for x, y in dots:
        assert upright[y - 4 : y + 5, x - 4 : x + 5].max() < 60
    assert (upright[..., 0] < 60).sum() < 3 * 400


def test_beyond_the_scan_is_white_paper() -> None:
    warp = affine_to_warp((1, 0, 0, 1, -50, -50), 100, 100)
    upright = pixels_to_upright(np.zeros((40, 40, 3), np.uint8), warp, width=100, height=100)
    assert upright[:45].min() == 255 and upright[60, 60].max() == 0


@given(st.integers(100, 1300), st.integers(100, 2000), st.floats(-70, 70))
def test_marks_follow_the_page(x: int, y: int, bend: float) -> None:
    warp = thinned(mesh(bend, 0.04, 150))
    seal = Mark(kind="red", box=warp.box_to_scan(Box(x0=x, y0=y, x1=x + 200, y1=y + 200)))
    (mark,) = marks_to_upright([seal], warp, width=WIDTH, height=HEIGHT)
    corners = (mark.box.x0, mark.box.y0, mark.box.x1, mark.box.y1)
    assert mark.kind == "red"
    assert corners == pytest.approx((x, y, x + 200, y + 200), abs=24)  # a leaning square's box is larger than itself


def test_a_mark_beyond_the_edge_of_the_page_is_none_of_its_own() -> None:
    warp = affine_to_warp((1, 0, 0, 1, 0, 0), 100, 100)
    assert marks_to_upright([Mark(kind="red", box=Box(x0=500, y0=0, x1=600, y1=90))], warp, width=100, height=100) == ()
