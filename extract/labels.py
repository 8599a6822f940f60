"""Printed labels that a recogniser nearly read: one sign amiss, or the rest of a line beside them."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from extract.clean import label_key
from extract.layout import layouts

# What is left of a border line beside a label, as a recogniser reads it.
_RESIDUE = re.compile(
    r"^[1lI|丨.·,'’`\-_—一:：!！/]{1,2}(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff)])[1lI|丨.·,'’`\-_!]{1,2}$"
)
_LEAST = 2  # characters of a label
_SHORTEST = 4  # characters; two labels or names as short may differ in one


def text_to_label(text: str) -> str | None:
    """The one printed label that a recognised text stands for; None where it is one already, or none comes near."""
    key = label_key(text)
    known = _labels()
    if not key or key in known:
        return None
    bare = _RESIDUE.sub("", key)
    if bare != key and bare in known:
        return bare
    near = {label for hole in range(len(key)) for label in _holed().get(_hole(key, hole), ())}
    return near.pop() if len(key) >= _SHORTEST and len(near) == 1 else None


def text_to_labels(text: str) -> tuple[str, ...]:
    """The printed labels that a text consists of, where these are two or more; empty for other text.

    Headings of narrow columns stand so near one another that they are taken for one text.
    """
    key = label_key(text)
    cuts: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(_LEAST, len(key) + 1):
        for begin in range(end - _LEAST + 1):
            if begin in cuts and key[begin:end] in _labels():
                cuts[end] = min(cuts.get(end, (*cuts[begin], key[begin:end])), (*cuts[begin], key[begin:end]), key=len)
    found = cuts.get(len(key), ())
    return found if len(found) > 1 else ()


def is_label_piece(text: str) -> bool:
    """Whether a text is a label, or a piece of one as narrow columns wrap it."""
    key = label_key(text)
    return any(key in label for label in _labels())


def is_label(text: str) -> bool:
    """Whether a text is printed on forms of a known layout."""
    return label_key(text) in _labels()


@cache
def _labels() -> frozenset[str]:
    """All words that are printed on forms of the known layouts."""
    return frozenset(
        label_key(label)
        for layout in layouts()
        for group in (
            *(layout.fields, layout.other_fields, layout.side_labels, layout.goals, layout.fund_columns),
            *(layout.fund_items, layout.indicator_columns, layout.total, layout.grade, layout.level1, layout.level2),
        )
        for label in group
    )


@cache
def _holed() -> dict[str, list[str]]:
    """Labels by what is left of them without one character, with its place kept."""
    holed: dict[str, list[str]] = defaultdict(list)
    for label in _labels():
        if len(label) >= _SHORTEST:
            for hole in range(len(label)):
                holed[_hole(label, hole)].append(label)
    return holed


def _hole(text: str, place: int) -> str:
    return f"{text[:place]}\0{text[place + 1 :]}"
