"""Readings kept between runs: a file of JSON lines for each document, found by its hash and the version of the code.

The first line is the reading without its tables and forms, which follow one a line: a document of two thousand pages is
never one string.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TextIO

from pydantic import TypeAdapter, ValidationError

from domain.form import Form
from domain.source import Document, Reader
from domain.table import Table
from fuhe.files import Outlasts, make_folder, whole_file
from fuhe.page_notes import PageNote
from fuhe.page_store import clear_store
from fuhe.pipeline import Reading

_READING = TypeAdapter(Reading)
_TABLE: TypeAdapter[Table] = TypeAdapter(Table)
_READER = TypeAdapter(Reader)
_FORM: TypeAdapter[Form] = TypeAdapter(Form)
_DOCUMENT_KEYS = frozenset(["path", "sha256"])
_READER_KEYS = frozenset(["name", "version", "weights"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """A folder of readings made by one version of the code."""

    folder: Path
    version: str

    @property
    def pages(self) -> Path:
        """The folder of pages read of documents of which the reading is not kept yet."""
        return self.folder / self.version / "pages"

    def kept(self) -> Iterator[str]:
        """The hashes of the documents of which there is a reading."""
        return (path.stem for path in sorted((self.folder / self.version).glob("*.jsonl")))

    def find(self, document: Document) -> Reading | None:
        """The reading of the same bytes, under the path they have now; None when there is none that can be used."""
        try:
            with self._path(document).open(encoding="utf-8") as stream:
                return _lines_to_reading(stream, _Rebind(document))
        except (OSError, ValueError, ValidationError):
            return None  # a reading cut short by a power failure is read again, like one that is not there

    def find_pages(self, document: Document) -> tuple[PageNote, ...]:
        """The notes on its pages alone, forms and tables left unread; () where there is no reading that can be used."""
        try:
            with self._path(document).open(encoding="utf-8") as stream:
                next(stream)
                entry = json.loads(next(stream), object_hook=_Rebind(document))
                return _READING.validate_python(entry).pages
        except (OSError, ValueError, ValidationError, StopIteration):
            return ()

    def keep(self, reading: Reading) -> None:
        """Store a reading for the next run; its pages are no longer needed one by one. Raises CannotWrite."""
        self.keep_for_now(reading)
        clear_store(self.pages, reading.document)

    def keep_for_now(self, reading: Reading) -> None:
        """Store a reading with pages that could not be read; those that were stay for another try. CannotWrite."""
        path = self._path(reading.document)
        make_folder(path.parent)
        with whole_file(path, _reading_to_care(reading)) as temporary, temporary.open("wb") as stream:
            for line in _reading_to_lines(reading):
                stream.write(line + b"\n")

    def _path(self, document: Document) -> Path:
        return self.folder / self.version / f"{document.sha256}.jsonl"


def forget_document(document: Document, folder: Path) -> None:
    """Remove the readings of a document by every version of the code, and its pages."""
    for version in folder.glob("*/"):
        cache = Cache(folder=folder, version=version.name)
        cache._path(document).unlink(missing_ok=True)
        clear_store(cache.pages, document)


@dataclass(frozen=True, slots=True)
class _Rebind:
    """Puts into every source the document, for the same bytes may come under another name, and one and the same reader.

    A page has a hundred sources, and a batch is held as a whole.
    """

    document: Document

    def __call__(self, entry: dict[str, object]) -> dict[str, object] | Document | Reader:
        if entry.keys() == _DOCUMENT_KEYS:
            return self.document
        return _the_one(**entry) if entry.keys() == _READER_KEYS else entry


@lru_cache(maxsize=64)  # as many readers as engines and formats
def _the_one(**reader: object) -> Reader:
    return _READER.validate_python(reader)


def _reading_to_care(reading: Reading) -> Outlasts:
    """What was recognised took a second a page; all else is read again sooner than it is on the disk."""
    sources = (source for table in reading.tables for cell in table.cells[:1] for source in cell.sources[:1])
    return Outlasts.POWER if any(source.reader.weights for source in sources) else Outlasts.PROCESS


def _reading_to_lines(reading: Reading) -> Iterator[bytes]:
    yield json.dumps({"tables": len(reading.tables), "forms": len(reading.forms)}).encode()
    yield _READING.dump_json(replace(reading, tables=(), forms=()))
    yield from map(_TABLE.dump_json, reading.tables)
    yield from map(_FORM.dump_json, reading.forms)


def _lines_to_reading(stream: TextIO, rebind: _Rebind) -> Reading:
    """The reading, whole. Raises ValueError where lines are missing."""
    counts = json.loads(next(stream, ""))
    entries = (json.loads(line, object_hook=rebind) for line in stream)
    reading = _READING.validate_python(next(entries, None))
    tables = tuple(_TABLE.validate_python(entry) for entry in islice(entries, counts["tables"]))
    forms = tuple(_FORM.validate_python(entry) for entry in islice(entries, counts["forms"]))
    if (len(tables), len(forms)) != (counts["tables"], counts["forms"]):
        raise ValueError("a reading cut short")
    return replace(reading, tables=tables, forms=forms)


def reading_to_bytes(reading: Reading) -> bytes:
    """A reading as its lines, to be sent to another machine."""
    return b"\n".join(_reading_to_lines(reading))


def bytes_to_reading(content: bytes, document: Document) -> Reading:
    """The reading of those lines, under this document. Raises ValueError where lines are missing."""
    return _lines_to_reading(io.StringIO(content.decode()), _Rebind(document))
