"""Lines that must be figures: letters that look like digits are read as digits, and the raw reading stays beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

# What a recogniser gives for the sign on the right, in a line that otherwise holds digits only.
_LOOKALIKES = str.maketrans({
    "O": "0", "o": "0", "Ｏ": "0", "〇": "0", "l": "1", "I": "1", "|": "1", "丨": "1", "，": ",", "。": ".", "％": "%",
})  # fmt: skip
_FIGURE = re.compile(r"[≥≤=<>＜＞]{0,2}-?\d{1,3}(?:,\d{3})*(?:\.\d+)?%?|[≥≤=<>＜＞]{0,2}-?\d+(?:\.\d+)?%?")
_GROUPS = re.compile(r"(\d{1,3})((?:[.,]\d{3})+)[.,](\d{2})|(\d{1,3})((?:[.,]\d{3}){2,}|,\d{3}\.\d{3})")
# No cell holds one of these alone; a dash as long as a character says that there is no value.
_LONG_DASHES = frozenset({"一", "_", "＿", "ー", "一一", "——", "__"})
_DIGITS = 0.5  # of the characters; fewer digits are no figure with a slip in it


def text_to_figure(text: str) -> str:
    """The figure that a line of digits and their lookalikes shows; other text as it is."""
    bare = text.replace(" ", "")
    if sum(char.isdigit() for char in bare) < _DIGITS * len(bare) or not bare:
        return text
    figure = bare.translate(_LOOKALIKES)
    grouped = _GROUPS.fullmatch(figure)
    if grouped is not None:
        head, groups, cents, whole, more = grouped.groups()
        figure = f"{head}{groups.replace('.', ',')}.{cents}" if head else f"{whole}{more.replace('.', ',')}"
    return figure if _FIGURE.fullmatch(figure) else text


def lines_to_figure(lines: Sequence[str]) -> list[str]:
    """The lines of one cell, those of a figure that wraps (10.0 / 0) mended as one."""
    whole = "".join(lines)
    if whole in _LONG_DASHES:
        return ["—", *[""] * (len(lines) - 1)]
    figure = text_to_figure(whole)
    if figure == whole or len(figure) != len(whole):
        return [text_to_figure(line) for line in lines]
    ends = list(accumulate(len(line) for line in lines))
    return [figure[end - len(line) : end] for line, end in zip(lines, ends, strict=True)]
