from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.figures import lines_to_figure, text_to_figure

TEXTS = st.text(alphabet="0123456789.,-，。：OolISBZD|〇%≥万元年项 ", max_size=14)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("10.0O", "10.00"),
        ("1O0.O0", "100.00"),
        ("l00", "100"),
        ("10O%", "100%"),
        ("100％", "100%"),
        ("≤12O0", "≤1200"),
        ("98。50", "98.50"),
        ("1，234.50", "1,234.50"),
        ("12 345.60", "12345.60"),
        ("1,000.000", "1,000,000"),
        ("1.000.000", "1,000,000"),
        ("1.234.567.89", "1,234,567.89"),
        ("1,234,56", "1,234.56"),
        ("1,234,567,89", "1,234,567.89"),
        ("-12.5", "-12.5"),
        ("0.125", "0.125"),
        ("12.345", "12.345"),
    ],
)
def test_a_line_of_digits_and_lookalikes_is_a_figure(text: str, figure: str) -> None:
    assert text_to_figure(text) == figure


@pytest.mark.parametrize(
    "text",
    ["", " ", "O", "lO", "SOS", "项目", "2023年", "100万元", "1个", "IP地址1", "3.1.2", "2024-03-01", "10-15", "1/2"],
)
def test_other_text_is_left_as_it_is(text: str) -> None:
    assert text_to_figure(text) == text


@given(TEXTS)
def test_text_with_fewer_digits_than_other_characters_is_never_changed(text: str) -> None:
    bare = text.replace(" ", "")
    if 2 * sum(char.isdigit() for char in bare) < len(bare):
        assert text_to_figure(text) == text


@given(st.text(max_size=12))
def test_words_of_any_script_without_digits_are_never_changed(text: str) -> None:
    if not any(char.isdigit() for char in text):
        assert text_to_figure(text) == text


@given(TEXTS)
def test_a_figure_is_mended_once(text: str) -> None:
    assert text_to_figure(text_to_figure(text)) == text_to_figure(text)


@given(TEXTS)
def test_digits_that_were_read_stay_in_their_order(text: str) -> None:
    rest = iter(text_to_figure(text))
    assert all(digit in rest for digit in text if digit.isdigit())


@pytest.mark.parametrize(
    ("lines", "figures"),
    [
        (["10.0", "O"], ["10.0", "0"]),
        (["1,00", "0.O0"], ["1,00", "0.00"]),
        (["1,000.", "000"], ["1,000,", "000"]),
        (["10.00"], ["10.00"]),
        (["1O.00"], ["10.00"]),
        (["数量指标", "1O"], ["数量指标", "10"]),
        (["按时完成"], ["按时完成"]),
        (["一"], ["—"]),
        (["＿"], ["—"]),
        (["一", "一"], ["—", ""]),
        (["一", "般"], ["一", "般"]),
        (["一般公共预算", "O"], ["一般公共预算", "O"]),
        ([], []),
    ],
)
def test_a_figure_that_wraps_is_mended_as_one(lines: list[str], figures: list[str]) -> None:
    assert lines_to_figure(lines) == figures


@given(st.lists(TEXTS, max_size=4))
def test_every_line_gets_one_text(lines: list[str]) -> None:
    assert len(lines_to_figure(lines)) == len(lines)


@pytest.mark.parametrize("text", ["≥18℃", "100°", "10:30", "2:1", "Q1", "B2", "D1", "5：3"])
def test_units_times_and_ratios_keep_their_meaning(text: str) -> None:
    assert text_to_figure(text) == text
