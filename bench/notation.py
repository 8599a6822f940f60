"""The compact notation of invented forms: a row is its cells between bars, a form a mapping of its printed parts.

``?`` is a cell nobody could read, ``!`` one the form has no place for, ``~text`` one read with little confidence,
nothing a blank one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import NotRequired

from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from domain.form import MISSING, Field, FieldState, Form, FundRow, Indicator, SelfEvaluation, TargetTable, with_fields
from domain.source import Document, Reader, Source

SHEET_NAME = "sheet.txt"
LITTLE_CONFIDENCE = 0.2
FULLY_SPENT = ["年度资金总额 | 100.00 | 100.00 | 100.00 | 10.00 | 100.00 | 10.00"]
FUND_COLUMNS = [slot.name for slot in fields(FundRow)]
ROW_COLUMNS = [slot.name for slot in fields(Indicator)]
TARGET_COLUMNS = ROW_COLUMNS[:4]
# Parts of a target table by their keys; the form has no place for a part left out.
TARGET_PARTS = {
    "declarer": "declaring_unit",
    "category": "project_category",
    "start": "start_date",
    "end": "end_date",
    "overview": "overview",
    "basis": "basis",
    "necessity": "necessity",
    "safeguards": "safeguards",
    "plan": "plan",
    "goals": "goals",
    "total_budget": "total_budget",
    "year_budget": "year_budget",
    "last_year_budget": "last_year_budget",
    "last_year_executed": "last_year_executed",
}


# Unknown keys are refused, so that a slip of the pen in a sheet does not pass as an absent part.
@with_config(ConfigDict(extra="forbid"))
class Sketch(TypedDict):
    """One invented form. ``kind`` is "target" for a target table, ``unit`` that of amounts, ``file`` the document."""

    name: str
    kind: NotRequired[str]
    file: NotRequired[str]
    project: NotRequired[str]
    year: NotRequired[str]
    unit: NotRequired[str]
    department: NotRequired[str]
    operator: NotRequired[str]
    funds: NotRequired[list[str]]
    goal: NotRequired[str]
    completion: NotRequired[str]
    rows: NotRequired[list[str]]
    total: NotRequired[str]
    grade: NotRequired[str]
    declarer: NotRequired[str]
    category: NotRequired[str]
    start: NotRequired[str]
    end: NotRequired[str]
    overview: NotRequired[str]
    basis: NotRequired[str]
    necessity: NotRequired[str]
    safeguards: NotRequired[str]
    plan: NotRequired[str]
    goals: NotRequired[str]
    total_budget: NotRequired[str]
    year_budget: NotRequired[str]
    last_year_budget: NotRequired[str]
    last_year_executed: NotRequired[str]


SKETCHES = TypeAdapter(list[Sketch])


def cell(text: str, *, document: Document) -> Field:
    """One cell of the notation."""
    text = text.strip()
    source = (Source(document=document, reader=Reader(name="sheet", version="1"), line=1),)
    if text == "!":
        return MISSING
    if text == "?":
        return Field(state=FieldState.UNREADABLE, sources=source, confidence=0.0)
    if text.startswith("~"):
        return Field(text=text[1:], state=FieldState.READ, sources=source, confidence=LITTLE_CONFIDENCE)
    return Field(text=text, state=FieldState.READ if text else FieldState.BLANK, sources=source)


def cells(line: str, names: Sequence[str], *, document: Document) -> dict[str, Field]:
    """The cells of a line by column; columns the line leaves out are blank."""
    parts = line.split("|")
    if len(parts) > len(names):
        raise ValueError(f"more cells than columns: {line}")
    parts += [""] * (len(names) - len(parts))
    return {name: cell(part, document=document) for name, part in zip(names, parts, strict=True)}


def sketch_to_form(sketch: Mapping[str, object], index: int = 1) -> Form:
    """The form a sketch describes; what it does not mention is in order."""
    document = Document(path=str(sketch.get("file", SHEET_NAME)), sha256="")
    if sketch.get("kind") == "target":
        return _target_table(sketch, document=document, index=index)
    return _self_evaluation(sketch, document=document, index=index)


def lines_of(sketch: Mapping[str, object], part: str, *, default: Sequence[str] = ()) -> list[str]:
    """The lines of a block (``rows``, ``funds``)."""
    lines = sketch.get(part, default)
    if not isinstance(lines, list | tuple):
        raise ValueError(f"{part} must be a list of lines: {lines}")
    return [str(line) for line in lines]


def _self_evaluation(sketch: Mapping[str, object], *, document: Document, index: int) -> SelfEvaluation:
    def part(key: str, default: str = "") -> Field:
        return cell(str(sketch.get(key, default)), document=document)

    return SelfEvaluation(
        document=document,
        index=index,
        year=part("year", "2023"),
        amount_unit=part("unit", "万元"),
        project_name=part("project", "样例项目"),
        supervising_department=part("department", "!"),
        implementing_unit=part("operator", "!"),
        funds=tuple(
            FundRow(**cells(line, FUND_COLUMNS, document=document))
            for line in lines_of(sketch, "funds", default=FULLY_SPENT)
        ),
        expected_goal=part("goal"),
        actual_completion=part("completion"),
        indicators=tuple(Indicator(**cells(line, ROW_COLUMNS, document=document)) for line in lines_of(sketch, "rows")),
        total_score=part("total", "100"),
        grade=part("grade", "优"),
    )


def _target_table(sketch: Mapping[str, object], *, document: Document, index: int) -> TargetTable:
    table = TargetTable(
        document=document,
        index=index,
        year=cell(str(sketch.get("year", "2023")), document=document),
        project_name=cell(str(sketch.get("project", "样例项目")), document=document),
        indicators=tuple(
            Indicator(**cells(line, TARGET_COLUMNS, document=document)) for line in lines_of(sketch, "rows")
        ),
    )
    written = {slot: str(sketch[key]) for key, slot in TARGET_PARTS.items() if key in sketch}
    return with_fields(table, {slot: cell(text, document=document) for slot, text in written.items()})
