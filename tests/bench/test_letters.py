"""Text beside text: order does not count, figures count whole."""

from __future__ import annotations

import pytest

from bench.letters import TextScore, html_to_text, text_to_score


def norm(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("read", "letters", "figures"),
    [
        ("数量 12.50\n质量 98%", 1, 1),
        ("质量 98%\n数量\n12.50", 1, 1),
        ("数量 1250\n质量 98%", 26 / 27 * 1, 0.5),
        ("", 0, 0),
    ],
)
def test_order_does_not_count_and_figures_count_whole(read: str, letters: float, figures: float) -> None:
    score = text_to_score(read, "数量 12.50\n质量 98%", norm=norm)
    assert score.figures == figures
    assert score.letters == pytest.approx(letters, abs=0.03)


def test_figures_of_neighbouring_cells_are_two() -> None:
    assert text_to_score("1020", "10 20", norm=norm) == TextScore(letters=1, figures=0)


def test_what_is_printed_is_told_a_cell_a_line_and_without_the_style() -> None:
    html = "<style>td{color:red}</style><h1>自评表</h1><table><tr><td>项目<br>资金<td>12</td></tr></table>"
    assert html_to_text(html) == "自评表\n项目资金\n12"
