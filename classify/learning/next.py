"""Which texts to label next: those that would teach most, no two alike, the labels least known first.

A text is worth the doubt about its labels, each weighed by how few texts of that label are known; a text that many
others resemble is worth more, one that resembles a text already chosen is worth less. Texts that are nearly equal
count once. Uncertainty sampling: Lewis and Gale 1994; weighed by density: Settles and Craven 2008.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from classify.learning.examples import Example
from classify.learning.reader import Heard, TrainedReader
from classify.learning.train import School

Floats = npt.NDArray[np.float64]
NEARLY_NONE = 1e-4  # a probability below which nothing is left to doubt
APART = 0.5  # between the probabilities of two voices, from which an auditor is told that they disagree
DOUBTED = 0.25  # a probability from which, and up to one less it, an auditor is told that the label is in doubt
SCARCE = 50  # texts that hold a label, below which an auditor is told how many there are


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A text worth labelling: its place among those asked about, the label that is most worth knowing and its
    probability, the places of its near copies (which the answer settles too), and why it is asked, in Chinese.
    """

    example: Example
    place: int
    label: str
    probability: float
    copies: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Views:
    """What is thought of each text, all (texts, labels): together, by the word lists, by the linear model."""

    together: Floats
    rules: Floats
    linear: Floats


def next_questions(
    unlabelled: Sequence[Example], reader: TrainedReader, *, school: School, count: int
) -> tuple[Question, ...]:
    """At most ``count`` texts, the most worth first; fewer where all others are near copies of them or were taught.

    What the examples are known to hold is not looked at. The same texts, reader and seed give the same questions.
    """
    piles = _piles(unlabelled, reader, school=school)
    if not piles or count < 1:
        return ()
    heads = [pile[0] for pile in piles]
    heard = school.heard([unlabelled[place] for place in heads])
    views = _views(reader, heard)
    taught = _taught(reader)
    known = np.array([taught.get(label, 0) for label in reader.labels])
    features = reader.linear.features([each.terms for each in heard])
    ids, names = tuple(reader.labels), tuple(reader.labels.values())
    return tuple(
        Question(
            example=unlabelled[heads[line]],
            place=heads[line],
            label=ids[column],
            probability=float(views.together[line, column]),
            copies=piles[line][1:],
            why="；".join((*_why(views, line, column, names=names, known=known), *_copies(piles[line]))) + "。",
        )
        for line, column in _greedy(views, features, known=known, count=count)
    )


def _piles(unlabelled: Sequence[Example], reader: TrainedReader, *, school: School) -> list[tuple[int, ...]]:
    """Places of near copies, each pile with its first text in front, in an order the seed decides.

    Piles that hold a taught text are left out.
    """
    taught = [each.text for each in reader.taught]
    groups = school.near([*taught, *(example.text for example in unlabelled)])
    copied = {place for group in groups for place in group}
    alone = [(place,) for place in range(len(unlabelled)) if place + len(taught) not in copied]
    fresh = [tuple(place - len(taught) for place in group) for group in groups if min(group) >= len(taught)]
    piles = sorted([*alone, *fresh])
    return [piles[place] for place in np.random.default_rng(school.seed).permutation(len(piles))]


def _views(reader: TrainedReader, heard: Sequence[Heard]) -> _Views:
    votes = reader.votes(heard)
    rules, linear = (1.0 / (1.0 + np.exp(-vote)) for vote in votes)
    return _Views(together=reader.stack.probability(votes), rules=rules, linear=linear)


def _entropy(probability: Floats) -> Floats:
    """Doubt in nats."""
    sure = np.clip(probability, NEARLY_NONE, 1 - NEARLY_NONE)
    doubt: Floats = -(sure * np.log(sure) + (1 - sure) * np.log(1 - sure))
    return doubt


def _density(features: sparse.csr_matrix) -> Floats:
    """How much each text resembles the others, the root of it: what is unlike everything teaches nothing else."""
    likeness: Floats = np.asarray(features @ np.asarray(features.mean(axis=0)).ravel())
    return np.sqrt(likeness)


def _taught(reader: TrainedReader) -> Mapping[str, int]:
    """How many taught texts hold each label."""
    return Counter(label for each in reader.taught for label in each.labels)


def _greedy(
    views: _Views, features: sparse.csr_matrix, *, known: npt.NDArray[np.int_], count: int
) -> Iterator[tuple[int, int]]:
    """Line and label of the text worth most, again and again. ``features`` are unit vectors, a line a text.

    A label counts as known in as many texts as are taught and, by their probability, chosen.
    """
    worth, expected = _entropy(views.together) * _density(features)[:, None], known + 1.0
    likeness, left = np.zeros(len(worth)), np.ones(len(worth), dtype=bool)
    for _ in range(min(count, len(worth))):
        shares = worth / expected
        score = np.where(left, shares.sum(axis=1) * (1.0 - likeness), -1.0)
        line = int(score.argmax())
        yield line, int(shares[line].argmax())
        left[line] = False
        expected = expected + views.together[line]
        likeness = np.clip(np.maximum(likeness, (features @ features[line].T).toarray().ravel()), 0.0, 1.0)


def _why(views: _Views, line: int, column: int, *, names: Sequence[str], known: npt.NDArray[np.int_]) -> Iterator[str]:
    name, sure = names[column], views.together[line, column]
    rules, linear = views.rules[line, column], views.linear[line, column]
    if abs(rules - linear) >= APART:
        yield f"是不是“{name}”，词表与模型看法不同（词表 {rules:.2f}，模型 {linear:.2f}）"
    elif DOUBTED <= sure <= 1 - DOUBTED:
        yield f"是不是“{name}”拿不准（概率 {sure:.2f}）"
    else:
        yield f"这种写法学得少，最想知道是不是“{name}”（概率 {sure:.2f}）"
    if known[column] < SCARCE:
        yield f"这一类已有的例句只有 {known[column]} 条"


def _copies(pile: Sequence[int]) -> Iterator[str]:
    if len(pile) > 1:
        yield f"另有 {len(pile) - 1} 条写法几乎相同，标这一条即可"
