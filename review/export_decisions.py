"""Decisions as lines that the readers and the ranker learn from (``decisions.jsonl``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from review.decisions import ACTS, row_to_decided
from review.house import the_house
from review.models import Finding


def decision_lines(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Lines for every decided finding: what was decided, for the ranker; the texts and their labels, for the readers.

    Where no label holds the finding up, or its form is gone, the line has no labels and teaches the readers nothing.
    """
    decided = [finding for finding in findings if finding.status in ACTS]
    lessons = the_house().school.lessons([row_to_decided(finding) for finding in decided])
    return [{**line, **_by_whom(finding)} for finding, lines in zip(decided, lessons, strict=True) for line in lines]


def _by_whom(finding: Finding) -> dict[str, Any]:
    return {
        "who": str(finding.decided_by or ""),
        "at": finding.decided_at.isoformat() if finding.decided_at else None,
        "stage": finding.stage,
    }
