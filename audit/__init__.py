"""FORMS -> 疑点: rules over self-evaluations and target tables, ranked for the auditor."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from audit.batch import BatchView
from audit.cells import Context
from audit.engine import Raised, batch_to_raised, form_to_raised, remembered
from audit.ranking import Company, raised_to_findings
from audit.rule import (
    BatchRule,
    Fail,
    FormKind,
    FormRule,
    NotRead,
    Outcome,
    Pass,
    RowRule,
    RowsAndFormRule,
    Rule,
    Skills,
    Suspicion,
)
from audit.rules import RULES
from audit.statement import with_statements
from audit.thresholds import Thresholds
from audit.weights import Weights
from domain.finding import Finding
from domain.form import Form, FormKey, form_key, form_to_unit

__all__ = [
    "RULES",
    "BatchRule",
    "BatchView",
    "Fail",
    "FormKind",
    "FormRule",
    "NotRead",
    "Outcome",
    "Pass",
    "RowRule",
    "RowsAndFormRule",
    "Rule",
    "Skills",
    "Suspicion",
    "Thresholds",
    "Weights",
    "check",
]

FORMS_BETWEEN_RESTS = 500  # the garbage of so many forms and a few thousand findings is looked through in no time


def check(
    forms: Sequence[Form], *, skills: Skills, thresholds: Thresholds | None = None, weights: Weights | None = None
) -> tuple[Finding, ...]:
    """All 疑点 of these forms, best first: ``rank`` from 1, why it is there, ``covered_by`` and ``statement`` filled.

    The rules on single forms come first, then those on all forms together. PASS leaves no finding. A field that was not
    read yields one finding per form and rule with verdict ``cannot_check``. What a form handed in twice repeats is
    covered by the finding on the first of them. An exception inside a rule is a defect of the rule and propagates.
    """
    context = Context(skills=remembered(skills), thresholds=thresholds or Thresholds())
    batch = BatchView(forms, context=context)
    with _forms_at_rest():
        raised = [*_forms_to_raised(forms, context), *batch_to_raised(batch, RULES)]
        gc.freeze()
        company = Company(units=Counter(map(form_to_unit, forms)), copies=_copies(batch))
        findings = raised_to_findings(raised, weights=weights or Weights(), company=company)
        return with_statements(findings, forms, rules=RULES)


def _forms_to_raised(forms: Sequence[Form], context: Context) -> Iterator[Raised]:
    """What the rules on single forms raise; from time to time what was raised is laid to rest with the forms."""
    for number, form in enumerate(forms):
        if number % FORMS_BETWEEN_RESTS == 0:
            gc.freeze()
        yield from form_to_raised(form, RULES, context=context)


@contextmanager
def _forms_at_rest() -> Iterator[None]:
    """What is there before the audit is not looked through for garbage while it runs.

    Thousands of forms are millions of objects, and their findings too: looking through them over and over took more
    than a quarter of the time.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _copies(batch: BatchView) -> dict[FormKey, FormKey]:
    """Copies of a form with the first of them, by source and index."""
    keys = [form_key(form) for form in batch.forms]
    return {keys[twin.place]: keys[twin.first] for twin in batch.twins if twin.is_copy}
