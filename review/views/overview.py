"""The overview of an audit: by unit, year, rule and person."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from review.rights import AuditRequest, Right, needs


@needs(Right.VIEW)
def project_home(request: AuditRequest, project_id: int) -> HttpResponse:
    """The overview of an audit."""
    return render(request, "review/project.html")


urls = [path("p/<int:project_id>/", project_home, name="project")]
