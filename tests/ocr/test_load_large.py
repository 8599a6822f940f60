"""Large images lose no character: long strips are cut between lines, and what would be illegible is refused."""

from __future__ import annotations

import io
from itertools import pairwise

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr.load import count_pages, files_to_sheets
from ocr.load_large import is_strip, is_too_fine, strip_to_count, strip_to_pieces
from ocr.sheet import Pixels, Sheet, Spoilt


def png(pixels: Pixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def ruled(width: int, height: int, *, row: int = 60) -> Pixels:
    """A table over all of a strip: a ruling line of three pixels every ``row``, and text between."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    for y in range(0, height, row):
        pixels[y : y + 3, 20:-20] = 0
        pixels[y + 20 : y + 44, 60:200:8] = 0
    pixels[:, [20, width - 21]] = 0
    return pixels


def written(width: int, height: int, *, row: int = 60) -> Pixels:
    """Lines of text without rules."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    for y in range(10, height - row, row):
        pixels[y : y + 30, 60:400:8] = 0
    return pixels


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(1080, 30_000, True), (1080, 5001, True), (1080, 5000, False), (3000, 7000, False), (30_000, 1080, False)],
)
def test_long_and_narrow_upright_images_are_strips(width: int, height: int, expected: bool) -> None:
    assert is_strip(width, height) is expected


@pytest.mark.parametrize("draw", [ruled, written])
def test_a_strip_is_cut_into_pages_that_hold_all_of_it(draw: type) -> None:
    pixels = draw(700, 9000)
    count = strip_to_count(700, 9000)
    pieces = list(strip_to_pieces(pixels, count))
    assert len(pieces) == count == 8
    assert pieces[0][0] == 0 and pieces[-1][1] == 9000
    for (_, end), (begin, _) in pairwise(pieces):
        assert 0 <= end - begin <= 12
    assert all(600 < end - begin < 1900 for begin, end in pieces)


def test_a_cut_goes_through_a_ruling_line_and_leaves_it_to_both() -> None:
    for (_, end), (begin, _) in pairwise(strip_to_pieces(ruled(700, 9000), 8)):
        assert (begin % 60, end % 60) == (0, 3)


def test_without_lines_a_cut_goes_between_two_rows_of_text() -> None:
    pixels = written(700, 9000)
    for (_, end), (begin, _) in pairwise(strip_to_pieces(pixels, 8)):
        assert begin == end and pixels[begin].min() == 255


def test_the_pages_of_a_strip_are_counted_and_numbered_as_they_are_cut() -> None:
    contents = [png(written(300, 400)), png(ruled(700, 9000)), png(written(300, 400))]
    sheets = [sheet for sheet in files_to_sheets(contents, name="长图.png") if isinstance(sheet, Sheet)]
    assert count_pages(contents, name="长图.png") == len(sheets) == 10
    assert [sheet.number for sheet in sheets] == list(range(1, 11))
    assert sheets[1].choice == "图片，识读像素（700×9000像素的长图分段识读，本页为第1至1143行）"
    assert all(sheet.width == 700 for sheet in sheets[1:9])


def test_a_strip_that_lies_on_its_side_by_its_exif_mark_is_turned_first() -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.ascontiguousarray(np.rot90(ruled(700, 9000)))).save(out, "JPEG", exif=exif)
    sheets = list(files_to_sheets([out.getvalue()], name="长图.jpg"))
    assert len(sheets) == 8 and all(isinstance(sheet, Sheet) and sheet.width == 700 for sheet in sheets)


def test_a_roll_of_fax_paper_is_cut_in_square_pixels() -> None:
    out = io.BytesIO()
    Image.fromarray(written(1728, 3000)).convert("1").save(out, "TIFF", dpi=(204, 98), compression="group4")
    sheets = [sheet for sheet in files_to_sheets([out.getvalue()], name="传真.tif") if isinstance(sheet, Sheet)]
    assert count_pages([out.getvalue()], name="传真.tif") == len(sheets) == 3
    assert sum(sheet.height for sheet in sheets) == pytest.approx(3000 * 204 / 98, abs=40)


def letters(size: int, *, side: int = 1500) -> Pixels:
    """A page of digits and letters so many pixels high."""
    image = Image.new("RGB", (side, side), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size)
    for y in range(0, side, 2 * size):
        draw.text((10, y), "0123456789 ABCDEFGH " * (side // size // 6), fill="black", font=font)
    return np.array(image)


@pytest.mark.parametrize(("size", "expected"), [(8, True), (11, True), (24, False), (40, False)])
def test_small_characters_are_known(size: int, expected: bool) -> None:
    assert is_too_fine(letters(size)) is expected


def test_white_paper_is_not_too_fine() -> None:
    assert not is_too_fine(np.full((400, 400, 3), 255, np.uint8))


def jpeg(pixels: Pixels, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.fromarray(cv2.resize(pixels, size)).save(out, "JPEG", quality=80)
    return out.getvalue()


def test_an_image_that_would_become_illegible_is_refused_with_the_reason() -> None:
    large, fine = jpeg(letters(60), (6000, 6000)), jpeg(letters(8), (7000, 7000))
    (sheet,) = files_to_sheets([large], name="大图.jpg")
    assert isinstance(sheet, Sheet) and "已缩小" in sheet.choice
    (spoilt,) = files_to_sheets([jpeg(letters(12, side=8000), (8000, 8000))], name="大图.jpg")
    assert isinstance(spoilt, Spoilt)
    assert "8000×8000像素" in spoilt.reason and "会丢字" in spoilt.reason and "_p1、_p2" in spoilt.reason
    assert isinstance(next(iter(files_to_sheets([fine], name="大图.jpg"))), Sheet)  # enlarged print stays legible


def test_a_wide_strip_of_small_print_is_refused_not_shrunk() -> None:
    wide = np.tile(letters(24, side=1000), (1, 30, 1))
    (spoilt,) = files_to_sheets([jpeg(wide, (30_000, 1000))], name="横幅.jpg")
    assert isinstance(spoilt, Spoilt) and "30000×1000像素" in spoilt.reason
