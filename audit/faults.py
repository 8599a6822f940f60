"""What a rule could not check: cells that were not read, or a fault of ours, which must not cost a batch."""

from __future__ import annotations

import warnings
from pathlib import Path
from traceback import extract_tb

from audit.rule import Rule
from domain.finding import Evidence, Finding, Severity, Verdict
from domain.form import Form


class RuleFault(UserWarning):
    """A rule raised what no rule may raise. Where warnings are errors, as in the tests, it ends the run."""


def fault_to_finding(rule: Rule, error: Exception, *, form: Form) -> Finding:
    """What the auditor is told of it: whose fault it is, and what was not checked."""
    last = extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__}: {error}，{Path(last.filename).name} 第 {last.lineno} 行"
    warnings.warn(f"{rule.code}, {form.document.path}#{form.index}: {where}", RuleFault, stacklevel=2)
    return unchecked(rule, f"程序出错，不是表的问题（{where}），其余各项不受影响。请将文件交维护人员。", form=form)


def unchecked(
    rule: Rule, why: str, *, form: Form, row: int | None = None, evidence: tuple[Evidence, ...] = ()
) -> Finding:
    """The finding that a rule could not check a form, or a row of it; ``why`` says so in Chinese and what to do."""
    return Finding(
        finding=rule.code,
        title=rule.title,
        severity=Severity.INFO,
        verdict=Verdict.CANNOT_CHECK,
        source=form.document.path,
        form_index=form.index,
        project_name=form.project_name.text,
        row=row,
        message=f"无法核对“{rule.title}”：{why}",
        evidence=evidence,
        basis=rule.basis,
        confidence=1.0,
    )
