from __future__ import annotations

from bench.tables import Figures, figures_to_lines, mean_of, share_to_text


def test_chinese_characters_take_two_places_and_numbers_stand_right() -> None:
    figures = Figures(
        title="一、题",
        head=("程序", "页", "秒/页"),
        rows=(("复核", "1", "0.50"), ("RapidOCR", "12", "–"), ("", "", "10.25")),
        notes=("注。",),
    )
    assert list(figures_to_lines(figures)) == [
        "一、题",
        "程序      页  秒/页",
        "复核       1   0.50",
        "RapidOCR  12      –",
        "              10.25",
        "注。",
    ]


def test_a_table_without_rows_has_its_head() -> None:
    assert list(figures_to_lines(Figures(title="题", head=("文件", "页"), rows=()))) == ["题", "文件  页"]


def test_what_was_not_measured_is_a_dash_and_counts_for_nothing() -> None:
    assert share_to_text(None) == "–" and share_to_text(0.9504) == "0.950"
    assert mean_of([None, 0.5, 1.0]) == 0.75
    assert mean_of([None]) is None and mean_of([]) is None
