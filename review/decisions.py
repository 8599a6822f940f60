"""What people decided, as the other rooms take it."""

from __future__ import annotations

from types import MappingProxyType

from domain.decision import Act, Cause, Decision
from domain.finding import Evidence, Severity, Verdict
from domain.finding import Finding as Found
from domain.form import Form
from review.forms import row_to_form
from review.house_school import Decided
from review.models import Finding, Project, Status

ACTS = MappingProxyType(
    {
        Status.CONFIRMED: Act.CONFIRM,
        Status.RELABELLED: Act.RELABEL,
        Status.DISMISSED: Act.DISMISS,
        Status.SKIPPED: Act.SKIP,
    }
)


def project_to_decisions(project: Project) -> tuple[Decision, ...]:
    """Every decision of an audit, in the order they were made."""
    decided = project.findings.exclude(status=Status.OPEN).select_related("form__document").order_by("decided_at", "pk")
    return tuple(map(row_to_decision, decided))


def row_to_decision(row: Finding) -> Decision:
    """The decision on a finding that has one."""
    return Decision(
        finding=row.code,
        source=row.form.document.path,
        form_index=row.form.index,
        row=row.row,
        act=ACTS[Status(row.status)],
        cause=Cause(row.dismissal) if row.status == Status.DISMISSED and row.dismissal else None,
        unit=row.unit,
    )


def row_to_found(row: Finding) -> Found:
    """A finding as the checks raised it, without its places."""
    return Found(
        finding=row.code,
        title=row.title,
        severity=Severity(row.severity),
        verdict=Verdict(row.verdict),
        source=row.form.document.path,
        form_index=row.form.index,
        project_name=row.project_name,
        row=row.row,
        message=row.message,
        evidence=tuple(
            Evidence(form=each["form"], field=each["field"], text=each["text"], sources=()) for each in row.evidence
        ),
        basis=row.basis,
        confidence=row.confidence,
        statement=row.statement,
    )


def row_to_decided(row: Finding) -> Decided:
    """A finding with what was decided on it, on its form as it was when it was judged: corrections count."""
    form: Form | None
    try:
        form = row_to_form(row.form)
    except LookupError:
        form = None
    return Decided(
        finding=row_to_found(row), form=form, decision=row_to_decision(row), right=tuple(map(str, row.relabel))
    )
