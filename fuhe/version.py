"""Which code, engine and weights read a document: a reading is worth keeping only as long as all stay the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from ocr.engines.choice import EngineChoice, choice_to_reader

VERSION = "0.1.0"
# The rooms a reading depends on; classifiers and rules run anew on every batch.
_READING_ROOMS = ("domain", "ocr", "extract")
_READING_FILES = (
    "archive.py", "convert.py", "decode.py", "intake.py", "page_notes.py", "page_reading.py", "paper.py",
    "pipeline.py", "sniff.py",
)  # fmt: skip
_SUFFIXES = frozenset([".py", ".yaml", ".toml", ".json"])


@cache
def reading_version(engine: EngineChoice) -> str:
    """A hash of the code that reads, of the engine and its weights; 16 hex digits. Raises EngineUnavailable."""
    reader = choice_to_reader(engine)
    digest = hashlib.sha256("\0".join((VERSION, reader.name, reader.version, reader.weights)).encode())
    for path in reading_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@cache
def rules_version() -> str:
    """A hash of the code and the word lists that find; 12 hex digits."""
    digest = hashlib.sha256()
    for path in _rooms_to_files(("audit", "classify")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def reading_files() -> Iterator[Path]:
    """The files a reading depends on."""
    yield from (Path(__file__).with_name(name) for name in _READING_FILES)
    yield from _rooms_to_files(_READING_ROOMS)


def _rooms_to_files(rooms: Iterable[str]) -> Iterator[Path]:
    for room in rooms:
        spec = find_spec(room)
        for folder in sorted(spec.submodule_search_locations or ()) if spec is not None else ():
            yield from sorted(path for path in Path(folder).rglob("*") if path.suffix in _SUFFIXES and path.is_file())
