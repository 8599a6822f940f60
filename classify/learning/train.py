"""Labelled texts to a trained reader, and a challenger held against the champion on texts that train nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from classify.labels import THRESHOLD
from classify.learning.examples import BadExamples, Example
from classify.learning.folds import (
    NearGroups,
    Sifted,
    apart,
    examples_to_hash,
    examples_to_owners,
    examples_to_truth,
    folds_of,
    sift,
)
from classify.learning.linear import FEWEST_OF_A_CLASS, NgramLabels
from classify.learning.measure import (
    Gain,
    Interval,
    accuracy,
    calibration_error,
    class_intervals,
    class_scores,
    macro_f1,
    micro_f1,
    one_class_each,
    paired_gain,
    settled,
)
from classify.learning.reader import Heard, TaughtText, TrainedReader, encoder_to_votes, patterns_to_votes
from classify.learning.stack import fit_stack
from domain.label import Task

Floats = npt.NDArray[np.float64]
Hear = Callable[[Example], Heard]
FOLDS = 5
FEWEST_TEXTS = 40  # below which five folds hold nothing to measure on
DOUBTS_LISTED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoder:
    """An encoder as training uses it: its digest, what it says of texts, and which texts it was not taught."""

    digest: str
    read: Callable[[Sequence[str]], Sequence[Mapping[str, float]]]
    is_new: Callable[[Example], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """What training needs beside the texts: how voices hear, which texts are near copies, the labels, and the seed.

    ``seen`` are files whose texts the authors of the word lists had read: they do not weigh the voices. ``encoder``
    is a voice more, of which it is told which texts it was not taught.
    """

    hear: Hear
    near: NearGroups
    labels: Mapping[str, str]
    seen: frozenset[str] = frozenset()
    encoder: Encoder | None = None
    seed: int = 0

    def heard(self, examples: Sequence[Example]) -> list[Heard]:
        """The examples as the voices hear them."""
        heard = [self.hear(example) for example in examples]
        if self.encoder is None:
            return heard
        read = self.encoder.read([example.text for example in examples])
        return [replace(each, encoder=told) for each, told in zip(heard, read, strict=True)]

    def weighs(self, example: Example) -> bool:
        """True for a text that neither the word lists nor the encoder were made with."""
        return example.file not in self.seen and (self.encoder is None or self.encoder.is_new(example))


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A label that the other texts speak against: what was written, and how probable the label is without this text."""

    example: Example
    label: str
    holds: bool
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A reader with what it was made of. ``unlearned`` are labels with too few examples, which no voice but the word
    lists knows.
    """

    reader: TrainedReader
    sifted: Sifted
    data: str
    doubts: tuple[Doubt, ...]
    unlearned: tuple[str, ...]


def train(
    examples: Sequence[Example], *, task: Task, school: School, later: Sequence[Example] = (), gold: Sequence[Example]
) -> Trained:
    """A reader of one task. ``later`` outranks ``examples``; near copies of the gold set are left out.

    Raises BadExamples where there are too few texts, or none of more than one unit.
    """
    sifted = sift(_of(task, examples), later=_of(task, later))
    taught = tuple(each for each in apart(sifted.examples, _of(task, gold), near=school.near) if each.known)
    owners = examples_to_owners(taught, near=school.near)
    _refuse_too_few(taught, owners, task=task)
    truth = examples_to_truth(taught, tuple(school.labels))
    heard = school.heard(taught)
    counted = _counted(taught, examples)
    fold = folds_of(owners, folds=FOLDS, seed=school.seed)
    held_out = _answers_out_of_fold(heard, truth, fold, counted=counted, seed=school.seed)
    labels = tuple(school.labels)
    votes = [patterns_to_votes(heard, labels), held_out]
    if school.encoder is not None:
        votes.append(encoder_to_votes(heard, labels))
    fresh = np.array([school.weighs(example) for example in taught])
    stack = fit_stack([vote[fresh] for vote in votes], truth[fresh], exclusive=task is Task.TARGET)
    reader = TrainedReader(
        task=task,
        labels=school.labels,
        linear=_linear(school.seed).fit([each.terms for each in heard], truth, counted=counted).weights_,
        stack=stack,
        encoder="" if school.encoder is None else school.encoder.digest,
        taught=tuple(TaughtText(text=each.text, labels=tuple(sorted(each.held))) for each in taught),
    )
    return Trained(
        reader=reader,
        sifted=sifted,
        data=examples_to_hash(taught),
        doubts=_doubts(taught, truth, stack.probability(votes), labels=labels),
        unlearned=tuple(_unlearned(truth, labels)),
    )


def _of(task: Task, examples: Sequence[Example]) -> tuple[Example, ...]:
    return tuple(example for example in examples if example.task is task)


def _refuse_too_few(taught: Sequence[Example], owners: Sequence[str], *, task: Task) -> None:
    what = "偏差原因" if task is Task.RATIONALE else "指标值"
    if len(taught) < FEWEST_TEXTS:
        raise BadExamples(
            f"可用于训练的{what}只有 {len(taught)} 条，至少需要 {FEWEST_TEXTS} 条。请再标注一些，现用模型不变。"
        )
    if len(set(owners)) < FOLDS:
        raise BadExamples(
            f"{what}只来自 {len(set(owners))} 个单位，至少需要 {FOLDS} 个，否则无法按单位检验。"
            "请补充其他单位的标注，现用模型不变。"
        )


def _linear(seed: int) -> NgramLabels:
    return NgramLabels(ngrams=list, seed=seed)


def _counted(taught: Sequence[Example], examples: Sequence[Example]) -> npt.NDArray[np.bool_]:
    """The texts that were there before the decisions: by them it is counted how rare a term is.

    Else many texts of one wording would move the weights of labels that nobody decided about.
    """
    first = {example.place for example in examples}
    return np.array([example.place in first for example in taught])


def _answers_out_of_fold(
    heard: Sequence[Heard],
    truth: Floats,
    fold: npt.NDArray[np.int_],
    *,
    counted: npt.NDArray[np.bool_],
    seed: int,
) -> Floats:
    """What a linear model says of each text when the text's unit taught it nothing."""
    terms = [each.terms for each in heard]
    answers = np.zeros(truth.shape)
    for number in range(FOLDS):
        inside, outside = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        model = _linear(seed).fit([terms[place] for place in inside], truth[inside], counted=counted[inside])
        answers[outside] = model.decision_function([terms[place] for place in outside])
    return answers


def _unlearned(truth: Floats, labels: Sequence[str]) -> list[str]:
    held = np.nansum(truth, axis=0)
    return [label for label, count in zip(labels, held, strict=True) if count < FEWEST_OF_A_CLASS]


def _doubts(
    taught: Sequence[Example], truth: Floats, probability: Floats, *, labels: Sequence[str]
) -> tuple[Doubt, ...]:
    """Labels that are likely wrong, by confident learning (Northcutt et al. 2021), the least likely first."""
    from cleanlab.filter import find_label_issues

    doubts: list[Doubt] = []
    for place, label in enumerate(labels):
        known = np.flatnonzero(~np.isnan(truth[:, place]))
        holds = truth[known, place].astype(int)
        if min(holds.sum(), (1 - holds).sum()) < FEWEST_OF_A_CLASS:
            continue
        sure = probability[known, place]
        issues = find_label_issues(holds, np.column_stack([1 - sure, sure]), n_jobs=1)
        doubts += [
            Doubt(example=taught[line], label=label, holds=bool(truth[line, place]), probability=float(each))
            for line, each in zip(known[issues], sure[issues], strict=True)
        ]
    return tuple(sorted(doubts, key=lambda doubt: abs(doubt.probability - doubt.holds), reverse=True)[:DOUBTS_LISTED])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """An examination: the truth of the gold set, whose text each is, and what a reader answered."""

    truth: Floats
    owners: tuple[str, ...]
    probability: Floats
    labels: tuple[str, ...]
    exclusive: bool

    @property
    def right(self) -> Floats:
        """The truth scores are counted on: an acceptable answer is right where it was given."""
        return settled(self.truth, self.probability) if self.exclusive else self.truth

    @property
    def said(self) -> Floats:
        """The answers scores are counted on."""
        return one_class_each(self.truth, self.probability) if self.exclusive else self.probability


def examine(reader: TrainedReader | None, gold: Sequence[Example], *, task: Task, school: School) -> Sitting:
    """What a reader answers to the gold set; None: the word lists alone."""
    papers = _of(task, gold)
    labels = tuple(school.labels)
    heard = school.heard(papers)
    exclusive = task is Task.TARGET
    return Sitting(
        truth=examples_to_truth(papers, labels),
        owners=tuple(example.unit for example in papers),
        probability=_answer(reader, heard, labels),
        labels=labels,
        exclusive=exclusive,
    )


def _answer(reader: TrainedReader | None, heard: Sequence[Heard], labels: Sequence[str]) -> Floats:
    """(texts, labels) in the order asked for; 0 for a label the reader was never taught."""
    if reader is None:
        return np.array([[each.patterns.get(label, 0.0) for label in labels] for each in heard]).reshape(
            -1, len(labels)
        )
    own = reader.probability(heard)
    places = {label: place for place, label in enumerate(reader.labels)}
    columns = [own[:, places[label]] if label in places else np.zeros(len(heard)) for label in labels]
    return np.column_stack(columns)


def sitting_to_metrics(sitting: Sitting) -> dict[str, float]:
    """The figures of a manifest."""
    metrics = {
        "macro_f1": macro_f1(sitting.right, sitting.said),
        "micro_f1": micro_f1(sitting.right, sitting.said),
        "calibration_error": calibration_error(sitting.truth, sitting.probability),
        "texts": float(len(sitting.truth)),
    }
    return metrics | ({"accuracy": accuracy(sitting.truth, sitting.probability)} if sitting.exclusive else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChange:
    """F1 of one label, the champion's and the challenger's, and how many gold texts hold it."""

    label: str
    support: int
    champion: float
    challenger: Interval


def compare(champion: Sitting, challenger: Sitting) -> tuple[Gain, tuple[LabelChange, ...]]:
    """The gain in macro-F1 by paired bootstrap over units, and what changed by label."""
    truth = challenger.right if not challenger.exclusive else np.nan_to_num(challenger.truth)
    gain = paired_gain(macro_f1, truth, champion=champion.said, challenger=challenger.said, units=challenger.owners)
    before = class_scores(champion.right, champion.said)
    after = class_intervals(challenger.right, challenger.said, units=challenger.owners)
    changes = tuple(
        LabelChange(label=label, support=old.support, champion=old.f1, challenger=new)
        for label, old, new in zip(challenger.labels, before, after, strict=True)
    )
    return gain, changes


def missed(
    reader: TrainedReader | None, must_catch: Sequence[Example], *, school: School
) -> tuple[tuple[Example, str], ...]:
    """The must-catch texts with the label that the reader does not hold."""
    labels = tuple(school.labels)
    answers = _answer(reader, school.heard(must_catch), labels)
    return tuple(
        (example, label)
        for example, row in zip(must_catch, answers, strict=True)
        for label, sure in zip(labels, row, strict=True)
        if label in example.held and sure < THRESHOLD
    )
