"""Trained reader and word lists: where they disagree about a text, a finding that needs the reader says so.

A finding is judged again by what the word lists alone say of its texts. If it falls, it hangs on the trained reader:
it says so with the probability, and short of near certainty it is no accusation of the highest severity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from audit.phrases import quoted
from audit.rule import Skills
from domain.finding import Finding, Severity
from domain.form import Form, path_to_place
from domain.label import HELD, Label, Rationale, Task

SURE_ALONE = 0.9  # from here on the reader is right in nine of ten texts on which it stands alone (gold set)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A text of a form with its labels; ``indicators`` are the names a target stands under."""

    task: Task
    text: str
    labels: tuple[Label, ...]
    indicators: tuple[str, ...] = ()


def by_word_lists(skills: Skills) -> Skills:
    """The same skills with every label as the word lists give it."""

    def rationale(text: str) -> Rationale:
        read = skills.rationale(text)
        return replace(read, labels=tuple(map(_as_listed, read.labels)))

    return replace(
        skills,
        rationale=rationale,
        specificity=lambda text, names: tuple(map(_as_listed, skills.specificity(text, names))),
    )


def _as_listed(label: Label) -> Label:
    return label if label.pattern is None else replace(label, probability=label.pattern)


def weighed(finding: Finding, form: Form, skills: Skills, *, stands: Callable[[], bool]) -> Finding:
    """The finding as it is, or with what it owes to the trained reader; ``stands`` asks its rule by the word lists."""
    labelled = finding_to_labelled(finding, form, skills)
    disputed = [label for told in labelled for label in told.labels if label.disputed]
    if not disputed or stands():
        return finding
    sure = max(max(label.probability, 1 - label.probability) for label in disputed)
    severity = Severity.MEDIUM if finding.severity is Severity.HIGH and sure < SURE_ALONE else finding.severity
    told = "；".join(dict.fromkeys(_told(label, skills) for label in disputed))
    return replace(
        finding,
        severity=severity,
        confidence=round(finding.confidence * sure, 3),
        readings=f"{finding.readings}模型与词表判断不一，只按词表则无此疑点：{told}。请看原文。",
    )


def finding_to_labelled(finding: Finding, form: Form, skills: Skills) -> Iterator[Labelled]:
    """Every reason and target the finding rests on, with its labels."""
    for evidence in finding.evidence:
        block, place, column = path_to_place(evidence.field)
        text = evidence.text.strip()
        if evidence.form or block != "indicators" or not text:
            continue
        if column == "deviation_reason":
            yield Labelled(task=Task.RATIONALE, text=text, labels=skills.rationale(text).labels)
        elif column == "target" and not any(character.isdecimal() for character in text):
            # a target with a figure in it is judged by the figure, and labels are dear
            names = (form.indicators[place].level3.text.strip(),)
            labels = tuple(skills.specificity(text, names))
            yield Labelled(task=Task.TARGET, text=text, labels=labels, indicators=names)


def _told(label: Label, skills: Skills) -> str:
    listed = "词表认为是" if label.pattern is not None and label.pattern >= HELD else "词表认为不是"
    return f"{quoted(skills.label_name(label.id))}模型概率{label.probability:.2f}，{listed}"
