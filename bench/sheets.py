"""The case sheets of the rules: forms in a compact notation, and how their reasons and targets are understood.

A row is its cells between bars. ``?`` is a cell nobody could read, ``!`` one the form has no place for, ``~text`` one
read with little confidence, nothing a blank one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, NotRequired

import yaml
from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from audit import Skills
from domain.form import MISSING, Field, FieldState, Form, FundRow, Indicator, SelfEvaluation, TargetTable
from domain.label import Label, Rationale, Rewrite, RewriteStatus
from domain.source import Document, Reader, Source
from extract.values import text_to_amount, text_to_mentions, text_to_number, text_to_value

SHEETS = Path(__file__).parents[1] / "tests" / "audit" / "cases"
DOCUMENT = Document(path="sheet.txt", sha256="")
LITTLE_CONFIDENCE = 0.2
SURE = 0.9
FULLY_SPENT = ["年度资金总额 | 100.00 | 100.00 | 100.00 | 10.00 | 100.00 | 10.00"]


# Unknown keys are refused, so that a slip of the pen in a sheet does not pass as an absent condition.
@with_config(ConfigDict(extra="forbid"))
class Reason(TypedDict):
    """What a classifier would say of a reason."""

    labels: NotRequired[list[str]]
    rewrite: NotRequired[str]
    new_indicator: NotRequired[str]
    new_target: NotRequired[str]


@with_config(ConfigDict(extra="forbid"))
class Case(TypedDict):
    """One form of a sheet, or ``forms``, and for a failing or uncheckable case what the finding must say.

    A case of several forms is for rules that look at them together; ``form`` is the one the finding stands on, from 1.
    ``owner`` is the unit, ``budget`` the year's budget of a target table, ``file`` the input the form stands in.
    ``note`` puts the case into the rule book and says in Chinese what is wrong, or why nothing is.
    """

    name: str
    note: NotRequired[str]
    kind: NotRequired[str]
    project: NotRequired[str]
    year: NotRequired[str]
    unit: NotRequired[str]
    funds: NotRequired[list[str]]
    goal: NotRequired[str]
    completion: NotRequired[str]
    sections: NotRequired[dict[str, str]]
    rows: NotRequired[list[str]]
    total: NotRequired[str]
    grade: NotRequired[str]
    reasons: NotRequired[dict[str, Reason]]
    targets: NotRequired[dict[str, str]]
    message: NotRequired[str]
    severity: NotRequired[str]
    row: NotRequired[int]
    department: NotRequired[str]
    owner: NotRequired[str]
    file: NotRequired[str]
    budget: NotRequired[str]
    forms: NotRequired[list[Case]]
    form: NotRequired[int]


Sheet = TypedDict("Sheet", {"pass": list[Case], "fail": list[Case], "cannot_check": list[Case]})

SHEET = TypeAdapter(Sheet)
CASES = TypeAdapter(list[Case])


def read_sheet(code: str) -> Sheet:
    """The sheet of a rule. Raises FileNotFoundError where there is none, ValidationError for a key nobody knows."""
    return SHEET.validate_python(yaml.safe_load((SHEETS / f"{code}.yaml").read_text(encoding="utf-8")))


def cell(text: str) -> Field:
    """One cell of the notation."""
    text = text.strip()
    source = (Source(document=DOCUMENT, reader=Reader(name="sheet", version="1"), line=1),)
    if text == "!":
        return MISSING
    if text == "?":
        return Field(state=FieldState.UNREADABLE, sources=source, confidence=0.0)
    if text.startswith("~"):
        return Field(text=text[1:], state=FieldState.READ, sources=source, confidence=LITTLE_CONFIDENCE)
    return Field(text=text, state=FieldState.READ if text else FieldState.BLANK, sources=source)


def cells(line: str, names: Sequence[str]) -> dict[str, Field]:
    """The cells of a line by column; columns the line leaves out are blank."""
    parts = line.split("|")
    if len(parts) > len(names):
        raise ValueError(f"more cells than columns: {line}")
    parts += [""] * (len(names) - len(parts))
    return {name: cell(part) for name, part in zip(names, parts, strict=True)}


FUND_COLUMNS = [slot.name for slot in fields(FundRow)]
ROW_COLUMNS = [slot.name for slot in fields(Indicator)]


def case_to_forms(case: Case) -> tuple[Form, ...]:
    """The forms a case describes, one if it tells of no others."""
    return tuple(case_to_form(each, index) for index, each in enumerate(case.get("forms", [case]), start=1))


def case_to_form(case: Case, index: int = 1) -> Form:
    """The form a case describes; what it does not mention is in order."""
    rows = case.get("rows", [])
    document = Document(path=case.get("file", DOCUMENT.path), sha256="")
    if case.get("kind") == "target":
        table = TargetTable(
            document=document,
            index=index,
            year=cell(case.get("year", "2023")),
            project_name=cell(case.get("project", "样例项目")),
            declaring_unit=cell(case.get("department", "!")),
            goals=cell(case.get("goal", "!")),
            year_budget=cell(case.get("budget", "!")),
            indicators=tuple(Indicator(**cells(line, ROW_COLUMNS[:4])) for line in rows),
        )
        sections: dict[str, Any] = {name: cell(text) for name, text in case.get("sections", {}).items()}
        return replace(table, **sections)
    return SelfEvaluation(
        document=document,
        index=index,
        year=cell(case.get("year", "2023")),
        amount_unit=cell(case.get("unit", "万元")),
        project_name=cell(case.get("project", "样例项目")),
        supervising_department=cell(case.get("department", "!")),
        implementing_unit=cell(case.get("owner", "!")),
        funds=tuple(FundRow(**cells(line, FUND_COLUMNS)) for line in case.get("funds", FULLY_SPENT)),
        expected_goal=cell(case.get("goal", "")),
        actual_completion=cell(case.get("completion", "")),
        indicators=tuple(Indicator(**cells(line, ROW_COLUMNS)) for line in rows),
        total_score=cell(case.get("total", "100")),
        grade=cell(case.get("grade", "优")),
    )


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
