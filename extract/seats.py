"""Text fragments of a scattered table to columns, and every column to as many cells as there are rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from statistics import median
from typing import NamedTuple

from extract.decode import ACTUAL, COLUMNS, NAME, REASON, SCORE, SUITS, TARGET, WEIGHT, Placed
from extract.fields import begins_open, ends_open
from extract.figures import Figure, Figures, number
from extract.fragments import VERDICTS, Fragment, Look

_BEAM = 150  # hypotheses kept, at most _ALIKE of them with the same number of cells in every column
_ALIKE = 6
_TEXT = (NAME, TARGET, ACTUAL, REASON)
_SLACK = 3  # display columns that a full line may leave free
_LEAST = 11  # display columns: a shorter line that is no column's width is not full
_MISSING = 6.0  # a row without its name, target or actual
_TERMINAL = "。；！？;"
_CLEAR = ("修改为", "改为", "改成", "调整为", "指标值为", "进行考核", "进行自评", "未留存", "口头", "建议", "以此指标")
_HINTS = ("后续", "加强", "因", "原因", "导致", "由于", "受", "佐证", "资料", "下一步", "改进", "缺乏", "不足", "推迟", "进度", "未能",
          "尚未", "完善", "积极性", "到位", "跨年", "台账", "补齐", "资金", "偏差", "影响", "滞后", "较")  # fmt: skip
_NAME_ENDS = ("率", "数", "量", "度", "性", "情况", "人次", "次数", "水平", "成本", "机制", "程度", "时间", "质量", "及时", "标准", "效果", "作用")
_DONE = ("完成", "已", "实际", "有效", "达到", "达成", "开展了", "共")


FigureSeat = tuple[Figure, int, int]  # figure, row, column


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Columns from left to right; whether every block is one box; how often wraps fall on a blank line (0 to 1)."""

    columns: tuple[int, ...]
    boxed: bool
    torn: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Text fragments with row and column; ``even`` where every column has one cell for every row."""

    placed: tuple[Placed, ...]
    count: int
    even: bool
    cost: float
    warnings: tuple[str, ...]


class Cell(NamedTuple):
    """The cell a column is at: its number, first and last fragment, widest line, its text."""

    row: int
    first: int
    last: int
    widest: int
    text: str


class State(NamedTuple):
    """One hypothesis: cost, cells by column, the choice made last and the way to it."""

    cost: float
    cells: tuple[Cell | None, ...]
    column: int
    row: int
    before: State | None  # type: ignore[misc]  # a chain back to the first fragment


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the search knows: fragments, rows (0 if unknown), rows by line and by page, anchors, columns, widths."""

    fragments: tuple[Fragment, ...]
    rows: int
    page: Page
    line_rows: Mapping[int, int]
    anchors: Mapping[tuple[int, int], float]
    spans: Mapping[int, tuple[int, int]]
    sides: Mapping[int, tuple[int, ...]]
    page_rows: Mapping[int, int]
    caps: Mapping[int, int]


def seat_cells(fragments: Sequence[Fragment], figures: Figures, page: Page) -> Rows:
    """The cheapest seating; the second round knows how wide every column is."""
    task = make_task(fragments, figures, page)
    first = search(task)
    second = search(replace(task, caps=column_caps(task, first)))
    return finish(task, second, figures)


def make_task(fragments: Sequence[Fragment], figures: Figures, page: Page) -> Task:
    """What figures tell about the fragments around them."""
    cells = [(cell, row, column) for column, side in ((WEIGHT, figures.weights), (SCORE, figures.scores)) for row, cell in enumerate(side)]
    line_rows = {piece.line: row for cell, row, _ in cells for piece in cell[:1]}
    anchors = {(cell[0].block, row): (cell[0].line + cell[-1].line) / 2 for cell, row, _ in cells}
    by_page: dict[int, int] = defaultdict(int)
    for cell in figures.weights:
        by_page[cell[0].page] += 1
    pages = sorted({f.page for f in fragments} | set(by_page))
    return Task(
        fragments=tuple(fragments), rows=len(figures.weights), page=page, line_rows=line_rows, anchors=anchors,
        spans=_row_spans(fragments, cells), sides=_sides(fragments, cells, page.columns),
        page_rows={p: sum(by_page[q] for q in pages if q <= p) for p in pages}, caps={},
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


def _sides(fragments: Sequence[Fragment], cells: Sequence[FigureSeat], columns: Sequence[int]) -> dict[int, tuple[int, ...]]:
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
        fixed = [
            (column, suit_cost(task.fragments[index], column, task))
            for column in task.sides[task.fragments[index].seq] or _TEXT
        ]
        grown = [new for state in states for new in _grow(state, index, fixed, task)]
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
            new = Cell(row, index, index, fragment.width, fragment.text)
            yield State(cost, _with(state.cells, column, new), column, row, state)
        if cell is not None:
            cost = base + 0.4 * suits + go_on_cost(cell, index, column, task) + row_cost(state, index, column, cell.row, task)
            new = Cell(cell.row, cell.first, index, max(cell.widest, fragment.width), cell.text + fragment.text)
            yield State(cost, _with(state.cells, column, new), column, cell.row, state)


def _with(cells: tuple[Cell | None, ...], column: int, cell: Cell) -> tuple[Cell | None, ...]:
    return (*cells[:column], cell, *cells[column + 1 :])


def suit_cost(fragment: Fragment, column: int, task: Task) -> float:
    """How badly a fragment's look and words suit a column."""
    cost = -max(SUITS[fragment.look][column], -6.0)
    cap = task.caps.get(column)
    if cap is not None and fragment.width > cap + _SLACK - 1:
        cost += 1.0 + 0.25 * (fragment.width - cap)
    if fragment.look is not Look.WORDS:
        return cost
    text, reason = fragment.text, column == REASON
    if any(word in text for word in _CLEAR):
        cost += -2.0 if reason else 2.0
    elif reason and any(word in text for word in _HINTS):
        cost -= 0.6
    if text[-1] in _TERMINAL:
        cost += -1.5 if reason else 1.0
    if column == NAME and text.endswith(_NAME_ENDS):
        cost -= 0.8
    if column == ACTUAL and text.startswith(_DONE):
        cost -= 0.6
    return cost


def flow_cost(state: State, index: int, column: int, task: Task) -> float:
    """How badly a column follows the one before: in one line they go right, in one box they stay."""
    if index == 0:
        return 0.0
    above, fragment = task.fragments[index - 1], task.fragments[index]
    if above.line == fragment.line:
        order = task.page.columns
        return 0.0 if order.index(state.column) < order.index(column) else (2.5 if state.column == column else 8.0)
    if above.block == fragment.block and task.page.boxed and state.column != column:
        return 4.0 if above.of == fragment.of == 1 else 1.0
    return 0.0


def begin_cost(cell: Cell | None, index: int, column: int, task: Task) -> float:
    """How badly a cell begins here."""
    fragment = task.fragments[index]
    cost = 3.0 if begins_open(fragment.text) else 0.0
    if cell is None:
        return cost
    last = task.fragments[cell.last]
    if ends_open(cell.text):
        cost += 3.0
    elif column in task.caps and last.text[-1:] not in _TERMINAL and is_full(last, cell, column, task):
        cost += 1.0
    if task.page.boxed and last.block == fragment.block:
        cost += 0.7
    return cost + _off_centre(cell, column, task)


def _off_centre(cell: Cell, column: int, task: Task) -> float:
    """Lines between a finished cell's middle and the figures of its row, where the exporter went line by line."""
    first, last = task.fragments[cell.first], task.fragments[cell.last]
    anchor = task.anchors.get((first.block, cell.row)) if column != REASON else None
    if anchor is None or task.page.boxed or last.block != first.block:
        return 0.0
    return min(3.0, max(0.0, abs((first.line + last.line) / 2 - anchor) - 0.6))


def go_on_cost(cell: Cell, index: int, column: int, task: Task) -> float:
    """How badly a cell goes on here."""
    fragment, last = task.fragments[index], task.fragments[cell.last]
    cost = 0.0
    if fragment.line != last.line:
        known = column in task.caps
        cost += (-1.2 if known else -0.3) if is_full(last, cell, column, task) else (3.5 if known else 2.0)
    if ends_open(cell.text) or begins_open(fragment.text):
        cost -= 2.0
    elif column in (TARGET, ACTUAL) and _is_whole(cell, last):
        cost += 1.5
    if fragment.look in (Look.BOUND, Look.QUANTITY) and column != REASON:
        cost += 2.0
    cost += 1.0 if last.text[-1] in _TERMINAL else 0.0
    if fragment.page != last.page:
        return cost + 0.8
    apart = fragment.block != last.block
    if task.page.boxed:
        cost += -log(task.page.torn) if apart else -0.5
        return cost + min(2.0, 0.2 * max(0, index - cell.last - 1))
    return cost + (0.7 if apart else 0.0) + 0.25 * max(0, fragment.line - last.line - 2)


def _is_whole(cell: Cell, last: Fragment) -> bool:
    return cell.text == last.text and (last.look in (Look.QUANTITY, Look.BOUND) or last.text in VERDICTS)


def is_full(last: Fragment, cell: Cell, column: int, task: Task) -> bool:
    """Whether a line ran to the edge of its column."""
    cap = task.caps.get(column) or max(cell.widest, _LEAST)
    return last.width >= cap - _SLACK


def row_cost(state: State, index: int, column: int, row: int, task: Task) -> float:
    """How badly a row suits the figures and the fragments beside."""
    if column == REASON:
        return 0.0
    fragment = task.fragments[index]
    cost = 0.0
    level = task.line_rows.get(fragment.line)
    if level is not None:
        cost += min(8.0, 2.5 * abs(level - row))
    elif fragment.seq in task.spans:
        low, high = task.spans[fragment.seq]
        cost += (0.5 if task.page.boxed else 1.5) * max(low - row, row - high, 0)
    if state.column in (-1, REASON):
        return cost
    above = task.fragments[index - 1]
    if above.line == fragment.line:
        return cost + 2.5 * abs(row - state.row)
    loose = task.page.boxed or above.block != fragment.block
    return cost + (min(0.4, 0.05 * abs(row - state.row)) if loose else 1.0 * max(0, abs(row - state.row) - 1))


def page_cost(state: State, index: int, task: Task) -> float:
    """At the end of a page every column has come as far as the figures have; one row may run over the break."""
    if not task.rows or index == 0 or task.fragments[index].page == task.fragments[index - 1].page:
        return 0.0
    goal = task.page_rows[task.fragments[index - 1].page]
    cost = 0.0
    for column in (NAME, TARGET, ACTUAL):
        cell = state.cells[column]
        away = abs((cell.row + 1 if cell else 0) - goal)
        cost += 0.0 if away == 0 else 0.8 + 3.0 * (away - 1)
    return cost


def walk(state: State, task: Task) -> list[tuple[Fragment, int, int]]:
    """Fragments with column and row."""
    path: list[tuple[Fragment, int, int]] = []
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
        full[column] += [one.width for one, two in zip(pieces, pieces[1:], strict=False) if two.line > one.line]
    return {column: round(median(widths)) for column, widths in full.items() if len(widths) > 1}


def finish(task: Task, state: State, figures: Figures) -> Rows:
    """The seating with reasons given to rows."""
    path = walk(state, task)
    reasons: dict[int, list[Fragment]] = defaultdict(list)
    texts: dict[tuple[int, int], str] = defaultdict(str)
    for fragment, column, row in path:
        texts[column, row] += fragment.text
        if column == REASON:
            reasons[row].append(fragment)
    begun = [1 + max((row for _, column, row in path if column == c), default=-1) for c in task.page.columns if c < WEIGHT]
    count = task.rows or max(begun, default=0)
    homes, warnings = reasons_to_rows([reasons[n] for n in sorted(reasons)], texts, figures, task)
    placed = [
        Placed(fragment=fragment, row=homes[row] if column == REASON else row, column=COLUMNS[column])
        for fragment, column, row in path
    ]
    even = all(number_of == count for number_of in begun)
    return Rows(placed=tuple(placed), count=count, even=even, cost=state.cost, warnings=warnings)


def reasons_to_rows(
    cells: Sequence[Sequence[Fragment]], texts: Mapping[tuple[int, int], str], figures: Figures, task: Task
) -> tuple[list[int], tuple[str, ...]]:
    """The row of every reason, in order; rows that lost marks first. More reasons than rows share the last row."""
    rows = task.rows or 1
    lost = [number(score) < number(weight) for weight, score in zip(figures.weights, figures.scores, strict=True)]
    best: list[dict[int, tuple[float, int]]] = [{-1: (0.0, -1)}]
    for place, cell in enumerate(cells):
        costs = [reason_cost(cell, row, texts, figures, task, lost=lost[row] if lost else False) for row in range(rows)]
        reach: dict[int, tuple[float, int]] = {}
        for row in range(rows):
            for before, (cost, _) in best[-1].items():
                if before > row or (before == row and rows - row > len(cells) - place):
                    continue
                skipped = 1.0 * sum(lost[before + 1 : row]) + (6.0 if before == row else 0.0)
                total = cost + costs[row] + skipped
                if row not in reach or total < reach[row][0]:
                    reach[row] = (total, before)
        best.append(reach)
    if not cells:
        return [], ()
    row = min(best[-1], key=lambda end: best[-1][end][0] + 1.0 * sum(lost[end + 1 :]))
    homes: list[int] = []
    for reach in reversed(best[1:]):
        homes.append(row)
        row = reach[row][1]
    return homes[::-1], ()


def reason_cost(
    cell: Sequence[Fragment], row: int, texts: Mapping[tuple[int, int], str], figures: Figures, task: Task, *, lost: bool
) -> float:
    """How badly a reason suits a row: place, marks lost, what it speaks of."""
    text = "".join(fragment.text for fragment in cell)
    name, target = texts.get((NAME, row), ""), texts.get((TARGET, row), "")
    cost = -1.5 if lost else 0.0
    levels = [task.line_rows[f.line] for f in cell if f.line in task.line_rows]
    if levels:
        cost += min(2.0 * abs(level - row) for level in levels)
    first, last = cell[0], cell[-1]
    anchor = task.anchors.get((first.block, row))
    if anchor is not None and not task.page.boxed:
        cost += min(6.0, abs((first.line + last.line) / 2 - anchor))
    elif not task.page.boxed or not levels:
        cost += 1.0
    if row < len(figures.weights) and figures.weights[row][0].page not in (first.page, last.page):
        cost += 4.0
    if "满意" in text or "口头" in text or "问卷" in text:
        cost -= 1.5 if "满意" in name else 0.0
    shared = sum(one + two in name for one, two in zip(text, text[1:], strict=False))
    cost -= min(2.0, 0.4 * shared)
    if "指标值" in text and target[:1] in "≥≤=":
        cost += 0.6
    return cost
