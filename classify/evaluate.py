"""Scores of the readers on labelled files: ``python -m classify.evaluate PATH...`` (JSON Lines, one record a line).

A record with ``labels`` is a deviation reason, one with ``label`` a target value. ``optional_labels`` count neither as
hit nor as error, ``alt_rewrite`` and ``acceptable`` are equally right answers. Exit code 2 for wrong usage.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from classify import TASKS, THRESHOLD, read_rationales, target_specificity
from classify.learning.examples import BadExamples, Example, lines_to_lesson
from domain.label import Rationale, Rewrite, RewriteStatus, Task


@dataclass(slots=True)
class Counts:
    """Hits, false alarms and misses of one class."""

    hits: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Hits among what was said; 0.0 when nothing was."""
        return self.hits / max(1, self.hits + self.false)

    @property
    def recall(self) -> float:
        """Hits among what is true; 0.0 when nothing is."""
        return self.hits / max(1, self.hits + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.hits / max(1, 2 * self.hits + self.false + self.missed)

    @property
    def support(self) -> int:
        """How often the class is true."""
        return self.hits + self.missed


@dataclass(slots=True)
class RationaleScore:
    """Counts by label, and how many rewrites were read right among ``rows`` and among the ``rewritten``."""

    classes: dict[str, Counts] = field(default_factory=lambda: {label: Counts() for label in TASKS["rationale"]})
    rows: int = 0
    exact: int = 0
    status: int = 0
    rewritten: int = 0
    names: int = 0
    targets: int = 0
    invented: int = 0


def text_to_truths(lines: Iterable[str], *, name: str = "") -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """The labelled reasons and targets of a file. Raises BadExamples."""
    examples = lines_to_lesson(lines, name=name).examples
    return (
        tuple(example for example in examples if example.task is Task.RATIONALE),
        tuple(example for example in examples if example.task is Task.TARGET),
    )


def score_rationales(truths: Sequence[Example]) -> RationaleScore:
    """Read every text and compare."""
    score = RationaleScore()
    for truth, rationale in zip(truths, read_rationales([truth.text for truth in truths]), strict=True):
        _count_labels(score, truth, rationale=rationale)
        _count_rewrite(score, truth, rewrite=rationale.rewrite)
    return score


def held(rationale: Rationale) -> frozenset[str]:
    """The labels held more likely than not."""
    return frozenset(label.id for label in rationale.labels if label.probability >= THRESHOLD)


def _count_labels(score: RationaleScore, truth: Example, *, rationale: Rationale) -> None:
    said, known = held(rationale), dict(truth.known)
    score.rows += 1
    score.exact += said & known.keys() == truth.held
    for label, holds in known.items():
        counts = score.classes[label]
        counts.hits += label in said and holds
        counts.false += label in said and not holds
        counts.missed += label not in said and holds


def _count_rewrite(score: RationaleScore, truth: Example, *, rewrite: Rewrite) -> None:
    # The label files know three states: an approved rewrite stands there as done, with the label approved_change.
    status = "done" if rewrite.status is RewriteStatus.APPROVED else rewrite.status.value
    score.status += any(status == right.status for right in truth.rewrites)
    right = next((each for each in truth.rewrites if each.status == status), truth.rewrites[0])
    if right.status == "none":
        score.invented += status != "none"
        return
    score.rewritten += 1
    score.names += _same(rewrite.new_indicator, right.new_indicator)
    score.targets += _same(rewrite.new_target, right.new_target)


def _same(read: str, true: str) -> bool:
    return "".join(read.split()) == "".join(true.split())


def score_targets(truths: Sequence[Example]) -> dict[str, Counts]:
    """Counts by class; an acceptable answer counts as a hit of the class that was answered."""
    classes = {label: Counts() for label in TASKS["target"]}
    for truth in truths:
        said = max(target_specificity(truth.text, truth.indicators), key=lambda label: label.probability).id
        if dict(truth.known).get(said, True):  # what the annotator left open is right too
            classes[said].hits += 1
        else:
            classes[said].false += 1
            classes[next(iter(truth.held))].missed += 1
    return classes


def pooled(classes: Iterable[Counts]) -> Counts:
    """All classes in one (micro average)."""
    every = tuple(classes)
    return Counts(
        sum(each.hits for each in every), sum(each.false for each in every), sum(each.missed for each in every)
    )


def macro_f1(classes: Iterable[Counts]) -> float:
    """Mean F1 of the classes that occur or were said."""
    seen = [each for each in classes if each.support + each.false > 0]
    return sum(each.f1 for each in seen) / max(1, len(seen))


def class_lines(classes: Mapping[str, Counts], names: Mapping[str, str]) -> tuple[str, ...]:
    """A table in Chinese: precision, recall, F1 and number of each class that occurs, then macro and micro."""
    rows = [
        f"  {each.precision:6.3f} {each.recall:6.3f} {each.f1:6.3f} {each.support:5d}  {label}  {names[label]}"
        for label, each in classes.items()
        if each.support + each.false > 0
    ]
    whole = pooled(classes.values())
    return (
        "  精确率 召回率     F1  条数",
        *rows,
        f"  宏平均 F1 {macro_f1(classes.values()):.3f}",
        f"  微平均 精确率 {whole.precision:.3f} 召回率 {whole.recall:.3f} F1 {whole.f1:.3f}",
    )


def rationale_lines(score: RationaleScore) -> tuple[str, ...]:
    """The report on deviation reasons."""
    rows, rewritten = max(1, score.rows), max(1, score.rewritten)
    return (
        *class_lines(score.classes, TASKS["rationale"]),
        f"  标签全对 {score.exact}/{score.rows} = {score.exact / rows:.3f}",
        f"  改动状态正确 {score.status}/{score.rows} = {score.status / rows:.3f}，误报改动 {score.invented}",
        f"  新指标名称全对 {score.names}/{score.rewritten} = {score.names / rewritten:.3f}",
        f"  新指标值全对 {score.targets}/{score.rewritten} = {score.targets / rewritten:.3f}",
    )


def report(path: Path) -> tuple[str, ...]:
    """The lines printed for one labelled file."""
    reasons, targets = text_to_truths(path.read_text(encoding="utf-8").splitlines(), name=path.name)
    lines = [f"{path.name}：偏差原因 {len(reasons)} 条，指标值 {len(targets)} 条"]
    if reasons:
        lines += rationale_lines(score_rationales(reasons))
    if targets:
        lines += class_lines(score_targets(targets), TASKS["target"])
    return tuple(lines)


def main(arguments: Sequence[str]) -> int:
    """Print a report for every file; 2 when no file is named, or one is absent or no label file."""
    paths = [Path(argument) for argument in arguments]
    absent = [str(path) for path in paths if not path.is_file()]
    if not paths or absent:
        reason = f"找不到文件：{'、'.join(absent)}" if absent else "没有给出文件"
        print(f"{reason}。用法：python -m classify.evaluate 标注文件.jsonl ...", file=sys.stderr)
        return 2
    for path in paths:
        try:
            print("\n".join(report(path)))
        except BadExamples as error:
            print(error, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
