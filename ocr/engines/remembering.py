"""An engine that reads no line of a page twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.source import Reader
from ocr.engines import Engine, Reading
from ocr.ink import Gray


@dataclass(frozen=True, slots=True)
class Remembering:
    """An engine, and what it has read: for one page, whose lines it keeps."""

    engine: Engine
    known: dict[tuple[tuple[int, ...], bytes], Reading] = field(default_factory=dict)

    @property
    def reader(self) -> Reader:
        """As Engine says."""
        return self.engine.reader

    def read(self, lines: Sequence[Gray]) -> list[Reading]:
        """As Engine says."""
        keys = [(line.shape, line.tobytes()) for line in lines]
        new = {key: line for key, line in zip(keys, lines, strict=True) if key not in self.known}
        self.known.update(zip(new, self.engine.read(list(new.values())), strict=True))
        return [self.known[key] for key in keys]
