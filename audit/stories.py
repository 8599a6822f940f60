"""One line for each story: which finding tells it, and which ones it covers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from audit.engine import Raised
from domain.finding import Severity, Verdict
from domain.form import FormKey

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
    "CROSS_YEAR_TARGET_LOWERED",
    "OUTPUT_RECOUNTED_AS_BENEFIT",
    "NARRATIVE_CELL_CONFLICT",
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
    ("BUDGET_TRANSFER_PAIR", ("BUDGET_ADJUST_LARGE",)),
    ("NARRATIVE_OMITS_UNMET", ("GOAL_COPIED_AS_COMPLETION", "COMPLETION_USES_TARGET_WORDING")),
    ("GOAL_COPIED_AS_COMPLETION", ("COMPLETION_USES_TARGET_WORDING",)),
    ("GOAL_TAUTOLOGICAL", ("SECTION_TEXT_DUPLICATED",)),
    ("BASIS_NOT_CITED", ("SECTION_TEXT_DUPLICATED",)),
    ("OUTPUT_DIMENSION_MISSING", ("GOAL_WITHOUT_INDICATOR",)),
    ("COST_SAVING_CONTRADICTION", ("COST_INDICATOR_MISSING",)),
    ("BUDGET_JUMP_UNEXPLAINED", ("ONE_OFF_BUT_RECURRING", "PREV_YEAR_EXEC_EXACT_100", "CROSS_YEAR_BUDGET")),
)
HEAVIEST_FIRST = tuple(Severity)
SMALL = frozenset({Severity.LOW, Severity.INFO})
FIGURES = frozenset({"算术", "评分", "证据", "预算", "跨年", "改指标"})  # themes; the others are about words
SMALL_FIGURES, SMALL_WORDS = "small figures", "small words"
SMALL_LEAST = 2  # small matters of a form are one line from here on
REWRITES = "改指标"  # the theme of a form whose indicators were rewritten


def find_tellers(
    items: Sequence[Raised], own: Sequence[float], *, same_cause_rows: int, copies: Mapping[FormKey, FormKey]
) -> dict[int, int]:
    """For every covered finding, by place, the one that tells its story; ``own`` are the priorities by place.

    From ``same_cause_rows`` rows with one cause on, the rows are one line. ``copies`` lead from a form that was handed
    in again to the first of its kind.
    """
    places = range(len(items))
    fails = [place for place in places if items[place].finding.verdict is Verdict.FAIL]
    unread = [place for place in places if items[place].finding.verdict is Verdict.CANNOT_CHECK]
    tellers = _copy_tellers(items, fails, copies)
    fails = [place for place in fails if place not in tellers]
    tellers |= _row_tellers(items, own, fails)
    tellers |= _form_tellers(items, fails)
    uncovered = [place for place in fails if place not in tellers]
    tellers |= _cause_tellers(items, own, uncovered, least=same_cause_rows)
    tellers |= _unread_tellers(items, unread)
    return {place: _root(place, tellers) for place in tellers}


def _root(place: int, tellers: dict[int, int]) -> int:
    while place in tellers:
        place = tellers[place]
    return place


def raised_key(item: Raised) -> FormKey:
    """The form that a finding is about."""
    return item.finding.source, item.finding.form_index


def _row_tellers(items: Sequence[Raised], own: Sequence[float], places: Sequence[int]) -> dict[int, int]:
    """One line for each row: heavier severity first, then what tells more, then priority."""

    def telling(place: int) -> tuple[int, int, float]:
        finding = items[place].finding
        known = TELLING.index(finding.finding) if finding.finding in TELLING else len(TELLING)
        return HEAVIEST_FIRST.index(finding.severity), known, -own[place]

    rows: dict[tuple[FormKey, int], list[int]] = defaultdict(list)
    for place in places:
        row = items[place].finding.row
        if row is not None and not items[place].across:  # a story of several forms is not that of one row
            rows[raised_key(items[place]), row].append(place)
    return _first_tells([sorted(members, key=telling) for members in rows.values()])


def _first_tells(groups: Iterable[Sequence[int]]) -> dict[int, int]:
    """In every group the first covers the others."""
    return {place: group[0] for group in groups for place in group[1:]}


def _cause_tellers(
    items: Sequence[Raised], own: Sequence[float], places: Sequence[int], *, least: int
) -> dict[int, int]:
    """One line for what belongs together within a form, the heaviest first.

    Small matters of figures, and of words; rows rewritten in one way; rows that fail one rule with the same words.
    """
    causes: dict[tuple[FormKey, str, str], list[int]] = defaultdict(list)
    for place in places:
        item = items[place]
        if item.finding.severity in SMALL and item.group:
            causes[raised_key(item), SMALL_FIGURES if item.group in FIGURES else SMALL_WORDS, ""].append(place)
        elif item.cause or item.group == REWRITES:
            causes[raised_key(item), item.finding.finding, item.cause].append(place)
    shared = [
        members for (_, told, _), members in causes.items()
        if len(members) >= (SMALL_LEAST if told in (SMALL_FIGURES, SMALL_WORDS) else least)
    ]  # fmt: skip
    return _first_tells([sorted(members, key=lambda place: -own[place]) for members in shared])


def _form_tellers(items: Sequence[Raised], places: Sequence[int]) -> dict[int, int]:
    """One line for findings about a whole form that tell one story."""
    forms: dict[FormKey, dict[str, int]] = defaultdict(dict)
    for place in places:
        if items[place].finding.row is None:
            forms[raised_key(items[place])][items[place].finding.finding] = place
    return {
        by_code[code]: by_code[teller]
        for by_code in forms.values()
        for teller, covered in reversed(FORM_STORIES)
        if teller in by_code
        for code in covered
        if code in by_code
    }


def _copy_tellers(items: Sequence[Raised], places: Sequence[int], copies: Mapping[FormKey, FormKey]) -> dict[int, int]:
    """What was told already on the first copy of a form; findings that only the copy has stay."""
    if not copies:
        return {}
    told = {(raised_key(items[place]), *_matter(items[place])): place for place in places}
    again = [place for place in places if raised_key(items[place]) in copies]
    found = ((place, told.get((copies[raised_key(items[place])], *_matter(items[place])))) for place in again)
    return {place: first for place, first in found if first is not None}


def _matter(item: Raised) -> tuple[str, int | None]:
    return item.finding.finding, item.finding.row


def _unread_tellers(items: Sequence[Raised], places: Sequence[int]) -> dict[int, int]:
    """One line for everything that the same unread cells keep from being checked."""
    cells: dict[tuple[FormKey, str], list[int]] = defaultdict(list)
    for place in places:
        cells[raised_key(items[place]), items[place].cause].append(place)
    return _first_tells(cells.values())
