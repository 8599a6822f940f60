"""Pages as read: words, ruling lines and marks in one coordinate system, and the way back to the scan."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import ClassVar

from domain.source import Alternatives, Box, Reader

_SIDE_STEPS = 8  # points looked at along each side of a box: sides of a bent page are no straight lines on the scan


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

    ``columns`` nodes a row, two at least, and two rows. Between nodes the map is bilinear. No nodes: page and scan are
    the same. ``nodes`` are x and y of each as 32-bit floats: a page that bends has a thousand, and batches are held.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"ser_json_bytes": "base64", "val_json_bytes": "base64"}

    step: float = 0.0
    columns: int = 0
    nodes: bytes = b""

    @classmethod
    def through(cls, points: Iterable[tuple[float, float]], *, step: float, columns: int) -> Warp:
        """The mesh whose nodes lie at these points of the scan."""
        return cls(step=step, columns=columns, nodes=array("f", chain.from_iterable(points)).tobytes())

    @property
    def points(self) -> tuple[tuple[float, float], ...]:
        """Where every node lies on the scan."""
        flat = memoryview(self.nodes).cast("f").tolist()
        return tuple(zip(flat[::2], flat[1::2], strict=True))

    def to_scan(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the upright page lies on the scan, both in pixels."""
        if not self.nodes:
            return x, y
        flat = memoryview(self.nodes).cast("f")
        column = min(max(int(x // self.step), 0), self.columns - 2)
        row = min(max(int(y // self.step), 0), len(flat) // 2 // self.columns - 2)
        across, down = x / self.step - column, y / self.step - row
        first = row * self.columns + column
        corners = (first, first + 1, first + self.columns, first + self.columns + 1)
        shares = ((1 - across) * (1 - down), across * (1 - down), (1 - across) * down, across * down)
        pairs = [(2 * corner, share) for corner, share in zip(corners, shares, strict=True)]
        return sum(flat[at] * share for at, share in pairs), sum(flat[at + 1] * share for at, share in pairs)

    def box_to_scan(self, box: Box) -> Box:
        """The smallest upright box on the scan that holds a box of the upright page."""
        shares = [step / _SIDE_STEPS for step in range(_SIDE_STEPS + 1)]
        wide, high = box.x1 - box.x0, box.y1 - box.y0
        level = [(box.x0 + share * wide, y) for share in shares for y in (box.y0, box.y1)]
        upright = [(x, box.y0 + share * high) for share in shares for x in (box.x0, box.x1)]
        xs, ys = zip(*(self.to_scan(x, y) for x, y in (*level, *upright)), strict=True)
        return Box(x0=min(xs), y0=min(ys), x1=max(xs), y1=max(ys))


NO_WARP = Warp()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page, upright: its size in pixels, what stands on it, who read it, and what an auditor should know of it.

    ``choice`` says whether the text layer or the pixels were read, and why. ``warp`` leads to a scan of
    ``scan_width`` x ``scan_height`` pixels; a page read from its text layer has 200 of them an inch.
    """

    number: int
    width: int
    height: int
    reader: Reader
    choice: str = ""
    scan_width: int = 0
    scan_height: int = 0
    warp: Warp = NO_WARP
    words: tuple[Word, ...] = ()
    rules: tuple[Rule, ...] = ()
    marks: tuple[Mark, ...] = ()
    warnings: tuple[str, ...] = ()
