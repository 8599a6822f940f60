"""Exports: asked for, waited for, fetched; and the office's own Word templates."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from review.blobs import keep_blob
from review.downloads import download
from review.export_lines import WHICH_NAMES, Which, choose
from review.exporting import CROPS_MOST, KINDS, Kind, ask_export, export_file, template_of
from review.house import the_house
from review.house_papers import Paper, PaperTrouble
from review.journal import record
from review.logbook import chain_of
from review.models import Job, JobKind, JobState, PaperTemplate
from review.rights import AuditRequest, Right, needs

JOBS_SHOWN = 50
TEMPLATE_BYTES = 16 * 1024 * 1024  # a form of an office has some hundred thousand
PAPER_NAMES = {Paper.EVIDENCE: "取证单", Paper.WORKING_PAPER: "底稿"}
UNDERWAY = (JobState.WAITING, JobState.RUNNING)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@needs(Right.VIEW)
def exports(request: AuditRequest, project_id: int) -> HttpResponse:
    """What can be exported, and the files that there are. The query string, if any, is a filter of the queue."""
    query = request.GET.urlencode()
    offered = [which for which in Which if which is not Which.QUERY or query]
    context: dict[str, Any] = {
        "kinds": [(kind.value, sheet) for kind, sheet in KINDS.items()],
        "whiches": [(which.value, WHICH_NAMES[which], _count(request, which)) for which in offered],
        "chosen": Which.QUERY.value if query else Which.CONFIRMED.value,
        "query": query,
        "templates": [(paper.value, name, template_of(request.project, paper)) for paper, name in PAPER_NAMES.items()],
        "crops_most": CROPS_MOST,
        "chain": chain_of(request.project),
    }
    return render(request, "review/exports.html", context | _jobs(request))


def _count(request: AuditRequest, which: Which) -> int:
    asked = {"which": which, "query": request.GET.urlencode()}
    return choose(request.project, asked, user=request.user).findings.count()


def _jobs(request: AuditRequest) -> dict[str, Any]:
    found = request.project.jobs.filter(kind=JobKind.EXPORT).select_related("user").order_by("-pk")[:JOBS_SHOWN]
    jobs = list(found)
    rows = [{"job": job, "sheet": _sheet(job), "there": export_file(job) is not None} for job in jobs]
    return {"jobs": rows, "underway": any(job.state in UNDERWAY for job in jobs)}


def _sheet(job: Job) -> Any:
    kind = job.asked.get("kind")
    return KINDS[Kind(kind)] if kind in set(Kind) else None


@needs(Right.VIEW)
def export_list(request: AuditRequest, project_id: int) -> HttpResponse:
    """The files alone, asked for again while something is under way."""
    return render(request, "review/export_list.html", _jobs(request))


@require_POST
@needs(Right.EXPORT)
def new_export(request: AuditRequest, project_id: int) -> HttpResponse:
    """An export put in the queue."""
    kind, which = request.POST.get("kind", ""), request.POST.get("which", "")
    if kind not in set(Kind) or which not in set(Which):
        messages.error(request, "请选好导出什么、导出哪些，再提交。")
        return redirect("exports", project_id=project_id)
    query = QueryDict(request.POST.get("query", "")).urlencode() if which == Which.QUERY else ""
    base = request.build_absolute_uri("/").rstrip("/")
    ask_export(request.project, {"kind": kind, "which": which, "query": query, "base": base}, user=request.user)
    messages.success(request, "已提交，写好后可在下面下载。可以离开本页，文件会留着。")
    return redirect("exports", project_id=project_id)


@needs(Right.EXPORT)
def export_content(request: AuditRequest, project_id: int, job_id: int) -> FileResponse:
    """The file of an export."""
    job = get_object_or_404(Job, project=request.project, kind=JobKind.EXPORT, state=JobState.DONE, pk=job_id)
    file = export_file(job)
    if file is None:
        raise Http404
    return download(file, name=job.file_name)


@require_POST
@needs(Right.EXPORT)
def new_template(request: AuditRequest, project_id: int) -> HttpResponse:
    """The office's own template, tried before it is kept."""
    kind, file = request.POST.get("kind", ""), request.FILES.get("file")
    if kind not in set(Paper) or file is None:
        messages.error(request, "请选好文书种类和模板文件（docx）。")
    elif (file.size or 0) > TEMPLATE_BYTES:
        messages.error(request, f"模板超过 {TEMPLATE_BYTES // 1024 // 1024} MB，请删去其中的大图后再传。")
    else:
        _keep_template(request, kind, str(file.name), file.read())
    return redirect(f"{reverse('exports', args=[project_id])}#templates")


def _keep_template(request: AuditRequest, kind: str, name: str, content: bytes) -> None:
    try:
        the_house().papers.check_template(content, name)
    except PaperTrouble as trouble:
        messages.error(request, str(trouble))
        return
    sha256, _ = keep_blob([content])
    with transaction.atomic():
        request.project.templates.filter(kind=kind, retired=False).update(retired=True)
        PaperTemplate.objects.create(
            project=request.project, kind=kind, name=name[:200], sha256=sha256, user=request.user
        )
        told = {"kind": PAPER_NAMES[Paper(kind)], "name": name[:200], "sha256": sha256}
        record("template", user=request.user, project=request.project, told=told)
    messages.success(request, f"已启用模板“{name[:200]}”，以后的{PAPER_NAMES[Paper(kind)]}填入它。")


@require_POST
@needs(Right.EXPORT)
def retire_template(request: AuditRequest, project_id: int, template_id: int) -> HttpResponse:
    """Back to our own template."""
    found = get_object_or_404(PaperTemplate, project=request.project, pk=template_id, retired=False)
    with transaction.atomic():
        found.retired = True
        found.save(update_fields=["retired"])
        told = {"kind": PAPER_NAMES[Paper(found.kind)], "name": found.name, "sha256": found.sha256}
        record("retire_template", user=request.user, project=request.project, told=told)
    messages.success(request, f"已停用“{found.name}”，改用自带模板。")
    return redirect(f"{reverse('exports', args=[project_id])}#templates")


@needs(Right.VIEW)
def blank_template(request: AuditRequest, project_id: int, kind: str) -> HttpResponse:
    """Our own template unfilled, for an office to make its own of."""
    if kind not in set(Paper):
        raise Http404
    response = HttpResponse(the_house().papers.blank(Paper(kind)), content_type=WORD)
    response.headers["Content-Disposition"] = f"attachment; filename={kind}_template.docx"
    return response


urls = [
    path("p/<int:project_id>/exports", exports, name="exports"),
    path("p/<int:project_id>/exports/list", export_list, name="export_list"),
    path("p/<int:project_id>/exports/new", new_export, name="new_export"),
    path("p/<int:project_id>/exports/<int:job_id>/file", export_content, name="download"),
    path("p/<int:project_id>/exports/template", new_template, name="new_template"),
    path("p/<int:project_id>/exports/template/<int:template_id>/retire", retire_template, name="retire_template"),
    path("p/<int:project_id>/exports/template/<str:kind>.docx", blank_template, name="blank_template"),
]
