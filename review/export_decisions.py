"""Decisions as lines that the readers and the ranker learn from (``decisions.jsonl``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from classify.labels import TASKS
from domain.decision import Act, Cause
from domain.form import Form
from review.export_lines import finding_to_found
from review.forms import row_to_form
from review.house import the_house
from review.house_papers import Taught
from review.models import Finding, Status

ACTS: Final = {Status.CONFIRMED: Act.CONFIRM, Status.RELABELLED: Act.RELABEL, Status.DISMISSED: Act.DISMISS}
NO_TEXT = "（原文已不在文件库中）"


def decision_lines(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """A line for every decided finding: for the ranker what was decided, for the readers the text and its labels.

    Where no label holds the finding up, or its form is gone, the line has no labels and teaches the readers nothing.
    """
    decided = [finding for finding in findings if finding.status in ACTS]
    forms = {finding.pk: _form_of(finding) for finding in decided}
    pairs = [(finding, form) for finding in decided if (form := forms[finding.pk]) is not None]
    known = the_house().papers.teach([(finding_to_found(finding, number=0), form) for finding, form in pairs])
    taught = {finding.pk: each for (finding, _), each in zip(pairs, known, strict=True)}
    return [_to_line(finding, taught.get(finding.pk)) for finding in decided]


def _form_of(finding: Finding) -> Form | None:
    try:
        return row_to_form(finding.form)
    except LookupError:
        return None


def _to_line(finding: Finding, taught: Taught | None) -> dict[str, Any]:
    act = ACTS[Status(finding.status)]
    act = Act.SKIP if act is Act.DISMISS and finding.dismissal not in set(Cause) else act
    task = taught.task.value if taught else "rationale"
    labels = list(taught.labels) if taught else []
    line: dict[str, Any] = {
        "text": (taught.text if taught else "") or finding.message or NO_TEXT,
        "task": task,
        "labels": labels,
        "indicators": [taught.indicator] if taught and taught.indicator else [],
        "unit": finding.unit,
        "decision": act.value,
        "cause": finding.dismissal if act is Act.DISMISS else None,
        "finding": finding.code,
        "source": finding.form.document.path,
        "form_index": finding.form.index,
        "row": finding.row,
        "who": str(finding.decided_by or ""),
        "at": finding.decided_at.isoformat() if finding.decided_at else None,
        "stage": finding.stage,
    }
    if act is Act.RELABEL:
        # a label of the other kind of text would have the whole file refused
        line["right"] = [label for label in finding.relabel if label in TASKS[task]] if taught else []
    return line
