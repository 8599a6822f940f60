"""Tables as read: cells with their place in the grid, their text, source and confidence."""

from __future__ import annotations

from dataclasses import dataclass

from domain.source import Alternatives, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell; rows and columns count from 0. ``text`` has line wraps undone; ``sources`` lists every piece.

    ``alternatives`` are other readings of a figure; text that no engine read has none.
    """

    row: int
    col: int
    row_span: int = 1
    col_span: int = 1
    text: str
    sources: tuple[Source, ...]
    confidence: float = 1.0
    alternatives: Alternatives = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of a document. ``heading`` holds the text that stands above it (title, year, unit lines)."""

    index: int
    cells: tuple[Cell, ...]
    heading: tuple[Cell, ...] = ()
    page: int | None = None
    warnings: tuple[str, ...] = ()
