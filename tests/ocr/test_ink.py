from __future__ import annotations

from typing import TypeAlias

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocr.ink import even_light, lone_specks, patches, pixels_to_ink, pixels_to_marks
from ocr.sheet import Pixels

Where: TypeAlias = NDArray[np.bool_]

RED, BLUE = (215, 70, 70), (60, 80, 200)
RED_ON_BLACK = (110, 20, 20)  # a stamp's ink over a stroke


def paper(height: int = 800, width: int = 600, shade: int = 255) -> Pixels:
    return np.full((height, width, 3), shade, np.uint8)


def strokes(pixels: Pixels, colour: tuple[int, int, int] = (30, 30, 30)) -> Pixels:
    """Upright strokes six pixels wide, forty apart, from y = 200 to 600."""
    for x in range(100, 520, 40):
        cv2.rectangle(pixels, (x, 200), (x + 5, 600), colour, -1)
    return pixels


def shadow(pixels: Pixels) -> Pixels:
    """Light that falls to two fifths from the left to the right."""
    light = np.linspace(1.0, 0.4, pixels.shape[1])[None, :, None]
    return (pixels * light).astype(np.uint8)


def test_even_light_removes_a_shadow_and_keeps_the_strokes() -> None:
    dim = shadow(strokes(paper()))
    assert dim[100, 590].max() < 110
    gray = even_light(dim[..., 0])
    away = cv2.dilate((strokes(paper())[..., 0] < 128).astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
    assert gray[away].min() >= 225 and gray[away].mean() > 240
    assert max(int(gray[400, x + 3]) for x in range(100, 520, 40)) < 60


def test_a_shadow_leaves_the_mask_as_it_is() -> None:
    even, uneven = pixels_to_ink(strokes(paper())).mask, pixels_to_ink(shadow(strokes(paper()))).mask
    assert np.array_equal(even > 0, strokes(paper())[..., 0] < 128)
    assert np.array_equal(even, uneven)


@pytest.mark.parametrize("shade", [255, 200, 140])
def test_dark_paper_is_white_paper(shade: int) -> None:
    ink = pixels_to_ink(strokes(paper(shade=shade)))
    assert ink.gray[50:150].min() >= 250
    assert ink.mask[400, 103] == 255 and ink.mask[400, 120] == 0


@pytest.mark.parametrize("shade", [255, 128])
def test_blank_paper_has_no_ink(shade: int) -> None:
    assert cv2.countNonZero(pixels_to_ink(paper(shade=shade)).mask) == 0


def test_the_grain_of_the_paper_is_no_ink() -> None:
    noise = np.random.default_rng(1).integers(-12, 1, (800, 600, 1))
    grainy = np.clip(strokes(paper()).astype(int) + noise, 0, 255).astype(np.uint8)
    mask = pixels_to_ink(grainy).mask
    assert cv2.countNonZero(mask[:190]) == 0 and mask[400, 103] == 255


def stamped(colour: tuple[int, int, int], on_black: tuple[int, int, int]) -> tuple[Pixels, Where, Where]:
    """Strokes under a ring of coloured ink, blurred as by a lens; with the places of the strokes and of the ring."""
    black = strokes(paper())[..., 0] < 128
    ring = np.zeros((800, 600), np.uint8)
    cv2.circle(ring, (300, 400), 110, 255, 12)
    pixels = strokes(paper())
    pixels[ring > 0] = colour
    pixels[(ring > 0) & black] = on_black
    return cv2.GaussianBlur(pixels, (0, 0), 0.7), black, ring > 0


@pytest.mark.parametrize(
    ("colour", "on_black"), [(RED, RED_ON_BLACK), (RED, (30, 25, 25)), (BLUE, (20, 25, 90)), (BLUE, (25, 25, 30))]
)
def test_a_stamp_is_bleached_and_black_strokes_below_it_stay(
    colour: tuple[int, int, int], on_black: tuple[int, int, int]
) -> None:
    pixels, black, ring = stamped(colour, on_black)
    ink = pixels_to_ink(pixels)
    beside = cv2.dilate(black.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0
    assert (ink.mask[ring & beside] == 0).all() and ink.gray[ring & beside].min() >= 230
    around = cv2.dilate(ring.astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    assert (ink.mask[around & beside] == 0).all()  # its blurred rim goes with it
    core = cv2.erode(black.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert (ink.mask[core & ~around] == 255).all()
    assert (ink.mask[core & ring] == 255).mean() > 0.95


def test_marks_are_found_with_their_boxes() -> None:
    pixels = strokes(paper(1000, 800))
    cv2.circle(pixels, (300, 400), 80, RED, 10)
    cv2.rectangle(pixels, (560, 760), (700, 820), BLUE, -1)
    marks = {mark.kind: mark.box for mark in pixels_to_marks(pixels)}
    assert set(marks) == {"red", "blue"} and len(pixels_to_marks(pixels)) == 2
    red, blue = marks["red"], marks["blue"]
    assert (red.x0, red.y0, red.x1, red.y1) == pytest.approx((215, 315, 386, 486), abs=8)
    assert (blue.x0, blue.y0, blue.x1, blue.y1) == pytest.approx((560, 760, 701, 821), abs=8)


def test_black_ink_a_red_speck_and_red_paper_are_no_marks() -> None:
    speckled = strokes(paper(1000, 800))
    cv2.circle(speckled, (650, 100), 4, RED, -1)
    red_paper = paper(1000, 800)
    red_paper[:] = RED
    assert pixels_to_marks(speckled) == () and pixels_to_marks(red_paper) == ()


def speckled() -> Pixels:
    """Digits with a decimal point twelve pixels beside them, and a speck of the same size far from all."""
    pixels = paper()
    cv2.rectangle(pixels, (100, 100), (112, 128), (20, 20, 20), -1)
    cv2.rectangle(pixels, (120, 125), (123, 128), (20, 20, 20), -1)
    cv2.rectangle(pixels, (400, 500), (403, 503), (20, 20, 20), -1)
    return pixels


def test_a_lone_speck_goes_and_a_decimal_point_stays() -> None:
    ink = pixels_to_ink(speckled())
    assert ink.mask[126, 121] == 255 and ink.gray[126, 121] < 60
    assert ink.mask[501, 401] == 0 and ink.gray[501, 401] == 255


def test_specks_far_from_strokes_are_told_and_nothing_else() -> None:
    mask = np.where(speckled()[..., 0] < 128, np.uint8(255), np.uint8(0))
    dust = lone_specks(mask)
    assert (dust[500:504, 400:404] == 255).all() and cv2.countNonZero(dust) == 16


def test_specks_do_not_hold_one_another() -> None:
    mask = np.zeros((300, 300), np.uint8)
    mask[100:103, 100:103] = mask[100:103, 108:111] = 255
    assert np.array_equal(lone_specks(mask), mask)


def test_a_thin_grey_stroke_beside_black_ones_is_kept() -> None:
    pixels = strokes(paper())
    pixels[700:703, 100:500] = 110
    soft = cv2.GaussianBlur(pixels, (0, 0), 1)
    assert soft[701, 300].max() > 120
    assert (pixels_to_ink(soft).mask[701, 110:490] == 255).all()


def test_strokes_that_a_fax_broke_to_pieces_are_no_dust() -> None:
    mask = np.zeros((300, 300), np.uint8)
    for x in range(100, 200, 9):  # every piece is smaller than a speck may be
        mask[100:103, x : x + 5] = 255
    assert not lone_specks(mask).any()


def test_patches_are_means_from_the_upper_left_and_the_last_are_filled_up() -> None:
    image = np.arange(5 * 7, dtype=np.uint8).reshape(5, 7)
    found = patches(image, 4)
    assert found.shape == (2, 2)
    assert found[0, 0] == round(float(image[:4, :4].mean()))
    assert found[1, 1] == round(float(image[4:, 4:].mean() + 0.25))  # the last column counts twice
    assert patches(np.full((3, 2), 9, np.uint8), 8).tolist() == [[9]]


@pytest.mark.parametrize("size", [(801, 601), (800, 600)])
def test_specks_at_the_edges_of_a_page_of_odd_sides_are_told(size: tuple[int, int]) -> None:
    mask = np.zeros(size, np.uint8)
    mask[-1, -1] = mask[0, 0] = 255
    assert np.array_equal(lone_specks(mask), mask)


@pytest.mark.parametrize(("count", "is_dust"), [(20, True), (21, False)])
def test_dust_is_counted_to_the_pixel(count: int, is_dust: bool) -> None:
    mask = np.zeros((300, 300), np.uint8)
    for place in range(count):
        mask[100 + 6 * (place // 5), 100 + 6 * (place % 5)] = 255
    assert lone_specks(mask).any() == is_dust


@pytest.mark.parametrize("side", [(12, 1), (1, 9)])
def test_a_lone_1_or_dash_of_thin_print_is_no_dust(side: tuple[int, int]) -> None:
    mask = np.zeros((300, 300), np.uint8)
    mask[100 : 100 + side[0], 100 : 100 + side[1]] = 255
    assert not lone_specks(mask).any()


@pytest.mark.parametrize(
    "fill", [(255, 255, 0), (255, 192, 0), (0, 255, 0), (0, 176, 240), (255, 0, 0), (255, 242, 204)]
)
def test_black_text_on_a_field_of_any_colour_is_ink_and_the_field_is_none(fill: tuple[int, int, int]) -> None:
    pixels = paper()
    pixels[150:650] = fill
    black = strokes(paper())[..., 0] < 128
    pixels[black] = 30
    mask = pixels_to_ink(pixels).mask
    assert (mask[black] == 255).mean() > 0.95
    assert (mask[~cv2.dilate(black.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)] == 0).mean() > 0.99
