"""Files written whole or not at all, and still there after the power has gone."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

_RANDOM_LETTERS = 8  # that tempfile puts behind a prefix
_FULL = frozenset([errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)])


class CannotWrite(Exception):
    """A file could not be put in its place. The message is Chinese and says what to do."""


class DiskFull(CannotWrite):
    """There is no room for a file. What was written before is whole and stays."""


class Outlasts(Enum):
    """What a file survives: the end of this process, however it comes, or a power cut as well, which takes 10 ms."""

    PROCESS = "process"
    POWER = "power"


@contextmanager
def whole_file(path: Path, outlasts: Outlasts = Outlasts.POWER) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place when the block ends well. Raises CannotWrite."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _error_to_trouble(path, error) from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)  # mkstemp gives the owner alone access; a colleague opens the list too
        if outlasts is Outlasts.POWER:
            _settle(temporary)
        os.replace(temporary, path)
        if outlasts is Outlasts.POWER:
            _settle_folder(path.parent)
    except OSError as error:
        raise _error_to_trouble(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def make_folder(path: Path) -> None:
    """A folder and those above it. Raises CannotWrite."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _error_to_trouble(path, error) from error


def _settle(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _settle_folder(folder: Path) -> None:
    """The new name, too: without this a file may have its old content after the power has gone."""
    if os.name == "nt":  # there, folders cannot be opened, and names are journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # file systems over a network may not know it
            raise
    finally:
        os.close(handle)


def _error_to_trouble(path: Path, error: OSError) -> CannotWrite:
    if error.errno in _FULL:
        return DiskFull(f"磁盘已满，写不下 {path}。此前写完的都已保存，没有丢失。请检查磁盘空间，腾出一些后再做一次。")
    return CannotWrite(
        f"写不了 {path}（{error.strerror or error}）。"
        "请关闭正在打开它的程序、检查磁盘空间和文件夹权限，或用 -o 换一个输出文件夹。"
    )


def sweep_temporaries(folder: Path, *, names: str) -> None:
    """Remove what a run that was killed was writing when it died, of files of these names (a pattern).

    Nobody else may be writing there.
    """
    for path in folder.glob(f".{names}.{'?' * _RANDOM_LETTERS}"):
        path.unlink(missing_ok=True)


def write_text(path: Path, text: str, outlasts: Outlasts = Outlasts.POWER) -> None:
    """Write a UTF-8 text file."""
    with whole_file(path, outlasts) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_lines(path: Path, records: Iterable[Mapping[str, object]]) -> None:
    """Write one JSON object a line."""
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as stream:
        for record in records:
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
