"""Records are exactly the contract's lines, and nothing is lost on the way there and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.form import MISSING, Field, FieldState, Form, FundRow, Indicator, SelfEvaluation, TargetTable, walk
from domain.source import Box, Document, Source
from domain.table import Cell, Table
from fuhe.records import (
    RECORD_READER,
    RecordError,
    form_to_record,
    record_to_form,
    table_to_records,
)

DOCUMENT = Document(path="甲/表.txt", sha256="0" * 64)

BOTH_FIRST = ["source", "index", "pages", "form_type", "year", "project_name"]
BOTH_LAST = ["provenance", "confidence", "warnings"]
EVALUATION = [
    "amount_unit",
    "supervising_department",
    "implementing_unit",
    "funds",
    "expected_goal",
    "actual_completion",
    "indicators",
    "total_weight",
    "total_score",
    "grade",
]
TARGET = [
    "declaring_unit",
    "project_category",
    "start_date",
    "end_date",
    "government_purchase",
    "performance_type",
    "overview",
    "basis",
    "necessity",
    "safeguards",
    "plan",
    "goals",
    "total_budget",
    "year_budget",
    "last_year_budget",
    "last_year_executed",
    "indicators",
]

text = st.text(max_size=12)
edge = st.integers(0, 40_000).map(lambda tenths: tenths / 10)


def boxes() -> st.SearchStrategy[Box]:
    return st.tuples(edge, edge, edge, edge).map(
        lambda e: Box(x0=min(e[0], e[1]), y0=min(e[2], e[3]), x1=max(e[0], e[1]), y1=max(e[2], e[3]))
    )


def on_paper() -> st.SearchStrategy[Source]:
    return st.builds(
        Source, document=st.just(DOCUMENT), reader=st.just(RECORD_READER), page=st.integers(1, 99), box=boxes()
    )


def in_text() -> st.SearchStrategy[Source]:
    return st.builds(Source, document=st.just(DOCUMENT), reader=st.just(RECORD_READER), line=st.integers(1, 9999))


@st.composite
def read_fields(draw: st.DrawFn) -> Field:
    """A field with a place on the form, in one of the states that a record can tell."""
    sources = tuple(draw(st.lists(on_paper() | in_text(), max_size=2)))
    confidence = draw(st.integers(1, 1000)) / 1000
    content = draw(text)
    if draw(st.booleans()):
        return Field(text=content, state=FieldState.UNREADABLE, sources=sources, confidence=0.0)
    state = FieldState.READ if content else FieldState.BLANK
    others = tuple(draw(st.lists(st.tuples(text, st.floats(0, 1)), max_size=2))) if content else ()
    return Field(text=content, state=state, sources=sources, confidence=confidence, alternatives=others)


fields = st.just(MISSING) | read_fields()


def rows_of(row_class: type[Any], names: list[str]) -> st.SearchStrategy[Any]:
    return st.builds(row_class, **{name: fields for name in names})


funds = rows_of(FundRow, ["item", "initial_budget", "adjusted_budget", "executed", "weight", "execution_rate", "score"])
indicators = rows_of(
    Indicator, ["level1", "level2", "level3", "target", "actual", "weight", "score", "deviation_reason"]
)
target_indicators = rows_of(Indicator, ["level1", "level2", "level3", "target"])


def forms_of(
    form_class: type[Any], names: list[str], **rows: st.SearchStrategy[Any]
) -> st.SearchStrategy[SelfEvaluation | TargetTable]:
    single = [name for name in (*names, "year", "project_name") if name not in ("funds", "indicators")]
    return st.builds(
        form_class,
        document=st.just(DOCUMENT),
        index=st.integers(1, 50),
        pages=st.lists(st.integers(1, 30), max_size=3).map(tuple),
        warnings=st.lists(text, max_size=2).map(tuple),
        **{name: fields for name in single},
        **{name: st.lists(row, max_size=2).map(tuple) for name, row in rows.items()},
    )


forms = forms_of(SelfEvaluation, EVALUATION, funds=funds, indicators=indicators) | forms_of(
    TargetTable, TARGET, indicators=target_indicators
)


@given(forms)
def test_a_form_comes_back_from_its_line(form: Form) -> None:
    line = json.dumps(form_to_record(form), ensure_ascii=False)
    assert record_to_form(json.loads(line), DOCUMENT) == form


@given(forms)
def test_a_record_has_the_keys_of_the_contract_in_their_order(form: Form) -> None:
    record = form_to_record(form)
    own = EVALUATION if isinstance(form, SelfEvaluation) else TARGET
    doubted = any(field.alternatives for _, field in walk(form))
    assert list(record) == [*BOTH_FIRST, *own, *BOTH_LAST, *["alternatives"] * doubted]
    rows = {name: getattr(form, name) for name in ("funds", "indicators") if hasattr(form, name)}
    for name, held in rows.items():
        for row in dict(record)[name]:  # type: ignore[attr-defined]
            assert all(isinstance(value, str) for value in row.values())
        assert len(dict(record)[name]) == len(held)  # type: ignore[arg-type]


def test_rows_have_the_columns_of_the_contract() -> None:
    evaluation = SelfEvaluation(document=DOCUMENT, index=1, funds=(FundRow(),), indicators=(Indicator(),))
    target = TargetTable(document=DOCUMENT, index=1, indicators=(Indicator(),))
    record = form_to_record(evaluation)
    assert record["form_type"] == "self_evaluation"
    assert list(record["funds"][0]) == [
        "item",
        "initial_budget",
        "adjusted_budget",
        "executed",
        "weight",
        "execution_rate",
        "score",
    ]
    assert list(record["indicators"][0]) == (
        ["level1", "level2", "level3", "target", "actual", "weight", "score", "deviation_reason"]
    )
    assert list(form_to_record(target)["indicators"][0]) == ["level1", "level2", "level3", "target"]


def test_other_readings_are_told_by_field() -> None:
    score = Field(text="80", state=FieldState.READ, alternatives=(("30", 0.2), ("86", 0.01)))
    form = SelfEvaluation(document=DOCUMENT, index=1, indicators=(Indicator(), Indicator(score=score)))
    assert form_to_record(form).get("alternatives") == {"indicators[1].score": [("30", 0.2), ("86", 0.01)]}


def test_paper_has_page_and_box_and_text_has_its_line() -> None:
    paper = Source(document=DOCUMENT, reader=RECORD_READER, page=2, box=Box(x0=1.04, y0=2, x1=3, y1=4))
    line = Source(document=DOCUMENT, reader=RECORD_READER, line=5)
    form = SelfEvaluation(
        document=DOCUMENT, index=1, grade=Field(text="优", state=FieldState.READ, sources=(paper, line))
    )
    assert form_to_record(form)["provenance"] == {
        "grade": [{"page": 2, "box": [1.0, 2, 3, 4], "line": None}, {"page": None, "box": None, "line": 5}]
    }


@pytest.mark.parametrize(
    ("record", "state"),
    [
        pytest.param({}, FieldState.MISSING, id="no key"),
        pytest.param({"grade": ""}, FieldState.BLANK, id="empty"),
        pytest.param({"grade": "优"}, FieldState.READ, id="text"),
        pytest.param({"grade": "", "confidence": {}}, FieldState.MISSING, id="empty and nothing known of it"),
        pytest.param({"grade": "", "confidence": {"grade": 0.0}}, FieldState.UNREADABLE, id="ink nobody could read"),
    ],
)
def test_the_state_of_a_field_is_told_by_its_record(record: dict[str, object], state: FieldState) -> None:
    form = record_to_form({"file": "a.txt", "index": 1, "form_type": "self_evaluation", **record})
    assert dict(walk(form))["grade"].state is state
    assert form.document == Document(path="a.txt", sha256="")


@pytest.mark.parametrize(
    ("record", "key"),
    [
        pytest.param({"form_type": "self_evaluation"}, "index", id="key left out"),
        pytest.param({"form_type": "其他", "index": 1}, "form_type", id="unknown kind"),
        pytest.param({"form_type": "target", "index": 1, "goals": 3}, "goals", id="number for a text"),
        pytest.param({"form_type": "target", "index": 1, "indicators": [{"target": None}]}, "indicators", id="null"),
    ],
)
def test_a_line_off_the_contract_names_its_key_in_chinese(record: Mapping[str, object], key: str) -> None:
    with pytest.raises(RecordError, match=f"记录不合约定：键“{key}"):
        record_to_form(record)


def test_transcriptions_by_hand_come_back_whole(shared: Path) -> None:
    for record in json.loads((shared / "gold" / "forms.json").read_text(encoding="utf-8")):
        again: dict[str, object] = dict(form_to_record(record_to_form(record)))
        assert {key: again[key] for key in record if key != "file"} == {k: v for k, v in record.items() if k != "file"}
        assert again["source"] == record["file"]


def test_a_table_is_one_line_with_boxes_of_its_page() -> None:
    on_first = Source(document=DOCUMENT, reader=RECORD_READER, page=1, box=Box(x0=1, y0=1, x1=5, y1=2))
    below = replace(on_first, box=Box(x0=0, y0=3, x1=4, y1=9))
    elsewhere = replace(on_first, page=2)
    cell = Cell(row=0, col=1, col_span=2, text="指标", sources=(on_first, below, elsewhere), confidence=0.98765)
    (record,) = table_to_records((Table(index=3, cells=(cell,), page=1),), DOCUMENT)
    assert record == {
        "source": "甲/表.txt",
        "page": 1,
        "table": 3,
        "cells": [
            {
                "row": 0,
                "col": 1,
                "row_span": 1,
                "col_span": 2,
                "text": "指标",
                "box": [0, 1, 5, 9],
                "confidence": 0.988,
            }
        ],
    }


def test_text_tables_have_no_page_and_no_box() -> None:
    cell = Cell(row=0, col=0, text="x", sources=(Source(document=DOCUMENT, reader=RECORD_READER, line=4),))
    (record,) = table_to_records((Table(index=1, cells=(cell,)),), DOCUMENT)
    assert (record["page"], record["cells"][0]["box"]) == (None, None)
