"""Sums as checksum: glued figures come apart only where exactly one way closes, and every change or doubt is told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.form import Field, FieldState, FundRow, Indicator
from extract.closure import RowSums, closes, half_of, mend_rows, rows_sums, text_to_decimal
from extract.fields import BLANK


def read(text: str) -> Field:
    return Field(text=text, state=FieldState.READ if text else FieldState.BLANK)


def row(weight: str, score: str, *, name: str = "巡查次数", target: str = "≥12次", actual: str = "12次") -> Indicator:
    return Indicator(
        level3=read(name), target=read(target), actual=read(actual), weight=read(weight), score=read(score)
    )


def sums(weights: str | None, scores: str | None) -> RowSums:
    def known(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    return RowSums(weights=known(weights), scores=known(scores))


def figures(rows: tuple[Indicator, ...]) -> list[tuple[str, str]]:
    return [(each.weight.text, each.score.text) for each in rows]


def test_the_sums_of_the_rows_are_less_the_marks_of_the_total_wherever_it_stands() -> None:
    part = FundRow(item=read("其中：当年财政拨款"), weight=read("—"), score=read("—"))
    whole = FundRow(item=read("合　计（万元）"), weight=read("10"), score=read("9.5"))
    unnamed = FundRow(item=read("资金"), weight=read("10"), score=read("9.5"))
    less = sums("90", "90")
    for funds in ((part, whole), (whole, part), (unnamed, part), (replace(part, weight=whole.weight), part)):
        scored = tuple(replace(fund, score=read("9.5") if fund.weight.text == "10" else fund.score) for fund in funds)
        assert rows_sums(scored, (read("100"), read("99.5"))) == less


def test_marks_taken_off_count_in_the_sum() -> None:
    rows = (row("90", "90"), row("—", "-2"))
    assert closes(rows, sums(None, "88"))
    assert closes((rows[0], row("", "−2")), sums(None, "88"))
    assert mend_rows((row("20-2", ""), row("5", "5")), sums("25", "3")).rows[0].weight.text == "20-2"


@pytest.mark.parametrize(
    ("printed", "totals", "mended"),
    [
        pytest.param([("2018", ""), ("10", "10")], ("30", "28"), [("20", "18"), ("10", "10")], id="score-in-weight"),
        pytest.param([("", "2018"), ("10", "10")], ("30", "28"), [("20", "18"), ("10", "10")], id="weight-in-score"),
        pytest.param([("1010", "1010"), ("5", "5")], ("15", "15"), [("10", "10"), ("5", "5")], id="both-doubled"),
        pytest.param([("2020", "1818")], ("20", "18"), [("20", "18")], id="doubled-and-different"),
        pytest.param([("10", "10"), ("105", "")], ("20", "15"), [("10", "10"), ("10", "5")], id="three-digits"),
        pytest.param([("10.008.50", "")], ("10", "8.5"), [("10.00", "8.50")], id="decimals"),
        pytest.param([("55", ""), ("2015", "")], ("25", "20"), [("5", "5"), ("20", "15")], id="two-rows"),
        pytest.param([("2018", "")], ("20", None), [("20", "18")], id="only-weights-known"),
        pytest.param([("100", ""), ("5", "5")], ("15", "5"), [("10", "0"), ("5", "5")], id="score-of-nought"),
    ],
)
def test_glued_figures_come_apart_where_one_way_closes(
    printed: list[tuple[str, str]], totals: tuple[str | None, str | None], mended: list[tuple[str, str]]
) -> None:
    done = mend_rows([row(*pair) for pair in printed], sums(*totals))
    assert figures(done.rows) == mended
    assert len(done.warnings) == 1
    assert "拆开" in done.warnings[0]


def test_figures_cut_out_of_others_are_less_sure_and_keep_their_sources() -> None:
    (mended,) = mend_rows([row("2018", "")], sums("20", "18")).rows
    assert mended.weight.confidence == mended.score.confidence < 1.0
    assert mended.score.state is FieldState.READ


@pytest.mark.parametrize(
    ("printed", "totals"),
    [
        pytest.param([("1111", ""), ("1111", "")], ("23", "23"), id="nothing-closes"),
        pytest.param([("2010", ""), ("2015", ""), ("10", "10")], ("60", "35"), id="sum-too-large"),
        pytest.param([("10.55", ""), ("10.55", "")], ("11.5", "5.55"), id="two-ways"),
        pytest.param([("20", "18"), ("10", "10")], ("40", "38"), id="a-row-lost"),
        pytest.param([("018", "")], ("0", "18"), id="no-leading-nought"),
        pytest.param([("1820", "")], ("18", "20"), id="score-above-weight"),
    ],
)
def test_without_exactly_one_way_the_figures_stay_and_the_doubt_is_told(
    printed: list[tuple[str, str]], totals: tuple[str, str]
) -> None:
    rows = tuple(row(*pair) for pair in printed)
    done = mend_rows(rows, sums(*totals))
    assert done.rows == rows
    assert len(done.warnings) == 1
    assert "对照原件核对" in done.warnings[0]


def test_the_doubt_names_both_figures() -> None:
    (warning,) = mend_rows([row("20", "18"), row("10", "10")], sums("40", "28")).warnings
    assert "分值之和为30" in warning
    assert "为40" in warning
    assert "得分" not in warning


@pytest.mark.parametrize(
    ("printed", "totals"),
    [
        ([("20", "18"), ("10", "10")], ("30", "28")),
        ([("20", "18"), ("10", "10")], (None, None)),
        ([("20", "18"), ("10", "10")], ("30", None)),
        ([("3.33", "3.33")] * 3, ("10", "10")),
        ([("2018", "")], (None, None)),
        ([("20分", "18分")], ("20", "18")),
    ],
)
def test_sums_that_close_or_are_not_printed_leave_all_as_it_is(
    printed: list[tuple[str, str]], totals: tuple[str | None, str | None]
) -> None:
    rows = tuple(row(*pair) for pair in printed)
    done = mend_rows(rows, sums(*totals))
    assert done.rows == rows
    assert done.warnings == ()


@pytest.mark.parametrize(
    ("glued", "target", "actual"),
    [
        ("≥266米266米", "≥266米", "266米"),
        ("12次12次", "12次", "12次"),
        ("≥90%85.5%", "≥90%", "85.5%"),
        ("=5场=6场", "=5场", "=6场"),
    ],
)
def test_a_target_glued_to_its_actual_comes_off(glued: str, target: str, actual: str) -> None:
    done = mend_rows([row("10", "10"), row("20", "18", target=glued, actual="")], sums("30", "28"))
    assert (done.rows[1].target.text, done.rows[1].actual.text) == (target, actual)
    assert len(done.warnings) == 1
    assert "第2行" in done.warnings[0]


@pytest.mark.parametrize("target", ["12次", "≥12次", "2023年12月", "10-20次", "100米200次", "全年12次，每月1次"])
def test_a_whole_target_beside_a_blank_actual_stays(target: str) -> None:
    rows = (row("20", "0", target=target, actual=""),)
    assert mend_rows(rows, sums("20", "0")).rows == rows


def test_a_target_that_repeats_itself_stays_where_an_actual_is_printed() -> None:
    rows = (row("20", "18", target="≥5次5次", actual="6次"),)
    assert mend_rows(rows, sums("20", "18")).rows == rows


def test_a_form_without_a_column_for_actuals_keeps_its_targets() -> None:
    rows = (Indicator(level3=read("巡查次数"), target=read("12次12次"), weight=read("20"), score=read("20")),)
    assert mend_rows(rows, sums("20", "20")).rows == rows


def test_a_name_glued_to_its_target_comes_off() -> None:
    done = mend_rows([row("20", "18", name="护栏长度≥266米", target="270米", actual="")], sums("20", "18"))
    (mended,) = done.rows
    assert (mended.level3.text, mended.target.text, mended.actual.text) == ("护栏长度", "≥266米", "270米")
    assert len(done.warnings) == 1


def test_a_name_that_states_its_target_gives_no_actual_to_a_row_without_one() -> None:
    (mended,) = mend_rows([row("20", "0", name="群众满意度≥90%", target="≥90%", actual="")], sums("20", "0")).rows
    assert mended.actual.text == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [("10", "10"), ("10.00", "10"), ("9.5分", "9.5"), (" 8 ", "8"), ("１０", "10"), ("", None), ("-", None),
     ("100%", None), ("1000", None), ("1.234", None), ("优", None)],
)  # fmt: skip
def test_plain_figures_are_read(text: str, value: str | None) -> None:
    assert text_to_decimal(text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "half"), [("1010", "10"), ("9.59.5", "9.5"), ("55", "5"), ("10", ""), ("101", ""), ("", ""), ("1001", "")]
)
def test_a_figure_printed_twice_has_a_half(text: str, half: str) -> None:
    assert half_of(text) == half


@pytest.mark.parametrize(
    ("fund", "totals", "left"),
    [
        (("10", "9"), ("100", "95"), ("90", "86")),
        (("-", "-"), ("100", "95"), (None, None)),
        (("10", "9"), ("", "95"), (None, "86")),
        (("", ""), ("", ""), (None, None)),
    ],
)
def test_what_the_rows_must_add_up_to_is_the_total_less_budget_execution(
    fund: tuple[str, str], totals: tuple[str, str], left: tuple[str | None, str | None]
) -> None:
    funds = (FundRow(weight=read(fund[0]), score=read(fund[1])),)
    assert rows_sums(funds, (read(totals[0]), read(totals[1]))) == sums(*left)


def test_without_money_and_totals_no_sum_is_known() -> None:
    assert rows_sums((), (BLANK, BLANK)) == sums(None, None)


PAIRS = st.lists(
    st.integers(1, 40).flatmap(lambda weight: st.tuples(st.just(weight), st.integers(0, weight))),
    min_size=1,
    max_size=6,
)


@given(pairs=PAIRS, glued=st.integers(0, 5))
def test_whatever_is_mended_closes_and_whatever_stays_open_is_told(pairs: list[tuple[int, int]], glued: int) -> None:
    rows = [row(str(weight), str(score)) for weight, score in pairs]
    weight, score = pairs[glued % len(pairs)]
    rows[glued % len(pairs)] = row(f"{weight}{score}", "")
    totals = sums(str(sum(one for one, _ in pairs)), str(sum(other for _, other in pairs)))
    done = mend_rows(rows, totals)
    if done.rows == tuple(rows):
        assert closes(done.rows, totals) or "对照原件核对" in done.warnings[-1]
    else:
        assert closes(done.rows, totals)
        assert done.warnings


@given(PAIRS)
def test_sound_rows_are_never_touched(pairs: list[tuple[int, int]]) -> None:
    rows = tuple(row(str(weight), str(score)) for weight, score in pairs)
    totals = sums(str(sum(one for one, _ in pairs)), str(sum(other for _, other in pairs)))
    done = mend_rows(rows, totals)
    assert (done.rows, done.warnings) == (rows, ())
