"""Lines that must be figures: letters that look like digits are read as digits, and the raw reading stays beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from domain.source import Alternatives

# What a recogniser gives for the sign on the right, in a line that otherwise holds digits only.
_LOOKALIKES = str.maketrans({
    "O": "0", "o": "0", "Ｏ": "0", "〇": "0", "l": "1", "I": "1", "|": "1", "丨": "1", "，": ",", "。": ".", "％": "%",
})  # fmt: skip
_FIGURE = re.compile(r"[≥≤=<>＜＞]{0,2}-?\d{1,3}(?:,\d{3})*(?:\.\d+)?%?|[≥≤=<>＜＞]{0,2}-?\d+(?:\.\d+)?%?")
_GROUPS = re.compile(r"(\d{1,3})((?:[.,]\d{3})+)[.,](\d{2})|(\d{1,3})((?:[.,]\d{3}){2,}|,\d{3}\.\d{3})")
# No cell holds one of these alone; a dash as long as a character says that there is no value.
_LONG_DASHES = frozenset({"一", "_", "＿", "ー", "一一", "——", "__"})
# A figure or, where a narrow column wraps it, a piece of one; a unit may stand behind.
_PIECE = re.compile(r"[≥≤=<>]{0,2}-?[\d.,:/%年月日-]*\d[\d.,:/%年月日-]*[\u4e00-\u9fff]{0,3}|[.,%]")
HAN = re.compile(r"[\u4e00-\u9fff]")
_GAP = re.compile(r"(?<=\d) (?=\d)(?!\d{3}(?!\d))")  # before three digits it parts thousands
_LOST_POINT = 0.5  # odds that a gap within a figure held its point; on worn pages all three did
_MOST = 4  # other readings of a line; on worn pages the true one was never beyond the third
_LONGEST = 24  # characters of a line with a figure; longer ones are prose
_FEW = 2
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


def may_be_figure(text: str) -> bool:
    """Whether other readings of a line are worth their time: short, with a digit, or with room for no more than two."""
    return len(text) <= _LONGEST and (len(text) <= _FEW or any(char.isdigit() for char in text))


def line_to_alternatives(figure: str, raw: tuple[str, float], others: Alternatives) -> Alternatives:
    """Other readings of a line that holds a figure: what was read first where ``figure`` was made of it, then others.

    The rest differ in digits and signs only: what stands beside them in words is the same.
    """
    told: dict[str, float] = {raw[0]: raw[1]} if raw[0] != figure else {}
    words = HAN.findall(figure)
    pointed = [(_GAP.sub(".", raw[0]), _LOST_POINT)] if len(_GAP.findall(raw[0])) == 1 else []
    for text, odds in (*pointed, *others):
        other = text_to_figure(text.replace(" ", ""))
        if other != figure and _PIECE.fullmatch(other) and HAN.findall(other) == words:
            told[other] = max(told.get(other, 0.0), odds)
    ordered = sorted(told.items(), key=lambda reading: -reading[1])
    return tuple((text, round(odds, 4)) for text, odds in ordered[:_MOST])
