"""Texts to windows that the encoder can hold, batches of windows of like length, and the way back to one answer.

A text longer than a window is read in windows that overlap; the answer of the text is the strongest of its windows
(``strongest``). Of a text longer than ``LONGEST`` characters the head and the tail are read and the middle is not: no
cell of a form is that long, and what such a text is about stands at its ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classify.encoder.tokens import END, PAD, START, CharTokenizer
from classify.fold import fold

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

LONGEST = 4000  # characters; twenty times the longest reason met on a form
OVERLAP = 32  # tokens two neighbouring windows share: room for a new indicator's name with its verb
BESIDE = 40  # tokens of the indicators' names that stand beside a target
_STEP = 8  # widths of batches are rounded up to it, so that few shapes are met


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What the encoder sees at once. Token i covers ``printed[starts[i]:ends[i]]``; -1 for tokens of no text."""

    owner: int
    ids: tuple[int, ...]
    beside: int  # tokens at the end that belong to the second segment
    starts: tuple[int, ...]
    ends: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Windows of like length, padded; ``places`` are theirs in the list they came from. Arrays are (windows, width)."""

    places: tuple[int, ...]
    ids: Ints
    mask: Ints
    segments: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutter:
    """Cuts texts for one encoder: its tokenizer and the number of positions it was built with."""

    tokenizer: CharTokenizer
    positions: int

    def windows(self, printed: str, *, owner: int, beside: Sequence[str] = ()) -> list[Window]:
        """All windows of a text, at least one; ``beside``: names given to every window as second segment."""
        names = self.tokenizer.encode(fold("、".join(beside)).text).ids[:BESIDE] if beside else ()
        room = self.positions - 2 - (len(names) + 1 if names else 0)
        found: list[Window] = []
        for text, offset in _ends_of(printed):
            spelled = fold(text)
            tokens = self.tokenizer.encode(spelled.text)
            starts = [spelled.origins[place] + offset for place in tokens.starts]
            ends = [spelled.origins[place - 1] + 1 + offset for place in tokens.ends]
            for begin in _begins(len(tokens.ids), room):
                part = slice(begin, begin + room)
                found.append(self._window(tokens.ids[part], starts[part], ends[part], names=names, owner=owner))
        return found

    def _window(
        self, ids: Sequence[int], starts: Sequence[int], ends: Sequence[int], *, names: Sequence[int], owner: int
    ) -> Window:
        opening, closing = self.tokenizer.vocabulary[START], self.tokenizer.vocabulary[END]
        second = (*names, closing) if names else ()
        outside = (-1,) * (1 + len(second))
        return Window(
            owner=owner,
            ids=(opening, *ids, closing, *second),
            beside=len(second),
            starts=(-1, *starts, *outside),
            ends=(-1, *ends, *outside),
        )

    def batch(self, windows: Sequence[Window], places: Sequence[int]) -> Batch:
        """These windows padded to the longest of them."""
        longest = max(len(windows[place].ids) for place in places)
        width = min(self.positions, -(-longest // _STEP) * _STEP)
        ids = np.full((len(places), width), self.tokenizer.vocabulary[PAD], dtype=np.int64)
        mask, segments = np.zeros_like(ids), np.zeros_like(ids)
        for row, place in enumerate(places):
            window = windows[place]
            length = len(window.ids)
            ids[row, :length], mask[row, :length] = window.ids, 1
            segments[row, length - window.beside : length] = 1
        return Batch(places=tuple(places), ids=ids, mask=mask, segments=segments)

    def batches(self, windows: Sequence[Window], *, tokens: int) -> Iterator[Batch]:
        """All windows, short ones first, about ``tokens`` positions a batch."""
        places = sorted(range(len(windows)), key=lambda place: len(windows[place].ids))
        while places:
            width = len(windows[places[0]].ids) + _STEP
            many = max(1, tokens // width)
            yield self.batch(windows, places[:many])
            del places[:many]


def _ends_of(printed: str) -> tuple[tuple[str, int], ...]:
    """The text with its offset, or head and tail of one that is too long."""
    if len(printed) <= LONGEST:
        return ((printed, 0),)
    half = LONGEST // 2
    return ((printed[:half], 0), (printed[-half:], len(printed) - half))


def _begins(length: int, room: int) -> range:
    """Where windows begin; the last one reaches the end."""
    shared = min(OVERLAP, room // 2)
    return range(0, max(1, length - shared) if length > room else 1, room - shared)


def strongest(scores: Floats, owners: Sequence[int], *, texts: int, denied: Sequence[int] = ()) -> Floats:
    """Scores by window (windows, classes) to scores by text: the highest, of columns ``denied`` the lowest.

    ``no_reason`` is such a column: a text gives no reason only where none of its windows does.
    """
    signs = np.ones(scores.shape[1], dtype=np.float32)
    signs[list(denied)] = -1.0
    best = np.full((texts, scores.shape[1]), -np.inf, dtype=np.float32)
    np.maximum.at(best, np.asarray(owners, dtype=np.int64), scores * signs)
    return best * signs
