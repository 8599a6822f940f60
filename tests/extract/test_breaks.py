"""Forms over page breaks, by hand: labels cut in two, titles at odd places, forms that follow one another."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from domain.page import Page, Word
from domain.table import Table
from extract.fill import tables_to_forms
from tests.extract.paper import DOCUMENT, TITLE, cell_at, filled, heading, page, ruled, tables, texts, word

COLUMNS = (100, 300, 500, 900, 1200, 1500)
TOP = (400, 480, 560, 640)
HEAD = "一级指标 二级指标 三级指标 年度指标值 实际完成值"
OPENING = f"项目名称 河道巡查 - - - / 年初预算数 全年预算数 全年执行数 预期目标 实际完成情况 / {HEAD}"
ROW = "产出指标 数量指标 巡查次数 ≥4次 4次"
NEXT = "产出指标 质量指标 合格率 ≥95% 96%"
CLOSING = "总分 - - 100 96"


def sheet(rows: str, *loose: Word, number: int = 1, top: float = 400, xs: Sequence[float] = COLUMNS) -> Page:
    """A ruled page, every row 80 pixels high."""
    ys = [top + 80 * n for n in range(rows.count(" / ") + 2)]
    return page([*filled(rows, xs, ys), *loose], ruled(xs, ys), number=number)


def column(table: Table, col: int) -> list[str]:
    return [text for (_, at), text in sorted(texts(table).items()) if at == col]


def forms_of(*pages: Page) -> list[tuple[str, list[str]]]:
    """Project name and indicators of every form."""
    found = tables_to_forms(tables(*pages), DOCUMENT)
    return [(form.project_name.text, [row.level3.text for row in form.indicators]) for form in found]


FIRST = sheet(f"{OPENING} / {ROW}", word(TITLE, 800, 300))
BOTTOM = 400 + 80 * 4  # of the first sheet


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        pytest.param("可持续影", "响指标", "可持续影响指标", id="level-2"),
        pytest.param("效益", "指标", "效益指标", id="level-1"),
        pytest.param("效益指标（30", "分）", "效益指标（30分）", id="points"),
        pytest.param("总体目标完成", "情况", "总体目标完成情况", id="section"),
    ],
)
def test_a_label_cut_by_the_break_is_whole_where_it_begins(above: str, below: str, whole: str) -> None:
    first = sheet(f"{OPENING} / {above} 甲 乙 丙 丁")
    (table,) = tables(first, sheet(f"{below} 戊 己 庚 辛", number=2))
    cell = cell_at(table, 3, 0)
    assert (cell.text, cell_at(table, 4, 0).text) == (whole, "")
    assert [source.page for source in cell.sources] == [1, 2]


def test_whole_labels_on_either_side_of_the_break_stay_apart() -> None:
    (table,) = tables(sheet(f"{OPENING} / {ROW}"), sheet(NEXT, number=2))
    assert column(table, 0)[-2:] == ["产出指标", "产出指标"]


def test_texts_cut_by_the_break_make_no_label_unless_they_are_one() -> None:
    (table,) = tables(
        sheet(f"{OPENING} / 产出指标 数量指标 巡查 ≥4次 4次"), sheet("产出指标 质量指标 次数 是 是", number=2)
    )
    assert column(table, 2)[-2:] == ["巡查", "次数"]


def test_a_line_that_hangs_below_the_last_row_is_of_its_cell() -> None:
    first = sheet(
        f"{OPENING} / 效益 社会效益 巡查次数 ≥4次 4次", word("指标", 200, BOTTOM + 20), word("指标", 400, BOTTOM + 20)
    )
    (table,) = tables(first, sheet("- - 合格率 ≥95% 96%", number=2))
    assert [cell_at(table, 3, col).text for col in (0, 1)] == ["效益指标", "社会效益指标"]
    (source,) = cell_at(table, 3, 0).sources
    assert source.box is not None and source.box.y1 > BOTTOM


@pytest.mark.parametrize(
    "loose",
    [
        pytest.param(word("第1页", 700, BOTTOM + 25), id="page-number"),
        pytest.param(word("指标", 200, BOTTOM + 120), id="far-below"),
        pytest.param(word("注：本表由填报单位盖章后报送", 400, BOTTOM + 25), id="over-a-border"),
    ],
)
def test_other_lines_below_a_table_are_of_no_cell(loose: Word) -> None:
    first = sheet(f"{OPENING} / {ROW}", loose)
    table, rest = tables(first, sheet(NEXT, number=2))
    assert column(table, 0)[-2:] == ["产出指标", "产出指标"]
    assert heading(rest) == [loose.text]


def test_a_blank_page_between_does_not_part_a_table() -> None:
    (table,) = tables(FIRST, page([], number=2), sheet(NEXT, number=3))
    assert [cell.sources[0].page for cell in table.cells if cell.col == 2] == [1, 1, 1, 1, 3]


def test_a_page_with_words_between_parts_a_table() -> None:
    assert len(tables(FIRST, page([word("说明", 800, 300)], number=2), sheet(NEXT, number=3))) == 3


def test_a_form_runs_over_three_pages_with_page_numbers() -> None:
    pages = [
        sheet(f"{OPENING} / {ROW}", word(TITLE, 800, 300), word("第1页共3页", 800, 2250)),
        sheet(NEXT, word("第2页共3页", 800, 2250), number=2),
        sheet(f"满意度指标 满意度指标 村民满意度 ≥90% 92% / {CLOSING}", word("第3页共3页", 800, 2250), number=3),
    ]
    assert forms_of(*pages) == [("河道巡查", ["巡查次数", "合格率", "村民满意度"])]


def test_a_rescan_at_another_scale_goes_on() -> None:
    smaller = [60 + 0.97 * x for x in COLUMNS]
    assert forms_of(FIRST, sheet(f"{NEXT} / {CLOSING}", number=2, xs=smaller)) == [("河道巡查", ["巡查次数", "合格率"])]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        pytest.param(f"{HEAD} / {NEXT}", ["巡查次数", "合格率"], id="heading-repeated"),
        pytest.param(f"{NEXT} / {CLOSING}", ["巡查次数", "合格率"], id="names-of-levels"),
    ],
)
def test_a_title_printed_on_every_page_parts_no_unfinished_form(rows: str, wanted: list[str]) -> None:
    assert forms_of(FIRST, sheet(rows, word(TITLE, 800, 300), number=2)) == [("河道巡查", wanted)]


def test_below_a_title_a_finished_form_does_not_go_on() -> None:
    first = sheet(f"{OPENING} / {ROW} / {CLOSING}", word(TITLE, 800, 300))
    assert len(tables(first, sheet(f"{HEAD} / {NEXT}", word(TITLE, 800, 300), number=2))) == 2


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param((FIRST, sheet(f"{OPENING} / {NEXT}", number=2)), id="no-title"),
        pytest.param((FIRST, sheet(f"{OPENING} / {NEXT}", word(TITLE, 800, 300), number=2)), id="title"),
        pytest.param((FIRST, sheet(OPENING.replace("河道巡查", "绿化") + f" / {NEXT}", number=2)), id="other-name"),
    ],
)
def test_a_form_that_opens_is_another_one(pages: tuple[Page, ...]) -> None:
    assert [names for _, names in forms_of(*pages)] == [["巡查次数"], ["合格率"]]


def test_a_project_name_repeated_above_the_rows_opens_no_form() -> None:
    again = sheet(f"项目名称 河道巡查 - - - / {NEXT}", number=2)
    assert forms_of(FIRST, again) == [("河道巡查", ["巡查次数", "合格率"])]


def test_a_title_at_the_foot_of_a_page_is_of_the_table_overleaf() -> None:
    first = sheet(f"{OPENING} / {ROW} / {CLOSING}", word("2024年度", 700, 2260), word(TITLE, 800, 2200))
    one, other = tables(first, sheet(f"{OPENING} / {NEXT}", number=2))
    assert (heading(one), heading(other)) == ([], [TITLE, "2024年度"])
    assert [line.sources[0].page for line in other.heading] == [1, 1]


def test_the_heading_of_the_indicators_on_a_new_page_goes_on_with_its_form() -> None:
    xs = (100, 400, 800, 1500)
    first = sheet("项目名称 河道巡查 - / 年初预算数 全年预算数 全年执行数 / 预期目标 甲 乙 / 实际完成情况 丙 丁", xs=xs)
    assert forms_of(first, sheet(f"{HEAD} / {NEXT} / {ROW}", number=2)) == [("河道巡查", ["合格率", "巡查次数"])]


def test_tables_side_by_side_are_two_with_their_own_titles() -> None:
    right = [x + 700 for x in (100, 300, 500, 650)]
    both = page(
        [
            *filled("甲 乙 丙", (100, 300, 500, 650)), *filled("丁 戊 己", right, (420, 520, 620)),
            word("左表", 350, 350), word("右表", 1050, 350), word("续", 1050, 405),
        ],
        [*ruled((100, 300, 500, 650)), *ruled(right, (420, 520, 620))],
    )  # fmt: skip
    one, other = tables(both)
    assert (column(one, 0), heading(one)) == (["甲", ""], ["左表"])
    assert (column(other, 0), heading(other)) == (["丁", ""], ["右表", "续"])


def test_outer_cells_without_their_line_end_at_the_rules_that_reach_them() -> None:
    xs = (100, 260, 500, 900, 1500)
    first = page(filled("一级 二级 三级 值", xs), ruled(xs))
    ys = (200, 300, 400, 500)
    rules = [*ruled(xs[1:], ys), ruled(xs, (400, 401))[0]]
    words = [*filled("己 庚 辛 / 壬 癸 子 / 丑 寅 卯", xs[1:], ys), word("产出", 180, 300), word("效益", 180, 450)]
    (table,) = tables(first, page(words, rules, number=2))
    assert [(cell.row, cell.row_span, cell.text) for cell in table.cells if cell.col == 0][2:] == [
        (2, 2, "产出"), (4, 1, "效益"),
    ]  # fmt: skip
