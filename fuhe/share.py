"""What all machines of a cluster share: contents under their SHA-256, and marks of who is trying what.

A folder, or any URL that fsspec opens. The layout of contents is that of the workbench's file store, whose folder may
be the share itself. Nothing in it is a pickle.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar
from uuid import uuid4

T = TypeVar("T")

FILES, TRIED = "files", "tried"


class ShareTrouble(Exception):
    """The share cannot be used. The message is Chinese."""


class ShareMissing(Exception):
    """Content that should be in the share is not, or is not what its name says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A folder or URL. Every method raises ShareTrouble where it cannot be reached."""

    url: str

    def put(self, content: bytes) -> bool:
        """Stores content under its hash, whole or not at all; False where it was there."""
        path = self._content_path(hashlib.sha256(content).hexdigest())
        return self._do(lambda files, root: _put(files, f"{root}/{path}", content))

    def get(self, sha256: str) -> bytes:
        """The content of that hash. Raises ShareMissing."""
        path = self._content_path(sha256)
        content = self._do(lambda files, root: _get(files, f"{root}/{path}"))
        if content is None or hashlib.sha256(content).hexdigest() != sha256:
            raise ShareMissing(sha256)
        return content

    def forget(self, sha256: str) -> None:
        """Content that is no longer needed."""
        path = self._content_path(sha256)
        self._do(lambda files, root: _remove(files, f"{root}/{path}"))

    def tries(self, document: str, what: str) -> int:
        """How many have begun this and not come to its end."""
        names = self._do(lambda files, root: _names(files, f"{root}/{TRIED}/{document}"))
        return sum(name.rsplit(".", 1)[0] == what for name in names)

    def note_try(self, document: str, what: str) -> str:
        """Note that this begins; what comes back is the note."""
        note = f"{TRIED}/{document}/{what}.{uuid4().hex}"
        self._do(lambda files, root: _put(files, f"{root}/{note}", b"-"))
        return note

    def forget_try(self, note: str) -> None:
        """It has come to its end."""
        self._do(lambda files, root: _remove(files, f"{root}/{note}"))

    def forget_tries(self, document: str) -> None:
        """All that was tried of a document may be tried again."""
        self._do(lambda files, root: _remove_all(files, f"{root}/{TRIED}/{document}"))

    @staticmethod
    def _content_path(sha256: str) -> str:
        return f"{FILES}/{sha256[:2]}/{sha256}"

    def _do(self, step: Callable[[Any, str], T]) -> T:
        try:
            return step(*_open(self.url))
        except Exception as error:  # every file system has errors of its own
            raise ShareTrouble(
                f"共享位置 {self.url} 用不了（{type(error).__name__}: {error}）。请核对地址、读写权限和剩余空间，"
                "以及各台机器是否都装有所需组件（如 s3fs）。"
            ) from error


@lru_cache(maxsize=8)
def _open(url: str) -> tuple[Any, str]:
    """The file system and its root; listings are never taken from memory, other machines write too."""
    from fsspec.core import url_to_fs

    files, root = url_to_fs(url, use_listings_cache=False)
    return files, str(root).rstrip("/")


def _put(files: Any, path: str, content: bytes) -> bool:
    if files.exists(path) and files.size(path) == len(content):
        return False
    files.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
    if "file" not in files.protocol:  # object stores show a file when it is whole
        files.pipe_file(path, content)
        return True
    coming = f"{path}.{uuid4().hex}.coming"
    files.pipe_file(coming, content)
    files.mv(coming, path)
    return True


def _get(files: Any, path: str) -> bytes | None:
    try:
        return bytes(files.cat_file(path))
    except FileNotFoundError:
        return None


def _remove(files: Any, path: str) -> None:
    with suppress(FileNotFoundError):
        files.rm_file(path)


def _remove_all(files: Any, folder: str) -> None:
    with suppress(FileNotFoundError):
        files.rm(folder, recursive=True)


def _names(files: Any, folder: str) -> list[str]:
    try:
        return [str(path).rsplit("/", 1)[-1] for path in files.ls(folder, detail=False)]
    except FileNotFoundError:
        return []
