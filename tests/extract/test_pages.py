"""Pages put together by hand: words into cells, tables over page breaks, faded lines, and no word lost."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.page import Page, Rule, Word
from domain.source import Box
from domain.table import Table
from extract.grid import rules_to_lattices
from extract.pages import page_to_laid, rules_to_rooms
from extract.parting import part_rooms
from tests.extract.paper import (
    DOCUMENT,
    HEIGHT,
    READER,
    TITLE,
    WIDTH,
    XS,
    cell_at,
    filled,
    heading,
    only_table,
    page,
    ruled,
    span,
    tables,
    texts,
    word,
)

# Words on one page.


def test_words_go_to_their_cells() -> None:
    table = only_table(page(filled("甲 乙 丙 / 丁 - 己"), ruled()))
    assert texts(table) == {(0, 0): "甲", (0, 1): "乙", (0, 2): "丙", (1, 0): "丁", (1, 1): "", (1, 2): "己"}
    assert (table.index, table.page, heading(table)) == (1, 1, [])


def test_a_cell_tells_where_it_stands_and_who_read_it() -> None:
    (source,) = cell_at(only_table(page(filled("甲 乙 丙"), ruled(), number=3)), 0, 1).sources
    assert (source.document, source.reader, source.page) == (DOCUMENT, READER, 3)
    assert source.box == Box(x0=500, y0=400, x1=900, y1=500)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        pytest.param([word("查覆盖率", 280, 470), word("河道巡", 300, 430)], "河道巡查覆盖率", id="two-lines"),
        pytest.param([word("5.00", 200, 470), word("9", 300, 430)], "95.00", id="figure"),
        pytest.param([word("beta", 300, 470), word("alpha", 300, 430)], "alpha beta", id="latin"),
        pytest.param([word("覆盖率", 360, 446), word("河道", 200, 452)], "河道 覆盖率", id="side-by-side"),
        pytest.param(
            [word("戊", 300, 480), word("乙", 400, 425), word("甲", 200, 420), word("丙丁", 300, 452)],
            "甲 乙丙丁戊",
            id="three-lines",
        ),
        pytest.param([word("＜b＞", 200, 450), word("&lt;5", 400, 450)], "＜b＞ <5", id="residue"),
    ],
)
def test_lines_of_a_cell_are_joined_in_reading_order(words: list[Word], text: str) -> None:
    assert cell_at(only_table(page(words, ruled())), 0, 0).text == text


def test_a_cell_is_as_sure_as_its_least_sure_word() -> None:
    words = [word("河道", 200, 450, 0.9), word("巡查", 400, 450, 0.6), word("甲", 700, 450, 0.95)]
    table = only_table(page(words, ruled()))
    assert [cell.confidence for cell in table.cells[:3]] == [0.6, 0.95, 1.0]


def test_words_above_and_below_a_table_are_headings() -> None:
    loose = [word("2024年度", 800, 350), word(TITLE, 800, 300), word("填表人：甲", 300, 700), word("日期", 1200, 702)]
    above, below = tables(page([*loose, *filled("甲 乙 丙")], ruled()))
    assert heading(above) == [TITLE, "2024年度"]
    assert [cell.row for cell in above.heading] == [0, 1]
    assert (heading(below), below.cells, below.index) == (["填表人：甲 日期"], (), 2)


def test_lines_between_two_tables_belong_to_the_lower_one() -> None:
    upper, lower = page(filled("甲 乙 丙"), ruled()), filled("丁 戊 己", ys=(1000, 1100, 1200))
    both = page([*upper.words, *lower, word(TITLE, 800, 950)], [*upper.rules, *ruled(ys=(1000, 1100, 1200))])
    first, second = tables(both)
    assert (texts(first)[0, 0], heading(first)) == ("甲", [])
    assert (texts(second)[0, 0], heading(second)) == ("丁", [TITLE])


def test_a_page_of_prose_is_a_heading_only() -> None:
    prose = page([word("二、存在的问题", 400, 300), word("部分指标偏低。", 400, 350)], warnings=("模糊",))
    table = only_table(prose)
    assert (heading(table), table.cells, table.warnings) == (["二、存在的问题", "部分指标偏低。"], (), ("模糊",))


def test_a_page_without_anything_is_no_table() -> None:
    assert tables(page([])) == ()


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        pytest.param(filled("甲 乙 丙"), ruled(ys=(1000, 1100, 1200)), id="no-word-in-it"),
        pytest.param([word("章", 150, 450)], ruled(xs=(100, 200, 300)), id="narrow-box"),
    ],
)
def test_frames_that_are_no_forms_leave_their_words_loose(words: list[Word], rules: list[Rule]) -> None:
    table = only_table(page(words, rules))
    assert table.cells == ()
    assert "".join(heading(table)).split() == [word.text for word in words]


def test_outlines_and_cells_are_handed_to_the_reader() -> None:
    outlines, rooms = rules_to_rooms([*ruled(), *ruled(ys=(1000, 1100, 1200))], WIDTH, HEIGHT)
    assert outlines == [Box(x0=100, y0=400, x1=1500, y1=600), Box(x0=100, y0=1000, x1=1500, y1=1200)]
    assert len(rooms) == 12
    assert rooms[1] == Box(x0=500, y0=400, x1=900, y1=500)


# Tables over a page break.


FIRST = page([word(TITLE, 800, 300), *filled("甲 乙 丙 / 丁 戊 己")], ruled())


def second(words: str, *loose: Word, xs: Sequence[float] = XS, number: int = 2, warnings: tuple[str, ...] = ()) -> Page:
    """A page with a table of one row more."""
    ys = (200, 300, 400, 500)
    return page([*filled(words, xs, ys), *loose], ruled(xs, ys), number=number, warnings=warnings)


def test_a_table_that_goes_on_is_one_with_all_its_rows() -> None:
    table = only_table(FIRST, second("庚 辛 壬 / 癸 子 丑 / 寅 卯 辰", warnings=("第2页模糊",)))
    columns = [[texts(table)[row, col] for row in range(5)] for col in range(3)]
    assert columns == [list("甲丁庚癸寅"), list("乙戊辛子卯"), list("丙己壬丑辰")]
    assert [source.page for cell in table.cells for source in cell.sources] == [1] * 6 + [2] * 9
    assert (table.page, heading(table), table.warnings) == (1, [TITLE], ("第2页模糊",))


def test_three_pages_are_one_table() -> None:
    table = only_table(FIRST, second("庚 辛 壬"), second("癸 子 丑", number=3))
    assert [texts(table)[row, 0] for row in (0, 2, 5)] == ["甲", "庚", "癸"]


def test_a_page_photographed_from_nearer_goes_on_too() -> None:
    wider = [40 + (x - 100) * 1.1 for x in XS]
    assert texts(only_table(FIRST, second("庚 辛 壬", xs=wider)))[2, 2] == "壬"


def test_columns_a_little_off_are_the_same() -> None:
    table = only_table(FIRST, second("庚 辛 壬", xs=(103, 512, 891, 1497)))
    assert {cell.col_span for cell in table.cells} == {1}
    assert [texts(table)[2, col] for col in range(3)] == list("庚辛壬")


def test_columns_that_lack_a_line_are_those_of_the_page_before() -> None:
    table = only_table(FIRST, second("庚 辛", xs=(100, 500, 1500)))
    assert [span(cell_at(table, 2, col)) for col in (0, 1)] == [(2, 0, 1, 1), (2, 1, 1, 2)]
    assert texts(table)[2, 1] == "辛"


def test_a_line_that_only_the_second_page_has_widens_cells_of_the_first() -> None:
    table = only_table(FIRST, second("庚 辛 壬 癸", xs=(100, 500, 700, 900, 1500)))
    assert span(cell_at(table, 0, 1)) == (0, 1, 1, 2)
    assert span(cell_at(table, 0, 3)) == (0, 3, 1, 1)
    assert [texts(table)[2, col] for col in range(4)] == list("庚辛壬癸")


def test_a_continuation_without_its_outer_columns_gets_them_back() -> None:
    xs = (100, 260, 500, 900, 1300, 1500)
    first = page(filled("甲 乙 丙 丁 戊", xs), ruled(xs))
    inner = filled("己 庚 辛", xs[1:5], (200, 300, 400, 500))
    beside = [word("产出", 180, 330), word("指标", 180, 370), word("雨", 1400, 250)]
    table = only_table(first, page([*inner, *beside], ruled(xs[1:5], (200, 300, 400, 500)), number=2))
    left, right = cell_at(table, 2, 0), cell_at(table, 2, 4)
    assert (span(left), left.text) == ((2, 0, 3, 1), "产出指标")
    assert (span(right), right.text) == ((2, 4, 3, 1), "雨")
    assert left.confidence < 1 and left.sources[0].page == 2
    assert [texts(table)[2, col] for col in (1, 2, 3)] == list("己庚辛")


@pytest.mark.parametrize(
    "page_two",
    [
        pytest.param(second("庚 辛 壬", word(TITLE, 800, 150)), id="title"),
        pytest.param(second("庚 辛 壬", xs=(100, 350, 1200, 1500)), id="other-columns"),
        pytest.param(second("庚 辛 壬", number=3), id="page-between-lost"),
    ],
)
def test_a_table_that_does_not_go_on_is_another_one(page_two: Page) -> None:
    one, other = tables(FIRST, page_two)
    assert (texts(one)[0, 0], texts(other)[0, 0]) == ("甲", "庚")
    assert (one.page, other.page) == (1, page_two.number)
    assert (one.index, other.index) == (1, 2)


def test_a_page_of_prose_ends_a_table() -> None:
    found = tables(FIRST, page([word("说明", 800, 300)], number=2), second("庚 辛 壬", number=3))
    assert [(len(table.cells), heading(table)) for table in found] == [(6, [TITLE]), (0, ["说明"]), (9, [])]


def test_only_the_first_table_of_a_page_goes_on() -> None:
    page_two = second("庚 辛 壬")
    lower = ruled(ys=(1000, 1100, 1200))
    words = [*page_two.words, word("附：", 200, 800), *filled("癸 子 丑", ys=(1000, 1100, 1200))]
    one, other = tables(FIRST, page(words, [*page_two.rules, *lower], number=2))
    assert (len(one.cells), len(other.cells), heading(other)) == (15, 6, ["附："])


def test_page_numbers_do_not_part_a_table() -> None:
    footed = page([*FIRST.words, word("第1页", 800, 2200)], FIRST.rules)
    table, *rest = tables(footed, second("庚 辛 壬", word("第2页", 800, 2200)))
    assert (len(table.cells), texts(table)[2, 0]) == (15, "庚")
    assert [(heading(one), one.cells, one.page) for one in rest] == [(["第1页"], (), 1), (["第2页"], (), 2)]


def test_a_running_head_does_not_part_a_table() -> None:
    table = only_table(FIRST, second("庚 辛 壬", word("河口局", 800, 100)))
    assert (len(table.cells), heading(table)) == (15, [TITLE, "河口局"])
    assert [(cell.row, cell.sources[0].page) for cell in table.heading] == [(0, 1), (1, 2)]


# Nothing is lost.


def test_a_note_in_the_margin_is_kept() -> None:
    found = tables(page([word("注", 1580, 450), *filled("甲 乙 丙")], ruled()))
    assert "注" in {text for table in found for text in (*texts(table).values(), *heading(table))}


GRIDS = (
    ruled(XS, (400, 500, 700)),
    ruled((100, 500, 1500), (400, 500, 700)),
    ruled((100, 300, 500, 900, 1500), (400, 500, 700)),
    ruled(ys=(1500, 1600, 1700)),
    ruled((100, 400, 700), (400, 600, 1200)),  # two side by side
    ruled((900, 1200, 1500), (500, 600, 900, 1400)),
    ruled((200, 300, 400), (450, 480, 510)),  # a box within a table
)


@st.composite
def pages_of_words(draw: st.DrawFn) -> Page:
    """Numbered words anywhere on a page of tables above, beside and within one another, of which lines are missing."""
    places = draw(st.lists(st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT)), min_size=1, max_size=25))
    rules = [rule for grid in draw(st.lists(st.sampled_from(GRIDS), max_size=3)) for rule in grid]
    gone = draw(st.sets(st.integers(0, max(0, len(rules) - 1)), max_size=3))
    rules = [rule for place, rule in enumerate(rules) if place not in gone]
    words = [word(f"〔{number}〕", x, y) for number, (x, y) in enumerate(places)]
    return page(words, draw(st.permutations(rules)), number=draw(st.integers(1, 3)))


@given(st.lists(pages_of_words(), min_size=1, max_size=3))
def test_no_word_is_lost_or_told_twice(pages: list[Page]) -> None:
    told = "".join(text for table in tables(*pages) for text in (*texts(table).values(), *heading(table)))
    for text in {read.text for one in pages for read in one.words}:
        assert told.count(text) == sum(read.text == text for one in pages for read in one.words)


@given(pages_of_words())
def test_words_in_cells_and_words_in_lines_are_all_words_of_a_page(one: Page) -> None:
    laid = page_to_laid(one, DOCUMENT)
    assert laid.inside + laid.outside == len(one.words)
    told = [cell.text for piece in laid.pieces for cell in piece.texts]
    assert laid.inside == sum(text.count("〔") for text in told)


def test_words_beside_two_tables_side_by_side_are_told_once() -> None:
    between = word("注", 800, 550)
    rules = [*ruled((100, 400, 700), (400, 600, 1200)), *ruled((900, 1200, 1500), (500, 600, 900))]
    found = tables(page([between, word("甲", 250, 500), word("乙", 1000, 550)], rules))
    assert [line for table in found for line in heading(table)] == ["注"]


def test_ink_in_which_nothing_was_read_counts_as_no_word() -> None:
    laid = page_to_laid(
        page([word("甲", 300, 450), Word(text="", box=word("乙", 700, 450).box, confidence=0.0)], ruled()), DOCUMENT
    )
    assert (laid.inside, laid.outside) == (1, 0)


@given(st.lists(pages_of_words(), min_size=1, max_size=3))
def test_cells_never_overlap(pages: list[Page]) -> None:
    for table in tables(*pages):
        places = [
            (row, col)
            for cell in table.cells
            for row in range(cell.row, cell.row + cell.row_span)
            for col in range(cell.col, cell.col + cell.col_span)
        ]
        assert len(places) == len(set(places))


# Faded lines.


def faded(*words: Word) -> Table:
    """A table whose line at 900 is not drawn in its first row."""
    gone = Rule(x0=900, y0=400, x1=900, y1=600)
    rules = [*(rule for rule in ruled() if rule != gone), Rule(x0=900, y0=500, x1=900, y1=600)]
    return only_table(page([*words, *filled("- - - / 丁 戊 己")], rules))


def test_figures_either_side_of_a_faded_line_are_parted() -> None:
    table = faded(word("12.00", 700, 450), word("95.00", 1200, 452))
    assert [(span(cell), cell.text) for cell in table.cells[1:3]] == [((0, 1, 1, 1), "12.00"), ((0, 2, 1, 1), "95.00")]
    assert [cell.confidence for cell in table.cells[:3]] == [1.0, 0.7, 0.7]
    assert table.cells[2].sources[0].box == Box(x0=900, y0=400, x1=1500, y1=500)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([word("实际完成情况", 950, 450)], id="centred-heading"),
        pytest.param([word("实际完成", 950, 430), word("12.00", 700, 475), word("95.00", 1200, 475)], id="one-over"),
        pytest.param([word("12.00", 700, 450)], id="one-side"),
        pytest.param([word("12.00", 700, 425), word("95.00", 1200, 475)], id="two-lines"),
        pytest.param([word("是", 700, 450), word("否", 1200, 450)], id="single-signs"),
        pytest.param([], id="empty"),
    ],
)
def test_a_merged_cell_stays_whole(words: list[Word]) -> None:
    assert [span(cell) for cell in faded(*words).cells[:2]] == [(0, 0, 1, 1), (0, 1, 1, 2)]


def test_parting_keeps_words_with_the_cells_behind() -> None:
    gone = Rule(x0=900, y0=400, x1=900, y1=600)
    rules = [*(rule for rule in ruled() if rule != gone), Rule(x0=900, y0=500, x1=900, y1=600)]
    (lattice,) = rules_to_lattices(rules, width=WIDTH, height=HEIGHT)
    apart, under = [word("12.00", 700, 450), word("95.00", 1200, 450)], word("己", 1200, 550)
    parted, held = part_rooms(lattice, {1: apart, 4: [under]})
    assert len(parted.rooms) == len(lattice.rooms) + 1
    assert held == {1: [apart[0]], 2: [apart[1]], 5: [under]}
    assert [room.row for room in parted.rooms] == [0, 0, 0, 1, 1, 1]
