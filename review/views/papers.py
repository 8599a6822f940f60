"""Documents and forms: what was read, what could not be, and reading once more."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast, Coalesce
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from domain.finding import SEVERITY_NAMES, Severity, Verdict
from review.models import Finding, FormRow, Item, State
from review.pace import UNDERWAY, UNREAD
from review.rereading import RereadTrouble, document_to_offer, reread, reread_unread
from review.rights import AuditRequest, Right, needs

ROWS = 50
STATES: dict[str, tuple[str, Q]] = {  # how documents are filtered
    "": ("全部", Q()),
    "underway": ("排队和识读中", Q(state__in=UNDERWAY)),
    "read": ("已读", Q(state=State.READ)),
    "partly": ("已读，但有页未读入", Q(state=State.READ, notes__contains='"state": "unread"')),
    "doubtful": ("有存疑单元格", Q(doubtful__gt=0)),
    "warned": ("有提示", ~Q(told="[]")),
    "unread": ("未读入（全部）", Q(state__in=UNREAD)),
    **{state.value: (str(state.label), Q(state=state)) for state in UNREAD},
}
SEVERITIES = (Severity.HIGH, Severity.MEDIUM, Severity.LOW)
SORTS = {  # columns of the list of forms, by the name in the address
    "unit": ("单位", ("unit", "year", "project_name")),
    "year": ("年度", ("year", "unit")),
    "project": ("项目", ("project_name", "year")),
    "doubtful": ("存疑单元格", ("doubtful",)),
    **{severity.value: (f"疑点·{SEVERITY_NAMES[severity]}", (severity.value,)) for severity in SEVERITIES},
}
NUMBERS = frozenset(["doubtful", *(severity.value for severity in SEVERITIES)])  # sorted the largest first
OPEN_FINDINGS = {"gone": False, "folded": False, "verdict": Verdict.FAIL.value}


@require_GET
@needs(Right.VIEW)
def documents(request: AuditRequest, project_id: int) -> HttpResponse:
    """The documents of an audit."""
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    words = request.GET.get("q", "").strip()
    counted = request.project.documents.annotate(
        form_count=Count("forms"), doubtful=Coalesce(Sum("forms__doubtful"), 0)
    ).alias(notes=Cast("page_notes", TextField()), told=Cast("warnings", TextField()))
    found = counted.filter(STATES[state][1]).defer("page_notes", "parts")
    found = found.filter(path__icontains=words) if words else found
    page = Paginator(found.order_by("path", "pk"), ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "states": [(key, label) for key, (label, _) in STATES.items()],
        "state": state,
        "q": words,
        "query": _query_without_page(request),
        "unread_count": request.project.documents.filter(state__in=UNREAD).count(),
    }
    return render(request, "review/documents.html", context)


def _query_without_page(request: AuditRequest) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    return query.urlencode()


@require_GET
@needs(Right.VIEW)
def document(request: AuditRequest, project_id: int, document_id: int) -> HttpResponse:
    """One document: where it came from, its pages, its forms, and what to know of them."""
    found = get_object_or_404(request.project.documents, pk=document_id)
    rows = list(found.forms.order_by("index"))
    arrivals = Item.objects.filter(document=found).select_related("delivery__user", "archive")
    context = {
        "document": found,
        "arrivals": arrivals.order_by("delivery", "leaf", "pk"),
        "rows": _with_findings(rows),
        "severities": _severity_names(),
        "offer": document_to_offer(found),
        "notes": found.page_notes,
        "is_underway": found.state in UNDERWAY,
    }
    return render(request, "review/document.html", context)


@require_GET
@needs(Right.VIEW)
def forms(request: AuditRequest, project_id: int) -> HttpResponse:
    """The forms of an audit, sorted as asked."""
    sort = request.GET.get("sort", "")
    is_down = sort.startswith("-")
    key = sort.removeprefix("-") if sort.removeprefix("-") in SORTS else ""
    words = request.GET.get("q", "").strip()
    found = FormRow.objects.filter(document__project=request.project).select_related("document")
    if words:
        found = found.filter(Q(unit__icontains=words) | Q(project_name__icontains=words) | Q(year=words))
    columns = SORTS[key][1] if key else ("document_id", "index")
    ordered = _sortable(found, key).order_by(*(f"-{column}" if is_down else column for column in columns), "pk")
    page: Page[FormRow] = Paginator(ordered, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": _with_findings(list(page.object_list)),
        "heads": [(name, label, _next_sort(name, sort), name in NUMBERS) for name, (label, _) in SORTS.items()],
        "sort": sort,
        "key": key,
        "is_down": is_down,
        "q": words,
        "query": _query_without_page(request),
    }
    return render(request, "review/forms.html", context)


def _sortable(found: QuerySet[FormRow], key: str) -> QuerySet[FormRow]:
    """With the number of findings where the order asks for it: counting costs as much as there are findings."""
    if key not in SEVERITY_NAMES:
        return found
    wanted = Q(**{f"findings__{name}": value for name, value in OPEN_FINDINGS.items()}, findings__severity=key)
    return found.annotate(**{key: Count("findings", filter=wanted)})


def _next_sort(name: str, sort: str) -> str:
    """What a click on a column asks for: names from the first, numbers from the largest, then the other way round."""
    first, other = (f"-{name}", name) if name in NUMBERS else (name, f"-{name}")
    return other if sort == first else first


def _with_findings(rows: list[FormRow]) -> list[tuple[FormRow, list[int]]]:
    """Forms with how many findings of each severity stand in the queue."""
    told = Finding.objects.filter(**OPEN_FINDINGS, form__in=rows).order_by()
    counts = {
        (form, severity): count
        for form, severity, count in told.values_list("form", "severity").annotate(count=Count("pk"))
    }
    return [(row, [counts.get((row.pk, severity.value), 0) for severity in SEVERITIES]) for row in rows]


def _severity_names() -> list[str]:
    return [SEVERITY_NAMES[severity] for severity in SEVERITIES]


@require_POST
@needs(Right.UPLOAD)
def reread_document(request: AuditRequest, project_id: int, document_id: int) -> HttpResponse:
    """Read one document once more."""
    found = get_object_or_404(request.project.documents, pk=document_id)
    try:
        reread(found, request.user)
        messages.success(request, "已放入队列，读完后疑点会自动更新。")
    except RereadTrouble as trouble:
        messages.error(request, str(trouble))
    return redirect("document", project_id=project_id, document_id=document_id)


@require_POST
@needs(Right.UPLOAD)
def reread_documents(request: AuditRequest, project_id: int) -> HttpResponse:
    """Read everything once more that could not be read."""
    count = reread_unread(request.project, request.user)
    messages.success(request, f"{count} 份未读入的文件已放入队列。" if count else "没有未读入的文件。")
    return redirect("documents", project_id=project_id)


urls = [
    path("p/<int:project_id>/documents", documents, name="documents"),
    path("p/<int:project_id>/documents/reread", reread_documents, name="reread_documents"),
    path("p/<int:project_id>/documents/<int:document_id>", document, name="document"),
    path("p/<int:project_id>/documents/<int:document_id>/reread", reread_document, name="reread"),
    path("p/<int:project_id>/forms", forms, name="forms"),
]
