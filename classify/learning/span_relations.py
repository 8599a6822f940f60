"""How a piece of a reason stands to the verbs, nouns and other values of its text: what governs it, what it came after.

A value is a figure or a quotation. Two figures of one unit are likely the old and the new of one thing, or the new one
and what was reached; which of them is which is told by the words between.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from classify.learning.skeleton import FIGURE, Skeleton, Token
from classify.learning.spans import Span
from classify.patterns import pattern

# Word classes that say what a value is: the new, the old, the reached, one wished for or given up.
_GUIDES = frozenset(
    (
        *("turn", "swap", "lower", "set", "fill", "add", "into", "by", "assess", "old", "new", "drop", "notbut", "err"),
        *("hard", "wish", "later", "refuse", "same", "actual", "goal", "ind", "appr"),
    )
)
_NOUNS = frozenset(("ind", "goal", "thing", "item"))
_MOST = 3  # values, and clauses, between two places; more of them tell no more


class Value(NamedTuple):
    """A figure or quotation: the number of its token, what it counts ("" for no figure), and its look."""

    place: int
    unit: str
    look: str


class Landmarks(NamedTuple):
    """What the pieces of a text share: ``guides`` (token, class) and ``values`` by place, both from left to right.

    ``passed[i]``: how many values stand before token i.
    """

    guides: tuple[tuple[int, str], ...]
    values: tuple[Value, ...]
    passed: tuple[int, ...]


def skeleton_to_landmarks(skeleton: Skeleton) -> Landmarks:
    """Walk over the tokens once."""
    guides, values, passed = [], [], [0]
    for place, token in enumerate(skeleton.tokens):
        if token.broad in _GUIDES:
            guides.append((place, token.broad))
        if token.broad == FIGURE or token.inner is not None:
            values.append(_value(skeleton, token, place))
        passed.append(len(values))
    return Landmarks(tuple(guides), tuple(values), tuple(passed))


def landmarks_to_classes(landmarks: Landmarks) -> list[str]:
    """Guides and values in order, whatever else stands between them."""
    values = [(value.place, value.look) for value in landmarks.values]
    return [kind for _, kind in sorted((*landmarks.guides, *values))]


def _value(skeleton: Skeleton, token: Token, place: int) -> Value:
    start, end = token.inner or (token.start, token.end)
    return Value(place, text_to_unit(skeleton.text[start:end]), token.kind)


def text_to_unit(text: str) -> str:
    """What the figure at the end of a text counts, bare of comparing words; "" where there is none."""
    found = pattern("counted").search(text)
    if found is None:
        return ""
    return "%" if "百分之" in text else found["unit"] or "number"


def relation_features(landmarks: Landmarks, skeleton: Skeleton, clauses: Sequence[int], span: Span) -> Iterator[str]:
    """All of them, for one piece."""
    text = skeleton.text[span.start : span.end]
    unit = text_to_unit(text)
    sort = "N" if unit else "-"
    yield from _governed(landmarks, clauses, span, sort=sort)
    yield from _counted_from(landmarks, span, sort=sort)
    yield from _beside_values(landmarks, span, unit=unit)
    if unit:
        yield from _figure(text)


def _governed(landmarks: Landmarks, clauses: Sequence[int], span: Span, *, sort: str) -> Iterator[str]:
    """The last guides before the piece and the first behind it, with the values and clauses between."""
    before = [each for each in landmarks.guides if each[0] < span.first][-3:][::-1]
    after = [each for each in landmarks.guides if each[0] > span.last][:2]
    run = ""
    for _, kind in before:
        run = f"{kind} {run}"
        yield f"{sort}gov<{run}"
    if before:
        place, kind = before[0]
        away = min(clauses[span.first] - clauses[place], _MOST)
        yield f"{sort}gov<{kind}{away}"
        yield f"{sort}gov<{kind}#{_between(landmarks, place, span.first)}"
    if after:
        place, kind = after[0]
        away = min(clauses[place] - clauses[span.last], _MOST)
        yield f"{sort}gov>{kind}{away}"
        yield f"{sort}gov>{kind}#{_between(landmarks, span.last + 1, place)}"
    yield f"{sort}gov<{before[0][1] if before else ''}>{after[0][1] if after else ''}"


def _counted_from(landmarks: Landmarks, span: Span, *, sort: str) -> Iterator[str]:
    """For each class of guides: how many values stand between the piece and the nearest of it, on either side."""
    before = {kind: place for place, kind in landmarks.guides if place < span.first}
    after = {kind: place for place, kind in reversed(landmarks.guides) if place > span.last}
    for kind, place in before.items():
        yield f"{sort}nth<{kind}{_between(landmarks, place, span.first)}"
    for kind, place in after.items():
        yield f"{sort}nth>{kind}{_between(landmarks, span.last + 1, place)}"
    nouns = [(place, kind) for kind, place in before.items() if kind in _NOUNS]
    yield f"{sort}noun{max(nouns)[1] if nouns else ''}"


def _beside_values(landmarks: Landmarks, span: Span, *, unit: str) -> Iterator[str]:
    """Where the piece stands among the values, and the guides between it and the next ones, those of its unit too."""
    before = [value for value in landmarks.values if value.place < span.first]
    after = [value for value in landmarks.values if value.place > span.last]
    sort = "N" if unit else "-"
    yield f"{sort}value{min(len(before), _MOST)},{min(len(after), _MOST)}"
    if before:
        yield f"{sort}from{before[-1].look}"
        yield from _guides_between(landmarks, before[-1].place, span.first, mark=f"{sort}since")
    if after:
        yield f"{sort}to{after[0].look}"
        yield from _guides_between(landmarks, span.last, after[0].place, mark=f"{sort}until")
    if not unit:
        return
    alike, later = ([value for value in side if value.unit == unit] for side in (before, after))
    count = f"alike{min(len(alike), 2)},{min(len(later), 2)}"
    led = next((kind for place, kind in reversed(landmarks.guides) if place < span.first), "")
    yield from (count, f"{count}{led}")
    if alike:
        yield from _guides_between(landmarks, alike[-1].place, span.first, mark="alike<")
    if later:
        yield from _guides_between(landmarks, span.last, later[0].place, mark="alike>")


def _guides_between(landmarks: Landmarks, start: int, end: int, *, mark: str) -> Iterator[str]:
    found = [kind for place, kind in landmarks.guides if start < place < end]
    yield from (f"{mark}{kind}" for kind in sorted(set(found)))
    yield f"{mark}={' '.join(found[-3:])}"


def _between(landmarks: Landmarks, start: int, end: int) -> int:
    return min(landmarks.passed[end] - landmarks.passed[start], _MOST)


def _figure(text: str) -> Iterator[str]:
    """What is set is round and compared, what was reached is neither."""
    digits = "".join(character for character in text if character.isdigit() or character == ".")
    whole = digits.rstrip("0")
    yield f"round{len(digits) - len(whole) > 0 or whole.endswith('5')}{'.' in digits}"
    yield f"compared{pattern('compared').search(text) is not None}"
    yield f"written{not digits}"
