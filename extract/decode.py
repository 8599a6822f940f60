"""Which fragment of a flattened indicator table belongs to which column and row: a beam search that sums decide.

Every row has one name, target, actual, weight and score; a reason may follow. Exporters keep the rows in order. Some
also keep the order of the cells (every cell whole, left to right); others go line by line across the page and
interleave the lines of neighbouring cells. The search assigns fragments in reading order to columns, each as the
start of a new cell or the continuation of the open one, first under the strict assumption, then under the loose one.
The reading whose weights and scores close wins.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import NamedTuple

from extract.fields import ends_open
from extract.fragments import Fragment
from extract.gains import Alone, Open, Search, State, begin_gain, fragment_to_gains, go_on_gain, skips_actual
from extract.learning import column_caps, column_places, gap_habits, mend_breaks, sure_widths
from extract.placing import (
    ACTUAL,
    COLUMNS,
    REASON,
    SCORE,
    SUITS,
    WEIGHT,
    Decoded,
    PageHints,
    Placed,
    Sums,
    closes_sums,
    row_figures,
)

# The longest forms seen have some 300 fragments, which every beam may read. A longer text is read with the beams that
# stay below so many hypotheses in all (0.1 ms each, four passes); beyond the last bound it is no form, and the caller
# reports it as unread.
_MOST_HYPOTHESES, _MOST_FRAGMENTS = 56_000, 4000
_NEVER = -50.0  # log-odds of a look that a column never has
BEAMS = (16, 48, 160)  # hypotheses kept; widened only while the sums do not close


def decode_rows(fragments: Sequence[Fragment], sums: Sums, *, columns: Collection[str], page: PageHints) -> Decoded:
    """The best assignment of fragments to rows and columns; the beam widens until the sums close.

    ``columns`` are those the form has: a target table has names and targets only.
    """
    sums = sums if "weight" in columns else replace(sums, weights=None)
    orders = ((True, False),) if page.whole is None else ((page.whole,), (not page.whole,))
    used = tuple(COLUMNS.index(name) for name in columns)
    best = Decoded()
    if len(fragments) > _MOST_FRAGMENTS:
        return best
    beams = tuple(beam for beam in BEAMS if beam * len(fragments) <= _MOST_HYPOTHESES) or BEAMS[:1]
    for beam, assumptions in product(beams, orders):
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
        sums=sums,
        beam=beam,
        used=used,
        strict=strict,
        least=sure,
        caps={},
        habits={},
        heads=page.heads,
        places=places,
        rank={-1: -1} | {column: place for place, column in enumerate(used)},
        lines={line: place for place, line in enumerate(dict.fromkeys(f.line for f in fragments))},
    )
    first = _search(fragments, rough)
    fragments = mend_breaks(first, column_caps(first))
    caps = {column: max(cap, sure.get(column, 0)) for column, cap in column_caps(first).items()}
    places = {**places, **column_places(first)} if places else {}
    return _search(fragments, replace(rough, caps=caps, habits=gap_habits(first), places=places))


def _search(fragments: Sequence[Fragment], search: Search) -> Decoded:
    states = [State(0.0, (0,) * 6, (None,) * 6, -1, -1, None)]
    for index in range(len(fragments)):
        alone = fragment_to_gains(fragments, index, search)
        moves = [move for state in states for move in _moves(state, fragments, index, alone, search)]
        moves.sort(key=lambda move: -move.score)
        states = _distinct((_moved(move, fragments[index], index) for move in moves), search.beam)
    ranked = [_finish(state, fragments, search) for state in states]
    return max(ranked, key=lambda decoded: (decoded.closes, decoded.score), default=Decoded())


def _distinct(states: Iterable[State], beam: int) -> list[State]:
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


class Move(NamedTuple):
    """What may be done with the next fragment: the score then, the hypothesis it goes on from, and the cell."""

    score: float
    state: State
    column: int
    row: int


def _moves(state: State, fragments: Sequence[Fragment], index: int, alone: Alone, search: Search) -> Iterator[Move]:
    fragment = fragments[index]
    same_line = index > 0 and fragments[index - 1].line == fragment.line
    for column in search.used:
        step = search.rank[column] - search.rank[state.column] if same_line else 0
        if SUITS[fragment.look][column] < _NEVER or step < 0:
            continue  # within a line, cells stand from left to right
        order = (-1.0 if step == 0 else 0.4 * (step == 1)) if same_line else 0.0
        for row in _new_rows(state, column, search.used):
            gain = alone.begins[column] + order + begin_gain(state, fragments, index, column, row=row, search=search)
            skipped = skips_actual(state, column, row, search)
            yield Move(state.score + gain, _blank_actual(state) if skipped else state, column, row)
        cell = state.opened[column]
        if cell is not None and column not in (WEIGHT, SCORE):
            gain = alone.goes_on[column] + order
            gain += go_on_gain(state, fragments, index, column, cell=cell, search=search)
            yield Move(state.score + gain, state, column, cell.row)


def _new_rows(state: State, column: int, used: Sequence[int]) -> tuple[int, ...]:
    """Rows in which this column may begin a cell: the next one, and for a reason the row done or the one at work."""
    if column == SCORE and WEIGHT in used and state.begun[SCORE] >= state.begun[WEIGHT]:
        return ()
    if column == WEIGHT and state.begun[WEIGHT] > state.begun[SCORE]:
        return ()
    if column != REASON:
        return (state.begun[column],)
    cell = state.opened[REASON]
    last = cell.row if cell else -1
    done = state.begun[SCORE]
    return tuple(row for row in (done - 1, done) if row > last and row >= 0)


def _moved(move: Move, fragment: Fragment, index: int) -> State:
    """The hypothesis after the move; most moves are never made."""
    score, state, column, row = move
    cell = state.opened[column]
    begun = state.begun
    if cell is not None and cell.row == row:
        text = cell.text + fragment.text
        opened = Open(row, index, max(cell.widest, fragment.width), text, ends_open(text))
    else:
        opened = Open(row, index, fragment.width, fragment.text, ends_open(fragment.text))
        begun = (*begun[:column], begun[column] + 1, *begun[column + 1 :])
    cells = (*state.opened[:column], opened, *state.opened[column + 1 :])
    return State(score, begun, cells, column, row, state)


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
