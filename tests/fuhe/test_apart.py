"""Pages read in another process are those read in this one, and a page that harms that process costs itself alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest

import fuhe.page_process
from bench.fault_pages import BEGUN, FOLDER, Harm, Plan, log_lines, write_plan
from domain.errors import UnreadableDocument
from domain.page import Page
from domain.source import Box
from fuhe.apart import ApartReader
from fuhe.limits import Limits
from fuhe.page_notes import PageNote
from fuhe.page_process import PageLost, close_all, shared_process
from fuhe.page_reading import HERE, Paper, ReadPage
from tests.fuhe.paper import FORM, pdf_page
from tests.ocr.pdf import page_pdf

PAGES = 4
SPOILT = b"\xff\xd8\xffnothing"
PATIENT = Limits(page_seconds=120)
NOWHERE = Box(x0=0, y0=0, x1=0, y1=0)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Processes of other tests, with another module at their other end, are not asked."""
    close_all()
    yield
    close_all()


@pytest.fixture
def faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(fuhe.page_process, "SERVER", "bench.fault_pages")
    monkeypatch.setenv(FOLDER, str(tmp_path))
    return tmp_path


def paper(*more: bytes) -> Paper:
    pages = (pdf_page([*FORM, (f"第{number}页", "1", "2", "3")]) for number in range(PAGES))
    return Paper(contents=(page_pdf(*pages), *more), name="四页.pdf")


def read(reader: ApartReader, whole: Paper, *, leave: frozenset[int] = frozenset()) -> list[ReadPage]:
    kept: list[ReadPage] = []
    pages = list(reader.pages(whole, leave=leave, keep=kept.append))
    assert kept == pages
    return pages


def unboxed(page: ReadPage) -> ReadPage:
    """Without the boxes of its words: for a font that is not in the file, PDFium takes them from the substitute that
    the papers read before in the same process have made it load.
    """
    if not isinstance(page, Page):
        return page
    return replace(page, words=tuple(replace(word, box=NOWHERE) for word in page.words))


def differing(one: ReadPage, other: ReadPage) -> dict[str, object]:
    """What two pages do not share, by field: for the message."""
    names = [field.name for field in fields(one)]
    return {name: (told, own) for name in names if (told := getattr(one, name)) != (own := getattr(other, name, None))}


def begun(faults: Path) -> list[int]:
    return [int(line.split()[1]) for line in log_lines(faults) if line.startswith(BEGUN)]


def test_pages_are_those_that_this_process_reads() -> None:
    whole, reader = paper(SPOILT), ApartReader(limits=PATIENT)
    assert reader.count(whole) == HERE.count(whole) == PAGES + 1
    here = list(HERE.pages(whole, leave=frozenset(), keep=lambda page: None))
    for there, own in zip(read(reader, whole), here, strict=True):
        assert differing(unboxed(there), unboxed(own)) == {}
    assert [page.number for page in read(reader, whole, leave=frozenset([1, 3]))] == [2, 4, 5]
    assert reader.picture(whole, 2) == HERE.picture(whole, 2)
    assert reader.picture(whole, 5) is None


def test_one_process_reads_one_paper_after_the_other() -> None:
    reader = ApartReader(limits=PATIENT)
    read(reader, paper())
    first = shared_process().process
    assert len(read(reader, paper())) == PAGES and shared_process().process is first


TELLS_THREADS = """
import sys
import cv2
from threadpoolctl import threadpool_info
from fuhe.page_server import COUNT, write_frame


def serve():
    threads = [cv2.getNumThreads(), *(pool["num_threads"] for pool in threadpool_info())]
    write_frame(sys.stdout.buffer, COUNT, str(max(threads)).encode())
    sys.stdin.buffer.read()
"""


def test_short_calls_of_opencv_and_numpy_wake_no_other_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tells_threads.py").write_text(TELLS_THREADS, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(fuhe.page_process, "SERVER", "tells_threads")
    assert ApartReader().count(paper()) == 1


def test_a_page_is_kept_before_the_next_is_begun(faults: Path) -> None:
    write_plan(faults, Plan())
    seen: list[tuple[int, int]] = []
    pages = ApartReader(limits=PATIENT).pages(
        paper(), leave=frozenset(), keep=lambda page: seen.append((page.number, max(begun(faults))))
    )
    assert len(list(pages)) == PAGES
    assert seen == [(number, number) for number in range(1, PAGES + 1)]


def test_whoever_stops_listening_leaves_nothing_half_said() -> None:
    reader, whole = ApartReader(limits=PATIENT), paper()
    pages = reader.pages(whole, leave=frozenset(), keep=lambda page: None)
    assert next(iter(pages)).number == 1
    del pages
    assert [page.number for page in read(reader, whole)] == [1, 2, 3, 4]


@pytest.mark.parametrize("page", [1, 3, PAGES])
def test_a_page_that_crashes_is_tried_twice_and_told_and_the_others_are_read(faults: Path, page: int) -> None:
    write_plan(faults, Plan(harm=Harm.SEGFAULT, page=page))
    pages = read(ApartReader(limits=PATIENT), paper())
    assert [one.number for one in pages] == [1, 2, 3, 4]
    (note,) = (one for one in pages if isinstance(one, PageNote))
    assert note.number == page and "两次异常退出" in note.reason and "重新扫描这一页" in note.reason
    assert sorted(begun(faults)) == sorted([1, 2, 3, 4, page])


def test_a_page_that_crashes_once_is_read(faults: Path) -> None:
    write_plan(faults, Plan(harm=Harm.SEGFAULT, page=2, times=1))
    assert all(isinstance(page, Page) for page in read(ApartReader(limits=PATIENT), paper()))
    assert begun(faults) == [1, 2, 2, 3, 4]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("harm", "limits", "told"),
    [
        (Harm.HANG, Limits(page_seconds=6), "两次都超过 6 秒"),
        (Harm.SPIN, Limits(page_seconds=6), "page_seconds"),
        (Harm.FILL, Limits(page_seconds=60, page_megabytes=600), "两次都占用内存超过 600 MB"),
    ],
)
def test_a_page_that_takes_too_much_is_set_aside(faults: Path, harm: Harm, limits: Limits, told: str) -> None:
    write_plan(faults, Plan(harm=harm, page=2))
    pages = read(ApartReader(limits=limits), paper())
    assert [type(page) for page in pages] == [Page, PageNote, Page, Page]
    assert isinstance(pages[1], PageNote) and told in pages[1].reason


def kill() -> None:
    process = shared_process().process
    assert process is not None
    process.kill()
    process.wait()


def test_a_process_that_somebody_ends_between_two_questions_is_replaced() -> None:
    reader, whole = ApartReader(limits=PATIENT), paper()
    assert reader.count(whole) == PAGES
    kill()
    assert [page.number for page in read(reader, whole)] == [1, 2, 3, 4]
    kill()
    assert reader.picture(whole, 2) == HERE.picture(whole, 2)
    kill()
    with pytest.raises(PageLost):
        shared_process().picture(2)


DIES_AFTER_THE_LAST_PAGE = """
import os
from fuhe import page_server
from fuhe.page_reading import paper_to_pages


def read(paper, *, leave):
    yield from paper_to_pages(paper, leave=leave)
    os._exit(9)


def serve():
    page_server.serve(read)
"""


def test_a_process_that_dies_after_the_last_page_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dies_after_the_last_page.py").write_text(DIES_AFTER_THE_LAST_PAGE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(fuhe.page_process, "SERVER", "dies_after_the_last_page")
    assert all(isinstance(page, Page) for page in read(ApartReader(limits=PATIENT), paper()))


def test_paper_that_nobody_can_open_is_unreadable_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuhe.page_process, "SERVER", "domain.errors")  # which does not serve: it ends at once
    with pytest.raises(UnreadableDocument, match=r"打开“四页\.pdf”时识读程序两次异常退出"):
        ApartReader(limits=PATIENT).count(paper())


def test_what_is_no_paper_is_unreadable_as_in_this_process() -> None:
    with pytest.raises(UnreadableDocument, match="不是能读取的PDF或图片"):
        ApartReader(limits=PATIENT).count(Paper(contents=(b"text",), name="x.pdf"))
