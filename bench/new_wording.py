"""A wording that no labelled text holds, and what decisions that relabel it teach: F1 on it, and on everything else."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bench.tables import Figures
from classify.labels import THRESHOLD
from classify.learning.examples import Example, lines_to_lesson
from classify.learning.folds import examples_to_owners, folds_of, sift
from classify.learning.measure import class_scores
from classify.learning.reader import TrainedReader
from classify.learning.train import School, examine, missed, sitting_to_metrics, train
from domain.label import Task
from fuhe.training import gold_examples, must_catch_examples, shipped_examples, task_to_school

SHEET = Path(__file__).parent / "wording" / "new_wording.yaml"
TASK = Task.RATIONALE
TEXTS, HELD_OUT = 260, 60  # texts of the new wording; the last ones are of units that no decision comes from
UNITS = 20  # that write so
STOPS = (0, 25, 50, 100, 200)
LEAST_RISE, MOST_FALL = 0.15, 0.01  # of F1 on the wording, and of any other label on gold
SEED = 5
PARTS = 5  # of the units; one of them is kept apart with gold, which alone holds 23 to 48 texts of a label
HEAD = (
    "复核条数", "新写法 F1", "未示写法 F1", "检验集宏 F1", "其余标签平均", "降得最多的标签", "降过 0.01 的", "漏必查",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Texts of one new wording: ``lines`` are decided on, ``held_out`` come from other units and end with texts that
    use its words for something else; ``kept`` are turns of it that no decision shows.
    """

    label: str
    decided: tuple[Example, ...]
    held_out: tuple[Example, ...]
    kept: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """After so many decisions: F1 of the label on the wording and on turns never shown, and on gold by label, with the
    gold texts that hold it.
    """

    decisions: int
    f1: float
    f1_kept: float
    gold_macro: float
    gold: Mapping[str, float]
    support: Mapping[str, int]
    missed: int


def read_wording(path: Path = SHEET, *, seed: int = SEED) -> Wording:
    """The sheet's turns put together at random, each text once."""
    sheet = yaml.safe_load(path.read_text(encoding="utf-8"))
    rng = random.Random(seed)
    texts = rng.sample(_joined(sheet, "taught"), TEXTS)
    unlike = tuple(_example(text, (), f"旁例单位{number}") for number, text in enumerate(sheet["unlike"]))
    label = sheet["label"]
    of_units = [_example(text, (label,), f"新写法单位{number % UNITS}") for number, text in enumerate(texts)]
    away = [replace(each, unit=f"{each.unit}之外") for each in of_units[-HELD_OUT:]]
    kept = [_example(text, (label,), "未见写法单位") for text in rng.sample(_joined(sheet, "kept"), HELD_OUT)]
    return Wording(label=label, decided=tuple(of_units[:-HELD_OUT]), held_out=(*away, *unlike), kept=(*kept, *unlike))


def _joined(sheet: Mapping[str, Any], turns: str) -> list[str]:
    return [f"{of}{turn}{end}" for of in sheet["projects"] for turn in sheet[turns] for end in sheet["ends"]]


def _example(text: str, labels: Sequence[str], unit: str) -> Example:
    line = {"text": text, "labels": labels, "unit": unit}
    return lines_to_lesson([json.dumps(line)], name="new wording").examples[0]


def decisions(wording: Wording, reader: TrainedReader, *, school: School, count: int) -> tuple[Example, ...]:
    """The first texts as the workbench records them: what the reader said, and the label an auditor put right."""
    told = reader.probability(school.heard(wording.decided[:count]))
    lines = [
        {
            "task": TASK,
            "text": example.text,
            "unit": example.unit,
            "decision": "relabel",
            "labels": [label for label, sure in zip(reader.labels, row, strict=True) if sure >= THRESHOLD],
            "right": [wording.label],
        }
        for example, row in zip(wording.decided, told, strict=False)
    ]
    return lines_to_lesson([json.dumps(line) for line in lines], name="decisions").examples


def laps(wording: Wording, *, stops: Sequence[int] = STOPS) -> list[Lap]:
    """A reader trained anew after each count of decisions, the first being what the decisions speak about."""
    school, gold = task_to_school(TASK), gold_examples(TASK)
    base, aside = _parted(school)
    found: list[Lap] = []
    champion: TrainedReader | None = None
    for count in stops:
        later = () if champion is None else decisions(wording, champion, school=school, count=count)
        reader = train(base, task=TASK, school=school, later=later, gold=gold).reader
        champion = champion or reader
        found.append(_lap(reader, wording, (*gold, *aside), school=school, count=count))
    return found


def _parted(school: School) -> tuple[list[Example], list[Example]]:
    """The shipped texts that teach, and those of a fifth of the units, by which a fall can be told from one text."""
    examples = sift(shipped_examples(TASK)).examples
    fold = folds_of(examples_to_owners(examples, near=school.near), folds=PARTS, seed=SEED)
    parted = list(zip(examples, fold, strict=True))
    return [each for each, number in parted if number], [each for each, number in parted if not number]


def _lap(reader: TrainedReader, wording: Wording, gold: Sequence[Example], *, school: School, count: int) -> Lap:
    sitting = examine(reader, gold, task=TASK, school=school)
    scores = class_scores(sitting.right, sitting.said)
    return Lap(
        decisions=count,
        f1=_f1_of_label(reader, wording.held_out, label=wording.label, school=school),
        f1_kept=_f1_of_label(reader, wording.kept, label=wording.label, school=school),
        gold_macro=sitting_to_metrics(sitting)["macro_f1"],
        gold={label: score.f1 for label, score in zip(school.labels, scores, strict=True)},
        support={label: score.support for label, score in zip(school.labels, scores, strict=True)},
        missed=len(missed(reader, must_catch_examples(TASK), school=school)),
    )


def _f1_of_label(reader: TrainedReader, examples: Sequence[Example], *, label: str, school: School) -> float:
    sitting = examine(reader, examples, task=TASK, school=school)
    place = tuple(school.labels).index(label)
    return class_scores(sitting.right, sitting.said)[place].f1


def wording_figures(found: Sequence[Lap], *, label: str, names: Mapping[str, str]) -> Figures:
    """The curve, with the label of gold that fell most against the first lap."""
    rows = []
    for lap in found:
        falls = _falls(found[0], lap, label=label)
        worst = max(falls, key=lambda each: falls[each])
        rows.append(
            (
                f"{lap.decisions}",
                f"{lap.f1:.3f}",
                f"{lap.f1_kept:.3f}",
                f"{lap.gold_macro:.3f}",
                f"{np.mean([lap.gold[each] for each in falls]):.3f}",
                f"{-falls[worst]:+.3f} {names[worst]}",
                f"{sum(fall > MOST_FALL for fall in falls.values())}",
                f"{lap.missed}",
            )
        )
    return Figures(
        title=f"新写法：没有一条标注这样写（应标“{names[label]}”）",
        head=HEAD,
        rows=tuple(rows),
        notes=(*_wording_notes(), _fallen(found, label=label, names=names)),
    )


def _falls(first: Lap, lap: Lap, *, label: str) -> dict[str, float]:
    """How much F1 on gold fell, by every other label."""
    return {each: first.gold[each] - lap.gold[each] for each in lap.gold if each != label}


def _wording_notes() -> tuple[str, ...]:
    return (
        f"新写法：其他单位 {HELD_OUT} 条，另加用词相同而意思不同的 {len(_unlike())} 条；"
        "未示写法：同一意思、复核中从未出现的说法。检验集：冻结检验集，另加不参加训练的五分之一单位的例句。",
        f"要求：200 条复核后新写法 F1 升高 {LEAST_RISE:.2f} 以上，其余标签在检验集上都不降过 {MOST_FALL:.2f}。",
    )


def _fallen(found: Sequence[Lap], *, label: str, names: Mapping[str, str]) -> str:
    """The labels that fell too much in the end, with how few texts that is."""
    last = found[-1]
    falls = {each: fall for each, fall in _falls(found[0], last, label=label).items() if fall > MOST_FALL}
    told = [f"{names[each]} {-fall:+.3f}（检验集只有 {last.support[each]} 条）" for each, fall in falls.items()]
    return f"{last.decisions} 条复核后降过 {MOST_FALL:.2f} 的：{'；'.join(told) or '没有'}。"


def _unlike() -> list[str]:
    unlike: list[str] = yaml.safe_load(SHEET.read_text(encoding="utf-8"))["unlike"]
    return unlike
