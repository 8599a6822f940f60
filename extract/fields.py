"""Cells to fields: text joined, state decided, sources kept; and text cut by a page break put together again."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from domain.form import Field, FieldState
from domain.table import Cell
from extract.clean import join_wrapped
from extract.doubts import cells_to_alternatives

_PAIRS = (("“", "”"), ("（", "）"), ("(", ")"), ("《", "》"), ("‘", "’"), ("【", "】"))
_OVERLAP_CHARS = 8  # shorter overlaps at a page break are chance, longer ones a tail printed twice
_TAIL_CHARS = 4  # a whole piece that the text above ends with is no chance from here on
BLANK = Field(state=FieldState.BLANK)


def cells_to_field(cells: Sequence[Cell], *, confidence: float = 1.0) -> Field:
    """All pieces of one value in reading order; BLANK when none holds text."""
    filled = [cell for cell in cells if cell.text]
    if not filled:
        return Field(state=FieldState.BLANK, sources=tuple(s for cell in cells for s in cell.sources))
    text = ""
    for cell in filled:
        text = join_pieces(text, cell.text)
    return Field(
        text=text,
        state=FieldState.READ,
        sources=tuple(source for cell in filled for source in cell.sources),
        confidence=round(min(confidence, *(cell.confidence for cell in filled)), 4),
        alternatives=cells_to_alternatives(filled, text),
    )


def join_pieces(above: str, below: str) -> str:
    """Text above and below a page break as one; what the break printed twice stands once."""
    if not above or not below:
        return above or below
    if len(below) >= _TAIL_CHARS and above.endswith(below):
        return above
    if len(below) >= _OVERLAP_CHARS:
        if below in above:
            return above
        if above in below:
            return below
        for size in range(min(len(above), len(below)), _OVERLAP_CHARS - 1, -1):
            if above.endswith(below[:size]):
                return above + below[size:]
    return join_wrapped(above, below)


@lru_cache(maxsize=1 << 14)
def ends_open(text: str) -> bool:
    """True for text that plainly goes on: a bracket or quotation mark is still open."""
    return any(text.count(left) > text.count(right) for left, right in _PAIRS)


@lru_cache(maxsize=1 << 14)
def begins_open(text: str) -> bool:
    """True for text that plainly began earlier: it closes what it did not open, or begins with a closing mark."""
    if text[:1] in "，。；、：）)”》,;.!！?？%":
        return True
    return any(closes_first(text, left, right) for left, right in _PAIRS)


def closes_first(text: str, left: str, right: str) -> bool:
    """True when the closing mark stands before any opening one."""
    close, begin = text.find(right), text.find(left)
    return close >= 0 and not 0 <= begin < close
