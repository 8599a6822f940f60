"""FORMS -> 疑点: rules over self-evaluations and target tables, ranked for the auditor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from audit.engine import form_to_raised, form_to_unit, remembered
from audit.ranking import raised_to_findings
from audit.rule import (
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
)
from audit.rules import RULES
from audit.statement import with_statements
from audit.thresholds import Thresholds
from audit.view import Context
from audit.weights import Weights
from domain.finding import Finding
from domain.form import Form

__all__ = [
    "RULES",
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
    "Thresholds",
    "Weights",
    "check",
]


def check(
    forms: Sequence[Form], *, skills: Skills, thresholds: Thresholds | None = None, weights: Weights | None = None
) -> tuple[Finding, ...]:
    """All 疑点 of these forms, best first: ``rank`` from 1, why it is there, ``covered_by`` and ``statement`` filled.

    PASS leaves no finding. A field that was not read yields one finding per form and rule with verdict
    ``cannot_check``. An exception inside a rule is a defect of the rule and propagates.
    """
    context = Context(skills=remembered(skills), thresholds=thresholds or Thresholds())
    raised = [item for form in forms for item in form_to_raised(form, RULES, context=context)]
    findings = raised_to_findings(raised, weights=weights or Weights(), units=Counter(map(form_to_unit, forms)))
    return with_statements(findings, forms, rules=RULES)
