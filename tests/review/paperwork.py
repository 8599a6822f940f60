"""Findings made by hand, for tests of what is done with them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from review.models import Document, Finding, FormRow, Project, State, Status, User

PLACE = {"page": None, "box": None, "line": 3}
EVIDENCE = {"form": "", "field": "indicators[0].score", "text": "10", "places": [PLACE]}


def make_form(project: Project, *, unit: str = "某县公路所", rows: int = 4, path: str = "") -> FormRow:
    number = Document.objects.count() + 1
    document = Document.objects.create(
        project=project,
        sha256=f"{number:064x}",
        path=path or f"表{number}.txt",
        parts=[f"{number:064x}"],
        state=State.READ,
    )
    return FormRow.objects.create(
        document=document,
        index=1,
        form_type="self_evaluation",
        year="2023",
        unit=unit,
        project_name="道路养护",
        rows=rows,
    )


def make_finding(form: FormRow, *, row: int | None = 0, **columns: Any) -> Finding:
    number = Finding.objects.count()
    told: dict[str, Any] = {
        "code": "SCORE_RATIO", "title": "得分与完成率不符", "group": "评分", "category": "自评数据与评分",
        "severity": "high", "verdict": "fail", "message": "第1项得分10分，按完成率应得8分。",
        "basis": "《某办法》（财预〔2020〕10号）：据实评分", "evidence": [EVIDENCE], "unit": form.unit,
        "year": form.year, "project_name": form.project_name, "amount": Decimal("1200000"),
        "statement": "自评评分不规范。《道路养护》存在以下情形：得分偏高。对照某办法，提请核实。",
        "place": number + 1, "ordinal": number,
    }  # fmt: skip
    return Finding.objects.create(project=form.document.project, form=form, row=row, **(told | columns))


def decide(finding: Finding, status: Status, user: User, **columns: Any) -> Finding:
    for name, value in {"status": status, "decided_by": user, "decided_at": timezone.now(), **columns}.items():
        setattr(finding, name, value)
    finding.save()
    return finding
