"""Images named as pages: which belong together, in which order, and what is said of a missing one."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuhe.grouping import pages_together
from fuhe.intake import Arrival, Refusal, arrival_to_input

JPEG = b"\xff\xd8\xff\xe0"


def arrivals(*names: str) -> list[Arrival]:
    return [Arrival(path=f"甲/{name}", file=Path(f"甲/{name}")) for name in names]


def grouped(*names: str) -> list[list[str]]:
    found = [thing for thing in pages_together(arrivals(*names)) if isinstance(thing, Arrival)]
    return [[Path(page.path).name for page in (thing, *thing.more)] for thing in found]


@pytest.mark.parametrize(
    ("names", "documents"),
    [
        (["表_p1.jpg", "表_p2.jpg"], [["表_p1.jpg", "表_p2.jpg"]]),
        (["表-1.png", "表-2.png", "别-1.png"], [["表-1.png", "表-2.png"], ["别-1.png"]]),
        (["表_p10.jpg", "表_p2.jpg", "表_p1.jpg"], [["表_p1.jpg", "表_p2.jpg", "表_p10.jpg"]]),
        (["表_P1.JPG", "表_P2.JPG"], [["表_P1.JPG", "表_P2.JPG"]]),
        (["表1.jpg", "表2.jpg"], [["表1.jpg"], ["表2.jpg"]]),
        (["表_p1.jpg", "表_p2.png"], [["表_p1.jpg"], ["表_p2.png"]]),
        (["表-1.pdf", "表-2.pdf"], [["表-1.pdf"], ["表-2.pdf"]]),
    ],
)
def test_pages_of_one_document_come_together(names: list[str], documents: list[list[str]]) -> None:
    assert grouped(*names) == documents


def test_pages_of_different_folders_stay_apart() -> None:
    things = [Arrival(path=f"{folder}/表_p1.jpg", file=Path("x")) for folder in ("甲", "乙")]
    assert len(pages_together(things)) == 2


def test_everything_else_keeps_its_place() -> None:
    refusal = Refusal(path="甲/坏.rar", reason="坏")
    first, second = arrivals("表_p1.jpg", "表_p2.jpg")
    assert [type(thing).__name__ for thing in pages_together([refusal, first, second])] == ["Refusal", "Arrival"]


def test_a_missing_page_is_told(tmp_path: Path) -> None:
    for number in (1, 3):
        (tmp_path / f"表_p{number}.jpg").write_bytes(JPEG + bytes([number]))
    paths = [tmp_path / f"表_p{number}.jpg" for number in (1, 3)]
    (document,) = pages_together([Arrival(path=str(path), file=path) for path in paths])
    assert isinstance(document, Arrival)
    item = arrival_to_input(document)

    assert item.more == (JPEG + b"\x03",)
    assert any("缺第 2 页" in warning for warning in item.warnings)
    assert item.document.sha256 != arrival_to_input(Arrival(path=str(paths[0]), file=paths[0])).document.sha256
