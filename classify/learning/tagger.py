"""The learned reader of rewrites: whether a reason tells of a changed indicator, and which words are the new ones.

Three log-linear choices: the status of the text; among its pieces (``spans``) the new name; among them the new target,
seen beside the name. What the word lists read is one more thing they look at. Trained in seconds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from classify.fold import as_printed, fold
from classify.learning.choice import Choice, Task, fit_choice
from classify.learning.examples import Example, RewriteTruth
from classify.learning.skeleton import Skeleton, text_to_skeleton
from classify.learning.span_features import Told, beside_name, none_features, span_features
from classify.learning.spans import Span, skeleton_to_spans
from classify.listening import reason_to_rules
from domain.label import Rewrite, RewriteStatus

SHEET, ARRAYS = "tagger.json", "tagger.npz"
FORMAT = 1
STRENGTH = {"status": 0.5, "name": 0.3, "target": 0.3}
_STATUSES = (RewriteStatus.NONE, RewriteStatus.SUGGESTED, RewriteStatus.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A text as the tagger hears it."""

    skeleton: Skeleton
    told: Told
    read: Rewrite


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagger:
    """The three choices."""

    status: Choice
    name: Choice
    target: Choice

    def rewrite(self, text: str) -> Rewrite:
        """What the text tells of a change."""
        heard = text_to_heard(text)
        odds = self.status_probability(heard)
        status = _STATUSES[int(odds.argmax())]
        if status is RewriteStatus.NONE:
            return Rewrite()
        name, target = self.choose(heard)
        return Rewrite(
            status=status,
            new_indicator=_printed(heard.skeleton, name),
            new_target=_printed(heard.skeleton, target),
        )

    def status_probability(self, heard: Heard) -> np.ndarray:
        """None, suggested, done; summing to 1."""
        return self.status.probability(_status_offers(heard))

    def choose(self, heard: Heard) -> tuple[Span | None, Span | None]:
        """The likeliest new name and target."""
        spans = skeleton_to_spans(heard.skeleton)
        offers = [span_features(heard.skeleton, span, told=heard.told) for span in spans]
        none = none_features(heard.skeleton, told=heard.told)
        place = int(self.name.probability([none, *offers]).argmax())
        name = spans[place - 1] if place else None
        beside = [[*offer, *beside_name(heard.skeleton, span, name)] for offer, span in zip(offers, spans, strict=True)]
        place = int(self.target.probability([[*none, f"none:name{name is None}"], *beside]).argmax())
        return name, spans[place - 1] if place else None


def text_to_heard(text: str) -> Heard:
    read = reason_to_rules(text).rationale.rewrite
    told = Told(_three(read.status.value), fold(read.new_indicator).text, fold(read.new_target).text)
    return Heard(skeleton=text_to_skeleton(text), told=told, read=read)


def _three(status: str) -> str:
    return "done" if status == "approved" else status


def _status_features(heard: Heard) -> list[str]:
    tokens = heard.skeleton.tokens
    kinds = [token.kind for token in tokens]
    broad = [token.kind if token.inner is not None else token.broad for token in tokens]
    classes = [kind for place, kind in enumerate(broad) if kind != "_" or broad[place - 1 : place] != ["_"]]
    found = {f"told{heard.told.status}", f"toldn{bool(heard.told.name)}{heard.told.status}", "*"}
    found |= {f"1{kind}" for kind in kinds}
    found |= {f"2{a} {b}" for a, b in pairwise(kinds)}
    found |= {f"3{a} {b} {c}" for a, b, c in zip(kinds, kinds[1:], kinds[2:], strict=False)}
    found |= {f"c{a}" for a in classes}
    for size in (2, 3, 4, 5):
        found |= {f"c{' '.join(classes[place : place + size])}" for place in range(len(classes) - size + 1)}
    bare = [kind for kind in classes if kind != "_"]
    for size in (2, 3):
        found |= {f"s{' '.join(bare[place : place + size])}" for place in range(len(bare) - size + 1)}
    return sorted(found)


def _status_offers(heard: Heard) -> list[list[str]]:
    features = _status_features(heard)
    return [[f"{status.value}{feature}" for feature in features] for status in _STATUSES]


def _printed(skeleton: Skeleton, span: Span | None) -> str:
    return "" if span is None else as_printed(skeleton.folded, span.start, end=span.end).strip()


def train_tagger(examples: Sequence[Example]) -> Tagger:
    """Learn from every example with a rewrite known."""
    known = [(example, text_to_heard(example.text)) for example in examples if example.rewrites]
    status = [_status_task(example, heard) for example, heard in known]
    told = [(example.rewrites[0], heard) for example, heard in known if example.rewrites[0].status != "none"]
    pairs = [_span_tasks(truth, heard) for truth, heard in told]
    return Tagger(
        status=fit_choice(status, strength=STRENGTH["status"]),
        name=fit_choice([name for name, _ in pairs], strength=STRENGTH["name"]),
        target=fit_choice([target for _, target in pairs], strength=STRENGTH["target"]),
    )


def _status_task(example: Example, heard: Heard) -> Task:
    right = {truth.status for truth in example.rewrites}
    return Task(
        offers=tuple(_status_offers(heard)),
        right=tuple(place for place, status in enumerate(_STATUSES) if status.value in right),
    )


def _span_tasks(truth: RewriteTruth, heard: Heard) -> tuple[Task, Task]:
    skeleton, told = heard.skeleton, heard.told
    spans = skeleton_to_spans(skeleton)
    offers = [span_features(skeleton, span, told=told) for span in spans]
    none = none_features(skeleton, told=told)
    names = _right(skeleton, spans, truth.new_indicator)
    name = spans[names[-1] - 1] if names and names[-1] else None
    beside = [[*offer, *beside_name(skeleton, span, name)] for offer, span in zip(offers, spans, strict=True)]
    return (
        Task(offers=(none, *offers), right=names),
        Task(
            offers=([*none, f"none:name{name is None}"], *beside), right=_right(skeleton, spans, truth.new_target)
        ),
    )


def _right(skeleton: Skeleton, spans: Sequence[Span], wording: str) -> tuple[int, ...]:
    folded = fold(wording).text
    if not folded:
        return (0,)
    return tuple(
        place for place, span in enumerate(spans, start=1) if skeleton.text[span.start : span.end] == folded
    )
