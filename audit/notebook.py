"""Hands out the fields of a form to one rule at a time and keeps account of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from audit.rule import NotRead, Why
from audit.thresholds import Thresholds
from domain.form import Field, FieldState

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived(Generic[T]):
    """What followed from some fields of a form, with these fields and how sure they are."""

    value: T
    asked: dict[str, Field]
    confidence: float


class Notebook:
    """Hands out fields and writes down which ones a rule looked at, in the order asked.

    ``form`` names the form whose fields these are, where several are looked at together.
    """

    def __init__(self, thresholds: Thresholds, *, form: str = "") -> None:
        self._least = thresholds.read_confidence
        self.form = form
        self.asked: dict[str, Field] = {}
        self.confidence = 1.0

    def turn(self) -> None:
        """A new page: what was asked so far belongs to another rule or row."""
        self.asked.clear()
        self.confidence = 1.0

    def text(self, path: str, field: Field) -> str:
        """The printed text, "" for BLANK. Raises NotRead for a field that could not be used."""
        self.asked.setdefault(path, field)
        state, confidence = field.state, field.confidence
        if state is FieldState.READ and confidence >= self._least:
            if confidence < self.confidence:
                self.confidence = confidence
            return field.text.strip()
        if state is FieldState.MISSING:
            raise self.not_read(path, why=Why.ABSENT)
        if state is FieldState.UNREADABLE:
            raise self.not_read(path, why=Why.UNREADABLE)
        if confidence < self._least:
            raise self.not_read(path, why=Why.UNSURE)
        self.doubt(confidence)
        return ""

    def not_read(self, path: str, *, why: Why) -> NotRead:
        """What to raise for a field of this form that gives no value."""
        return NotRead(path, why=why, form=self.form)

    def note(self, path: str, field: Field, confidence: float) -> None:
        """A field that was handed out before, looked at again."""
        self.asked.setdefault(path, field)
        if confidence < self.confidence:
            self.confidence = confidence

    def derive(self, build: Callable[[], T]) -> Derived[T]:
        """What ``build`` makes of the fields it asks for. The page of the rule that asks stays as it was."""
        page, sure = self.asked, self.confidence
        self.asked, self.confidence = {}, 1.0
        try:
            return Derived(value=build(), asked=self.asked, confidence=self.confidence)
        finally:
            self.asked, self.confidence = page, sure

    def hand_out(self, derived: Derived[T]) -> T:
        """The value; the fields it follows from are asked for with it."""
        self.asked.update(derived.asked)
        if derived.confidence < self.confidence:
            self.confidence = derived.confidence
        return derived.value

    def mention(self, path: str, field: Field) -> None:
        """A field that a message quotes and no verdict rests on."""
        if field.state is FieldState.READ:
            self.asked.setdefault(path, field)

    def doubt(self, confidence: float) -> None:
        """Whatever rests on these fields is no surer than the least sure of them."""
        self.confidence = min(self.confidence, confidence)
