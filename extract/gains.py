"""What a hypothesis of the row search gains or loses with one more fragment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from extract.fields import begins_open
from extract.fragments import VERDICTS, Fragment, Look
from extract.placing import ACTUAL, NAME, REASON, SCORE, SUITS, TARGET, WEIGHT, Sums

SLACK = 3  # display columns that a wrap may leave free at the edge: one full-width character and a bracket

_REASON_WORDS = (
    *("改为", "修改", "更改", "改成", "调整", "建议", "后续", "未留存", "口头", "因", "进行考核", "自评", "完善"),
    *("导致", "原因", "由于", "受", "佐证", "资料", "未做", "加强", "未开展", "下一步", "改进", "缺乏", "不足"),
    *("推迟", "进度"),
)

_CLEAR_REASONS = ("改为", "改成", "进行考核", "进行自评", "未留存", "口头", "建议")  # hardly in an indicator's name

_TERMINAL = "。；！？;"

_DONE_WORDS = ("完成", "已", "实际", "有效", "达到", "达成", "开展了", "共")  # an actual begins so, a target seldom

Places = Mapping[int, tuple[float, float]]  # column -> usual begin and middle in its line, in characters

Habits = Mapping[tuple[int, bool], tuple[float, float]]


class Open(NamedTuple):  # tuples, because the search makes some hundred thousand of them
    """The last cell begun in a column: its row, its last fragment, its widest line, its text, and if it looks open."""

    row: int
    last: int
    widest: int
    text: str
    open: bool


class State(NamedTuple):
    """One hypothesis: its score, cells begun per column, and the choice that led here."""

    score: float
    begun: tuple[int, ...]
    opened: tuple[Open | None, ...]
    column: int
    row: int
    before: State | None  # a chain back to the first fragment


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Settings of one pass: sums to reach, hypotheses kept, columns the form has, whether cells come whole; what is
    known of the page (least and usual widths of columns, blank lines, places of columns in the line); the
    fragments before which a level name stands; the place of every column from the left (-1 before the first);
    and the lines that hold a fragment, counted.
    """

    sums: Sums
    beam: int
    used: tuple[int, ...]
    strict: bool
    least: Mapping[int, int]
    caps: Mapping[int, int]
    habits: Habits
    heads: Collection[int]
    places: Places
    rank: Mapping[int, int]
    lines: Mapping[int, int]


class Alone(NamedTuple):
    """By column, the log-odds that a fragment begins a cell there or goes on with one, whatever stands before it."""

    begins: Mapping[int, float]
    goes_on: Mapping[int, float]


def fragment_to_gains(fragments: Sequence[Fragment], index: int, search: Search) -> Alone:
    """What all hypotheses gain alike with fragment ``index``: its look, place, width and the blank line above it."""
    fragment, nearer = fragments[index], _place_gains(fragments[index], search)
    heads = search.strict and fragment.seq in search.heads
    begins, goes_on = {}, {}
    for column in search.used:
        suits = SUITS[fragment.look][column]
        gap, gap_within = (_gap_gain(fragments, index, search.habits.get((column, within))) for within in (False, True))
        begins[column] = suits + nearer[column] + gap + _overfull(fragment, column, search.caps)
        begins[column] += (1.0 if column == NAME else -3.0) if heads else 0.0
        begins[column] += _wording_gain(fragment, column)
        goes_on[column] = 0.3 * suits + nearer[column] + gap_within - (3.0 if heads else 0.0)
    return Alone(begins, goes_on)


def _wording_gain(fragment: Fragment, column: int) -> float:
    text = fragment.text
    gain = -3.0 if (column < WEIGHT or column == REASON) and begins_open(text) else 0.0
    if column == NAME:
        gain -= 0.8 * (text[-1:] in _TERMINAL) + 0.8 * any(word in text for word in _CLEAR_REASONS)
    if column in (TARGET, ACTUAL) and fragment.look is Look.WORDS and text.startswith(_DONE_WORDS):
        gain += 0.6 if column == ACTUAL else -0.6
    return gain


def _place_gains(fragment: Fragment, search: Search) -> Mapping[int, float]:
    """By column, how much farther a fragment stands from it than from the nearest one."""
    if not search.places:
        return dict.fromkeys(search.used, 0.0)
    distances = {known: _distance(fragment, place) for known, place in search.places.items() if known in search.used}
    nearest = min(distances.values())
    return {column: -0.5 * min(12.0, distances.get(column, 12.0) - nearest) for column in search.used}


def _distance(fragment: Fragment, place: tuple[float, float]) -> float:
    return min(abs(fragment.x - place[0]), abs(fragment.middle - place[1]))


def begin_gain(
    state: State, fragments: Sequence[Fragment], index: int, column: int, *, row: int, search: Search
) -> float:
    """Log-odds that fragment ``index`` begins the cell of this column in this row, beside what it gains alone."""
    gain = _strict_begin(state, fragments, index, column, row=row, search=search) if search.strict else 0.0
    cell = state.opened[column]
    if cell is not None and column not in (WEIGHT, SCORE):
        gain -= 1.0 * _unfinished(cell, fragments, column, search)
    if search.strict and column == NAME and state.column == REASON:
        reason = state.opened[REASON]
        assert reason is not None
        gain += 0.8 if fragments[reason.last].text[-1:] in _TERMINAL else 0.0
        gain -= 1.5 * _unfinished(reason, fragments, REASON, search)
    if column == SCORE:
        return gain + _score_gain(state, fragments[index], index, search)
    if column == REASON:
        return gain + _reason_gain(state, fragments, index, row=row, heads=search.heads)
    return gain + (0.0 if skips_actual(state, column, row, search) else _step_gain(state, column, row, search.used))


@lru_cache(maxsize=1 << 14)  # hypotheses ask the same of the same fragment over and over
def sounds_like_reason(text: str) -> bool:
    """True for words that reasons have."""
    return any(word in text for word in _REASON_WORDS)


def _gap_gain(fragments: Sequence[Fragment], index: int, habit: tuple[float, float] | None) -> float:
    if habit is None or index == 0 or fragments[index].line == fragments[index - 1].line:
        return 0.0
    return habit[fragments[index].block != fragments[index - 1].block]


def _strict_begin(
    state: State, fragments: Sequence[Fragment], index: int, column: int, *, row: int, search: Search
) -> float:
    """Cells that come whole come in order: the next column of the row, or the name of the next row."""
    if column == REASON:
        cut = (
            _heads_next(fragments, index, search.heads) and row == state.begun[SCORE]
        )  # a page break after its first line
        return 0.0 if state.column == SCORE and row == state.row else (-0.5 if cut else -4.0)
    if skips_actual(state, column, row, search):
        return -2.0
    expected = search.used[search.used.index(column) - 1] if column != search.used[0] else None
    if expected is None:
        return 0.0 if state.column in (-1, search.used[-1], SCORE, REASON) else -5.0
    return 0.0 if state.column == expected and state.row == row else -5.0


def skips_actual(state: State, column: int, row: int, search: Search) -> bool:
    """The weight straight behind its target: the actual was left blank."""
    behind = state.column == TARGET and state.row == row and state.begun[ACTUAL] == row
    return search.strict and column == WEIGHT and ACTUAL in search.used and behind


def _heads_next(fragments: Sequence[Fragment], index: int, heads: Collection[int]) -> bool:
    return index + 1 < len(fragments) and fragments[index + 1].seq in heads


def _score_gain(state: State, fragment: Fragment, index: int, search: Search) -> float:
    if WEIGHT not in search.used:
        return 0.5
    weight = state.opened[WEIGHT]
    if weight is None or float(fragment.text) > float(weight.text):
        return -12.0
    beside = search.rank[SCORE] == search.rank[WEIGHT] + 1
    near = (1.5 if weight.last == index - 1 else -1.5) if beside else 0.0
    return near + (0.5 if ("." in fragment.text) == ("." in weight.text) else 0.0)


def _reason_gain(state: State, fragments: Sequence[Fragment], index: int, *, row: int, heads: Collection[int]) -> float:
    text = fragments[index].text
    gain = 1.0 if sounds_like_reason(text) else -0.8
    if row == state.begun[SCORE]:  # before its row's figures: a tall cell begins above the others
        return gain - 1.2
    score, weight = state.opened[SCORE], state.opened[WEIGHT]
    if score is not None and weight is not None and float(score.text) < float(weight.text):
        gain += 1.2
    elif (
        _heads_next(fragments, index, heads) and text[-1:] not in _TERMINAL
    ):  # the page breaks here, and this row lost no marks
        gain -= 1.5
    if score is not None and score.last == index - 1:
        gain += 1.5 if fragments[score.last].line == fragments[index].line else 0.8
    return gain


def _step_gain(state: State, column: int, row: int, used: Sequence[int]) -> float:
    """Columns stay in step: a row's cells begin before the next row's, left before right."""
    ahead = row - min(state.begun[other] for other in used if other not in (column, REASON))
    gain = -2.5 * ahead if ahead > 0 else 0.0
    left = used[used.index(column) - 1] if column != used[0] else None
    if left is not None and state.begun[left] <= row:
        gain -= 1.0
    before = used[: used.index(WEIGHT)] if column == WEIGHT else ()
    if any(state.begun[other] <= row for other in before):
        gain -= 3.0
    return gain


def go_on_gain(
    state: State, fragments: Sequence[Fragment], index: int, column: int, *, cell: Open, search: Search
) -> float:
    """Log-odds that fragment ``index`` goes on with the open cell of this column, beside what it gains alone."""
    fragment, last = fragments[index], fragments[cell.last]
    gain = -0.4 * max(0, search.lines[fragment.line] - search.lines[last.line] - 1)
    if search.strict and cell.last != index - 1:
        gain -= 0.5 if column == REASON and state.column == SCORE and cell.row == state.row else 6.0
    if fragment.line != last.line:
        known = column in search.caps or column in search.least
        gain += (1.2 if known else 0.4) if _full(last, cell, column, search) else -2.2
        gain += _overfull(fragment, column, search.caps)
    if cell.open or begins_open(fragment.text):
        gain += 2.0
    elif column in (TARGET, ACTUAL) and _is_whole_value(cell, last):
        gain -= 1.5
    if last.text[-1:] in _TERMINAL:
        gain -= 1.0
    elif column == REASON and fragment.text[-1:] in _TERMINAL:
        gain += 0.8
    behind = column != REASON and state.begun[column] < max(state.begun[:REASON])
    return gain - (1.0 if behind else 0.0)


def _unfinished(cell: Open, fragments: Sequence[Fragment], column: int, search: Search) -> bool:
    """Whether a cell looks as if it went on: brackets open, or a full last line without a full stop."""
    last = fragments[cell.last]
    full = column in search.caps and _full(last, cell, column, search)
    return cell.open or (full and last.text[-1:] not in _TERMINAL)


def _is_whole_value(cell: Open, last: Fragment) -> bool:
    """One fragment that is a value in itself: a number with its unit, or a verdict."""
    return cell.text == last.text and (last.look is Look.QUANTITY or last.look is Look.BOUND or last.text in VERDICTS)


def _full(last: Fragment, cell: Open, column: int, search: Search) -> bool:
    """Whether a line ran to the edge of its column, so that the cell goes on."""
    cap = search.caps.get(column) or max(cell.widest, search.least.get(column, 0), 8 + SLACK)
    return last.width >= cap - SLACK


def _overfull(fragment: Fragment, column: int, caps: Mapping[int, int]) -> float:
    """A line wider than its column stands in another one."""
    return -1.5 if column in caps and fragment.width > caps[column] + SLACK else 0.0
