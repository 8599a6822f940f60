"""A reason as a row of tokens: words of a class, quotations, figures, signs and single characters.

In this shape two sentences that tell of a change in the same way look alike, whatever indicator they name.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from classify.fold import Folded, fold, fold_word
from classify.patterns import pattern
from classify.values import Shape, text_to_shape

QUOTED, FIGURE, GAP = "Q", "N", "_"
LONGEST_READ = 1_200  # folded characters of one cell that are looked at; a change is told in the head of so long a one
_STOPS = "。;!?"
_PAUSES = ",:、()—."
_PLAIN = "plain"  # the class of words that hide the characters in them and are of no class themselves


class Token(NamedTuple):
    """``text[start:end]``; ``kind`` is a word class in lower case, Q, N, a sign or the character; ``broad`` its class.

    For a quotation ``inner`` are the bounds without its marks and ``kind`` tells what it looks like.
    """

    start: int
    end: int
    kind: str
    broad: str
    inner: tuple[int, int] | None = None


class Skeleton(NamedTuple):
    """A folded text and its tokens; ``blanks`` are the places before which the print has a blank or a new line."""

    folded: Folded
    tokens: tuple[Token, ...]
    blanks: frozenset[int]

    @property
    def text(self) -> str:
        """The folded text."""
        return self.folded.text


def text_to_skeleton(printed: str) -> Skeleton:
    """Read from left to right; at each place a quotation, else a figure, else the longest word, else a character."""
    folded = fold(printed[: 2 * LONGEST_READ])
    text = folded.text[:LONGEST_READ]
    tokens: list[Token] = []
    place = 0
    while place < len(text):
        token = _quotation(text, place) or _figure(text, place) or _word(text, place) or _character(text, place)
        tokens.append(token)
        place = token.end
    return Skeleton(folded, tuple(tokens), _blanks(folded, len(text)))


def is_stop(token: Token) -> bool:
    """Ends a sentence."""
    return token.kind in _STOPS


def is_pause(token: Token) -> bool:
    """Parts two pieces of a sentence."""
    return token.kind in _PAUSES or token.kind in _STOPS


def _blanks(folded: Folded, length: int) -> frozenset[int]:
    """Places behind a gap of the print; none where the whole text is spaced out."""
    origins = folded.origins
    found = frozenset(place for place in range(1, length) if origins[place] - origins[place - 1] > 1)
    return found if len(found) * 4 < length else frozenset()


def _quotation(text: str, place: int) -> Token | None:
    found = pattern("any_quotation").match(text, place)
    if found is None:
        return None
    number = found.lastindex or 0
    start, end = found.span(number)
    looks = _looks(text[start:end])
    mark = "P" if text[found.start()] == "(" else QUOTED
    return Token(found.start(), found.end(), mark + looks, mark, (start, end))


def _looks(text: str) -> str:
    figures = tuple(pattern("any_figure").finditer(text))
    if figures and figures[-1].end() == len(text):
        return "n" if figures[-1].start() == 0 else "f"
    shape = text_to_shape(text)
    return {Shape.NUMBER: "n", Shape.NAME: "m", Shape.STATE: "s", Shape.MONEY: "y", Shape.TIME: "t"}.get(shape, "o")


def _figure(text: str, place: int) -> Token | None:
    found = pattern("any_figure").match(text, place)
    return None if found is None else Token(place, found.end(), FIGURE, FIGURE)


def _word(text: str, place: int) -> Token | None:
    classes, sizes = _lexicon()
    for size in sizes.get(text[place], ()):
        word = text[place : place + size]
        word_class = classes.get(word)
        if word_class == _PLAIN:
            return Token(place, place + len(word), word, GAP)
        if word_class is not None:
            return Token(place, place + len(word), word_class, word_class)
    return None


def _character(text: str, place: int) -> Token:
    sign = text[place]
    return Token(place, place + 1, sign, GAP if sign.isalnum() else sign)


@cache
def _lexicon() -> tuple[dict[str, str], dict[str, tuple[int, ...]]]:
    """Word -> class, and first character -> lengths of its words, longest first."""
    sheet = yaml.safe_load((Path(__file__).parents[1] / "rewrite_words.yaml").read_text(encoding="utf-8"))
    classes: dict[str, str] = {}
    for word_class, line in sheet.items():
        for word in line.split():
            classes.setdefault(fold_word(word), str(word_class))
    sizes: dict[str, set[int]] = {}
    for word in classes:
        sizes.setdefault(word[0], set()).add(len(word))
    return classes, {first: tuple(sorted(lengths, reverse=True)) for first, lengths in sizes.items()}
