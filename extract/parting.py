"""Cells between which the line has faded: parted again where their texts keep to either side of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.page import Word
from extract.grid import Lattice, Room
from extract.labels import is_label

_CLEAR = 3  # pixels by which a text may reach over a line that is not there
_UNDRAWN = 0.7  # confidence of a cell whose border was told by its texts


def part_rooms(lattice: Lattice, held: dict[int, list[Word]]) -> tuple[Lattice, dict[int, list[Word]]]:
    """The lattice with such cells parted, and the words of all its cells by their places."""
    rooms: list[Room] = []
    words: dict[int, list[Word]] = {}
    for place, room in enumerate(lattice.rooms):
        for part, own in _part(room, held.get(place, []), lattice):
            if own:
                words[len(rooms)] = own
            rooms.append(part)
    return replace(lattice, rooms=tuple(rooms)), words


def _part(room: Room, words: Sequence[Word], lattice: Lattice) -> list[tuple[Room, list[Word]]]:
    begins = [room.col]
    for col in range(room.col + 1, room.col + room.col_span):
        if _keeps_apart(words, lattice.xs[begins[-1]], lattice.xs[col]):
            begins.append(col)
    if len(begins) == 1:
        return [(room, list(words))]
    parts = []
    for begin, end in zip(begins, [*begins[1:], room.col + room.col_span], strict=True):
        box = replace(room.box, x0=lattice.xs[begin], x1=lattice.xs[end])
        part = replace(room, col=begin, col_span=end - begin, box=box, confidence=min(room.confidence, _UNDRAWN))
        parts.append((part, [word for word in words if box.x0 <= (word.box.x0 + word.box.x1) / 2 < box.x1]))
    return parts


def _keeps_apart(words: Sequence[Word], left: float, edge: float) -> bool:
    """Whether texts of more than a sign stand on both sides of the edge in one line, and none over it."""
    if any(word.box.x0 < edge - _CLEAR and word.box.x1 > edge + _CLEAR for word in words):
        return False
    before = [word for word in words if left <= word.box.x0 and word.box.x1 <= edge + _CLEAR]
    behind = [word for word in words if word.box.x0 >= edge - _CLEAR]
    return any(
        min(one.box.y1, other.box.y1) > max(one.box.y0, other.box.y0)
        and (min(len(one.text), len(other.text)) > 1 or is_label(one.text))
        for one in before
        for other in behind
    )
