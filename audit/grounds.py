"""What a finding hangs on: the text it read, and those of its labels without which it would not have been raised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from audit.cells import Context
from audit.engine import fails_again, remembered
from audit.rule import Rule, Skills
from audit.rules import RULES
from audit.thresholds import Thresholds
from domain.finding import Finding, Verdict
from domain.form import Form, path_to_place
from domain.label import HELD, Label, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A text of a form that a finding rests on, its labels that hold the finding up (() none), and the indicator."""

    task: Task
    text: str
    labels: tuple[str, ...]
    indicator: str


def finding_to_ground(
    finding: Finding, form: Form, *, skills: Skills, thresholds: Thresholds | None = None
) -> Ground | None:
    """The text whose labels hold the finding up, else the first it read; None for a finding that read none."""
    rule = next((rule for rule in RULES if rule.code == finding.finding), None)
    context = Context(skills=remembered(skills), thresholds=thresholds or Thresholds())
    if rule is None or finding.verdict is not Verdict.FAIL:
        return None
    grounds = tuple(_read_texts(finding, form, context.skills))
    for ground in grounds:
        held = tuple(label for label in ground.labels if _falls_without(label, ground, (rule, finding, form, context)))
        if held:
            return replace(ground, labels=held)
    return replace(grounds[0], labels=()) if grounds else None


def _read_texts(finding: Finding, form: Form, skills: Skills) -> Iterator[Ground]:
    """Reasons and worded targets among the evidence, with every label they hold."""
    for piece in finding.evidence:
        block, place, column = path_to_place(piece.field)
        if piece.form or block != "indicators" or place >= len(form.indicators):
            continue
        text, name = piece.text.strip(), form.indicators[place].level3.text.strip()
        if column == "deviation_reason" and text:
            labels = skills.rationale(text).labels
            yield Ground(task=Task.RATIONALE, text=text, labels=_held(labels), indicator=name)
        elif column == "target" and text:
            labels = skills.specificity(text, (name,))
            yield Ground(task=Task.TARGET, text=text, labels=_held(labels), indicator=name)


def _held(labels: tuple[Label, ...]) -> tuple[str, ...]:
    return tuple(label.id for label in labels if label.probability >= HELD)


def _falls_without(label: str, ground: Ground, asked: tuple[Rule, Finding, Form, Context]) -> bool:
    rule, finding, form, context = asked
    if not fails_again(rule, finding, form=form, context=context):
        return False  # a rule over several forms, or one that no longer stands as it did
    without = replace(context, skills=_without(context.skills, label, ground))
    return not fails_again(rule, finding, form=form, context=without)


def _without(skills: Skills, label: str, ground: Ground) -> Skills:
    """The same skills, to which this text does not hold this label."""

    def dropped(labels: tuple[Label, ...]) -> tuple[Label, ...]:
        return tuple(replace(each, probability=0.0) if each.id == label else each for each in labels)

    if ground.task is Task.RATIONALE:
        whole = skills.rationale
        return replace(
            skills,
            rationale=lambda text: (
                replace(whole(text), labels=dropped(whole(text).labels)) if text == ground.text else whole(text)
            ),
        )
    named = skills.specificity
    return replace(
        skills,
        specificity=lambda text, names: dropped(named(text, names)) if text == ground.text else named(text, names),
    )
