"""The notation of the case sheets, the real skills and the transcribed forms, handed to tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from audit import Skills
from bench.sheets import CASES, SHEET, Case, Sheet, case_to_form, case_to_forms, sheet_skills
from domain.form import Form
from fuhe.pipeline import house_skills
from fuhe.records import record_to_form


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """The notation, handed to tests."""

    form: Callable[..., Form]
    forms: Callable[[Case], tuple[Form, ...]]
    skills: Callable[[Case], Skills]
    sheet: Callable[[object], Sheet]
    cases: Callable[[object], list[Case]]


@pytest.fixture(scope="session")
def sheets() -> Sheets:
    """How sheets become forms and skills."""
    return Sheets(
        form=case_to_form,
        forms=case_to_forms,
        skills=sheet_skills,
        sheet=SHEET.validate_python,
        cases=CASES.validate_python,
    )


@pytest.fixture(scope="session")
def real_skills() -> Skills:
    """The skills of the other rooms, as the product wires them."""
    return house_skills()


@pytest.fixture(scope="session")
def gold_forms(shared: Path) -> tuple[Form, ...]:
    """The forms transcribed by hand."""
    records: list[Mapping[str, object]] = json.loads((shared / "gold" / "forms.json").read_text(encoding="utf-8"))
    return tuple(record_to_form(record) for record in records)
