from collections.abc import Sequence

import numpy as np

from domain.source import Reader
from ocr.engines import Glyph, Reading
from ocr.engines.remembering import Remembering
from ocr.ink import Gray


class Counting:
    """Reads how bright a line is, and counts what it was given."""

    reader = Reader(name="counting", version="1")

    def __init__(self) -> None:
        self.given: list[int] = []

    def read(self, lines: Sequence[Gray]) -> list[Reading]:
        self.given.append(len(lines))
        return [Reading(glyphs=(Glyph(char=str(int(line[0, 0])), at=0.5, confidence=0.9),)) for line in lines]


def line(value: int, *, wide: int = 4) -> Gray:
    return np.full((2, wide), value, np.uint8)


def test_a_line_is_read_once_and_answered_in_its_place() -> None:
    engine = Counting()
    looked = Remembering(engine)
    first = looked.read([line(1), line(2), line(1)])
    again = looked.read([line(3), line(2)])
    assert [reading.text for reading in (*first, *again)] == ["1", "2", "1", "3", "2"]
    assert engine.given == [2, 1]
    assert looked.reader == engine.reader


def test_lines_of_the_same_bytes_and_another_shape_are_two() -> None:
    engine = Counting()
    assert len(Remembering(engine).read([line(5, wide=4), np.full((4, 2), 5, np.uint8)])) == 2
    assert engine.given == [2]
