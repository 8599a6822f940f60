"""Files coming in: choosing, sending, and what became of each."""

from __future__ import annotations

import json

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from review.intake import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_TOLD_BYTES,
    IntakeTrouble,
    abandon,
    announce,
    body_to_chunks,
    delivery_to_lacking,
    receive,
    records_to_announced,
    text_to_length,
)
from review.models import Delivery, Finding, FormRow, Item, ItemState, State
from review.pace import UNDERWAY, UNREAD, Pace, deliveries_to_accounts
from review.rights import AuditRequest, Right, needs

SHOWN = 5  # deliveries on the page of uploads; the others are a click away
SHOWN_UNREAD = 20
ROWS = 100  # files on one page
STATES: dict[str, tuple[str, Q]] = {  # how files of a delivery are filtered
    "": ("全部", Q()),
    "coming": ("待上传", Q(state=ItemState.COMING)),
    "underway": ("排队和识读中", Q(document__state__in=UNDERWAY) | Q(state=ItemState.HERE, document=None)),
    "read": ("已读", Q(state=ItemState.HERE, document__state=State.READ)),
    "unread": ("未读入", Q(state=ItemState.REFUSED) | Q(state=ItemState.HERE, document__state__in=UNREAD)),
    "duplicate": ("内容重复", Q(state=ItemState.DUPLICATE)),
    "skipped": ("已略过", Q(state=ItemState.SKIPPED)),
}


@require_GET
@needs(Right.UPLOAD)
def upload(request: AuditRequest, project_id: int) -> HttpResponse:
    """The page on which files are chosen and watched."""
    limits = {"files": MAX_FILES, "bytes": MAX_FILE_BYTES}
    return render(request, "review/upload.html", {**_progress(request), "limits": limits})


@require_GET
@needs(Right.UPLOAD)
def upload_progress(request: AuditRequest, project_id: int) -> HttpResponse:
    """What changes on it."""
    return render(request, "review/upload_progress.html", _progress(request))


def _progress(request: AuditRequest) -> dict[str, object]:
    project = request.project
    accounts = deliveries_to_accounts(project.deliveries.order_by("-pk")[:SHOWN], Pace(project))
    unread = project.documents.filter(state__in=UNREAD).order_by("-finished_at", "-pk")
    refused = Item.objects.filter(delivery__project=project, state=ItemState.REFUSED).order_by("-pk")
    return {
        "accounts": accounts,
        "more": project.deliveries.count() - len(accounts),
        "is_underway": any(not account.is_done for account in accounts),
        "unread": unread[:SHOWN_UNREAD],
        "refused": refused[:SHOWN_UNREAD],
        "unread_count": unread.count() + refused.count(),
        "unread_left": max(0, unread.count() - SHOWN_UNREAD) + max(0, refused.count() - SHOWN_UNREAD),
        "forms": FormRow.objects.filter(document__project=project).count(),
        "findings": Finding.objects.filter(project=project, gone=False, folded=False).count(),
    }


@require_POST
@needs(Right.UPLOAD)
def announce_files(request: AuditRequest, project_id: int) -> HttpResponse:
    """A manifest comes in as JSON; the answer is the delivery and which files it lacks."""
    try:
        files = records_to_announced(_body_to_records(request))
        delivery = announce(request.project, request.user, files=files)
    except IntakeTrouble as trouble:
        return _trouble_to_response(trouble)
    lacking = [{"index": place, "item": item} for place, item in delivery_to_lacking(delivery, files)]
    return JsonResponse({"delivery": delivery.pk, "lacking": lacking, "files": len(files)})


def _body_to_records(request: HttpRequest) -> object:
    body = request.read(MAX_TOLD_BYTES + 1)
    if len(body) > MAX_TOLD_BYTES:
        raise IntakeTrouble("文件清单太大。请分几次选择文件夹上传。", status=413)
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise IntakeTrouble("文件清单读不出来。请刷新页面后重新选择。") from error
    return told.get("files") if isinstance(told, dict) else None


@require_http_methods(["PUT"])
@needs(Right.UPLOAD)
def receive_item(request: AuditRequest, project_id: int, delivery_id: int, item_id: int) -> HttpResponse:
    """The content of one file, as the body."""
    items = Item.objects.select_related("delivery__project")
    item = get_object_or_404(items, pk=item_id, delivery_id=delivery_id, delivery__project_id=project_id)
    try:
        _check_length(request, item)
        item = receive(item, body_to_chunks(request.read), user=request.user)
    except IntakeTrouble as trouble:
        return _trouble_to_response(trouble)
    return JsonResponse({"item": item.pk, "state": item.state, "reason": item.reason})


def _check_length(request: HttpRequest, item: Item) -> None:
    """Before anything is read of it."""
    length = text_to_length(request.headers.get("content-length", ""))
    if length > MAX_FILE_BYTES or (item.state == ItemState.COMING and length != item.size):
        raise IntakeTrouble(f"“{item.path}”的大小与清单不符（应为 {item.size:,} 字节）。请重新选择。", status=409)


def _trouble_to_response(trouble: IntakeTrouble) -> JsonResponse:
    return JsonResponse({"message": str(trouble)}, status=trouble.status)


@require_GET
@needs(Right.UPLOAD)
def deliveries(request: AuditRequest, project_id: int) -> HttpResponse:
    """All deliveries of an audit."""
    page = Paginator(request.project.deliveries.order_by("-pk"), 20).get_page(request.GET.get("page"))
    accounts = deliveries_to_accounts(page, Pace(request.project))
    return render(request, "review/deliveries.html", {"page": page, "accounts": accounts})


@require_GET
@needs(Right.UPLOAD)
def delivery(request: AuditRequest, project_id: int, delivery_id: int) -> HttpResponse:
    """One delivery, file by file."""
    return render(request, "review/delivery.html", _delivery_files(request, delivery_id))


@require_GET
@needs(Right.UPLOAD)
def delivery_files(request: AuditRequest, project_id: int, delivery_id: int) -> HttpResponse:
    """The part of it that changes."""
    return render(request, "review/delivery_files.html", _delivery_files(request, delivery_id))


def _delivery_files(request: AuditRequest, delivery_id: int) -> dict[str, object]:
    found = get_object_or_404(request.project.deliveries, pk=delivery_id)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    items = _filter_items(found, state, request.GET.get("q", "").strip())
    (account,) = deliveries_to_accounts([found], Pace(request.project))
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "account": account,
        "page": Paginator(items, ROWS).get_page(request.GET.get("page")),
        "states": [(key, label) for key, (label, _) in STATES.items()],
        "state": state,
        "q": request.GET.get("q", ""),
        "query": query.urlencode(),
    }


def _filter_items(found: Delivery, state: str, words: str) -> QuerySet[Item]:
    items = found.items.filter(STATES[state][1]).select_related("document", "archive", "book").order_by("path", "pk")
    return items.filter(path__icontains=words) if words else items


@require_POST
@needs(Right.UPLOAD)
def abandon_delivery(request: AuditRequest, project_id: int, delivery_id: int) -> HttpResponse:
    """What was not sent will not be sent."""
    found = get_object_or_404(request.project.deliveries, pk=delivery_id)
    abandon(found, request.user)
    return redirect("delivery", project_id=project_id, delivery_id=delivery_id)


urls = [
    path("p/<int:project_id>/upload", upload, name="upload"),
    path("p/<int:project_id>/upload/progress", upload_progress, name="upload_progress"),
    path("p/<int:project_id>/deliveries", deliveries, name="deliveries"),
    path("p/<int:project_id>/deliveries/new", announce_files, name="announce_files"),
    path("p/<int:project_id>/deliveries/<int:delivery_id>", delivery, name="delivery"),
    path("p/<int:project_id>/deliveries/<int:delivery_id>/files", delivery_files, name="delivery_files"),
    path("p/<int:project_id>/deliveries/<int:delivery_id>/abandon", abandon_delivery, name="abandon_delivery"),
    path("p/<int:project_id>/deliveries/<int:delivery_id>/items/<int:item_id>", receive_item, name="receive_item"),
]
