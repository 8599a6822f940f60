"""The log: looked through, verified, and taken along."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import content_disposition_header

from review.journal import verify
from review.links import finding_url
from review.logbook import (
    Filter,
    acts_of,
    chain_of,
    chain_to_csv,
    chain_to_lines,
    event_to_row,
    events_of,
    names_for,
    people_of,
)
from review.models import Chain, Finding, Project
from review.rights import AuditRequest, Right, needs

PAGE_ROWS = 100


@needs(Right.VIEW)
def project_log(request: AuditRequest, project_id: int) -> HttpResponse:
    """The log of an audit."""
    return _log(request, request.project)


@needs(Right.GOVERN)
def program_log(request: AuditRequest) -> HttpResponse:
    """The log of what was done outside audits: accounts, models."""
    return _log(request, None)


def _log(request: AuditRequest, project: Project | None) -> HttpResponse:
    chain = chain_of(project)
    own = reverse("log", args=[project.pk]) if project else reverse("program_log")
    context: dict[str, object] = {"chain": chain, "own": own}
    if chain is not None:
        context |= _page(request, chain, project)
    if chain is not None and "verify" in request.GET:
        context["verdict"] = verify(chain)
    return render(request, "review/log.html", context)


def _page(request: AuditRequest, chain: Chain, project: Project | None) -> dict[str, object]:
    wanted, trouble = query_to_filter(request.GET)
    found = events_of(chain, wanted)
    before = request.GET.get("before", "")
    found = found.filter(number__lt=int(before)) if before.isdecimal() else found
    events = list(found[: PAGE_ROWS + 1])
    names = names_for(events[:PAGE_ROWS])
    rows = [event_to_row(event, names) for event in events[:PAGE_ROWS]]
    query = request.GET.copy()
    query.pop("before", None)
    query.pop("verify", None)
    more = f"{query.urlencode()}&before={events[PAGE_ROWS - 1].number}" if len(events) > PAGE_ROWS else ""
    return {
        "rows": [(row, _link(row.finding, project)) for row in rows],
        "wanted": wanted,
        "trouble": trouble,
        "people": people_of(chain),
        "acts": acts_of(chain),
        "query": query.urlencode(),
        "more": more.lstrip("&"),
    }


def _link(finding: int | None, project: Project | None) -> str:
    there = finding is not None and project is not None and Finding.objects.filter(pk=finding, project=project).exists()
    return finding_url(project.pk, finding) if there and project and finding else ""


def query_to_filter(query: QueryDict) -> tuple[Filter, str]:
    """The filter of a query string, and what is wrong with it ("": nothing)."""
    days: list[date | None] = []
    trouble = ""
    for name in ("since", "until"):
        text = query.get(name, "").strip()
        try:
            days.append(date.fromisoformat(text) if text else None)
        except ValueError:
            days.append(None)
            trouble = f"日期“{text[:20]}”看不懂，已略过。请写成 2026-01-31 的样子。"
    return Filter(who=query.get("who", ""), act=query.get("act", ""), since=days[0], until=days[1]), trouble


@needs(Right.EXPORT)
def log_file(request: AuditRequest, project_id: int, kind: str) -> StreamingHttpResponse:
    """The whole log of an audit, as JSON lines or CSV."""
    return _file(chain_of(request.project), kind, name=request.project.name)


@needs(Right.GOVERN)
def program_log_file(request: AuditRequest, kind: str) -> StreamingHttpResponse:
    """The whole log of the program."""
    return _file(chain_of(None), kind, name="工作台")


def _file(chain: Chain | None, kind: str, *, name: str) -> StreamingHttpResponse:
    if chain is None or kind not in ("jsonl", "csv"):
        raise Http404
    lines = chain_to_lines(chain) if kind == "jsonl" else chain_to_csv(chain)
    media = "application/x-ndjson" if kind == "jsonl" else "text/csv"
    response = StreamingHttpResponse(lines, content_type=f"{media}; charset=utf-8")
    file_name = f"{name}_操作日志_{chain.length}条_{chain.head[:12]}.{kind}"
    response.headers["Content-Disposition"] = content_disposition_header(True, file_name) or "attachment"
    response.headers["X-Log-Head"] = chain.head
    return response


urls = [
    path("p/<int:project_id>/log", project_log, name="log"),
    path("p/<int:project_id>/log.<str:kind>", log_file, name="log_file"),
    path("log", program_log, name="program_log"),
    path("log.<str:kind>", program_log_file, name="program_log_file"),
]
