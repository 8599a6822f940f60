"""The reading desk as the workbench is handed it: pages that fail are tried again, names make documents."""

from __future__ import annotations

import errno
import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

import fuhe.page_process
import ocr.read
from bench.fault_pages import FOLDER, Harm, Plan, write_plan
from domain.page import Page
from domain.source import Document
from fuhe.desks import (
    file_to_pieces,
    files_to_arrival,
    find_reading,
    names_to_groups,
    page_to_jpeg,
    read_files,
    read_files_again,
)
from fuhe.page_process import close_all
from fuhe.page_reading import HERE
from tests.fuhe.paper import FORM, TITLE, pdf_page
from tests.ocr.pdf import page_pdf


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_an_archive_gives_its_members_and_those_of_archives_within(tmp_path: Path) -> None:
    file = tmp_path / "stored"
    inner = packed({"丙.txt": b"c"})
    file.write_bytes(packed({"甲.txt": b"a", "乙/乙.txt": b"b", "内.zip": inner, "Thumbs.db": b"x"}))
    told = {piece.path: piece.content or piece.note for piece in file_to_pieces(file, "包.zip")}
    assert told == {
        "包.zip/甲.txt": b"a",
        "包.zip/乙/乙.txt": b"b",
        "包.zip/内.zip/丙.txt": b"c",
        "包.zip/Thumbs.db": "隐藏文件或系统文件，已跳过。",
    }


def test_a_file_that_is_no_archive_comes_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "stored"
    file.write_bytes(b"text")
    (piece,) = file_to_pieces(file, "表.txt")
    assert (piece.path, piece.content) == ("表.txt", b"text")


def test_pages_keep_their_names_and_tell_which_is_missing(tmp_path: Path) -> None:
    names = ["表_p1.png", "表_p3.png"]
    assert names_to_groups(["x.png", *names]) == ((0,), (1, 2))
    arrival = files_to_arrival([tmp_path / "1", tmp_path / "2"], names, path="表_p1.png")
    assert [arrival.path, *(page.path for page in arrival.more)] == names and arrival.gaps == (2,)
    alone = files_to_arrival([tmp_path / "1"], ["表（第 2 份）.png"], path="表（第 2 份）.png")
    assert alone.path == "表（第 2 份）.png" and alone.more == ()


def test_forms_of_a_document_with_a_bad_page_are_found_and_the_page_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "stored"
    file.write_bytes(page_pdf(pdf_page(FORM, title=TITLE), pdf_page(FORM, title=TITLE)))
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    document, folder = Document(path="两页.pdf", sha256=sha256), tmp_path / "readings"
    read, seen = ocr.read.sheet_to_page, list[int]()

    def broken(sheet: Any, *more: Any) -> Page:
        seen.append(sheet.number)
        if sheet.number == 2:
            raise MemoryError("made up")
        return read(sheet, *more)

    monkeypatch.setattr("ocr.read.sheet_to_page", broken)
    monkeypatch.setattr("fuhe.desks.page_reader", lambda limits: HERE)  # where it is watched
    told = read_files([file], document, folder, ["两页.pdf"])
    assert [page.state for page in told.pages] == ["read", "unread"]
    kept = find_reading(document, folder)
    assert kept is not None and kept.pages == told.pages and kept.forms == told.forms

    def watched(sheet: Any, *more: Any) -> Page:
        seen.append(sheet.number)
        return read(sheet, *more)

    monkeypatch.setattr("ocr.read.sheet_to_page", watched)
    seen.clear()
    again = read_files_again([file], document, folder, ["两页.pdf"])
    assert [page.state for page in again.pages] == ["read", "read"] and seen == [2]
    kept = find_reading(document, folder)
    assert kept is not None and kept.pages == again.pages


def scan(folder: Path) -> tuple[Path, Document]:
    file = folder / "stored"
    file.write_bytes(page_pdf(pdf_page(FORM, title=TITLE), pdf_page(FORM, title=TITLE)))
    return file, Document(path="两页.pdf", sha256=hashlib.sha256(file.read_bytes()).hexdigest())


def test_a_page_that_kills_whoever_reads_it_costs_the_workbench_that_page_alone_and_is_shown_from_afar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, document = scan(tmp_path)
    close_all()
    monkeypatch.setattr(fuhe.page_process, "SERVER", "bench.fault_pages")
    monkeypatch.setenv(FOLDER, str(tmp_path))
    write_plan(tmp_path, Plan(harm=Harm.SEGFAULT, page=2))
    told = read_files([file], document, tmp_path / "readings", ["两页.pdf"])
    assert [page.state for page in told.pages] == ["read", "unread"] and "两次异常退出" in told.pages[1].reason
    assert page_to_jpeg([file], document, 2, tmp_path / "readings").startswith(b"\xff\xd8")
    write_plan(tmp_path, Plan())
    again = read_files_again([file], document, tmp_path / "readings", ["两页.pdf"])
    assert [page.state for page in again.pages] == ["read", "read"]
    close_all()


def test_a_full_disk_is_told_and_what_was_read_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, document = scan(tmp_path)

    def no_room(old: Path, new: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("fuhe.files.os.replace", no_room)
        told = read_files([file], document, tmp_path / "readings", ["两页.pdf"])
    assert (told.status, told.forms) == ("failed", ()) and "磁盘已满" in told.reason and "重新识读" in told.reason
    assert read_files([file], document, tmp_path / "readings", ["两页.pdf"]).status == "read"
