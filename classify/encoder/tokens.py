"""Text to token ids as ``BertTokenizer`` does it, without transformers, and with the place of every token.

Chinese signs and punctuation stand alone; what is left between them is cut greedily into the longest pieces of the
vocabulary (``2``, ``##0``). The vocabulary made here holds single characters only; any BERT vocabulary can be read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from pathlib import Path
from typing import Final

PAD: Final = "[PAD]"
UNKNOWN: Final = "[UNK]"
START: Final = "[CLS]"
END: Final = "[SEP]"
MASK: Final = "[MASK]"
SPECIAL: Final = (PAD, UNKNOWN, START, END, MASK)
CONTINUED: Final = "##"  # prefix of a piece that does not begin its word, as WordPiece writes it

LONGEST_WORD = 100  # characters; BertTokenizer takes a longer run between blanks as one unknown word
_CHINESE = (  # blocks that BertTokenizer sets apart, character by character
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)
_INVISIBLE = ("Cc", "Cf", "Co")  # controls, formats, private use
_ASCII_SIGNS = ((33, 47), (58, 64), (91, 96), (123, 126))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Ids of a text without ``[CLS]`` and ``[SEP]``; token i covers ``text[starts[i]:ends[i]]``."""

    ids: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


Character = tuple[str, int]
"""A normalised character and its place in the text."""


class CharTokenizer:
    """Equal to ``BertTokenizer(do_lower_case=True)`` over the same ``vocab.txt`` (a test holds them equal)."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self.vocabulary: Mapping[str, int] = {piece: place for place, piece in enumerate(pieces)}
        self.unknown = self.vocabulary[UNKNOWN]
        self._longest = max(map(len, pieces), default=1)

    @classmethod
    def load(cls, path: Path) -> CharTokenizer:
        """From a ``vocab.txt``, one piece a line; KeyError without ``[UNK]``."""
        return cls(path.read_text(encoding="utf-8").rstrip("\n").split("\n"))

    def encode(self, text: str) -> Tokens:
        """Every piece of ``text`` in order; what the vocabulary lacks is ``[UNK]``, never dropped."""
        found = [piece for word in _words(text) for piece in self._pieces(word)]
        return Tokens(
            ids=tuple(each[0] for each in found),
            starts=tuple(each[1] for each in found),
            ends=tuple(each[2] for each in found),
        )

    def _pieces(self, word: Sequence[Character]) -> list[tuple[int, int, int]]:
        """A word's pieces ``(id, start, end)``, longest first; one unknown for the whole word if any part is not."""
        whole = [(self.unknown, word[0][1], word[-1][1] + 1)]
        if len(word) > LONGEST_WORD:
            return whole
        letters = "".join(letter for letter, _ in word)
        pieces: list[tuple[int, int, int]] = []
        begin = 0
        while begin < len(word):
            end = self._piece_end(letters, begin)
            if end == begin:
                return whole
            name = letters[begin:end] if begin == 0 else CONTINUED + letters[begin:end]
            pieces.append((self.vocabulary[name], word[begin][1], word[end - 1][1] + 1))
            begin = end
        return pieces

    def _piece_end(self, letters: str, begin: int) -> int:
        prefix = CONTINUED if begin else ""
        for end in range(min(len(letters), begin + self._longest), begin, -1):
            if prefix + letters[begin:end] in self.vocabulary:
                return end
        return begin


def _words(text: str) -> Iterator[list[Character]]:
    word: list[Character] = []
    for place, printed in enumerate(text):
        role, letters = _read(printed)
        if role is _Role.INSIDE:
            word += [(letter, place) for letter in letters]
        elif role is not _Role.DROPPED:
            if word:
                yield word
                word = []
            if role is _Role.ALONE:
                yield [(letter, place) for letter in letters]
    if word:
        yield word


class _Role(Enum):
    """What a character does among its neighbours."""

    DROPPED = auto()
    BLANK = auto()
    ALONE = auto()
    INSIDE = auto()


@lru_cache(maxsize=8192)  # one entry per distinct character: the common Chinese set fits
def _read(character: str) -> tuple[_Role, str]:
    """Its role, and its letters in lower case with accents off (mostly itself, seldom none or several)."""
    if character not in "\t\n\r" and (character == "\ufffd" or unicodedata.category(character) in _INVISIBLE):
        return _Role.DROPPED, ""
    if character.isspace():
        return _Role.BLANK, ""
    apart = unicodedata.normalize("NFD", character.lower())
    plain = "".join(each for each in apart if unicodedata.category(each) != "Mn")
    if _is_alone(character) or (plain and _is_alone(plain[0])):  # ≠ comes apart into = and a stroke
        return _Role.ALONE, plain or character
    return _Role.INSIDE, plain


def _is_alone(character: str) -> bool:
    code = ord(character)
    if code < 128:
        return any(first <= code <= last for first, last in _ASCII_SIGNS)
    return any(first <= code <= last for first, last in _CHINESE) or unicodedata.category(character).startswith("P")
