"""Two cells in one: real reasons tell of several things at once, and two labelled ones make a third that does too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classify.labels import RATIONALE
from classify.learning.examples import Example, RewriteTruth
from domain.label import Task

_BETWEEN = ("，", "；", "。", " ", "\n", "；同时，", "。另外")
_STOPS = "。；;，, \n"


def joined(reasons: Sequence[Example], *, share: float, chance: np.random.Generator) -> tuple[Example, ...]:
    """About ``share`` times as many new texts as there are, each of two that may stand together."""
    if not reasons:
        return ()
    pairs = chance.integers(0, len(reasons), size=(round(share * len(reasons)), 2))
    found: list[Example] = []
    for first, second in pairs:
        if may_join(reasons[first], reasons[second]):
            found.append(join(reasons[first], reasons[second], between=str(chance.choice(_BETWEEN))))
    return tuple(found)


def may_join(first: Example, second: Example) -> bool:
    """No text without a reason (it stands alone), no two rewrites, no rewrite beside another's approval."""
    if first is second or any("no_reason" in each.held for each in (first, second)):
        return False
    if _rewrites(first) and _rewrites(second):
        return False
    return not any(
        _rewrites(one) and dict(other.known).get("approved_change") is not False
        for one, other in ((first, second), (second, first))
    )


def _rewrites(reason: Example) -> bool:
    return not reason.rewrites or any(answer.status != "none" for answer in reason.rewrites)


def join(first: Example, second: Example, *, between: str) -> Example:
    """A label holds where either holds it; it is not known where one is silent and the other does not hold it."""
    one, other = dict(first.known), dict(second.known)
    known = {label: _either(one.get(label), other.get(label)) for label in RATIONALE}
    if one.get("misplaced_content") is not other.get("misplaced_content"):
        known["misplaced_content"] = None  # figures count only where no reason stands beside them
    told = next((each.rewrites for each in (first, second) if _rewrites(each)), (RewriteTruth(status="none"),))
    return Example(
        task=Task.RATIONALE,
        text=first.text.rstrip(_STOPS) + between + second.text,
        known=tuple((label, holds) for label, holds in known.items() if holds is not None),
        unit=first.unit,
        rewrites=told,
        file=first.file,
        line=first.line,
    )


def _either(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if one is None or other is None else False
