"""Spelling folded for matching: half-width, no blanks, one form of each sign; no place in the print is lost."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

_MARKUP = re.compile(r"(?P<tag></?[A-Za-z][^<>]{0,80}>)|&(?:[A-Za-z]{2,8}|#\d{2,5});")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """``text`` is for matching only; ``origins[i]`` is the index in ``printed`` of its i-th character."""

    printed: str
    text: str
    origins: tuple[int, ...]


def _undo_markup(printed: str, pieces: list[str]) -> None:
    """Drop tags and resolve entities (&ldquo; &nbsp;) left over from a web page, in place."""
    for residue in _MARKUP.finditer(printed):
        text = "" if residue["tag"] else html.unescape(residue.group())
        pieces[residue.start() : residue.end()] = [*map(_character_to_folded, text[:1])] + [""] * (
            residue.end() - residue.start() - len(text[:1])
        )


@lru_cache(maxsize=8192)  # one entry per distinct character: the common Chinese set fits
def _character_to_folded(character: str) -> str:
    if character.isspace() or unicodedata.category(character) in ("Cf", "Cc"):
        return ""
    return unicodedata.normalize("NFKC", character).replace(" ", "").translate(_same_characters())


@cache
def _same_characters() -> dict[int, str]:
    """Traditional, look-alike and sign variants by code point."""
    import yaml

    sheet = yaml.safe_load((Path(__file__).parent / "characters.yaml").read_text(encoding="utf-8"))
    pairs = [zip(_joined(table["from"]), _joined(table["to"]), strict=True) for table in sheet.values()]
    return {ord(variant): same for table in pairs for variant, same in table}


def _joined(lines: str) -> str:
    return "".join(lines.split())


def fold_word(word: str) -> str:
    """A word of a list or a regular expression, spelled as folded texts are; markup in it is left alone."""
    return "".join(map(_character_to_folded, word))


def fold(printed: str) -> Folded:
    """Drop blanks and invisible characters, unify widths and look-alike signs."""
    pieces = [_character_to_folded(character) for character in printed]
    if "<" in printed or "&" in printed:
        _undo_markup(printed, pieces)
    origins = tuple(place for place, piece in enumerate(pieces) for _ in piece)
    return Folded(printed=printed, text="".join(pieces), origins=origins)


def as_printed(folded: Folded, start: int, *, end: int) -> str:
    """The printed text behind ``folded.text[start:end]``, blanks inside it included."""
    if start >= end:
        return ""
    return folded.printed[folded.origins[start] : folded.origins[end - 1] + 1]
