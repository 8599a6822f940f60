"""Signatures: what waits for which stage, signing one or many, giving back, and the paper built once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from review.deciding import Refusal, comment
from review.links import finding_url
from review.models import Finding, Stage, Status
from review.rights import AuditRequest, Right, needs
from review.signed_content import reproduce, signature_is_whole
from review.signing import (
    DECIDED,
    NEXT_STAGE,
    STAGE_RIGHTS,
    CannotSign,
    Order,
    Refused,
    blocked_to_words,
    check_size,
    finding_to_nature,
    give_back,
    may_give_back,
    sign,
    with_grounds,
)
from review.views import logbook
from review.wording import dismissal_to_words, relabel_to_words

PAGE_ROWS = 50
REFUSED_SHOWN = 100  # of those that cannot be signed, in a preview
FILTERS = ("unit", "year", "code", "status", "by")
TABS = (("", "待编制"), (Stage.PREPARED, "待复核"), (Stage.REVIEWED, "待审定"), (Stage.APPROVED, "已审定"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A finding in the list of what is to be signed."""

    finding: Finding
    url: str
    nature: str
    reason: str
    lacks: tuple[str, ...]


@needs(Right.VIEW)
def signing_list(request: AuditRequest, project_id: int) -> HttpResponse:
    """What waits for a stage, and what each lacks."""
    stage = _wanted_stage(request.GET)
    chosen = _chosen(request, request.GET, stage)
    after = request.GET.get("after", "")
    page = list(with_grounds(chosen.filter(pk__gt=int(after)) if after.isdecimal() else chosen)[: PAGE_ROWS + 1])
    following = NEXT_STAGE.get(stage)
    order = _order(request, following) if following else None
    context = {
        "lines": [_finding_to_line(finding, request, order) for finding in page[:PAGE_ROWS]],
        "total": chosen.count(),
        "tabs": _tabs(request),
        "stage": stage,
        "next": following,
        "may_sign": following is not None and STAGE_RIGHTS[following] in request.rights,
        "more": _with(request.GET, after=str(page[PAGE_ROWS - 1].pk)) if len(page) > PAGE_ROWS else "",
        "filters": _filters(request),
        "query": _with(request.GET, after=""),
        "gone": _decided(request).filter(gone=True, stage="").count(),
    }
    return render(request, "review/signing.html", context)


def _wanted_stage(query: QueryDict) -> str:
    wanted = query.get("stage", "")
    return wanted if wanted in Stage.values else ""


def _decided(request: AuditRequest) -> QuerySet[Finding]:
    return Finding.objects.filter(project=request.project, status__in=DECIDED)


def _chosen(request: AuditRequest, query: QueryDict, stage: str) -> QuerySet[Finding]:
    """What a filter asks for at a stage, in the order in which it was raised."""
    found = _decided(request).filter(stage=stage).order_by("pk")
    found = found.filter(gone=False) if not stage else found
    for name in FILTERS:
        value = query.get(name, "").strip()
        if value:
            found = found.filter(**{"decided_by__username" if name == "by" else name: value})
    return found


def _tabs(request: AuditRequest) -> list[dict[str, Any]]:
    told = {name or "none": Count("pk", filter=Q(stage=name)) for name, _ in TABS}
    told["none"] = Count("pk", filter=Q(stage="", gone=False))
    counts = _decided(request).aggregate(**told)
    return [{"stage": name, "label": label, "count": counts[name or "none"]} for name, label in TABS]


def _filters(request: AuditRequest) -> dict[str, Any]:
    decided = _decided(request)
    options = {
        "units": decided.exclude(unit="").order_by("unit").values_list("unit", flat=True).distinct(),
        "years": decided.exclude(year="").order_by("year").values_list("year", flat=True).distinct(),
        "codes": decided.order_by("title").values_list("code", "title").distinct(),
        "people": decided.exclude(decided_by=None)
        .order_by("decided_by__username")
        .values_list("decided_by__username", "decided_by__full_name")
        .distinct(),
        "statuses": [(status.value, status.label) for status in DECIDED],
    }
    return options | {name: request.GET.get(name, "") for name in FILTERS}


def _with(query: QueryDict, *, after: str) -> str:
    """The filter as a query string, at another place of the list."""
    told = query.copy()
    told.pop("after", None)
    if after:
        told["after"] = after
    return told.urlencode()


def _order(request: AuditRequest, stage: Stage) -> Order:
    without_amount = bool(request.POST.get("without_amount"))
    return Order(stage=stage, user=request.user, project=request.project, without_amount=without_amount)


def _finding_to_line(finding: Finding, request: AuditRequest, order: Order | None) -> Line:
    return Line(
        finding=finding,
        url=finding_url(request.project.pk, finding.pk),
        nature=finding_to_nature(finding),
        reason=_reason(finding),
        lacks=blocked_to_words(finding, order) if order else (),
    )


def _reason(finding: Finding) -> str:
    if finding.status == Status.DISMISSED:
        return dismissal_to_words(finding.dismissal)
    return relabel_to_words(finding.relabel) if finding.status == Status.RELABELLED else ""


@require_POST
@needs(Right.DECIDE)
def sign_findings(request: AuditRequest, project_id: int) -> HttpResponse:
    """Signs the ticked ones, or after a preview everything that the filter asks for."""
    stage = request.POST.get("stage", "")
    if stage not in STAGE_RIGHTS:
        messages.error(request, "不知道要签哪一级，请从签字页重新操作。")
        return redirect("signing", project_id=project_id)
    if STAGE_RIGHTS[stage] not in request.rights:
        return HttpResponse(f"没有{Stage(stage).label}的权限，请由有权限的人员签。", status=403)
    query = QueryDict(request.POST.get("query", ""))
    before = next(name for name, following in NEXT_STAGE.items() if following == stage)
    order = _order(request, Stage(stage))
    chosen = _chosen(request, query, before) if "whole" in request.POST else _ticked(request)
    try:
        check_size(chosen.count())
        if "whole" in request.POST and "confirmed" not in request.POST:
            return _preview(request, chosen, order=order, query=query)
        done = sign(chosen, order)
        _say(request, order, done.count, done.refused)
    except CannotSign as trouble:
        messages.error(request, str(trouble))
    return redirect(f"{reverse('signing', args=[project_id])}?{query.urlencode()}")


def _ticked(request: AuditRequest) -> QuerySet[Finding]:
    ids = [int(each) for each in request.POST.getlist("finding") if each.isdecimal()]
    return Finding.objects.filter(pk__in=ids)


def _preview(request: AuditRequest, chosen: QuerySet[Finding], *, order: Order, query: QueryDict) -> HttpResponse:
    lines = [_finding_to_line(finding, request, order) for finding in with_grounds(chosen)]
    refused = [line for line in lines if line.lacks]
    context = {
        "order": order, "query": query.urlencode(), "ready": len(lines) - len(refused), "count": len(lines),
        "refused": refused[:REFUSED_SHOWN], "refused_count": len(refused),
    }  # fmt: skip
    return render(request, "review/signing_preview.html", context)


def _say(request: AuditRequest, order: Order, count: int, refused: tuple[Refused, ...]) -> None:
    if count:
        messages.success(request, f"已签{order.stage.label} {count} 条，内容已锁定。")
    if refused:
        first = refused[0]
        told = f"“{first.finding.title}”（{first.finding.project_name}）：{'；'.join(first.lacks)}"
        messages.error(request, f"{len(refused)} 条未签，各缺什么见列表。第一条{told}。")
    if not count and not refused:
        messages.error(request, "没有选中任何疑点，请先勾选。")


@needs(Right.VIEW)
def signed_paper(request: AuditRequest, project_id: int, finding_id: int) -> HttpResponse:
    """One finding with its signatures and notes; signed ones are built again from the files and compared."""
    finding = get_object_or_404(with_grounds(Finding.objects.filter(project=request.project)), pk=finding_id)
    signatures = finding.signatures.select_related("user").order_by("pk")
    context = {
        "finding": finding,
        "url": finding_url(project_id, finding.pk),
        "nature": finding_to_nature(finding),
        "reason": _reason(finding),
        "signatures": [{"signature": each, "whole": signature_is_whole(each)} for each in signatures],
        "notes": finding.notes.select_related("user").order_by("pk"),
        "differences": reproduce(finding) if finding.is_locked else (),
        "may_give_back": may_give_back(finding, user=request.user, rights=request.rights),
        "stage": Stage(finding.stage).label,
    }
    return render(request, "review/signed_paper.html", context)


@require_POST
@needs(Right.DECIDE)
def return_finding(request: AuditRequest, project_id: int, finding_id: int) -> HttpResponse:
    """A signed finding given back with a reason."""
    finding = get_object_or_404(Finding, project=request.project, pk=finding_id)
    try:
        give_back(finding, user=request.user, rights=request.rights, comment=request.POST.get("comment", ""))
        messages.success(request, "已退回，内容解锁，理由记入批注和日志。")
    except CannotSign as trouble:
        messages.error(request, str(trouble))
    return redirect("signed_paper", project_id=project_id, finding_id=finding_id)


@require_POST
@needs(Right.DECIDE)
def note_on_signed(request: AuditRequest, project_id: int, finding_id: int) -> HttpResponse:
    """A note linked to a signed finding; the signed content stays."""
    get_object_or_404(Finding, project=request.project, pk=finding_id)
    try:
        comment(request.project, finding_id, request.POST.get("text", ""), user=request.user)
        messages.success(request, "批注已加，签字内容不变。")
    except Refusal as trouble:
        messages.error(request, str(trouble))
    return redirect("signed_paper", project_id=project_id, finding_id=finding_id)


urls = [
    path("p/<int:project_id>/signing", signing_list, name="signing"),
    path("p/<int:project_id>/signing/sign", sign_findings, name="sign"),
    path("p/<int:project_id>/signing/<int:finding_id>", signed_paper, name="signed_paper"),
    path("p/<int:project_id>/signing/<int:finding_id>/return", return_finding, name="return_finding"),
    path("p/<int:project_id>/signing/<int:finding_id>/note", note_on_signed, name="note_on_signed"),
    *logbook.urls,
]
