"""Printed labels that a recogniser nearly read: some signs amiss, or the rest of a line beside them."""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from extract.clean import label_key
from extract.layout import Layout, layouts

# What is left of a border line beside a label, as a recogniser reads it.
_RESIDUE = re.compile(
    r"^[1lI|丨.·,'’`\-_—一:：!！/]{1,2}(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff)])[1lI|丨.·,'’`\-_!]{1,2}$"
)
_SIGNS = re.compile(r"[^\w\u4e00-\u9fff]")  # what comes and goes with broken strokes
_CHARS_AN_ERROR = 4  # so many characters of a label allow for one that is amiss; in two shorter ones it may be the name
_MOST_ERRORS = 3
_LONGEST = 24  # characters; no label is longer
_LEAST = 2  # characters of a label


def text_to_label(text: str) -> str | None:
    """The printed label that a recognised text stands for; None where it is one already, or none comes near.

    Nor where several come as near that mean different things.
    """
    key = label_key(text)
    if not key or len(key) > _LONGEST or key in _meanings():
        return None
    without_residue = _RESIDUE.sub("", key)
    if without_residue != key and without_residue in _meanings():
        return without_residue
    bare = _SIGNS.sub("", key)
    errors = min(_MOST_ERRORS, len(bare) // _CHARS_AN_ERROR)
    if not errors:
        return None
    near = process.extract(bare, _bare_labels(), scorer=Levenshtein.distance, score_cutoff=errors, limit=None)
    near = [found for found in near if _is_as_long(key, bare, *found[::2])]
    nearest = [label for _, distance, label in near if distance == near[0][1]]
    return nearest[0] if len({_meanings()[label] for label in nearest}) == 1 else None


def _is_as_long(key: str, bare: str, bare_label: str, label: str) -> bool:
    """Whether no word was added or left out, such as 其中 before a label or a unit in brackets behind it."""
    return abs(len(bare) - len(bare_label)) <= 1 and ("(" not in key or "(" in label)


def text_to_labels(text: str) -> tuple[str, ...]:
    """The printed labels that a text consists of, where these are two or more; empty for other text.

    Headings of narrow columns stand so near one another that they are taken for one text.
    """
    key = label_key(text)
    cuts: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(_LEAST, len(key) + 1):
        for begin in range(end - _LEAST + 1):
            if begin in cuts and key[begin:end] in _meanings():
                cuts[end] = min(cuts.get(end, (*cuts[begin], key[begin:end])), (*cuts[begin], key[begin:end]), key=len)
    found = cuts.get(len(key), ())
    return found if len(found) > 1 else ()


def is_label_piece(text: str) -> bool:
    """Whether a text is a label, or a piece of one as narrow columns wrap it."""
    key = label_key(text)
    return any(key in label for label in _meanings())


def is_label(text: str) -> bool:
    """Whether a text is printed on forms of a known layout."""
    return label_key(text) in _meanings()


@cache
def _meanings() -> dict[str, frozenset[str]]:
    """All words that are printed on forms of the known layouts, with all that each can mean."""
    found: dict[str, set[str]] = {}
    for layout in layouts():
        for label, meaning in _layout_to_labels(layout):
            found.setdefault(label_key(label), set()).add(meaning)
    return {label: frozenset(meanings) for label, meanings in found.items()}


def _layout_to_labels(layout: Layout) -> list[tuple[str, str]]:
    """Labels and what they mean; those that stand for themselves, such as first-level names, mean themselves."""
    named = (layout.fields, layout.goals, layout.fund_columns, layout.indicator_columns)
    themselves = (
        *(layout.other_fields, layout.side_labels, layout.fund_items),
        *(layout.total, layout.grade, layout.level1, layout.level2),
    )
    return [
        *((label, meaning) for synonyms in named for label, meaning in synonyms.items()),
        *((label, label) for group in themselves for label in group),
    ]


@cache
def _bare_labels() -> dict[str, str]:
    """Labels without signs, by the label."""
    return {label: bare for label in _meanings() if len(bare := _SIGNS.sub("", label)) >= _CHARS_AN_ERROR}
