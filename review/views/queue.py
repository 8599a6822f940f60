"""The queue of 疑点: filters, pages, one finding after another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from domain.decision import CAUSE_NAMES, Cause
from review.deciding import finding_to_mark, natures_to_offer, see
from review.evidence import finding_to_evidence
from review.facets import view_to_facets, view_to_switches
from review.filters import OPEN_STATUSES, query_to_filter
from review.findings_told import finding_to_history, finding_to_related
from review.house import the_house
from review.journal import record
from review.models import Finding, Membership, SavedFilter
from review.queue import (
    View,
    finding_to_neighbours,
    same_cause,
    text_to_cursor,
    view_to_page,
)
from review.rights import AuditRequest, Right, needs
from review.wording import TASK_NAMES, label_to_words

USUAL_QUERY = urlencode([("status", status) for status in OPEN_STATUSES])  # an export asks for nothing as usual
SAVED_MOST = 30  # filters of one person in one audit


def request_to_view(request: AuditRequest) -> tuple[View, tuple[str, ...]]:
    """The view that the address asks for, and what of it was not understood."""
    wanted, troubles = query_to_filter(request.GET)
    return View(project=request.project, user=request.user, wanted=wanted), troubles


@require_GET
@needs(Right.VIEW)
def queue_page(request: AuditRequest, project_id: int) -> HttpResponse:
    """A page of the list, with its facets."""
    view, troubles = request_to_view(request)
    after, before = (text_to_cursor(request.GET.get(name, "")) for name in ("after", "before"))
    counted = view_to_facets(view)
    context = {
        "view": view,
        "query": view.wanted.to_query(),
        "export_query": view.wanted.to_query() or USUAL_QUERY,
        "page": view_to_page(view, after=after, before=before, total=counted.total),
        "facets": counted.facets,
        "switches": view_to_switches(view),
        "troubles": troubles,
        "saved": SavedFilter.objects.filter(project=request.project, user=request.user).order_by("name", "pk"),
        **ruling_context(request),
    }
    return render(request, "review/queue.html", context)


@require_GET
@needs(Right.VIEW)
def finding_page(request: AuditRequest, project_id: int, finding_id: int) -> HttpResponse:
    """One finding in the view one came from."""
    view, troubles = request_to_view(request)
    finding = find(request, finding_id)
    see(request.project, finding.pk)
    context = {**finding_context(request, view, finding), **ruling_context(request), "troubles": troubles}
    return render(request, "review/finding.html", context)


@require_GET
@needs(Right.VIEW)
def finding_part(request: AuditRequest, project_id: int, finding_id: int) -> HttpResponse:
    """The same without the page around it, fetched ahead; nobody has seen it yet."""
    view, _ = request_to_view(request)
    return render(request, "review/finding_part.html", finding_context(request, view, find(request, finding_id)))


def find(request: AuditRequest, finding_id: int) -> Finding:
    """A finding of this audit. Raises Http404."""
    rows = Finding.objects.select_related("form__document", "assignee", "decided_by", "check_run")
    return get_object_or_404(rows, pk=finding_id, project=request.project)


def finding_context(request: AuditRequest, view: View, finding: Finding) -> dict[str, Any]:
    """What the page of a finding shows."""
    alike = same_cause(view, finding)
    return {
        "view": view,
        "query": view.wanted.to_query(),
        "finding": finding,
        "mark": finding_to_mark(finding),
        "dismissal": CAUSE_NAMES.get(Cause(finding.dismissal)) if finding.dismissal else "",
        "relabels": [label_to_words(label) for label in finding.relabel],
        "natures": natures_to_offer(finding, user=request.user),
        "neighbours": finding_to_neighbours(view, finding),
        "notes": finding.notes.filter(withdrawn=False).select_related("user").order_by("pk"),
        "history": finding_to_history(finding),
        "related": finding_to_related(finding),
        "alike": alike.findings().exclude(pk=finding.pk).count() if finding.cause else 0,
        "alike_query": alike.wanted.to_query(),
        "may_decide": Right.DECIDE in request.rights,
        **panel_context(finding),
    }


def panel_context(finding: Finding) -> dict[str, Any]:
    """The panel that shows what the finding rests on: its template, and what that takes."""
    return {"panel": "review/evidence.html", "panel_files": True, "evidence": finding_to_evidence(finding)}


def ruling_context(request: AuditRequest) -> dict[str, Any]:
    """What the dialogs of deciding offer."""
    members = Membership.objects.filter(project=request.project).select_related("user").order_by("user__full_name")
    return {
        "causes": CAUSE_NAMES.items(),
        "tasks": [(TASK_NAMES[task], labels.items()) for task, labels in the_house().school.labels.items()],
        "members": [membership.user for membership in members],
        "may_decide": Right.DECIDE in request.rights,
    }


@require_POST
@needs(Right.VIEW)
def save_filter(request: AuditRequest, project_id: int) -> HttpResponse:
    """The filter in the address kept under a name; one of that name is replaced."""
    view, _ = request_to_view(request)
    query, name = view.wanted.to_query(), request.POST.get("name", "").replace("\x00", "").strip()
    mine = SavedFilter.objects.filter(project=request.project, user=request.user)
    if not 0 < len(name) <= 40 or len(query) > 1000:
        messages.error(request, "没有保存：请给筛选起一个40字以内的名称；条件过多的筛选不能保存。")
    elif mine.exclude(name=name).count() >= SAVED_MOST:
        messages.error(request, f"没有保存：最多保存{SAVED_MOST}个筛选，请先删去不用的。")
    else:
        with transaction.atomic():
            mine.filter(name=name).delete()
            SavedFilter.objects.create(project=request.project, user=request.user, name=name, query=query)
            told = {"name": name, "filter": query}
            record("save_filter", user=request.user, project=request.project, told=told)
        messages.success(request, f"已保存筛选「{name}」。")
    return redirect(f"{reverse('queue', args=[project_id])}?{query}")


@require_POST
@needs(Right.VIEW)
def delete_filter(request: AuditRequest, project_id: int, filter_id: int) -> HttpResponse:
    """One of one's own saved filters thrown away."""
    saved = get_object_or_404(SavedFilter, pk=filter_id, project=request.project, user=request.user)
    with transaction.atomic():
        told = {"name": saved.name, "filter": saved.query}
        record("delete_filter", user=request.user, project=request.project, told=told)
        saved.delete()
    messages.success(request, f"已删去筛选「{saved.name}」。")
    return redirect("queue", project_id=project_id)


urls = [
    path("p/<int:project_id>/queue", queue_page, name="queue"),
    path("p/<int:project_id>/findings/<int:finding_id>", finding_page, name="finding"),
    path("p/<int:project_id>/findings/<int:finding_id>/part", finding_part, name="finding_part"),
    path("p/<int:project_id>/filters", save_filter, name="save_filter"),
    path("p/<int:project_id>/filters/<int:filter_id>/delete", delete_filter, name="delete_filter"),
]
