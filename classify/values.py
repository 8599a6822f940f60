"""What stands behind a verb of change: the quoted or bare new name or value, and what kind of thing it looks like."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from classify.marks import Marked
from classify.patterns import pattern

QUOTES = "“”\"‘’'「」『』"
_BRACKETS = {"《": "》", "<": ">", "【": "】", "[": "]", "(": ")", "〔": "〕"}
_PARTNERS = {
    "“": '”"“',
    '"': '"”“',
    "”": '”“"',
    "‘": "’'‘",
    "'": "'’",
    "’": "’'",
    "「": "」",
    "『": "』",
}

# 60 characters hold the longest indicator names printed on such forms with room to spare; longer is a lost quote.
MAX_NAME = 60


class Shape(StrEnum):
    """What a new wording looks like."""

    NUMBER = "number"
    MONEY = "money"
    TIME = "time"
    STATE = "state"
    NAME = "name"
    OTHER = "other"


class Wording(NamedTuple):
    """``text[start:end]`` without its quotation marks; ``stop`` is where reading may go on; ``quoted`` as printed."""

    start: int
    end: int
    stop: int
    quoted: bool


def text_to_shape(text: str) -> Shape:
    """Number, money, time, state word, indicator-like name, or other."""
    stripped = text.strip(QUOTES + ":,。.=")
    for name, shape in (("time", Shape.TIME), ("state", Shape.STATE)):
        if pattern(name).search(stripped):
            return shape
    if pattern("money").search(stripped) and pattern("number").match(stripped):
        return Shape.MONEY
    if pattern("number").match(text.strip(QUOTES + ":,。.")):
        return Shape.NUMBER
    return Shape.NAME if pattern("name").search(stripped) else Shape.OTHER


def wording_after(marked: Marked, place: int) -> Wording | None:
    """The quoted or bare wording that starts at ``place`` (a colon before it is skipped); None where nothing stands."""
    text = marked.text
    lead = pattern("lead").match(text, place)
    start = lead.end() if lead is not None and text[lead.end() : lead.end() + 1] in tuple(QUOTES) else place
    start += text.startswith(":", start)
    if start < len(text) and text[start] in QUOTES:
        return _quoted(marked, start)
    return _bare(marked, start)


def split_quantity(text: str) -> int | None:
    """Where the quantity starts in a name that carries its own target (服务满意度≥90%); None for a plain name."""
    found = pattern("own_threshold").search(text)
    return found.start() if found is not None and found.start() >= 2 else None


def _quoted(marked: Marked, start: int) -> Wording | None:
    text = marked.text
    opener = text[start]
    inside = start
    while inside < len(text) and text[inside] == opener:
        inside += 1
    close = _closing(text, inside, opener=opener)
    break_ = _lost_close(marked, inside)
    end = min(place for place in (close, break_, inside + MAX_NAME, len(text)) if place is not None)
    if end <= inside:
        return None
    stop = end
    while stop < len(text) and text[stop] in QUOTES:
        stop += 1
    return Wording(inside, end, stop, True)


def _closing(text: str, inside: int, *, opener: str) -> int | None:
    """The partner of the opening mark, pairs inside it skipped; of unbalanced marks the nearest that can close."""
    paired = _paired(text, inside, opener=opener)
    if paired is not None:
        return paired
    own = [text.find(partner, inside) for partner in _PARTNERS.get(opener, "")]
    found = [place for place in own if place >= 0]
    if found:
        return min(found)
    foreign = [place for place in (text.find(quote, inside) for quote in "”’」』\"'") if place >= 0]
    return min(foreign, default=None)


def _paired(text: str, inside: int, *, opener: str) -> int | None:
    closer = {"“": "”", "‘": "’", "「": "」", "『": "』"}.get(opener)
    depth = 1
    for place in range(inside, min(len(text), inside + MAX_NAME)):
        depth += (text[place] == opener) - (text[place] == closer)
        if depth == 0:
            return place
    return None


def _lost_close(marked: Marked, inside: int) -> int | None:
    """The end of a quotation whose closing mark was lost: sentence end, or a comma before the next piece."""
    for found in pattern("bare_end").finditer(marked.text, inside):
        if found.group() in ("。", ";", "!", "?"):
            return found.start()
        if found.group() == "," and _goes_on(marked, found.end()):
            return found.start()
    return None


def _goes_on(marked: Marked, place: int) -> bool:
    return any(cue.start == place for cue in marked.of("goal", "applied", "later", "advise", "suggest"))


def _bare(marked: Marked, start: int) -> Wording | None:
    text = marked.text
    end = min(_bare_end(text, start), start + MAX_NAME)
    if end - start > 2 and _BRACKETS.get(text[start]) == text[end - 1]:
        return Wording(start + 1, end - 1, end, True)
    quantity = pattern("quantity").match(text, start)
    if quantity is not None and quantity.end() <= end and _ends_number(text, quantity.end()):
        end = quantity.end()
    end = min([cue.start for cue in marked.of("goal", "applied", "assess") if start + 1 < cue.start < end], default=end)
    return Wording(start, end, end, False) if end > start else None


def _bare_end(text: str, start: int) -> int:
    """Up to the next punctuation; a pair of quotation marks inside the name (开展“敬老月”活动次数) is part of it."""
    bare_end, inner_quote = pattern("bare_end"), pattern("inner_quote")
    place = start
    while place < len(text):
        inner = inner_quote.match(text, place)
        if inner is not None and place > start:
            place = inner.end()
        elif bare_end.match(text, place):
            return place
        else:
            place += 1
    return place


def _ends_number(text: str, place: int) -> bool:
    """A bare number is the whole value unless a noun follows that it counts (3场培训完成率)."""
    return not pattern("counted_noun").match(text, place)
