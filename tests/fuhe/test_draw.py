"""A drawn page shows lines, cells, texts and confidences over the page, with or without a Chinese font."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import fuhe.draw
import fuhe.fonts
from domain.page import Mark, Page, Rule, Word
from domain.source import Box, Document, Reader, Source
from domain.table import Cell, Table
from fuhe.draw import CellOnPage, confidence_to_colour, draw_page
from fuhe.draw_document import tables_to_cells
from fuhe.fonts import chinese_font, font_of
from ocr.sheet import Pixels

WIDTH, HEIGHT = 600, 800
BOX = Box(x0=100, y0=200, x1=300, y1=240)
WIDE = Box(x0=300, y0=200, x1=500, y1=280)


def cell(
    box: Box = BOX, *, text: str = "项目名称", confidence: float = 1.0, spans: tuple[int, int] = (1, 1)
) -> CellOnPage:
    one = Cell(row=3, col=4, row_span=spans[0], col_span=spans[1], text=text, sources=(), confidence=confidence)
    return CellOnPage(table=1, cell=one, box=box)


def page(*words: Word, rules: tuple[Rule, ...] = (), marks: tuple[Mark, ...] = ()) -> Page:
    return Page(
        number=1, width=WIDTH, height=HEIGHT, reader=Reader(name="hand", version="1"), choice="图片", words=words,
        rules=rules, marks=marks,
    )  # fmt: skip


def drawn(one: Page, *cells: CellOnPage) -> Pixels:
    paper = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    return draw_page(paper, one, cells=cells, name="表.pdf")


def halves(pixels: Pixels) -> tuple[Pixels, Pixels]:
    width = pixels.shape[1] // 2
    return pixels[:, :width], pixels[:, width:]


def has(pixels: Pixels, colour: tuple[int, int, int]) -> bool:
    return bool((np.abs(pixels.astype(int) - colour).max(axis=2) < 12).any())


@pytest.fixture
def no_font(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    chinese_font.cache_clear()
    monkeypatch.setattr(fuhe.fonts, "_FOLDERS", ())
    yield
    monkeypatch.undo()
    chinese_font.cache_clear()


def test_both_halves_show_the_page_and_a_line_above_tells_what_is_seen() -> None:
    scan = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    scan[400:420, 100:500] = 0
    pixels = draw_page(scan, page(), cells=(), name="表.pdf")
    left, right = halves(pixels)
    assert left.shape == (2484, 1800, 3) == right.shape
    assert left[84 + 1230, 900].max() < 10 and 200 < right[84 + 1230, 900].max() < 250
    assert left[:84].min() < 60


@pytest.mark.parametrize(("confidence", "name"), [(0.99, "_GREEN"), (0.9, "_AMBER"), (0.4, "_RED")])
def test_colours_tell_how_sure_a_cell_is(confidence: float, name: str) -> None:
    colour = getattr(fuhe.draw, name)
    assert confidence_to_colour(confidence) == colour
    left, right = halves(drawn(page(), cell(confidence=confidence)))
    below = 84 + 3 * 240 - 3  # the lower border
    assert np.abs(left[below, 500].astype(int) - colour).max() < 12
    assert np.abs(right[below, 500].astype(int) - colour).max() < 12


def test_merged_cells_are_tinted_and_others_are_not() -> None:
    left, _ = halves(drawn(page(), cell(), cell(WIDE, text="", spans=(2, 3))))
    plain, merged = left[84 + 3 * 225, 3 * 250], left[84 + 3 * 260, 3 * 400]
    assert plain.min() == 255
    assert merged[1] < merged[0] < 255 and merged[1] < merged[2]  # violet
    assert has(left[: 84 + 3 * 205], fuhe.draw._VIOLET)  # its spans


def test_lines_and_marks_are_drawn_where_they_were_found() -> None:
    rule, mark = Rule(x0=50, y0=600, x1=550, y1=600), Mark(kind="red", box=Box(x0=400, y0=400, x1=500, y1=500))
    left, right = halves(drawn(page(rules=(rule,), marks=(mark,))))
    assert left[84 + 1800, 900, 2] > left[84 + 1800, 900, 0] + 40
    assert np.abs(left[84 + 1350, 1200].astype(int) - fuhe.draw._MAGENTA).max() < 12
    assert right[84 + 1800, 900].min() == 255


def test_texts_stand_where_they_were_read() -> None:
    left, right = halves(drawn(page(Word(text="项目名称", box=BOX)), cell()))
    room = slice(84 + 3 * 205, 84 + 3 * 236), slice(3 * 105, 3 * 295)
    assert has(right[room], fuhe.draw._GREEN) and not has(left[room], fuhe.draw._GREEN)


def test_ink_in_which_nothing_was_read_is_crossed_out() -> None:
    _, right = halves(drawn(page(Word(text="", box=BOX, confidence=0.0)), cell(text="", confidence=0.0)))
    assert has(right[84 + 3 * 210 : 84 + 3 * 230, 3 * 110 : 3 * 290], fuhe.draw._RED)


def test_a_font_with_chinese_characters_is_found_where_there_is_one() -> None:
    path = chinese_font()
    if path is None:
        pytest.skip("no Chinese font on this machine")
    shapes = {bytes(font_of(24).getmask(char)) for char in "绩效\U0010fffe"}
    assert len(shapes) == 3


@pytest.mark.usefixtures("no_font")
def test_without_a_font_lines_cells_and_numbers_are_drawn_all_the_same() -> None:
    assert chinese_font() is None
    word = Word(text="全年预算数 48.30", box=BOX, confidence=0.9)
    left, right = halves(drawn(page(word, marks=(Mark(kind="red", box=WIDE),)), cell(confidence=0.9)))
    assert has(left[: 84 + 3 * 205], fuhe.draw._AMBER)
    assert has(right[84 + 3 * 205 : 84 + 3 * 236, 3 * 105 : 3 * 295], fuhe.draw._AMBER)
    assert left[:84].min() < 60


def test_a_font_without_chinese_characters_is_not_taken(tmp_path: Path) -> None:
    latin = tmp_path / "NotoSansCJK-Regular.ttf"
    latin.write_bytes(b"no font at all")
    assert not fuhe.fonts._has_chinese(latin)


def test_a_cell_cut_by_a_page_break_stands_on_both_pages() -> None:
    document, reader = Document(path="表.pdf", sha256=""), Reader(name="hand", version="1")
    sources = tuple(Source(document=document, reader=reader, page=page, box=BOX) for page in (1, 2))
    one = Cell(row=0, col=0, text="甲乙", sources=sources)
    table = Table(index=5, cells=(one, Cell(row=1, col=0, text="丙", sources=sources[1:])))
    assert [(found.table, found.cell.text) for found in tables_to_cells([table], 1)] == [(5, "甲乙")]
    assert [found.cell.text for found in tables_to_cells([table], 2)] == ["甲乙", "丙"]
