"""Progress is said where somebody waits, and readings are kept apart by the code that made them."""

from __future__ import annotations

import io

import pytest

import fuhe.screen
from fuhe.screen import with_progress
from fuhe.version import reading_files, reading_version
from ocr.engines.choice import HOUSE_ENGINE


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuhe.screen, "TERMINAL_SECONDS", 0.0)
    monkeypatch.setattr(fuhe.screen, "LOG_SECONDS", 0.0)


@pytest.mark.usefixtures("impatient")
def test_a_terminal_gets_one_line_that_renews_itself() -> None:
    stream = Terminal()
    assert list(with_progress("甲乙", 2, stream=stream, words="已处理")) == ["甲", "乙"]
    assert stream.getvalue() == "\r已处理 1/2\r已处理 2/2\r已处理 2/2\n"


@pytest.mark.usefixtures("impatient")
def test_a_log_gets_whole_lines() -> None:
    stream = io.StringIO()
    list(with_progress("甲乙", 2, stream=stream, words="已处理"))
    assert stream.getvalue() == "已处理 1/2\n已处理 2/2\n"


def test_quick_work_says_nothing() -> None:
    stream = Terminal()
    list(with_progress("甲乙", 2, stream=stream, words="已处理"))
    assert stream.getvalue() == ""


def test_the_reading_version_follows_the_code_and_data_that_read() -> None:
    names = {f"{path.parent.name}/{path.name}" for path in reading_files()}
    assert {"extract/fill.py", "domain/form.py", "fuhe/decode.py"} <= names
    assert any(name.endswith(".yaml") for name in names)
    assert "fuhe/report.py" not in names
    assert len(reading_version(HOUSE_ENGINE)) == 16
