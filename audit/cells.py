"""Typed reading of printed cells: what every view of a form is made of."""

from __future__ import annotations

from dataclasses import dataclass

from audit.notebook import Notebook
from audit.rule import Skills, Why
from audit.thresholds import Thresholds
from domain.form import Field, FieldState
from domain.value import Amount, Number, Reading

# A cell with nothing but a dash says "does not apply": the forms print it where components carry no marks.
DASHES = frozenset({"-", "—", "——", "–", "－", "/", "／", "--"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every view of one run shares."""

    skills: Skills
    thresholds: Thresholds


class Cells:
    """Typed reading of the fields under one path. What was read once is kept: many rules ask for the same cell."""

    def __init__(self, prefix: str, *, context: Context, notebook: Notebook) -> None:
        self._prefix = prefix
        self._context = context
        self._notebook = notebook
        self._texts: dict[str, tuple[str, str]] = {}
        self._readings: dict[str, tuple[str, Reading | None, float]] = {}

    def _text(self, column: str, field: Field) -> str:
        kept = self._texts.get(column)
        if kept is None:
            text = self._notebook.text(self._prefix + column, field)  # raises for a field that gives no value
            self._texts[column] = (self._prefix + column, text)
            return text
        self._notebook.note(kept[0], field, field.confidence)
        return kept[1]

    def _text_if_placed(self, column: str, field: Field) -> str:
        """The printed text, "" also where the form has no place for it."""
        return "" if field.state is FieldState.MISSING else self._text(column, field)

    def _number(self, column: str, field: Field) -> Number | None:
        text = self._text(column, field)
        if not text or text in DASHES:
            return None
        number = self._context.skills.number(text)
        if number is None:
            raise self._notebook.not_read(self._prefix + column, why=Why.UNPARSED)
        return number

    def _amount(self, column: str, field: Field, *, unit: str) -> Amount | None:
        text = self._text(column, field)
        if not text or text in DASHES:
            return None
        amount = self._context.skills.amount(text, unit)
        if amount is None:
            raise self._notebook.not_read(self._prefix + column, why=Why.UNPARSED)
        return amount

    def _reading(self, column: str, field: Field) -> Reading | None:
        kept = self._readings.get(column)
        if kept is None:
            kept = self._readings[column] = self._read(column, field)
        path, reading, confidence = kept
        self._notebook.note(path, field, confidence)
        return reading

    def _read(self, column: str, field: Field) -> tuple[str, Reading | None, float]:
        """The path of a field, what its text says (None for a blank one), and how sure both are."""
        text = self._text(column, field)
        if not text:
            return self._prefix + column, None, field.confidence
        reading = self._context.skills.value(text)
        doubt = reading.confidence if self.sure(reading) else 1.0
        return self._prefix + column, reading, min(field.confidence, doubt)

    def sure(self, reading: Reading) -> bool:
        """True where a text says one thing more likely than not."""
        return reading.confidence >= self._context.thresholds.read_confidence
