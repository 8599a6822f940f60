"""Other readings of a cell: figures only, likely enough, and with strokes of a border taken away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.page import Word
from domain.source import Alternatives, Box
from domain.table import Cell
from extract.doubts import cells_to_alternatives, is_figure, kept, lines_to_text, words_to_alternatives

HIGH = 24  # pixels of a character


def word(text: str, x: float = 0, y: float = 0, *, sure: float = 0.99, others: Alternatives = ()) -> Word:
    box = Box(x0=x, y0=y, x1=x + 14 * len(text), y1=y + HIGH)
    return Word(text=text, box=box, confidence=sure, alternatives=others)


def stroke(text: str, *, wide: float, sure: float = 0.9, x: float = 100, high: float = HIGH) -> Word:
    return Word(text=text, box=Box(x0=x, y0=0, x1=x + wide, y1=high), confidence=sure)


def read(*lines: list[Word]) -> Alternatives:
    return words_to_alternatives(lines, lines_to_text([[each.text for each in line] for line in lines]))


def texts(alternatives: Alternatives) -> list[str]:
    return [text for text, _ in alternatives]


@pytest.mark.parametrize(
    "text", ["0", "95.50", "1,234.00", "≥95%", "100%", "12人", "30万元", "2024-09-15", "2024年12月底前"]
)
def test_numbers_amounts_shares_and_dates_are_figures(text: str) -> None:
    assert is_figure(text)


@pytest.mark.parametrize(
    "text", ["", "/", "无", "12.", ".5", "5.7.", "4:0", "0.7.7", "025", "30.00 3", "完成12次巡查", "≥240.000次)"]
)
def test_what_was_read_wrongly_is_no_figure(text: str) -> None:
    assert not is_figure(text)


def test_a_cell_has_the_other_readings_of_its_word() -> None:
    assert read([word("80", others=(("30", 0.2), ("8.", 0.1), ("86", 0.02)))]) == (("30", 0.2), ("86", 0.02))


def test_readings_less_likely_than_the_floor_are_none() -> None:
    assert read([word("80", others=(("30", 0.009),))]) == ()


def test_where_the_reading_is_no_figure_less_likely_ones_count() -> None:
    assert read([word("5.7.", others=(("5.7", 0.002),))]) == (("5.7", 0.002),)


def test_a_wrapped_figure_has_the_other_readings_of_its_pieces() -> None:
    above, below = word("97.", others=(("91.", 0.1),)), word("03", y=30, others=(("08", 0.2),))
    assert read([above], [below]) == (("97.08", 0.2), ("91.03", 0.1), ("91.08", 0.02))


def test_what_was_read_before_it_was_mended_is_kept_whatever_it_says() -> None:
    assert read([word("10.00", sure=0.9, others=(("10.0O", 0.9), ("10.08", 0.02)))]) == (
        ("10.0O", 0.9),
        ("10.08", 0.02),
    )


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        pytest.param([[word("6.00")], [stroke("1", wide=1)]], ["6.00"], id="thin-stroke-below"),
        pytest.param([[stroke("1", wide=1)], [word("4.00")]], ["4.00"], id="thin-stroke-above"),
        pytest.param([[word("33.44"), stroke("-", wide=50, high=5)]], ["33.44"], id="flat-rest-of-a-line"),
        pytest.param([[word("96%"), stroke("·", wide=4, high=10)]], ["96%"], id="speck"),
        pytest.param([[word("10.0")], [word("0", y=30)]], [], id="wrapped-digit"),
        pytest.param([[word("10.0")], [word("1", y=30, sure=0.8)]], [], id="wrapped-one"),
        pytest.param([[word("9"), word("107%", 60)]], [], id="two-figures"),
        pytest.param([[word("1")]], [], id="alone"),
    ],
)
def test_strokes_and_specks_beside_a_figure_may_be_none_of_it(lines: list[list[Word]], told: list[str]) -> None:
    assert texts(read(*lines)) == told


def test_a_stroke_too_thin_for_a_digit_is_hardly_one() -> None:
    two = [[stroke("1", wide=1, x=0), word("3.00", 20), stroke("1", wide=1)]]
    (best, odds), *others = read(*two)
    assert best == "3.00" and odds > 0.9
    assert all(share < 0.1 * odds for _, share in others)


def test_prose_has_no_other_readings() -> None:
    line = [word("完成河道巡查", others=()), word("12", 90, others=(("17", 0.3),)), word("次，覆盖全部河段", 120)]
    assert read(line) == ()
    assert read([word(str(n), 30 * n, others=(("8", 0.3),)) for n in range(6)]) == ()


OTHERS = st.lists(st.tuples(st.text("0123456789.%", min_size=1, max_size=4), st.floats(0, 1)), max_size=6)


@given(st.text("0123456789.%", min_size=1, max_size=4), OTHERS)
def test_other_readings_are_few_and_likeliest_first(text: str, others: list[tuple[str, float]]) -> None:
    told = kept(text, others, 2.0)
    odds = [share for _, share in told]
    assert odds == sorted(odds, reverse=True) and len(told) <= 4
    assert text not in texts(told) and len(set(texts(told))) == len(told)
    assert all(is_figure(other) for other in texts(told))


def cell(text: str, *others: tuple[str, float]) -> Cell:
    return Cell(row=0, col=0, text=text, sources=(), alternatives=others)


def test_a_value_in_pieces_has_the_other_readings_of_each() -> None:
    pieces = [cell("≥"), cell("80", ("30", 0.2)), cell("%")]
    assert cells_to_alternatives(pieces, "≥80%") == (("≥30%", 0.2),)
    assert cells_to_alternatives([cell("80", ("30", 0.2))], "80") == (("30", 0.2),)


def test_a_text_cut_out_of_a_cell_has_none_of_its_readings() -> None:
    assert cells_to_alternatives([cell("总额80", ("总额30", 0.2))], "80") == ()
