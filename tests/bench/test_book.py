"""docs/benchmarks.md says what its records say, and its pictures can be drawn from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.book import DOCS, NAMES, RECORDS, book, draw, read_records

pytestmark = pytest.mark.skipif(
    not all((RECORDS / f"{name}.json").is_file() for name in NAMES), reason="nothing was measured yet"
)


def test_the_page_is_what_the_records_say() -> None:
    assert (DOCS / "benchmarks.md").read_text(encoding="utf-8") == "\n".join(book(read_records())) + "\n"


def test_every_picture_of_the_page_can_be_drawn(tmp_path: Path) -> None:
    draw(read_records(), tmp_path)
    drawn = {path.name for path in tmp_path.glob("*.png")}
    page = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    assert {f"images/{name}" for name in drawn} == {part.split(")")[0] for part in page.split("](")[1:]}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in tmp_path.iterdir())
