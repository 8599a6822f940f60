"""pdfplumber's tables as HTML, with the spans of merged cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.peers import DIGITAL_PEERS, why_missing
from bench.plumber import NO_TABLE, pdf_to_html

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
(PLUMBER,) = DIGITAL_PEERS


@pytest.fixture(autouse=True)
def _installed() -> None:
    if why_missing(PLUMBER):
        pytest.skip(f"{PLUMBER.name} is optional and not installed")


@pytest.mark.filterwarnings("default")  # the peer's own warnings are its to mend
def test_merged_cells_keep_their_spans() -> None:
    (path,) = EXAMPLES.glob("10_*.pdf")
    html = pdf_to_html(path.read_bytes())
    assert 'colspan="7"' in html and 'rowspan="5"' in html and "年初预算数" in html


@pytest.mark.filterwarnings("default")
def test_a_page_without_a_text_layer_has_no_table() -> None:
    (path,) = EXAMPLES.glob("11_*.pdf")
    assert pdf_to_html(path.read_bytes()) == NO_TABLE
