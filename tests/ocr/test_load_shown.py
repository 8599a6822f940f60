"""What a PDF page shows is what is read of it: notes, masks, clips, pictures beside text."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.load import files_to_sheets
from ocr.sheet import Spoilt
from tests.ocr.pdf import HELVETICA, page_pdf, stream, text
from tests.ocr.test_load_pdf import FORM, digits, grained, image_pdf, only, words_of

FULL = "q 595 0 0 842 0 0 cm /I Do Q "


def masked_pdf(size: tuple[int, int]) -> bytes:
    """A black image of this size, and a mask of 200 dpi in which the writing stands."""
    mask = Image.new("L", (1654, 2339))
    ImageDraw.Draw(mask).rectangle((800, 1200, 803, 1203), fill=255)
    head = "/Type /XObject /Subtype /Image /BitsPerComponent 8 /Filter /FlateDecode "
    across, down = size
    base = stream(
        zlib.compress(bytes(3 * across * down)),
        head + f"/Width {across} /Height {down} /ColorSpace /DeviceRGB /SMask 7 0 R",
    )
    fine = stream(zlib.compress(mask.tobytes()), head + "/Width 1654 /Height 2339 /ColorSpace /DeviceGray")
    return page_pdf(FULL, objects=[base, fine], use="/XObject << /I 6 0 R >>")


def test_a_note_without_a_picture_of_itself_is_read_as_it_shows() -> None:
    note = b"<< /Type /Annot /Subtype /FreeText /Contents (1234.56) /Rect [50 600 250 620] /F 4 /DA (/H 12 Tf 0 g) >>"
    assert "1234.56" in words_of(only(page_pdf(text(FORM, 50, 700), objects=[note], extra="/Annots [6 0 R]")))


@pytest.mark.parametrize("size", [(1, 1), (60, 84), (413, 585)])
def test_a_fine_mask_over_a_coarse_image_is_read_as_finely_as_it_shows(size: tuple[int, int]) -> None:
    sheet = only(masked_pdf(size))
    assert sheet.pixels is not None and sheet.pixels.shape == (2339, 1653, 3)
    assert (sheet.pixels[1201, 801] < 60).all() and (sheet.pixels[1230, 801] == 255).all()


def test_a_page_painted_by_an_image_of_one_pixel_is_empty_not_coarse() -> None:
    sheet = only(image_pdf(Image.new("RGB", (1, 1), "white"), FULL))
    assert sheet.pixels is not None and sheet.pixels.shape == (2339, 1653, 3) and (sheet.pixels == 255).all()


def test_a_coarse_scan_without_a_mask_keeps_its_pixels() -> None:
    sheet = only(image_pdf(grained((413, 585)), "q 589.3 0 0 836.7 3.1 2.9 cm /I Do Q"))
    assert np.array_equal(sheet.pixels, np.array(grained((413, 585))))  # type: ignore[arg-type]


def test_a_scan_too_coarse_to_read_is_still_refused() -> None:
    (page,) = files_to_sheets([image_pdf(grained((60, 84)), FULL)], name="表.pdf")
    assert isinstance(page, Spoilt) and "60×85像素" in page.reason


LETTER = "".join(text(FORM[line:], 50, 780 - 20 * line) for line in range(3))


def table(*, ink: int = 0, paper: int = 255) -> Image.Image:
    image = Image.new("RGB", (1040, 960), (paper,) * 3)
    for step in range(0, 960, 60):
        ImageDraw.Draw(image).line((0, step, 1040, step), fill=(ink,) * 3, width=3)
    return image


@pytest.mark.parametrize(
    ("picture", "matrix", "told"),
    [
        (table(), "520 0 0 480 40 60", "约有50%的面积是图片"),
        (table(), "120 0 0 120 40 60", ""),  # a seal, a logo
        (table(ink=200), "520 0 0 480 40 60", ""),  # a watermark
        (table(ink=40, paper=40), "520 0 0 480 40 60", ""),  # a band of colour
    ],
)
def test_a_picture_beside_text_is_told_where_it_may_hold_writing(picture: Image.Image, matrix: str, told: str) -> None:
    sheet = only(image_pdf(picture, LETTER + f"q {matrix} cm /I Do Q"))
    assert words_of(sheet) == [FORM, FORM[1:], FORM[2:]]
    assert told in sheet.doubt and bool(told) == bool(sheet.doubt)


def clipped(content: str, x: float, y: float, width: float, height: float) -> str:
    return f"q {x} {y} {width} {height} re W n {content} Q\n"


def test_text_that_runs_out_of_its_cell_is_read_as_far_as_the_cell_shows_it() -> None:
    long = clipped(digits("ROAD MAINTENANCE 2024 98.75 35.20", 55, 575), 50, 560, 100, 40)
    content = text(FORM, 50, 700) + long + clipped(digits("10", 230, 575), 150, 560, 100, 40)
    assert words_of(only(page_pdf(content))) == [FORM, "ROAD MAINTENANC", "10"]


def test_text_that_is_clipped_away_is_not_read() -> None:
    content = text(FORM, 50, 700) + clipped(digits("99.99", 100, 650), 0, 0, 1, 1)
    assert words_of(only(page_pdf(content))) == [FORM]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_tight_clip_takes_no_character_away(turn: int) -> None:
    content = text(FORM, 60, 700) + clipped(digits("2024 98.75", 100, 650), 100.5, 651, 49, 5)
    sheet = only(page_pdf(content, extra=f"/Rotate {turn} /CropBox [50 100 550 800]"))
    assert words_of(sheet) == [FORM, "2024 98.75"]


def test_clips_inside_a_form_lie_where_the_form_lies() -> None:
    inner = clipped(digits("98.75 35.20", 2, 5), 0, 0, 30, 20) + clipped(digits("1234", 2, 35), 0, 30, 50, 20)
    head = f"/Subtype /Form /BBox [0 0 99 99] /Matrix [2 0 0 2 0 0] /Resources << /Font << /H {HELVETICA} >> >>"
    content = text(FORM, 50, 700) + "q 1 0 0 1 200 300 cm /X Do Q"
    sheet = only(page_pdf(content, objects=[stream(inner.encode(), head)], use="/XObject << /X 6 0 R >>"))
    assert words_of(sheet) == [FORM, "98.75", "1234"]


def test_text_shown_in_two_parts_by_two_clips_is_read_whole() -> None:
    whole = digits("ROAD MAINTENANCE 2024 98.75 35.20", 55, 575)
    content = text(FORM, 50, 700) + clipped(whole, 50, 560, 100, 40) + clipped(whole, 150, 560, 200, 40)
    assert words_of(only(page_pdf(content))) == [FORM, "ROAD MAINTENANCE 2024 98.75 35.20"]
