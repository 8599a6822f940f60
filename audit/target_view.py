"""Target tables as rules see them: sections of text, category, and money of this year and the last."""

from __future__ import annotations

from audit.cells import Cells
from audit.rule import NotRead, Why
from audit.view import YUAN, FormView
from domain.form import Field, FieldState, TargetTable
from domain.value import Amount

# The sections of a target table in printed order, by column and by the name messages call them.
SECTION_NAMES = {
    "overview": "项目概况",
    "basis": "立项依据",
    "necessity": "项目必要性",
    "safeguards": "保证措施",
    "plan": "实施计划",
    "goals": "总目标",
}


class TargetTableView(Cells):
    """A target table seen through its form's notebook. Raises NotRead for a form of the other kind."""

    def __init__(self, form: FormView) -> None:
        super().__init__("", context=form.context, notebook=form.notebook)
        if not isinstance(form.form, TargetTable):
            raise NotRead("goals", why=Why.ABSENT)
        self._table = form.form

    @property
    def category(self) -> str:
        """Category of the project (一次性项目, 经常性项目 ...); "" where the form names none."""
        return self._text_if_placed("project_category", self._table.project_category)

    @property
    def basis(self) -> str | None:
        """The basis the project rests on; None where the form has no place for it."""
        absent = self._table.basis.state is FieldState.MISSING
        return None if absent else self._text("basis", self._table.basis)

    @property
    def safeguards(self) -> str:
        """Rules and measures that secure the project; "" where the form has no place for them."""
        return self._text_if_placed("safeguards", self._table.safeguards)

    @property
    def plan(self) -> str:
        """How the project is to be carried out; "" where the form has no place for it."""
        return self._text_if_placed("plan", self._table.plan)

    @property
    def sections(self) -> dict[str, str]:
        """Every section the form has a place for, by its name in messages."""
        fields: dict[str, Field] = {column: getattr(self._table, column) for column in SECTION_NAMES}
        return {
            SECTION_NAMES[column]: self._text(column, field)
            for column, field in fields.items()
            if field.state is not FieldState.MISSING
        }

    @property
    def this_year(self) -> Amount | None:
        """Budget of the year; the project's total where the form prints no year's budget."""
        year = self._money("year_budget", self._table.year_budget)
        return year if year is not None else self._money("total_budget", self._table.total_budget)

    @property
    def last_budget(self) -> Amount | None:
        """Last year's budget; None where nothing is printed."""
        return self._money("last_year_budget", self._table.last_year_budget)

    @property
    def last_executed(self) -> Amount | None:
        """What last year spent; None where nothing is printed."""
        return self._money("last_year_executed", self._table.last_year_executed)

    def _money(self, column: str, field: Field) -> Amount | None:
        return None if field.state is FieldState.MISSING else self._amount(column, field, unit=YUAN)
