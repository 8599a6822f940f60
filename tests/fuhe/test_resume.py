"""A long document that is interrupted goes on where it stopped, and ends as if nothing had happened."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

import ocr.read
from bench.fault_runs import children, survivors
from domain.page import Page
from fuhe import cli
from fuhe.cli import app
from fuhe.draw import draw_page
from fuhe.page_reading import HERE
from ocr.engines.choice import EngineChoice
from tests.fuhe.paper import FORM, TITLE, pdf_page
from tests.ocr.pdf import page_pdf

PAGES = 6
ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Desk:
    """A document, and what its pages were read for; page ``stop`` is never finished."""

    document: Path
    stop: int = 0
    read: list[int] = field(default_factory=list)

    def run(self, out: Path, *options: str) -> Result:
        self.read.clear()
        return CliRunner().invoke(app, ["extract", str(self.document), "-o", str(out), *options])


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    document = tmp_path / "长文档.pdf"
    rows = [(FORM[0], (f"第{number}行", "48.30", "全年执行数", "45.99")) for number in range(PAGES)]
    titles = [TITLE if number in (0, 4) else "" for number in range(PAGES)]
    pages = (pdf_page(row, title=title) for row, title in zip(rows, titles, strict=True))
    document.write_bytes(page_pdf(*pages))
    desk = Desk(document=document)
    read = ocr.read.sheet_to_page

    def watched(sheet: Any, *more: Any) -> Page:
        desk.read.append(sheet.number)
        if sheet.number == desk.stop:
            raise KeyboardInterrupt
        return read(sheet, *more)

    monkeypatch.setattr("ocr.read.sheet_to_page", watched)
    monkeypatch.setattr("fuhe.commands.page_reader", lambda limits: HERE)  # where it is watched
    return desk


def outputs(out: Path) -> dict[str, str]:
    return {name: (out / name).read_text(encoding="utf-8") for name in ("tables.jsonl", "pages.jsonl", "forms.jsonl")}


def test_an_interrupted_run_says_what_is_kept_and_how_to_go_on(desk: Desk, tmp_path: Path) -> None:
    desk.stop = 4
    ended = desk.run(tmp_path / "out")
    assert ended.exit_code == 130
    assert (
        "已中断，结果文件没有写出" in ended.stderr and "3/6 页" in ended.stderr and "再次执行同一命令" in ended.stderr
    )
    assert not (tmp_path / "out" / "run.json").exists()


def test_the_next_run_reads_the_remaining_pages_only_and_ends_the_same(desk: Desk, tmp_path: Path) -> None:
    assert desk.run(tmp_path / "whole").exit_code in (0, 3)
    assert desk.read == [1, 2, 3, 4, 5, 6]
    desk.stop = 4
    desk.run(tmp_path / "out")
    desk.stop = 0
    desk.run(tmp_path / "out")
    assert desk.read == [4, 5, 6]
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")


def run_record(out: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((out / "run.json").read_text(encoding="utf-8"))
    timed = [entry["name"] for entry in record.pop("outputs")]
    return {key: value for key, value in record.items() if key not in ("started", "finished")} | {"outputs": timed}


def test_a_run_gone_on_with_tells_of_itself_as_if_it_had_not_been_interrupted(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "甲.txt").write_text("没有表", encoding="utf-8")
    desk.run(tmp_path / "out", str(tmp_path / "甲.txt"))
    due = run_record(tmp_path / "out")
    desk.stop = 4
    desk.run(tmp_path / "again", str(tmp_path / "甲.txt"))
    desk.stop = 0
    ended = desk.run(tmp_path / "again", str(tmp_path / "甲.txt"), "--resume")
    assert "接着" in ended.stdout and desk.read == [4, 5, 6]
    assert run_record(tmp_path / "again") == due
    desk.run(tmp_path / "again", str(tmp_path / "甲.txt"), "--resume")  # as often as one likes
    assert desk.read == [] and run_record(tmp_path / "again") == due
    desk.run(tmp_path / "again", str(tmp_path / "甲.txt"))
    assert run_record(tmp_path / "again")["counts"]["from_cache"] == 2


def test_where_there_is_nothing_to_go_on_with_a_run_begins(desk: Desk, tmp_path: Path) -> None:
    ended = desk.run(tmp_path / "out", "--resume")
    assert "从头开始" in ended.stdout and desk.read == [1, 2, 3, 4, 5, 6]


def test_a_page_set_aside_is_left_aside_when_a_run_is_gone_on_with(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = ocr.read.sheet_to_page

    def broken(sheet: Any, *more: Any) -> Page:
        page = watched(sheet, *more)
        if sheet.number == 2:
            raise MemoryError("made up")
        return page

    monkeypatch.setattr("ocr.read.sheet_to_page", broken)
    desk.stop = 4
    desk.run(tmp_path / "out")
    desk.stop = 0
    ended = desk.run(tmp_path / "out", "--resume")
    assert desk.read == [4, 5, 6] and "长文档.pdf 第 2 页：程序出错" in ended.stdout
    assert [path.name for path in (tmp_path / "out" / "unread_pages").rglob("*.jpg")] == ["p002.jpg"]
    desk.run(tmp_path / "out", "--resume")
    assert desk.read == []
    assert [path.name for path in (tmp_path / "out" / "unread_pages").rglob("*.jpg")] == ["p002.jpg"]
    desk.run(tmp_path / "out")
    assert desk.read == [2]


@pytest.mark.parametrize("room", [0, 3, 4, 9, 10, 11, 13])
def test_a_full_disk_ends_a_run_with_what_to_do_and_loses_nothing(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    desk.run(tmp_path / "whole")
    replace, settled = os.replace, list[Path]()

    def full(old: Path, new: Path) -> None:
        settled.append(new)
        if len(settled) > room:
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(old, new)

    monkeypatch.setattr("fuhe.files.os.replace", full)
    ended = desk.run(tmp_path / "out")
    read = len(desk.read)
    assert ended.exit_code == 2 and "磁盘已满" in ended.stderr and "--resume" in ended.stderr
    assert "用法有误" not in ended.stderr and not (tmp_path / "out" / "run.json").exists()
    monkeypatch.setattr("fuhe.files.os.replace", replace)
    desk.run(tmp_path / "out", "--resume")
    assert len(desk.read) + read - PAGES <= 1  # the page for which there was no room
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")
    assert run_record(tmp_path / "out") == run_record(tmp_path / "whole")


@pytest.mark.slow
def test_an_interrupted_drawing_is_gone_on_with_by_document(desk: Desk, tmp_path: Path) -> None:
    desk.run(tmp_path / "out")
    other = tmp_path / "别的.pdf"
    other.write_bytes(page_pdf(pdf_page(FORM), pdf_page(FORM[1:])))
    desk.stop = 5
    desk.run(tmp_path / "out", str(other), "--draw")
    desk.stop = 0
    desk.run(tmp_path / "out", str(other), "--draw", "--resume")
    assert desk.read == [5, 6, 1, 2]


def test_pages_of_a_finished_document_are_not_kept_twice(desk: Desk, tmp_path: Path) -> None:
    desk.stop = 2
    desk.run(tmp_path / "out")
    desk.stop = 0
    desk.run(tmp_path / "out")
    (pages,) = (tmp_path / "out" / ".cache").rglob("pages")
    assert list(pages.iterdir()) == []
    desk.run(tmp_path / "out")
    assert desk.read == []


def test_an_interrupted_drawing_goes_on_too_and_draws_every_page(desk: Desk, tmp_path: Path) -> None:
    desk.stop = 5
    desk.run(tmp_path / "out", "--draw")
    desk.stop = 0
    ended = desk.run(tmp_path / "out", "--draw")
    assert desk.read == [5, 6]
    pictures = sorted(path.name for path in (tmp_path / "out" / "pages").rglob("*.jpg"))
    assert pictures == [f"p{number:03}.jpg" for number in range(1, PAGES + 1)]
    assert f"逐页标注图 {PAGES} 张" in ended.stdout


def test_a_run_gone_on_with_draws_what_it_read_without_drawing(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "out"
    desk.run(out)
    ended = desk.run(out, "--resume", "--draw")
    assert f"逐页标注图 {PAGES} 张" in ended.stdout and len(list((out / "pages").glob("*/*.jpg"))) == PAGES
    desk.run(out, "--resume", "--draw")
    assert desk.read == []


def test_what_is_drawn_is_read_afresh_and_told_among_the_outputs(desk: Desk, tmp_path: Path) -> None:
    desk.run(tmp_path / "out")
    desk.run(tmp_path / "out", "--draw")
    assert desk.read == [1, 2, 3, 4, 5, 6]
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    drawn = [entry["name"] for entry in record["outputs"] if entry["name"].startswith("pages/")]
    assert len(drawn) == PAGES and all((tmp_path / "out" / name).is_file() for name in drawn)


def test_a_page_that_failed_is_tried_again_alone(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watched = ocr.read.sheet_to_page

    def broken(sheet: Any, *more: Any) -> Page:
        page = watched(sheet, *more)
        if sheet.number == 3:
            raise MemoryError("made up")
        return page

    monkeypatch.setattr("ocr.read.sheet_to_page", broken)
    ended = desk.run(tmp_path / "out")
    assert ended.exit_code == 3 and "长文档.pdf 第 3 页：程序出错" in ended.stdout
    (shown,) = (tmp_path / "out" / "unread_pages").rglob("*.jpg")
    assert shown.name == "p003.jpg"
    monkeypatch.setattr("ocr.read.sheet_to_page", watched)
    desk.run(tmp_path / "out")
    assert desk.read == [3]
    assert list((tmp_path / "out" / "unread_pages").rglob("*.jpg")) == []


def test_a_picture_that_cannot_be_drawn_costs_nothing_that_was_read(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = draw_page

    def broken(upright: Any, page: Page, **more: Any) -> Any:
        if page.number == 2:
            raise ValueError("made up")
        return draw(upright, page, **more)

    monkeypatch.setattr("fuhe.draw_document.draw_page", broken)
    ended = desk.run(tmp_path / "out", "--draw")
    (entry,) = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["inputs"]
    assert ended.exit_code in (0, 3) and f"逐页标注图 {PAGES - 1} 张" in ended.stdout
    assert [page["state"] for page in entry["pages"]] == ["read"] * PAGES
    assert any("第 2 页：标注图没有画成" in warning for warning in entry["warnings"])


def kept_pages(out: Path) -> int:
    return len(list((out / ".cache").rglob("p*.json")))


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_a_real_run_at_once_with_130_and_no_word_of_english(tmp_path: Path, workers: int) -> None:
    inbox, out = tmp_path / "收件", tmp_path / "out"
    inbox.mkdir()
    for name in ("甲", "乙"):
        pages = (pdf_page([*FORM, (name, str(number), "全年执行数", "45.99")]) for number in range(400))
        (inbox / f"{name}.pdf").write_bytes(page_pdf(*pages))
    command = [sys.executable, "-m", "fuhe", "extract", str(inbox), "-o", str(out), "--workers", str(workers)]
    # a group of its own, as a terminal makes one: Ctrl-C reaches the workers too
    run = subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    for _ in range(600):
        if kept_pages(out) >= 5 or run.poll() is not None:
            break
        time.sleep(0.1)
    os.killpg(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "已中断" in said and "Traceback" not in said and "KeyboardInterrupt" not in said
    assert kept_pages(out) >= 5 and not (out / "run.json").exists()


def test_what_a_library_makes_of_ctrl_c_is_an_interruption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stopped = Event()
    stopped.set()
    monkeypatch.setattr(cli, "_INTERRUPTED", stopped)
    with pytest.raises(typer.Exit) as ended, cli._endings_told(tmp_path, EngineChoice()):
        raise AttributeError("partially initialized module")
    assert ended.value.exit_code == 130
    assert "已中断" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_leaves_no_process_behind_and_is_gone_on_with(tmp_path: Path, workers: int) -> None:
    inbox = tmp_path / "收件"
    inbox.mkdir()
    for name in ("甲", "乙"):
        pages = (pdf_page([*FORM, (name, str(number), "全年执行数", "45.99")]) for number in range(60))
        (inbox / f"{name}.pdf").write_bytes(page_pdf(*pages))

    def start(out: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "fuhe", "extract", str(inbox), "-o", str(tmp_path / out), *options]
        return subprocess.Popen(
            [*command, "--workers", str(workers)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    assert start("whole").wait(timeout=300) in (0, 3)
    run = start("out")
    while kept_pages(tmp_path / "out") < 20 and run.poll() is None:
        time.sleep(0.02)
    started = tuple(descendants(run.pid))
    run.kill()
    run.wait()
    assert started and survivors(started, seconds=20) == 0
    assert start("out", "--resume").wait(timeout=300) in (0, 3)
    assert outputs(tmp_path / "out") == outputs(tmp_path / "whole")
    assert run_record(tmp_path / "out") == run_record(tmp_path / "whole")


def descendants(pid: int) -> Iterator[int]:
    for child in children(pid):
        yield child
        yield from descendants(child)
