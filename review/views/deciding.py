"""Decisions: one, many at once, and taken back; notes and assignments.

What is fetched by a script is answered in JSON, ``{"message", "bad", "number", "total"}``; a plain form comes back to
a page with a message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_POST

from domain.decision import CAUSE_NAMES, Cause
from review.deciding import (
    DEED_NAMES,
    Deed,
    Refusal,
    Ruling,
    assign,
    assign_many,
    comment,
    decide,
    decide_many,
    finding_to_mark,
    see,
)
from review.filters import is_id
from review.logbook import act_to_words
from review.models import Finding, User
from review.queue import View, finding_to_neighbours, pks_to_rows
from review.rights import AuditRequest, Right, needs
from review.undoing import TakenBack, redo, undo
from review.views.queue import request_to_view

PREVIEWED = 5  # findings shown before many are decided
Answer = Mapping[str, Any]
Act = Callable[[AuditRequest, View, int], Answer]


def _wants_json(request: AuditRequest) -> bool:
    return request.headers.get("accept", "").startswith("application/json")


def _answers(act: Act) -> Callable[..., HttpResponse]:
    """A view from an act on a finding (0: on none alone): refused ones change nothing and say why."""

    @wraps(act)
    def answer(request: AuditRequest, project_id: int, finding_id: int = 0) -> HttpResponse:
        view, _ = request_to_view(request)
        try:
            told, status = act(request, view, finding_id), 200
        except Refusal as refusal:
            told, status = {"message": str(refusal), "bad": True}, 409
        if _wants_json(request):
            return JsonResponse({**told, **_next_place(request, view)}, status=status)
        (messages.error if told.get("bad") else messages.success)(request, str(told["message"]))
        return redirect(_way_back(request, view, told.get("finding") or finding_id))

    return answer


def _next_place(request: AuditRequest, view: View) -> Answer:
    """Where the finding that is shown now stands, after what was done."""
    shown = request.POST.get("next", "")
    finding = pks_to_rows([int(shown)]) if is_id(shown) else []
    if not finding or finding[0].project_id != view.project.pk:
        return {}
    place = finding_to_neighbours(view, finding[0])
    return {"number": place.number, "total": place.total}


def _way_back(request: AuditRequest, view: View, finding_id: int) -> str:
    """The next finding of the view where a form names it, else the one decided, else the list."""
    shown = request.POST.get("next", "")
    target = int(shown) if is_id(shown) else finding_id
    name, args = ("finding", [view.project.pk, target]) if target else ("queue", [view.project.pk])
    query = view.wanted.to_query()
    return reverse(name, args=args) + (f"?{query}" if query else "")


def post_to_ruling(request: AuditRequest) -> Ruling:
    """The decision a form asks for. Raises Refusal."""
    deed, cause = request.POST.get("deed", ""), request.POST.get("cause", "")
    if deed not in set(Deed):
        raise Refusal("没有这种处理，请刷新页面后再做。")
    if cause and cause not in set(Cause):
        raise Refusal("没有这种排除原因，请从列出的原因中选。")
    return Ruling(
        deed=Deed(deed), cause=Cause(cause) if cause else None, nature=request.POST.get("nature", ""),
        labels=tuple(dict.fromkeys(request.POST.getlist("labels"))),
    )  # fmt: skip


def _ruling_words(ruling: Ruling) -> str:
    return f"已{DEED_NAMES[ruling.deed]}" + (f"（{CAUSE_NAMES[ruling.cause]}）" if ruling.cause else "")


def _post_to_assignee(request: AuditRequest) -> User | None:
    asked = request.POST.get("assignee", "")
    if asked == "me":
        return request.user
    user = User.objects.filter(pk=int(asked)).first() if is_id(asked) else None
    if asked and user is None:
        raise Refusal("没有这个人员，请刷新页面后再选。")
    return user


def _decide(request: AuditRequest, view: View, finding_id: int) -> Answer:
    ruling = post_to_ruling(request)
    decide(view.project, finding_id, ruling, user=request.user, mark=request.POST.get("mark", ""))
    now = Finding.objects.get(pk=finding_id)
    told = {"mark": finding_to_mark(now), "status": now.get_status_display()}
    return {"message": f"{_ruling_words(ruling)}，按 u 撤销。", "finding": finding_id, **told}


def _assign(request: AuditRequest, view: View, finding_id: int) -> Answer:
    to = _post_to_assignee(request)
    assign(view.project, finding_id, to=to, user=request.user)
    message = f"已分派给{to}，按 u 撤销。" if to else "已取消分派，按 u 撤销。"
    return {"message": message, "finding": finding_id, "assignee": str(to or "")}


def _note(request: AuditRequest, view: View, finding_id: int) -> Answer:
    note = comment(view.project, finding_id, request.POST.get("text", ""), user=request.user)
    return {"message": "批注已记下（签认之后）。" if note.after_signing else "批注已记下。", "finding": finding_id}


def _see(request: AuditRequest, view: View, finding_id: int) -> Answer:
    see(view.project, finding_id)
    return {"message": "已阅。"}


def _undo(request: AuditRequest, view: View, finding_id: int) -> Answer:
    return _taken_words(undo(view.project, request.user), "撤销")


def _redo(request: AuditRequest, view: View, finding_id: int) -> Answer:
    return _taken_words(redo(view.project, request.user), "重做")


def _taken_words(taken: TakenBack | None, verb: str) -> Answer:
    if taken is None:
        raise Refusal(f"您在这个审计项目中没有可以{verb}的处理。")
    left = [
        f"{taken.overtaken}条已被他人改动，未动" if taken.overtaken else "",
        f"{taken.locked}条已签认，未动" if taken.locked else "",
    ]
    message = "；".join(filter(None, [f"已{verb}{act_to_words(taken.deed)}{taken.changed}条", *left])) + "。"
    return {"message": message, "finding": taken.finding, "changed": taken.changed, "bad": not taken.changed}


@require_GET
@needs(Right.DECIDE)
def bulk_preview(request: AuditRequest, project_id: int) -> HttpResponse:
    """What deciding all of a view would touch: how many, the first few, and what is left out."""
    view, _ = request_to_view(request)
    findings = view.findings()
    free = findings.filter(stage="")
    count = free.count()
    context = {
        "query": view.wanted.to_query(),
        "count": count,
        "locked": findings.count() - count,
        "first": pks_to_rows(list(free.values_list("pk", flat=True)[:PREVIEWED])),
    }
    return render(request, "review/bulk.html", context)


def _bulk(request: AuditRequest, view: View, finding_id: int) -> Answer:
    asked = request.POST.get("expected", "")
    if not is_id(asked):
        raise Refusal("请先预览条数，再整批处理。")
    told = {"filter": view.wanted.to_query()}
    findings, expected = Finding.objects.filter(pk__in=view.findings().order_by().values("pk")), int(asked)
    if request.POST.get("deed") == "assign":
        to = _post_to_assignee(request)
        assign_many(view.project, findings, to=to, user=request.user, expected=expected, told=told)
        return {"message": f"已将{expected}条{f'分派给{to}' if to else '取消分派'}，按 u 一次撤销。"}
    ruling = post_to_ruling(request)
    decide_many(view.project, findings, ruling, user=request.user, expected=expected, told=told)
    return {"message": f"{_ruling_words(ruling)}{expected}条，按 u 一次撤销。"}


def _view(act: Act, right: Right) -> Callable[..., HttpResponse]:
    return require_POST(needs(right)(_answers(act)))


FINDING = "p/<int:project_id>/findings/<int:finding_id>/"
urls = [
    path(f"{FINDING}decide", _view(_decide, Right.DECIDE), name="decide"),
    path(f"{FINDING}assign", _view(_assign, Right.DECIDE), name="assign"),
    path(f"{FINDING}note", _view(_note, Right.DECIDE), name="note"),
    path(f"{FINDING}seen", _view(_see, Right.VIEW), name="seen"),
    path("p/<int:project_id>/bulk/preview", bulk_preview, name="bulk_preview"),
    path("p/<int:project_id>/bulk", _view(_bulk, Right.DECIDE), name="bulk"),
    path("p/<int:project_id>/undo", _view(_undo, Right.DECIDE), name="undo"),
    path("p/<int:project_id>/redo", _view(_redo, Right.DECIDE), name="redo"),
]
