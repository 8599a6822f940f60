from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import cv2
import numpy as np
import pytest

from domain.page import Page, Rule, Word
from domain.source import Box, Reader
from ocr.engines import Engine, Glyph, Reading
from ocr.ink import Gray
from ocr.read import (
    BLANK_PAGE,
    as_long_dash,
    as_slash,
    better,
    enlarged,
    framed,
    is_doubtful,
    pixels_to_page,
    readings_to_words,
    sheet_to_page,
)
from ocr.sheet import Pixels, Sheet

WIDTH, HEIGHT = 1240, 1754
YS = (200, 300, 400, 500, 600)
XS = (150, 600, 1050)
READER = Reader(name="fake", version="1", weights="abc")


def reading(text: str, confidence: float = 0.99) -> Reading:
    return Reading(
        glyphs=tuple(
            Glyph(char=char, at=(place + 0.5) / len(text), confidence=confidence) for place, char in enumerate(text)
        )
    )


def sure(_line: Gray) -> Reading:
    return reading("文字")


@dataclass
class Fake:
    """An engine that reads what a function says, and keeps the lines of every call."""

    read_line: Callable[[Gray], Reading] = sure
    reader: Reader = READER
    calls: list[list[Gray]] = field(default_factory=list)

    def read(self, lines: Sequence[Gray]) -> list[Reading]:
        self.calls.append(list(lines))
        return [self.read_line(line) for line in lines]


def middles(places: Sequence[float]) -> list[float]:
    """Places that lie within ten pixels of one another as one."""
    groups: list[list[float]] = []
    for place in sorted(places):
        if groups and place - groups[-1][-1] < 10:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [sum(group) / len(group) for group in groups]


def rooms_of(rules: Sequence[Rule], _width: int, _height: int) -> tuple[Sequence[Box], Sequence[Box]]:
    """One table with the cells between all its rules."""
    ys = middles([rule.y0 for rule in rules if rule.is_level])
    xs = middles([rule.x0 for rule in rules if not rule.is_level])
    if len(ys) < 2 or len(xs) < 2:
        return [], []
    cells = [Box(x0=x0, y0=y0, x1=x1, y1=y1) for y0, y1 in pairwise(ys) for x0, x1 in pairwise(xs)]
    return [Box(x0=xs[0], y0=ys[0], x1=xs[-1], y1=ys[-1])], cells


def table() -> Pixels:
    pixels = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    for y in YS:
        cv2.rectangle(pixels, (XS[0], y - 1), (XS[-1], y + 1), (0, 0, 0), -1)  # three pixels, 0.4 mm
    for x in XS:
        cv2.rectangle(pixels, (x - 1, YS[0]), (x + 1, YS[-1]), (0, 0, 0), -1)
    return pixels


def text(pixels: Pixels, x: int, y: int, *, shade: int = 0) -> Pixels:
    """A line of text 28 pixels high and 240 wide: a solid block at its beginning, and bars after it."""
    cv2.rectangle(pixels, (x, y), (x + 40, y + 27), (shade, shade, shade), -1)
    for bar in range(x + 50, x + 236, 12):
        cv2.rectangle(pixels, (bar, y), (bar + 3, y + 27), (shade, shade, shade), -1)
    return pixels


def full_table() -> Pixels:
    pixels = table()
    for y in YS[:-1]:
        for x in XS[:-1]:
            text(pixels, x + 40, y + 36)
    return pixels


def dash(pixels: Pixels, x: int, y: int) -> Pixels:
    cv2.rectangle(pixels, (x, y), (x + 17, y + 4), (0, 0, 0), -1)
    return pixels


def corners(box: Box) -> tuple[float, float, float, float]:
    return (box.x0, box.y0, box.x1, box.y1)


def begins_black(line: Gray) -> Reading:
    """Confident only where the block at the beginning of the text is at the left."""
    row = (line[line.shape[0] // 2] < 128).astype(int)
    longest = max(range(len(row)), key=lambda at: int(row[at : at + 30].sum()))
    return reading("文字", 0.95 if longest < len(row) * 0.2 else 0.3)


def test_every_cell_is_read_where_it_stands() -> None:
    engine = Fake()
    page = pixels_to_page(full_table(), engine, rooms_of)
    assert (page.number, page.width, page.height) == (1, WIDTH, HEIGHT) and page.reader == engine.reader
    assert [corners(word.box) for word in page.words] == [
        pytest.approx((x + 40, y + 36, x + 276, y + 64), abs=6) for y in YS[:-1] for x in XS[:-1]
    ]
    assert {word.text for word in page.words} == {"文字"} and {word.confidence for word in page.words} == {0.99}
    assert middles([rule.y0 for rule in page.rules if rule.is_level]) == pytest.approx(YS, abs=2)
    assert page.warnings == () and page.marks == ()


def test_lines_reach_the_engine_without_their_cells_border() -> None:
    engine = Fake()
    pixels_to_page(text(table(), XS[0] + 6, YS[0] + 6), engine, rooms_of)
    (line,) = next(call for call in engine.calls if call)
    assert line.shape[0] < 50 and (line[:, 0] > 128).any() and (line[0] > 128).any()


def test_text_outside_tables_is_read_too() -> None:
    page = pixels_to_page(text(full_table(), 400, 100), Fake(), rooms_of)
    assert len(page.words) == 9
    assert any(corners(word.box) == pytest.approx((400, 100, 636, 128), abs=6) for word in page.words)


def test_a_dash_alone_in_its_cell_says_that_there_is_no_value() -> None:
    pixels = text(table(), XS[0] + 40, YS[0] + 36)
    engine = Fake()
    page = pixels_to_page(dash(pixels, 800, 350), engine, rooms_of)
    assert [word.text for word in page.words] == ["文字", "-"]
    assert corners(page.words[1].box) == pytest.approx((800, 350, 818, 355), abs=3)
    assert all(line.shape[0] > 20 for call in engine.calls for line in call)  # the engine never sees it


@pytest.mark.parametrize(("raw", "kept"), [("", "—"), ("_", "—"), ("1", "—"), ("一", "一"), ("一二", "一二")])
def test_a_flat_stroke_as_long_as_a_character_is_a_dash_unless_it_is_surely_one(raw: str, kept: str) -> None:
    stroke = Box(x0=100, y0=100, x1=130, y1=105)
    assert as_long_dash(reading(raw), stroke, 28.0).text == kept
    assert as_long_dash(reading(raw), Box(x0=100, y0=100, x1=130, y1=128), 28.0).text == raw


def test_a_dash_beside_text_is_dropped() -> None:
    pixels = dash(text(table(), XS[0] + 40, YS[0] + 36), XS[0] + 380, YS[0] + 48)
    page = pixels_to_page(pixels, Fake(), rooms_of)
    assert [word.text for word in page.words] == ["文字"]


def stroke_image(lean: int) -> Gray:
    line = np.full((40, 40), 255, np.uint8)
    cv2.line(line, (20 + lean, 6), (20 - lean, 34), (0,), 3)
    return line


@pytest.mark.parametrize("char", ["1", "l", "丨", "/"])
def test_a_stroke_that_leans_is_a_slash(char: str) -> None:
    slash = as_slash(reading(char), stroke_image(9))
    assert slash.text == "/" and slash.others == ((char, 0.99),)


@pytest.mark.parametrize(("text", "lean"), [("1", 0), ("1", 1), ("1", -9), ("7", 9), ("11", 9), ("", 9)])
def test_upright_strokes_and_other_characters_are_no_slashes(text: str, lean: int) -> None:
    assert as_slash(reading(text), stroke_image(lean)) == reading(text)


def test_a_pale_stroke_that_leans_is_a_slash_too() -> None:
    assert as_slash(reading("1"), 255 - (255 - stroke_image(9)) // 3).text == "/"


def test_a_line_without_ink_is_no_slash() -> None:
    assert as_slash(reading("1"), np.full((40, 40), 255, np.uint8)).text == "1"


def test_a_slash_in_a_cell_is_read_as_one() -> None:
    pixels = text(table(), XS[0] + 40, YS[0] + 36)
    cv2.line(pixels, (812, 334), (800, 366), (0, 0, 0), 3)
    engine = Fake(lambda line: reading("1") if line.shape[1] < 60 else sure(line))
    assert [word.text for word in pixels_to_page(pixels, engine, rooms_of).words] == ["文字", "/"]


@pytest.mark.parametrize(("second", "kept"), [(0.9, "重读"), (0.4, "初读")])
def test_doubtful_lines_are_read_again_and_the_best_reading_is_kept(second: float, kept: str) -> None:
    def read_line(line: Gray) -> Reading:
        if line.shape[1] < 250:  # a short line, whose first look is in doubt
            # its text is 28 pixels high: 40 with its margins, above 60 in a frame
            return reading("初读", 0.6) if line.shape[0] < 50 else reading("重读", second)
        return reading("宽行")

    pixels = text(table(), XS[0] + 40, YS[0] + 36)
    cv2.rectangle(pixels, (XS[1] + 40, YS[1] + 36), (XS[1] + 120, YS[1] + 63), (0, 0, 0), -1)
    text(pixels, XS[0] + 40, YS[1] + 36)
    cv2.rectangle(pixels, (XS[0] + 270, YS[0] + 36), (XS[0] + 330, YS[0] + 63), (0, 0, 0), -1)
    cv2.rectangle(pixels, (XS[0] + 270, YS[1] + 36), (XS[0] + 330, YS[1] + 63), (0, 0, 0), -1)
    engine = Fake(read_line)
    page = pixels_to_page(pixels, engine, rooms_of)
    assert [word.text for word in page.words] == ["宽行", "宽行", kept]
    *earlier, again = engine.calls
    short = next(line for call in earlier for line in call if line.shape[1] < 250)
    assert len(again) == 2
    assert again[0].shape[0] > short.shape[0] and again[0].shape[1] > short.shape[1]


def test_brackets_that_lost_what_stood_between_them_are_in_doubt() -> None:
    assert is_doubtful(reading("金额()", 0.99)) and is_doubtful(reading("金额（）", 0.99))
    assert is_doubtful(reading("金额", 0.5)) and is_doubtful(reading(""))
    assert not is_doubtful(reading("金额(万元)", 0.99))


def test_the_better_reading_lost_nothing_and_is_surer() -> None:
    whole, lost = reading("得分(10)", 0.7), reading("得分()", 0.9)
    assert better(whole, lost) is whole and better(lost, whole) is whole
    low, high = reading("低", 0.5), reading("高", 0.6)
    assert better(low, high) is high and better(high, low) is high


def test_a_frame_is_white_and_leaves_the_line_in_the_middle() -> None:
    line = np.zeros((40, 100), np.uint8)
    wide = framed(line)
    assert wide.shape == (64, 124) and not wide[12:52, 12:112].any() and wide[0].min() == 255


@pytest.mark.parametrize(("confidence", "words"), [(0.6, 1), (0.95, 2)])
def test_a_pale_line_that_is_in_doubt_is_no_text(confidence: float, words: int) -> None:
    pixels = text(table(), XS[0] + 40, YS[0] + 36)
    text(pixels, XS[0] + 40, YS[1] + 36, shade=150)
    engine = Fake(lambda line: reading("透印", confidence) if line.min() > 100 else sure(line))
    soft = cv2.GaussianBlur(pixels, (0, 0), 1)
    assert len(pixels_to_page(soft, engine, rooms_of).words) == words


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_that_lies_wrong_is_turned(quarters: int) -> None:
    scan = np.ascontiguousarray(np.rot90(full_table(), quarters))
    page = pixels_to_page(scan, Fake(begins_black), rooms_of)
    assert (page.width, page.height) == (WIDTH, HEIGHT)
    assert len(page.words) == 8 and {word.confidence for word in page.words} == {0.95}
    for word, (x, y) in zip(page.words, ((x, y) for y in YS[:-1] for x in XS[:-1]), strict=True):
        assert corners(word.box) == pytest.approx((x + 40, y + 36, x + 276, y + 64), abs=6)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_the_warp_of_a_turned_page_leads_back_to_the_scan(quarters: int) -> None:
    scan = np.ascontiguousarray(np.rot90(full_table(), quarters))
    page = pixels_to_page(scan, Fake(begins_black), rooms_of)
    x, y = 416, 256
    where = np.zeros((HEIGHT, WIDTH), np.uint8)
    where[y, x] = 1
    ((row, column),) = np.argwhere(np.rot90(where, quarters))
    assert page.warp.to_scan(x, y) == pytest.approx((column, row), abs=2)


def test_a_small_scan_is_enlarged_and_leads_back_to_its_own_pixels() -> None:
    small = cv2.resize(full_table(), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    page = pixels_to_page(small, Fake(), rooms_of)
    assert (page.width, page.height) == (WIDTH, HEIGHT) and len(page.words) == 8
    assert page.warp.to_scan(416, 256) == pytest.approx((208, 128), abs=1)
    assert enlarged(full_table())[1] == 1.0 and enlarged(small)[1] == 2.0


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_coloured_marks_are_told_where_they_stand_on_the_upright_page(quarters: int) -> None:
    pixels = full_table()
    cv2.circle(pixels, (900, 900), 90, (215, 60, 60), 12)
    page = pixels_to_page(np.ascontiguousarray(np.rot90(pixels, quarters)), Fake(begins_black), rooms_of)
    (mark,) = page.marks
    assert mark.kind == "red" and corners(mark.box) == pytest.approx((804, 804, 996, 996), abs=10)
    assert len(page.words) == 8


def test_a_blank_page_is_warned_of() -> None:
    page = pixels_to_page(np.full((HEIGHT, WIDTH, 3), 255, np.uint8), Fake(), rooms_of)
    assert page.words == () and page.rules == () and page.warnings == (BLANK_PAGE,)


def test_an_empty_table_is_blank_too() -> None:
    page = pixels_to_page(table(), Fake(), rooms_of)
    assert page.words == () and page.warnings == (BLANK_PAGE,)


def never() -> Engine:
    raise AssertionError("the engine must not be loaded")


def test_a_text_layer_needs_no_engine() -> None:
    word = Word(text="项目", box=Box(x0=1, y0=2, x1=30, y1=20))
    rule = Rule(x0=0, y0=0, x1=100, y1=0)
    sheet = Sheet(number=3, width=1654, height=2339, choice="文字层完好", words=(word,), rules=(rule,))
    page = sheet_to_page(sheet, never, rooms_of)
    assert page == Page(
        number=3, width=1654, height=2339, choice="文字层完好", reader=page.reader, words=(word,), rules=(rule,),
        scan_width=1654, scan_height=2339,
    )  # fmt: skip
    assert page.reader.name == "pdf-text" and page.reader.version and page.reader.weights == ""


def test_a_scan_keeps_the_number_and_the_choice_of_its_sheet() -> None:
    sheet = Sheet(number=4, width=WIDTH, height=HEIGHT, choice="扫描件", pixels=full_table())
    page = sheet_to_page(sheet, Fake, rooms_of)
    assert (page.number, page.choice, len(page.words)) == (4, "扫描件", 8)
    assert page.reader.name == "fake"


def test_what_was_read_stays_beside_a_mended_figure() -> None:
    box = Box(x0=0, y0=0, x1=9, y1=9)
    first, second = readings_to_words([(reading("10.0", 0.9), box), (reading("O", 0.8), box)])
    assert (first.text, first.alternatives) == ("10.0", ())
    assert (second.text, second.alternatives, second.confidence) == ("0", (("O", 0.8),), 0.8)


def test_other_readings_of_a_figure_go_with_its_word() -> None:
    box = Box(x0=0, y0=0, x1=9, y1=9)
    doubtful = replace(reading("80", 0.9), others=(("30", 0.08), ("8O", 0.01)))
    label = replace(reading("项目", 0.9), others=(("顶目", 0.08),))
    (figure,) = readings_to_words([(doubtful, box)])
    (text,) = readings_to_words([(label, box)])
    assert (figure.text, figure.alternatives) == ("80", (("30", 0.08),))
    assert (text.text, text.alternatives) == ("项目", ())


def curled(
    pixels: Pixels, *, degrees: float, depth: float
) -> tuple[Pixels, Callable[[float, float], tuple[float, float]]]:
    """A photo of a page that leans and curls, and the point of the page that any point of the photo shows."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))

    def to_page(x: float, y: float) -> tuple[float, float]:
        x, y = x - 150, y - 150
        x, y = cos * (x - WIDTH / 2) - sin * (y - HEIGHT / 2), sin * (x - WIDTH / 2) + cos * (y - HEIGHT / 2)
        return x + WIDTH / 2, y + HEIGHT / 2 - depth * (x / WIDTH * 2) ** 2

    xs, ys = np.meshgrid(np.arange(WIDTH + 300, dtype=float), np.arange(HEIGHT + 300, dtype=float))
    across, down = (np.asarray(part, np.float32) for part in to_page(xs, ys))
    white = (255, 255, 255)
    photo = cv2.remap(pixels, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=white)
    return photo, to_page


@pytest.mark.parametrize(("degrees", "depth"), [(0.0, 0.0), (7.0, 0.0), (-5.0, 12.0), (3.0, 22.0)])
def test_boxes_lead_back_to_where_the_text_stands_on_a_leaning_and_curled_page(degrees: float, depth: float) -> None:
    photo, to_page = curled(full_table(), degrees=degrees, depth=depth)
    page = pixels_to_page(photo, Fake(begins_black), rooms_of)
    assert len(page.words) == 8
    for word, (x, y) in zip(page.words, ((x, y) for y in YS[:-1] for x in XS[:-1]), strict=True):
        at_x, at_y = page.warp.to_scan((word.box.x0 + word.box.x1) / 2, (word.box.y0 + word.box.y1) / 2)
        assert to_page(at_x, at_y) == pytest.approx((x + 158, y + 50), abs=4)
        box = page.warp.box_to_scan(word.box)
        assert box.x0 < at_x < box.x1 and box.y0 < at_y < box.y1
