"""Pages read of a document that is still being read, one file each: an interrupted run goes on where it stopped."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from domain.page import Page
from domain.source import Document
from fuhe.files import CannotWrite, Outlasts, make_folder, write_text
from fuhe.page_notes import PageNote

T = TypeVar("T")

_PAGE, _NOTE = TypeAdapter(Page), TypeAdapter(PageNote)
_READ, _UNREAD = "p", "u"  # the first letters of files of pages
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
    """The pages of one document in a folder of its own, and notes on those that were not read; None keeps nothing."""

    folder: Path | None

    def begin(self, pages: int) -> tuple[int, ...]:
        """Note that a document of so many pages is being read; the numbers of those that an earlier run is done with.

        Raises CannotWrite.
        """
        if self.folder is None:
            return ()
        kept = tuple(number for number in range(1, pages + 1) if self.find(number) is not None)
        begun = {"pages": pages, "before": len(kept), "begun": time.time()}
        _write(self.folder / _BEGUN, json.dumps(begun), Outlasts.PROCESS)
        return kept

    def find(self, number: int) -> Page | PageNote | None:
        """A page by its number, or why it was not read; None where it was not tried, or its file was cut short."""
        return self._read(number, _PAGE) or self._read(number, _NOTE)

    def find_page(self, number: int) -> Page | None:
        """A page that was read; None for every other."""
        return self._read(number, _PAGE)

    def keep(self, page: Page | PageNote) -> None:
        """Store a page, or why it was not read. Raises CannotWrite."""
        if self.folder is None:
            return
        kind: TypeAdapter[Any] = _PAGE if isinstance(page, Page) else _NOTE
        # what was recognised took a second; the text layer of a PDF is read again sooner than it is on the disk
        is_cheap = isinstance(page, Page) and not page.reader.weights
        outlasts = Outlasts.PROCESS if is_cheap else Outlasts.POWER
        _write(_path(self.folder, page.number, kind), kind.dump_json(page).decode("utf-8"), outlasts)

    def notes(self) -> Iterator[PageNote]:
        """Why pages were not read, of those that were tried."""
        for path in sorted(self.folder.glob(f"{_UNREAD}*.json")) if self.folder is not None else ():
            note = self.find(int(path.stem.removeprefix(_UNREAD)))
            if isinstance(note, PageNote):
                yield note

    def _read(self, number: int, kind: TypeAdapter[T]) -> T | None:
        if self.folder is None:
            return None
        try:
            return kind.validate_json(_path(self.folder, number, kind).read_bytes())
        except (OSError, ValidationError):
            return None


def _write(path: Path, text: str, outlasts: Outlasts) -> None:
    """Write a file and its folder, which whoever reads the same content clears away at its end. Raises CannotWrite."""
    try:
        make_folder(path.parent)
        write_text(path, text, outlasts)
    except CannotWrite as error:
        if not isinstance(error.__cause__, FileNotFoundError):
            raise
        make_folder(path.parent)  # cleared away while this was written
        write_text(path, text, outlasts)


def _path(folder: Path, number: int, kind: TypeAdapter[Any]) -> Path:
    return folder / f"{_READ if kind is _PAGE else _UNREAD}{number:04}.json"


def document_to_store(folder: Path | None, document: Document) -> PageStore:
    """The pages of a document among those of all; of no folder, a store that keeps nothing."""
    return PageStore(folder=None if folder is None else folder / document.sha256)


def forget_notes(folder: Path, *, sha256: str = "*") -> None:
    """Let the pages that were not read be tried again: of all documents, or of this one."""
    for path in folder.glob(f"{sha256}/{_UNREAD}*.json"):
        path.unlink(missing_ok=True)


def clear_store(folder: Path, document: Document) -> None:
    """Forget the pages of a document: its whole reading is kept."""
    shutil.rmtree(folder / document.sha256, ignore_errors=True)


def end_store(folder: Path, document: Document) -> None:
    """Note that a document is not being read any more; pages that are kept stay for another try."""
    with suppress(OSError):  # it is said of what is still to be done, and costs nobody a reading
        (folder / document.sha256 / _BEGUN).unlink(missing_ok=True)


def stores_to_underway(folder: Path, since: float, *, sha256: str = "*") -> Iterator[Underway]:
    """The documents (all, or this one) of which reading began at this time (seconds since the epoch) or later."""
    for begun in sorted(folder.glob(f"{sha256}/{_BEGUN}")):
        try:
            noted = json.loads(begun.read_text(encoding="utf-8"))
            done = len({path.name[1:] for path in begun.parent.iterdir() if path.name[0] in (_READ, _UNREAD)})
        except (OSError, ValueError):
            continue  # just finished and cleared away
        if noted["begun"] >= since and noted["pages"] > 1:  # of a single page there is nothing to tell
            yield Underway(pages=noted["pages"], done=done, before=noted["before"], begun=noted["begun"])
