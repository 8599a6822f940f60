"""The order of the list: what is at stake, how sure it is, and one line for each story."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from audit.engine import Raised
from domain.finding import Finding, Severity, Verdict

# Weights of the four severities: an auditor would rather see one high than two medium ones, so the steps double.
SEVERITY_WEIGHT = {Severity.HIGH: 8.0, Severity.MEDIUM: 4.0, Severity.LOW: 2.0, Severity.INFO: 1.0}
# A tenth of all marks is the usual weight of one indicator in the national form (50 over five outputs).
USUAL_POINTS = 10.0
# Marks count with their square root: 20 points matter more than 10, not twice as much.
POINTS_POWER = 0.5
LEAST_POINTS_FACTOR, MOST_POINTS_FACTOR = 0.3, 1.5
# Half a million yuan is about the median project of a district unit; each tenfold moves a finding by a sixth.
USUAL_YUAN = 500_000.0
YUAN_STEP = 0.15
LEAST_YUAN_FACTOR, MOST_YUAN_FACTOR = 0.7, 1.3
# A finding about money itself stands and falls with the sum: a tenfold moves it by two fifths.
MONEY_STEP = 0.4
LEAST_MONEY_FACTOR, MOST_MONEY_FACTOR = 0.4, 1.6
# From this many rows with one cause on, the rows are one line (BOILERPLATE: the same sentence three times).
SAME_CAUSE_ROWS = 3
# Whether a figure is true comes before how a goal is worded: units answer for the truth of what they report.
SOURCELESS_FACTOR = 1.35
CANNOT_CHECK_PRIORITY = 0.01  # below every finding; it is a to-do, not a suspicion

# Of several findings on one row, or of one story of the whole form, the one that tells most comes first.
# A fabricated value outranks a missing survey, a missing survey outranks lost papers; what a rewrite did to the
# goal outranks that it was not approved, and that outranks the bare fact. The rest follow by priority.
TELLING = (
    "SCORE_AS_ACTUAL",
    "MISSING_EVIDENCE_FULL_MARKS",
    "ACTUAL_TYPE_WRONG",
    "UNIT_COST_IMPLAUSIBLE",
    "REWRITE_ROW_SHIFT",
    "REWRITE_UNRELATED",
    "REWRITE_TO_VAGUE",
    "REWRITE_TO_CIRCULAR_RATE",
    "REWRITE_NO_APPROVAL",
    "SAT_NO_SURVEY",
    "SAT_EVIDENCE_NOT_RETAINED",
    "OVERACHIEVE_NO_ANALYSIS",
    "UNMET_REASON_MISSING",
    "REWRITE_THEN_PARTIAL_NO_REASON",
    "QUAL_BAND_VIOLATION",
    "UNMET_NOT_PROPORTIONAL",
    "TARGET_VALUE_REWRITTEN",
    "INDICATOR_NAME_REWRITTEN",
    "TARGET_TOO_LOW",
    "SAT_ACTUAL_EQ_TARGET",
    "MET_BUT_DEDUCTED",
    "SAT_TARGET_UNREALISTIC",
)
# Findings about a whole form whose story another one tells: the teller first, then what it covers.
FORM_STORIES = (
    ("BUDGET_CUT_TARGET_UNCHANGED", ("BUDGET_ADJUST_LARGE", "ALL_ACTUALS_EQUAL_TARGETS")),
    ("LOW_EXEC_FULL_OUTPUT", ("LOW_EXEC_CLAIMED_COMPLETE", "LOW_EXEC_NO_EXPLANATION")),
    ("LOW_EXEC_CLAIMED_COMPLETE", ("LOW_EXEC_NO_EXPLANATION",)),
    ("FUND_COMPONENT_MISMATCH", ("FUND_COMPONENT_BLANK",)),
    ("EXEC_RATE_MISMATCH", ("EXEC_SCORE_MISMATCH",)),
    ("SUM_TOTAL_MISMATCH", ("GRADE_TOTAL_MISMATCH",)),
)
# Findings whose stake is the money they name, not marks.
MONEY_CODES = frozenset(
    {
        "BUDGET_ADJUST_LARGE",
        "BUDGET_CUT_TARGET_UNCHANGED",
        "LOW_EXEC_FULL_OUTPUT",
        "LOW_EXEC_NO_EXPLANATION",
        "LOW_EXEC_CLAIMED_COMPLETE",
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
# Rows of a table without marks weigh like a row of half the usual marks.
UNMARKED_POINTS = 5.0
# Each further row with the same cause adds a tenth, up to half: breadth matters less than depth.
ROW_STEP, MOST_ROWS_FACTOR = 0.1, 1.5
# A finding whose story another one tells goes below every finding that tells its own.
COVERED_SHARE = 0.05


def raised_to_findings(raised: Iterable[Raised]) -> tuple[Finding, ...]:
    """Findings in order, with rank from 1, priority, and ``covered_by`` where another finding tells the story."""
    items = tuple(raised)
    own = tuple(priority_of(item) for item in items)
    tellers = _tellers(items, own)
    priorities = _story_priorities(items, own, tellers=tellers)
    order = sorted(range(len(items)), key=lambda place: -priorities[place])
    ranks = {place: rank for rank, place in enumerate(order, start=1)}
    return tuple(
        replace(
            items[place].finding,
            rank=ranks[place],
            priority=round(priorities[place], 4),
            covered_by=ranks[tellers[place]] if place in tellers else None,
        )
        for place in order
    )


def priority_of(item: Raised) -> float:
    """Severity times confidence times what is at stake: marks for rows, money for findings about money."""
    finding = item.finding
    if finding.verdict is Verdict.CANNOT_CHECK:
        return CANNOT_CHECK_PRIORITY
    weight = SEVERITY_WEIGHT[finding.severity] * finding.confidence * _points_factor(item.points, row=finding.row)
    if finding.finding in SOURCELESS_CODES:
        weight *= SOURCELESS_FACTOR
    if finding.finding in MONEY_CODES:
        return weight * _money_factor(item.yuan, MONEY_STEP, least=LEAST_MONEY_FACTOR, most=MOST_MONEY_FACTOR)
    least = 1.0 if finding.finding in ANY_SIZE_CODES else LEAST_YUAN_FACTOR
    return weight * _money_factor(item.yuan, YUAN_STEP, least=least, most=MOST_YUAN_FACTOR)


def _money_factor(yuan: Decimal | None, step: float, *, least: float, most: float) -> float:
    """1 at the usual project, ``step`` more for each tenfold; 1 where the sum is unknown."""
    if yuan is None:
        return 1.0
    if yuan <= 0:
        return least
    return min(most, max(least, 1.0 + step * math.log10(float(yuan) / USUAL_YUAN)))


def _points_factor(points: Decimal | None, *, row: int | None) -> float:
    """1 at the usual marks of a row, growing with their square root; 1 for findings that stake no marks."""
    if points is None and row is None:
        return 1.0
    marks = UNMARKED_POINTS if points is None else max(float(points), 0.0)
    return min(MOST_POINTS_FACTOR, max(LEAST_POINTS_FACTOR, math.pow(marks / USUAL_POINTS, POINTS_POWER)))


def _tellers(items: Sequence[Raised], own: Sequence[float]) -> dict[int, int]:
    """For every covered finding, by place, the one that tells its story."""
    places = range(len(items))
    fails = [place for place in places if items[place].finding.verdict is Verdict.FAIL]
    unread = [place for place in places if items[place].finding.verdict is Verdict.CANNOT_CHECK]
    tellers = _row_tellers(items, own, fails)
    uncovered = [place for place in fails if place not in tellers]
    tellers |= _cause_tellers(items, own, uncovered)
    tellers |= _form_tellers(items, fails)
    tellers |= _unread_tellers(items, unread)
    return {place: _root(place, tellers) for place in tellers}


def _root(place: int, tellers: dict[int, int]) -> int:
    while place in tellers:
        place = tellers[place]
    return place


def _story_priorities(items: Sequence[Raised], own: Sequence[float], *, tellers: dict[int, int]) -> tuple[float, ...]:
    """The teller takes the heaviest priority of its story and grows with its rows; the covered sink below."""
    stories: dict[int, list[int]] = defaultdict(list)
    for place, teller in tellers.items():
        stories[teller].append(place)
    return tuple(
        own[place] * COVERED_SHARE if place in tellers else _story_priority(items, own, (place, *stories[place]))
        for place in range(len(items))
    )


def _story_priority(items: Sequence[Raised], own: Sequence[float], members: Sequence[int]) -> float:
    rows = {items[place].finding.row for place in members}
    return max(own[place] for place in members) * min(MOST_ROWS_FACTOR, 1.0 + ROW_STEP * (len(rows) - 1))


FormKey = tuple[str, int]


def _form_key(item: Raised) -> FormKey:
    return item.finding.source, item.finding.form_index


def _row_tellers(items: Sequence[Raised], own: Sequence[float], places: Sequence[int]) -> dict[int, int]:
    """One line for each row: heavier severity first, then what tells more, then priority."""

    def telling(place: int) -> tuple[float, int, float]:
        finding = items[place].finding
        known = TELLING.index(finding.finding) if finding.finding in TELLING else len(TELLING)
        return -SEVERITY_WEIGHT[finding.severity], known, -own[place]

    rows: dict[tuple[FormKey, int], list[int]] = defaultdict(list)
    for place in places:
        row = items[place].finding.row
        if row is not None:
            rows[_form_key(items[place]), row].append(place)
    return _first_tells([sorted(members, key=telling) for members in rows.values()])


def _first_tells(groups: Iterable[Sequence[int]]) -> dict[int, int]:
    """In every group the first covers the others."""
    return {place: group[0] for group in groups for place in group[1:]}


def _cause_tellers(items: Sequence[Raised], own: Sequence[float], places: Sequence[int]) -> dict[int, int]:
    """One line for rows of a form that fail the same rule with the same words, the heaviest first."""
    causes: dict[tuple[FormKey, str, str], list[int]] = defaultdict(list)
    for place in places:
        item = items[place]
        if item.cause:
            causes[_form_key(item), item.finding.finding, item.cause].append(place)
    shared = [members for members in causes.values() if len(members) >= SAME_CAUSE_ROWS]
    return _first_tells([sorted(members, key=lambda place: -own[place]) for members in shared])


def _form_tellers(items: Sequence[Raised], places: Sequence[int]) -> dict[int, int]:
    """One line for findings about a whole form that tell one story."""
    forms: dict[FormKey, dict[str, int]] = defaultdict(dict)
    for place in places:
        if items[place].finding.row is None:
            forms[_form_key(items[place])][items[place].finding.finding] = place
    return {
        by_code[code]: by_code[teller]
        for by_code in forms.values()
        for teller, covered in reversed(FORM_STORIES)
        if teller in by_code
        for code in covered
        if code in by_code
    }


def _unread_tellers(items: Sequence[Raised], places: Sequence[int]) -> dict[int, int]:
    """One line for everything that the same unread cells keep from being checked."""
    cells: dict[tuple[FormKey, str], list[int]] = defaultdict(list)
    for place in places:
        cells[_form_key(items[place]), items[place].cause].append(place)
    return _first_tells(cells.values())
