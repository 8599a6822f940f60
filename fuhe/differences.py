"""Two texts side by side: which characters went and which came, for eyes and not for machines."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Below this likeness (0..1) single characters in common are chance, and the texts are shown as wholly other.
LEAST_LIKENESS = 0.34
# A lone character between two changes only chops them up: 有所(提)升.
LEAST_RUN = 2


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    INSERTED = "inserted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of characters that share one fate."""

    text: str
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The old text in pieces (same, removed) beside the new one (same, inserted)."""

    old: tuple[Piece, ...]
    new: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """True where anything went or came."""
        return any(piece.change is not Change.SAME for piece in (*self.old, *self.new))

    @property
    def is_other(self) -> bool:
        """True where the new text shares nothing with the old one: to strike out a whole cell makes it hard to read."""
        return self.is_changed and all(piece.change is not Change.SAME for piece in (*self.old, *self.new))


def texts_to_difference(old: str, new: str) -> Difference:
    """The two texts cut where they differ; each side's pieces join to its text."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    runs = [(block.a, block.b, block.size) for block in matcher.get_matching_blocks() if block.size]
    alike = matcher.ratio() >= LEAST_LIKENESS
    kept = [run for run in runs if alike and (run[2] >= LEAST_RUN or _at_an_edge(run, old=old, new=new))]
    return Difference(
        old=_pieces(old, [(a, size) for a, _, size in kept], change=Change.REMOVED),
        new=_pieces(new, [(b, size) for _, b, size in kept], change=Change.INSERTED),
    )


def _at_an_edge(run: tuple[int, int, int], *, old: str, new: str) -> bool:
    """A single character that both texts begin or end with: ≥ of ≥40 and ≥30, % of 90% and 80%."""
    a, b, size = run
    return (a == 0 and b == 0) or (a + size == len(old) and b + size == len(new))


def _pieces(text: str, kept: list[tuple[int, int]], *, change: Change) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    place = 0
    for start, size in kept:
        pieces += [
            Piece(text=text[place:start], change=change),
            Piece(text=text[start : start + size], change=Change.SAME),
        ]
        place = start + size
    pieces.append(Piece(text=text[place:], change=change))
    return tuple(piece for piece in pieces if piece.text)
