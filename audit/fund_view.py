"""A line of the money block as rules see it."""

from __future__ import annotations

from audit.cells import Cells, Context
from audit.notebook import Notebook
from audit.rule import Why
from domain.form import Field, FieldState, FundRow
from domain.value import Amount, Number


class FundView(Cells):
    """One line of the money block. Blank cells and dashes are None; amounts are in yuan."""

    def __init__(self, fund: FundRow, *, place: int, unit: str, context: Context, notebook: Notebook) -> None:
        super().__init__(f"funds[{place}].", context=context, notebook=notebook)
        self._fund = fund
        self._unit = unit

    @property
    def item(self) -> str:
        """The name of the line; "" where it has none. Not evidence by itself."""
        return self._fund.item.text.strip()

    @property
    def initial(self) -> Amount | None:
        """Budget at the start of the year (年初预算数); None also where the form has no such column."""
        if self._fund.initial_budget.state is FieldState.MISSING:
            return None
        return self._money("initial_budget", self._fund.initial_budget)

    @property
    def adjusted(self) -> Amount | None:
        """Budget of the full year (全年预算数); forms with a single budget column print it as the initial one."""
        only_initial = self._fund.initial_budget.state is not FieldState.MISSING
        if self._fund.adjusted_budget.state is FieldState.MISSING and only_initial:
            return self.initial
        return self._money("adjusted_budget", self._fund.adjusted_budget)

    @property
    def executed(self) -> Amount | None:
        """Executed in the full year (全年执行数)."""
        return self._money("executed", self._fund.executed)

    def _money(self, column: str, field: Field) -> Amount | None:
        if not self._unit:
            raise self._notebook.not_read(self._prefix + column, why=Why.UNITS)
        return self._amount(column, field, unit=self._unit)

    @property
    def weight(self) -> Number | None:
        """Marks for execution; None also where the form gives none (no such column)."""
        return None if self._fund.weight.state is FieldState.MISSING else self._number("weight", self._fund.weight)

    @property
    def rate(self) -> Number | None:
        """Printed execution rate, in percent as printed."""
        return self._number("execution_rate", self._fund.execution_rate)

    @property
    def score(self) -> Number | None:
        """Marks given for execution; None also where the form gives none (no such column)."""
        return None if self._fund.score.state is FieldState.MISSING else self._number("score", self._fund.score)
