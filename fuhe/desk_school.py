"""The school desk of the workbench: what ``fuhe train`` and ``fuhe models`` do, asked for by a page."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import audit
from audit.engine import remembered
from audit.grounds import Ground, finding_to_grounds
from classify.champions import entry_to_reader, library_to_champions, with_reader
from classify.learning.examples import BadExamples, LabelNames
from classify.learning.reader import BrokenReader
from domain.decision import Act
from domain.form import Form
from domain.label import Task
from fuhe.flips import Flip, forms_to_flips
from fuhe.pipeline import house_skills
from fuhe.settings import Settings
from fuhe.training import TrainingOrder, keep, promote, train_challenger
from fuhe.training_report import (
    METRIC_NAMES,
    TASK_NAMES,
    Challenger,
    challenger_to_markdown,
    contradiction_lines,
    doubt_lines,
)
from models.store import Entry, Library, house_library
from review.house_school import BadLesson, ChallengerTold, Decided, FlipTold, LabelTold, ModelTold, SchoolDesk

ORIGIN = "fuhe serve"
LESSONS = "复核记录.jsonl"


def school_desk(settings: Settings | None = None) -> SchoolDesk:
    """How this house learns, with the labels of this office."""
    labels = (settings or Settings()).labels

    def lessons(decided: Sequence[Decided]) -> tuple[tuple[Mapping[str, Any], ...], ...]:
        return decided_to_lessons(decided, labels=labels)

    def train(task: Task, lessons: Sequence[Mapping[str, Any]]) -> ChallengerTold:
        return lessons_to_challenger(TrainingOrder(task=task, labels=labels), lessons)

    return SchoolDesk(
        labels=labels,
        lessons=lessons,
        train=train,
        flips=model_to_flips,
        models=library_to_models,
        moves=lambda: tuple(asdict(move) for move in house_library().moves()),
        promote=lambda name, who: promote(name, house_library(), who=who),
        roll_back=_roll_back,
    )


def decided_to_lessons(decided: Sequence[Decided], *, labels: LabelNames) -> tuple[tuple[Mapping[str, Any], ...], ...]:
    """Lines of decisions.jsonl by decision: one for each text it tells of; without labels where it tells of none.

    A label that the office gave up since is told no more.
    """
    skills = remembered(house_skills(forms=[each.form for each in decided if each.form is not None]))
    return tuple(tuple(_decided_to_lines(each, skills, labels)) for each in decided)


def _decided_to_lines(decided: Decided, skills: audit.Skills, labels: LabelNames) -> Iterator[Mapping[str, Any]]:
    decision = decided.decision
    told = {
        "finding": decision.finding,
        "source": decision.source,
        "form_index": decision.form_index,
        "row": decision.row,
        "decision": decision.act.value,
        "cause": decision.cause.value if decision.cause else None,
        "unit": decision.unit,
    }
    grounds: tuple[Ground, ...] = ()
    if decided.form is not None:
        grounds = finding_to_grounds(decided.finding, decided.form, rules=audit.RULES, skills=skills)
    for ground in grounds:
        yield {**told, **_ground_to_record(ground, decided, labels)}
    if not grounds:
        yield {**told, "task": Task.RATIONALE.value, "text": decided.finding.message, "labels": []}


def _ground_to_record(ground: Ground, decided: Decided, labels: LabelNames) -> dict[str, Any]:
    record: dict[str, Any] = {"task": ground.task.value, "text": ground.text, "labels": list(ground.labels)}
    if ground.task is Task.TARGET:
        record["indicators"] = list(ground.indicators)
    if decided.decision.act is Act.RELABEL:
        # a label of the other kind of text would have the whole file refused
        record["right"] = [label for label in decided.right if label in labels[ground.task]]
    return record


def lessons_to_challenger(order: TrainingOrder, lessons: Sequence[Mapping[str, Any]]) -> ChallengerTold:
    """A challenger trained, kept on the office's shelf and told. Raises BadLesson; the champion stays as it is."""
    library = house_library()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / LESSONS
        own = [line for line in lessons if line["task"] == order.task.value]
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in own), encoding="utf-8")
        try:
            challenger = train_challenger(
                TrainingOrder(task=order.task, files=(path,), labels=order.labels, seed=order.seed), library
            )
        except (BadExamples, BrokenReader) as error:
            raise BadLesson(str(error)) from error
    keep(challenger, library.own, origin=ORIGIN)
    return _challenger_to_told(challenger)


def _challenger_to_told(challenger: Challenger) -> ChallengerTold:
    trained, names = challenger.trained, challenger.trained.reader.labels
    figures = tuple(
        (name, challenger.before[key], challenger.after[key])
        for key, name in METRIC_NAMES.items()
        if key in challenger.after
    )
    gain = challenger.gain
    # shipped texts are no auditor's decisions: nobody here could look at them again
    doubts = tuple(doubt for doubt in trained.doubts if doubt.example.file == LESSONS)
    return ChallengerTold(
        name=challenger.name,
        champion=challenger.champion or "仅词表",
        taught=dict(challenger.taught_by).get(LESSONS, 0),
        figures=figures,
        gain=(gain.value, gain.low, gain.high),
        labels=tuple(
            LabelTold(
                name=names[each.label],
                support=each.support,
                before=each.champion,
                after=each.challenger.value,
                low=each.challenger.low,
                high=each.challenger.high,
            )
            for each in challenger.changes
        ),
        missed=tuple(f"{example.text}（应判“{names[label]}”）" for example, label in challenger.missed),
        doubts=tuple(doubt_lines(replace(trained, doubts=doubts), names)),
        contradictions=tuple(contradiction_lines(trained, names)),
        silent=dict(challenger.silent),
        data=trained.data,
        card=challenger_to_markdown(challenger),
    )


def model_to_flips(forms: Sequence[Form], name: str) -> tuple[FlipTold, ...]:
    """What another model would change in the list of these forms. Raises ModelTrouble, BrokenReader."""
    library = house_library()
    champion = library_to_champions(library)
    challenger = with_reader(champion, entry_to_reader(library.entry(name), library))
    return tuple(map(_flip_to_told, forms_to_flips(forms, champion=champion, challenger=challenger)))


def _flip_to_told(flip: Flip) -> FlipTold:
    found = flip.finding
    return FlipTold(
        change=flip.change.value,
        source=found.source,
        form_index=found.form_index,
        title=found.title,
        message=found.message,
        project_name=found.project_name,
        before=flip.before,
        after=flip.after,
    )


def library_to_models() -> tuple[ModelTold, ...]:
    """Every classifier on the shelves, those in use marked. Raises ModelTrouble."""
    library = house_library()
    used = {entry.name for task in Task if (entry := library.champion(task)) is not None}
    return tuple(
        _entry_to_told(entry, in_use=entry.name in used) for entry in library.entries() if entry.task in set(Task)
    )


def _entry_to_told(entry: Entry, *, in_use: bool) -> ModelTold:
    return ModelTold(
        name=entry.name,
        task=TASK_NAMES[Task(entry.task)],
        task_id=entry.task,
        made=entry.made,
        origin=entry.origin,
        digest=entry.digest,
        in_use=in_use,
        figures=tuple((name, entry.metrics[key]) for key, name in METRIC_NAMES.items() if key in entry.metrics),
    )


def _roll_back(task: str, who: str) -> str:
    library: Library = house_library()
    move = library.roll_back(task, who=who)
    return f"已退回 {move.model}（此前使用 {move.instead_of}）。"
