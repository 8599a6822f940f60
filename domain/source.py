"""Where something was read: document, page, box or line, and by which reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Alternatives = tuple[tuple[str, float], ...]  # other readings of one text, likeliest first, with odds in 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Rectangle in pixels of the upright page, origin top left, ``x0 <= x1`` and ``y0 <= y1``."""

    x0: float
    y0: float
    x1: float
    y1: float


def box_around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all of these; ValueError when there are none."""
    return Box(
        x0=min(box.x0 for box in boxes),
        y0=min(box.y0 for box in boxes),
        x1=max(box.x1 for box in boxes),
        y1=max(box.y1 for box in boxes),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What turned the document into characters: name, version and hash of the weights ("" for none)."""

    name: str
    version: str
    weights: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One input file: the path as the user gave it, and the SHA-256 of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One piece of evidence. Pages and lines count from 1; text input has a line, paper has a page and a box."""

    document: Document
    reader: Reader
    page: int | None = None
    box: Box | None = None
    line: int | None = None
