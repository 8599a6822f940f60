"""Engines that turn images of single lines into text; one file each, all behind ``Engine``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.source import Reader

if TYPE_CHECKING:
    from ocr.ink import Gray  # an engine is chosen and named before anything heavy is imported


class EngineUnavailable(Exception):
    """An engine that cannot be had. The message is Chinese and says what to install or to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyph:
    """One character: where it stands in its line (0..1), how sure it is, and what else it may be with what odds."""

    char: str
    at: float
    confidence: float
    others: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One line as recognised."""

    glyphs: tuple[Glyph, ...] = ()

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
