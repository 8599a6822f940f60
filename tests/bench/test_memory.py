"""Long documents are made of the pages of others, and read in a process of their own."""

from __future__ import annotations

import io
from pathlib import Path

import pypdf
import pytest
from PIL import Image

from bench.memory import files_to_document, main, measure
from tests.fuhe.paper import FORM, TITLE, pdf_page
from tests.ocr.pdf import page_pdf


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    pdf, scan = tmp_path / "表.pdf", tmp_path / "扫描.jpg"
    pdf.write_bytes(page_pdf(pdf_page(FORM, title=TITLE), pdf_page(FORM)))
    Image.new("L", (413, 585), 255).save(scan)
    return [pdf, scan]


def test_pages_come_over_and_over_in_their_order(files: list[Path]) -> None:
    pages = pypdf.PdfReader(io.BytesIO(files_to_document(files, 7))).pages
    assert len(pages) == 7
    assert ["/XObject" in str(page["/Resources"].get_object()) for page in pages] == [False, False, True] * 2 + [False]


def test_a_repeated_picture_is_stored_once(files: list[Path]) -> None:
    assert len(files_to_document(files[1:], 50)) < 50 * 1000 + len(files_to_document(files[1:], 1))


@pytest.mark.slow
def test_what_is_measured_is_the_command_with_all_its_outputs(files: list[Path]) -> None:
    one = measure(files[:1], 3)
    assert (one.pages, one.words) == (3, 9 + 8 + 9)
    assert one.seconds > 0 and 20 < one.peak_mb < 1200


@pytest.mark.slow
def test_growth_within_bounds_ends_with_0(files: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(files[0]), "--pages", "2", "4"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["pages", "2", "4"]
