"""Files are whole or not there at all, whatever happens while they are written."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from fuhe.files import CannotWrite, DiskFull, make_folder, sweep_temporaries, whole_file, write_text


def no_room(path: Path) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("when", ["fuhe.files._settle", "fuhe.files._settle_folder"])
def test_a_full_disk_is_said_and_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    write_text(tmp_path / "甲.txt", "旧")
    monkeypatch.setattr(when, no_room)
    with pytest.raises(DiskFull, match=r"磁盘已满，写不下.*甲\.txt.*检查磁盘空间"):
        write_text(tmp_path / "甲.txt", "新")
    assert [path.name for path in tmp_path.iterdir()] == ["甲.txt"]
    assert (tmp_path / "甲.txt").read_text(encoding="utf-8") in ("旧", "新")


def test_a_file_is_on_the_disk_before_it_takes_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    monkeypatch.setattr("fuhe.files._settle", lambda path: seen.append((tmp_path / "甲.txt").exists()))
    write_text(tmp_path / "甲.txt", "新")
    assert seen == [False]


def test_what_is_no_folder_cannot_hold_files(tmp_path: Path) -> None:
    (tmp_path / "甲").write_bytes(b"")
    with pytest.raises(CannotWrite, match="写不了"):
        make_folder(tmp_path / "甲" / "乙")


def test_what_a_killed_run_was_writing_is_swept_away_and_nothing_else(tmp_path: Path) -> None:
    with whole_file(tmp_path / "run.json") as temporary:
        left = tmp_path / temporary.name
        for name in ("run.json", ".run.json", ".bashrc.old12345", ".run.json.txt", "forms.jsonl"):
            (tmp_path / name).write_bytes(b"x")
        sweep_temporaries(tmp_path, names="run.json")
        assert not left.exists()
        left.write_bytes(b"")
    assert {path.name for path in tmp_path.iterdir()} == {
        "run.json", ".run.json", ".bashrc.old12345", ".run.json.txt", "forms.jsonl",
    }  # fmt: skip
