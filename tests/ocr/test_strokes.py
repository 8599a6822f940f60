from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from ocr.ink import Mask
from ocr.strokes import (
    Stroke,
    mask_to_strokes,
    short_uprights,
    strokes_to_rules,
    stubs,
    without_strokes,
)

SIZE = (1754, 1240)
YS, XS = (200, 300, 420, 700), (150, 500, 900, 1100)


def blank() -> Mask:
    return np.zeros(SIZE, np.uint8)


def across(mask: Mask, y: int, x0: int, x1: int, *, thickness: int = 2) -> Mask:
    mask[y : y + thickness, x0:x1] = 255
    return mask


def down(mask: Mask, x: int, y0: int, y1: int, *, thickness: int = 2) -> Mask:
    mask[y0:y1, x : x + thickness] = 255
    return mask


def grid() -> Mask:
    mask = blank()
    for y in YS:
        across(mask, y, XS[0], XS[-1])
    for x in XS:
        down(mask, x, YS[0], YS[-1])
    return mask


def written(mask: Mask, texts: Sequence[tuple[str, int, int]], size: int = 32) -> Mask:
    """A mask with lines of Chinese text, each with the left end of its foot line."""
    gray = cv2.bitwise_not(mask)
    font = cv2.FontFace("uni")
    for text, x, y in texts:
        cv2.putText(gray, text, (x, y), (0, 0, 0), font, size)
    return np.where(gray < 128, np.uint8(255), np.uint8(0))


def places(strokes: Sequence[Stroke]) -> list[float]:
    return sorted(float(np.median(stroke.across)) for stroke in strokes)


@pytest.mark.parametrize("level", [True, False])
def test_the_strokes_of_a_grid_are_found_where_they_are(level: bool) -> None:
    strokes = mask_to_strokes(grid(), level=level)
    own, other = (YS, XS) if level else (XS, YS)
    assert places(strokes) == pytest.approx([place + 0.5 for place in own], abs=2)
    for stroke in strokes:
        assert stroke.along[0] == pytest.approx(other[0], abs=8) and stroke.along[-1] == pytest.approx(other[-1], abs=8)


def test_text_does_not_hide_a_grid_and_gives_no_strokes_of_its_own() -> None:
    texts = [("项目绩效目标自评表", x + 20, y + 60) for y in YS[:3] for x in (150, 500)]
    mask = written(grid(), texts)
    assert places(mask_to_strokes(mask, level=True)) == pytest.approx([y + 0.5 for y in YS], abs=2)
    assert places(mask_to_strokes(mask, level=False)) == pytest.approx([x + 0.5 for x in XS], abs=2)


@pytest.mark.parametrize("apart", [6, 12, 300])
def test_strokes_far_apart_and_close_together_stay_two(apart: int) -> None:
    mask = across(across(blank(), 300, 150, 900), 300 + apart, 150, 900)
    strokes = sorted(mask_to_strokes(mask, level=True), key=lambda stroke: float(stroke.across[0]))
    assert places(strokes) == pytest.approx([300.5, 300.5 + apart], abs=1)


def test_text_alone_gives_no_strokes() -> None:
    lines = [("一二三工程项目王田日目口中十干土士上下止正", 100, 200 + 60 * line) for line in range(12)]
    mask = written(blank(), lines)
    assert cv2.countNonZero(mask) > 20_000
    assert mask_to_strokes(mask, level=True) == () and mask_to_strokes(mask, level=False) == ()


def test_a_line_with_gaps_is_one_stroke() -> None:
    mask = across(blank(), 400, 150, 1100)
    for x in range(200, 1100, 60):
        mask[:, x : x + 6] = 0
    (stroke,) = mask_to_strokes(mask, level=True)
    assert stroke.along[0] == pytest.approx(150, abs=8) and stroke.along[-1] == pytest.approx(1100, abs=8)
    assert places([stroke]) == pytest.approx([400.5], abs=1)


def test_a_wide_opening_parts_two_strokes() -> None:
    mask = across(blank(), 400, 150, 1100)
    mask[:, 500:600] = 0
    first, second = sorted(mask_to_strokes(mask, level=True), key=lambda stroke: float(stroke.along[0]))
    assert first.along[-1] == pytest.approx(500, abs=8) and second.along[0] == pytest.approx(600, abs=8)


def test_a_bent_line_is_one_stroke_along_its_curve() -> None:
    mask = blank()
    xs = np.arange(100, 1141)
    ys = 400 + 10 * np.sin((xs - 100) / 1040 * np.pi)
    cv2.polylines(mask, [np.stack([xs, ys], axis=-1).round().astype(np.int32)], isClosed=False, color=255, thickness=2)
    strokes = mask_to_strokes(mask, level=True)
    along = np.concatenate([stroke.along for stroke in strokes])
    height = np.concatenate([stroke.across for stroke in strokes])
    assert along.min() < 120 and along.max() > 1120
    assert np.abs(height - np.interp(along, xs, ys)).max() < 3


def test_a_bar_and_a_short_dash_are_no_strokes() -> None:
    mask = across(across(blank(), 300, 150, 1100, thickness=40), 900, 150, 175)
    assert mask_to_strokes(mask, level=True) == ()


def test_strokes_are_painted_over_and_text_stays() -> None:
    lined = grid()
    mask = written(lined, [("自评得分", 560, 380)])
    level, upright = mask_to_strokes(mask, level=True), mask_to_strokes(mask, level=False)
    text = without_strokes(without_strokes(mask, level, level=True, width=8), upright, level=False, width=8)
    assert np.array_equal(text, cv2.subtract(mask, lined))
    assert cv2.countNonZero(text) > 500 and mask[YS[0], 600] == 255  # the mask that was handed in is left alone


def test_rules_lie_on_their_strokes() -> None:
    upright = strokes_to_rules(mask_to_strokes(down(blank(), 500, 200, 700), level=False), level=False)
    level = strokes_to_rules(mask_to_strokes(across(blank(), 300, 150, 900), level=True), level=True)
    (one,), (other,) = upright, level
    assert not one.is_level and other.is_level
    assert one.x0 == one.x1 == pytest.approx(500.5, abs=1) and other.y0 == other.y1 == pytest.approx(300.5, abs=1)


def low_row() -> Mask:
    """Two level lines 26 pixels apart, the height of one line of small print."""
    return across(across(blank(), 300, 150, 1100), 326, 150, 1100)


def test_a_short_upright_between_two_level_lines_is_found() -> None:
    mask = down(low_row(), 600, 300, 328)
    assert mask_to_strokes(mask, level=False) == ()
    (stroke,) = short_uprights(mask, mask_to_strokes(mask, level=True))
    assert places([stroke]) == pytest.approx([600.5], abs=1.5)
    assert tuple(stroke.along) == pytest.approx((300, 328), abs=4)


def test_a_short_upright_that_runs_through_thick_lines_is_found() -> None:
    thick = across(across(blank(), 300, 150, 1100, thickness=9), 340, 150, 1100, thickness=9)
    level = mask_to_strokes(thick, level=True)
    assert len(short_uprights(down(thick, 600, 294, 347), level)) == 1


@pytest.mark.parametrize(("y0", "y1"), [(300, 318), (310, 328), (500, 528)])
def test_a_short_upright_that_does_not_reach_both_lines_is_none(y0: int, y1: int) -> None:
    mask = down(low_row(), 600, y0, y1)
    assert short_uprights(mask, mask_to_strokes(low_row(), level=True)) == ()


def test_short_uprights_on_a_page_without_level_lines_are_none() -> None:
    assert short_uprights(down(blank(), 600, 300, 328), ()) == ()


def test_text_in_a_low_row_gives_no_uprights() -> None:
    mask = written(low_row(), [("1中2年3丨4", 500, 322)], size=16)
    assert short_uprights(mask, mask_to_strokes(low_row(), level=True)) == ()


@pytest.mark.parametrize("level", [True, False])
def test_pieces_of_a_faded_line_on_its_course_are_kept(level: bool) -> None:
    mask = across(blank(), 400, 150, 600)
    across(across(mask, 400, 700, 716), 440, 800, 816)  # one on the course, one below it
    page = mask if level else np.ascontiguousarray(mask.T)
    (stub,) = stubs(page, mask_to_strokes(page, level=level), level=level)
    assert tuple(stub.along) == pytest.approx((700, 716), abs=1) and places([stub]) == pytest.approx([400.5], abs=1)


def test_a_piece_with_ink_beside_it_belongs_to_a_character() -> None:
    mask = across(across(blank(), 400, 150, 600), 400, 700, 716)
    down(mask, 708, 390, 412, thickness=4)
    assert stubs(mask, mask_to_strokes(across(blank(), 400, 150, 600), level=True), level=True) == ()
    assert stubs(mask, (), level=True) == ()


@pytest.mark.parametrize("away", [5, 8, 20])
def test_a_tall_piece_is_no_stub_wherever_the_rows_that_are_looked_at_end(away: int) -> None:
    mask = across(blank(), 400, 150, 600)
    mask[400 + away : 430 + away, 700:716] = 255
    assert stubs(mask, mask_to_strokes(mask, level=True), level=True) == ()
