"""Numbers that no column can hold come from misread cells: they must not end the checks of all other forms."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.finding import Finding as Found
from domain.finding import Severity, Verdict
from review.checking import raised_to_columns
from review.house import Raised
from review.models import Document, Finding, FormRow, Project

FOUND = Found(
    finding="R1", title="标题", severity=Severity.HIGH, verdict=Verdict.FAIL, source="a.txt", form_index=1,
    project_name="某项目", row=None, message="说明", evidence=(), basis="", confidence=1.0, statement="",
)  # fmt: skip
RAISED = Raised(
    finding=FOUND,
    group="金额",
    category="",
    unit="某单位",
    year="2025",
    indicator="",
    amount=None,
    points=None,
    cause="",
)


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        (Decimal("1234.56"), True),
        (Decimal("-999999.99"), True),
        (Decimal("1e17"), False),
        (Decimal("9" * 30), False),
        (Decimal("NaN"), False),
        (Decimal("Infinity"), False),
        (None, False),
    ],
)
def test_a_finding_is_stored_whatever_number_was_read(project: Project, number: Decimal | None, kept: bool) -> None:
    document = Document.objects.create(project=project, sha256="0" * 64, path="a.txt")
    form = FormRow.objects.create(document=document, index=1, form_type="target")
    columns = raised_to_columns(replace(RAISED, amount=number, points=number))
    row = Finding.objects.create(project=project, form=form, code="R1", **columns)
    row.refresh_from_db()
    assert (row.amount is not None) == kept
    assert row.points is None or abs(row.points) < 1_000_000
