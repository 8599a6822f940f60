"""What is seen of a piece of a reason that could be the new name or target: its look and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from classify.learning.skeleton import Skeleton, Token, is_pause, is_stop
from classify.learning.spans import Span
from classify.patterns import pattern
from classify.values import text_to_shape

NEAR, WIDE = 4, 6  # tokens beside a piece that are looked at one by one, and as classes only
BETWEEN = 7  # tokens between the new name and its target
EDGE = "|"  # an end of the text


class Told(NamedTuple):
    """What the word lists read: status, and where they saw the new name and target (folded; empty for none)."""

    status: str
    name: str
    target: str


def span_features(skeleton: Skeleton, span: Span, *, told: Told) -> list[str]:
    """The features of a piece as a new name; a new target has ``beside_name`` as well."""
    text = skeleton.text[span.start : span.end]
    left = _before(skeleton, span)
    right = _behind(skeleton, span)
    look = _look(text)
    found = ["*", f"k{span.kind}", f"o{look}", f"k{span.kind}{look}"]
    found += _inside(skeleton, span, text)
    found += _neighbours(left, right, look=f"{span.kind}{look}")
    found += _around(skeleton, span)
    found += _opinion(text, told)
    found += _repeated(skeleton, span, text)
    return found


def none_features(skeleton: Skeleton, *, told: Told) -> list[str]:
    """The features of "no name" or "no target": which words and figures the text holds, and what the lists read."""
    kinds = {token.broad for token in skeleton.tokens if token.broad != "_"}
    looks = {token.kind for token in skeleton.tokens if token.inner is not None}
    return [
        "none",
        f"none:s{told.status}",
        f"none:n{bool(told.name)}t{bool(told.target)}",
        *(f"none:{kind}" for kind in kinds | looks),
    ]


def beside_name(skeleton: Skeleton, span: Span, name: Span | None) -> list[str]:
    """How a piece stands to the new name."""
    if name is None:
        return ["name:no", f"name:no{span.kind}"]
    if span.start < name.end and name.start < span.end:
        return ["name:over"]
    inner = span.first == name.first and span.kind == "t"
    if inner:
        return ["name:own"]
    if span.start >= name.end:
        path = _path(skeleton.tokens[name.last + 1 : span.first])
        return ["name:after", f"name:>{path}", f"name:>{span.kind}{path}"]
    path = _path(skeleton.tokens[span.last + 1 : name.first])
    return ["name:before", f"name:<{path}"]


def _path(tokens: Sequence[Token]) -> str:
    if len(tokens) > BETWEEN:
        return "far."[: 4 if any(is_stop(token) for token in tokens) else 3]
    return "".join(f"{kind} " for kind in _classes(tokens))


def _classes(tokens: Sequence[Token]) -> list[str]:
    """Classes in order, runs of bare characters as one."""
    found: list[str] = []
    for token in tokens:
        if token.broad != "_" or found[-1:] != ["_"]:
            found.append(token.kind if token.inner is not None else token.broad)
    return found


def _before(skeleton: Skeleton, span: Span) -> list[Token]:
    return list(reversed(skeleton.tokens[max(0, span.first - 12) : span.first]))


def _behind(skeleton: Skeleton, span: Span) -> list[Token]:
    return list(skeleton.tokens[span.last + 1 : span.last + 13])


def _look(text: str) -> str:
    shape = text_to_shape(text).value
    return shape + ("+" if any(character.isdigit() for character in text) else "")


def _inside(skeleton: Skeleton, span: Span, text: str) -> list[str]:
    own = skeleton.tokens[span.first : span.last + 1]
    whole = own[0].inner is None
    found = [
        f"last{text[-1]}",
        f"tail{text[-2:]}",
        f"head{text[:1]}",
        f"size{min(len(text), 24) // 3}",
        f"gauge{pattern('gauge').search(text) is not None}",
    ]
    if whole:
        found += [f"in^{own[0].broad}", f"in${own[-1].broad}", *(f"in:{token.broad}" for token in own[1:])]
        found += [f"in^{span.kind}{own[0].broad}"]
    return found


def _neighbours(left: Sequence[Token], right: Sequence[Token], *, look: str) -> list[str]:
    near_left = [token.kind for token in left[:NEAR]] + [EDGE]
    near_right = [token.kind for token in right[:NEAR]] + [EDGE]
    wide_left, wide_right = _classes(left)[:WIDE] + [EDGE], _classes(right)[:WIDE] + [EDGE]
    found = [f"L{size}{' '.join(near_left[:size])}" for size in range(1, min(4, len(near_left)) + 1)]
    found += [f"R{size}{' '.join(near_right[:size])}" for size in range(1, min(4, len(near_right)) + 1)]
    found += [f"l{' '.join(wide_left[:size])}" for size in range(1, min(5, len(wide_left)) + 1)]
    found += [f"r{' '.join(wide_right[:size])}" for size in range(1, min(5, len(wide_right)) + 1)]
    found += [f"{look}l{' '.join(wide_left[:size])}" for size in (1, 2)]
    found += [f"{look}r{' '.join(wide_right[:size])}" for size in (1, 2)]
    found += [f"b{wide_left[0]}:{wide_right[0]}", f"b{' '.join(wide_left[:2])}:{' '.join(wide_right[:2])}"]
    return found


def _around(skeleton: Skeleton, span: Span) -> list[str]:
    """Word classes of the own clause before and behind, and of the clauses beside it."""
    found: set[str] = set()
    for mark, tokens in (("<", reversed(skeleton.tokens[: span.first])), (">", skeleton.tokens[span.last + 1 :])):
        clause = 0
        for token in tokens:
            if is_pause(token):
                clause += 1 + (is_stop(token) and clause < 2)
                if clause > 3:
                    break
                continue
            if token.broad != "_":
                found.add(f"{mark}{min(clause, 2)}{token.broad}")
    return sorted(found)


def _opinion(text: str, told: Told) -> list[str]:
    found = []
    for what, read in (("n", told.name), ("t", told.target)):
        if not read:
            found.append(f"told{what}-")
        elif read == text:
            found += [f"told{what}=", f"told{what}={told.status}"]
        elif read in text or text in read:
            found.append(f"told{what}~")
    return found


def _repeated(skeleton: Skeleton, span: Span, text: str) -> list[str]:
    """Whether the same words stand elsewhere too (an old and a new wording share theirs), and quotations beside it."""
    others = [token for token in skeleton.tokens if token.inner is not None and not token.start <= span.start < token.end]
    later = sum(token.start > span.start for token in others)
    found = [f"q{min(len(others) - later, 3)},{min(later, 3)}"]
    if len(text) >= 3 and skeleton.text.count(text) > 1:
        found.append(f"again{skeleton.text.find(text) < span.start}")
    if span.kind == "t":
        head = skeleton.text[skeleton.tokens[span.first].start + 1 : span.start]
        found.append(f"shared{len(head) > 1 and skeleton.text.count(head) > 1}")
    if span.kind in "hq":
        head = text[:-3] if span.kind == "q" else text
        found.append(f"kept{span.kind}{len(head) > 2 and skeleton.text.count(head) > 1}")
    return found
