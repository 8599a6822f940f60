"""What a printed target or actual says: a quantity, a date, or wording. One class per kind, told apart by ``kind``."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal


class Comparator(StrEnum):
    """How a number binds. NONE is a bare number; BETWEEN has both bounds."""

    NONE = ""
    EQ = "="
    GE = "≥"
    GT = ">"
    LE = "≤"
    LT = "<"
    BETWEEN = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its comparator and unit ("%", "次", "万元", "" for none).

    ``low`` and ``high`` are equal except for BETWEEN. ``approximate`` is 约/左右/+; ``scale`` of 万/亿 is
    already multiplied in, unless the unit is an amount of money (万元 stays the unit).
    """

    kind: Literal["quantity"] = "quantity"
    comparator: Comparator = Comparator.NONE
    low: Decimal
    high: Decimal
    unit: str = ""
    approximate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLimit:
    """A date or deadline; ``month`` and ``day`` are None where not named. ``by`` is true for 前/底前/之前."""

    kind: Literal["date"] = "date"
    year: int | None = None
    month: int | None = None
    day: int | None = None
    by: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Words without a number that binds."""

    kind: Literal["wording"] = "wording"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A value that binds nobody: digits lost, signs doubled, leading zero. ``defect`` says which, in Chinese."""

    kind: Literal["malformed"] = "malformed"
    text: str
    defect: str


Value = Quantity | DateLimit | Wording | Malformed


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Money in yuan. ``step`` is the value of the last printed digit in yuan: 0.01 万元 is 100.

    The true figure lies within half a step of ``yuan``; checks that recompute a printed figure use that interval.
    """

    yuan: Decimal
    step: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A plain printed number (weight, score, rate): its value and the value of its last printed digit."""

    value: Decimal
    step: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One text read as a value, with the confidence in 0..1 that this is what it says."""

    text: str
    value: Value
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A number in running text with the words of its clause around it, in plain spelling (ASCII punctuation).

    ``before`` and ``after`` end at a comma, a full stop or the next number.
    """

    quantity: Quantity
    before: str
    after: str
