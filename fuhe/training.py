"""``fuhe train``: a challenger of labelled lines, held against the champion; promoting is another act."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

from audit.nearness import near_groups
from classify.champions import REWRITE, encoder_to_labels, entry_to_reader, library_to_encoder
from classify.encoder.taught import is_house_unit_held_out, unit_of
from classify.learning.examples import HOUSE_LABELS, BadExamples, Example, LabelNames, Lesson, lines_to_lesson
from classify.learning.train import (
    Encoder,
    School,
    compare,
    examine,
    missed,
    sitting_to_metrics,
    train,
)
from classify.listening import example_to_heard
from domain.label import Task
from fuhe.training_report import Challenger, challenger_to_markdown
from models.store import SHIPPED, Entry, Library, ModelTrouble, Shelf

DATA = SHIPPED / "data"
GOLD = DATA / "gold"
SEEN = DATA / "seen.txt"
MUST_CATCH = GOLD / "must_catch.jsonl"
NEAR_TEXTS, NEAR_GRAM = 0.8, 2  # as near narratives and reasons of a batch are found
LICENCE = "与本项目相同"
CARD = "card.md"
TOLERANCE = 0.01  # of macro-F1 on gold: a challenger that loses more is worse and is not promoted


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOrder:
    """What to train: the task, label files (decisions among them), a seed, and the labels of this office."""

    task: Task
    files: tuple[Path, ...] = ()
    seed: int = 0
    labels: LabelNames = field(default_factory=lambda: HOUSE_LABELS)


def shipped_examples(task: Task, *, labels: LabelNames = HOUSE_LABELS) -> tuple[Example, ...]:
    """The labelled texts that come with the program."""
    return _folder_to_examples(DATA / task, labels=labels)


def gold_examples(task: Task, *, labels: LabelNames = HOUSE_LABELS) -> tuple[Example, ...]:
    """The frozen texts on which models are compared. No model is trained on them."""
    return _folder_to_examples(GOLD / task, labels=labels)


def _folder_to_examples(folder: Path, *, labels: LabelNames) -> tuple[Example, ...]:
    lessons = (file_to_lesson(path, labels=labels) for path in sorted(folder.glob("*.jsonl")))
    return tuple(example for lesson in lessons for example in lesson.examples)


def file_to_lesson(path: Path, *, labels: LabelNames = HOUSE_LABELS) -> Lesson:
    """A label file. Raises BadExamples for one that cannot be read or learned from."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadExamples(f"读不了标注文件 {path}。请核对路径，并以 UTF-8 编码的 JSON Lines 保存。") from error
    return lines_to_lesson(text.split("\n"), name=path.name, labels=labels)


def task_to_school(
    task: Task, library: Library | None = None, *, seed: int = 0, labels: LabelNames = HOUSE_LABELS
) -> School:
    """How this house trains: reasons with the encoder of a library, if one is given and has one.

    For targets the encoder earned nothing (decision 0012).
    """
    encoder = None if library is None or task is Task.TARGET else _library_to_voice(library)
    return School(
        hear=example_to_heard, near=near_texts, labels=labels[task], seen=seen_files(), encoder=encoder, seed=seed
    )


def near_texts(texts: Sequence[str]) -> Sequence[Sequence[int]]:
    """Places of texts that are nearly equal, group by group."""
    return near_groups(texts, least=NEAR_TEXTS, gram=NEAR_GRAM)


def seen_files() -> frozenset[str]:
    """Files whose texts the authors of the word lists had read."""
    lines = SEEN.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _library_to_voice(library: Library) -> Encoder | None:
    """The encoder of a library as training uses it. What it was taught are the shipped texts of most units."""
    found = library_to_encoder(library)
    if found is None:
        return None
    entry, reader = found
    return Encoder(digest=entry.digest, read=partial(encoder_to_labels, reader), is_new=house_encoder_is_new())


def house_encoder_is_new() -> Callable[[Example], bool]:
    """Whether the encoder of this house was not taught a text: it was, the shipped reasons of most units."""
    shipped = frozenset(path.name for folder in (Task.RATIONALE, REWRITE) for path in (DATA / folder).glob("*.jsonl"))
    held_out = cache(is_house_unit_held_out)

    def is_new(example: Example) -> bool:
        return example.file not in shipped or held_out(unit_of(example))

    return is_new


def train_challenger(order: TrainingOrder, library: Library) -> Challenger:
    """A challenger held against the champion. Raises BadExamples, ModelTrouble; nothing is written."""
    lessons = [file_to_lesson(path, labels=order.labels) for path in order.files]
    later = tuple(example for lesson in lessons for example in lesson.examples)
    school = task_to_school(order.task, library, seed=order.seed, labels=order.labels)
    gold = gold_examples(order.task, labels=order.labels)
    base = shipped_examples(order.task, labels=order.labels)
    trained = train(base, task=order.task, school=school, later=later, gold=gold)
    entry = library.champion(order.task)
    champion = None if entry is None else entry_to_reader(entry, library)
    sat, sits = (examine(each, gold, task=order.task, school=school) for each in (champion, trained.reader))
    gain, changes = compare(sat, sits)
    read = zip(order.files, lessons, strict=True)
    return Challenger(
        task=order.task,
        name=f"{order.task}-{datetime.now(UTC):%Y%m%d-%H%M%S}",
        champion="" if entry is None else entry.name,
        trained=trained,
        taught_by=(("随程序提供的标注", len(base)), *((path.name, len(lesson.examples)) for path, lesson in read)),
        silent=sum((Counter(dict(lesson.silent)) for lesson in lessons), Counter()),
        before=sitting_to_metrics(sat),
        after=sitting_to_metrics(sits),
        gain=gain,
        changes=changes,
        missed=missed(trained.reader, must_catch_examples(order.task), school=school),
    )


def must_catch_examples(task: Task) -> tuple[Example, ...]:
    """Plain cases that no model may miss."""
    return tuple(example for example in file_to_lesson(MUST_CATCH).examples if example.task is task)


def keep(challenger: Challenger, shelf: Shelf, *, origin: str) -> Entry:
    """The challenger on a shelf, with its card. Raises ModelTrouble."""
    entry = Entry(
        name=challenger.name,
        task=challenger.task,
        kind="+".join(("word lists", "linear", "encoder")[: 3 if challenger.trained.reader.encoder else 2]),
        made=f"{datetime.now(UTC):%Y-%m-%d}",
        origin=origin,
        licence=LICENCE,
        data=challenger.trained.data,
        metrics={**challenger.after, "must_catch_missed": float(len(challenger.missed))},
    )
    with tempfile.TemporaryDirectory() as folder:
        challenger.trained.reader.save(Path(folder))
        (Path(folder) / CARD).write_text(challenger_to_markdown(challenger), encoding="utf-8", newline="\n")
        return shelf.add(entry, Path(folder))


def promote(name: str, library: Library, *, who: str) -> str:
    """The sentence that says what was done. Raises ModelTrouble for a model worse than the champion."""
    entry = library.entry(name)
    now = library.champion(entry.task)
    lost = entry.metrics.get("must_catch_missed", 0.0)
    if lost:
        raise ModelTrouble(f"模型 {name} 漏判 {lost:.0f} 条必查情形，不能启用。请补充相应标注后重新训练。")
    if now is not None and now.name != name:
        fall = now.metrics.get("macro_f1", 0.0) - entry.metrics.get("macro_f1", 0.0)
        if fall > TOLERANCE:
            raise ModelTrouble(
                f"模型 {name} 在检验集上的宏平均 F1 比现用模型 {now.name} 低 {fall:.3f}，不能启用。"
                "请检查新增标注是否有误，或补充标注后重新训练。"
            )
    move = library.promote(name, who=who)
    instead = f"，替换 {move.instead_of}" if move.instead_of else ""
    return f"已启用 {move.model}{instead}。若不合适，执行 fuhe models rollback --task {entry.task} 退回。"
