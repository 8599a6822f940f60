"""Cues found in a text: a word list and token shapes (data) become spaCy matchers, which mark every occurrence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from classify.fold import Folded, fold, fold_word

if TYPE_CHECKING:
    from spacy.matcher import Matcher, PhraseMatcher
    from spacy.vocab import Vocab

TokenShape = Mapping[str, str | bool | Mapping[str, Sequence[str]]]
Shapes = Mapping[str, Sequence[Sequence[TokenShape]]]

IGNORE = "ignore"
"""Words of this list hide the shorter cues inside them (无锡 hides 无) and mark nothing."""

# A comma between digit groups (1,200) is part of the number.
_CLAUSE_END = re.compile(r"(?:(?<!\d),|,(?!\d{3}(?!\d)))|[;!?。]")
_SENTENCE_END = ";!?。"
_NEGATORS = "未没末"  # 末 is how OCR often reads 未
_NO_FAMILY: frozenset[int] = frozenset()
# No figure or code is this long; on such runs (a barcode, filler) the token matcher would take quadratic time.
_ENDLESS = re.compile(r"[0-9]{25,}|[A-Za-z]{25,}|[〇零一二三四五六七八九十百千]{25,}")
_FIGURES = frozenset("0123456789〇零一二两三四五六七八九十百千半")


class Cue(NamedTuple):
    """One occurrence of a word of the list ``id`` at ``text[start:end]``."""

    start: int
    end: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Matchers over single-character tokens, so that token and character positions are the same.

    ``families``: list id -> numbers of its families. The longer cue hides the shorter one inside it when it stands on
    the ignore list, in the same list or in a common family; a single character is hidden by any longer cue, save 未
    and 没, which keep their force before every verb. ``turns``: list id -> turns of phrase; these hide nothing and are
    never hidden, for a turn is a whole statement.
    """

    vocab: Vocab
    phrases: PhraseMatcher
    shapes: Matcher
    families: Mapping[str, frozenset[int]]
    turns: Mapping[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A folded text, its cues by place, and for every character the number of its clause and sentence."""

    folded: Folded
    cues: tuple[Cue, ...]
    clauses: tuple[int, ...]
    sentences: tuple[int, ...]

    @property
    def text(self) -> str:
        """The folded text, which all positions count in."""
        return self.folded.text

    def of(self, *ids: str) -> tuple[Cue, ...]:
        """The cues of these lists, by place."""
        return tuple(cue for cue in self.cues if cue.id in ids)

    def spelled(self, cue: Cue) -> str:
        """The folded words of a cue."""
        return self.text[cue.start : cue.end]

    def clause_bounds(self, place: int) -> tuple[int, int]:
        """Start and end of the clause in which the character at ``place`` stands."""
        clause = self.clauses[place]
        start = place
        while start > 0 and self.clauses[start - 1] == clause:
            start -= 1
        end = place
        while end < len(self.clauses) and self.clauses[end] == clause:
            end += 1
        return start, end


def build_lexicon(
    vocab: Vocab,
    words: Mapping[str, str],
    *,
    shapes: Shapes,
    families: Sequence[Sequence[str]],
    turns: Mapping[str, re.Pattern[str]] = MappingProxyType({}),
) -> Lexicon:
    """Compile word lists (list id -> words separated by blanks) and token shapes (list id -> spaCy patterns)."""
    from spacy.matcher import Matcher, PhraseMatcher
    from spacy.tokens import Doc

    phrases = PhraseMatcher(vocab)
    for list_id, line in words.items():
        spelled = {fold_word(word) for word in line.split()}
        phrases.add(list_id, [Doc(vocab, words=list(word), spaces=[False] * len(word)) for word in sorted(spelled)])
    matcher = Matcher(vocab)
    for list_id, patterns in shapes.items():
        matcher.add(list_id, [[_folded_token(token) for token in pattern] for pattern in patterns], greedy="LONGEST")
    numbered = {
        list_id: frozenset(number for number, family in enumerate(families) if list_id in family) for list_id in words
    }
    return Lexicon(vocab=vocab, phrases=phrases, shapes=matcher, families=numbered, turns=turns)


def _folded_token(token: TokenShape) -> dict[str, object]:
    """A token pattern whose characters are spelled as folded texts are."""
    return {key: _folded_value(value) for key, value in token.items()}


def _folded_value(value: str | bool | Mapping[str, Sequence[str]]) -> object:
    if isinstance(value, Mapping):
        return {key: each if key == "REGEX" else [fold_word(item) for item in each] for key, each in value.items()}
    return value if isinstance(value, bool) else fold_word(value)


def mark(printed: str, lexicon: Lexicon) -> Marked:
    """Fold a text and mark its cues; a cue strictly inside a longer one is left out."""
    folded = fold(printed)
    clauses, sentences = _text_to_divisions(folded.text)
    cues = text_to_cues(folded.text, lexicon) if folded.text else ()
    return Marked(folded=folded, cues=cues, clauses=clauses, sentences=sentences)


def without(marked: Marked, *spans: tuple[int, int]) -> Marked:
    """The same text with the cues inside these spans taken away."""
    cues = tuple(cue for cue in marked.cues if not any(start <= cue.start and cue.end <= end for start, end in spans))
    return Marked(folded=marked.folded, cues=cues, clauses=marked.clauses, sentences=marked.sentences)


def text_to_cues(text: str, lexicon: Lexicon) -> tuple[Cue, ...]:
    """Every cue of a folded text, by place; the outer of two that start together first."""
    from spacy.tokens import Doc

    plain = _ENDLESS.sub(lambda run: "?" * len(run.group()), text)
    doc = Doc(lexicon.vocab, words=list(plain), spaces=[False] * len(plain))
    found = lexicon.phrases(doc)
    if len(lexicon.shapes) and _has_figure(text):
        found += lexicon.shapes(doc)
    strings = lexicon.vocab.strings
    cues = sorted({Cue(start, end, strings[key]) for key, start, end in found}, key=_outer_first)
    kept = _unhidden(cues, text, families=lexicon.families)
    turned = _text_to_turns(plain, lexicon.turns)
    return tuple(sorted((*kept, *turned), key=_outer_first)) if turned else kept


def _text_to_turns(text: str, turns: Mapping[str, re.Pattern[str]]) -> list[Cue]:
    return [Cue(*found.span(), list_id) for list_id, turn in turns.items() for found in turn.finditer(text)]


def _has_figure(text: str) -> bool:
    """Every token shape holds a figure; the token matcher is the slow part and is spared without one."""
    return not _FIGURES.isdisjoint(text)


def _outer_first(cue: Cue) -> tuple[int, int, str]:
    return cue.start, -cue.end, cue.id


def _unhidden(cues: Sequence[Cue], text: str, *, families: Mapping[str, frozenset[int]]) -> tuple[Cue, ...]:
    kept: list[Cue] = []
    around: list[Cue] = []
    for cue in cues:
        around = [outer for outer in around if outer.end > cue.start]
        if cue.id != IGNORE and not any(_hides(outer, cue, text=text, families=families) for outer in around):
            kept.append(cue)
        if cue.end - cue.start > 1:
            around.append(cue)
    return tuple(kept)


def _hides(outer: Cue, cue: Cue, *, text: str, families: Mapping[str, frozenset[int]]) -> bool:
    size = cue.end - cue.start
    if outer.end < cue.end or outer.end - outer.start == size:
        return False
    if outer.id in (IGNORE, cue.id) or (size == 1 and text[cue.start] not in _NEGATORS):
        return True
    return not families.get(cue.id, _NO_FAMILY).isdisjoint(families.get(outer.id, _NO_FAMILY))


def _text_to_divisions(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    ends = {match.start() for match in _CLAUSE_END.finditer(text)}
    clauses: list[int] = []
    sentences: list[int] = []
    clause = sentence = 0
    for place, character in enumerate(text):
        clauses.append(clause)
        sentences.append(sentence)
        clause += place in ends
        sentence += character in _SENTENCE_END
    return tuple(clauses), tuple(sentences)
