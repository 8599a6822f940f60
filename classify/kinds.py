"""Indicator or target: what was changed, from the noun it was said of and the look of the new wording."""

from __future__ import annotations

from enum import StrEnum

from classify.values import Shape


class Kind(StrEnum):
    """What was changed: the indicator's name or the value it is held to."""

    INDICATOR = "indicator"
    TARGET = "target"


_VALUES = (Shape.NUMBER, Shape.STATE)


def kind_of(subject: str, shape: Shape, *, quoted: bool) -> tuple[Kind, float] | None:
    """What was changed and how sure that is; None where it is no rewrite.

    ``subject`` is a word list (ind, goal, measure, thing: works, plans, rules, contracts, money), or "quote" for a
    quoted old name, "hint" and "other_hint" for an indicator or a thing in an earlier clause, "unknown" for a noun of
    no list, and "" where the verb opens the text.
    """
    if subject == "goal":
        return Kind.TARGET, 0.95 if quoted or shape is not Shape.OTHER else 0.85
    if subject == "ind":
        return (Kind.INDICATOR, 0.95) if shape in (Shape.NAME, Shape.OTHER) else (Kind.TARGET, 0.85)
    if subject == "thing" or shape in (Shape.MONEY, Shape.TIME):
        return None
    if subject in ("other_hint", "unknown"):
        return (Kind.INDICATOR, 0.6) if quoted and shape is Shape.NAME else None
    if subject == "measure":
        return _measure_kind(shape, quoted=quoted)
    return _loose_kind(subject, shape, quoted=quoted)


def _measure_kind(shape: Shape, *, quoted: bool) -> tuple[Kind, float] | None:
    if shape is Shape.NUMBER:
        return Kind.TARGET, 0.7
    return (Kind.INDICATOR, 0.7) if shape is Shape.NAME or (quoted and shape is Shape.OTHER) else None


def _loose_kind(subject: str, shape: Shape, *, quoted: bool) -> tuple[Kind, float] | None:
    known = subject in ("hint", "quote")
    if shape in _VALUES:
        return (Kind.TARGET, 0.85 if known else 0.7) if quoted or known or shape is Shape.NUMBER else None
    if quoted:
        return Kind.INDICATOR, 0.9 if known else 0.85
    if shape is Shape.NAME:
        return Kind.INDICATOR, 0.8 if known else 0.6
    return (Kind.INDICATOR, 0.55) if known else None
