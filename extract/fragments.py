"""Flattened lines to fragments: the pieces of cells that an exporter left in one line, and what they look like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from extract.clean import Spot, TextLine, clean_text


class Look(StrEnum):
    """What a fragment looks like, before anybody knows its column."""

    FIGURE = "figure"  # 15.00: a plain number that could be a weight or a score
    BOUND = "bound"  # ≥85.00(%), 不少于150名: a number with a comparator
    QUANTITY = "quantity"  # 100.00(%), 5场次, 2023年12月: a number with a unit, a date
    VERDICT = "verdict"  # 达成指标, 部分达成指标并具有一定效果, and pieces of these
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """One run of text without spaces. ``line`` counts filled lines, ``place`` fragments in the line, ``width``
    half-width columns; ``number`` is the line in the document, on paper the run; ``seq`` counts all fragments;
    ``fresh`` marks the first fragment after a page break.

    ``x`` is the character at which it begins (such exporters count a full-width character once); it means something
    only where the exporter kept the layout. ``spot`` is where it stands on paper, None for text input.
    """

    text: str
    line: int
    place: int
    of: int
    width: int
    x: int
    number: int
    seq: int
    block: int
    look: Look
    page: int = 0
    fresh: bool = False
    spot: Spot | None = None

    @property
    def end(self) -> int:
        """The character behind it."""
        return self.x + len(self.text) if self.spot is None else self.spot.end

    @property
    def middle(self) -> float:
        """The character in its middle."""
        return (self.x + self.end) / 2

    @property
    def y(self) -> float:
        """Its height on the page in lines as they interleave: two to a line of one cell."""
        return self.line if self.spot is None else self.spot.level


VERDICTS = (
    "部分达成指标并具有一定效果",
    "部分达成年度指标并具有一定效果",
    "部分达成预期指标并具有一定效果",
    "未达成指标且效果较差",
    "未达成年度指标且效果较差",
    "未达成预期指标且效果较差",
    "达成年度指标",
    "达成预期指标",
    "达成指标",
    "未达成指标",
)
_RUN = re.compile(r"\S+")
_DATE_PART = re.compile(r"\d{1,2}[月日]")
_DATE = re.compile(r"20\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:年?底|末)?(?:之?前)?(?:完成)?")
CLOSING = "，。；：、！？”’）》】%"
_OPENING = "“‘（《【"
_FIGURE = re.compile(r"\d{1,3}(?:\.\d{1,2})?")
_TORN = re.compile(r"\d{1,3}\.")
_BOUND = re.compile(r"(?:[≥≤=＝><＞＜≧≦﹥﹤]|>=|<=|不少于|不低于|不超过|不高于|不多于|大于|小于|达到)+\d")
_QUANTITY = re.compile(
    r"(?:约|近|共)?\d[\d,.]*(?:[-~至—]\d[\d,.]*)?\+?"
    r"(?:[(（][^()（）]{0,8}[)）]?|[^\d。；，、]{1,6})?(?:以上|以下|以内)?"
)


def text_width(text: str) -> int:
    """Display width: full-width characters count two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def text_look(text: str) -> Look:
    """What one fragment looks like."""
    if _FIGURE.fullmatch(text) and float(text) <= 100:
        return Look.FIGURE
    if _BOUND.match(text):
        return Look.BOUND
    if _QUANTITY.fullmatch(text) or _DATE.fullmatch(text):
        return Look.QUANTITY
    if len(text) >= 3 and any(text in verdict for verdict in VERDICTS):
        return Look.VERDICT
    return Look.WORDS


def spot_look(text: str) -> Look:
    """What a fragment looks like whose place is known: there, the head of a figure that a wrap tore is seen as such."""
    return Look.FIGURE if _TORN.fullmatch(text) else text_look(text)


def lines_to_fragments(lines: Sequence[TextLine]) -> tuple[Fragment, ...]:
    """All fragments in reading order; a blank line starts a new block, a form feed a new page."""
    filled = [(line, line.text if line.spots else clean_line(line.text)) for line in lines]
    fragments: list[Fragment] = []
    block = page = count = 0
    usual = usual_gap([line.number for line, text in filled if text.strip()])
    above = 0
    for line, text in filled:
        page += line.page_break
        if not text.strip():
            block += 1
            continue
        count += 1
        runs = line_to_runs(line, text)
        for place, (x, run, spot) in enumerate(runs):
            turned = bool(fragments) and (page != fragments[-1].page or line.number - above > usual + 1)
            fragments.append(
                Fragment(
                    text=run, line=count, place=place, of=len(runs), width=text_width(run), x=x,
                    number=line.number if spot is None else spot.number,
                    seq=len(fragments), block=block, look=text_look(run) if spot is None else spot_look(run),
                    page=page, fresh=place == 0 and turned,
                    spot=spot,
                )
            )  # fmt: skip
        above = line.number
    return tuple(fragments)


def usual_gap(numbers: Sequence[int]) -> int:
    """The usual distance between filled lines: 1, or 2 for exporters that put a blank line after every line."""
    gaps = sorted(below - above for above, below in pairwise(numbers))
    return gaps[len(gaps) // 2] if gaps else 1


def line_to_runs(line: TextLine, text: str) -> list[tuple[int, str, Spot | None]]:
    """Runs of characters without spaces with the character at which each begins, and its place on paper."""
    if not line.spots:
        return [(x, run, None) for x, run in text_to_runs(text)]
    return [(spot.begin, run, spot) for spot, run in zip(line.spots, text.split(), strict=True)]


def text_to_runs(text: str) -> list[tuple[int, str]]:
    """Runs of characters without spaces, with the character at which each begins.

    Printers set a narrow space beside full-width punctuation, which some exporters write out: no cell begins with a
    closing mark or ends with an opening one.
    """
    runs: list[tuple[int, str]] = []
    for match in _RUN.finditer(text):
        run = match.group()
        beside = bool(runs) and match.start() - _run_end(runs[-1]) == 1
        if beside and (run[0] in CLOSING or runs[-1][1][-1] in _OPENING or splits_date(runs[-1][1], run)):
            runs[-1] = (runs[-1][0], runs[-1][1] + run)
        else:
            runs.append((match.start(), run))
    return runs


def splits_date(left: str, right: str) -> bool:
    """「2023年12月 31日前」: printers set a space between the parts of a date."""
    return left[-1] in "年月" and bool(_DATE_PART.match(right))


def _run_end(run: tuple[int, str]) -> int:
    return run[0] + len(run[1])


def keeps_layout(fragments: Sequence[Fragment]) -> bool:
    """Whether runs of spaces carry the layout: most lines with several cells hold gaps wider than one space.

    Places on paper always do.
    """
    wide = total = 0
    if fragments and fragments[0].spot is not None:
        return True
    for left, right in pairwise(fragments):
        if left.line == right.line:
            total += 1
            wide += right.x - left.end > 1
    return total >= 10 and wide * 3 > total


def clean_line(text: str) -> str:
    """A line cleaned without squeezing the runs of spaces that carry the layout."""
    return " ".join(clean_text(piece) for piece in text.replace("\t", "    ").split(" "))
