"""The overview of an audit: figures that add up, rules that are seldom right, and what to do when there is nothing."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from review.models import Finding, FormRow, Project, Status
from review.overview import project_to_overview


def test_an_empty_audit_says_what_to_do(auditor: Client, project: Project) -> None:
    assert "上传" in auditor.get(reverse("project", args=[project.pk])).content.decode()


def test_figures_add_up(auditor: Client, read_project: Project) -> None:
    told = project_to_overview(read_project)
    assert sum(unit.findings for unit in told.units) == told.findings > 0
    assert sum(unit.forms for unit in told.units) == told.forms == FormRow.objects.count()
    assert sum(count for _, count in told.stages) == told.findings
    page = auditor.get(reverse("project", args=[read_project.pk])).content.decode()
    assert told.units[0].unit in page


def test_a_rule_that_is_seldom_right_is_named(read_project: Project) -> None:
    codes = list(Finding.objects.filter(project=read_project).values_list("code", flat=True))
    often = max(set(codes), key=codes.count)
    Finding.objects.filter(code=often).update(status=Status.DISMISSED, dismissal="wrong", decided_at=timezone.now())
    (rate,) = project_to_overview(read_project).rules
    assert rate.wrong == rate.decided > 0
    assert rate.is_doubtful == (rate.decided >= 5)
