"""What is seen of a piece of a reason that could be the new name or target: its look and what stands around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from classify.learning.skeleton import GAP, Skeleton, Token, is_pause, is_stop
from classify.learning.span_relations import Landmarks, relation_features, skeleton_to_landmarks
from classify.learning.spans import Span
from classify.patterns import pattern
from classify.values import text_to_shape

NEAR = 4  # tokens beside a piece that are looked at one by one
WIDE = 5  # tokens beside it that are looked at as word classes
LONG_LOOK = 12  # tokens beside it in which those are sought
BETWEEN = 7  # tokens between the new name and its target
EDGE = "|"  # an end of the text
OVER = "name:over"
_SHARES = "率度比"  # a name that ends in one of them is counted in hundredths


class Told(NamedTuple):
    """What the word lists read: status, and where they saw the new name and target (folded; empty for none)."""

    status: str
    name: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A text as its pieces see it. ``clauses``: the number of each token's clause; a sentence end counts twice."""

    skeleton: Skeleton
    told: Told
    clauses: tuple[int, ...]
    quotations: tuple[Token, ...]
    landmarks: Landmarks


def skeleton_to_scene(skeleton: Skeleton, told: Told) -> Scene:
    """What all pieces of a text share."""
    clauses: list[int] = []
    clause = 0
    for token in skeleton.tokens:
        clauses.append(clause)
        clause += is_pause(token) + is_stop(token)
    quotations = tuple(token for token in skeleton.tokens if token.inner is not None)
    landmarks = skeleton_to_landmarks(skeleton)
    return Scene(skeleton=skeleton, told=told, clauses=tuple(clauses), quotations=quotations, landmarks=landmarks)


def span_features(scene: Scene, span: Span) -> list[str]:
    """The features of a piece as a new name; as a new target it has ``beside_name`` as well."""
    text = scene.skeleton.text[span.start : span.end]
    tokens = scene.skeleton.tokens
    left = tokens[max(0, span.first - LONG_LOOK) : span.first][::-1]
    right = tokens[span.last + 1 : span.last + 1 + LONG_LOOK]
    look = span.kind + _look(text)
    return [
        "*",
        f"k{span.kind}",
        f"o{look}",
        *_inside(scene, span, text),
        *_neighbours(left, right, look=look),
        *_around(scene, span),
        *_opinion(text, scene.told),
        *_repeated(scene, span, text),
        *relation_features(scene.landmarks, scene.skeleton, scene.clauses, span),
    ]


def none_features(scene: Scene) -> list[str]:
    """The features of "no name" or "no target": which words and figures the text holds, and what the lists read."""
    told = scene.told
    kinds = {token.broad for token in scene.skeleton.tokens if token.broad != GAP}
    looks = {token.kind for token in scene.quotations}
    return [
        "none",
        f"none:s{told.status}",
        f"none:n{bool(told.name)}t{bool(told.target)}",
        *(f"none:{kind}" for kind in sorted(kinds | looks)),
    ]


def beside_name(scene: Scene, span: Span, name: Span | None) -> list[str]:
    """How a piece stands to the new name."""
    if name is None:
        return ["name:no", f"name:no{span.kind}"]
    if span.start < name.end and name.start < span.end:
        return [OVER]
    if span.first == name.first and span.kind == "t":
        return ["name:own"]
    if span.start >= name.end:
        path = _path(scene.skeleton.tokens[name.last + 1 : span.first])
        return ["name:after", f"name:>{path}", f"name:>{span.kind}{path}", *_echoes(scene, span, name)]
    path = _path(scene.skeleton.tokens[span.last + 1 : name.first])
    return ["name:before", f"name:<{path}"]


def _echoes(scene: Scene, span: Span, name: Span) -> Iterator[str]:
    """改按达标率考核,达标率99.6%: a name told again before a figure that was reached; and whether both are shares."""
    text = scene.skeleton.text
    tail = text[name.start : name.end][-2:]
    between = text[name.end : span.start]
    yield f"name:echo{tail in between}{between.endswith(tail)}"
    share = any(tail.endswith(sign) for sign in _SHARES)
    yield f"name:share{share}{'%' in text[span.start : span.end]}"


def tokens_to_classes(tokens: Sequence[Token]) -> list[str]:
    """Classes in order, runs of bare characters as one, quotations by their look."""
    found: list[str] = []
    for token in tokens:
        if token.broad != GAP or found[-1:] != [GAP]:
            found.append(token.kind if token.inner is not None else token.broad)
    return found


def _path(tokens: Sequence[Token]) -> str:
    if len(tokens) > BETWEEN:
        return "far." if any(is_stop(token) for token in tokens) else "far"
    return " ".join(tokens_to_classes(tokens))


def _look(text: str) -> str:
    return text_to_shape(text).value + ("+" if any(character.isdigit() for character in text) else "")


def _inside(scene: Scene, span: Span, text: str) -> list[str]:
    own = scene.skeleton.tokens[span.first : span.last + 1]
    found = [
        f"last{text[-1]}",
        f"tail{text[-2:]}",
        f"head{text[:1]}",
        f"size{min(len(text), 24) // 3}",
        f"gauge{pattern('gauge').search(text) is not None}",
    ]
    if own[0].inner is None:
        found += [f"in^{own[0].broad}", f"in^{span.kind}{own[0].broad}", f"in${own[-1].broad}"]
        found += [f"in:{token.broad}" for token in own[1:]]
    return found


def _neighbours(left: Sequence[Token], right: Sequence[Token], *, look: str) -> list[str]:
    near_left, near_right = (
        _edged([token.kind for token in left[:NEAR]]),
        _edged([token.kind for token in right[:NEAR]]),
    )
    wide_left = _edged(tokens_to_classes(left)[:WIDE])
    wide_right = _edged(tokens_to_classes(right)[:WIDE])
    found = [f"L{beginning}" for beginning in _beginnings(near_left, NEAR)]
    found += [f"R{beginning}" for beginning in _beginnings(near_right, NEAR)]
    left_ways, right_ways = _beginnings(wide_left, WIDE), _beginnings(wide_right, WIDE)
    found += [f"l{beginning}" for beginning in left_ways] + [f"r{beginning}" for beginning in right_ways]
    found += [f"{look}l{beginning}" for beginning in left_ways[:2]]
    found += [f"{look}r{beginning}" for beginning in right_ways[:2]]
    return [*found, f"b{left_ways[0]}:{right_ways[0]}", f"b{left_ways[:2][-1]}:{right_ways[:2][-1]}"]


def _edged(kinds: list[str]) -> list[str]:
    return [*kinds, EDGE]


def _beginnings(kinds: Sequence[str], longest: int) -> list[str]:
    return [" ".join(kinds[:size]) for size in range(1, min(longest, len(kinds)) + 1)]


def _around(scene: Scene, span: Span) -> list[str]:
    """Word classes of the own clause before and behind, and of the clauses beside it, two at most each way."""
    tokens, clauses = scene.skeleton.tokens, scene.clauses
    found: set[str] = set()
    for place in range(span.first - 1, -1, -1):
        away = clauses[span.first] - clauses[place]
        if away > 3:
            break
        found.add(f"<{min(away, 2)}{tokens[place].broad}")
    for place in range(span.last + 1, len(tokens)):
        away = clauses[place] - clauses[span.last]
        if away > 3:
            break
        found.add(f">{min(away, 2)}{tokens[place].broad}")
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


def _repeated(scene: Scene, span: Span, text: str) -> list[str]:
    """Whether the same words stand elsewhere too (old and new wording share theirs), and the quotations around."""
    whole = scene.skeleton.text
    before = sum(token.end <= span.start for token in scene.quotations)
    after = sum(token.start >= span.end for token in scene.quotations)
    found = [f"q{min(before, 3)},{min(after, 3)}"]
    if len(text) >= 3 and whole.count(text) > 1:
        found.append(f"again{whole.find(text) < span.start}")
    heads = {
        "t": whole[scene.skeleton.tokens[span.first].start + 1 : span.start],
        "h": text,
        "q": pattern("any_figure").sub("", text),
        "b": text[:3],
    }
    head = heads.get(span.kind, "")
    if len(head) > 1:
        found.append(f"shared{span.kind}{whole.count(head) > 1}")
    return found
