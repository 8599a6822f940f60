"""Hands out the fields of a form to one rule at a time and keeps account of them."""

from __future__ import annotations

from audit.rule import NotRead, Why
from audit.thresholds import Thresholds
from domain.form import Field, FieldState


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

    def mention(self, path: str, field: Field) -> None:
        """A field that a message quotes and no verdict rests on."""
        if field.state is FieldState.READ:
            self.asked.setdefault(path, field)

    def doubt(self, confidence: float) -> None:
        """Whatever rests on these fields is no surer than the least sure of them."""
        self.confidence = min(self.confidence, confidence)
