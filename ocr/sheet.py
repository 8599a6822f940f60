"""One page as it came in: pixels, or the words and lines of a sound text layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from cv2.typing import MatLike

from domain.page import NO_WARP, Rule, Warp, Word

Pixels: TypeAlias = MatLike  # height x width x 3, RGB

DPI = 200  # pixels an inch of pages that have no pixels of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page before it is read, counted from 1.

    A page with a sound text layer has ``words`` and ``rules`` at DPI and no ``pixels``; a scan has ``pixels`` only.
    ``choice`` says in Chinese which of the two was taken and why. ``warp`` leads back to the PDF page at DPI where its
    text stood turned. ``doubt`` says why the page may hold less than it did ("" where nothing tells so).
    """

    number: int
    width: int
    height: int
    choice: str
    pixels: Pixels | None = None
    words: tuple[Word, ...] = ()
    rules: tuple[Rule, ...] = ()
    warp: Warp = NO_WARP
    doubt: str = ""

    @property
    def scan_size(self) -> tuple[int, int]:
        """Width and height of what ``warp`` leads to."""
        corners = self.warp.points[:2]
        lies_sideways = bool(corners) and corners[0][0] == corners[1][0]
        return (self.height, self.width) if lies_sideways else (self.width, self.height)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoilt:
    """One page that cannot be loaded, with the reason in Chinese and what to do."""

    number: int
    reason: str
