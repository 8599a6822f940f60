"""What a field must hold by its name: marks, a rate, an amount, a date; other readings that are no such thing go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from domain.form import Field, FormT, path_to_place, walk, with_fields
from domain.value import DateLimit
from extract.align import is_dash
from extract.values import text_to_amount, text_to_number, text_to_value

_DECIMALS = 2  # of a mark; more are a stroke read as a digit
_MOST_MARKS = 1000  # some places count to a thousand
_MISFIT_SURE = 0.3  # on worn pages 26 of 27 such figures were wrong, at a mean confidence of 0.9; forms also print 约30


@lru_cache(maxsize=1 << 12)
def text_to_mark(text: str) -> Decimal | None:
    """Marks as forms print them, with two decimals at most; None for other text."""
    number = text_to_number(text)
    if number is None or "%" in text or number.step < Decimal(1).scaleb(-_DECIMALS):
        return None
    return number.value if 0 <= number.value <= _MOST_MARKS else None


def _is_mark(text: str) -> bool:
    return text_to_mark(text) is not None


def _is_rate(text: str) -> bool:
    return text_to_number(text) is not None


def _is_amount(text: str) -> bool:
    return text_to_amount(text, "元") is not None


def _is_date(text: str) -> bool:
    return isinstance(text_to_value(text).value, DateLimit)


EXPECTED: Mapping[str, Callable[[str], bool]] = {
    **dict.fromkeys(("weight", "score", "total_weight", "total_score"), _is_mark),
    **dict.fromkeys(("initial_budget", "adjusted_budget", "executed"), _is_amount),
    **dict.fromkeys(("total_budget", "year_budget", "last_year_budget", "last_year_executed"), _is_amount),
    **dict.fromkeys(("start_date", "end_date"), _is_date),
    "execution_rate": _is_rate,
}


def parses(path: str, text: str) -> bool:
    """Whether a text is what the field at this path must hold; anything is, where the name does not say."""
    expected = EXPECTED.get(path_to_place(path)[2])
    return expected is None or expected(text)


def is_misfit(path: str, text: str) -> bool:
    """Whether a text is neither nothing nor what its field must hold."""
    return bool(text.strip()) and not is_dash(text) and not parses(path, text)


def as_expected(form: FormT) -> FormT:
    """The form held against what its fields must be. No text changes.

    Other readings that cannot be go, save what was read before it was mended. A field that an engine read as a figure
    which it cannot hold is less sure.
    """
    checked = {path: _checked(path, field) for path, field in walk(form)}
    fresh = {path: checked[path] for path, field in walk(form) if checked[path] is not field}
    return with_fields(form, fresh) if fresh else form


def _checked(path: str, field: Field) -> Field:
    fitting = tuple((text, odds) for text, odds in field.alternatives if odds >= field.confidence or parses(path, text))
    doubtful = is_misfit(path, field.text) and any(char.isdigit() for char in field.text) and _is_recognised(field)
    if not doubtful and fitting == field.alternatives:
        return field
    sure = min(field.confidence, _MISFIT_SURE) if doubtful else field.confidence
    return replace(field, alternatives=fitting, confidence=sure)


def _is_recognised(field: Field) -> bool:
    """Read by a model out of pixels; a text layer says what it says."""
    return any(source.reader.weights for source in field.sources)
