"""Files written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


class CannotWrite(Exception):
    """A file could not be put in its place. The message is Chinese and says what to do."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place when the block ends well. Raises CannotWrite."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise CannotWrite(_error_to_words(path, error)) from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)  # mkstemp gives the owner alone access; a colleague opens the list too
        os.replace(temporary, path)
    except OSError as error:
        raise CannotWrite(_error_to_words(path, error)) from error
    finally:
        temporary.unlink(missing_ok=True)


def _error_to_words(path: Path, error: OSError) -> str:
    return (
        f"写不了 {path}（{error.strerror or error}）。"
        "请关闭正在打开它的程序、检查磁盘空间和文件夹权限，或用 -o 换一个输出文件夹。"
    )


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file."""
    with whole_file(path) as temporary:
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
