"""What the operations of the API do with the tables. Each is thin, for the pages do the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from django.db import models, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from domain.decision import Act
from review.api_shapes import DecisionAsked, ExportAsked, FindingFilter
from review.blobs import blob_path, exports_folder, keep_blob, store_root
from review.forms import row_to_form
from review.house import Piece, the_house
from review.journal import record
from review.models import (
    LAST_PLACE,
    Delivery,
    Document,
    Finding,
    FormRow,
    Item,
    ItemState,
    Job,
    JobKind,
    Project,
    Status,
    User,
)
from review.tasks import ask, read_one

ACT_TO_STATUS: Final = {Act.CONFIRM: Status.CONFIRMED, Act.DISMISS: Status.DISMISSED, Act.SKIP: Status.SKIPPED}
DECIDED: Final = ("status", "dismissal", "nature", "place", "decided_by", "decided_at")
LOCKED = "这条疑点已签字，不能再改；需要时请加注说明。"
CAUSE_NEEDED = "排除疑点须说明缘由（cause）。"
CAUSE_ODD = "缘由（cause）只在排除时给出。"
NATURE_ODD = "定性（nature）只在确认时给出。"
TOO_BIG = "文件超过 {most} MB，未接收。请拆分后再传。"
FILE_MOST: Final = 512 * 1024 * 1024  # bytes; a scanned volume of some hundred pages is a tenth of that


class Refused(Exception):
    """What cannot be done as things stand. The message is Chinese."""


class TooBig(Exception):
    """More bytes than are taken. The message is Chinese."""


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


def findings_of(project: Project, chosen: FindingFilter, *, user: User) -> QuerySet[Finding]:
    """The 疑点 of an audit that a filter lets through."""
    several = {
        "unit": chosen.unit, "year": chosen.year, "project_name": chosen.project, "code": chosen.code,
        "group": chosen.group, "severity": chosen.severity, "verdict": chosen.verdict, "status": chosen.status,
        "stage": chosen.stage, "cause": chosen.cause, "form__document": chosen.document, "form": chosen.form,
    }  # fmt: skip
    bounds = {
        "amount__gte": chosen.least_amount, "amount__lte": chosen.most_amount,
        "confidence__gte": chosen.least_confidence, "confidence__lte": chosen.most_confidence,
    }  # fmt: skip
    told = Q(project=project, gone=False)
    for name, values in several.items():
        told &= Q((f"{name}__in", values)) if values else Q()
    for name, bound in bounds.items():
        told &= Q() if bound is None else Q((name, bound))
    told &= Q(assignee=user) if chosen.mine else Q()
    told &= Q() if chosen.told_by_others else Q(covered_by=None)
    return Finding.objects.filter(told)


def whole_findings(project: Project) -> QuerySet[Finding]:
    """The 疑点 of an audit with the people in them."""
    return project.findings.select_related("assignee", "decided_by")


def finding_page(rows: QuerySet[Finding], *, after: str, limit: int) -> tuple[list[Finding], str | None]:
    """A page of the queue behind a finding, which is called by its place and number."""
    if after:
        place, number = map(int, after.split("."))
        rows = rows.filter(Q(place__gte=place) & (Q(place__gt=place) | Q(pk__gt=number)))
    found = list(rows.order_by("place", "pk")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], f"{last.place}.{last.pk}" if last else None


def decide(finding: Finding, asked: DecisionAsked, *, user: User) -> Finding:
    """One decision, with its entry in the log. Raises Refused."""
    if (asked.act is Act.DISMISS) != (asked.cause is not None):
        raise Refused(CAUSE_NEEDED if asked.cause is None else CAUSE_ODD)
    if asked.nature and asked.act is not Act.CONFIRM:
        raise Refused(NATURE_ODD)
    with transaction.atomic():
        finding = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
        if finding.is_locked:
            raise Refused(LOCKED)
        before = _decided(finding)
        finding.status = ACT_TO_STATUS[asked.act]
        finding.dismissal = asked.cause or ""
        finding.nature = asked.nature
        finding.place = finding.place % LAST_PLACE + (LAST_PLACE if asked.act is Act.SKIP else 0)
        finding.decided_by, finding.decided_at = user, timezone.now()
        finding.save(update_fields=DECIDED)
        change = {"kind": "finding", "id": finding.pk, "before": before, "after": _decided(finding)}
        record("decide", user=user, project=finding.project, changes=[change])
    return finding


def _decided(finding: Finding) -> dict[str, Any]:
    told = {name: getattr(finding, name) for name in DECIDED}
    return {**told, "decided_by": finding.decided_by.username if finding.decided_by else None}


def limited(chunks: Iterable[bytes], *, most: int = FILE_MOST) -> Iterator[bytes]:
    """The chunks of a file. Raises TooBig as soon as there are too many."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise TooBig(TOO_BIG.format(most=most // (1024 * 1024)))
        yield chunk


def chunks_of(read: Callable[[int], bytes], *, size: int = 1024 * 1024) -> Iterator[bytes]:
    """What a request holds, a megabyte at a time."""
    while chunk := read(size):
        yield chunk


def take_in(project: Project, chunks: Iterable[bytes], *, path: str, user: User) -> Delivery:
    """A file that came in alone, or the files in an archive, stored and put in the queue of the readers."""
    sha256, size = keep_blob(limited(chunks))
    pieces = [*the_house().reading.unpack(blob_path(sha256), path)]
    with transaction.atomic():
        delivery = Delivery.objects.create(project=project, user=user)
        arrived = Item(delivery=delivery, path=path, size=size, sha256=sha256, state=ItemState.HERE)
        if len(pieces) == 1 and pieces[0].path == path:
            _take_piece(arrived, pieces[0])
        else:
            arrived.save()
            for piece in pieces:
                _take_piece(Item(delivery=delivery, archive=arrived, path=piece.path[:1000]), piece)
        record("upload", user=user, project=project, told={"delivery": delivery.pk, "path": path, "sha256": sha256})
    return delivery


def _take_piece(item: Item, piece: Piece) -> None:
    item.reason = piece.refusal or piece.note
    if item.reason:
        item.state = ItemState.REFUSED if piece.refusal else ItemState.SKIPPED
    else:
        item.sha256, item.size = keep_blob([piece.content])
        project = item.delivery.project
        defaults = {"path": item.path, "parts": [item.sha256]}
        item.document, new = Document.objects.get_or_create(project=project, sha256=item.sha256, defaults=defaults)
        item.state = ItemState.HERE if new else ItemState.DUPLICATE
        if new:
            read_one.enqueue(item.document.pk)
    item.save()


def ask_export(project: Project, asked: ExportAsked, *, user: User) -> Job:
    """An export put in the queue, with its entry in the log."""
    told = asked.model_dump(mode="json")
    with transaction.atomic():
        job = ask(Job(project=project, kind=JobKind.EXPORT, asked=told, user=user))
        record("export", user=user, project=project, told={"job": job.pk, **told})
    return job


def job_file(job: Job) -> Path | None:
    """Where the file of a job lies; None where there is none, or it points out of the folder of exports."""
    path = (store_root() / job.file).resolve()
    return path if job.file and path.is_relative_to(exports_folder().resolve()) and path.is_file() else None
