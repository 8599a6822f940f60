"""A page that cannot be read is shown as far as anything of it is there."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageFile

from ocr.picture import page_to_picture
from ocr.sheet import Pixels
from tests.ocr.pdf import page_pdf, text

FORM = "项目名称农村公路养护费"


def noise(size: tuple[int, int] = (600, 400)) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 200, (size[1], size[0], 3), dtype=np.uint8))


def saved(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def shown(contents: list[bytes], number: int = 1) -> Pixels:
    pixels = page_to_picture(contents, number, name="表")
    assert pixels is not None and pixels.dtype == np.uint8 and pixels.shape[2] == 3
    return pixels


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_half_an_image_is_shown_as_far_as_it_goes(kind: str) -> None:
    content = saved(noise(), kind)
    pixels = shown([content[: len(content) // 2]])
    assert pixels.shape == (400, 600, 3)
    assert pixels[:100].std() > 20 and pixels[350:].std() < 1
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_a_page_of_a_pdf_is_shown_at_200_dpi() -> None:
    assert shown([page_pdf("", text(FORM, 50, 700))], 2).shape == (2339, 1653, 3)


def test_pages_are_found_over_all_files() -> None:
    contents = [page_pdf("", ""), saved(noise(), "PNG"), b"nothing at all", saved(noise((300, 700)), "PNG")]
    assert shown(contents, 3).shape == (400, 600, 3)
    assert page_to_picture(contents, 4, name="表") is None
    assert shown(contents, 5).shape == (700, 300, 3)
    assert page_to_picture(contents, 6, name="表") is None


def test_a_huge_picture_is_shown_small() -> None:
    assert max(shown([saved(Image.new("L", (9000, 4000), 255), "PNG")]).shape) == 3000


@pytest.mark.parametrize("content", [b"%PDF-1.7\n" + b"\0" * 500, b"\x89PNG\r\n\x1a\nnot a picture", b""])
def test_where_nothing_is_there_nothing_is_shown(content: bytes) -> None:
    assert page_to_picture([content], 1, name="表") is None
