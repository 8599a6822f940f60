"""Progress is said where somebody waits, and readings are kept apart by the code that made them."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

import pytest

import fuhe.screen
from fuhe.page_store import Underway
from fuhe.screen import Board, board_to_seconds, board_to_words, seconds_to_words, with_progress
from fuhe.version import reading_files, reading_version
from ocr.engines.choice import HOUSE_ENGINE


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuhe.screen, "TERMINAL_SECONDS", 0.001)
    monkeypatch.setattr(fuhe.screen, "LOG_SECONDS", 0.001)


def board(*underway: Underway, total: int = 2, done: int = 0, worked: int = 0) -> Board:
    return Board(
        total=total, words="已处理文件", underway=lambda: iter(underway), begun=1000.0, done=done, worked=worked
    )


def half(done: int, pages: int, before: int = 0) -> Underway:
    return Underway(pages=pages, done=done, before=before, begun=1000.0)


def slowly(stream: io.StringIO, items: str) -> Iterator[str]:
    """Each item only after something more was said."""
    for item in items:
        said = len(stream.getvalue())
        while len(stream.getvalue()) == said:
            time.sleep(0.001)
        yield item


def follow(stream: io.StringIO) -> list[str]:
    return list(with_progress(slowly(stream, "甲乙"), board(), stream=stream, is_work=lambda _: True))


@pytest.mark.usefixtures("impatient")
def test_a_terminal_gets_one_line_that_renews_itself() -> None:
    stream = Terminal()
    assert follow(stream) == ["甲", "乙"]
    said = stream.getvalue()
    assert said.startswith("\r已处理文件 0/2 [") and "\r已处理文件 1/2 [" in said
    assert said.endswith("\n") and said.count("\n") == 1


@pytest.mark.usefixtures("impatient")
def test_a_log_gets_whole_lines() -> None:
    stream = io.StringIO()
    follow(stream)
    assert "\r" not in stream.getvalue()
    assert all(line.startswith("已处理文件 ") for line in stream.getvalue().splitlines())


def test_quick_work_says_nothing() -> None:
    stream = Terminal()
    assert list(with_progress("甲乙", board(), stream=stream, is_work=lambda _: True)) == ["甲", "乙"]
    assert stream.getvalue() == ""


def test_a_failure_ends_the_telling() -> None:
    stream = Terminal()

    def failing() -> Iterator[str]:
        yield "甲"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(with_progress(failing(), board(), stream=stream, is_work=lambda _: True))
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (board(), "已处理文件 0/2 [····················]"),
        (board(done=1, worked=1), "已处理文件 1/2 [██████████··········] 约剩 1 分钟"),
        (board(half(500, 2000), total=1), "已处理文件 0/1 [█████···············] 正在识读 500/2000 页 约剩 3 分钟"),
        (
            board(half(3, 4), half(1, 4), done=1, worked=1, total=3),
            "已处理文件 1/3 [█████████████·······] 正在识读2 份文件 4/8 页 约剩 30 秒",
        ),
    ],
)
def test_the_line_tells_files_pages_and_the_time_left(state: Board, line: str) -> None:
    assert board_to_words(state, now=1060.0) == line


def test_pages_of_an_earlier_run_are_no_work_of_this_one() -> None:
    resumed = board(half(600, 1000, before=500), total=1)
    assert board_to_seconds(resumed, tuple(resumed.underway()), now=1060.0) == pytest.approx(240.0)


def test_files_read_before_say_nothing_of_the_time_left() -> None:
    assert board_to_seconds(board(done=1, worked=0), (), now=1060.0) is None


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 秒"), (59.0, "59 秒"), (61.0, "1 分钟"), (7500.0, "2 小时 5 分钟")]
)
def test_times_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert seconds_to_words(seconds) == words


def test_the_reading_version_follows_the_code_and_data_that_read() -> None:
    names = {f"{path.parent.name}/{path.name}" for path in reading_files()}
    assert {"extract/fill.py", "domain/form.py", "fuhe/decode.py"} <= names
    assert any(name.endswith(".yaml") for name in names)
    assert "fuhe/report.py" not in names
    assert len(reading_version(HOUSE_ENGINE)) == 16
