"""Texts to terms: character n-grams and marked cues, the features of the linear reader that a person can read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from classify.fold import fold
from classify.marks import Marked

LONGEST_READ = 2_000  # characters of one text that are looked at; the head of so long a cell says what it is about
TEXT_GRAMS, NAME_GRAMS = 4, 3
START, END = "^", "$"
NAME = "名:"  # before the n-grams of an indicator's name, so that they are told from those of the text
CUE, THEN, BESIDE = "#", ">", "+"  # a cue's word list; one that follows another; one later in the same clause
MOST_CUES = 60  # of one text are paired; longer texts tell their story in the first of them
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_FIGURE = "0"


def text_to_letters(text: str) -> str:
    """Folded spelling with every figure as one 0: what a figure is does not tell what kind of sentence it stands in."""
    return _DIGITS.sub(_FIGURE, fold(text[:LONGEST_READ]).text)


def text_to_ngrams(text: str) -> list[str]:
    """All runs of one to four characters, the ends of the text marked."""
    return list(_runs(f"{START}{text_to_letters(text)}{END}", longest=TEXT_GRAMS))


def target_to_ngrams(text: str, names: Sequence[str]) -> list[str]:
    """The runs of a target value, and those of the first indicator names it stands under."""
    shape = text_to_ngrams(text)
    for name in names[:3]:
        shape += [NAME + run for run in _runs(f"{text_to_letters(name)}{END}", longest=NAME_GRAMS)]
    return shape


def marked_to_terms(marked: Marked) -> list[str]:
    """The word lists whose words a text holds, which follow each other, and which share a clause.

    They carry over to wording that no example had: 问卷 and 调查表 are one term here.
    """
    cues = marked.cues[:MOST_CUES]
    terms = [CUE + cue.id for cue in cues]
    terms += [f"{CUE}{cue.id}{THEN}{after.id}" for cue, after in pairwise(cues)]
    for place, cue in enumerate(cues):
        clause = marked.clauses[cue.start]
        terms += [
            f"{CUE}{cue.id}{BESIDE}{after.id}"
            for after in cues[place + 1 :]
            if after.start > cue.start and marked.clauses[after.start] == clause
        ]
    return terms


def _runs(letters: str, *, longest: int) -> Iterator[str]:
    for length in range(1, longest + 1):
        for start in range(len(letters) - length + 1):
            yield letters[start : start + length]
