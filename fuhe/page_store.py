"""Pages read of a document that is still being read, one file each: an interrupted run goes on where it stopped."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from domain.page import Page
from domain.source import Document
from fuhe.files import write_text

_PAGE = TypeAdapter(Page)
_BEGUN = "begun.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """A document being read: its pages, how many are read, how many of these were before, and when reading began."""

    pages: int
    done: int
    before: int
    begun: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PageStore:
    """The pages of one document in a folder of its own."""

    folder: Path

    def begin(self, pages: int) -> tuple[int, ...]:
        """Note that a document of so many pages is being read; the numbers of those that an earlier run has read."""
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = tuple(number for number in range(1, pages + 1) if self.find(number) is not None)
        write_text(self.folder / _BEGUN, json.dumps({"pages": pages, "before": len(kept), "begun": time.time()}))
        return kept

    def find(self, number: int) -> Page | None:
        """A page by its number; None where it was not read, or its file was cut short."""
        try:
            return _PAGE.validate_json(self._path(number).read_bytes())
        except (OSError, ValidationError):
            return None

    def keep(self, page: Page) -> None:
        """Store a page. Raises CannotWrite."""
        write_text(self._path(page.number), _PAGE.dump_json(page).decode("utf-8"))

    def _path(self, number: int) -> Path:
        return self.folder / f"p{number:04}.json"


def document_to_store(folder: Path, document: Document) -> PageStore:
    """The pages of a document among those of all."""
    return PageStore(folder=folder / document.sha256)


def clear_store(folder: Path, document: Document) -> None:
    """Forget the pages of a document: its whole reading is kept."""
    shutil.rmtree(folder / document.sha256, ignore_errors=True)


def stores_to_underway(folder: Path, since: float, *, sha256: str = "*") -> Iterator[Underway]:
    """The documents (all, or this one) of which reading began at this time (seconds since the epoch) or later."""
    for begun in sorted(folder.glob(f"{sha256}/{_BEGUN}")):
        try:
            noted = json.loads(begun.read_text(encoding="utf-8"))
            done = sum(path.name.startswith("p") for path in begun.parent.iterdir())
        except (OSError, ValueError):
            continue  # just finished and cleared away
        if noted["begun"] >= since:
            yield Underway(pages=noted["pages"], done=done, before=noted["before"], begun=noted["begun"])
