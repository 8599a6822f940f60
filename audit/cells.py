"""Typed reading of printed cells: what every view of a form is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from sys import intern
from typing import Any, TypeVar

from audit.notebook import Derived, Notebook
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


V = TypeVar("V", bound="Cells")
T = TypeVar("T")


class Cells:
    """Typed reading of the fields under one path. What was read once is kept: many rules ask for the same cell."""

    def __init__(self, prefix: str, *, context: Context, notebook: Notebook) -> None:
        self._prefix = prefix
        self._context = context
        self._notebook = notebook
        self._texts: dict[str, Derived[str]] = {}
        self._derived: dict[Callable[..., object], Derived[Any]] = {}

    def _know_with(self, other: Cells) -> None:
        """What one of two views of the same fields reads or works out, the other knows too."""
        self._texts, self._derived = other._texts, other._derived

    def _text(self, column: str, field: Field) -> str:
        kept = self._texts.get(column)
        if kept is None:
            # evidence of thousands of forms names the same few paths
            kept = self._texts[column] = self._notebook.cell(intern(self._prefix + column), field)
        self._notebook.page.append(kept)
        return kept.value

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
        text = self._text(column, field)
        if not text:
            return None
        reading = self._context.skills.value(text)
        if self.sure(reading):
            self._notebook.doubt(reading.confidence)
        return reading

    def sure(self, reading: Reading) -> bool:
        """True where a text says one thing more likely than not."""
        return reading.confidence >= self._context.thresholds.read_confidence


def once(derive: Callable[[V], T]) -> Callable[[V], T]:
    """Works a thing out once for each view. Whoever asks again has asked for the fields that it follows from."""

    @wraps(derive)
    def handed_out(view: V) -> T:
        kept = view._derived.get(derive)
        notebook = view._notebook
        if kept is None:
            kept = view._derived[derive] = notebook.derive(derive, view)
        notebook.page.append(kept)
        value: T = kept.value
        return value

    return handed_out
