"""One sheet to one page: set upright, ruled, its cells found by a function that is handed in, its lines recognised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version

import cv2
import numpy as np

from domain.page import Page, Rule, Word
from domain.source import Box, Reader
from ocr.engines import Engine, Glyph, Reading
from ocr.engines.remembering import Remembering
from ocr.figures import HAN, line_to_alternatives, lines_to_figure
from ocr.ink import Gray, Ink, pixels_to_ink, pixels_to_marks
from ocr.looselines import loose_height, loose_lines
from ocr.sheet import Pixels, Sheet
from ocr.strokes import Ruling, Stroke, mask_to_ruling, quarter_ruling, strokes_to_rules, without_strokes
from ocr.textlines import ink_box, room_to_lines, usual_height, without_dust
from ocr.upright import straighten
from ocr.warps import marks_to_upright, thinned

RoomsOf = Callable[
    [Sequence[Rule], int, int], tuple[Sequence[Box], Sequence[Box]]
]  # rules, width, height -> tables, cells

_SMALL = 1700  # pixels of the longer side; smaller scans are enlarged before anything is sought in them
_RULE = 8  # pixels around a ruling line's middle that may belong to it
_NO_CHARACTER = 80  # pixels: longer than any stroke of a title in 二号
_BORDER = 3  # pixels of a cell that its border line may fill
_MARGIN = 0.2  # of a line's height, left around it for the engine
_GLANCE, _SURELY_UPRIGHT = 2, 0.95  # lines that are looked at first, and their mean confidence that tells enough
_TELLING = 2  # Chinese characters in each of them
_SAMPLE = 6  # lines by which the way up is told where the glance does not
_SAMPLE_WIDE = 8  # times its height: more of a line tells no more
_UPRIGHT = 0.9  # mean confidence that lines upside down never reach: the most seen was 0.71
_ONE_LINE, _LONGER = 1.6, 2.2  # a text of one line is at most so high against others, and so much longer than high
_DOUBTFUL = 0.85  # confidence below which a line is read twice
_FRAME = 0.3  # of a line's height, added around it for the second look
_BLUR = 1.4  # pixels at 200 dpi; measured against 0.7 and 1.0 on faxes
_STROKES = frozenset("1liI|丨/")
_LEAN = -0.2  # columns a row by which a slash leans to the left on its way down; a digit 1 stands upright
_FAINT_SURE = 0.7  # a faint line read with less confidence is no text
_PALE = 0.5  # of the way from the page's strokes to white
_DASH_HIGH, _DASH_WIDE = 0.3, 0.9  # of the usual height: a lone dash is at most so high and so wide
_LONG_DASH, _SURELY_ONE = 2.4, 0.9  # of the usual height; confidence of a stroke that is the character 一
BLANK_PAGE = "空白页：没有识别到任何文字。"
INK_ONLY = "没有认出任何文字，但页上有{count}处墨迹，可能是图片、印章、污迹或极模糊的字。请核对原件。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A straight page before it is recognised: its ink, its rules, the lines of its text, the outline of each text.

    ``homes`` numbers the cell of every line among ``rooms``, -1 outside tables; ``usual`` is the height in pixels of
    most lines.
    """

    ink: Ink
    ruling: Ruling
    rules: tuple[Rule, ...]
    lines: tuple[Box, ...]
    homes: tuple[int, ...]
    rooms: tuple[Box, ...]
    texts: tuple[Box, ...]
    usual: float


def sheet_to_page(sheet: Sheet, engine_of: Callable[[], Engine], rooms_of: RoomsOf) -> Page:
    """Words of a text layer as they are; pixels are recognised, for which alone the engine is loaded."""
    scan_width, scan_height = sheet.scan_size
    if sheet.pixels is None:
        return Page(
            number=sheet.number, width=sheet.width, height=sheet.height, choice=sheet.choice,
            reader=_text_reader(), words=sheet.words, rules=sheet.rules,
            warp=sheet.warp, scan_width=scan_width, scan_height=scan_height,
            warnings=(sheet.doubt,) if sheet.doubt else (),
        )  # fmt: skip
    page = pixels_to_page(sheet.pixels, engine_of(), rooms_of)
    warnings = (*page.warnings, sheet.doubt) if sheet.doubt else page.warnings
    return replace(
        page, number=sheet.number, choice=sheet.choice, warnings=warnings,
        scan_width=scan_width, scan_height=scan_height,
    )  # fmt: skip


@cache  # the version stands in a file, which would be read for every page
def _text_reader() -> Reader:
    return Reader(name="pdf-text", version=version("pypdfium2"))


def pixels_to_page(pixels: Pixels, engine: Engine, rooms_of: RoomsOf) -> Page:
    """A scan or photo read; its page number is 1."""
    if pixels.min() == pixels.max():
        return _plain_page(pixels, engine)
    scan, scale = enlarged(pixels)
    ink, way, long = straighten(pixels_to_ink(scan))
    laid = lay(ink, mask_to_ruling(ink.mask, long), rooms_of)
    looked = Remembering(engine)  # the lines by which the way up is told need not be read again
    quarters = way_up(laid, looked, rooms_of)
    if quarters:
        laid, way = turned(laid, quarters, rooms_of), way.then_quarters(quarters)
    words = read_lines(laid, looked)
    height, width = laid.ink.gray.shape
    warp = thinned(way.to_warp(width, height, scale=scale))
    return Page(
        number=1,
        width=width,
        height=height,
        reader=engine.reader,
        warp=warp,
        words=words,
        rules=laid.rules,
        marks=marks_to_upright(pixels_to_marks(pixels), warp, width=width, height=height),
        warnings=words_to_warnings(words),
    )


def _plain_page(pixels: Pixels, engine: Engine) -> Page:
    """A page of one colour: nothing to look for."""
    height, width = pixels.shape[:2]
    return Page(number=1, width=width, height=height, reader=engine.reader, warnings=words_to_warnings(()))


def words_to_warnings(words: Sequence[Word]) -> tuple[str, ...]:
    """What is told of a page without text: a blank one, or one whose ink nobody could read."""
    if any(word.text for word in words):
        return ()
    return (INK_ONLY.format(count=len(words)),) if words else (BLANK_PAGE,)


def enlarged(pixels: Pixels) -> tuple[Pixels, float]:
    """Small scans twice as large, so that thin lines part from text; with the factor."""
    if max(pixels.shape[:2]) >= _SMALL:
        return pixels, 1.0
    return cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), 2.0


def lay(ink: Ink, ruling: Ruling, rooms_of: RoomsOf) -> Laid:
    """Rules, cells and lines of an upright page with these strokes."""
    height, width = ink.mask.shape
    level, upright = ruling.level, ruling.upright
    rules = (*strokes_to_rules(level, level=True), *strokes_to_rules(upright, level=False))
    tables, rooms = rooms_of(rules, width, height)
    unruled = without_strokes(ink.mask, _within(level, tables, level=True), level=True, width=_RULE)
    unruled = without_strokes(unruled, _within(upright, tables, level=False), level=False, width=_RULE)
    text = without_dust(unruled)
    usual = usual_height(text, rooms) if rooms else loose_height(text)
    inner = [(line, home) for home, room in enumerate(rooms) for line in room_to_lines(text, room, usual)]
    loose = loose_lines(text, tables, usual)
    texts = tuple(box for room in rooms if (box := ink_box(text, room)) is not None) or loose
    lines, homes = (*(line for line, _ in inner), *loose), (*(home for _, home in inner), *(-1 for _ in loose))
    return Laid(
        ink=ink, ruling=ruling, rules=rules, lines=lines, homes=homes, rooms=tuple(rooms), texts=texts, usual=usual
    )  # fmt: skip


def turned(laid: Laid, quarters: int, rooms_of: RoomsOf) -> Laid:
    """A page turned clockwise by so many right angles, its strokes with it."""
    ruling, (height, width) = laid.ruling, laid.ink.mask.shape
    for _ in range(quarters):
        ruling, width, height = quarter_ruling(ruling, width, height), height, width
    return lay(quarter_ink(laid.ink, quarters), ruling, rooms_of)


def _within(strokes: Sequence[Stroke], tables: Sequence[Box], *, level: bool) -> list[Stroke]:
    """Strokes that belong to a table; one of a title does not. Without any table, those no title is as large as."""
    if not tables:
        return [_lengthened(stroke) for stroke in strokes if stroke.along[-1] - stroke.along[0] >= _NO_CHARACTER]
    return [stroke for stroke in strokes if any(_lies_in(stroke, table, level=level) for table in tables)]


def _lengthened(stroke: Stroke) -> Stroke:
    """A stroke with its very ends, which lie beyond its first and its last sample."""
    along = np.concatenate(([stroke.along[0] - _RULE], stroke.along, [stroke.along[-1] + _RULE]))
    return Stroke(along=along, across=np.pad(stroke.across, 1, mode="edge"))


def _lies_in(stroke: Stroke, table: Box, *, level: bool) -> bool:
    begin, end, across = stroke.along[0], stroke.along[-1], float(np.median(stroke.across))
    ranges = ((table.x0, table.x1), (table.y0, table.y1)) if level else ((table.y0, table.y1), (table.x0, table.x1))
    (first, last), (near, far) = ranges
    return begin >= first - _RULE and end <= last + _RULE and near - _RULE <= across <= far + _RULE


def quarter_ink(ink: Ink, quarters: int) -> Ink:
    """A page turned clockwise by so many right angles."""
    gray, mask = (np.ascontiguousarray(np.rot90(image, -quarters)) for image in (ink.gray, ink.mask))
    return Ink(gray=gray, mask=mask)


def way_up(laid: Laid, engine: Engine, rooms_of: RoomsOf) -> int:
    """Clockwise right angles after which the page can be read.

    Sideways is told by the shapes of short texts: engines read rows of sideways characters as if they were lines.
    Upside down is told by reading some lines both ways.
    """
    if not lies_sideways(laid):
        return 2 if is_upside_down(laid, engine) else 0
    return 3 if is_upside_down(turned(laid, 1, rooms_of), engine) else 1


def lies_sideways(laid: Laid) -> bool:
    """Whether texts of a single line run down the page. Cells that hold one are long in the direction of writing."""
    shapes = [(box.x1 - box.x0, box.y1 - box.y0) for box in laid.texts]
    if not shapes:
        return False
    usual = float(np.median([min(shape) for shape in shapes]))
    across = sum(high <= _ONE_LINE * usual and wide >= _LONGER * high for wide, high in shapes)
    down = sum(wide <= _ONE_LINE * usual and high >= _LONGER * wide for wide, high in shapes)
    return down > across


def is_upside_down(laid: Laid, engine: Engine) -> bool:
    """Whether some lines are read more surely when turned by two right angles; they are not where they stand clear."""
    placed = list(zip(laid.lines, laid.homes, strict=True))
    inner = [(line, home) for line, home in placed if home >= 0]
    texts = [(line, home) for line, home in inner or placed if not is_dash(line, laid.usual)]
    wide = sorted(texts, key=lambda text: text[0].y1 - text[0].y0 - (text[0].x1 - text[0].x0))
    wide = wide[: 4 * _SAMPLE : max(1, min(4, len(wide) // _SAMPLE))][:_SAMPLE]
    images = [placed_image(laid, line, home) for line, home in wide]
    if len(images) >= _GLANCE and _stand_clear(engine.read(images[:_GLANCE])):
        return False
    crops = [image[:, : _SAMPLE_WIDE * image.shape[0]] for image in images]
    as_is = _mean_confidence(crops, engine)
    return as_is < _UPRIGHT and _mean_confidence([crop[::-1, ::-1] for crop in crops], engine) > as_is


def _stand_clear(readings: Sequence[Reading]) -> bool:
    """Whether these lines are read surely, and not figures alone: 0, 1, 6, 8 and 9 are figures upside down too."""
    sure = float(np.mean([reading.confidence for reading in readings])) >= _SURELY_UPRIGHT
    return sure and all(len(HAN.findall(reading.text)) >= _TELLING for reading in readings)


def _mean_confidence(crops: Sequence[Gray], engine: Engine) -> float:
    readings = engine.read([np.ascontiguousarray(crop) for crop in crops])
    return float(np.mean([reading.confidence for reading in readings])) if readings else 0.0


def line_image(gray: Gray, line: Box, room: Box | None = None) -> Gray:
    """One line cut out with a little paper around it, but nothing of its cell's border."""
    pad = max(2, round((line.y1 - line.y0) * _MARGIN))
    height, width = gray.shape
    edge = room or Box(x0=0, y0=0, x1=width, y1=height)
    inset = _BORDER if room is not None else 0
    top, left = max(edge.y0 + inset, line.y0 - pad, 0), max(edge.x0 + inset, line.x0 - pad, 0)
    bottom, right = min(edge.y1 - inset, line.y1 + pad), min(edge.x1 - inset, line.x1 + pad)
    return np.ascontiguousarray(
        gray[int(top) : max(int(bottom), int(top) + 1), int(left) : max(int(right), int(left) + 1)]
    )


def placed_image(laid: Laid, line: Box, home: int) -> Gray:
    """A line of a page cut out, within its cell where it has one."""
    return line_image(laid.ink.gray, line, laid.rooms[home] if home >= 0 else None)


def read_lines(laid: Laid, engine: Engine) -> tuple[Word, ...]:
    """Every line recognised, doubtful ones thrice; a lone dash needs no engine."""
    lines = list(zip(laid.lines, laid.homes, strict=True))
    others = [(line, home) for line, home in lines if not is_dash(line, laid.usual)]
    filled = {home for _, home in others if home >= 0}
    # a dash stands alone in its cell: beside text, so flat a speck is left over from a line or a stamp
    dashes = [line for line, home in lines if is_dash(line, laid.usual) and home not in filled]
    images = [placed_image(laid, line, home) for line, home in others]
    readings = engine.read(images)
    again = [place for place, reading in enumerate(readings) if is_doubtful(reading)]
    other_looks = [look(images[place]) for look in (framed, softened) for place in again]
    for place, other in zip(again * 2, engine.read(other_looks), strict=True):
        readings[place] = better(readings[place], other)
    black = ink_level(laid)
    readings = [
        as_slash(as_long_dash(reading, line, laid.usual), image)
        for reading, image, (line, _) in zip(readings, images, others, strict=True)
    ]
    cells: dict[int, list[tuple[Reading, Box]]] = defaultdict(list)
    for place, (reading, (line, home)) in enumerate(zip(readings, others, strict=True)):
        if reading.confidence >= _FAINT_SURE or not is_faint(laid.ink, line, black):
            cells[home if home >= 0 else -1 - place].append((reading, line))
    words = [word for own in cells.values() for word in readings_to_words(own)]
    strokes = (Word(text="-", box=line, confidence=0.95) for line in dashes if not is_faint(laid.ink, line, black))
    return (*words, *strokes)


def as_long_dash(reading: Reading, line: Box, usual: float) -> Reading:
    """A lone flat stroke as long as a character or two says that there is no value, unless it is surely 一."""
    wide, high = line.x1 - line.x0, line.y1 - line.y0
    is_flat = high <= _DASH_HIGH * usual and wide <= _LONG_DASH * usual
    if not is_flat or len(reading.text) > 1 or (reading.text == "一" and reading.confidence >= _SURELY_ONE):
        return reading
    others = ((reading.text, reading.confidence),) if reading.text else ()
    return Reading(glyphs=(Glyph(char="—", at=0.5, confidence=_SURELY_ONE),), others=others)


def as_slash(reading: Reading, image: Gray) -> Reading:
    """A lone stroke that leans is no digit: a slash says that there is no value."""
    if reading.text not in _STROKES:
        return reading
    rows, columns = np.nonzero(image < (int(image.min()) + 255) / 2)
    if not len(rows) or not np.ptp(rows):
        return reading
    lean = np.polyfit(rows, columns, 1)[0]
    (glyph,) = reading.glyphs
    return (
        Reading(
            glyphs=(replace(glyph, char="/"),),
            others=((glyph.char, glyph.confidence),),
        )
        if lean < _LEAN
        else reading
    )


def is_doubtful(reading: Reading) -> bool:
    """A reading that a second look may better: unsure characters, or brackets between which one was lost."""
    return reading.confidence < _DOUBTFUL or "()" in reading.text or "（）" in reading.text


def framed(image: Gray) -> Gray:
    """The line with more paper around it: the engine looks at it with other windows."""
    pad = round(_FRAME * image.shape[0])
    return cv2.copyMakeBorder(image, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=255)


def softened(image: Gray) -> Gray:
    """The line out of focus: strokes that a fax has broken close again."""
    return cv2.GaussianBlur(image, (0, 0), _BLUR)


def better(first: Reading, second: Reading) -> Reading:
    """The surer of two readings; one that lost nothing between brackets before one that did."""
    lost = [any(pair in reading.text for pair in ("()", "（）")) for reading in (first, second)]
    if lost[0] != lost[1]:
        return second if lost[0] else first
    return second if second.confidence > first.confidence else first


def ink_level(laid: Laid) -> float:
    """How dark the page's strokes are."""
    inked = laid.ink.gray[laid.ink.mask > 0]
    return float(np.percentile(inked[:: max(1, len(inked) // 20000)], 25)) if len(inked) else 0.0


def is_faint(ink: Ink, line: Box, black: float) -> bool:
    """Much paler than the page's strokes all over: what is left of a seal, or shows through from the back."""
    part = ink.gray[int(line.y0) : int(line.y1), int(line.x0) : int(line.x1)]
    return part.size == 0 or float(np.percentile(part, 2)) > black + _PALE * (255 - black)


def is_dash(line: Box, usual: float) -> bool:
    """A flat stroke that is too short for the character 一."""
    wide, high = line.x1 - line.x0, line.y1 - line.y0
    return high <= _DASH_HIGH * usual and high < wide <= _DASH_WIDE * usual


def readings_to_words(readings: Sequence[tuple[Reading, Box]]) -> list[Word]:
    """The lines of one cell, what else their figures may say, and the raw text of those made of letters like digits."""
    texts = lines_to_figure([reading.text for reading, _ in readings])
    return [
        Word(
            text=text, box=line, confidence=round(reading.confidence, 4),
            alternatives=line_to_alternatives(text, (reading.text, reading.confidence), reading.others),
        )
        for text, (reading, line) in zip(texts, readings, strict=True)
    ]  # fmt: skip
