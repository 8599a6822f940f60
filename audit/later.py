"""Targets told of a later year: 2024年目标已上调至2400例 in a form of 2023 swaps nothing in that form."""

from __future__ import annotations

import re
from dataclasses import replace

from domain.label import Rationale, Rewrite, RewriteStatus

# The year and, a few words on in the same clause, the target it is to have.
LATER = re.compile(
    r"(?:(?P<year>20\d{2})年度?|(?P<next>下一?年度?|明年|次年|来年|翌年)(?!\d{1,2}月))(?=[^，。；]{0,8}(?:目标|指标|任务|计划))"
    r"(?P<told>[^，。；]*)"
)


def without_later_target(rationale: Rationale, year: int | None) -> Rationale:
    """The reason without its rewrite, where the new target is one of a year after ``year`` and nothing was renamed."""
    rewrite = rationale.rewrite
    if rewrite.status is RewriteStatus.NONE or rewrite.new_indicator or not rewrite.new_target:
        return rationale
    later = (
        found["told"]
        for found in LATER.finditer(rationale.text)
        if found["next"] or (year is not None and int(found["year"]) > year)
    )
    told = any(rewrite.new_target in clause for clause in later)
    return replace(rationale, rewrite=Rewrite()) if told else rationale
