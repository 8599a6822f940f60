"""Operations of the API on background work: exports asked for, waited for, fetched."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from review.api_keys import who
from review.api_parts import page_back
from review.api_shapes import BINARY, ExportAsked, Id, JobPage, JobTold, Paged
from review.api_troubles import trouble_responses
from review.downloads import download
from review.exporting import ask_export, export_file
from review.rights import Right, project_for

router = Router(tags=["后台任务和导出"])


@router.get(
    "/projects/{project_id}/jobs", response={200: JobPage, **trouble_responses()}, summary="后台任务",
    operation_id="list_jobs",
)  # fmt: skip
def list_jobs(request: HttpRequest, project_id: Id, paged: Query[Paged]) -> Any:
    """Jobs of an audit, the latest first."""
    project = project_for(who(request), project_id, Right.VIEW)
    items, further = page_back(project.jobs.all(), after=paged.after, limit=paged.limit)
    return {"items": items, "next": further}


@router.get(
    "/projects/{project_id}/jobs/{job_id}", response={200: JobTold, **trouble_responses()}, summary="一项后台任务",
    operation_id="get_job",
)  # fmt: skip
def one_job(request: HttpRequest, project_id: Id, job_id: Id) -> Any:
    """How far a job is."""
    project = project_for(who(request), project_id, Right.VIEW)
    return get_object_or_404(project.jobs, pk=job_id)


@router.post(
    "/projects/{project_id}/exports", response={202: JobTold, **trouble_responses()}, summary="要求导出",
    operation_id="export",
)  # fmt: skip
def export(request: HttpRequest, project_id: Id, asked: ExportAsked) -> Any:
    """An export put in the queue."""
    project = project_for(who(request), project_id, Right.EXPORT)
    told = asked.model_dump(mode="json") | {"base": request.build_absolute_uri("/").rstrip("/")}
    return Status(202, ask_export(project, told, user=who(request)))


@router.get(
    "/projects/{project_id}/jobs/{job_id}/file", response=trouble_responses(), summary="取导出的文件",
    operation_id="fetch_file", openapi_extra={"responses": {200: {"description": "OK", **BINARY}}},
)  # fmt: skip
def fetch_file(request: HttpRequest, project_id: Id, job_id: Id) -> HttpResponseBase:
    """What a job wrote, to be saved and never shown."""
    project = project_for(who(request), project_id, Right.EXPORT)
    job = get_object_or_404(project.jobs, pk=job_id)
    path = export_file(job)
    if path is None:
        raise Http404
    return download(path, name=job.file_name or path.name)
