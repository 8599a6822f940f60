"""What the page of a finding tells beside it: its history from the log, and the findings that belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from domain.decision import CAUSE_NAMES, Cause
from review.journal import events_of
from review.logbook import act_to_words
from review.models import Event, Finding, Stage, Status, User
from review.wording import label_to_words

HISTORY_MOST, RELATED_MOST = 30, 30
ROW_COLUMNS = ("project", "form", "row", "code", "title", "severity", "message", "status", "stage", "indicator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One act on a finding, as people say it; ``told`` is what it became."""

    at: datetime
    who: str
    act: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Findings beside one: the one that tells its story, those it tells, others of its row and of its form."""

    teller: tuple[Finding, ...]
    covered: tuple[Finding, ...]
    row: tuple[Finding, ...]
    form: tuple[Finding, ...]


def finding_to_history(finding: Finding) -> tuple[Past, ...]:
    """Newest first."""
    events = events_of("finding", finding.pk, most=HISTORY_MOST)
    return tuple(_event_to_past(event, finding.pk) for event in events)


def _event_to_past(event: Event, finding_id: int) -> Past:
    own = (each["after"] for each in event.changes if each["kind"] == "finding" and each["id"] == finding_id)
    act = act_to_words(event.act)
    if event.act in ("undo", "redo"):
        act += act_to_words(event.told.get("act", ""))
    elif len(event.changes) > 1:
        act += f"（{len(event.changes)}条一起）"
    return Past(at=event.at, who=event.who, act=act, told=state_to_words(next(own, {})))


def state_to_words(state: dict[str, Any]) -> str:
    """A state of the log in Chinese."""
    told = []
    if "status" in state:
        told.append(str(Status(state["status"]).label))
    if state.get("dismissal"):
        told.append(CAUSE_NAMES[Cause(state["dismissal"])])
    told += [label_to_words(label) for label in state.get("relabel", ())]
    if state.get("nature"):
        told.append(f"“{state['nature']}”")
    if "assignee" in state:
        user = User.objects.filter(pk=state["assignee"]).first()
        told.append(f"由{user}承办" if user else "未分派")
    if "stage" in state:
        told.append(str(Stage(state["stage"]).label))
    return "，".join(told)


def finding_to_related(finding: Finding) -> Related:
    """Best first; of a form with very many, the first ones."""
    teller = finding.covered_by_id
    others = Finding.objects.filter(form=finding.form_id, gone=False).exclude(pk__in=[finding.pk, teller or 0])
    rest = others.exclude(covered_by=finding.pk)
    in_row = Q(row=finding.row) if finding.row is not None else Q(row__isnull=True)
    return Related(
        teller=_first(Finding.objects.filter(pk=teller)) if teller else (),
        covered=_first(others.filter(covered_by=finding.pk)),
        row=_first(rest.filter(in_row)) if finding.row is not None else (),
        form=_first(rest.exclude(in_row) if finding.row is not None else rest),
    )


def _first(findings: QuerySet[Finding]) -> tuple[Finding, ...]:
    return tuple(findings.only(*ROW_COLUMNS).order_by("place", "pk")[:RELATED_MOST])
