"""Words to lines of text: in reading order, those side by side in one line together."""

from __future__ import annotations

from collections.abc import Sequence

from domain.page import Page, Word
from domain.source import Box, Document, Source, box_around
from domain.table import Cell
from extract.clean import clean_text

_LINE_OVERLAP = 0.5  # of the lower of two words: they stand in one line


def words_to_lines(words: Sequence[Word], page: Page, document: Document) -> tuple[Cell, ...]:
    """Loose words as heading lines from top to bottom, those side by side in one line together."""
    cells: list[Cell] = []
    for line in words_to_rows(words):
        text = clean_text("  ".join(word.text for word in line if word.text)).strip()
        if text:
            box = box_around([word.box for word in line])
            cells.append(
                Cell(
                    row=len(cells), col=0, text=text, sources=(word_source(page, document, box),),
                    confidence=min(word.confidence for word in line),
                )
            )  # fmt: skip
    return tuple(cells)


def words_to_rows(words: Sequence[Word]) -> list[list[Word]]:
    """Words in reading order, line by line."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: middle(word.box)[1]):
        mate = lines[-1] if lines and any(_beside(word.box, other.box) for other in lines[-1]) else None
        if mate is None:
            lines.append([word])
        else:
            mate.append(word)
    return [sorted(line, key=lambda word: word.box.x0) for line in lines]


def _beside(one: Box, other: Box) -> bool:
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    apart = one.x0 >= other.x1 - 2 or other.x0 >= one.x1 - 2
    return apart and overlap >= _LINE_OVERLAP * min(one.y1 - one.y0, other.y1 - other.y0)


def word_source(page: Page, document: Document, box: Box) -> Source:
    """A place on a page, and who read it."""
    return Source(document=document, reader=page.reader, page=page.number, box=box)


def middle(box: Box) -> tuple[float, float]:
    """The point in the middle of a box."""
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
