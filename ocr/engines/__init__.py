"""Engines that turn images of single lines into text; one file each, all behind ``Engine``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.source import Alternatives, Reader

if TYPE_CHECKING:
    from ocr.ink import Gray  # an engine is chosen and named before anything heavy is imported


class EngineUnavailable(Exception):
    """An engine that cannot be had. The message is Chinese and says what to install or to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """One character: where it stands in its line (0..1), and how sure it is."""

    char: str
    at: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One line as recognised. ``others`` are other readings of a short line as a whole, likeliest first."""

    glyphs: tuple[Glyph, ...] = ()
    others: Alternatives = ()

    @property
    def text(self) -> str:
        """The characters in order."""
        return "".join(glyph.char for glyph in self.glyphs)

    @property
    def confidence(self) -> float:
        """Mean of the characters'; 0 for a line in which nothing was recognised."""
        return sum(glyph.confidence for glyph in self.glyphs) / len(self.glyphs) if self.glyphs else 0.0


class Engine(Protocol):
    """Reads lines. ``reader`` names it with its version and the hash of its weights."""

    @property
    def reader(self) -> Reader:
        """Who reads."""

    def read(self, lines: Sequence[Gray]) -> list[Reading]:
        """One reading per line image (height x width grey, 255 is paper), in their order."""
