"""Relations between printed figures: they hold, they do not, or the form does not tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.form import Field, FieldState, FundRow, Indicator, SelfEvaluation, walk
from domain.source import Document
from extract.sums import form_to_ceilings, form_to_sums

DOCUMENT = Document(path="扫描.pdf", sha256="")


def read(text: str) -> Field:
    return Field(text=text, state=FieldState.READ if text else FieldState.BLANK)


def row(marks: str, level: str = "产出指标") -> Indicator:
    weight, score = marks.split("/")
    return Indicator(level1=read(level), level3=read("巡查次数"), weight=read(weight), score=read(score))


def fund(figures: str) -> FundRow:
    names = ("initial_budget", "adjusted_budget", "executed", "weight", "execution_rate", "score")
    texts = ["" if text == "." else text for text in figures.split()]
    return FundRow(item=read("资金"), **{name: read(text) for name, text in zip(names, texts, strict=True)})


def form(
    *, rows: str = "50/50 40/35", total: str = "100/94", funds: tuple[str, ...] = ("100 80 72 10 90% 9",)
) -> SelfEvaluation:
    weight, score = total.split("/")
    return SelfEvaluation(
        document=DOCUMENT, index=1, indicators=tuple(row(marks) for marks in rows.split()),
        funds=tuple(fund(figures) for figures in funds), total_weight=read(weight), total_score=read(score),
    )  # fmt: skip


def told(form: SelfEvaluation) -> list[bool | None]:
    texts = {path: field.text for path, field in walk(form)}
    return [relation.holds(texts) for relation in form_to_sums(form)]


WEIGHTS, SCORES, SHARE, EXECUTION, INITIAL, ADJUSTED, EXECUTED = range(7)


def test_a_whole_form_holds_in_every_sum() -> None:
    parts = ("100 80 72 10 90% 9", "60 50 50 - 100% -", "40 30 22 - 73.33% -")
    assert told(form(funds=parts)) == [True, True, True, True, True, True, True, True, True]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        pytest.param(form(rows="50/50 30/35"), WEIGHTS, id="weights"),
        pytest.param(form(total="91/94"), WEIGHTS, id="total-weight"),
        pytest.param(form(rows="50/50 40/36"), SCORES, id="scores"),
        pytest.param(form(rows="50/50 40/3S"), SCORES, id="no-figure"),
        pytest.param(form(total="100/94.01"), SCORES, id="total-score"),
        pytest.param(form(funds=("100 30 72 10 90% 9",)), SHARE, id="rate"),
        pytest.param(form(funds=("100 80 72 10 98% 9",)), SHARE, id="printed-rate"),
        pytest.param(form(funds=("100 80 72 10 90% 8",), total="100/93"), EXECUTION, id="execution"),
    ],
)
def test_a_figure_read_wrongly_opens_its_sum(changed: SelfEvaluation, place: int) -> None:
    assert told(changed)[place] is False


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        pytest.param(form(rows="50/50 40/"), SCORES, id="score-lost"),
        pytest.param(form(total="100/"), SCORES, id="total-lost"),
        pytest.param(form(funds=("100 . 72 10 . 9",)), SHARE, id="no-rate"),
        pytest.param(form(funds=("100 0 0 10 0% 0",), total="100/85"), SHARE, id="no-money"),
        pytest.param(form(funds=("100 80 72 10 / 9",)), EXECUTION, id="dash"),
        pytest.param(form(), INITIAL, id="no-components"),
    ],
)
def test_a_form_that_does_not_print_them_tells_nothing(changed: SelfEvaluation, place: int) -> None:
    assert told(changed)[place] is None


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        pytest.param(form(total="/94"), WEIGHTS, id="a-hundred-where-no-total-stands"),
        pytest.param(form(rows="60/55 40/39"), SCORES, id="execution-among-the-rows"),
        pytest.param(form(funds=("100 80 72 . 90% .",), total="100/85"), WEIGHTS, id="execution-without-column"),
        pytest.param(form(funds=("100 80 72 10 90% 10",), total="100/95"), EXECUTION, id="full-from-nine-tenths"),
        pytest.param(form(funds=("100 80 72 10 0.9 9",)), SHARE, id="share-of-one"),
        pytest.param(form(funds=("100 79.99 72 10 90.02 9",)), SHARE, id="truncated"),
        pytest.param(form(funds=("100 80 72 10 90% 9", "60 50 72 - . -", "40 30 . - . -")), EXECUTED, id="blank-part"),
    ],
)
def test_sums_are_as_lenient_as_the_audit(changed: SelfEvaluation, place: int) -> None:
    # a block of three lines of money has two more shares before the marks of execution and the sources of money
    assert told(changed)[place + (len(changed.funds) - 1) * (place > SHARE)] is True


def test_points_printed_with_a_level_are_a_sum() -> None:
    first, second, third = (
        row("30/30", "产出指标（50分）"),
        row("20/20", "产出指标（50分）"),
        row("40/35", "效益指标（40分）"),
    )
    whole = replace(form(), indicators=(first, second, third))
    broken = replace(whole, indicators=(first, replace(second, weight=read("26")), third))
    assert told(whole)[2:4] == [True, True]
    assert told(broken)[2:4] == [False, True]


def test_no_row_scores_more_than_its_weight() -> None:
    high = form(rows="50/55 40/35")
    texts = {path: field.text for path, field in walk(high)}
    assert [relation.holds(texts) for relation in form_to_ceilings(high)] == [False, True, True]
