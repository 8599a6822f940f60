"""What batch rules find partners by: one light card for every form, holding only what was surely read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from audit.compare import letters
from audit.rule import FormKind, NotRead
from audit.view import FormView
from domain.form import Field, FieldState, Indicator, SelfEvaluation, TargetTable
from domain.value import Amount

T = TypeVar("T")
# A shorter name (无, 本级, a dash) says nothing of who the department is.
LEAST_NAME = 3
OWNER_EXTRAS = re.compile(r"^\d+|(?:本级|机关|汇总)$")
YEAR_IN_NAME = re.compile(r"(?<!\d)20\d{2}(?=年)")

Key = tuple[str, str]
DEPARTMENT, UNIT, DOCUMENT = "主管部门", "单位", "文件"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCard:
    """The texts of one indicator row, "" where there is none or it was not surely read. ``place`` is 0-based.

    ``target_lost`` says that the target stands there and could not be read.
    """

    place: int
    level1: str
    level2: str
    name: str
    target: str
    actual: str
    weight: str
    score: str
    reason: str
    target_lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCard:
    """One form in short. ``place`` is its 0-based place in the batch; amounts are those of the yearly total.

    ``initial``, ``adjusted`` and ``executed`` are None where the form prints or lets read none; a target table has its
    year's budget as ``adjusted``. ``unread`` names what stands there and could not be read: ``money`` for the budgets,
    ``reason`` for a deviation reason, ``total`` for the total score.
    """

    place: int
    kind: FormKind
    year: int | None
    project: str
    department: str
    unit: str
    document: str
    goal: str
    completion: str
    rows: tuple[RowCard, ...]
    initial: Amount | None
    adjusted: Amount | None
    executed: Amount | None
    total: Decimal | None
    unread: frozenset[str]

    @property
    def families(self) -> tuple[Key, ...]:
        """What makes two forms akin: the same supervising department, unit or document."""
        named = ((DEPARTMENT, owner_name(self.department)), (UNIT, owner_name(self.unit)))
        return (*(key for key in named if len(key[1]) >= LEAST_NAME), (DOCUMENT, self.document))

    @property
    def family(self) -> Key:
        """The widest of them."""
        return self.families[0]


def owner_name(text: str) -> str:
    """A department or unit without punctuation, the budget code before it, and 本级 behind it."""
    return OWNER_EXTRAS.sub("", letters(text))


def form_to_card(view: FormView, *, place: int) -> FormCard:
    """The card of one form."""
    form = view.form
    own = isinstance(form, SelfEvaluation)
    department, unit, goal, completion = _names(form) if isinstance(form, SelfEvaluation) else _target_names(form)
    texts = [_surely(field, view) for field in (form.project_name, department, unit, goal, completion)]
    initial, adjusted, executed, money_lost = _money(view) if own else (None, view.year_budget(), None, False)
    total, total_lost = _asked(lambda: view.total_score) if own else (None, False)
    reason_lost = any(_lost(row.deviation_reason, view) for row in form.indicators)
    lost = (("money", money_lost), ("total", total_lost), ("reason", reason_lost))
    return FormCard(
        place=place,
        kind=view.kind,
        year=view.year or _year_in_name(texts[0]),
        project=texts[0],
        department=texts[1],
        unit=texts[2],
        document=form.document.path,
        goal=texts[3],
        completion=texts[4],
        rows=tuple(_row_to_card(row, view, place=number) for number, row in enumerate(form.indicators)),
        initial=initial,
        adjusted=adjusted,
        executed=executed,
        total=None if total is None else total.value,
        unread=frozenset(name for name, is_lost in lost if is_lost),
    )


def _year_in_name(project: str) -> int | None:
    """The year a project's name begins with, for forms that print none elsewhere."""
    found = YEAR_IN_NAME.match(project)
    return None if found is None else int(found.group())


def _names(form: SelfEvaluation) -> tuple[Field, Field, Field, Field]:
    return form.supervising_department, form.implementing_unit, form.expected_goal, form.actual_completion


def _target_names(form: TargetTable) -> tuple[Field, Field, Field, Field]:
    # a target table is declared by the department or by a unit under it: it is akin to both
    return form.declaring_unit, form.declaring_unit, form.goals, Field()


def _row_to_card(row: Indicator, view: FormView, *, place: int) -> RowCard:
    return RowCard(
        place=place,
        level1=_surely(row.level1, view),
        level2=_surely(row.level2, view),
        name=_surely(row.level3, view),
        target=_surely(row.target, view),
        actual=_surely(row.actual, view),
        weight=_surely(row.weight, view),
        score=_surely(row.score, view),
        reason=_surely(row.deviation_reason, view),
        target_lost=_lost(row.target, view),
    )


def _surely(field: Field, view: FormView) -> str:
    sure = field.state is FieldState.READ and field.confidence >= view.thresholds.read_confidence
    return field.text.strip() if sure else ""


def _lost(field: Field, view: FormView) -> bool:
    """True for a cell with ink that nobody could read, or not surely."""
    unsure = field.state is FieldState.READ and field.confidence < view.thresholds.read_confidence
    return field.state is FieldState.UNREADABLE or unsure


def _money(view: FormView) -> tuple[Amount | None, Amount | None, Amount | None, bool]:
    """Initial, full-year and executed total, and whether one of the budgets is there and could not be read."""
    if not isinstance(view.form, SelfEvaluation) or not view.form.funds:
        return None, None, None, False
    fund = view.total_fund
    initial, lost_initial = _asked(lambda: fund.initial)
    adjusted, lost_adjusted = _asked(lambda: fund.adjusted)
    executed, _ = _asked(lambda: fund.executed)
    return initial, adjusted, executed, lost_initial or lost_adjusted


def _asked(ask: Callable[[], T | None]) -> tuple[T | None, bool]:
    """What a view answers, None where it was not read, and whether that was so."""
    try:
        return ask(), False
    except NotRead:
        return None, True
