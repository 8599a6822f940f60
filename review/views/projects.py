"""Audits (审计项目): those one may see, a new one, and the home of each."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from review.journal import record
from review.models import Membership, Project, Role
from review.rights import AuditRequest, Right, needs


class ProjectForm(forms.ModelForm[Project]):
    """A new audit."""

    class Meta:
        model = Project
        fields = ("name", "note")


@needs(Right.ENTER)
def project_list(request: AuditRequest) -> HttpResponse:
    """The audits of which one is a member; all of them for whoever governs."""
    mine = Q() if request.user.is_superuser else Q(memberships__user=request.user)
    projects = Project.objects.filter(mine).distinct().order_by("-pk")
    return render(request, "review/projects.html", {"projects": projects, "form": ProjectForm()})


@needs(Right.ENTER)
def create_project(request: AuditRequest) -> HttpResponse:
    """A new audit, of which its maker is the administrator."""
    form = ProjectForm(request.POST or None)
    if not form.is_valid():
        return render(request, "review/projects.html", {"projects": [], "form": form}, status=400)
    with transaction.atomic():
        project = form.save(commit=False)
        project.created_by = request.user
        project.save()
        Membership.objects.create(project=project, user=request.user, role=Role.ADMINISTRATOR)
        record("create_project", user=request.user, project=project, told={"name": project.name})
    return redirect("project", project_id=project.pk)


urls = [
    path("", project_list, name="projects"),
    path("projects/new", create_project, name="create_project"),
]
