"""What a hypothesis of the seat search costs with one more fragment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import NamedTuple

from extract.backbone import TERMINAL
from extract.fields import begins_open, ends_open
from extract.fragments import VERDICTS, Fragment, Look
from extract.placing import ACTUAL, NAME, REASON, TARGET, WEIGHT

_SLACK = 3  # display columns that a full line may leave free
_LEAST = 11  # display columns: a shorter line that is no column's width is not full
_JUMP = 0.8  # boxes that follow each other neither down a column nor along a row
_OPENERS = ("指标修改为", "修改为", "指标改为", "指标调整为")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Columns from left to right; whether every block is one box; how often wraps fall on a blank line (0 to 1)."""

    columns: tuple[int, ...]
    boxed: bool
    torn: float


class Cell(NamedTuple):
    """The cell a column is at: its number, first and last fragment, its text and whether it looks open; and the width
    at which lines of its column broke so far (0 if none did).
    """

    row: int
    first: int
    last: int
    text: str
    open: bool
    edge: int


class State(NamedTuple):
    """One hypothesis: cost, cells by column, the choice made last and the way to it."""

    cost: float
    cells: tuple[Cell | None, ...]
    column: int
    row: int
    before: State | None  # a chain back to the first fragment


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
    beside: Mapping[int, tuple[int, int]]
    begins: tuple[bool, ...]
    ends: tuple[bool, ...]


def goes_on(text: str) -> bool:
    """Text that plainly goes on: something is open, or a bound lost its last character (96件以 / 上)."""
    return ends_open(text) or text.endswith(("以", "不少", "不低", "不超"))


def goes_on_from(text: str) -> bool:
    """Text that plainly began earlier: it closes what it did not open, or is the last character of a bound."""
    return begins_open(text) or text in ("上", "下", "内", "以上", "以下", "以内", "前", "底前")


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
    cost = 3.0 if task.begins[index] else 0.0
    cost += 0.8 if column == REASON else 0.0
    if cell is None:
        return cost
    if cell.edge and fragment.width > cell.edge + 2:
        cost += 1.0 + 0.1 * min(10, fragment.width - cell.edge)
    last = task.fragments[cell.last]
    if cell.open or (column == ACTUAL and is_cut_verdict(cell.text)):
        cost += 3.0
    elif column in task.caps and last.text[-1:] not in TERMINAL and is_full(last, cell):
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
    above = anchor - (first.line + last.line) / 2
    reach = task.page.columns.index(WEIGHT) - task.page.columns.index(column)
    return min(3.0, max(0.0, above - max(reach, 0) - 0.1, -above - max(-reach, 0) - 0.6))


def go_on_cost(cell: Cell, index: int, column: int, task: Task) -> float:
    """How badly a cell goes on here."""
    fragment, last = task.fragments[index], task.fragments[cell.last]
    cost = reason_runs_on(cell, index, task) if column == REASON else 0.0
    if fragment.line != last.line:
        known = column in task.caps
        cost += (-1.2 if known else -0.3) if is_full(last, cell) else (3.5 if known else 2.0)
        if cell.edge and not known and abs(last.width - cell.edge) > 2:
            cost += 0.8
        if cell.edge and fragment.width > cell.edge + 2:
            cost += 1.0 + 0.1 * min(10, fragment.width - cell.edge)
    open_cost = _open_cost(cell, index, column, task)
    if open_cost:
        cost += open_cost
    elif column in (TARGET, ACTUAL) and _is_whole(cell, last):
        cost += 1.5
    if fragment.look in (Look.BOUND, Look.QUANTITY) and column != REASON:
        cost += 2.0
    cost += 1.0 if last.text[-1] in TERMINAL else 0.0
    if fragment.page != last.page:
        return cost + 0.8
    apart = fragment.block != last.block
    if task.page.boxed:
        cost += -log(task.page.torn) if apart else -0.5
        return cost + min(2.0, 0.2 * max(0, index - cell.last - 1))
    return cost + (0.7 if apart else 0.0) + 0.25 * max(0, fragment.line - last.line - 2)


def _open_cost(cell: Cell, index: int, column: int, task: Task) -> float:
    """What open brackets, cut bounds and cut verdicts say about going on; 0 where nothing is open."""
    text = task.fragments[index].text
    if column == ACTUAL and is_cut_verdict(cell.text) and any(v.startswith(cell.text + text) for v in VERDICTS):
        return -5.0
    if cell.open:
        return -2.5 if task.begins[index] else -1.5
    if task.begins[index]:
        return 2.0 if "”" in text or "》" in text else -2.0
    return 0.0


def is_cut_verdict(text: str) -> bool:
    """部分达成指标并: the beginning of a set phrase that is none itself."""
    return len(text) > 3 and text not in VERDICTS and any(verdict.startswith(text) for verdict in VERDICTS)


def reason_runs_on(cell: Cell, index: int, task: Task) -> float:
    """What speaks against a reason going on: the set words that open one, or the figures of two rows beside it."""
    fragment, first = task.fragments[index], task.fragments[cell.first]
    cost = 3.0 if fragment.text.startswith(_OPENERS) and not cell.open else 0.0
    beside = fragment.block == first.block and first.seq in task.spans and fragment.seq in task.spans
    if task.page.boxed or not beside:
        return cost
    passed = task.spans[fragment.seq][0] - task.spans[first.seq][1]
    return cost + (1.5 * passed if passed > 0 else 0.0)


def _is_whole(cell: Cell, last: Fragment) -> bool:
    return cell.text == last.text and (last.look in (Look.QUANTITY, Look.BOUND) or last.text in VERDICTS)


def is_full(last: Fragment, cell: Cell) -> bool:
    """Whether a line ran to the edge of its column."""
    return last.width >= (cell.edge or _LEAST) - _SLACK


def edge_after(cell: Cell, index: int, task: Task) -> int:
    """The width at which lines break, once the cell has gone on."""
    last = task.fragments[cell.last]
    if last.line == task.fragments[index].line:
        return cell.edge
    return max(cell.edge, last.width)


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
    if task.page.boxed:
        cost += jump_cost(state, index, column, row, task)
    if state.column in (-1, REASON):
        return cost
    above = task.fragments[index - 1]
    if above.line == fragment.line:
        return cost + 2.5 * abs(row - state.row)
    if task.page.boxed:
        return cost
    others = [state.cells[other] for other in (NAME, TARGET, ACTUAL) if other != column]
    behind = [row - 1 - (cell.row if cell else -1) for cell in others]
    cost += 1.5 * sum(min(1, max(0, rows)) for rows in behind)
    if above.block != fragment.block:
        return cost
    cost += 0.7 if state.column < column and row != state.row else 0.0
    return cost + 1.0 * max(0, abs(row - state.row) - 1)


def jump_cost(state: State, index: int, column: int, row: int, task: Task) -> float:
    """Boxes come in runs down a column or along a row; any other step is a jump."""
    fragment = task.fragments[index]
    cost = 0.0
    ahead = task.beside.get(fragment.seq + 1)
    if ahead is not None and column != NAME and ahead[0] == WEIGHT and ahead[1] != row:
        cost += _JUMP
    before_column, before = task.beside.get(fragment.seq - 1, (state.column, state.row))
    if before_column in (-1, REASON):
        return cost
    step = row - before
    natural = step == 0 if before_column < column else step == 1
    return cost + (0.0 if natural or (step == 0 and before_column == column) else _JUMP)


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
