"""Backup and restore of a real workbench, each command in a process of its own, as an administrator runs it."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bench.postgres import find_tools, running_postgres
from bench.workbench_browser import ROOT, data_to_environment, run_script
from fuhe import keeping
from fuhe.commands import WrongUsage
from fuhe.files import DiskFull
from fuhe.keeping import restore
from fuhe.serve import Place

FILL = """
import hashlib
from pathlib import Path
from fuhe.serve import Place, migrate, open_workbench
open_workbench(Place())
migrate()
from review.blobs import keep_blob
from review.checking import check_project
from review.journal import record
from review.models import Document, Project
from review.reading import read_document
project = Project.objects.create(name="某县绩效自评复核")
record("create_project", user=None, project=project)
(file,) = Path("examples").glob("01_*")
sha256, _ = keep_blob([file.read_bytes()])
read_document(Document.objects.create(project=project, sha256=sha256, path=file.name, parts=[sha256]))
check_project(project)
"""
LOOK = """
from fuhe.serve import Place, open_workbench
open_workbench(Place())
from review.forms import project_to_forms
from review.models import Event, Finding, Project
told = [finding.message for finding in Finding.objects.order_by("pk")]
forms = [form.project_name.text for _, form in project_to_forms(Project.objects.get().pk)]
print(told, forms, Event.objects.count())
"""


def run(data: Path, *arguments: str, database: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**data_to_environment(data), **({"FUHE_DATABASE": database} if database else {})}
    command = [sys.executable, "-m", "fuhe.cli", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def look(data: Path, *, database: str = "") -> str:
    environment = {**data_to_environment(data), **({"FUHE_DATABASE": database} if database else {})}
    command = [sys.executable, "-c", LOOK]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("workbench")
    run_script(data, FILL)
    return data


@pytest.fixture(scope="module")
def file(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backups") / "备份.zip"
    ended = run(data, "backup", str(file))
    assert ended.returncode == 0, ended.stderr
    assert "已备份到" in ended.stdout and "某县绩效自评复核" in ended.stdout
    return file


def test_what_was_backed_up_is_there_again_and_its_logs_are_whole(data: Path, file: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    ended = run(new, "restore", str(file), "--data", str(new))
    assert ended.returncode == 0, ended.stderr
    assert "已恢复自" in ended.stdout
    assert look(new) == look(data)
    assert run(new, "verify-log", "--data", str(new)).returncode == 0


def test_a_backup_holds_no_secret_and_is_nobody_elses_to_read(data: Path, file: Path) -> None:
    assert (data / "secret.key").is_file()
    assert not any("secret" in name for name in zipfile.ZipFile(file).namelist())
    assert file.stat().st_mode & 0o077 == 0


def test_a_backup_into_no_folder_is_told(data: Path, tmp_path: Path) -> None:
    ended = run(data, "backup", str(tmp_path / "没有" / "备份.zip"))
    assert ended.returncode == 2 and "没有做完：写不了" in ended.stderr and "文件夹是否存在" in ended.stderr


def test_a_backup_that_finds_no_room_is_told_and_leaves_nothing(data: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fuhe.cli", "backup", str(tmp_path / "备份.zip")]
    limited = ["bash", "-c", 'ulimit -f 100; exec "$@"', "bash", *command]  # no file may be larger than 100 KB
    environment = data_to_environment(data)
    ended = subprocess.run(limited, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2 and "没有做完：写不了" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_restored_over_a_workbench(data: Path, file: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*")}
    with pytest.raises(WrongUsage, match="已有工作台的数据"):
        restore(Place(data=data), file)
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*")} == before


def spoilt(file: Path, into: Path, what: str) -> Path:
    """The same backup with one thing wrong."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(into, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if what == "changed" and name.startswith("files/"):
                content = content[:-1] + bytes([content[-1] ^ 1])
            if name == "backup.json":
                sheet = json.loads(content)
                if what == "outside":
                    sheet["members"]["../outside"] = "0" * 64
                if what == "newer":
                    sheet["format"] = 99
                content = json.dumps(sheet).encode()
            if not (what == "missing" and name.startswith("readings/")):
                target.writestr(name, content)
    return into


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("changed", "校验值不符"),
        ("missing", "读不出"),
        ("outside", "不该有的成员"),
        ("newer", "更新的程序"),
    ],
)
def test_a_spoilt_backup_is_refused_before_anything_is_written(
    file: Path, tmp_path: Path, what: str, words: str
) -> None:
    bad, new = spoilt(file, tmp_path / "bad.zip", what), tmp_path / "new"
    with pytest.raises(WrongUsage, match=words):
        restore(Place(data=new), bad)
    assert not new.exists() and not (tmp_path / "outside").exists()


def test_a_full_disk_is_no_fault_of_the_backup(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(pieces: object, target: object) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(keeping, "_copy", full)
    with pytest.raises(DiskFull, match="磁盘已满"):
        restore(Place(data=tmp_path / "new"), file)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip"])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(content)
    with pytest.raises(WrongUsage, match="备份"):
        restore(Place(data=tmp_path / "new"), bad)


def test_an_audit_is_deleted_by_number_and_name_after_its_log_was_taken_along(file: Path, tmp_path: Path) -> None:
    new, log = tmp_path / "new", tmp_path / "日志.jsonl"
    run(new, "restore", str(file), "--data", str(new))
    assert "某县绩效自评复核" in run(new, "project", "list").stdout
    assert run(new, "project", "list", "--idle-days", "30").stdout == ""
    wrong = run(new, "project", "delete", "1", "--name", "别的", "--log", str(log))
    assert (wrong.returncode, log.exists()) == (2, False)
    ended = run(new, "project", "delete", "1", "--name", "某县绩效自评复核", "--log", str(log))
    assert ended.returncode == 0, ended.stderr
    assert "已删除" in ended.stdout and "链头" in ended.stdout
    assert not list((new / "files").rglob("?" * 64)) and not list((new / "readings").glob("*/*.jsonl"))
    assert run(new, "verify-log", str(log)).returncode == 0
    assert run(new, "project", "list").stdout == ""


def test_a_workbench_on_postgresql_too(tmp_path: Path) -> None:
    tools = find_tools()
    if tools is None or shutil.which("pg_dump") is None:
        pytest.skip("no PostgreSQL: make system")
    data, new, file = tmp_path / "data", tmp_path / "new", tmp_path / "pg.zip"
    with running_postgres(tools) as url:
        environment = {**data_to_environment(data), "FUHE_DATABASE": url}
        subprocess.run([sys.executable, "-c", FILL], env=environment, cwd=ROOT, check=True)
        assert run(data, "backup", str(file), database=url).returncode == 0
        before = look(data, database=url)
        used = run(new, "restore", str(file), "--data", str(new), database=url)
        assert (used.returncode, "已有表" in used.stderr) == (2, True)
        shutil.rmtree(new)
    with running_postgres(tools) as other:
        ended = run(new, "restore", str(file), "--data", str(new), database=other)
        assert ended.returncode == 0, ended.stderr
        assert look(new, database=other) == before
