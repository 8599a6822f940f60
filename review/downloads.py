"""Files handed out: to be saved, never shown by the browser, whatever is in them and whatever they are called."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from django.http import FileResponse

from review.names import HIDDEN

NAME_MOST = 150  # characters; file systems take 255 bytes, and a Chinese character has three of them
UNSAFE = frozenset('/\\:*?"<>|')  # what one system or another takes for more than a name


def download(path: Path, *, name: str) -> FileResponse:
    """A file of the store, under the name people know it by."""
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=safe_name(name), content_type="application/octet-stream"
    )


def safe_name(name: str) -> str:
    """A name that a header can carry and a file system takes; the ending stays where it is."""
    seen = "".join("_" if letter in UNSAFE or unicodedata.category(letter) in HIDDEN else letter for letter in name)
    stem, dot, ending = seen.strip(" .").rpartition(".")
    if not dot or len(ending) > 10:
        return seen.strip(" .")[:NAME_MOST] or "文件"
    return f"{stem[: NAME_MOST - len(ending) - 1]}.{ending}"
