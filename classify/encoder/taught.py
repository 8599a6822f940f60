"""Labelled files to what the heads learn: truth of labels, classes, statuses and spans."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from classify.encoder.spans import STATUSES, Named, places_of
from classify.labels import RATIONALE, TARGET
from classify.learning.examples import Example, lines_to_lesson
from classify.learning.folds import apart, examples_to_truth, sift
from domain.label import RewriteStatus, Task

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Span = tuple[Named, int, int]

UNSURE = -1  # the class of a text that has none, or several that are equally right


@dataclass(frozen=True, slots=True, kw_only=True)
class Pupils:
    """Labelled texts of both tasks."""

    reasons: tuple[Example, ...]
    targets: tuple[Example, ...]

    def of_units(self, units: frozenset[str]) -> Pupils:
        """What these units wrote."""
        return Pupils(
            reasons=tuple(each for each in self.reasons if unit_of(each) in units),
            targets=tuple(each for each in self.targets if unit_of(each) in units),
        )

    @property
    def units(self) -> frozenset[str]:
        """Everyone who wrote a text of either task."""
        return frozenset(unit_of(each) for each in (*self.reasons, *self.targets))


def unit_of(example: Example) -> str:
    """Whose text it is; a text of an unknown unit stands for itself."""
    return example.unit or example.place


def files_to_pupils(paths: Sequence[Path], *, without: Sequence[str] = (), gold: Sequence[Path] = ()) -> Pupils:
    """Label files and folders of ``*.jsonl``, freed of copies of each other and of ``gold``.

    ``without``: names of files, ending left off, that are not read. Raises BadExamples naming file and line.
    """
    found = _files_to_examples(file for file in _listed(paths) if file.stem not in without)
    kept = apart(found, _files_to_examples(_listed(gold)), near=_no_groups)
    sifted = {task: sift([each for each in kept if each.task is task]).examples for task in Task}
    return Pupils(reasons=sifted[Task.RATIONALE], targets=sifted[Task.TARGET])


def _listed(paths: Sequence[Path]) -> list[Path]:
    return [file for path in paths for file in (sorted(path.rglob("*.jsonl")) if path.is_dir() else [path])]


def _files_to_examples(files: Iterable[Path]) -> tuple[Example, ...]:
    return tuple(
        example
        for file in files
        for example in lines_to_lesson(file.read_text(encoding="utf-8").splitlines(), name=file.name).examples
    )


def _no_groups(texts: Sequence[str]) -> Sequence[Sequence[int]]:
    """Copies letter by letter only: ``apart`` finds these without groups."""
    return ()


def parted(pupils: Pupils, *, share: float, seed: int) -> tuple[Pupils, Pupils]:
    """(train, held out): about ``share`` of the units held out, chosen by hash, so that a new unit moves no other."""
    aside = frozenset(unit for unit in pupils.units if is_held_out(unit, share=share, seed=seed))
    return pupils.of_units(pupils.units - aside), pupils.of_units(aside)


def is_held_out(unit: str, *, share: float, seed: int) -> bool:
    """True for a unit whose texts do not train: it hangs on its name and the seed alone."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{unit}".encode()).digest()[:4], "big") / 2**32 < share


def is_house_unit_held_out(unit: str) -> bool:
    """The same under the recipe of this house (``finetune.yaml``)."""
    recipe = yaml.safe_load((Path(__file__).parent / "finetune.yaml").read_text(encoding="utf-8"))
    return is_held_out(unit, share=recipe["held_out"], seed=recipe["seed"])


def reasons_to_truth(reasons: Sequence[Example]) -> Floats:
    """(texts, 19) of 1, 0 and NaN for labels that may hold or not."""
    return examples_to_truth(reasons, tuple(RATIONALE)).astype(np.float32)


def targets_to_truth(targets: Sequence[Example]) -> Floats:
    """(texts, 6) of 1, 0 and NaN for classes that are acceptable too."""
    return examples_to_truth(targets, tuple(TARGET)).astype(np.float32)


def targets_to_classes(targets: Sequence[Example]) -> Ints:
    """(texts,) places in ``TARGET``, or UNSURE."""
    ids = list(TARGET)
    held = [[ids.index(label) for label in each.held] for each in targets]
    return np.array([own[0] if len(own) == 1 else UNSURE for own in held], dtype=np.int64)


def reasons_to_statuses(reasons: Sequence[Example]) -> Bools:
    """(texts, STATUSES): which may be right. Several where it is not known which; all where nobody said."""
    return np.array([[status in _statuses(each) for status in STATUSES] for each in reasons]).reshape(-1, len(STATUSES))


def only_ones(statuses: Bools) -> Ints:
    """(texts,) places in ``STATUSES`` of those that alone are right, or UNSURE."""
    return np.where(statuses.sum(axis=1) == 1, statuses.argmax(axis=1), UNSURE)


def _statuses(reason: Example) -> frozenset[RewriteStatus]:
    told = {RewriteStatus(answer.status) for answer in reason.rewrites} or set(STATUSES)
    if RewriteStatus.DONE not in told:
        return frozenset(told)
    # The label files know three states: an approved rewrite stands there as done.
    approved = dict(reason.known).get("approved_change")
    both = {RewriteStatus.DONE, RewriteStatus.APPROVED}
    done = both if approved is None else {RewriteStatus.APPROVED if approved else RewriteStatus.DONE}
    return frozenset(told - both | done)


def reason_to_spans(reason: Example) -> tuple[Span, ...]:
    """Where the first right answer's new indicator and new target stand in the text."""
    if not reason.rewrites:
        return ()
    named = {Named.INDICATOR: reason.rewrites[0].new_indicator, Named.TARGET: reason.rewrites[0].new_target}
    return tuple((kind, *place) for kind, name in named.items() for place in places_of(reason.text, name))
