"""The order of the list: what is at stake and how sure it is, and in words why a finding stands where it stands."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from audit.engine import Raised
from audit.phrases import plain, wan
from audit.stories import find_tellers, raised_key
from audit.weights import CANNOT_CHECK_PRIORITY, COVERED_SHARE, Weights
from domain.finding import SEVERITY_NAMES, Finding, Severity, Verdict
from domain.form import FormKey

# Findings whose stake is the money they name, not marks.
MONEY_CODES = frozenset(
    {
        "BUDGET_ADJUST_LARGE",
        "BUDGET_CUT_TARGET_UNCHANGED",
        "LOW_EXEC_FULL_OUTPUT",
        "LOW_EXEC_NO_EXPLANATION",
        "LOW_EXEC_CLAIMED_COMPLETE",
        "BUDGET_TRANSFER_PAIR",
        "PARENT_CHILD_DOUBLE_REPORT",
        "BUDGET_JUMP_UNEXPLAINED",
        "CROSS_YEAR_BUDGET",
        "PREV_YEAR_EXEC_EXACT_100",
    }
)


# The scored figure has no source, or cannot be what it claims to be.
SOURCELESS_CODES = frozenset(
    {
        "SCORE_AS_ACTUAL",
        "MISSING_EVIDENCE_FULL_MARKS",
        "ACTUAL_TYPE_WRONG",
        "UNIT_COST_IMPLAUSIBLE",
        "ACTUAL_BLANK",
        "ACTUAL_NOT_A_VALUE",
        "SAT_NO_SURVEY",
        "SAT_EVIDENCE_NOT_RETAINED",
    }
)
# A made-up figure weighs the same in a small project; a missing survey costs less there.
ANY_SIZE_CODES = frozenset(
    {"SCORE_AS_ACTUAL", "MISSING_EVIDENCE_FULL_MARKS", "ACTUAL_TYPE_WRONG", "UNIT_COST_IMPLAUSIBLE"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One factor of a priority, and how the auditor is told of it; "" where it goes without saying."""

    share: float
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What a batch is beside its findings: how many forms each unit has, and which forms were handed in again."""

    units: Mapping[str, int]
    copies: Mapping[FormKey, FormKey]


def raised_to_findings(raised: Iterable[Raised], *, weights: Weights, company: Company) -> tuple[Finding, ...]:
    """Findings in order with rank (from 1), priority, why, and ``covered_by`` where another one tells the story."""
    items = tuple(raised)
    factors = [item_to_factors(item, weights) for item in items]
    own = [priority_of(one) for one in factors]
    tellers = find_tellers(items, own, same_cause_rows=weights.same_cause_rows, copies=company.copies)
    stories = _stories(items, tellers)
    for place, members in stories.items():
        heaviest = max(members, key=lambda member: own[member])
        factors[place] = [*factors[heaviest], _breadth(items, members, weights)]
    for place, factor in _company(items, factors, stories=stories, weights=weights, units=company.units):
        factors[place].append(factor)
    priorities = [
        own[place] * COVERED_SHARE if place in tellers else priority_of(factors[place]) for place in range(len(items))
    ]
    order = sorted(range(len(items)), key=lambda place: -priorities[place])
    ranks = {place: rank for rank, place in enumerate(order, start=1)}
    return tuple(
        replace(
            items[place].finding,
            rank=ranks[place],
            priority=round(priorities[place], 4),
            covered_by=ranks[tellers[place]] if place in tellers else None,
            why=f"已并入第{ranks[tellers[place]]}条。" if place in tellers else _why(items[place], factors[place]),
        )
        for place in order
    )


def priority_of(factors: Iterable[Factor]) -> float:
    """All factors together."""
    return math.prod(factor.share for factor in factors)


def item_to_factors(item: Raised, weights: Weights) -> list[Factor]:
    """Severity, confidence, and what is at stake: marks for rows, money for findings about money."""
    finding = item.finding
    if finding.verdict is Verdict.CANNOT_CHECK:
        return [Factor(share=CANNOT_CHECK_PRIORITY)]
    return [
        Factor(share=_severity(finding.severity, weights), words=f"程度{SEVERITY_NAMES[finding.severity]}"),
        Factor(share=finding.confidence, words=f"把握{finding.confidence:.0%}"),
        _points(item, weights),
        *([Factor(share=weights.sourceless, words="得分的数没有来源")] if finding.finding in SOURCELESS_CODES else []),
        _money(item, weights),
    ]


def _severity(severity: Severity, weights: Weights) -> float:
    return {
        Severity.HIGH: weights.severity_high,
        Severity.MEDIUM: weights.severity_medium,
        Severity.LOW: weights.severity_low,
        Severity.INFO: weights.severity_info,
    }[severity]


def _points(item: Raised, weights: Weights) -> Factor:
    """1 at the usual marks of a row, growing with their square root; 1 for findings that stake no marks."""
    if item.points is None and item.finding.row is None:
        return Factor(share=1.0)
    marks = weights.unmarked_points if item.points is None else max(float(item.points), 0.0)
    share = math.pow(marks / weights.usual_points, weights.points_power)
    words = f"涉及{plain(item.points)}分" if item.points is not None else ""
    return Factor(share=min(weights.points_most, max(weights.points_least, share)), words=words)


def _money(item: Raised, weights: Weights) -> Factor:
    """1 at the usual project and where the sum is unknown, a step more for each tenfold."""
    if item.yuan is None:
        return Factor(share=1.0)
    if item.finding.finding in MONEY_CODES:
        step, least, most, words = weights.money_step, weights.money_least, weights.money_most, "涉及资金"
    else:
        any_size = item.finding.finding in ANY_SIZE_CODES
        least = 1.0 if any_size else weights.yuan_least
        step, most, words = weights.yuan_step, weights.yuan_most, "项目资金"
    if item.yuan <= 0:
        return Factor(share=least)
    share = 1.0 + step * math.log10(float(item.yuan) / weights.usual_yuan)
    return Factor(share=min(most, max(least, share)), words=f"{words}{wan(item.yuan)}")


def _stories(items: Sequence[Raised], tellers: Mapping[int, int]) -> dict[int, list[int]]:
    """The members of every story by the place of its teller, the teller among them."""
    stories = {place: [place] for place, item in enumerate(items) if _is_told(item, place, tellers)}
    for place, teller in tellers.items():
        if teller in stories:
            stories[teller].append(place)
    return stories


def _is_told(item: Raised, place: int, tellers: Mapping[int, int]) -> bool:
    return place not in tellers and item.finding.verdict is Verdict.FAIL


def _breadth(items: Sequence[Raised], members: Sequence[int], weights: Weights) -> Factor:
    """A story grows with its rows."""
    more = len({items[place].finding.row for place in members}) - 1
    alike = "同一情形" if len({items[place].finding.finding for place in members}) == 1 else "同类问题"
    share = min(weights.rows_most, 1.0 + weights.row_step * more)
    return Factor(share=share, words=f"连同本表另{more}处{alike}" if more else "")


def _company(
    items: Sequence[Raised],
    factors: Sequence[Sequence[Factor]],
    *,
    stories: Mapping[int, Sequence[int]],
    weights: Weights,
    units: Mapping[str, int],
) -> list[tuple[int, Factor]]:
    """What the other forms of the batch make of a story: a cause they share, a habit of its unit, or its absence."""
    causes: dict[tuple[str, str], list[int]] = defaultdict(list)
    habits: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place in sorted(stories, key=lambda place: -priority_of(factors[place])):
        item = items[place]
        if item.across:  # tells of its company itself
            continue
        if item.cause:
            causes[item.finding.finding, item.cause].append(place)
        if item.unit:
            habits[item.finding.finding, item.unit].append(place)
    shared = [pair for places in causes.values() for pair in _shared(items, places, weights)]
    usual = [pair for (_, unit), places in habits.items() for pair in _usual(items, places, weights, of=units[unit])]
    return [*shared, *usual]


def _forms(items: Sequence[Raised], places: Iterable[int]) -> set[FormKey]:
    return {raised_key(items[place]) for place in places}


def _shared(items: Sequence[Raised], places: Sequence[int], weights: Weights) -> list[tuple[int, Factor]]:
    """One cause in several forms: its heaviest line rises, the others are not news."""
    more = len(_forms(items, places)) - 1
    if not more:
        return []
    share = min(weights.shared_most, 1.0 + weights.shared_step * more)
    first, *others = places
    again = Factor(share=weights.shared_again, words="同一原因在别的表已列更重的一条")
    return [(first, Factor(share=share, words=f"本批另有{more}张表同一原因")), *((place, again) for place in others)]


def _usual(items: Sequence[Raised], places: Sequence[int], weights: Weights, *, of: int) -> list[tuple[int, Factor]]:
    """What a unit always does is no news after its heaviest line; what it did once is."""
    count = len(_forms(items, places))
    if of < weights.usual_forms:
        return []
    if count == 1:
        alone = Factor(share=weights.unusual, words=f"该单位本批{of}张表中仅此一张")
        return [(place, alone) for place in places]
    if count < weights.usual_share * of:
        return []
    habit = Factor(share=weights.usual, words=f"该单位本批{of}张表中{count}张如此，属一贯做法")
    return [(place, habit) for place in places[1:]]


def _why(item: Raised, factors: Iterable[Factor]) -> str:
    """The reasons in the order in which they are weighed."""
    if item.finding.verdict is Verdict.CANNOT_CHECK:
        return "无法核对的排在全部疑点之后。"
    return "；".join(factor.words for factor in factors if factor.words) + "。"
