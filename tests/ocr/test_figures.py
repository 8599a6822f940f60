from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.figures import line_to_alternatives, lines_to_figure, may_be_figure, text_to_figure

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


@pytest.mark.parametrize("text", ["80", "≥95%", "8.0C", "年", "I1", "2024年12月31日前完成"])
def test_other_readings_are_sought_for_lines_that_may_hold_a_figure(text: str) -> None:
    assert may_be_figure(text)


@pytest.mark.parametrize("text", ["项目名称", "一级指标", "2023年本单位按计划完成河道巡查次数12次，覆盖全部河段"])
def test_other_readings_are_not_sought_for_prose(text: str) -> None:
    assert not may_be_figure(text)


@pytest.mark.parametrize(
    ("figure", "others", "told"),
    [
        pytest.param("80", [("30", 0.2), ("86", 0.01)], [("30", 0.2), ("86", 0.01)], id="digits"),
        pytest.param("8.0C", [("8.00", 0.18), ("8.0G", 0.01)], [("8.00", 0.18)], id="letters-are-none"),
        pytest.param("12", [("1 2", 0.3), ("1.2", 0.2)], [("1.2", 0.2)], id="spaces-tell-nothing"),
        pytest.param("109人", [("100人", 0.2), ("109入", 0.3), ("109", 0.1)], [("100人", 0.2)], id="words-stay"),
        pytest.param("97.", [("97", 0.04), ("97,", 0.02)], [("97", 0.04), ("97,", 0.02)], id="pieces-that-wrap"),
        pytest.param("10%", [("1O%", 0.1), ("10％", 0.1)], [], id="the-same-figure"),
        pytest.param("项目", [("顶目", 0.3)], [], id="no-figure"),
        pytest.param(
            "11", [("71", 0.1), ("17", 0.2), ("77", 0.05), ("14", 0.04), ("41", 0.03)],
            [("17", 0.2), ("71", 0.1), ("77", 0.05), ("14", 0.04)], id="four-at-most",
        ),
    ],
)  # fmt: skip
def test_other_readings_of_a_figure_differ_in_digits_and_signs(
    figure: str, others: list[tuple[str, float]], told: list[tuple[str, float]]
) -> None:
    assert line_to_alternatives(figure, (figure, 0.9), tuple(others)) == tuple(told)


def test_what_was_read_first_stands_before_other_readings() -> None:
    told = line_to_alternatives("10.00", ("10.0O", 0.98765), (("10.06", 0.02),))
    assert told == (("10.0O", 0.9877), ("10.06", 0.02))


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        pytest.param("74 00%", ("74.00%",), id="point"),
        pytest.param("12 345", (), id="thousands"),
        pytest.param("1 2 3", (), id="several"),
    ],
)
def test_a_gap_in_a_figure_may_have_held_its_point(raw: str, told: tuple[str, ...]) -> None:
    alternatives = line_to_alternatives(text_to_figure(raw), (raw, 0.99), ())
    assert alternatives[0] == (raw, 0.99)
    assert tuple(text for text, _ in alternatives[1:]) == told
