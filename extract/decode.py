"""Which fragment of a flattened indicator table belongs to which column and row: a beam search that sums decide.

Every row has one name, target, actual, weight and score; a reason may follow. Exporters keep the rows in order. Some
also keep the order of the cells (every cell whole, left to right); others go line by line across the page and
interleave the lines of neighbouring cells. The search assigns fragments in reading order to columns, each as the
start of a new cell or the continuation of the open one, first under the strict assumption, then under the loose one.
The reading whose weights and scores close wins.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise, product
from math import log
from statistics import median
from typing import NamedTuple

from extract.fields import begins_open, ends_open
from extract.fragments import CLOSING, VERDICTS, Fragment, Look

COLUMNS = ("level3", "target", "actual", "weight", "score", "deviation_reason")
NAME, TARGET, ACTUAL, WEIGHT, SCORE, REASON = range(6)
BEAMS = (10, 40, 160)  # hypotheses kept; widened only while the sums do not close
_NEVER = -50.0
_KNOWN_LINES = 2  # full lines that must agree before a column's width counts as known
_SLACK = 3  # display columns that a wrap may leave free at the edge: one full-width character and a bracket

# How well a look suits a column (log-odds by judgement, checked on the printed forms of bench/flatten.py).
SUITS: Mapping[Look, tuple[float, ...]] = {
    Look.FIGURE: (-6.0, -2.0, -0.5, 1.5, 1.5, -6.0),
    Look.BOUND: (-4.0, 3.0, -1.5, -99.0, -99.0, -4.0),
    Look.QUANTITY: (-2.5, 0.8, 1.6, -99.0, -99.0, -2.5),
    Look.VERDICT: (-3.0, -1.5, 3.0, -99.0, -99.0, -3.0),
    Look.WORDS: (0.6, 0.3, -0.2, -99.0, -99.0, 0.4),
}
_REASON_WORDS = ("改为", "修改", "更改", "改成", "调整", "建议", "后续", "未留存", "口头", "因", "进行考核", "自评", "完善", "导致",
                 "原因", "由于", "受", "佐证", "资料", "未做", "加强", "未开展", "下一步", "改进", "缺乏", "不足", "推迟", "进度")  # fmt: skip
_CLEAR_REASONS = ("改为", "改成", "进行考核", "进行自评", "未留存", "口头", "建议")  # hardly in an indicator's name
_TERMINAL = "。；！？;"
_DONE_WORDS = ("完成", "已", "实际", "有效", "达到", "达成", "开展了", "共")  # an actual begins so, a target seldom


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What the weights and the scores of all rows must add up to, as far as the form says; None where it does not."""

    weights: Decimal | None
    scores: Decimal | None


Places = Mapping[int, tuple[float, float]]  # column -> usual begin and middle in its line, in characters
Habits = Mapping[tuple[int, bool], tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHints:
    """What the page tells before the search: ``seq`` of fragments that a level name precedes (a row begins there where cells
    come whole), whether cells come whole (None if it does not tell), and the middles of the column headings in their
    line (empty unless the exporter kept the layout)."""

    heads: frozenset[int] = frozenset()
    whole: bool | None = None
    middles: Mapping[str, float] = field(default_factory=dict)


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
    before: State | None  # type: ignore[misc]  # a chain back to the first fragment


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One fragment with its row and column."""

    fragment: Fragment
    row: int
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The best reading: fragments placed, number of rows, and whether both sums close."""

    placed: tuple[Placed, ...] = ()
    rows: int = 0
    closes: bool = False
    score: float = float("-inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Settings of one pass: sums to reach, hypotheses kept, columns the form has, whether cells come whole; what is
    known of the page (least and usual widths of columns, blank lines, places of columns in the line); and the fragments before which a level name stands."""

    sums: Sums
    beam: int
    used: tuple[int, ...]
    strict: bool
    least: Mapping[int, int]
    caps: Mapping[int, int]
    habits: Habits
    heads: Collection[int]
    places: Places


def decode_rows(
    fragments: Sequence[Fragment], sums: Sums, *, columns: Collection[str], page: PageHints
) -> Decoded:
    """The best assignment of fragments to rows and columns; the beam widens until the sums close.

    ``columns`` are those the form has: a target table has names and targets only.
    """
    orders = ((True, False),) if page.whole is None else ((page.whole,), (not page.whole,))
    used = tuple(place for place, name in enumerate(COLUMNS) if name in columns)
    best = Decoded()
    for beam, assumptions in product(BEAMS, orders):
        found = [_two_passes(fragments, sums, beam=beam, used=used, strict=strict, page=page) for strict in assumptions]
        best = max([best, *found], key=lambda decoded: (decoded.closes, decoded.score))
        if best.closes:
            break
    return best


def _two_passes(
    fragments: Sequence[Fragment], sums: Sums, *, beam: int, used: tuple[int, ...], strict: bool, page: PageHints
) -> Decoded:
    """The second pass knows from the first how wide each column is and where blank lines stand."""
    sure = sure_widths(fragments, used)
    places = {COLUMNS.index(name): (middle, middle) for name, middle in page.middles.items() if name in COLUMNS}
    rough = Search(
        sums=sums, beam=beam, used=used, strict=strict, least=sure, caps={}, habits={}, heads=page.heads, places=places
    )
    first = _search(fragments, rough)
    fragments = mend_breaks(first, column_caps(first))
    caps = {column: max(cap, sure.get(column, 0)) for column, cap in column_caps(first).items()}
    places = {**places, **column_places(first)} if places else {}
    return _search(fragments, replace(rough, caps=caps, habits=gap_habits(first), places=places))


def mend_breaks(decoded: Decoded, caps: Mapping[int, int]) -> list[Fragment]:
    """Fragments with false line breaks undone.

    Some exporters break a line before full-width punctuation. No printer begins a line so: where the line above has
    room for it, the piece goes back.
    """
    mended: list[Fragment] = []
    cell: tuple[int, str] | None = None
    for placed in decoded.placed:
        piece, here = placed.fragment, (placed.row, placed.column)
        cap = caps.get(COLUMNS.index(placed.column), 0)
        above = mended[-1] if mended else None
        text = placed.column not in ("weight", "score")
        if above is not None and text and here == cell and piece.text[0] in CLOSING and above.width + piece.width <= cap + _SLACK:
            mended[-1] = replace(above, text=above.text + piece.text, width=above.width + piece.width)
        else:
            mended.append(piece)
        cell = here
    return mended


def column_places(decoded: Decoded) -> Places:
    """Where in the line each column's fragments begin and have their middle (medians)."""
    found: dict[int, list[Fragment]] = defaultdict(list)
    for placed in decoded.placed:
        found[COLUMNS.index(placed.column)].append(placed.fragment)
    return {
        column: (median(f.x for f in pieces), median(f.x + len(f.text) / 2 for f in pieces))
        for column, pieces in found.items()
    }


def sure_widths(fragments: Sequence[Fragment], used: Sequence[int]) -> dict[int, int]:
    """Least width of the columns, from lines that hold a whole row: name, target, actual, weight, score."""
    widths: dict[int, int] = {}
    for place, fragment in enumerate(fragments):
        if WEIGHT not in used or fragment.place != 0 or fragment.of not in (5, 6) or place + 5 > len(fragments):
            continue
        whole = fragments[place : place + 5]
        if all(piece.look is Look.FIGURE for piece in whole[3:]) and whole[0].look is Look.WORDS:
            for column in (NAME, TARGET, ACTUAL):
                widths[column] = max(widths.get(column, 0), whole[column].width)
    return widths


def gap_habits(decoded: Decoded) -> Habits:
    """How often, per column, a blank line stands before the start of a cell and before its further lines (log odds).

    Exporters differ (some put blank lines between cells, some between the lines of wide cells) but keep their habit.
    """
    counts: dict[tuple[int, bool], list[float]] = defaultdict(lambda: [1.0, 1.0])
    begun: set[tuple[int, str]] = set()
    for before, placed in pairwise(decoded.placed):
        if before.fragment.line == placed.fragment.line:
            continue
        goes_on = (placed.row, placed.column) in begun or (before.row, before.column) == (placed.row, placed.column)
        begun.add((placed.row, placed.column))
        gap = placed.fragment.block != before.fragment.block
        counts[COLUMNS.index(placed.column), goes_on][gap] += 1
    return {key: (log(no / (no + yes)), log(yes / (no + yes))) for key, (no, yes) in counts.items()}


def column_caps(decoded: Decoded) -> dict[int, int]:
    """Usual width of a full line in every column: the median over lines that another line of their cell follows."""
    cells: dict[tuple[int, str], list[Fragment]] = defaultdict(list)
    for placed in decoded.placed:
        cells[placed.row, placed.column].append(placed.fragment)
    full: dict[int, list[int]] = defaultdict(list)
    for (_, column), pieces in cells.items():
        full[COLUMNS.index(column)] += [one.width for one, two in pairwise(pieces) if two.line > one.line]
    return {column: sorted(widths)[len(widths) // 2] for column, widths in full.items() if len(widths) >= _KNOWN_LINES}


def _search(fragments: Sequence[Fragment], search: Search) -> Decoded:
    states = [State(0.0, (0,) * 6, (None,) * 6, -1, -1, None)]
    for index in range(len(fragments)):
        grown = [new for state in states for new in _grow(state, fragments, index, search)]
        grown.sort(key=lambda state: -state.score)
        states = _distinct(grown, search.beam)
    ranked = [_finish(state, fragments, search) for state in states]
    return max(ranked, key=lambda decoded: (decoded.closes, decoded.score), default=Decoded())


def _distinct(states: Sequence[State], beam: int) -> list[State]:
    """Of hypotheses that agree on everything that matters from here, the best; at most ``beam`` of them."""
    seen: set[tuple[object, ...]] = set()
    kept: list[State] = []
    for state in states:
        key = (state.begun, tuple((cell.row, cell.last) if cell else None for cell in state.opened))
        if key not in seen:
            seen.add(key)
            kept.append(state)
            if len(kept) == beam:
                break
    return kept


def _grow(state: State, fragments: Sequence[Fragment], index: int, search: Search) -> Iterator[State]:
    fragment = fragments[index]
    same_line = index > 0 and fragments[index - 1].line == fragment.line
    for column in search.used:
        suits = SUITS[fragment.look][column]
        if suits < _NEVER or (same_line and column < state.column):
            continue  # within a line, cells stand from left to right
        order = (-1.0 if column == state.column else 0.4 * (column == state.column + 1)) if same_line else 0.0
        order += _place_gain(fragment, column, search)
        for row in _new_rows(state, column):
            gain = suits + order + _begin_gain(state, fragments, index, column, row=row, search=search)
            skipped = _skips_actual(state, column, row, search)
            yield _step(_blank_actual(state) if skipped else state, gain, column, row=row, index=index, fragment=fragment)
        cell = state.opened[column]
        if cell is not None and column not in (WEIGHT, SCORE):
            gain = 0.3 * suits + order + _go_on_gain(state, fragments, index, column, cell=cell, search=search)
            yield _step(state, gain, column, row=cell.row, index=index, fragment=fragment)


def _place_gain(fragment: Fragment, column: int, search: Search) -> float:
    """How much farther a fragment stands from this column than from the nearest one."""
    if not search.places:
        return 0.0
    distances = {known: _distance(fragment, place) for known, place in search.places.items() if known in search.used}
    return -0.5 * min(12.0, distances.get(column, 12.0) - min(distances.values()))


def _distance(fragment: Fragment, place: tuple[float, float]) -> float:
    return min(abs(fragment.x - place[0]), abs(fragment.x + len(fragment.text) / 2 - place[1]))


def _new_rows(state: State, column: int) -> tuple[int, ...]:
    """Rows in which this column may begin a cell: the next one, and for a reason the row done or the one at work."""
    if column == SCORE and state.begun[SCORE] >= state.begun[WEIGHT]:
        return ()
    if column == WEIGHT and state.begun[WEIGHT] > state.begun[SCORE]:
        return ()
    if column != REASON:
        return (state.begun[column],)
    cell = state.opened[REASON]
    last = cell.row if cell else -1
    done = state.begun[SCORE]
    return tuple(row for row in (done - 1, done) if row > last and row >= 0)


def _begin_gain(
    state: State, fragments: Sequence[Fragment], index: int, column: int, *, row: int, search: Search
) -> float:
    fragment = fragments[index]
    gain = _strict_begin(state, fragments, index, column, row=row, search=search) if search.strict else 0.0
    gain += _overfull(fragment, column, search.caps) + _gap_gain(fragments, index, search.habits.get((column, False)))
    if search.strict and fragment.seq in search.heads:
        gain += 1.0 if column == NAME else -3.0
    cell = state.opened[column]
    if cell is not None and column not in (WEIGHT, SCORE):
        gain -= 1.0 * _unfinished(cell, fragments, column, search)
    if search.strict and column == NAME and state.column == REASON:
        reason = state.opened[REASON]
        assert reason is not None
        gain += 0.8 if fragments[reason.last].text[-1:] in _TERMINAL else 0.0
        gain -= 1.5 * _unfinished(reason, fragments, REASON, search)
    if column < WEIGHT or column == REASON:
        gain -= 3.0 if begins_open(fragment.text) else 0.0
    if column == SCORE:
        return gain + _score_gain(state, fragment, index)
    if column == REASON:
        return gain + _reason_gain(state, fragments, index, row=row, heads=search.heads)
    if column == NAME:
        gain -= 0.8 * (fragment.text[-1:] in _TERMINAL) + 0.8 * any(word in fragment.text for word in _CLEAR_REASONS)
    if column in (TARGET, ACTUAL) and fragment.look is Look.WORDS and fragment.text.startswith(_DONE_WORDS):
        gain += 0.6 if column == ACTUAL else -0.6
    return gain + (0.0 if _skips_actual(state, column, row, search) else _step_gain(state, column, row, search.used))


def _gap_gain(fragments: Sequence[Fragment], index: int, habit: tuple[float, float] | None) -> float:
    if habit is None or index == 0 or fragments[index].line == fragments[index - 1].line:
        return 0.0
    return habit[fragments[index].block != fragments[index - 1].block]


def _strict_begin(
    state: State, fragments: Sequence[Fragment], index: int, column: int, *, row: int, search: Search
) -> float:
    """Cells that come whole come in order: the next column of the row, or the name of the next row."""
    if column == REASON:
        cut = _heads_next(fragments, index, search.heads) and row == state.begun[SCORE]  # a page break after its first line
        return 0.0 if state.column == SCORE and row == state.row else (-0.5 if cut else -4.0)
    if _skips_actual(state, column, row, search):
        return -2.0
    expected = search.used[search.used.index(column) - 1] if column != search.used[0] else None
    if expected is None:
        return 0.0 if state.column in (-1, search.used[-1], SCORE, REASON) else -5.0
    return 0.0 if state.column == expected and state.row == row else -5.0


def _skips_actual(state: State, column: int, row: int, search: Search) -> bool:
    """The weight straight behind its target: the actual was left blank."""
    behind = state.column == TARGET and state.row == row and state.begun[ACTUAL] == row
    return search.strict and column == WEIGHT and ACTUAL in search.used and behind


def _heads_next(fragments: Sequence[Fragment], index: int, heads: Collection[int]) -> bool:
    return index + 1 < len(fragments) and fragments[index + 1].seq in heads


def _score_gain(state: State, fragment: Fragment, index: int) -> float:
    weight = state.opened[WEIGHT]
    if weight is None or float(fragment.text) > float(weight.text):
        return -12.0
    near = 1.5 if weight.last == index - 1 else -1.5
    return near + (0.5 if ("." in fragment.text) == ("." in weight.text) else 0.0)


def _reason_gain(
    state: State, fragments: Sequence[Fragment], index: int, *, row: int, heads: Collection[int]
) -> float:
    text = fragments[index].text
    gain = 1.0 if any(word in text for word in _REASON_WORDS) else -0.8
    if row == state.begun[SCORE]:  # before its row's figures: a tall cell begins above the others
        return gain - 1.2
    score, weight = state.opened[SCORE], state.opened[WEIGHT]
    if score is not None and weight is not None and float(score.text) < float(weight.text):
        gain += 1.2
    elif _heads_next(fragments, index, heads) and text[-1:] not in _TERMINAL:  # the page breaks here, and this row lost no marks
        gain -= 1.5
    if score is not None and score.last == index - 1:
        gain += 1.5 if fragments[score.last].line == fragments[index].line else 0.8
    return gain


def _step_gain(state: State, column: int, row: int, used: Sequence[int]) -> float:
    """Columns stay in step: a row's cells begin before the next row's, left before right."""
    ahead = row - min(state.begun[other] for other in used if other not in (column, REASON))
    gain = -2.5 * ahead if ahead > 0 else 0.0
    if column and state.begun[column - 1] <= row:
        gain -= 1.0
    if column == WEIGHT and min(state.begun[NAME], state.begun[TARGET], state.begun[ACTUAL]) <= row:
        gain -= 3.0
    return gain


def _go_on_gain(
    state: State, fragments: Sequence[Fragment], index: int, column: int, *, cell: Open, search: Search
) -> float:
    fragment, last = fragments[index], fragments[cell.last]
    gain = -0.4 * max(0, fragment.line - last.line - 1)
    gain += _gap_gain(fragments, index, search.habits.get((column, True)))
    if search.strict and fragment.seq in search.heads:
        gain -= 3.0
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
    cap = search.caps.get(column) or max(cell.widest, search.least.get(column, 0), 8 + _SLACK)
    return last.width >= cap - _SLACK


def _overfull(fragment: Fragment, column: int, caps: Mapping[int, int]) -> float:
    """A line wider than its column stands in another one."""
    return -1.5 if column in caps and fragment.width > caps[column] + _SLACK else 0.0


def _step(state: State, gain: float, column: int, *, row: int, index: int, fragment: Fragment) -> State:
    cell = state.opened[column]
    begun = state.begun
    if cell is not None and cell.row == row:
        text = cell.text + fragment.text
        opened = Open(row, index, max(cell.widest, fragment.width), text, ends_open(text))
    else:
        opened = Open(row, index, fragment.width, fragment.text, ends_open(fragment.text))
        begun = (*begun[:column], begun[column] + 1, *begun[column + 1 :])
    cells = (*state.opened[:column], opened, *state.opened[column + 1 :])
    return State(state.score + gain, begun, cells, column, row, state)


def _blank_actual(state: State) -> State:
    """The same hypothesis with one more actual begun: an empty one."""
    begun = (*state.begun[:ACTUAL], state.begun[ACTUAL] + 1, *state.begun[ACTUAL + 1 :])
    return state._replace(begun=begun)


def _finish(state: State, fragments: Sequence[Fragment], search: Search) -> Decoded:
    placed: list[Placed] = []
    walk = state
    for fragment in reversed(fragments):
        placed.append(Placed(fragment=fragment, row=walk.row, column=COLUMNS[walk.column]))
        if walk.before is not None:
            walk = walk.before
    placed.reverse()
    rows = max((p.row for p in placed), default=-1) + 1
    uneven = sum(rows - state.begun[column] for column in search.used if column != REASON)
    score = state.score - 3.0 * uneven + deduction_gain(placed) + echo_gain(placed) + kin_gain(placed)
    return Decoded(placed=tuple(placed), rows=rows, closes=closes_sums(placed, search.sums) and not uneven, score=score)


def closes_sums(placed: Sequence[Placed], sums: Sums) -> bool:
    """Weights and scores add up to what the form prints; an unknown sum closes by itself."""
    known = (("weight", sums.weights), ("score", sums.scores))
    return all(
        total is None or abs(sum(row_figures(placed, column).values()) - total) <= Decimal("0.011") for column, total in known
    )


def row_figures(placed: Sequence[Placed], column: str) -> dict[int, Decimal]:
    """The figure of every row in one column; pieces of a wrapped figure are one."""
    texts: dict[int, str] = defaultdict(str)
    for p in placed:
        if p.column == column:
            texts[p.row] += p.fragment.text
    return {row: Decimal(text) for row, text in texts.items()}


def deduction_gain(placed: Sequence[Placed]) -> float:
    """A row that lost marks usually says why; one that lost none seldom does."""
    weight, score = row_figures(placed, "weight"), row_figures(placed, "score")
    reasons = {p.row for p in placed if p.column == "deviation_reason"}
    lost = {row for row in weight if row in score and score[row] < weight[row]}
    return 0.8 * len(lost & reasons) - 0.8 * len(lost - reasons) - 0.3 * len(reasons - lost)


def echo_gain(placed: Sequence[Placed]) -> float:
    """Units repeat their reasons word for word: a reading that makes equal sentences is the likelier one."""
    texts: dict[int, str] = defaultdict(str)
    for p in placed:
        if p.column == "deviation_reason":
            texts[p.row] += p.fragment.text
    return 4.0 * sum(times - 1 for times in Counter(texts.values()).values())


def kin_gain(placed: Sequence[Placed]) -> float:
    """An actual often repeats the words of its target or of the indicator's name."""
    texts: dict[tuple[int, str], str] = defaultdict(str)
    for p in placed:
        texts[p.row, p.column] += p.fragment.text
    actuals = {row: text for (row, column), text in texts.items() if column == "actual"}
    kin = 0
    for row, actual in actuals.items():
        target, name = texts.get((row, "target"), ""), texts.get((row, "level3"), "")
        kin += (len(target) > 2 and target in actual) + (len(name) > 3 and name in actual)
    return 1.0 * kin
