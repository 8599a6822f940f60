"""Tables printed without lines: words told apart by where they stand, read as text whose layout was kept.

What the ruling lines of other tables say is told here by places alone, measured on paper. A page is taken for a form
only where printed labels say so, and its reading only where indicator rows came out of it: prose stays prose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from domain.page import Page, Rule, Word
from domain.source import Box, Document, Source, box_around
from domain.table import Cell, Table
from extract.clean import PAGE_NUMBER, Spot, TextLine, clean_text, label_key, squeeze
from extract.fragments import text_width
from extract.labels import is_label_piece, text_to_label, text_to_labels
from extract.layout import layouts
from extract.lines import middle, word_source
from extract.split import Chunk, split_forms
from extract.stream import stream_to_table
from extract.text import holds_form, likely_layout

_SAME_LINE = 0.3  # of a line's height between the middles of words in one line
_HALF_WIDTH = 0.5  # of a line's height: a digit
_STEPS = (1.0, 2.2)  # line heights from one line of a cell to the next
_SAME_STEP = 0.05  # line heights: two steps that are the same
_USUAL_STEP = 1.35  # line heights, where no cell has two lines
_PAGE_GAP = 6.0  # half lines between the last line of a page and the first of the next
_RULE_LENGTH = 1.5  # line heights; a shorter stroke belongs to a character
_DOUBLE_RULE = 0.3  # line heights between the two strokes of a rule drawn double
_EDGE = 0.1  # of a page's height at its top and at its foot, where page numbers stand
_FEWEST_LABELS = 4  # labels of one layout by which a page begins a form
_LONG_LABEL = 4  # characters; 合计 and 等级 may stand in any table
_FEWEST_ROWS = 2  # indicator rows by which a reading is believed
_SPACED = 1.3  # line heights between the characters of a spaced label
_GAP = 1.0  # line heights between two columns
_SIDE_BY_SIDE = 0.3  # of the lines of a page that goes on with a table
_STRUCTURE = 0.9  # confidence in cells that no line bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Loose:
    """The words of one page that stand in no table."""

    page: Page
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aligned:
    """What was made of some pages: tables, and the words that belong to none, page by page."""

    tables: tuple[Table, ...]
    rest: tuple[Loose, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A line of text, the runs of characters it was made of (``spots`` of the line number them), and their page."""

    line: TextLine
    words: tuple[Word, ...]
    page: Page


def begins_form(loose: Loose) -> bool:
    """Whether a page shows enough printed labels, each standing for itself, to be a form without lines."""
    keys = {label_key(word.text) for word in _parted(loose.words)}
    marks = (
        {*layout.fields, *layout.other_fields, *layout.indicator_columns, *layout.fund_columns, *layout.goals}
        for layout in layouts()
    )
    return any(len(keys & labels) >= _FEWEST_LABELS for labels in marks)


def goes_on(loose: Loose) -> bool:
    """Whether a page stands in columns, as the later pages of a form do, or shows the form's last lines."""
    closing = {label for layout in layouts() for label in layout.total | layout.grade if len(label) >= _LONG_LABEL}
    if any(label_key(word.text) in closing for word in loose.words):
        return True
    height = _height(loose.words)
    lines = _words_to_lines(loose.words, height)
    counts = [1 + sum(right.box.x0 - left.box.x1 >= _GAP * height for left, right in pairwise(line)) for line in lines]
    beside = sum(count > 1 for count in counts)
    return max(counts, default=0) > 2 and beside >= _SIDE_BY_SIDE * len(counts)


def pages_to_aligned(pages: Sequence[Loose], document: Document) -> Aligned:
    """The forms on consecutive pages without ruled tables; words that no form took are given back."""
    rows: list[_Row] = []
    spare: list[Loose] = []
    for loose in pages:
        numbers = _page_numbers(loose)
        words = [word for word in loose.words if word not in numbers]
        rows += _page_to_rows(replace(loose, words=tuple(words)), rows)
        spare += [replace(loose, words=tuple(numbers))] if numbers else []
    tables: list[Table] = []
    for chunk in split_forms([row.line for row in rows]):
        numbers_of = {line.number for line in (*chunk.heading, *chunk.body)}
        own = [row for row in rows if row.line.number in numbers_of]
        table = _chunk_to_table(chunk, own, document)
        if table is not None:
            tables.append(table)
        else:
            spare += [Loose(page=row.page, words=row.words) for row in own]
    return Aligned(tables=tuple(tables), rest=_by_page(spare))


def _page_numbers(loose: Loose) -> list[Word]:
    """The words of 第 2 页 共 3 页, - 2 - and the like, which stand alone at the page's top or foot."""
    lines = _words_to_lines(loose.words, _height(loose.words))
    numbers = (line for line in lines if PAGE_NUMBER.fullmatch("".join(word.text for word in line)))
    edges = (_EDGE * loose.page.height, (1 - _EDGE) * loose.page.height)
    return [word for line in numbers for word in line if not edges[0] <= middle(word.box)[1] <= edges[1]]


def _by_page(spare: Sequence[Loose]) -> tuple[Loose, ...]:
    pages = sorted({loose.page.number: loose.page for loose in spare}.items())
    return tuple(
        Loose(page=page, words=tuple(word for loose in spare if loose.page.number == number for word in loose.words))
        for number, page in pages
    )


def _parted(words: Sequence[Word]) -> Iterator[Word]:
    """Words of one run each; labels that stand too near one another to be told apart are parted by what they say."""
    for word in words:
        text = squeeze(clean_text(word.text))
        parts = text_to_labels(text) or tuple(text.split())
        if len(parts) < 2:
            yield from (replace(word, text=part) for part in parts)
            continue
        total = sum(text_width(part) for part in parts)
        begin = 0.0
        for part in parts:
            end = begin + text_width(part) / total
            yield replace(word, text=part, box=_slice(word.box, begin, end), alternatives=())
            begin = end


def _closed_up(line: Sequence[Word], height: float) -> list[Word]:
    """A line whose letter-spaced labels (产 出 指, the rest below) are one word each."""
    closed: list[Word] = []
    for word in line:
        last = closed[-1] if closed else None
        near = last is not None and word.box.x0 - last.box.x1 <= _SPACED * height
        short = last is not None and (len(word.text) == 1 or len(last.text) == 1)
        if last is not None and near and short and is_label_piece(last.text + word.text):
            box = box_around([last.box, word.box])
            sure = min(last.confidence, word.confidence)
            closed[-1] = Word(text=last.text + word.text, box=box, confidence=sure)
        else:
            closed.append(word)
    return closed


def _slice(box: Box, begin: float, end: float) -> Box:
    """The part of a box between two shares of its width."""
    width = box.x1 - box.x0
    return replace(box, x0=box.x0 + begin * width, x1=box.x0 + end * width)


def _height(words: Sequence[Word]) -> float:
    """Height in pixels of most lines."""
    return median(word.box.y1 - word.box.y0 for word in words) if words else 1.0


def _words_to_lines(words: Sequence[Word], height: float) -> list[list[Word]]:
    """Words line by line, each from left to right. Cells of neighbouring columns interleave: lines are told finely."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: middle(word.box)[1]):
        if lines and middle(word.box)[1] - middle(lines[-1][0].box)[1] <= _SAME_LINE * height:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.box.x0) for line in lines]


def _step(words: Sequence[Word], height: float) -> float:
    """Pixels from one line of a cell to the next: the distance that most words have from the one below."""
    steps = sorted(step for word in words if (step := _step_below(word, words, height)) is not None)
    near = {step: sum(abs(step - other) <= _SAME_STEP * height for other in steps) for step in steps}
    return max(steps, key=lambda step: near[step]) if steps else _USUAL_STEP * height


def _step_below(word: Word, words: Sequence[Word], height: float) -> float | None:
    x, y = middle(word.box)
    below = (
        middle(other.box)[1] - y for other in words if other.box.x0 < x < other.box.x1 or other.box.x0 == word.box.x0
    )
    low, high = (step * height for step in _STEPS)
    return min((step for step in below if low <= step <= high), default=None)


def _page_to_rows(loose: Loose, above: Sequence[_Row]) -> Iterator[_Row]:
    """The lines of a page, numbered on from those of the pages before it."""
    words = list(_parted(loose.words))
    height = _height(words)
    step = _step(words, height)
    marks = _rules_to_marks(loose.page.rules, height)
    last = above[-1].line.spots[-1] if above else None
    count, offset = (last.number, last.level + _PAGE_GAP) if last is not None else (0, 0.0)
    for place, line in enumerate(_words_to_lines(words, height)):
        line = _closed_up(line, height)
        mended = [replace(word, text=_mended_text(word) or word.text) for word in line]
        spots = []
        for word in mended:
            count += 1
            x, y = middle(word.box)
            begin, end = (round(edge / (_HALF_WIDTH * height)) for edge in (word.box.x0, word.box.x1))
            band = sum(mark[0] <= x <= mark[1] and mark[2] < y for mark in marks)
            spots.append(Spot(number=count, begin=begin, end=end, level=offset + 2 * y / step, band=band))
        text = TextLine(
            number=len(above) + place + 1,
            text="  ".join(word.text for word in mended),
            page_break=bool(above) and place == 0,
            spots=tuple(spots),
        )
        yield _Row(line=text, words=tuple(line), page=loose.page)


def _rules_to_marks(rules: Sequence[Rule], height: float) -> list[tuple[float, float, float]]:
    """Level rules as (begin, end, place from the top); one drawn double once."""
    level = sorted((rule for rule in rules if rule.is_level), key=lambda rule: rule.y0)
    marks = [(rule.x0, rule.x1, rule.y0) for rule in level if rule.x1 - rule.x0 >= _RULE_LENGTH * height]
    return [
        (begin, end, at)
        for place, (begin, end, at) in enumerate(marks)
        if not any(
            at - above <= _DOUBLE_RULE * height and left < end and begin < right for left, right, above in marks[:place]
        )
    ]


def _chunk_to_table(chunk: Chunk, rows: Sequence[_Row], document: Document) -> Table | None:
    """One form's lines as a table with page and box for every cell; None for prose and for what gives no rows."""
    if not holds_form(chunk):
        return None
    layout = chunk.layout or likely_layout(chunk)
    table = stream_to_table(chunk, layout, document, index=0)
    names = [label for label, name in layout.indicator_columns.items() if name == "level3"]
    head = next((cell for cell in table.cells if cell.text in names), None)
    if head is None or _filled_rows(table, below=head.row, col=head.col) < _FEWEST_ROWS:
        return None
    words = {
        spot.number: (word, row.page) for row in rows for spot, word in zip(row.line.spots, row.words, strict=True)
    }
    lines = {row.line.number: row for row in rows}
    told = [_mended(row) for row in rows]
    pages = {row.page.number: row.page for row in rows}
    return replace(
        table,
        page=rows[0].page.number,
        cells=tuple(_placed(cell, words, document) for cell in table.cells),
        heading=tuple(_placed_line(cell, lines, document) for cell in table.heading),
        warnings=(
            *(warning for page in pages.values() for warning in page.warnings),
            *(warning for warnings in told for warning in warnings),
            *table.warnings,
        ),
    )


def _filled_rows(table: Table, *, below: int, col: int) -> int:
    """Rows of the indicator table that hold a name and a target, which stands right of it."""
    filled = {(cell.row, cell.col) for cell in table.cells if cell.text and cell.row > below}
    return sum((row, col + 1) in filled for row, at in filled if at == col)


def _mended_text(word: Word) -> str | None:
    """The printed label that was nearly read; a sound text layer is as printed."""
    return text_to_label(word.text) if word.confidence < 1.0 and not is_label_piece(word.text) else None


def _mended(row: _Row) -> Iterator[str]:
    for word in row.words:
        label = _mended_text(word)
        if label is not None:
            yield f"“{word.text}”按印刷的栏目名“{label}”理解（第{row.page.number}页）。"


def _placed(cell: Cell, words: dict[int, tuple[Word, Page]], document: Document) -> Cell:
    """A cell with the places of its words instead of their numbers: a box for every page it stands on."""
    own = [words[source.line] for source in cell.sources if source.line is not None]
    if not own:
        return cell
    sure = min(word.confidence for word, _ in own)
    return replace(cell, sources=_sources(own, document), confidence=round(cell.confidence * sure * _STRUCTURE, 4))


def _placed_line(cell: Cell, lines: dict[int, _Row], document: Document) -> Cell:
    """A heading with the place of its line."""
    rows = [lines[source.line] for source in cell.sources if source.line is not None]
    own = [(word, row.page) for row in rows for word in row.words]
    return replace(cell, sources=_sources(own, document), confidence=min(word.confidence for word, _ in own))


def _sources(words: Sequence[tuple[Word, Page]], document: Document) -> tuple[Source, ...]:
    pages = {page.number: page for _, page in words}
    return tuple(
        word_source(page, document, box_around([word.box for word, on in words if on.number == number]))
        for number, page in pages.items()
    )
