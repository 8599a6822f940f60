"""A PDF that lost a part of itself says so: blank pages are not taken for empty ones."""

from __future__ import annotations

import io
import re

import numpy as np
import pypdf
import pytest
from PIL import Image

from ocr.load import files_to_sheets
from ocr.load_damage import BROKEN_IMAGE, CUT_OFF, LOST_IMAGE, LOST_PAGE, has_lost_streams
from ocr.sheet import Sheet
from tests.ocr.pdf import page_pdf, stream, text

FORM = "项目名称农村公路养护费主管部门交通运输局年度资金总额"

FULL = "q 595 0 0 842 0 0 cm /I Do Q "
STRIPS = "q 595 0 0 421 0 421 cm /I Do Q q 595 0 0 421 0 0 cm /J Do Q "
NUMBER = "BT /H 12 Tf 280 20 Td (- 1 -) Tj ET "


def flate_pdf(*drawings: str) -> bytes:
    """Pages whose content is packed, as every program writes it."""
    out = io.BytesIO()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(page_pdf(*drawings)))
    for page in writer.pages:
        page.compress_content_streams()
    writer.write(out)
    return out.getvalue()


def doubts(content: bytes) -> list[str]:
    sheets = list(files_to_sheets([content], name="表.pdf"))
    assert all(isinstance(sheet, Sheet) for sheet in sheets)
    return [sheet.doubt for sheet in sheets if isinstance(sheet, Sheet)]


def without_tail(content: bytes) -> bytes:
    """A file whose directory stands before its pages, as one made for the web, cut off behind them."""
    trailer = re.search(rb"trailer.*?>>\n", content, re.S)
    assert trailer is not None
    return content[:9] + trailer[0] + content[9 : trailer.start()]


def test_a_whole_file_raises_no_doubt() -> None:
    assert doubts(page_pdf(text(FORM, 50, 700), "")) == ["", ""]


def test_an_empty_page_of_a_whole_file_is_simply_empty() -> None:
    assert doubts(page_pdf("", "q Q")) == ["", ""]
    assert not has_lost_streams(page_pdf("", "q Q"))


def test_a_file_without_its_end_is_doubted_on_its_last_page() -> None:
    assert doubts(without_tail(page_pdf(text(FORM, 50, 700), text(FORM, 50, 600)))) == ["", CUT_OFF]


def test_a_page_whose_content_was_cut_off_is_lost() -> None:
    whole = without_tail(page_pdf(text(FORM, 50, 700), text(FORM, 50, 600)))
    assert doubts(whole[: whole.index(b"9 0 obj")]) == ["", LOST_PAGE]


def test_content_that_is_not_in_the_file_is_missed() -> None:
    whole = page_pdf(text(FORM, 50, 700), text(FORM, 50, 600))
    assert has_lost_streams(whole.replace(b"/Contents 7 0 R", b"/Contents 99 0 R"))
    assert doubts(whole.replace(b"/Contents 7 0 R", b"/Contents 5000 0 R")) == [LOST_PAGE, ""]


def test_a_wrong_directory_alone_is_no_damage() -> None:
    assert doubts(page_pdf(text(FORM, 50, 700)).replace(b"startxref\n", b"startxref\n9")) == [""]


@pytest.mark.parametrize("kept", [0, 2])
def test_content_that_was_overwritten_is_missed(kept: int) -> None:
    whole = flate_pdf(text(FORM, 50, 700), text(FORM, 50, 600))
    assert doubts(whole) == ["", ""] and not has_lost_streams(whole)
    *_, last = re.finditer(rb"/FlateDecode.*?stream\n(.*?)\nendstream", whole, re.S)
    begin, end = last.span(1)
    damaged = whole[: begin + kept] + b"\0" * (end - begin - kept) + whole[end:]
    assert len(damaged) == len(whole) and has_lost_streams(damaged)
    assert doubts(damaged) == ["", LOST_PAGE]


def test_a_picture_that_cannot_be_unpacked_is_lost() -> None:
    image = b"\xff\xd8\xff\xe0" + b"\0" * 300
    picture = stream(
        image, "/Type /XObject /Subtype /Image /Width 800 /Height 1100 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        "/Filter /DCTDecode",
    )  # fmt: skip
    content = page_pdf("q 595 0 0 842 0 0 cm /I Do Q", objects=[picture], use="/XObject << /I 6 0 R >>")
    assert doubts(content) == [LOST_IMAGE]


def jpeg(size: tuple[int, int] = (827, 1169)) -> bytes:
    """Paper with its grain."""
    out = io.BytesIO()
    shades = np.random.default_rng(7).integers(200, 256, (size[1], size[0]), dtype=np.uint8)
    Image.fromarray(shades).save(out, "JPEG")
    return out.getvalue()


def jpeg_pdf(content: str, *images: bytes) -> bytes:
    head = "/Type /XObject /Subtype /Image /Width 827 /Height 1169 /ColorSpace /DeviceGray /BitsPerComponent 8 "
    objects = [stream(image, head + "/Filter /DCTDecode") for image in images]
    return page_pdf(content, objects=objects, use="/XObject << /I 6 0 R /J 7 0 R >>")


@pytest.mark.parametrize(
    ("content", "images", "told"),
    [
        (FULL, [jpeg()], ""),
        (FULL, [jpeg() + b"\0" * 99], ""),  # what was written behind its end is no matter
        (FULL, [jpeg()[:-3000]], BROKEN_IMAGE),
        (FULL + NUMBER, [jpeg()], ""),
        (FULL + NUMBER, [b"\0" * 999 + jpeg()[999:]], BROKEN_IMAGE),
        (STRIPS, [jpeg(), jpeg()], ""),
        (STRIPS, [jpeg(), b"\0" * 999 + jpeg()[999:]], BROKEN_IMAGE),
    ],
)
def test_an_image_that_is_not_whole_is_told_whatever_else_the_page_shows(
    content: str, images: list[bytes], told: str
) -> None:
    assert doubts(jpeg_pdf(content, *images)) == [told]


def test_an_encrypted_file_is_not_taken_for_a_broken_one() -> None:
    assert not has_lost_streams(b"/Encrypt 9 0 R /Contents 7 0 R")
