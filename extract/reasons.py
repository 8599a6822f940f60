"""Which row a reason belongs to when the exporter printed the reasons apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from extract.backbone import Figures, number
from extract.fragments import Fragment
from extract.placing import ACTUAL, NAME, TARGET
from extract.seating import Task

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WELL_ABOVE = 1.2  # units explain results from about a fifth above the target
_EXCESS = ("高于预期", "超出", "超额", "超过年初", "偏低")
_UNSURE = 1.0  # cost between the likeliest row of a reason and another, below which the auditor is told
_QUOTED = 12  # characters of a reason that tell which one is meant
Texts = Mapping[tuple[int, int], str]  # column and row -> text of the cell


def reasons_to_rows(
    cells: Sequence[Sequence[Fragment]], texts: Texts, figures: Figures, task: Task
) -> tuple[list[int], tuple[str, ...]]:
    """The row of every reason, in order; rows that lost marks first. More reasons than rows share the last row."""
    rows = task.rows or 1
    lost = [_lost(figures, row) for row in range(rows)]
    best: list[dict[int, tuple[float, int]]] = [{-1: (0.0, -1)}]
    for place, cell in enumerate(cells):
        costs = [reason_cost(cell, row, texts, figures, task, lost=lost[row]) for row in range(rows)]
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
    homes.reverse()
    return homes, open_homes(cells, homes, texts, figures, task)


def open_homes(
    cells: Sequence[Sequence[Fragment]], homes: Sequence[int], texts: Texts, figures: Figures, task: Task
) -> tuple[str, ...]:
    """A warning for every reason that would suit a free neighbouring row nearly as well."""
    warnings: list[str] = []
    for place, (cell, home) in enumerate(zip(cells, homes, strict=True)):
        low = homes[place - 1] + 1 if place else 0
        high = homes[place + 1] if place + 1 < len(homes) else task.rows
        free = {*range(low, high), home}
        costs = {row: reason_cost(cell, row, texts, figures, task, lost=_lost(figures, row)) for row in free}
        if any(cost - costs[home] < _UNSURE for row, cost in costs.items() if row != home):
            text = "".join(fragment.text for fragment in cell)
            where = f"所在的行由打散的文字推定（暂列第 {home + 1} 行），请对照原件核对。"
            warnings.append(f"偏差原因“{text[:_QUOTED]}”{where}")
    return tuple(warnings)


def _lost(figures: Figures, row: int) -> bool:
    return row < len(figures.weights) and number(figures.scores[row]) < number(figures.weights[row])


def reason_cost(cell: Sequence[Fragment], row: int, texts: Texts, figures: Figures, task: Task, *, lost: bool) -> float:
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
        below = (first.line + last.line) / 2 - anchor
        cost += min(6.0, max(below - 2.0, 0.0) + max(-below, 0.0) + 0.1 * abs(below))
    elif not task.page.boxed or not levels:
        cost += 1.0
    if row < len(figures.weights) and figures.weights[row][0].page not in (first.page, last.page):
        cost += 4.0
    if "满意" in text or "口头" in text or "问卷" in text:
        cost -= 1.5 if "满意" in name else 0.0
    if any(word in text for word in _EXCESS) and exceeds(texts.get((ACTUAL, row), ""), target):
        cost -= 1.5
    shared = sum(one + two in name for one, two in pairwise(text))
    cost -= min(2.0, 0.4 * shared)
    if "指标值" in text and target[:1] in "≥≤=":
        cost += 0.6
    return cost


def exceeds(actual: str, target: str) -> bool:
    """Whether the first number of the actual is well above that of the target."""
    reached, asked = _NUMBER.search(actual), _NUMBER.search(target)
    if reached is None or asked is None:
        return False
    return float(reached.group()) > _WELL_ABOVE * float(asked.group())
