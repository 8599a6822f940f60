"""Which code and weights read a document: a reading is worth keeping only as long as both stay the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

VERSION = "0.1.0"
# The rooms a reading depends on; classifiers and rules run anew on every batch.
_READING_ROOMS = ("domain", "ocr", "extract", "models")
_READING_FILES = (
    "archive.py", "convert.py", "decode.py", "intake.py", "page_notes.py", "paper.py", "pipeline.py", "sniff.py",
)  # fmt: skip
_SUFFIXES = frozenset([".py", ".yaml", ".toml", ".json"])


@cache
def reading_version() -> str:
    """A hash of the code that reads and of the list of its weights (which holds theirs); 16 hex digits."""
    digest = hashlib.sha256(VERSION.encode())
    for path in reading_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def reading_files() -> Iterator[Path]:
    """The files a reading depends on."""
    yield from (Path(__file__).with_name(name) for name in _READING_FILES)
    for room in _READING_ROOMS:
        spec = find_spec(room)
        for folder in sorted(spec.submodule_search_locations or ()) if spec is not None else ():
            yield from sorted(path for path in Path(folder).rglob("*") if path.suffix in _SUFFIXES and path.is_file())
