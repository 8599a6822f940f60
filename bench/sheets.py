"""The case sheets of the rules: invented forms, and how their reasons and targets are understood."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NotRequired

import yaml
from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from audit import Skills
from bench.notation import Sketch, cell, sketch_to_form
from domain.form import Form, with_fields
from domain.label import Label, Rationale, Rewrite, RewriteStatus
from extract.values import text_to_amount, text_to_mentions, text_to_number, text_to_value

SHEETS = Path(__file__).parents[1] / "tests" / "audit" / "cases"
SURE = 0.9
# Shorter keys of sheets, and what a sketch calls them; in a target table the last two stand for its own parts.
SHORT_KEYS = {"owner": "operator", "budget": "year_budget"}
TARGET_KEYS = {"goal": "goals", "department": "declarer"}


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
    """One form of a sheet, or ``forms``, and for a failing or uncheckable case what the finding must say.

    A case of several forms is for rules that look at them together; ``form`` is the one the finding stands on, from 1.
    ``owner`` is the unit, ``budget`` the year's budget of a target table, ``sections`` other parts by their field.
    ``note`` puts the case into the rule book and says in Chinese what is wrong, or why nothing is.
    """

    note: NotRequired[str]
    sections: NotRequired[dict[str, str]]
    reasons: NotRequired[dict[str, Reason]]
    targets: NotRequired[dict[str, str]]
    message: NotRequired[str]
    severity: NotRequired[str]
    row: NotRequired[int]
    owner: NotRequired[str]
    budget: NotRequired[str]
    forms: NotRequired[list[Case]]
    form: NotRequired[int]


Sheet = TypedDict("Sheet", {"pass": list[Case], "fail": list[Case], "cannot_check": list[Case]})

SHEET = TypeAdapter(Sheet)
CASES = TypeAdapter(list[Case])


def read_sheet(code: str) -> Sheet:
    """The sheet of a rule. Raises FileNotFoundError where there is none, ValidationError for a key nobody knows."""
    return SHEET.validate_python(yaml.safe_load((SHEETS / f"{code}.yaml").read_text(encoding="utf-8")))


def case_to_forms(case: Case) -> tuple[Form, ...]:
    """The forms a case describes, one if it tells of no others."""
    return tuple(case_to_form(each, index) for index, each in enumerate(case.get("forms", [case]), start=1))


def case_to_form(case: Case, index: int = 1) -> Form:
    """The form a case describes; what it does not mention is in order."""
    keys = SHORT_KEYS | (TARGET_KEYS if case.get("kind") == "target" else {})
    form = sketch_to_form({keys.get(key, key): text for key, text in case.items()}, index)
    sections = case.get("sections", {})
    return with_fields(form, {name: cell(text, document=form.document) for name, text in sections.items()})


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
        mentions=text_to_mentions,
        amount=text_to_amount,
        number=text_to_number,
        rationale=rationale,
        specificity=specificity,
    )
