"""Pictures of pages lie under names that every file system takes and that never collide."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.source import Document
from fuhe.pictures import document_to_name, page_picture, write_picture

HASH = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("甲/自评表.pdf", "自评表-01234567"),
        ("C:\\收件\\自评表.2023.pdf", "自评表.2023-01234567"),
        ("收件/a:b*c?.pdf", "a_b_c_-01234567"),
        ("收件/..pdf", "文件-01234567"),
        ("包.zip/../../里.pdf", "里-01234567"),
        ("收件/ 空 .jpg", "空-01234567"),
    ],
)
def test_a_folder_is_called_after_its_document(path: str, name: str) -> None:
    assert document_to_name(Document(path=path, sha256=HASH)) == name


@given(st.text(max_size=300))
def test_any_name_is_safe(path: str) -> None:
    name = document_to_name(Document(path=path, sha256=HASH))
    assert 1 < len(name.encode()) <= 255
    assert not set(name) & set('/\\:*?"<>|\0\n') and name.strip(" .") == name


def test_documents_of_one_name_in_two_folders_do_not_collide() -> None:
    one, other = Document(path="甲/表.pdf", sha256=HASH), Document(path="乙/表.pdf", sha256=HASH[::-1])
    assert page_picture("pages", one, 1) != page_picture("pages", other, 1)


def test_pages_stand_in_their_order() -> None:
    names = [page_picture("pages", Document(path="表.pdf", sha256=HASH), number) for number in (1, 2, 10, 100)]
    assert names == sorted(names) and names[0] == "pages/表-01234567/p001.jpg"


def test_a_picture_is_written_in_its_colours(tmp_path: Path) -> None:
    pixels = np.full((60, 80, 3), (200, 30, 40), np.uint8)
    write_picture(tmp_path / "pages" / "表" / "p001.jpg", pixels)
    back = cv2.imdecode(np.fromfile(tmp_path / "pages" / "表" / "p001.jpg", np.uint8), cv2.IMREAD_COLOR)
    assert back is not None and back.shape == (60, 80, 3)
    assert np.abs(back[30, 40].astype(int) - (40, 30, 200)).max() < 6
