"""Operations of the API on 疑点: the queue, one with its evidence, decisions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router

from review.api_keys import who
from review.api_parts import asked_to_ruling, filter_to_view, whole_findings
from review.api_shapes import DecisionAsked, FindingFilter, FindingPage, FindingTold, Id, QueuePaged
from review.api_troubles import trouble_responses
from review.deciding import decide, finding_to_mark
from review.queue import text_to_cursor, view_to_page
from review.rights import Right, project_for

router = Router(tags=["疑点"])


@router.get(
    "/projects/{project_id}/findings", response={200: FindingPage, **trouble_responses()},
    summary="疑点清单（按复核队列的次序）", operation_id="list_findings",
)  # fmt: skip
def list_findings(request: HttpRequest, project_id: Id, chosen: Query[FindingFilter], paged: Query[QueuePaged]) -> Any:
    """The queue, filtered."""
    project = project_for(who(request), project_id, Right.VIEW)
    view = filter_to_view(chosen, project=project, user=who(request))
    page = view_to_page(view, after=text_to_cursor(paged.after), size=paged.limit)
    return {"items": page.findings, "total": page.total, "next": str(page.after) if page.after else None}


@router.get(
    "/projects/{project_id}/findings/{finding_id}", response={200: FindingTold, **trouble_responses()},
    summary="一条疑点及其证据", operation_id="get_finding",
)  # fmt: skip
def one_finding(request: HttpRequest, project_id: Id, finding_id: Id) -> Any:
    """A 疑点 with all that it rests on."""
    project = project_for(who(request), project_id, Right.VIEW)
    return get_object_or_404(whole_findings(project), pk=finding_id)


@router.post(
    "/projects/{project_id}/findings/{finding_id}/decision", response={200: FindingTold, **trouble_responses(409)},
    summary="复核一条疑点：确认、排除、改判、暂缓或恢复为待复核", operation_id="decide",
)  # fmt: skip
def decide_one(request: HttpRequest, project_id: Id, finding_id: Id, asked: DecisionAsked) -> Any:
    """A decision; a signed 疑点 is locked."""
    project = project_for(who(request), project_id, Right.DECIDE)
    finding = get_object_or_404(whole_findings(project), pk=finding_id)
    mark = finding_to_mark(finding) if asked.mark is None else asked.mark
    decide(project, finding_id, asked_to_ruling(asked), user=who(request), mark=mark)
    return whole_findings(project).get(pk=finding_id)
