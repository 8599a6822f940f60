from __future__ import annotations

import cv2
import numpy as np
import pytest

from domain.source import Box
from ocr.ink import Mask
from ocr.looselines import loose_lines
from ocr.textlines import ink_box, room_to_lines, usual_height, without_dust

USUAL = 28.0
ROOM = Box(x0=100, y0=100, x1=700, y1=400)


def blank() -> Mask:
    return np.zeros((600, 900), np.uint8)


def filled(mask: Mask, *blocks: tuple[int, int, int, int]) -> Mask:
    """A mask with blocks of ink (x0, y0, x1, y1)."""
    for x0, y0, x1, y1 in blocks:
        mask[y0:y1, x0:x1] = 255
    return mask


def text(mask: Mask, x: int, y: int, *, chars: int = 5) -> Mask:
    """A line of characters, 24 pixels wide each and 28 high, with 6 pixels between them."""
    return filled(mask, *((x + 30 * place, y, x + 30 * place + 24, y + 28) for place in range(chars)))


def corners(box: Box) -> tuple[float, float, float, float]:
    return (box.x0, box.y0, box.x1, box.y1)


def lines(mask: Mask) -> list[tuple[float, float, float, float]]:
    return [corners(box) for box in room_to_lines(mask, ROOM, USUAL)]


def test_two_lines_are_two_boxes_from_top_to_bottom() -> None:
    mask = text(text(blank(), 120, 180, chars=3), 120, 140)
    assert lines(mask) == [(120, 140, 264, 168), (120, 180, 204, 208)]


def test_a_blank_cell_and_dust_have_no_lines() -> None:
    assert lines(blank()) == [] and ink_box(blank(), ROOM) is None
    dust = filled(blank(), (200, 200, 203, 203))
    assert lines(dust) == [] and ink_box(dust, ROOM) is None


def test_flat_ink_along_the_border_is_none_and_a_dash_in_the_middle_is() -> None:
    assert lines(filled(blank(), (300, 104, 330, 107))) == []
    assert lines(filled(blank(), (300, 250, 330, 253))) == [(300, 250, 330, 253)]


def test_dust_a_little_larger_is_no_line() -> None:
    assert lines(filled(blank(), (200, 200, 204, 204))) == []


def test_ink_of_a_cells_border_is_none_of_its_text() -> None:
    mask = blank()
    cv2.rectangle(mask, (100, 100), (700, 400), 255, 3)
    assert lines(mask) == []
    assert lines(text(mask, 120, 140)) == [(120, 140, 264, 168)]


def test_a_cell_at_the_pages_edge_and_one_without_room_are_read() -> None:
    mask = text(blank(), 10, 10)
    assert [corners(box) for box in room_to_lines(mask, Box(x0=-4, y0=-4, x1=300, y1=90), USUAL)] == [(10, 10, 154, 38)]
    assert room_to_lines(mask, Box(x0=10, y0=10, x1=14, y1=14), USUAL) == ()


def test_the_gaps_of_one_character_part_no_line() -> None:
    three = filled(blank(), (120, 140, 144, 143), (122, 152, 142, 155), (118, 164, 146, 168))
    assert lines(three) == [(118, 140, 146, 168)]


def test_a_comma_below_the_line_belongs_to_it() -> None:
    assert lines(filled(text(blank(), 120, 140), (270, 170, 276, 174))) == [(120, 140, 276, 174)]


def test_lines_that_touch_are_parted() -> None:
    mask = text(text(blank(), 120, 140), 120, 172)
    filled(mask, (130, 168, 134, 172), (190, 168, 194, 172))  # strokes that run from one line into the next
    (_, top, _, cut), (_, again, _, bottom) = lines(mask)
    assert (top, bottom) == (140, 200) and cut == again and 166 <= cut <= 174


def test_three_lines_that_touch_are_three() -> None:
    mask = text(text(text(blank(), 120, 140), 120, 172), 120, 204)
    filled(mask, (130, 168, 134, 172), (190, 200, 194, 204))
    boxes = lines(mask)
    assert len(boxes) == 3
    assert [box[1] for box in boxes] == pytest.approx([140, 170, 202], abs=4)


def test_two_blocks_side_by_side_are_read_one_after_the_other() -> None:
    mask = text(text(blank(), 120, 140, chars=3), 120, 180, chars=3)
    text(text(mask, 400, 155, chars=4), 400, 195, chars=4)  # not level with the left block
    assert lines(mask) == [(120, 140, 204, 168), (120, 180, 204, 208), (400, 155, 514, 183), (400, 195, 514, 223)]


def test_a_narrow_gap_in_a_line_parts_nothing() -> None:
    assert lines(text(text(blank(), 120, 140, chars=2), 206, 140, chars=2)) == [(120, 140, 260, 168)]


def test_the_outline_of_a_cell_holds_all_its_lines() -> None:
    box = ink_box(text(text(blank(), 120, 140, chars=3), 150, 180), ROOM)
    assert box is not None and corners(box) == (120, 140, 294, 208)


def test_the_usual_height_is_that_of_most_lines() -> None:
    mask = filled(text(text(blank(), 120, 110), 120, 160), (120, 220, 300, 224), (120, 250, 200, 350))
    assert usual_height(mask, [ROOM]) == 28
    assert usual_height(blank(), [ROOM]) == USUAL and usual_height(blank(), []) == USUAL


def test_dust_goes_and_points_stay() -> None:
    mask = filled(blank(), (10, 10, 12, 12), (50, 50, 53, 53))
    assert np.array_equal(without_dust(mask), filled(blank(), (50, 50, 53, 53)))
    assert cv2.countNonZero(without_dust(blank())) == 0


def test_lines_outside_tables_are_found_in_their_order() -> None:
    mask = text(text(text(blank(), 300, 20, chars=8), 120, 430), 120, 200)
    upper, lower = (corners(box) for box in loose_lines(mask, [ROOM], USUAL))
    assert upper == pytest.approx((300, 20, 534, 48), abs=1) and lower == pytest.approx((120, 430, 264, 458), abs=1)


def test_the_frame_of_a_table_is_no_loose_line() -> None:
    mask = blank()
    cv2.rectangle(mask, (100, 100), (700, 400), 255, 3)
    assert loose_lines(mask, [ROOM], USUAL) == () and loose_lines(blank(), [], USUAL) == ()


def test_a_wide_gap_parts_loose_text_and_a_narrow_one_does_not() -> None:
    mask = text(text(text(blank(), 50, 20, chars=3), 154, 20, chars=3), 400, 20, chars=3)
    left, right = (corners(box) for box in loose_lines(mask, [], USUAL))
    assert left == pytest.approx((50, 20, 238, 48), abs=1) and right == pytest.approx((400, 20, 484, 48), abs=1)


def test_a_point_beside_a_loose_line_joins_it() -> None:
    (line,) = loose_lines(filled(text(blank(), 50, 20), (200, 38, 208, 48)), [], USUAL)
    assert corners(line) == pytest.approx((50, 20, 208, 48), abs=1)


def test_a_stamp_as_high_as_five_lines_is_no_loose_line() -> None:
    assert loose_lines(filled(blank(), (300, 20, 450, 170)), [], USUAL) == ()


def test_a_thin_1_that_is_all_a_cell_holds_is_a_line() -> None:
    assert lines(filled(blank(), (300, 240, 301, 256))) == [(300, 240, 301, 256)]


def test_an_upright_remnant_beside_the_border_or_beside_text_is_none() -> None:
    assert lines(filled(blank(), (104, 240, 105, 256))) == []
    assert lines(filled(text(blank(), 400, 240), (200, 240, 201, 256))) == lines(text(blank(), 400, 240))


def test_a_page_without_any_paper_has_no_lines_and_does_no_harm() -> None:
    stripes = np.zeros((420, 300), np.uint8)
    stripes[:, ::2] = 255
    loose_lines(stripes, (), USUAL)
