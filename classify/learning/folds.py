"""Labelled texts freed of copies and contradictions, and parted so that no unit stands on both sides."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from classify.fold import fold
from classify.learning.examples import Example

NearGroups = Callable[[Sequence[str]], Sequence[Sequence[int]]]
"""Places of texts that are nearly equal, group by group; places in no group resemble nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """One text, and labels of which two lines say different things."""

    text: str
    labels: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """Examples of different texts, how many lines said the same once more, and where lines contradict each other."""

    examples: tuple[Example, ...]
    repeated: int
    contradictions: tuple[Contradiction, ...]


def sift(examples: Sequence[Example], *, later: Sequence[Example] = ()) -> Sifted:
    """One example for each text. What ``later`` says of a label counts, whatever was said before.

    Where two lines of the same standing contradict each other about a label, that label is not known.
    """
    merged: dict[tuple[str, tuple[str, ...]], Example] = {}
    contradictions: list[Contradiction] = []
    repeated = 0
    for example, outranks in (*((each, False) for each in examples), *((each, True) for each in later)):
        key = (fold(example.text).text, example.indicators)
        before = merged.get(key)
        if before is None:
            merged[key] = example
            continue
        repeated += 1
        fresh, old = dict(example.known), dict(before.known)
        against = tuple(label for label, holds in fresh.items() if old.get(label, holds) is not holds)
        if against:
            contradictions.append(
                Contradiction(text=example.text, labels=against, places=(before.place, example.place))
            )
        known = old | fresh
        if not outranks:
            known = {label: holds for label, holds in known.items() if label not in against}
        merged[key] = replace(before, known=tuple(known.items()), rewrites=before.rewrites or example.rewrites)
    return Sifted(examples=tuple(merged.values()), repeated=repeated, contradictions=tuple(contradictions))


def examples_to_truth(examples: Sequence[Example], labels: Sequence[str]) -> npt.NDArray[np.float64]:
    """(texts, labels) of 1, 0 and NaN for what is not known."""
    place = {label: number for number, label in enumerate(labels)}
    truth = np.full((len(examples), len(labels)), np.nan)
    for line, example in enumerate(examples):
        for label, holds in example.known:
            if label in place:
                truth[line, place[label]] = holds
    return truth


def examples_to_owners(examples: Sequence[Example], *, near: NearGroups) -> tuple[str, ...]:
    """Who owns each text when they are parted: its unit, and for near copies the unit of the first of them."""
    owners = [example.unit or example.place for example in examples]
    for group in near([example.text for example in examples]):
        for place in group[1:]:
            owners[place] = owners[group[0]]
    return tuple(owners)


def folds_of(owners: Sequence[str], *, folds: int, seed: int) -> npt.NDArray[np.int_]:
    """The number of the fold each text is held out in; texts of one owner share it.

    An owner's fold hangs on its name and the seed alone, so that a few new units leave the others where they were.
    """
    fold_of = {owner: _fold(owner, folds=folds, seed=seed) for owner in set(owners)}
    return np.array([fold_of[owner] for owner in owners])


def _fold(owner: str, *, folds: int, seed: int) -> int:
    return int(hashlib.sha256(f"{seed} {owner}".encode()).hexdigest()[:8], 16) % folds


def apart(examples: Sequence[Example], gold: Sequence[Example], *, near: NearGroups) -> tuple[Example, ...]:
    """The examples that are no copies, exact or near, of a text of the gold set."""
    texts = [example.text for example in (*gold, *examples)]
    known = {fold(example.text).text for example in gold}
    copied = {place for group in near(texts) if min(group) < len(gold) for place in group}
    return tuple(
        example
        for place, example in enumerate(examples, start=len(gold))
        if place not in copied and fold(example.text).text not in known
    )


def examples_to_hash(examples: Sequence[Example]) -> str:
    """sha256 of everything that training sees of the examples, whatever their order."""
    return hashlib.sha256("\n".join(sorted(_lines(examples))).encode()).hexdigest()


def _lines(examples: Sequence[Example]) -> Iterator[str]:
    for example in examples:
        known = sorted(example.known)
        yield json.dumps([example.task, example.text, example.indicators, example.unit, known], ensure_ascii=False)
