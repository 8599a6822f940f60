"""Operations of the API on audits."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from review.api_keys import who
from review.api_parts import page_back
from review.api_shapes import Id, Paged, ProjectAsked, ProjectPage, ProjectTold
from review.api_troubles import trouble_responses
from review.models import Project
from review.people import create_project, user_to_projects
from review.rights import Right, project_for

router = Router(tags=["审计项目"])


@router.get(
    "/projects", response={200: ProjectPage, **trouble_responses()}, summary="审计项目", operation_id="list_projects"
)
def list_projects(request: HttpRequest, paged: Query[Paged]) -> Any:
    """The audits of which one is a member."""
    items, further = page_back(user_to_projects(who(request)), after=paged.after, limit=paged.limit)
    return {"items": items, "next": further}


@router.post(
    "/projects", response={201: ProjectTold, **trouble_responses()}, summary="新建审计项目",
    operation_id="create_project",
)  # fmt: skip
def new_project(request: HttpRequest, asked: ProjectAsked) -> Any:
    """A new audit, of which its maker is the administrator. Raises ValidationError."""
    project = Project(name=asked.name, note=asked.note)
    project.full_clean(exclude=["created_by"])
    return Status(201, create_project(project, by=who(request)))


@router.get(
    "/projects/{project_id}", response={200: ProjectTold, **trouble_responses()}, summary="一个审计项目",
    operation_id="get_project",
)  # fmt: skip
def one_project(request: HttpRequest, project_id: Id) -> Any:
    """An audit."""
    return project_for(who(request), project_id, Right.VIEW)
