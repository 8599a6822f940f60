"""Findings for tests of the workbench: many at once with varied facets, or one by one with what matters spelt out."""

from __future__ import annotations

import hashlib
from typing import Any

from bench.queue_rows import make_rows
from review.models import Document, Finding, FormRow, Project, State

__all__ = ["a_finding", "a_form", "make_rows"]


def a_form(project: Project, **columns: Any) -> FormRow:
    """A form in a document of its own."""
    number = Document.objects.filter(project=project).count() + 1
    document = Document.objects.create(
        project=project,
        sha256=hashlib.sha256(f"form-{project.pk}-{number}".encode()).hexdigest(),
        path=f"自评表{number}.txt",
        state=State.READ,
    )
    told = {"unit": "某县园林管理所", "year": "2024", "project_name": "公园绿化养护项目", **columns}
    return FormRow.objects.create(document=document, index=1, form_type="self_evaluation", **told)


def a_finding(project: Project, **columns: Any) -> Finding:
    """One open finding at the end of the queue, on a form of its own unless told otherwise."""
    place = Finding.objects.filter(project=project).count() + 1
    form = columns.pop("form", None) or a_form(project)
    told: dict[str, Any] = {
        "row": 0, "code": "score_exceeds_weight", "title": "得分高于分值", "group": "算术", "category": "自评得分不实",
        "severity": "high", "verdict": "fail", "place": place, "message": f"第{place}项得分12分，高于分值10分。",
        "statement": f"第{place}项自评得分高于分值2分。", "unit": form.unit, "year": form.year,
        "project_name": form.project_name, "indicator": "养护面积", "cause": "one",
    }  # fmt: skip
    return Finding.objects.create(project=project, form=form, **{**told, **columns})
