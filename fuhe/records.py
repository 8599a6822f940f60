"""The edge: forms and tables as lines of the public contract (forms.jsonl, tables.jsonl)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields as dataclass_fields
from typing import Literal, NotRequired

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from domain.form import MISSING, Field, FieldState, Form, FundRow, Indicator, SelfEvaluation, TargetTable, walk
from domain.source import Box, Document, Reader, Source, box_around
from domain.table import Cell, Table
from fuhe.contract import (
    CellRecord,
    FormRecord,
    FundRecord,
    IndicatorRecord,
    PlaceRecord,
    SelfEvaluationRecord,
    TableRecord,
    TargetIndicatorRecord,
    TargetRecord,
)

# A record does not name its reader; sources rebuilt from one carry this.
RECORD_READER = Reader(name="record", version="1")
# One confidence step. 0 is kept for "there was ink nobody could read", so that an empty value tells its state.
CONFIDENCE_STEP = 0.001


class _ReadPlace(TypedDict):
    page: NotRequired[int | None]
    box: NotRequired[tuple[float, float, float, float] | None]
    line: NotRequired[int | None]


class _ReadFrame(TypedDict):
    """What every record may hold beside its values; transcriptions made by hand say ``file`` for ``source``."""

    source: NotRequired[str]
    file: NotRequired[str]
    index: int
    pages: NotRequired[list[int]]
    form_type: Literal["self_evaluation", "target"]
    funds: NotRequired[list[dict[str, str]]]
    indicators: NotRequired[list[dict[str, str]]]
    provenance: NotRequired[dict[str, list[_ReadPlace]]]
    confidence: NotRequired[dict[str, float]]
    alternatives: NotRequired[dict[str, list[tuple[str, float]]]]
    warnings: NotRequired[list[str]]


_FRAME = TypeAdapter(_ReadFrame)
_VALUES = TypeAdapter(dict[str, str])
_FRAME_KEYS = frozenset(_ReadFrame.__annotations__)


class RecordError(ValueError):
    """A line that is not of the contract. The message is Chinese and names the key."""


def form_to_record(form: Form) -> FormRecord:
    """One line of forms.jsonl: every value as printed, "" where there is none."""
    record: FormRecord = (
        _self_evaluation_to_record(form) if isinstance(form, SelfEvaluation) else _target_to_record(form)
    )
    alternatives = {path: list(field.alternatives) for path, field in walk(form) if field.alternatives}
    if alternatives:
        record["alternatives"] = alternatives
    return record


def _self_evaluation_to_record(form: SelfEvaluation) -> SelfEvaluationRecord:
    return {
        "source": form.document.path,
        "index": form.index,
        "pages": list(form.pages),
        "form_type": "self_evaluation",
        "year": form.year.text,
        "project_name": form.project_name.text,
        "amount_unit": form.amount_unit.text,
        "supervising_department": form.supervising_department.text,
        "implementing_unit": form.implementing_unit.text,
        "funds": [_fund_to_record(fund) for fund in form.funds],
        "expected_goal": form.expected_goal.text,
        "actual_completion": form.actual_completion.text,
        "indicators": [_indicator_to_record(indicator) for indicator in form.indicators],
        "total_weight": form.total_weight.text,
        "total_score": form.total_score.text,
        "grade": form.grade.text,
        "provenance": _provenance(form),
        "confidence": _confidence(form),
        "warnings": list(form.warnings),
    }


def _target_to_record(form: TargetTable) -> TargetRecord:
    return {
        "source": form.document.path,
        "index": form.index,
        "pages": list(form.pages),
        "form_type": "target",
        "year": form.year.text,
        "project_name": form.project_name.text,
        "declaring_unit": form.declaring_unit.text,
        "project_category": form.project_category.text,
        "start_date": form.start_date.text,
        "end_date": form.end_date.text,
        "government_purchase": form.government_purchase.text,
        "performance_type": form.performance_type.text,
        "overview": form.overview.text,
        "basis": form.basis.text,
        "necessity": form.necessity.text,
        "safeguards": form.safeguards.text,
        "plan": form.plan.text,
        "goals": form.goals.text,
        "total_budget": form.total_budget.text,
        "year_budget": form.year_budget.text,
        "last_year_budget": form.last_year_budget.text,
        "last_year_executed": form.last_year_executed.text,
        "indicators": [_target_indicator_to_record(indicator) for indicator in form.indicators],
        "provenance": _provenance(form),
        "confidence": _confidence(form),
        "warnings": list(form.warnings),
    }


def _fund_to_record(fund: FundRow) -> FundRecord:
    return {
        "item": fund.item.text,
        "initial_budget": fund.initial_budget.text,
        "adjusted_budget": fund.adjusted_budget.text,
        "executed": fund.executed.text,
        "weight": fund.weight.text,
        "execution_rate": fund.execution_rate.text,
        "score": fund.score.text,
    }


def _indicator_to_record(indicator: Indicator) -> IndicatorRecord:
    return {
        **_target_indicator_to_record(indicator),
        "actual": indicator.actual.text,
        "weight": indicator.weight.text,
        "score": indicator.score.text,
        "deviation_reason": indicator.deviation_reason.text,
    }


def _target_indicator_to_record(indicator: Indicator) -> TargetIndicatorRecord:
    return {
        "level1": indicator.level1.text,
        "level2": indicator.level2.text,
        "level3": indicator.level3.text,
        "target": indicator.target.text,
    }


def _provenance(form: Form) -> dict[str, list[PlaceRecord]]:
    return {path: [_source_to_place(source) for source in field.sources] for path, field in walk(form) if field.sources}


def _confidence(form: Form) -> dict[str, float]:
    return {path: _field_confidence(field) for path, field in walk(form) if field.state is not FieldState.MISSING}


def _field_confidence(field: Field) -> float:
    if field.state is FieldState.UNREADABLE:
        return 0.0
    return max(CONFIDENCE_STEP, round(field.confidence, 3))


def _source_to_place(source: Source) -> PlaceRecord:
    return {"page": source.page, "box": box_to_record(source.box), "line": source.line}


def boxes_to_record(boxes: Sequence[Box]) -> list[float] | None:
    """One box around them all, None for none."""
    return box_to_record(box_around(boxes)) if boxes else None


def box_to_record(box: Box | None) -> list[float] | None:
    """A box as [x0, y0, x1, y1]; null where there is none."""
    # a tenth of a pixel is finer than any reader places a word
    return None if box is None else [round(float(edge), 1) for edge in (box.x0, box.y0, box.x1, box.y1)]


def record_to_form(record: Mapping[str, object], document: Document | None = None) -> Form:
    """A form from a line of forms.jsonl, or from a transcription without provenance.

    A key that is absent is MISSING; "" is BLANK, or MISSING when the record lists confidences and not this field's;
    confidence 0 is UNREADABLE. Without ``document`` the path is the record's and the hash "". Raises RecordError.
    """
    fields = _RecordFields(record, document)
    return fields.self_evaluation() if fields.frame["form_type"] == "self_evaluation" else fields.target()


class _RecordFields:
    """The fields of one record by path; checks the record's shape once."""

    def __init__(self, record: Mapping[str, object], document: Document | None) -> None:
        try:
            self.frame = _FRAME.validate_python({key: record[key] for key in record if key in _FRAME_KEYS})
            self.values = _VALUES.validate_python({key: record[key] for key in record if key not in _FRAME_KEYS})
        except ValidationError as error:
            raise RecordError(complaint(error)) from error
        path = self.frame.get("source", self.frame.get("file", ""))
        self.document = document or Document(path=path, sha256="")

    def field(self, path: str, text: str | None) -> Field:
        """The field at a path; ``text`` is None where the record has no such key."""
        if text is None:
            return MISSING
        confidences = self.frame.get("confidence", {})
        if not text and "confidence" in self.frame and path not in confidences:
            return MISSING
        confidence = confidences.get(path, 1.0)
        sources = tuple(self._place_to_source(place) for place in self.frame.get("provenance", {}).get(path, []))
        others = tuple(self.frame.get("alternatives", {}).get(path, ()))
        return Field(
            text=text, state=_state(text, confidence), sources=sources, confidence=confidence, alternatives=others
        )

    def values_of(self, form_class: type[SelfEvaluation] | type[TargetTable]) -> dict[str, Field]:
        """The single values of a form by name."""
        names = (slot.name for slot in dataclass_fields(form_class) if slot.default is MISSING)
        return {name: self.field(name, self.values.get(name)) for name in names}

    def row(self, path: str, cells: Mapping[str, str], row_class: type[FundRow] | type[Indicator]) -> dict[str, Field]:
        """The columns of one row by name; ``path`` is the row's."""
        names = (slot.name for slot in dataclass_fields(row_class))
        return {name: self.field(f"{path}.{name}", cells.get(name)) for name in names}

    def indicators(self) -> tuple[Indicator, ...]:
        """The indicator rows of either kind of form."""
        rows = enumerate(self.frame.get("indicators", []))
        return tuple(Indicator(**self.row(f"indicators[{place}]", cells, Indicator)) for place, cells in rows)

    def self_evaluation(self) -> SelfEvaluation:
        """The record as a 自评表."""
        rows = enumerate(self.frame.get("funds", []))
        return SelfEvaluation(
            document=self.document,
            index=self.frame["index"],
            pages=tuple(self.frame.get("pages", [])),
            layout="",
            funds=tuple(FundRow(**self.row(f"funds[{place}]", cells, FundRow)) for place, cells in rows),
            indicators=self.indicators(),
            warnings=tuple(self.frame.get("warnings", [])),
            **self.values_of(SelfEvaluation),
        )

    def target(self) -> TargetTable:
        """The record as a 绩效目标表."""
        return TargetTable(
            document=self.document,
            index=self.frame["index"],
            pages=tuple(self.frame.get("pages", [])),
            layout="",
            indicators=self.indicators(),
            warnings=tuple(self.frame.get("warnings", [])),
            **self.values_of(TargetTable),
        )

    def _place_to_source(self, place: _ReadPlace) -> Source:
        return Source(
            document=self.document,
            reader=RECORD_READER,
            page=place.get("page"),
            box=record_to_box(place.get("box")),
            line=place.get("line"),
        )


def _state(text: str, confidence: float) -> FieldState:
    if confidence <= 0:
        return FieldState.UNREADABLE
    return FieldState.READ if text else FieldState.BLANK


def record_to_box(edges: tuple[float, float, float, float] | list[float] | None) -> Box | None:
    """A box from its left, top, right and bottom."""
    if edges is None:
        return None
    x0, y0, x1, y1 = edges
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def complaint(error: ValidationError) -> str:
    """What is wrong with a line, in Chinese, with the key and what to do."""
    return f"记录不合约定：{error_to_fault(error)}。请对照输出约定改正这一行，或重新识读原文件。"


# Kinds of complaint of the checking library; any other is said without its English words.
_FAULTS = {
    "missing": "缺少",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数",
    "float_parsing": "应为数",
    "bool_type": "应为 true 或 false",
    "list_type": "应为列表",
    "dict_type": "应为 JSON 对象",
    "literal_error": "只能是约定的几个值之一",
}


def error_to_fault(error: ValidationError) -> str:
    """The first thing that is wrong, in Chinese: the key, and what should stand there."""
    first = error.errors()[0]
    place = ".".join(str(step) for step in first["loc"])
    fault = _FAULTS.get(first["type"], "写法不合约定")
    choices = first.get("ctx", {}).get("expected", "") if first["type"] == "literal_error" else ""
    told = f"{fault}（{choices.replace(' or ', '、').replace(', ', '、')}）" if choices else fault
    return f"键“{place}”{told}" if place else f"这一行{told}"


def table_to_records(tables: tuple[Table, ...], document: Document) -> tuple[TableRecord, ...]:
    """The lines of tables.jsonl of one document, one a table."""
    return tuple(_table_to_record(table, document) for table in tables)


def _table_to_record(table: Table, document: Document) -> TableRecord:
    pages = (source.page for cell in table.cells for source in cell.sources if source.page is not None)
    page = table.page if table.page is not None else next(pages, None)
    cells = [_cell_to_record(cell, page) for cell in table.cells]
    return {"source": document.path, "page": page, "table": table.index, "cells": cells}


def _cell_to_record(cell: Cell, page: int | None) -> CellRecord:
    boxes = [source.box for source in cell.sources if source.box is not None and source.page == page]
    return {
        "row": cell.row,
        "col": cell.col,
        "row_span": cell.row_span,
        "col_span": cell.col_span,
        "text": cell.text,
        "box": boxes_to_record(boxes),
        "confidence": round(cell.confidence, 3),
    }
