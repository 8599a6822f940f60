"""What printed figures of a self-evaluation must satisfy among themselves: totals, shares, ceilings, by field path.

A relation speaks of texts, so that other readings can be tried on it. It does not judge the unit: what it finds open
stays with the rules of the audit, which are as lenient as this is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from domain.form import FundRow, Indicator, SelfEvaluation, funds_to_execution, funds_to_total
from domain.value import Amount, Number
from extract.align import is_dash
from extract.expect import text_to_mark
from extract.values import text_to_amount, text_to_number

Texts = Mapping[str, str]  # field path -> text
Holds = Callable[[Texts], bool | None]

_HALF = Decimal("0.5")
_HUNDRED = Decimal(100)
_TOLERANCE = Decimal("0.005")  # marks; half of the second printed decimal
_BANDED = Decimal("0.90")  # share executed from which some places give full marks
_COMPONENTS = 3  # this year's grant, carried over, other; longer blocks nest in ways that nobody can guess
_UNPRINTED = (Decimal(10), Decimal(20))  # marks for execution where no column prints them
_POINTS = re.compile(r"[(（](\d+(?:\.\d+)?)分[)）]")
_AMOUNTS = ("initial_budget", "adjusted_budget", "executed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One relation between the fields at ``paths``. ``holds`` is None where the texts do not tell."""

    paths: tuple[str, ...]
    holds: Holds


def is_nothing(text: str) -> bool:
    """A blank cell, or a dash that says that there is no value."""
    return not text.strip() or is_dash(text)


def form_to_sums(form: SelfEvaluation) -> tuple[Relation, ...]:
    """Every sum and share that ties figures of one form together."""
    rows, total = range(len(form.indicators)), funds_to_total(form.funds)
    funds = sorted(range(len(form.funds)), key=lambda place: (place != total, place))
    execution = f"funds[{funds_to_execution(form.funds)}]" if form.funds else ""
    return (
        _column_sum("weight", rows, execution=execution),
        _column_sum("score", rows, execution=execution),
        *_subtotals(form.indicators),
        *(_share(f"funds[{place}]", form.funds[place]) for place in funds),
        *(_execution(place) for place in [execution] if place),
        *(_components(column, funds) for column in _AMOUNTS if form.funds),
    )


def form_to_ceilings(form: SelfEvaluation) -> tuple[Relation, ...]:
    """Every row's score against its weight. They forbid a reading, but too many others would satisfy them to choose."""
    rows = (
        *(f"indicators[{n}]" for n in range(len(form.indicators))),
        *(f"funds[{n}]" for n in range(len(form.funds))),
    )
    return tuple(_ceiling(row) for row in rows)


def _column_sum(column: str, rows: Sequence[int], *, execution: str) -> Relation:
    """Marks of all rows and of budget execution against the printed total; weights without one make a hundred."""
    parts = tuple(f"indicators[{row}].{column}" for row in rows)
    executed, total = f"{execution}.{column}" if execution else "", f"total_{column}"

    def holds(texts: Texts) -> bool | None:
        whole = texts[total]
        if not parts or (is_nothing(whole) and column == "score") or any(is_nothing(texts[part]) for part in parts):
            return None
        marks = [text_to_mark(texts[part]) for part in parts]
        full = text_to_number("100" if is_nothing(whole) else whole)
        extra = _execution_marks(texts, executed, column)
        if full is None or None in marks or None in extra:
            return False
        own = sum((mark for mark in marks if mark is not None), Decimal(0))
        slack = max(_TOLERANCE, full.step * _HALF)
        return any(abs(own + more - full.value) <= slack for more in extra if more is not None)

    return Relation(paths=(*parts, *((executed,) if executed else ()), total), holds=holds)


def _execution_marks(texts: Texts, path: str, column: str) -> list[Decimal | None]:
    """What budget execution may add to the rows. It may also stand among the rows, and then adds nothing."""
    if path and not is_nothing(texts[path]):
        return [text_to_mark(texts[path]), Decimal(0)]
    return [Decimal(0), *(_UNPRINTED if column == "weight" else ())]


def _subtotals(rows: Sequence[Indicator]) -> list[Relation]:
    """Weights under a level name that prints its points: 产出指标（50分）."""
    found: list[Relation] = []
    places = range(len(rows))
    for level in ("level1", "level2"):
        for name, group in groupby(places, key=lambda place: getattr(rows[place], level).text):
            points = _POINTS.search(name)
            if points is not None:
                parts = tuple(f"indicators[{place}].weight" for place in group)
                found.append(Relation(paths=parts, holds=_adds_up(parts, Decimal(points.group(1)))))
    return found


def _adds_up(parts: Sequence[str], whole: Decimal) -> Holds:
    def holds(texts: Texts) -> bool | None:
        if any(is_nothing(texts[part]) for part in parts):
            return None
        marks = [text_to_mark(texts[part]) for part in parts]
        own = sum((mark for mark in marks if mark is not None), Decimal(0))
        return None not in marks and abs(own - whole) <= _TOLERANCE

    return holds


def _ceiling(row: str) -> Relation:
    """No row scores more than its weight."""
    paths = (f"{row}.weight", f"{row}.score")

    def holds(texts: Texts) -> bool | None:
        if any(is_nothing(texts[path]) for path in paths):
            return None
        weight, score = (text_to_mark(texts[path]) for path in paths)
        return weight is not None and score is not None and score <= weight

    return Relation(paths=paths, holds=holds)


def _share(row: str, fund: FundRow) -> Relation:
    """Executed over full-year budget is the printed rate, within what the printed digits allow."""
    budget = "adjusted_budget" if fund.adjusted_budget.text or not fund.initial_budget.text else "initial_budget"
    paths = (f"{row}.{budget}", f"{row}.executed", f"{row}.execution_rate")

    def holds(texts: Texts) -> bool | None:
        if any(is_nothing(texts[path]) for path in paths):
            return None
        whole, part = (text_to_amount(texts[path], "元") for path in paths[:2])
        rate = text_to_number(texts[paths[2]])
        if whole is None or part is None or rate is None:
            return False
        return rate_fits(rate, part, whole) if whole.yuan > 0 else None

    return Relation(paths=paths, holds=holds)


def rate_fits(rate: Number, part: Amount, whole: Amount) -> bool:
    """Whether a printed rate (percent, or share of one) lies within what the printed amounts allow.

    Forms truncate as often as they round: one last digit to either side.
    """
    least_whole = whole.yuan - whole.step * _HALF
    if least_whole <= 0:
        return True
    low = (part.yuan - part.step * _HALF) / (whole.yuan + whole.step * _HALF) * _HUNDRED
    high = (part.yuan + part.step * _HALF) / least_whole * _HUNDRED
    readings = ((rate.value, rate.step), (rate.value * _HUNDRED, rate.step * _HUNDRED))
    return any(low - step <= value <= high + step for value, step in readings)


def _execution(row: str) -> Relation:
    """Marks for budget execution are their weight times the rate, or full from nine tenths on."""
    paths = (f"{row}.weight", f"{row}.execution_rate", f"{row}.score")

    def holds(texts: Texts) -> bool | None:
        if any(is_nothing(texts[path]) for path in paths):
            return None
        weight, score = text_to_mark(texts[paths[0]]), text_to_number(texts[paths[2]])
        rate = text_to_number(texts[paths[1]])
        if weight is None or score is None or rate is None:
            return False
        share = min(rate.value / _HUNDRED, Decimal(1))
        banded = score.value == weight and share >= _BANDED
        return banded or abs(score.value - share * weight) <= max(_TOLERANCE, score.step * _HALF)

    return Relation(paths=paths, holds=holds)


def _components(column: str, funds: Sequence[int]) -> Relation:
    """Sources of money add up to the yearly total; blank ones count nothing."""
    whole, *parts = [f"funds[{place}].{column}" for place in funds]

    def holds(texts: Texts) -> bool | None:
        printed = [texts[part] for part in parts if not is_nothing(texts[part])]
        if not printed or len(parts) > _COMPONENTS or is_nothing(texts[whole]):
            return None
        amounts = [text_to_amount(text, "元") for text in (texts[whole], *printed)]
        known = [amount for amount in amounts if amount is not None]
        if len(known) < len(amounts):
            return False
        total, *rest = known
        slack = sum((amount.step for amount in known), Decimal(0)) * _HALF
        return abs(sum((amount.yuan for amount in rest), Decimal(0)) - total.yuan) <= slack

    return Relation(paths=(whole, *parts), holds=holds)
