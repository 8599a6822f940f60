"""The file store: bytes under their SHA-256, readings and exports beside them; nothing under a name that came in."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings

SILENT_SECONDS = 600  # after which nobody waits any more for the next piece of a file
BROKEN_OFF_SECONDS = 24 * 3600  # no upload takes as long


def store_root() -> Path:
    """The folder of all files."""
    return Path(settings.DATA)


def blob_path(sha256: str) -> Path:
    """Where content lies, whether it is there or not. Raises ValueError for what is no hash."""
    if len(sha256) != 64 or any(letter not in "0123456789abcdef" for letter in sha256):
        raise ValueError("not a SHA-256")
    return store_root() / "files" / sha256[:2] / sha256


def has_blob(sha256: str) -> bool:
    """True where the content is there, whole."""
    return blob_path(sha256).is_file()


def keep_blob(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Stores content; its SHA-256 and size. It is there whole or not at all."""
    folder = store_root() / "files"
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=folder, prefix=".coming-")
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        target = blob_path(digest.hexdigest())
        target.parent.mkdir(exist_ok=True)
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)
    return digest.hexdigest(), size


def is_coming_in() -> bool:
    """True while any file is being written to the store, for whatever audit."""
    return any(written >= time.time() - SILENT_SECONDS for _, written in _coming())


def forget_broken_off() -> None:
    """What a server that died was writing a day ago or longer is removed; it was never whole."""
    past = time.time() - BROKEN_OFF_SECONDS
    for path, written in _coming():
        if written < past:
            path.unlink(missing_ok=True)


def _coming() -> Iterator[tuple[Path, float]]:
    """Files that are not whole yet, and when they were last written to."""
    for path in (store_root() / "files").glob(".coming-*"):
        with suppress(FileNotFoundError):  # it has just been finished
            yield path, path.stat().st_mtime


def read_blob(sha256: str) -> bytes:
    """The content. Raises FileNotFoundError."""
    return blob_path(sha256).read_bytes()


def readings_folder() -> Path:
    """Where readings of documents and their pages are kept."""
    return store_root() / "readings"


def pictures_folder() -> Path:
    """Where pictures of upright pages are kept, made when they are first asked for."""
    return store_root() / "pictures"


def exports_folder() -> Path:
    """Where exported files stay."""
    return store_root() / "exports"
