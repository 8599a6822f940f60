"""What a page break does to a form: whether the next piece goes on with it, and which labels it cut in two."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from domain.page import Word
from domain.source import Box, box_around
from domain.table import Cell
from extract.clean import PAGE_NUMBER, join_wrapped, label_key
from extract.fields import ends_open
from extract.labels import is_label
from extract.layout import layouts
from extract.levels import level_key
from extract.lines import words_to_rows

_OPENING = 3  # headings of the money block or the goals by which a form begins
_HEADINGS = 3  # headings of the indicator table that make its first row
_GROUPS = 2  # names of levels, or last lines, by which a piece goes on with an indicator table
_LONG_LABEL = 4  # characters; 分值 and 得分 stand in both headings of a form
_HANGING = 1.0  # of a line's height below a table: a line of a cell that the page break cut

Texts = Sequence[Cell]


def begins_anew(run: Sequence[Texts], below: Texts, *, is_titled: bool) -> bool:
    """Whether a piece of a table begins another form than the pieces above it. Where it is not sure, it does.

    Below a title only a table that is unfinished goes on, and only with its heading repeated or with names of levels.
    """
    above = [cell for texts in run for cell in texts]
    if _opens(below):
        return not (_named(below) and _named(below) == _named(above) and len(_openings(below)) < _OPENING)
    if not is_titled:
        return False
    goes_on = _headings(below) >= _HEADINGS or len(_groups(below)) >= _GROUPS
    return not (goes_on and _headings(above) >= _HEADINGS and not _is_finished(above))


def _opens(texts: Texts) -> bool:
    """Whether a piece holds what stands at the top of a form only."""
    return bool(_named(texts)) or len(_openings(texts)) >= _OPENING


def brings_heading(run: Sequence[Texts], below: Texts) -> bool:
    """Whether a piece begins with the heading of the indicator table, and the form above has none yet."""
    first = [cell for cell in below if cell.row == 0]
    above = [cell for texts in run for cell in texts]
    return _headings(first) >= _HEADINGS and _headings(above) < _HEADINGS and _opens(above)


def _named(texts: Texts) -> str:
    """What stands right of 项目名称 or below it, as it is compared; "" without that label."""
    for layout in layouts():
        for cell in texts:
            if layout.fields.get(label_key(cell.text)) == "project_name":
                beside = (other.text for other in texts if other.row == cell.row and other.col > cell.col)
                return label_key(next(filter(None, beside), cell.text))
    return ""


def _openings(texts: Texts) -> set[str]:
    """Headings of the money block and of the goals."""
    keys = {label_key(cell.text) for cell in texts}
    known = {label for layout in layouts() for label in (*layout.fund_columns, *layout.goals)}
    inner = {label for layout in layouts() for label in layout.indicator_columns}
    return {key for key in keys & known - inner if len(key) >= _LONG_LABEL}


def _headings(texts: Texts) -> int:
    """How many columns of the indicator table have their headings here, the name's and the target's among them."""
    counts = [0]
    for layout in layouts():
        found = {name for cell in texts if (name := layout.indicator_columns.get(label_key(cell.text))) is not None}
        counts.append(len(found) if {"level3", "target"} <= found else 0)
    return max(counts)


def _groups(texts: Texts) -> set[str]:
    """Names of levels, and labels of the last lines."""
    keys = {level_key(cell.text) for cell in texts}
    known = {label for layout in layouts() for label in (*layout.level1, *layout.level2, *layout.total, *layout.grade)}
    return {key for key in keys & known if len(key) >= _LONG_LABEL or key == "总分"}


def _is_finished(texts: Texts) -> bool:
    """Whether the total or the grade stands below the heading of the indicator table."""
    closing = {label for layout in layouts() for label in (*layout.total, *layout.grade)}
    heads = [
        number
        for number, cell in enumerate(texts)
        if any(layout.indicator_columns.get(label_key(cell.text)) == "level3" for layout in layouts())
    ]
    return bool(heads) and any(label_key(cell.text) in closing for cell in texts[heads[0] :])


def rejoined(cells: Sequence[Cell], breaks: Collection[int]) -> list[Cell]:
    """Cells with those labels whole again that a break before one of these rows cut: they stand where they begin."""
    joined = list(cells)
    for row in breaks:
        tops = {cell.col: place for place, cell in enumerate(joined) if cell.row == row and cell.text}
        for place, cell in enumerate(joined):
            below = tops.get(cell.col)
            if cell.row + cell.row_span != row or not cell.text or below is None:
                continue
            text = join_wrapped(cell.text, joined[below].text)
            if _is_whole(text) and not (_is_whole(cell.text) and not ends_open(cell.text)):
                joined[place] = _with_rest(cell, joined[below], text)
                joined[below] = replace(joined[below], text="", alternatives=())
    return joined


def _is_whole(text: str) -> bool:
    """Whether a text is a label, a name of a level, or the name of a section."""
    key = level_key(text)
    return is_label(text) or any(
        key in layout.level1 or key in layout.level2 or layout.is_side_label(text) for layout in layouts()
    )


def _with_rest(cell: Cell, rest: Cell, text: str) -> Cell:
    sure = min(cell.confidence, rest.confidence)
    return replace(cell, text=text, sources=(*cell.sources, *rest.sources), confidence=sure, alternatives=())


def hanging_words(words: Sequence[Word], floor: Sequence[tuple[int, Box]]) -> dict[int, list[Word]]:
    """Words straight below a table that a page break cut, by the number of the cell that they hang from.

    ``floor`` are the cells of its last row with their boxes. Some writers let a cell's text run on below its border.
    """
    hanging: dict[int, list[Word]] = {}
    bottom = max((box.y1 for _, box in floor), default=0.0)
    for line in words_to_rows(words):
        height = max(word.box.y1 - word.box.y0 for word in line)
        homes = [_home(word, floor) for word in line]
        is_number = PAGE_NUMBER.fullmatch("".join(word.text for word in line)) is not None
        if is_number or None in homes or min(word.box.y0 for word in line) - bottom > _HANGING * height:
            break
        for word, home in zip(line, homes, strict=True):
            if home is not None:
                hanging.setdefault(home, []).append(word)
        bottom = max(word.box.y1 for word in line)
    return hanging


def _home(word: Word, floor: Sequence[tuple[int, Box]]) -> int | None:
    return next((number for number, box in floor if box.x0 <= word.box.x0 and word.box.x1 <= box.x1), None)


def with_hanging(cell: Cell, words: Sequence[Word]) -> Cell:
    """A cell with the words that hang below its border."""
    text = cell.text
    for line in words_to_rows(words):
        text = join_wrapped(text, "".join(word.text for word in line))
    (source, *others) = cell.sources
    boxes = [word.box for word in words] + ([source.box] if source.box is not None else [])
    sure = min([cell.confidence, *(word.confidence for word in words)])
    return replace(
        cell, text=text, sources=(replace(source, box=box_around(boxes)), *others), confidence=sure, alternatives=()
    )
