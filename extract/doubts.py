"""Other readings of figures: of a cell out of its words', of a field out of its cells'. Text has none, paper may."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.page import Word
from domain.source import Alternatives, Box
from domain.table import Cell
from domain.value import DateLimit, Quantity
from extract.clean import clean_text, join_wrapped
from extract.values import text_to_value

# Measured on 3,500 figures of worn pages. Beside a reading that is a figure itself, 3 to 4 in a hundred of the others
# at 0.01 to 0.1 were true, but only 1 in a hundred at 0.001, and these are three times as many. Where the reading is
# no figure, a third of what is left at 0.001 to 0.01 was.
LEAST = 0.01
LEAST_OF_NONE = 0.001
_MOST = 4  # other readings of one cell
_FOLLOWED = 60  # combinations of other readings of a cell's words that are followed
_CHARS, _WORDS = 24, 4  # more is prose
_RESIDUE = re.compile(r"[^\w\u4e00-\u9fff]{1,3}|[1lI丨「]{1,2}")  # what is left of a border or a speck, as it is read
_FLAT = 0.5  # of the height beside which a piece is no character
_THIN = 0.15  # of its height: no digit is thinner; on worn pages the thinnest 1 had 0.32
_THIN_ODDS = 0.95  # that a piece so thin is no digit; all 26 were none
_OPEN_ENDS = tuple(".,:;·")

Option = tuple[str, float]


def is_figure(text: str) -> bool:
    """A number, an amount, a share or a date, with a sign before it and a unit behind it at most."""
    if not text or text.startswith(_OPEN_ENDS) or text.endswith(_OPEN_ENDS):
        return False
    if sum(map(text.count, "(（")) != sum(map(text.count, ")）")):
        return False
    reading = text_to_value(text)
    return isinstance(reading.value, Quantity | DateLimit) and reading.confidence == 1.0


def lines_to_text(lines: Sequence[Sequence[str]]) -> str:
    """The words of one cell, line by line, as one text."""
    text = ""
    for line in lines:
        text = join_wrapped(text, " ".join(clean_text(word).strip() for word in line if word))
    return text


def words_to_alternatives(lines: Sequence[Sequence[Word]], text: str) -> Alternatives:
    """Other readings of the cell in which these lines read ``text``.

    A stroke or speck beside a figure may be none of it. A reading at least as sure as the words is what was read
    before they were mended: it is kept whatever it says.
    """
    words = [word for line in lines for word in line]
    dropped = {id(word): residue_odds(word, words) for word in words} if len(words) > 1 else {}
    if len(words) > _WORDS or len(text) > _CHARS:
        return ()
    if not any(word.alternatives for word in words) and not any(dropped.values()):
        return ()
    ways: list[tuple[list[list[str]], float]] = [([], 1.0)]
    for line in lines:
        ways = [([*way, []], odds) for way, odds in ways]
        for word in line:
            gone = dropped.get(id(word), 0.0)
            ways = _followed(ways, [(word.text, 1 - gone), *word.alternatives, ("", gone)])
    sure = min(word.confidence for word in words)
    return kept(text, [(lines_to_text(way), odds) for way, odds in ways], sure)


def _followed(
    ways: Sequence[tuple[list[list[str]], float]], options: Sequence[Option]
) -> list[tuple[list[list[str]], float]]:
    grown = [
        ([*way[:-1], [*way[-1], text]], odds * share)
        for way, odds in ways
        for text, share in options
        if odds * share >= LEAST_OF_NONE
    ]
    return sorted(grown, key=lambda way: -way[1])[:_FOLLOWED]


def residue_odds(word: Word, words: Sequence[Word]) -> float:
    """Odds that a word is what is left of a border or a speck: by its shape, else by the engine's own doubt."""
    if not _RESIDUE.fullmatch(word.text):
        return 0.0
    if word.box.x1 - word.box.x0 < _THIN * (word.box.y1 - word.box.y0):
        return _THIN_ODDS
    beside = any(_beside(word.box, other.box) for other in words if other is not word)
    return max(1 - word.confidence, LEAST_OF_NONE) if beside else 0.0


def _beside(piece: Box, box: Box) -> bool:
    """In the same line to the left or right, or much flatter: a wrapped figure goes on below and as high as it was."""
    apart = piece.x1 <= box.x0 or piece.x0 >= box.x1
    level = min(piece.y1, box.y1) > max(piece.y0, box.y0)
    return (apart and level) or piece.y1 - piece.y0 < _FLAT * (box.y1 - box.y0)


def kept(text: str, readings: Sequence[Option], sure: float) -> Alternatives:
    """Of other readings of ``text``, read with the confidence ``sure``, those that are figures and likely enough."""
    least = LEAST if is_figure(text) else LEAST_OF_NONE
    told: dict[str, float] = {}
    for other, odds in sorted(readings, key=lambda reading: -reading[1]):
        if other != text and odds >= least and (odds >= sure or is_figure(other)):
            told.setdefault(other, odds)
    return tuple((other, round(odds, 4)) for other, odds in list(told.items())[:_MOST])


def cells_to_alternatives(cells: Sequence[Cell], text: str) -> Alternatives:
    """Other readings of a value in several pieces (sign, number and unit): one piece read otherwise, the rest as is."""
    if len(cells) == 1:
        return cells[0].alternatives if cells[0].text == text else ()
    readings: list[Option] = []
    for place, cell in enumerate(cells):
        for other, odds in cell.alternatives:
            pieces = [other if n == place else piece.text for n, piece in enumerate(cells)]
            readings.append((lines_to_text([[piece] for piece in pieces]), odds))
    return kept(text, readings, min(cell.confidence for cell in cells)) if readings else ()
