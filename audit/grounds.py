"""Which labels of which texts a finding rests on: those without which its rule would not have raised it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from audit.cells import Context
from audit.engine import fails_again
from audit.opinions import finding_to_labelled
from audit.rule import BatchRule, Rule, Skills
from audit.thresholds import Thresholds
from domain.finding import Finding, Verdict
from domain.form import Form
from domain.label import HELD, Label, Rationale, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A text with the labels that a finding needs; ``indicators`` are the names a target stood under."""

    task: Task
    text: str
    labels: tuple[str, ...]
    indicators: tuple[str, ...] = ()


def finding_to_grounds(finding: Finding, form: Form, *, rules: tuple[Rule, ...], skills: Skills) -> tuple[Ground, ...]:
    """The texts and labels one finding rests on; none for findings about figures, or about several forms."""
    rule = next((each for each in rules if each.code == finding.finding), None)
    if rule is None or isinstance(rule, BatchRule) or finding.verdict is not Verdict.FAIL:
        return ()
    return tuple(_grounds(finding, form, rule=rule, skills=skills))


def _grounds(finding: Finding, form: Form, *, rule: Rule, skills: Skills) -> Iterator[Ground]:
    for told in finding_to_labelled(finding, form, skills):
        held = [label.id for label in told.labels if label.probability >= HELD]
        needed = tuple(
            label
            for label in held
            if not fails_again(
                rule,
                finding,
                form=form,
                context=Context(skills=_without(skills, told.text, label), thresholds=Thresholds()),
            )
        )
        if needed:
            yield Ground(task=told.task, text=told.text, labels=needed, indicators=told.indicators)


def _without(skills: Skills, text: str, label: str) -> Skills:
    """The same skills, to which one text does not have one label."""

    def rationale(asked: str) -> Rationale:
        read = skills.rationale(asked)
        return replace(read, labels=_struck(read.labels, label)) if asked.strip() == text else read

    return replace(
        skills,
        rationale=rationale,
        specificity=lambda asked, names: (
            _struck(skills.specificity(asked, names), label)
            if asked.strip() == text
            else tuple(skills.specificity(asked, names))
        ),
    )


def _struck(labels: tuple[Label, ...], struck: str) -> tuple[Label, ...]:
    return tuple(replace(each, probability=0.0) if each.id == struck else each for each in labels)
