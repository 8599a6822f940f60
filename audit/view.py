"""Forms as rules see them: typed values by name, with every field asked for written down as evidence."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Literal

from audit.cells import Cells, Context, once
from audit.fund_view import FundView
from audit.later import without_later_target
from audit.notebook import Notebook
from audit.phrases import plain, quoted
from audit.rule import FormKind, Why
from domain.form import (
    MISSING,
    Field,
    FieldState,
    Form,
    Indicator,
    SelfEvaluation,
    TargetTable,
    form_to_money_unit,
    funds_to_execution,
    funds_to_total,
)
from domain.label import Label, Rationale, RewriteStatus
from domain.value import Amount, Mention, Number, Reading

YUAN, WAN_YUAN = "元", "万元"
# Fields in which a form of either kind tells what the project is and does.
ABOUT = ("project_name", "overview", "basis", "necessity", "plan", "goals", "expected_goal", "actual_completion")


class RowView(Cells):
    """One indicator row. Blank cells are None (numbers, values) or "" (texts).

    ``level1`` and ``level2`` are the names of its levels (产出指标, 数量指标), "" where there is none: context, not
    evidence.
    """

    def __init__(self, indicator: Indicator, *, place: int, form: FormView) -> None:
        super().__init__(f"indicators[{place}].", context=form.context, notebook=form.notebook)
        self._indicator = indicator
        self.place = place
        self.form = form
        self.thresholds = form.thresholds
        self.level1 = indicator.level1.text.strip()
        self.level2 = indicator.level2.text.strip()

    @property
    @once
    def levels(self) -> tuple[str, str]:
        """First- and second-level name as evidence; "" where there is none. Raises NotRead for ink nobody read."""
        row = self._indicator
        return self._text_if_placed("level1", row.level1), self._text_if_placed("level2", row.level2)

    @property
    def name(self) -> str:
        """The indicator's name."""
        return self._text("level3", self._indicator.level3)

    @property
    def label(self) -> str:
        """The row as messages speak of it."""
        return f"第{self.place + 1}项指标{quoted(self._indicator.level3.text.strip() or self.level2 or '未填名称')}"

    @property
    def target_text(self) -> str:
        """The target as printed."""
        return self._text("target", self._indicator.target)

    @property
    def actual_text(self) -> str:
        """The actual value as printed."""
        return self._text("actual", self._indicator.actual)

    @property
    @once
    def target(self) -> Reading | None:
        """The target understood."""
        return self._reading("target", self._indicator.target)

    @property
    @once
    def actual(self) -> Reading | None:
        """The actual value understood."""
        return self._reading("actual", self._indicator.actual)

    @property
    def has_actual(self) -> bool:
        """True where the actual value was read surely enough to be asked for."""
        actual = self._indicator.actual
        return actual.state is FieldState.READ and actual.confidence >= self.thresholds.read_confidence

    def value_of(self, text: str) -> Reading | None:
        """Another value understood, such as a new target named in the reason; None for ""."""
        return self._context.skills.value(text) if text else None

    @property
    @once
    def weight(self) -> Decimal | None:
        """Marks the row can earn; None also where the form prints no weights at all."""
        number = self._mark("weight", self._indicator.weight)
        return None if number is None else number.value

    @property
    @once
    def score(self) -> Decimal | None:
        """Marks the row was given; None also where the form prints no scores at all."""
        number = self._mark("score", self._indicator.score)
        return None if number is None else number.value

    @property
    def score_step(self) -> Decimal:
        """Value of the last printed digit of the score; 0 where there is none."""
        number = self._mark("score", self._indicator.score)
        return Decimal(0) if number is None else number.step

    def _mark(self, column: Literal["weight", "score"], field: Field) -> Number | None:
        """A column missing from every row belongs to another template; missing from this row only, it was lost."""
        rows = self.form.form.indicators
        if field.state is FieldState.MISSING and all(getattr(row, column).state is FieldState.MISSING for row in rows):
            return None
        return self._number(column, field)

    def _mark_if_read(self, column: Literal["weight", "score"], field: Field) -> Decimal | None:
        self._notebook.mention(self._prefix + column, field)
        number = self._context.skills.number(field.text) if field.state is FieldState.READ else None
        return None if number is None else number.value

    @property
    def weight_if_read(self) -> Decimal | None:
        """The weight for weighing a finding that does not rest on it; None wherever it cannot be had."""
        return self._mark_if_read("weight", self._indicator.weight)

    @property
    def score_if_read(self) -> Decimal | None:
        """The score for weighing a finding that does not rest on it; None wherever it cannot be had."""
        return self._mark_if_read("score", self._indicator.score)

    @property
    def marks(self) -> str:
        """``，得7/10分`` for messages, "" where either number cannot be had."""
        score, weight = self.score_if_read, self.weight_if_read
        return "" if score is None or weight is None else f"，得{plain(score)}/{plain(weight)}分"

    @property
    @once
    def share(self) -> Decimal | None:
        """Score over weight; None where either is blank or the weight is not positive."""
        weight, score = self.weight, self.score
        return None if weight is None or score is None or weight <= 0 else score / weight

    @property
    @once
    def reason(self) -> Rationale | None:
        """The deviation reason understood; None for a blank cell. A target told of a later year rewrites nothing."""
        text = self._text("deviation_reason", self._indicator.deviation_reason)
        return without_later_target(self._context.skills.rationale(text), self.form.year) if text else None

    @property
    def reason_text(self) -> str:
        """The deviation reason as printed."""
        return self._text("deviation_reason", self._indicator.deviation_reason)

    @property
    @once
    def reason_if_any(self) -> Rationale | None:
        """The deviation reason, None also where the form has no such column."""
        absent = self._indicator.deviation_reason.state is FieldState.MISSING
        return None if absent else self.reason

    @property
    @once
    def rewritten(self) -> bool:
        """True when the reason swaps this row's indicator or target, so that the printed target no longer judges it."""
        reason = self.reason_if_any
        return reason is not None and reason.rewrite.status in (RewriteStatus.DONE, RewriteStatus.APPROVED)

    @property
    def specificity(self) -> tuple[Label, ...]:
        """How specific the target is, judged under the indicator's name; () for a blank target."""
        return self.specificity_of(self.target_text)

    def specificity_of(self, text: str) -> tuple[Label, ...]:
        """How specific another target would be under this indicator's name; () for ""."""
        return self._context.skills.specificity(text, (self.name,)) if text else ()


class FormView(Cells):
    """One form of either kind; what the other kind alone has raises NotRead."""

    def __init__(self, form: Form, *, context: Context, notebook: Notebook) -> None:
        super().__init__("", context=context, notebook=notebook)
        self.form = form
        self.context = context
        self.notebook = notebook
        self.thresholds = context.thresholds

    @cached_property
    def rows(self) -> tuple[RowView, ...]:
        """Every indicator row in printed order."""
        return tuple(RowView(row, place=place, form=self) for place, row in enumerate(self.form.indicators))

    def _rows_known_with(self, other: FormView) -> None:
        """Make the rows, each knowing what the same row of another view of this form knows."""
        for own, same in zip(self.rows, other.rows, strict=True):
            own._know_with(same)

    def row(self, place: int) -> RowView:
        """The indicator row at a 0-based place."""
        return self.rows[place]

    @cached_property
    def _fund_views(self) -> tuple[FundView, ...]:
        funds = self.form.funds if isinstance(self.form, SelfEvaluation) else ()
        unit = self.amount_unit
        return tuple(
            FundView(fund, place=place, unit=unit, context=self.context, notebook=self.notebook)
            for place, fund in enumerate(funds)
        )

    @cached_property
    def aside(self) -> FormView:
        """The same form under a notebook of its own: for finding the rows that matter, which are then read again.

        A field nobody could read still raises NotRead, since it might have mattered.
        """
        aside = FormView(self.form, context=self.context, notebook=Notebook(self.thresholds))
        aside._rows_known_with(self)
        return aside

    def part(self) -> None:
        """Let go of the rows, which know their form: both then go at once and do not wait to be collected as garbage.

        A tenth of the time over thousands of forms. The rows are made anew for whoever asks after this.
        """
        if "aside" in self.__dict__:
            self.aside.part()
        for made in ("aside", "rows"):
            self.__dict__.pop(made, None)

    @property
    def kind(self) -> FormKind:
        """Which kind of form this is."""
        return FormKind.SELF_EVALUATION if isinstance(self.form, SelfEvaluation) else FormKind.TARGET

    @property
    def project_name(self) -> str:
        """The project's name; "" where the form names none."""
        return self._text_if_placed("project_name", self.form.project_name)

    @property
    def amount_unit(self) -> str:
        """The unit of the form's money; "" where its columns name several."""
        return form_to_money_unit(self.form)

    @cached_property
    def year(self) -> int | None:
        """Budget year, None where it is not printed. Context, not evidence."""
        digits = "".join(letter for letter in self.form.year.text if letter.isdigit())
        return int(digits[:4]) if len(digits) >= 4 else None

    @property
    def funds(self) -> tuple[FundView, ...]:
        """The money block. Raises NotRead where a self-evaluation shows none."""
        form = self._self_evaluation("funds")
        if not form.funds:
            raise self.notebook.not_read("funds", why=Why.ABSENT)
        return self._fund_views

    @property
    def total_fund(self) -> FundView:
        """The yearly total of the money block, wherever it stands."""
        return self.funds[funds_to_total(self._self_evaluation("funds").funds)]

    @property
    def component_funds(self) -> tuple[FundView, ...]:
        """The lines of the money block beside the yearly total."""
        total = self.total_fund
        return tuple(fund for fund in self.funds if fund is not total)

    @property
    def _execution_fund(self) -> FundView | None:
        funds = self._self_evaluation("funds").funds
        return self._fund_views[funds_to_execution(funds)] if funds else None

    @property
    def execution_score(self) -> Number | None:
        """Marks given for execution; None where the form scores none or shows no money block."""
        fund = self._execution_fund
        return None if fund is None else fund.score

    @property
    def execution_weight(self) -> Number | None:
        """Marks for execution; None where the form scores none or shows no money block."""
        fund = self._execution_fund
        return None if fund is None else fund.weight

    @property
    def total_score(self) -> Number | None:
        """Printed total (总分)."""
        return self._number("total_score", self._self_evaluation("total_score").total_score)

    @property
    def grade(self) -> str:
        """Printed grade word."""
        return self._text("grade", self._self_evaluation("grade").grade)

    @property
    def completion(self) -> str:
        """Narrative of what was done; "" where the form has no place for it."""
        return self._text_if_placed("actual_completion", self._self_evaluation("actual_completion").actual_completion)

    @property
    def completion_mentions(self) -> tuple[Mention, ...]:
        """The numbers of the completion narrative; () where the form has no place for it."""
        text = self.completion
        return self.context.skills.mentions(text) if text else ()

    @property
    def goal(self) -> str:
        """The year's goal in words, of either kind of form; "" where the form has no place for it."""
        if isinstance(self.form, SelfEvaluation):
            return self._text_if_placed("expected_goal", self.form.expected_goal)
        return self._text_if_placed("goals", self.form.goals)

    @property
    def about(self) -> str:
        """What the form says of the project in its own words: name, overview, plan, goals, what was done.

        Raises NotRead where one of these stands on the form and could not be read.
        """
        parts = [(name, getattr(self.form, name)) for name in ABOUT if hasattr(self.form, name)]
        return "\n".join(self._text(name, field) for name, field in parts if field.state is not FieldState.MISSING)

    @property
    def completion_if_read(self) -> str:
        """The narrative for what does not rest on it; "" wherever it cannot be had."""
        field = self.form.actual_completion if isinstance(self.form, SelfEvaluation) else MISSING
        sure = field.state is FieldState.READ and field.confidence >= self.thresholds.read_confidence
        if sure:
            self.notebook.mention("actual_completion", field)
        return field.text if sure else ""

    def year_budget(self) -> Amount | None:
        """The year's budget of a target table, for weighing findings. Not evidence."""
        if not isinstance(self.form, TargetTable):
            return None
        printed = self.form.year_budget.text or self.form.total_budget.text
        return self.context.skills.amount(printed, self.amount_unit) if printed else None

    def year_budget_asked(self) -> Amount | None:
        """The year's budget of a target table as evidence; None where it is blank or the form is no target table."""
        if not isinstance(self.form, TargetTable):
            return None
        return self._amount("year_budget", self.form.year_budget, unit=self.amount_unit)

    def _self_evaluation(self, column: str) -> SelfEvaluation:
        if not isinstance(self.form, SelfEvaluation):
            raise self.notebook.not_read(column, why=Why.ABSENT)
        return self.form
