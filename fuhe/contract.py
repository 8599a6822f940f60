"""The shapes of the public contract: one line of forms.jsonl, tables.jsonl and findings.jsonl, keys in their order."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict


class PlaceRecord(TypedDict):
    """Where a value stands: page and box on paper, line in text input; the other keys are null."""

    page: int | None
    box: list[float] | None
    line: int | None


class FundRecord(TypedDict):
    """One line of the money block."""

    item: str
    initial_budget: str
    adjusted_budget: str
    executed: str
    weight: str
    execution_rate: str
    score: str


class IndicatorRecord(TypedDict):
    """One indicator row of a self-evaluation."""

    level1: str
    level2: str
    level3: str
    target: str
    actual: str
    weight: str
    score: str
    deviation_reason: str


class TargetIndicatorRecord(TypedDict):
    """One indicator row of a target table."""

    level1: str
    level2: str
    level3: str
    target: str


class SelfEvaluationRecord(TypedDict):
    """One line of forms.jsonl for a 自评表.

    ``alternatives`` are other readings of a field with odds, likeliest first; the key is there where any field has one.
    """

    source: str
    index: int
    pages: list[int]
    form_type: Literal["self_evaluation"]
    year: str
    project_name: str
    amount_unit: str
    supervising_department: str
    implementing_unit: str
    funds: list[FundRecord]
    expected_goal: str
    actual_completion: str
    indicators: list[IndicatorRecord]
    total_weight: str
    total_score: str
    grade: str
    provenance: dict[str, list[PlaceRecord]]
    confidence: dict[str, float]
    warnings: list[str]
    alternatives: NotRequired[dict[str, list[tuple[str, float]]]]


class TargetRecord(TypedDict):
    """One line of forms.jsonl for a 绩效目标表."""

    source: str
    index: int
    pages: list[int]
    form_type: Literal["target"]
    year: str
    project_name: str
    declaring_unit: str
    project_category: str
    start_date: str
    end_date: str
    government_purchase: str
    performance_type: str
    overview: str
    basis: str
    necessity: str
    safeguards: str
    plan: str
    goals: str
    total_budget: str
    year_budget: str
    last_year_budget: str
    last_year_executed: str
    indicators: list[TargetIndicatorRecord]
    provenance: dict[str, list[PlaceRecord]]
    confidence: dict[str, float]
    warnings: list[str]
    alternatives: NotRequired[dict[str, list[tuple[str, float]]]]


FormRecord = SelfEvaluationRecord | TargetRecord


class CellRecord(TypedDict):
    """One cell of tables.jsonl; rows and columns count from 0."""

    row: int
    col: int
    row_span: int
    col_span: int
    text: str
    box: list[float] | None
    confidence: float


class TableRecord(TypedDict):
    """One line of tables.jsonl; ``page`` is null for text input."""

    source: str
    page: int | None
    table: int
    cells: list[CellRecord]


class EvidenceRecord(TypedDict):
    """One piece of evidence; page and box are null for text input, whose lines stand in the form's provenance.

    ``field`` is a path in the finding's own form, or ``source#index::path`` where it stands in another one.
    """

    field: str
    text: str
    page: int | None
    box: list[float] | None


class FindingRecord(TypedDict):
    """One line of findings.jsonl; the last three are Chinese sentences, "" where there is nothing to say.

    ``why`` tells why the finding stands at its rank, ``readings`` whether it holds under the other readings of its
    cells, ``statement`` is ready for the working paper.
    """

    rank: int
    priority: float
    finding: str
    title: str
    severity: Literal["high", "medium", "low", "info"]
    verdict: Literal["pass", "fail", "cannot_check"]
    source: str
    form_index: int
    project_name: str
    row: int | None
    message: str
    evidence: list[EvidenceRecord]
    basis: str
    confidence: float
    covered_by: int | None
    why: NotRequired[str]
    readings: NotRequired[str]
    statement: NotRequired[str]
