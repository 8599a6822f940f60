"""Hands out the fields of a form to one rule at a time and keeps account of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from audit.rule import NotRead, Why
from audit.thresholds import Thresholds
from domain.form import MISSING, Field, FieldState

T = TypeVar("T")
V = TypeVar("V")


class Note(NamedTuple):
    """One field that was looked at, and how sure it is; for a mere doubt the path is ""."""

    path: str
    field: Field
    confidence: float


class Derived(NamedTuple, Generic[T]):
    """What followed from some fields of a form, with the page on which they were asked for."""

    value: T
    page: Sequence[Note | Derived[Any]]


class Asked(NamedTuple):
    """The fields a rule looked at in the order asked, by path; it is no surer than the least sure of them."""

    form: str
    fields: dict[str, Field]
    confidence: float


class Notebook:
    """Hands out fields and writes down which ones a rule looked at, in the order asked.

    ``page`` is kept as it was written and read only for a finding: of a hundred rules on a row, ninety-nine pass. Each
    rule begins an empty one. What was derived before is handed out by putting it on the page: whoever is given the
    value has asked for the fields it follows from.
    ``form`` names the form whose fields these are, where several are looked at together.
    """

    def __init__(self, thresholds: Thresholds, *, form: str = "") -> None:
        self._least = thresholds.read_confidence
        self.form = form
        self.page: list[Note | Derived[Any]] = []

    def read(self) -> Asked:
        """What the page says was looked at, and how sure that is."""
        notes = _page_to_notes(self.page)
        return Asked(
            form=self.form,
            fields={note.path: note.field for note in notes if note.path},
            confidence=min([note.confidence for note in notes], default=1.0),
        )

    def cell(self, path: str, field: Field) -> Derived[str]:
        """The printed text, "" for BLANK, to be handed out. Raises NotRead for a field that could not be used."""
        note = Note(path, field, field.confidence)
        if field.state is FieldState.READ and field.confidence >= self._least:
            return Derived(field.text.strip(), (note,))
        why = self._why_not(field)
        if why is None:
            return Derived("", (note,))
        self.page.append(Note(path, field, 1.0))
        raise self.not_read(path, why=why)

    def _why_not(self, field: Field) -> Why | None:
        """Why a field gives no text; None for one that was surely left blank."""
        if field.state is FieldState.MISSING:
            return Why.ABSENT
        if field.state is FieldState.UNREADABLE:
            return Why.UNREADABLE
        return Why.UNSURE if field.confidence < self._least else None

    def not_read(self, path: str, *, why: Why) -> NotRead:
        """What to raise for a field of this form that gives no value."""
        return NotRead(path, why=why, form=self.form)

    def derive(self, build: Callable[[V], T], view: V) -> Derived[T]:
        """What ``build`` makes of the fields it asks for. The page of the rule that asks stays as it was."""
        page, self.page = self.page, []
        try:
            return Derived(build(view), self.page)
        finally:
            self.page = page

    def mention(self, path: str, field: Field) -> None:
        """A field that a message quotes and no verdict rests on."""
        if field.state is FieldState.READ:
            self.page.append(Note(path, field, 1.0))

    def doubt(self, confidence: float) -> None:
        """Whatever rests on the fields of this page is no surer than this."""
        self.page.append(Note("", MISSING, confidence))


def _page_to_notes(page: Sequence[Note | Derived[Any]]) -> list[Note]:
    """The notes of a page and of the pages it refers to, each page once, in the order asked."""
    notes: list[Note] = []
    seen: set[int] = set()

    def gather(entries: Sequence[Note | Derived[Any]]) -> None:
        for entry in entries:
            if isinstance(entry, Note):
                notes.append(entry)
            elif id(entry) not in seen:
                seen.add(id(entry))
                gather(entry.page)

    gather(page)
    return notes
