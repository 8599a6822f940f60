"""Audits (审计项目): those one may see, a new one, and the home of each."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from review.models import Project
from review.people import create_project, user_to_projects
from review.rights import AuditRequest, Right, needs


class ProjectForm(forms.ModelForm[Project]):
    """A new audit."""

    class Meta:
        model = Project
        fields = ("name", "note")
        widgets = {"name": forms.TextInput(attrs={"size": 60}), "note": forms.Textarea(attrs={"rows": 3})}


@needs(Right.ENTER)
def project_list(request: AuditRequest) -> HttpResponse:
    """The audits of which one is a member; all of them for whoever governs."""
    return _page(request, ProjectForm())


@require_POST
@needs(Right.ENTER)
def new_project(request: AuditRequest) -> HttpResponse:
    """A new audit, of which its maker is the administrator."""
    form = ProjectForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    project = create_project(form.save(commit=False), by=request.user)
    return redirect("project", project_id=project.pk)


def _page(request: AuditRequest, form: ProjectForm, *, status: int = 200) -> HttpResponse:
    projects = user_to_projects(request.user)
    return render(request, "review/projects.html", {"projects": projects, "form": form}, status=status)


urls = [
    path("", project_list, name="projects"),
    path("projects/new", new_project, name="create_project"),
]
