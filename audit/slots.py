"""Where a row stands by the meaning of its level names, whatever the template calls them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from audit.cells import once
from audit.rule import FormKind
from audit.view import FormView, RowView


class Slot(StrEnum):
    """The place of a row. OUTPUT, BENEFIT and IMPACT are rows whose second level says no more than the first."""

    COST = "成本"
    QUANTITY = "数量"
    QUALITY = "质量"
    TIMELINESS = "时效"
    OUTPUT = "产出"
    ECONOMIC = "经济效益"
    SOCIAL = "社会效益"
    ECOLOGY = "生态效益"
    SUSTAINABLE = "可持续影响"
    BENEFIT = "效益"
    IMPACT = "影响力"
    SATISFACTION = "满意度"
    MANAGEMENT = "投入与管理"
    UNKNOWN = ""


Placed = Sequence[tuple[RowView, Slot]]

OUTPUTS = frozenset({Slot.QUANTITY, Slot.QUALITY, Slot.TIMELINESS, Slot.OUTPUT})
BENEFITS = frozenset({Slot.ECONOMIC, Slot.SOCIAL, Slot.ECOLOGY, Slot.SUSTAINABLE, Slot.BENEFIT, Slot.IMPACT})

# First levels of templates that score how a project was decided and run, beside what came of it.
MANAGED = re.compile(r"投入|管理|决策|过程|立项|组织实施")
RESULTS = re.compile(r"产出|效益|效果|影响|满意|成本")
# The first pattern found wins: 生态环境成本 is a cost, 社会公众满意度 is satisfaction.
SLOT_WORDS = (
    (Slot.SATISFACTION, re.compile(r"满意")),
    (Slot.COST, re.compile(r"成本")),
    (Slot.TIMELINESS, re.compile(r"时效|及时")),
    (Slot.QUANTITY, re.compile(r"数量")),
    (Slot.QUALITY, re.compile(r"质量")),
    (Slot.SUSTAINABLE, re.compile(r"持续")),
    (Slot.ECOLOGY, re.compile(r"生态|环境")),
    (Slot.ECONOMIC, re.compile(r"经济")),
    (Slot.SOCIAL, re.compile(r"社会")),
    (Slot.OUTPUT, re.compile(r"产出")),
    (Slot.BENEFIT, re.compile(r"效益|效果")),
    (Slot.IMPACT, re.compile(r"影响")),
)


# A batch knows some dozens of level names; the same two are asked for by every rule on every row.
@lru_cache(maxsize=4096)
def levels_to_slot(level1: str, level2: str) -> Slot:
    """The slot two level names stand for; UNKNOWN where neither is of a kind known."""
    if MANAGED.search(level1) and not RESULTS.search(level1):
        return Slot.MANAGEMENT
    for level in (level2, level1):
        found = next((slot for slot, words in SLOT_WORDS if words.search(level)), None)
        if found is not None:
            return found
    return Slot.UNKNOWN


@once
def row_slot(row: RowView) -> Slot:
    """The slot of a row a rule judges. Raises NotRead where a level has ink nobody read."""
    return levels_to_slot(*row.levels)


def slots_around(form: FormView) -> tuple[Slot, ...]:
    """The slot of every row as context: what a message says beside its evidence."""
    return tuple(levels_to_slot(row.level1, row.level2) for row in form.rows)


def all_slots(form: FormView) -> Placed:
    """Every row with its slot, as evidence. Raises NotRead where a level has ink nobody read."""
    return tuple((row, row_slot(row)) for row in form.rows)


def complete(form: FormView, rows: Placed) -> bool:
    """True where every row has a known place and, by the marks, no row was lost."""
    if len(rows) < form.thresholds.rows_least or any(slot is Slot.UNKNOWN for _, slot in rows):
        return False
    if form.kind is FormKind.TARGET:
        return True
    weights = [weight for row, _ in rows if (weight := row.weight) is not None]
    if not weights:
        return True
    execution = form.execution_weight
    total = sum(weights, Decimal(0)) + (execution.value if execution is not None else Decimal(0))
    return total >= form.thresholds.weights_complete


def numbered(rows: Sequence[RowView], *, most: int = 5) -> str:
    """``第1、3、5项``; more than ``most`` rows are told by their count."""
    places = "、".join(str(row.place + 1) for row in rows[:most])
    return f"第{places}等{len(rows)}项" if len(rows) > most else f"第{places}项"
