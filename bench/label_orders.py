"""How many labels it takes: texts in random order against those that the reader asks for, on units kept apart."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from bench.noise import with_noise
from bench.tables import Figures
from classify.learning.examples import Example
from classify.learning.folds import examples_to_owners, folds_of, sift
from classify.learning.next import next_questions
from classify.learning.reader import Heard, TrainedReader
from classify.learning.train import School, examine, sitting_to_metrics, train
from domain.label import Task
from fuhe.training import shipped_examples, task_to_school

TASK = Task.RATIONALE
FIRST = 100  # labels that every order begins with, drawn at random
STOPS = (200, 400, 600, 800, 1_000, 1_400)  # random order does not ask the reader: between them lies a straight line
CHOSEN_STOPS = (200, 300, 400, 500, 600, 700, 800)  # the reader is taught anew after every hundred
MOST_SHARE = 0.6  # of the labels that random order needs, asked for
FOLDS = 4  # one of them is kept apart
# How often one reason stood in 23 published forms with 65 reasons, copies counted at a Jaccard index of 0.8.
CELLS_OF_A_TEXT = (13, 4, 2, 2, *(1 for _ in range(44)))
CHANGED = 3 / 17  # of those copies were not the same to the letter

Pick = Callable[[Sequence[Example], TrainedReader, int], Sequence[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Macro-F1 after so many labels, the mean over the seeds."""

    labels: tuple[int, ...]
    f1: tuple[float, ...]

    def labels_for(self, f1: float) -> float:
        """Labels after which a macro-F1 was first reached, between two stops on a straight line; inf if never."""
        best = np.maximum.accumulate(self.f1)
        if f1 > best[-1]:
            return float("inf")
        return float(np.interp(f1, best, self.labels))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Texts to choose from, those of other units, and how readers are taught."""

    pool: tuple[Example, ...]
    held_out: tuple[Example, ...]
    school: School


def ground(*, seed: int) -> Ground:
    """The shipped reasons, each once, a quarter of the units kept apart; what is heard of a text is heard once."""
    house = task_to_school(TASK, seed=seed)
    hear: Callable[[Example], Heard] = cache(house.hear)
    school = replace(house, hear=hear, seen=frozenset())
    examples = sift(shipped_examples(TASK)).examples
    fold = folds_of(examples_to_owners(examples, near=school.near), folds=FOLDS, seed=seed)
    return Ground(
        pool=tuple(example for example, number in zip(examples, fold, strict=True) if number),
        held_out=tuple(example for example, number in zip(examples, fold, strict=True) if not number),
        school=school,
    )


def as_in_batches(pool: Sequence[Example], *, seed: int) -> tuple[Example, ...]:
    """The texts as often as reasons come in a batch of forms, some copies with a fault, each in a cell of its own."""
    rng = random.Random(seed)
    cells = [
        replace(example, text=with_noise(example.text, rng) if copy and rng.random() < CHANGED else example.text)
        for example in pool
        for copy in range(rng.choice(CELLS_OF_A_TEXT))
    ]
    return tuple(cells)


def at_random(unlabelled: Sequence[Example], reader: TrainedReader, count: int, *, rng: random.Random) -> Sequence[int]:
    """Places in random order."""
    return rng.sample(range(len(unlabelled)), min(count, len(unlabelled)))


def curve_of(place: Ground, pick: Pick, *, stops: Sequence[int], rng: random.Random) -> Curve:
    """Macro-F1 on the held-out texts as labels come in by a way of picking."""
    left = list(place.pool)
    known = [left.pop(rng.randrange(len(left))) for _ in range(FIRST)]
    reader, f1 = _taught(place, known)
    scores = [f1]
    for stop in stops:
        asked = set(pick(left, reader, stop - len(known)))
        known += [left[number] for number in asked]
        left = [example for number, example in enumerate(left) if number not in asked]
        reader, f1 = _taught(place, known)
        scores.append(f1)
    return Curve(labels=(FIRST, *stops), f1=tuple(scores))


def _taught(place: Ground, known: Sequence[Example]) -> tuple[TrainedReader, float]:
    reader = train(known, task=TASK, school=place.school, gold=()).reader
    sitting = examine(reader, place.held_out, task=TASK, school=place.school)
    return reader, sitting_to_metrics(sitting)["macro_f1"]


def orders(place: Ground, *, seeds: int) -> Mapping[str, Curve]:
    """The mean curves of random order and of this choice; both begin with the same texts."""
    drawn, chosen = [], []
    for seed in range(seeds):
        rng, same = random.Random(seed), random.Random(seed)
        drawn.append(curve_of(place, lambda *given, rng=rng: at_random(*given, rng=rng), stops=STOPS, rng=rng))
        school = replace(place.school, seed=seed)
        chosen.append(
            curve_of(place, lambda *given, school=school: _asked(*given, school=school), stops=CHOSEN_STOPS, rng=same)
        )
    return {"random": _mean(drawn), "chosen": _mean(chosen)}


def _asked(unlabelled: Sequence[Example], reader: TrainedReader, count: int, *, school: School) -> Sequence[int]:
    return [question.place for question in next_questions(unlabelled, reader, school=school, count=count)]


def _mean(curves: Sequence[Curve]) -> Curve:
    return Curve(labels=curves[0].labels, f1=tuple(np.mean([curve.f1 for curve in curves], axis=0).tolist()))


def orders_figures(curves: Mapping[str, Curve], *, title: str, seeds: int) -> Figures:
    """The table: F1 of both orders after so many labels, and how many labels random order needs for the same."""
    random_order, chosen = curves["random"], curves["chosen"]
    rows = []
    for labels, f1 in _after_first(chosen):
        needed = random_order.labels_for(f1)
        by_chance = np.interp(labels, random_order.labels, random_order.f1)
        many = needed == float("inf")
        rows.append(
            (
                f"{labels}",
                f"{by_chance:.3f}",
                f"{f1:.3f}",
                f"多于{random_order.labels[-1]}" if many else f"{needed:.0f}",
                f"不到{labels / random_order.labels[-1]:.2f}" if many else f"{labels / needed:.2f}",
            )
        )
    met = sum(labels <= MOST_SHARE * random_order.labels_for(f1) for labels, f1 in _after_first(chosen))
    return Figures(
        title=title,
        head=("已标条数", "随机顺序", "按此法", "随机顺序要标到", "占随机之比"),
        rows=tuple(rows),
        notes=(
            f"宏平均 F1，检验单位不参加训练，{seeds} 个随机种子取平均；"
            f"要求比例不超过 {MOST_SHARE:.2f}，{len(rows)} 处中 {met} 处做到。",
        ),
    )


def _after_first(curve: Curve) -> list[tuple[int, float]]:
    """Labels and F1 where an order had its say."""
    return list(zip(curve.labels[1:], curve.f1[1:], strict=True))
