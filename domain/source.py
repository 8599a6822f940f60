"""Where something was read: document, page, box or line, and by which reader."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Rectangle in pixels of the upright page, origin top left, ``x0 <= x1`` and ``y0 <= y1``."""

    x0: float
    y0: float
    x1: float
    y1: float


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
