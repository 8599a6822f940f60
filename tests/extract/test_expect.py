"""What a field must hold: other readings that are no such thing go, and no text changes."""

from __future__ import annotations

import pytest

from domain.form import (
    Field,
    FieldState,
    FundRow,
    Indicator,
    SelfEvaluation,
    TargetTable,
    path_to_place,
    walk,
    with_fields,
)
from domain.source import Alternatives, Document, Reader, Source
from extract.expect import as_expected, is_misfit, parses, text_to_mark

DOCUMENT = Document(path="扫描.pdf", sha256="")
MODEL = Source(document=DOCUMENT, reader=Reader(name="model", version="1", weights="abc"), page=1)
LAYER = Source(document=DOCUMENT, reader=Reader(name="layer", version="1"), page=1)


def read(text: str, *others: tuple[str, float], source: Source = MODEL, sure: float = 0.9) -> Field:
    return Field(text=text, state=FieldState.READ, sources=(source,), confidence=sure, alternatives=others)


def evaluation(**fields: Field) -> SelfEvaluation:
    return SelfEvaluation(document=DOCUMENT, index=1, indicators=(Indicator(**fields),))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("indicators[0].weight", "10.00"),
        ("indicators[12].score", "9.5分"),
        ("total_score", "95"),
        ("funds[0].executed", "1,234.50"),
        ("funds[0].execution_rate", "98.21%"),
        ("year_budget", "30万元"),
        ("start_date", "2024-01-01"),
        ("indicators[0].target", "≥12次"),
        ("project_name", "河道巡查"),
    ],
)
def test_what_a_field_must_hold_fits(path: str, text: str) -> None:
    assert parses(path, text) and not is_misfit(path, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("indicators[0].weight", "13.001"),
        ("indicators[0].score", "5.7."),
        ("indicators[0].score", "84.15%"),
        ("total_score", "11000"),
        ("funds[0].executed", "0,00"),
        ("funds[0].execution_rate", "100%6"),
        ("end_date", "2021-0101"),
    ],
)
def test_what_a_field_cannot_hold_does_not_fit(path: str, text: str) -> None:
    assert not parses(path, text) and is_misfit(path, text)


@pytest.mark.parametrize("text", ["", " ", "-", "—", "/"])
def test_nothing_is_no_misfit(text: str) -> None:
    assert not is_misfit("indicators[0].weight", text)


def test_marks_have_two_decimals_at_most() -> None:
    assert [text_to_mark(text) for text in ("10.00", "10.001", "-1", "100%")] == [10, None, None, None]


@pytest.mark.parametrize(
    ("path", "place"), [("funds[2].executed", ("funds", 2, "executed")), ("grade", ("", 0, "grade"))]
)
def test_a_path_names_block_row_and_column(path: str, place: tuple[str, int, str]) -> None:
    assert path_to_place(path) == place


def test_readings_that_cannot_be_go() -> None:
    form = as_expected(evaluation(score=read("80", ("≥30", 0.2), ("30", 0.1)), actual=read("80次", ("30次", 0.2))))
    assert form.indicators[0].score.alternatives == (("30", 0.1),)
    assert form.indicators[0].actual.alternatives == (("30次", 0.2),)


def test_what_was_read_before_it_was_mended_stays() -> None:
    raw: Alternatives = (("10.0O", 0.9),)
    assert as_expected(evaluation(score=read("10.00", *raw))).indicators[0].score.alternatives == raw


def test_a_figure_that_cannot_stand_there_is_less_sure_where_a_model_read_it() -> None:
    form = as_expected(evaluation(weight=read("13.001", sure=0.99), score=read("13.001", source=LAYER, sure=1.0)))
    assert (form.indicators[0].weight.text, form.indicators[0].weight.confidence) == ("13.001", 0.3)
    assert form.indicators[0].score.confidence == 1.0


def test_words_where_a_figure_should_stand_are_the_units_own() -> None:
    form = evaluation(score=read("不适用", sure=0.99))
    assert as_expected(form) is form


def test_target_tables_are_held_against_their_columns_too() -> None:
    form = as_expected(
        TargetTable(document=DOCUMENT, index=1, year_budget=read("80000", ("≥30000", 0.2), ("30000", 0.1)))
    )
    assert form.year_budget.alternatives == (("30000", 0.1),)


def test_fields_are_replaced_by_path() -> None:
    form = SelfEvaluation(document=DOCUMENT, index=1, indicators=(Indicator(), Indicator()), funds=(FundRow(),))
    fresh = {"indicators[1].score": read("9"), "funds[0].executed": read("8"), "grade": read("优")}
    fields = dict(walk(with_fields(form, fresh)))
    assert {path: fields[path] for path in fresh} == fresh
    assert sum(field.state is FieldState.READ for field in fields.values()) == 3
