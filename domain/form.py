"""Forms as understood: self-evaluations and target tables, every field with its state, source and confidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TypeVar

from domain.source import Alternatives, Document, Source


class FieldState(StrEnum):
    """READ holds text; BLANK is an empty cell; UNREADABLE has ink nobody could read; MISSING has no place here."""

    READ = "read"
    BLANK = "blank"
    UNREADABLE = "unreadable"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value as printed (wraps undone), never edited. ``confidence`` in 0..1 covers reading and placing.

    ``alternatives`` are other readings of a figure, likeliest first; where the form's sums chose between them, what
    was read first stands before the others.
    """

    text: str = ""
    state: FieldState = FieldState.MISSING
    sources: tuple[Source, ...] = ()
    confidence: float = 1.0
    alternatives: Alternatives = ()


MISSING = Field()


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator row. Target tables fill the first four fields only; the others are MISSING."""

    level1: Field = MISSING
    level2: Field = MISSING
    level3: Field = MISSING
    target: Field = MISSING
    actual: Field = MISSING
    weight: Field = MISSING
    score: Field = MISSING
    deviation_reason: Field = MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class FundRow:
    """One line of the money block: the yearly total first, then its components."""

    item: Field = MISSING
    initial_budget: Field = MISSING
    adjusted_budget: Field = MISSING
    executed: Field = MISSING
    weight: Field = MISSING
    execution_rate: Field = MISSING
    score: Field = MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfEvaluation:
    """财政项目支出绩效自评表."""

    document: Document
    index: int
    pages: tuple[int, ...] = ()
    layout: str = ""
    year: Field = MISSING
    amount_unit: Field = MISSING
    project_name: Field = MISSING
    supervising_department: Field = MISSING
    implementing_unit: Field = MISSING
    funds: tuple[FundRow, ...] = ()
    expected_goal: Field = MISSING
    actual_completion: Field = MISSING
    indicators: tuple[Indicator, ...] = ()
    total_weight: Field = MISSING
    total_score: Field = MISSING
    grade: Field = MISSING
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTable:
    """财政项目支出绩效目标表."""

    document: Document
    index: int
    pages: tuple[int, ...] = ()
    layout: str = ""
    year: Field = MISSING
    declaring_unit: Field = MISSING
    project_name: Field = MISSING
    project_category: Field = MISSING
    start_date: Field = MISSING
    end_date: Field = MISSING
    government_purchase: Field = MISSING
    performance_type: Field = MISSING
    overview: Field = MISSING
    basis: Field = MISSING
    necessity: Field = MISSING
    safeguards: Field = MISSING
    plan: Field = MISSING
    goals: Field = MISSING
    total_budget: Field = MISSING
    year_budget: Field = MISSING
    last_year_budget: Field = MISSING
    last_year_executed: Field = MISSING
    indicators: tuple[Indicator, ...] = ()
    warnings: tuple[str, ...] = ()


Form = SelfEvaluation | TargetTable
FormT = TypeVar("FormT", bound=Form)

_ROW_PATH = re.compile(r"(funds|indicators)\[(\d+)\]\.(\w+)")


def walk(form: Form) -> Iterator[tuple[str, Field]]:
    """Every field of a form with its path (``grade``, ``funds[0].executed``, ``indicators[3].target``)."""
    for slot in fields(form):
        content = getattr(form, slot.name)
        if isinstance(content, Field):
            yield slot.name, content
        elif slot.name in ("funds", "indicators"):
            for place, row in enumerate(content):
                for column in fields(row):
                    yield f"{slot.name}[{place}].{column.name}", getattr(row, column.name)


def path_to_place(path: str) -> tuple[str, int, str]:
    """``funds[2].executed`` is ("funds", 2, "executed"); a field that stands in no row is ("", 0, its name)."""
    row = _ROW_PATH.fullmatch(path)
    return (row.group(1), int(row.group(2)), row.group(3)) if row else ("", 0, path)


def with_fields(form: FormT, fresh: Mapping[str, Field]) -> FormT:
    """The form with some fields replaced, by path."""
    changes: dict[str, object] = {}
    for path, field in fresh.items():
        block, place, column = path_to_place(path)
        if not block:
            changes[column] = field
        else:
            rows = changes.setdefault(block, list(getattr(form, block)))
            assert isinstance(rows, list)
            rows[place] = replace(rows[place], **{column: field})
    frozen = {name: tuple(rows) if isinstance(rows, list) else rows for name, rows in changes.items()}
    return replace(form, **frozen)  # type: ignore[arg-type]  # names come from the form's own paths
