"""Case sheets: forms in the compact notation (bench.notation), skills read from a sheet, the real ones, real forms."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired

import pytest
from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from audit import Skills
from bench.notation import Sketch, sketch_to_form
from classify import read_rationale, target_specificity
from domain.form import Form
from domain.label import Label, Rationale, Rewrite, RewriteStatus
from extract.values import text_to_amount, text_to_number, text_to_value
from fuhe.records import record_to_form

SURE = 0.9


# Unknown keys are refused, so that a slip of the pen in a sheet does not pass as an absent condition.
@with_config(ConfigDict(extra="forbid"))
class Reason(TypedDict):
    """What a classifier would say of a reason."""

    labels: NotRequired[list[str]]
    rewrite: NotRequired[str]
    new_indicator: NotRequired[str]
    new_target: NotRequired[str]


@with_config(ConfigDict(extra="forbid"))
class Case(Sketch):
    """One form of a sheet and, for a failing or uncheckable case, what the finding must say."""

    reasons: NotRequired[dict[str, Reason]]
    targets: NotRequired[dict[str, str]]
    message: NotRequired[str]
    severity: NotRequired[str]
    row: NotRequired[int]


Sheet = TypedDict("Sheet", {"pass": list[Case], "fail": list[Case], "cannot_check": list[Case]})

SHEET = TypeAdapter(Sheet)
CASES = TypeAdapter(list[Case])


def sheet_skills(case: Case) -> Skills:
    """Values as the extractor reads them; reasons and targets as the sheet says they are understood."""
    reasons, targets = case.get("reasons", {}), case.get("targets", {})

    def rationale(text: str) -> Rationale:
        told = reasons.get(text, Reason())
        return Rationale(
            text=text,
            labels=tuple(Label(id=label, probability=SURE) for label in told.get("labels", [])),
            rewrite=Rewrite(
                status=RewriteStatus(told.get("rewrite", "none")),
                new_indicator=told.get("new_indicator", ""),
                new_target=told.get("new_target", ""),
            ),
        )

    def specificity(text: str, names: Sequence[str]) -> tuple[Label, ...]:
        return (Label(id=targets[text], probability=SURE),) if text in targets else ()

    return Skills(
        value=text_to_value,
        amount=text_to_amount,
        number=text_to_number,
        rationale=rationale,
        specificity=specificity,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """The notation, handed to tests."""

    form: Callable[..., Form]
    skills: Callable[[Case], Skills]
    sheet: Callable[[object], Sheet]
    cases: Callable[[object], list[Case]]


@pytest.fixture(scope="session")
def sheets() -> Sheets:
    """How sheets become forms and skills."""
    return Sheets(form=sketch_to_form, skills=sheet_skills, sheet=SHEET.validate_python, cases=CASES.validate_python)


@pytest.fixture(scope="session")
def real_skills() -> Skills:
    """The skills of the other rooms, as the product wires them."""
    return Skills(
        value=text_to_value,
        amount=text_to_amount,
        number=text_to_number,
        rationale=read_rationale,
        specificity=target_specificity,
    )


@pytest.fixture(scope="session")
def gold_forms(shared: Path) -> tuple[Form, ...]:
    """The forms transcribed by hand."""
    records: list[Mapping[str, object]] = json.loads((shared / "gold" / "forms.json").read_text(encoding="utf-8"))
    return tuple(record_to_form(record) for record in records)
