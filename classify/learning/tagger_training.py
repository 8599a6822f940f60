"""How the learned reader of rewrites is made from labelled texts (``tagger`` answers).

Pieces are chosen, and the words heard, by what other units taught; on these answers the status is weighed. An encoder
is weighed only on texts that neither it nor the word lists were made with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from classify.fold import fold
from classify.learning.choice import Offered, Table, fit_choice, offered_to_table
from classify.learning.examples import Example, RewriteTruth
from classify.learning.folds import folds_of
from classify.learning.pointing import Pointed, Weighing, fit_weights, offers_to_voices
from classify.learning.spans import Span
from classify.learning.stack import fit_stack
from classify.learning.tagger import (
    STATUSES,
    Heard,
    Picked,
    Picker,
    Pieces,
    Tagger,
    scene_to_pieces,
    target_offers,
    text_to_heard,
    votes,
)
from classify.learning.weights import TermWeights
from domain.label import RewriteStatus

Floats = npt.NDArray[np.float64]
LOOSENESS = 10.0  # of the weights of the words; the many runs of one text tell the same, more would not settle
FOLDS = 4  # in which the pieces are chosen by what was learned from the other units
PRIOR = 0.5  # strength of the prior on the weights of a choice; 0.2 to 1.5 read other writers about as well
EASES = (1.0, 0.5, 0.25, 0.12)  # tried; below the last "none" would hardly ever be chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """An encoder as this training uses it: its digest, what it points at, and which texts may weigh it."""

    digest: str
    point: Callable[[Sequence[str]], Sequence[Pointed]]
    weighs: Callable[[Example], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A labelled text laid out; ``picker`` learned from other units only, ``pointed`` where an encoder is weighed."""

    example: Example
    heard: Heard
    pieces: Pieces
    picker: Picker
    plain: Floats
    pointed: Pointed | None = None

    @property
    def truth(self) -> RewriteTruth:
        """What it tells."""
        return self.example.rewrites[0]

    def pick(self) -> Picked:
        """What is picked of it by what others taught."""
        return self.picker.pick(self.pieces, self.pointed)


def train_tagger(examples: Sequence[Example], *, seed: int = 0, guide: Guide | None = None) -> Tagger:
    """Learn from every example whose rewrite is known. Raises ValueError where none of them tells of one."""
    known = [example for example in examples if example.rewrites]
    if not any(example.rewrites[0].status != RewriteStatus.NONE for example in known):
        raise ValueError("没有任何样本写明指标或指标值的改动，无法学习。请补充改动样本后重试。")
    heard = [text_to_heard(example.text) for example in known]
    truth = _truth(known)
    pieces = [scene_to_pieces(each.scene) for each in heard]
    offered = [_offered(example.rewrites[0], each) for example, each in zip(known, pieces, strict=True)]
    tables = (offered_to_table([name for name, _ in offered]), offered_to_table([target for _, target in offered]))
    fold_of = folds_of([example.unit or example.place for example in known], folds=FOLDS, seed=seed)
    pickers = [_fit_picker(*(table.part(np.flatnonzero(fold_of != part)) for table in tables)) for part in range(FOLDS)]
    plain = _plain_apart(heard, truth, fold_of=fold_of)
    texts = [
        _Text(example=example, heard=own, pieces=each, picker=pickers[part], plain=row)
        for example, own, each, part, row in zip(known, heard, pieces, fold_of, plain, strict=True)
    ]
    weighing, weighed = _guided(texts, guide)
    picks = [text.pick() for text in weighed]
    pointed = [text.pointed for text in weighed if text.pointed is not None]
    told = votes(np.array([text.plain for text in weighed]), picks, pointed)
    return Tagger(
        words=_fit_words(heard, truth),
        picker=replace(_fit_picker(*tables), weighing=weighing),
        stack=fit_stack(told, _truth([text.example for text in weighed]), exclusive=True),
        ease=_fit_ease(weighed),
        encoder="" if guide is None or weighing is None else guide.digest,
    )


def _truth(known: Sequence[Example]) -> Floats:
    return np.array([[float(status.value == each.rewrites[0].status) for status in STATUSES] for each in known])


def _guided(texts: Sequence[_Text], guide: Guide | None) -> tuple[Weighing | None, Sequence[_Text]]:
    """How the encoder weighs, and the texts that weigh it; all of them without it where there is none or too few."""
    fresh = [] if guide is None else [text for text in texts if guide.weighs(text.example)]
    if guide is None or not fresh:
        return None, texts
    pointed = guide.point([text.example.text for text in fresh])
    shown = [replace(text, pointed=each) for text, each in zip(fresh, pointed, strict=True)]
    picks = [text.picker.pick(text.pieces) for text in shown]
    names = [
        offers_to_voices(pick.name_odds, text.pieces.spans, each.name)
        for text, pick, each in zip(shown, picks, pointed, strict=True)
    ]
    targets = [
        offers_to_voices(pick.target_odds, text.pieces.spans, each.target)
        for text, pick, each in zip(shown, picks, pointed, strict=True)
    ]
    name = fit_weights(names, [_right(text.pieces, text.truth.new_indicator) for text in shown])
    target = fit_weights(targets, [_aimed(text.pieces, text.truth) for text in shown])
    if name is None or target is None:
        return None, texts
    weighing = Weighing(name=name, target=target)
    return weighing, [replace(text, picker=replace(text.picker, weighing=weighing)) for text in shown]


def _offered(truth: RewriteTruth, pieces: Pieces) -> tuple[Offered, Offered]:
    """The pieces of a text as a new name and as a new target, and which are right."""
    names = _right(pieces, truth.new_indicator)
    name = pieces.spans[names[-1] - 1] if names and names[-1] else None
    return (
        Offered(offers=(pieces.none, *pieces.offers), right=names),
        Offered(offers=target_offers(pieces, name), right=_aimed(pieces, truth)),
    )


def _aimed(pieces: Pieces, truth: RewriteTruth) -> tuple[int, ...]:
    """The right targets. A text that tells of no change teaches none: beside a change "no target" has other grounds."""
    return () if truth.status == RewriteStatus.NONE else _right(pieces, truth.new_target)


def _right(pieces: Pieces, wording: str) -> tuple[int, ...]:
    folded, text = fold(wording).text, pieces.scene.skeleton.text
    if not folded:
        return (0,)
    return tuple(place for place, span in enumerate(pieces.spans, start=1) if text[span.start : span.end] == folded)


def _fit_words(heard: Sequence[Heard], truth: Floats) -> TermWeights:
    from classify.learning.linear import NgramLabels  # scikit-learn, which answering does without

    return NgramLabels(ngrams=list, C=LOOSENESS).fit([each.terms for each in heard], truth).weights_


def _fit_picker(names: Table, targets: Table) -> Picker:
    return Picker(name=fit_choice(names, strength=PRIOR), target=fit_choice(targets, strength=PRIOR))


def _plain_apart(heard: Sequence[Heard], truth: Floats, *, fold_of: npt.NDArray[np.int_]) -> Floats:
    """What the words say of each text when they learned from other units only."""
    plain = np.zeros(truth.shape)
    for number in range(FOLDS):
        inside, outside = np.flatnonzero(fold_of != number), np.flatnonzero(fold_of == number)
        if len(outside):
            words = _fit_words([heard[place] for place in inside], truth[inside])
            plain[outside] = words.decision_function([heard[place].terms for place in outside])
    return plain


def _fit_ease(texts: Sequence[_Text]) -> tuple[float, float]:
    """The ease for names, and that for targets, under which most is read right of other units; the strictest wins."""
    told = [(text, text.pick()) for text in texts if text.truth.status != RewriteStatus.NONE]

    def read_right(ease: tuple[float, float]) -> int:
        right = 0
        for text, picked in told:
            pick = text.picker.pick_eased(text.pieces, picked, ease=ease, pointed=text.pointed)
            right += _same(text.pieces, pick.name, text.truth.new_indicator)
            right += _same(text.pieces, pick.target, text.truth.new_target)
        return right

    name = max(EASES, key=lambda ease: read_right((ease, 1.0)))
    return name, max(EASES, key=lambda ease: read_right((name, ease)))


def _same(pieces: Pieces, span: Span | None, wording: str) -> bool:
    return ("" if span is None else pieces.scene.skeleton.text[span.start : span.end]) == fold(wording).text
