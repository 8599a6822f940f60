"""Text fragments of a scattered table to columns, and every column to as many cells as there are rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from extract.backbone import Figure, Figures, suit_cost
from extract.fragments import Fragment
from extract.placing import ACTUAL, COLUMNS, NAME, REASON, SCORE, TARGET, WEIGHT
from extract.seating import (
    Cell,
    Page,
    State,
    Task,
    begin_cost,
    edge_after,
    flow_cost,
    go_on_cost,
    goes_on,
    goes_on_from,
    page_cost,
    row_cost,
)

_BEAM = 120  # hypotheses kept, at most _ALIKE of them with the same number of cells in every column
_ALIKE = 6
_UNLIKELY = 5.0  # a column that suits a fragment worse than the best one by more is not tried
_WORSE = 9.0  # a hypothesis worse than the best one by more is given up
_TEXT = (NAME, TARGET, ACTUAL, REASON)
_MISSING = 6.0  # a row without its name, target or actual
Seats = list[tuple[Fragment, int, int]]  # fragment, column, row
FigureSeat = tuple[Figure, int, int]  # figure, row, column


def seat_cells(task: Task) -> tuple[Seats, float]:
    """The cheapest seating and its cost; the second round knows how wide every column is.

    The row of a reason counts reasons only: which indicator it belongs to is another question.
    """
    first = search(task)
    second = search(replace(task, caps=column_caps(task, first)))
    return walk(second, task), second.cost


def make_task(fragments: Sequence[Fragment], figures: Figures, page: Page) -> Task:
    """What figures tell about the fragments around them."""
    cells = [(cell, row, WEIGHT) for row, cell in enumerate(figures.weights)]
    cells += [(cell, row, SCORE) for row, cell in enumerate(figures.scores)]
    line_rows = {piece.line: row for cell, row, _ in cells for piece in cell[:1]}
    anchors = {(cell[0].block, row): (cell[0].line + cell[-1].line) / 2 for cell, row, _ in reversed(cells)}
    by_page: dict[int, int] = defaultdict(int)
    for cell in figures.weights:
        by_page[cell[0].page] += 1
    pages = sorted({f.page for f in fragments} | set(by_page))
    return Task(
        fragments=tuple(fragments), rows=len(figures.weights), page=page, line_rows=line_rows, anchors=anchors,
        spans=_row_spans(fragments, cells), sides=_sides(fragments, cells, page.columns),
        page_rows={p: sum(by_page[q] for q in pages if q <= p) for p in pages}, caps={},
        beside={piece.seq: (column, row) for cell, row, column in cells for piece in cell},
        begins=tuple(goes_on_from(f.text) for f in fragments), ends=tuple(goes_on(f.text) for f in fragments),
    )  # fmt: skip


def _row_spans(fragments: Sequence[Fragment], cells: Sequence[FigureSeat]) -> dict[int, tuple[int, int]]:
    """For every fragment the rows of the figures above and below it in its block."""
    by_block: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for cell, row, _ in cells:
        by_block[cell[0].block].append((cell[0].line, row))
    spans: dict[int, tuple[int, int]] = {}
    for fragment in fragments:
        near = by_block.get(fragment.block)
        if near:
            above = [row for line, row in near if line <= fragment.line]
            below = [row for line, row in near if line >= fragment.line]
            low, high = max(above, default=0), min(below, default=10**3)
            spans[fragment.seq] = (min(low, high), max(low, high))
    return spans


def _sides(
    fragments: Sequence[Fragment], cells: Sequence[FigureSeat], columns: Sequence[int]
) -> dict[int, tuple[int, ...]]:
    """Columns that are possible left or right of a figure in the same line."""
    by_line: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for cell, _, column in cells:
        by_line[cell[0].line].append((cell[0].place, columns.index(column)))
    sides: dict[int, tuple[int, ...]] = {}
    for fragment in fragments:
        low, high = -1, len(columns)
        for place, at in by_line.get(fragment.line, ()):
            low, high = (max(low, at), high) if place < fragment.place else (low, min(high, at))
        sides[fragment.seq] = tuple(c for n, c in enumerate(columns) if low < n < high and c in _TEXT)
    return sides


def search(task: Task) -> State:
    """The cheapest way to give every fragment a cell."""
    start = State(0.0, (None,) * len(COLUMNS), -1, -1, None)
    states = [start]
    for index in range(len(task.fragments)):
        fragment = task.fragments[index]
        beside = task.sides[fragment.seq] or task.page.columns
        suits = {column: suit_cost(fragment, column) for column in beside if column in _TEXT}
        likely = min(suits.values()) + _UNLIKELY
        fixed = [(column, cost) for column, cost in suits.items() if cost <= likely]
        near = states[0].cost + _WORSE
        grown = [new for state in states if state.cost <= near for new in _grow(state, index, fixed, task)]
        grown.sort(key=lambda state: state.cost)
        states = _distinct(grown)
    return min(states, key=lambda state: state.cost + _end_cost(state, task))


def _distinct(states: Sequence[State]) -> list[State]:
    """Of hypotheses that go on alike the best; a few for every count of cells, so that counts can still come even."""
    seen: set[tuple[object, ...]] = set()
    alike: dict[tuple[object, ...], int] = defaultdict(int)
    kept: list[State] = []
    for state in states:
        counts = tuple(cell.row if cell else -1 for cell in state.cells)
        key = (counts, tuple(cell.last if cell else -1 for cell in state.cells))
        if key in seen or alike[counts] >= _ALIKE:
            continue
        seen.add(key)
        alike[counts] += 1
        kept.append(state)
        if len(kept) == _BEAM:
            break
    return kept


def _end_cost(state: State, task: Task) -> float:
    begun = {column: cell.row + 1 if (cell := state.cells[column]) else 0 for column in task.page.columns}
    goal = task.rows or max(begun.get(NAME, 0), begun.get(TARGET, 0))
    return _MISSING * sum(abs(goal - begun[column]) for column in task.page.columns if column < WEIGHT)


def _grow(state: State, index: int, fixed: Sequence[tuple[int, float]], task: Task) -> Iterator[State]:
    fragment = task.fragments[index]
    turned = page_cost(state, index, task)
    for column, suits in fixed:
        cell = state.cells[column]
        base = state.cost + turned + flow_cost(state, index, column, task)
        row = cell.row + 1 if cell else 0
        if column == REASON or not task.rows or row < task.rows:
            cost = base + suits + begin_cost(cell, index, column, task) + row_cost(state, index, column, row, task)
            edge = max(task.caps.get(column, 0), cell.edge if cell else 0)
            new = Cell(row, index, index, fragment.text, task.ends[index], edge)
            yield State(cost, _with(state.cells, column, new), column, row, state)
        if cell is not None:
            cost = base + 0.4 * suits + go_on_cost(cell, index, column, task)
            cost += row_cost(state, index, column, cell.row, task)
            text = cell.text + fragment.text
            new = Cell(cell.row, cell.first, index, text, goes_on(text), edge_after(cell, index, task))
            yield State(cost, _with(state.cells, column, new), column, cell.row, state)


def _with(cells: tuple[Cell | None, ...], column: int, cell: Cell) -> tuple[Cell | None, ...]:
    return (*cells[:column], cell, *cells[column + 1 :])


def walk(state: State, task: Task) -> Seats:
    """Fragments with column and row."""
    path: Seats = []
    for fragment in reversed(task.fragments):
        path.append((fragment, state.column, state.row))
        assert state.before is not None
        state = state.before
    return path[::-1]


def column_caps(task: Task, state: State) -> dict[int, int]:
    """The width of every column: the usual width of lines that another line of their cell follows."""
    cells: dict[tuple[int, int], list[Fragment]] = defaultdict(list)
    for fragment, column, row in walk(state, task):
        cells[column, row].append(fragment)
    full: dict[int, list[int]] = defaultdict(list)
    for (column, _), pieces in cells.items():
        full[column] += [one.width for one, two in pairwise(pieces) if two.line > one.line]
    return {column: round(median(widths)) for column, widths in full.items() if len(widths) > 1}
