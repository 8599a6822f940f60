"""How much money a form is about."""

from __future__ import annotations

from decimal import Decimal

from audit.view import FormView
from domain.form import SelfEvaluation, funds_to_total


def project_budget(view: FormView) -> Decimal | None:
    """The larger of the year's first and last budget in yuan: a cut does not make the goals cheaper to have missed."""
    if not isinstance(view.form, SelfEvaluation):
        amount = view.year_budget()
        return None if amount is None else amount.yuan
    if not view.form.funds:
        return None
    total = view.form.funds[funds_to_total(view.form.funds)]
    printed = [field.text.strip() for field in (total.initial_budget, total.adjusted_budget) if field.text.strip()]
    unit = view.amount_unit
    amounts = [view.context.skills.amount(text, unit) for text in printed if unit]
    return max((amount.yuan for amount in amounts if amount is not None), default=None)
