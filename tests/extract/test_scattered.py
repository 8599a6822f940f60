"""Tables whose columns an exporter tore apart come back row by row; what stays open is said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.backbone import Aims, number, pair_up
from extract.clean import text_to_lines
from extract.fragments import Fragment, lines_to_fragments
from extract.layout import layouts
from extract.scattered import Scattered, read_scattered

NATIONAL = next(layout for layout in layouts() if layout.form_type == "self_evaluation")
HEAD = (
    "年初预算数\n\n10.00\n\n9.00\n\n三级指标\n\n年度指标值\n\n实际完成值\n\n"
    "分值\n\n得分\n\n偏差原因分析\n及改进措施\n\n"
)
COLUMNS = (
    "培训农户人次\n\n设备验收合格率\n\n≥60人\n\n≥95%\n\n70人\n\n90%\n\n50.00\n\n40.00\n\n50.00\n\n38.00\n\n"
    "个别设备到货较晚，\n下一步加强督促。\n\n产出指标\n\n数量指标\n\n质量指标\n\n总分\n\n100.00\n\n97.00\n"
)


def fragments(text: str) -> tuple[Fragment, ...]:
    """A text's fragments."""
    return lines_to_fragments(text_to_lines(text))


def cells(read: Scattered, row: int) -> dict[str, str]:
    """One row's texts by column."""
    texts: dict[str, str] = {}
    for placed in read.decoded.placed:
        if placed.row == row:
            texts[placed.column] = texts.get(placed.column, "") + placed.fragment.text
    return texts


@pytest.fixture
def read() -> Scattered:
    """The form above, column by column."""
    found = read_scattered(fragments(HEAD + COLUMNS), NATIONAL, whole=None)
    assert found is not None
    return found


def test_columns_printed_one_after_another_are_laid_side_by_side(read: Scattered) -> None:
    assert read.decoded.closes
    assert cells(read, 0) == {
        "level3": "培训农户人次", "target": "≥60人", "actual": "70人", "weight": "50.00", "score": "50.00",
    }  # fmt: skip
    assert cells(read, 1)["level3"] == "设备验收合格率"
    assert (cells(read, 1)["weight"], cells(read, 1)["score"]) == ("40.00", "38.00")


def test_a_reason_goes_to_the_row_that_lost_marks(read: Scattered) -> None:
    assert cells(read, 1)["deviation_reason"] == "个别设备到货较晚，下一步加强督促。"
    assert "deviation_reason" not in cells(read, 0)


def test_level_names_are_told_by_order_and_by_what_indicators_speak_of(read: Scattered) -> None:
    assert [name for name, _ in read.levels.second] == ["数量指标", "质量指标"]
    assert [name for name, _ in read.levels.first] == ["产出指标", "产出指标"]


def test_no_word_of_the_table_is_lost(read: Scattered) -> None:
    kept = {placed.fragment.text for placed in read.decoded.placed}
    words = {"培训农户人次", "设备验收合格率", "≥60人", "≥95%", "70人", "90%", "个别设备到货较晚，", "下一步加强督促。"}
    assert words <= kept


def test_sums_that_no_reading_meets_are_admitted() -> None:
    found = read_scattered(fragments((HEAD + COLUMNS).replace("97.00", "88.00")), NATIONAL, whole=None)
    assert found is not None and not found.decoded.closes


def test_a_text_without_table_head_is_left_to_others() -> None:
    assert read_scattered(fragments("项目名称\n\n农户培训\n"), NATIONAL, whole=None) is None


def test_a_figure_wrapped_by_a_narrow_column_is_one_figure() -> None:
    body = fragments("50.0 40.0\n0 0\n")
    found = pair_up(body, Aims(weights=frozenset({Decimal(50)}), scores=frozenset({Decimal(40)})))
    assert found.closes and len(found.weights) == 1


@given(st.lists(st.integers(1, 9).flatmap(lambda w: st.tuples(st.just(w), st.integers(0, w))), min_size=1, max_size=6))
def test_a_run_of_weights_and_a_run_of_scores_come_out_in_pairs(rows: list[tuple[int, int]]) -> None:
    text = "\n\n".join(f"{figure}.00" for side in zip(*rows, strict=True) for figure in side)
    weights, scores = (Decimal(sum(side)) for side in zip(*rows, strict=True))
    aims = Aims(weights=frozenset({weights}), scores=frozenset({scores}))
    found = pair_up(fragments(text), aims)
    assert found.closes
    pairs = zip(found.weights, found.scores, strict=True)
    assert all(number(score) <= number(weight) for weight, score in pairs)
