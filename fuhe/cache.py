"""Readings kept between runs: a JSON file for each document, found by its hash and the version of the reading code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from domain.source import Document
from fuhe.files import write_text
from fuhe.page_store import clear_store
from fuhe.pipeline import Reading

_READING = TypeAdapter(Reading)
_DOCUMENT_KEYS = frozenset(["path", "sha256"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """A folder of readings made by one version of the code."""

    folder: Path
    version: str

    @property
    def pages(self) -> Path:
        """The folder of pages read of documents of which the reading is not kept yet."""
        return self.folder / self.version / "pages"

    def find(self, document: Document) -> Reading | None:
        """The reading of the same bytes, under the path they have now; None when there is none that can be used."""
        try:
            text = self._path(document).read_text(encoding="utf-8")
            return _READING.validate_python(json.loads(text, object_hook=_Rebind(document)))
        except (OSError, ValueError, ValidationError):
            return None  # a reading cut short by a power failure is read again, like one that is not there

    def keep(self, reading: Reading) -> None:
        """Store a reading for the next run."""
        path = self._path(reading.document)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, _READING.dump_json(reading).decode("utf-8"))
        clear_store(self.pages, reading.document)

    def _path(self, document: Document) -> Path:
        return self.folder / self.version / f"{document.sha256}.json"


@dataclass(frozen=True, slots=True)
class _Rebind:
    """Replaces the document in every source: the same bytes may come under another name next time."""

    document: Document

    def __call__(self, entry: dict[str, object]) -> dict[str, object] | Document:
        return self.document if entry.keys() == _DOCUMENT_KEYS else entry
