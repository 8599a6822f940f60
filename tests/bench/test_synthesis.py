"""Invented forms hold what a real one promises: sums close, wording varies, the seed decides."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.lexicon import reasons, sectors
from bench.rows import split_points
from bench.synthesis import ROWS, synthesise, total_to_grade
from domain.form import FieldState, FundRow, Indicator, SelfEvaluation, TargetTable, walk

FORMS = synthesise(120, seed=11)
SELF_EVALUATIONS = [form for form in FORMS if isinstance(form, SelfEvaluation)]
WEIGHTED = [form for form in SELF_EVALUATIONS if form.total_weight.text]


def test_the_same_seed_gives_the_same_forms() -> None:
    assert synthesise(5, seed=3) == synthesise(5, seed=3)


def test_another_seed_gives_other_forms() -> None:
    assert synthesise(5, seed=3) != synthesise(5, seed=4)


def test_both_kinds_of_form_come_up() -> None:
    assert {type(form) for form in FORMS} == {SelfEvaluation, TargetTable}


@pytest.mark.parametrize("form", WEIGHTED, ids=lambda form: form.document.path)
def test_weights_sum_to_a_hundred(form: SelfEvaluation) -> None:
    rows: tuple[FundRow | Indicator, ...] = (form.funds[0], *form.indicators)
    assert sum(Decimal(row.weight.text) for row in rows) == Decimal(form.total_weight.text) == 100


@pytest.mark.parametrize("form", SELF_EVALUATIONS, ids=lambda form: form.document.path)
def test_scores_sum_to_the_total(form: SelfEvaluation) -> None:
    rows: tuple[FundRow | Indicator, ...] = (form.funds[0], *form.indicators)
    assert sum(Decimal(row.score.text) for row in rows) == Decimal(form.total_score.text)


@pytest.mark.parametrize("form", SELF_EVALUATIONS, ids=lambda form: form.document.path)
def test_sources_of_money_sum_to_the_yearly_total(form: SelfEvaluation) -> None:
    whole, *parts = form.funds
    columns = ("initial_budget", "adjusted_budget", "executed")
    for column in columns if form in WEIGHTED else columns[1:]:
        assert sum(Decimal(getattr(part, column).text) for part in parts) == Decimal(getattr(whole, column).text)


@pytest.mark.parametrize("form", WEIGHTED, ids=lambda form: form.document.path)
def test_no_row_scores_more_than_its_weight(form: SelfEvaluation) -> None:
    for row in form.indicators:
        assert 0 <= Decimal(row.score.text) <= Decimal(row.weight.text)


def test_some_forms_print_no_weights_at_all() -> None:
    bare = [form for form in SELF_EVALUATIONS if form not in WEIGHTED]
    assert bare
    assert all(fund.weight.state is FieldState.MISSING for form in bare for fund in form.funds)
    assert all(row.weight.state is FieldState.MISSING for form in bare for row in form.indicators)


def test_every_size_from_small_to_large_comes_up() -> None:
    sizes = {len(form.indicators) for form in synthesise(400, seed=2)}
    assert min(sizes) == ROWS[0]
    assert max(sizes) > 20


def test_no_sentence_keeps_an_unfilled_slot() -> None:
    assert not [(path, field.text) for form in FORMS for path, field in walk(form) if "$" in field.text]


def test_an_empty_text_is_a_blank_cell() -> None:
    states = {field.state for form in FORMS for _, field in walk(form) if field.text == ""}
    assert states <= {FieldState.BLANK, FieldState.MISSING}


def test_every_class_of_reason_is_told_somewhere() -> None:
    told = {row.deviation_reason.text for form in synthesise(900, seed=1) for row in form.indicators}
    openings = {kind: {sentence.split("$")[0][:8] for sentence in sentences} for kind, sentences in reasons().items()}
    missing = {kind for kind, heads in openings.items() if not any(text.startswith(tuple(heads)) for text in told)}
    assert missing == set()


def test_every_sector_is_visited() -> None:
    assert {form.document.path.split("-")[0] for form in FORMS} == {sector.id for sector in sectors()}


@settings(max_examples=200)
@given(points=st.integers(10, 60), parts=st.integers(1, 19), seed=st.integers(0, 2**32))
def test_points_are_split_without_loss(points: int, parts: int, seed: int) -> None:
    shares = split_points(random.Random(seed), points, parts)
    assert len(shares) == parts
    assert sum(shares) == points
    assert min(shares) >= Decimal("0.5")


@pytest.mark.parametrize(
    ("total", "grade"), [("90", "优"), ("89.99", "良"), ("80", "良"), ("79.9", "中"), ("60", "中"), ("59.99", "差")]
)
def test_grade_follows_the_bands(total: str, grade: str) -> None:
    assert total_to_grade(Decimal(total)) == grade
