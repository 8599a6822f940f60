"""The pieces of a reason that could be a new name or a new target: quotations, figures, and runs between boundaries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from classify.learning.skeleton import GAP, Skeleton, Token, is_pause
from classify.patterns import pattern
from classify.values import split_quantity

LONGEST_BARE = 30  # characters of a name that stands without quotation marks
LONGEST_QUALIFIER = 12  # characters that qualify a figure, before it
MOST_SPANS = 600  # of one text; a cell that offers more is a report, and its changes stand in its head
_NO_START = frozenset("为到至作做是即以按用依照由从将把了")  # between a verb and what it names
_FOLLOWS = "的等这两后并来之和及与了吧上呢较更"  # before them a name ends
_AFTER_VERBS = frozenset("了在")
# Let a name begin, whatever stands before them.
_LEADS = frozenset("给于上入名叫称取选用看考测数抓成归落立补留起加见被让由曰进到有换改")
_HEADS = "率数次比度额量"  # name what is counted: a name may end with one, whatever follows but another of them
_SHORT = 8  # characters of a quotation, with its marks, that is part of a name: “七进”场次, 字数（万字）
_BREAKS = frozenset("“”\"‘’'「」『』《》【】[]{}<>→⇒")


class Span(NamedTuple):
    """``text[start:end]``; ``first`` and ``last`` are the tokens it begins and ends in; ``kind`` how it was found.

    Kinds: q a quotation, h its head before its own figure, t that figure, n a figure, m one less 达到 or =, p a figure
    with the words that qualify it (全年, 人均, 较上年下降), b a bare run.
    """

    start: int
    end: int
    first: int
    last: int
    kind: str


def skeleton_to_spans(skeleton: Skeleton) -> tuple[Span, ...]:
    """Every candidate, each place once, by place."""
    found: dict[tuple[int, int], Span] = {}
    for number, token in enumerate(skeleton.tokens):
        found.update({(span.start, span.end): span for span in _of_figure(skeleton, token, number)})
        for span in _of_quotation(skeleton, token, number):
            found.setdefault((span.start, span.end), span)
        for span in _bare_runs(skeleton, number):
            found.setdefault((span.start, span.end), span)
        if len(found) > MOST_SPANS:
            break
    return tuple(found.values())


def _of_quotation(skeleton: Skeleton, token: Token, number: int) -> Iterator[Span]:
    if token.inner is None:
        return
    start, end = token.inner
    yield Span(start, end, number, number, "q")
    inside = skeleton.text[start:end]
    cut = split_quantity(inside) or _tail_figure(inside)
    if cut is not None and 2 <= cut < len(inside):
        yield Span(start, start + cut, number, number, "h")
        yield Span(start + cut, end, number, number, "t")
    if inside.startswith("=") and len(inside) > 1:
        yield Span(start + 1, end, number, number, "h")


def _tail_figure(inside: str) -> int | None:
    grown = pattern("own_growth").search(inside)
    if grown is not None:
        return grown.start()
    return next((found.start() for found in pattern("any_figure").finditer(inside) if found.end() == len(inside)), None)


def _of_figure(skeleton: Skeleton, token: Token, number: int) -> Iterator[Span]:
    if token.kind != "N":
        return
    yield Span(token.start, token.end, number, number, "n")
    lead = pattern("reached").match(skeleton.text, token.start, token.end)
    if lead is not None and lead.end() < token.end:
        yield Span(lead.end(), token.end, number, number, "m")
    before = pattern("qualifier").search(skeleton.text, max(0, token.start - LONGEST_QUALIFIER), token.start)
    if before is not None:
        yield Span(before.start(), token.end, _token_at(skeleton, before.start(), number), number, "p")


def _token_at(skeleton: Skeleton, place: int, number: int) -> int:
    """The number of the token that holds a place before token ``number``."""
    while number and skeleton.tokens[number].start > place:
        number -= 1
    return number


def _bare_runs(skeleton: Skeleton, first: int) -> Iterator[Span]:
    """Runs that start at this token: behind a boundary, up to each boundary before the next pause."""
    tokens = skeleton.tokens
    if not _can_start(skeleton, first):
        return
    start = tokens[first].start
    for last in range(first, len(tokens)):
        token = tokens[last]
        if token.end - start > LONGEST_BARE or (_breaks(skeleton, token) and not _is_part(skeleton, last)):
            return
        if token.end - start >= 2 and _can_end(skeleton, last) and (last > first or token.kind != "N"):
            yield Span(start, token.end, first, last, "b")


def _breaks(skeleton: Skeleton, token: Token) -> bool:
    if is_pause(token):
        return token.kind != "、"
    sign = skeleton.text[token.start]
    return sign != "《" and (token.inner is not None or sign in _BREAKS)  # 《诗经》诵读次数 is one name


def _is_part(skeleton: Skeleton, number: int) -> bool:
    """A short quotation that a name goes on behind, or brackets at its end."""
    token = skeleton.tokens[number]
    if token.inner is None or token.end - token.start > _SHORT:
        return False
    goes_on = number + 1 < len(skeleton.tokens) and not _is_boundary(skeleton.tokens[number + 1])
    return goes_on or skeleton.text[token.start] == "("


def _can_start(skeleton: Skeleton, number: int) -> bool:
    token = skeleton.tokens[number]
    if skeleton.text[token.start : token.end] in _NO_START or token.kind == "、":
        return False
    if _breaks(skeleton, token) and (skeleton.text[token.start] == "(" or not _is_part(skeleton, number)):
        return False
    before = number - 1
    if before >= 0 and skeleton.tokens[before].kind in _LEADS:
        return True
    if before > 0 and skeleton.tokens[before].kind in _AFTER_VERBS:  # 换成了X, 定位在X
        before -= 1
    return number == 0 or _is_boundary(skeleton.tokens[before]) or token.start in skeleton.blanks


def _can_end(skeleton: Skeleton, number: int) -> bool:
    if number + 1 == len(skeleton.tokens):
        return True
    after = skeleton.tokens[number + 1]
    if _is_boundary(after) or after.start in skeleton.blanks or after.kind in _FOLLOWS:
        return True
    ends = skeleton.text[skeleton.tokens[number].end - 1]
    return ends in _HEADS and skeleton.text[after.start] not in _HEADS


def _is_boundary(token: Token) -> bool:
    return token.broad != GAP
