"""Pages as read: words, ruling lines and marks in one coordinate system, and the way back to the scan."""

from __future__ import annotations

from dataclasses import dataclass

from domain.source import Alternatives, Box, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A run of text in one line of one cell. A reading that was mended is the first of its ``alternatives``."""

    text: str
    box: Box
    confidence: float = 1.0
    alternatives: Alternatives = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A piece of a ruling line from (x0, y0) to (x1, y1), level or upright, in pixels of the upright page."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_level(self) -> bool:
        """True for a line across the page."""
        return abs(self.x1 - self.x0) >= abs(self.y1 - self.y0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something stamped or written over the page: ``kind`` is red or blue ink."""

    kind: str
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Warp:
    """Upright page to scan: the scan's pixel under every node of a mesh of ``step`` pixels, row by row.

    ``columns`` nodes a row. Between nodes the map is bilinear. No points: page and scan are the same.
    """

    step: float = 0.0
    columns: int = 0
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page, upright: its size in pixels, what stands on it, who read it, and what an auditor should know of it.

    ``choice`` says whether the text layer or the pixels were read, and why.
    """

    number: int
    width: int
    height: int
    reader: Reader
    choice: str = ""
    warp: Warp = Warp()
    words: tuple[Word, ...] = ()
    rules: tuple[Rule, ...] = ()
    marks: tuple[Mark, ...] = ()
    warnings: tuple[str, ...] = ()
