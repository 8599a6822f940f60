"""What the operations of the API do with the tables: what they were asked, said as the pages say it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.db.models import Count, Q, QuerySet

from review.api_shapes import DecisionAsked, FindingFilter
from review.arrivals import fit_path
from review.deciding import Deed, Refusal, Ruling
from review.filters import ANY, ME, UNSIGNED, QueueFilter
from review.forms import row_to_form
from review.house import the_house
from review.intake import MAX_FILE_BYTES, TOO_LARGE, Announced, IntakeTrouble, announce, delivery_to_lacking, receive
from review.models import Delivery, Document, Finding, FormRow, Item, Project, User
from review.queue import View

CAUSE_ODD = "缘由（cause）只在排除时给出。"
NATURE_ODD = "定性（nature）只在确认时给出。"
LABELS_ODD = "应有的类别（labels）只在改判时给出。"

RowKind = TypeVar("RowKind", bound=models.Model)


def page_of(rows: QuerySet[RowKind], *, after: int | None, limit: int) -> tuple[list[RowKind], int | None]:
    """Rows behind ``after`` in the order of their numbers, and where the next page begins."""
    return _cut(rows.order_by("pk").filter(pk__gt=after or 0), limit)


def page_back(rows: QuerySet[RowKind], *, after: int | None, limit: int) -> tuple[list[RowKind], int | None]:
    """The latest first."""
    return _cut(rows.order_by("-pk") if after is None else rows.order_by("-pk").filter(pk__lt=after), limit)


def _cut(rows: QuerySet[RowKind], limit: int) -> tuple[list[RowKind], int | None]:
    found = list(rows[: limit + 1])
    return found[:limit], int(found[limit - 1].pk) if len(found) > limit else None


def documents_of(project: Project) -> QuerySet[Document]:
    """The documents of an audit, each with how many forms it has."""
    return project.documents.annotate(form_count=Count("forms"))


def deliveries_of(project: Project) -> QuerySet[Delivery]:
    """The deliveries of an audit, each with how many files it has."""
    return project.deliveries.annotate(files=Count("items"))


def forms_of(project: Project) -> QuerySet[FormRow]:
    """The forms that were read."""
    return FormRow.objects.filter(document__project=project)


def form_record(row: FormRow) -> dict[str, Any]:
    """A form as a line of the public contract, corrections laid over it. Raises LookupError."""
    return dict(the_house().reading.form_record(row_to_form(row)))


def whole_findings(project: Project) -> QuerySet[Finding]:
    """The 疑点 of an audit with the people in them."""
    return project.findings.select_related("assignee", "decided_by")


def filter_to_view(chosen: FindingFilter, *, project: Project, user: User) -> View:
    """The queue as a filter of the API means it. Bounds, and a document, are no facets of the page."""
    wanted = QueueFilter(
        severity=tuple(chosen.severity),
        group=tuple(chosen.group),
        rule=tuple(chosen.code),
        unit=tuple(chosen.unit),
        project=tuple(chosen.project),
        year=tuple(chosen.year),
        status=tuple(status.value for status in chosen.status),
        stage=tuple(stage.value or UNSIGNED for stage in chosen.stage),
        who=(ME,) if chosen.mine else (),
        verdict=chosen.verdict,
        folded=ANY if chosen.told_by_others else "no",
        cause=chosen.cause,
        form=str(chosen.form or ""),
        text=chosen.q.strip(),
    )
    return View(project=project, user=user, wanted=wanted, also=_bounds(chosen))


def _bounds(chosen: FindingFilter) -> Q:
    bounds = {
        "amount__gte": chosen.least_amount, "amount__lte": chosen.most_amount,
        "confidence__gte": chosen.least_confidence, "confidence__lte": chosen.most_confidence,
        "form__document__in": chosen.document or None,
    }  # fmt: skip
    return Q(**{name: bound for name, bound in bounds.items() if bound is not None})


def asked_to_ruling(asked: DecisionAsked) -> Ruling:
    """What somebody decides. Raises Refusal for what does not go with the act."""
    odd = {
        CAUSE_ODD: asked.cause is not None and asked.act is not Deed.DISMISS,
        NATURE_ODD: bool(asked.nature) and asked.act is not Deed.CONFIRM,
        LABELS_ODD: bool(asked.labels) and asked.act is not Deed.RELABEL,
    }
    for told, is_so in odd.items():
        if is_so:
            raise Refusal(told)
    labels = tuple(dict.fromkeys(asked.labels))
    return Ruling(deed=asked.act, cause=asked.cause, nature=asked.nature, labels=labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A file that comes with a request; ``size`` in bytes."""

    path: str
    size: int
    chunks: Iterable[bytes]


def take_in(project: Project, files: Sequence[Coming], *, user: User) -> Delivery:
    """Files announced and received in one request, as the page for uploads does in several. Raises IntakeTrouble."""
    if any(file.size > MAX_FILE_BYTES for file in files):
        raise IntakeTrouble(TOO_LARGE, status=413)
    announced = [Announced(path=fit_path(file.path), size=file.size) for file in files]
    delivery = announce(project, user, files=announced)
    for place, pk in delivery_to_lacking(delivery, announced):
        receive(Item.objects.select_related("delivery__project").get(pk=pk), files[place].chunks, user=user)
    return delivery
