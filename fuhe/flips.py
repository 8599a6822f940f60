"""What another model would change in the lists of open batches: findings that appear, vanish or move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from classify.champions import Champions
from domain.finding import Finding
from domain.form import Form
from fuhe.pipeline import forms_to_findings

FAR = 10  # places in the list from which a finding counts as moved


class Change(StrEnum):
    """What became of a finding."""

    APPEARS = "新出现"
    VANISHES = "消失"
    WEIGHED = "等级改变"
    MOVED = "位次改变"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """One finding under two models; ``before`` and ``after`` are its ranks, None where it is not in the list."""

    change: Change
    finding: Finding
    before: int | None
    after: int | None


def forms_to_flips(forms: Sequence[Form], *, champion: Champions, challenger: Champions) -> tuple[Flip, ...]:
    """The flips of a batch, what appears and vanishes first, each kind by the place in the list."""
    old = {_key(finding): finding for finding in forms_to_findings(forms, champions=champion)}
    new = {_key(finding): finding for finding in forms_to_findings(forms, champions=challenger)}
    flips = [
        *(Flip(change=Change.APPEARS, finding=new[key], before=None, after=new[key].rank) for key in new.keys() - old),
        *(Flip(change=Change.VANISHES, finding=old[key], before=old[key].rank, after=None) for key in old.keys() - new),
        *(flip for key in new.keys() & old.keys() if (flip := _moved(old[key], new[key])) is not None),
    ]
    order = list(Change)
    return tuple(sorted(flips, key=lambda flip: (order.index(flip.change), flip.finding.rank)))


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.source, finding.form_index, finding.row, finding.finding, finding.verdict


def _moved(old: Finding, new: Finding) -> Flip | None:
    if old.severity is not new.severity:
        return Flip(change=Change.WEIGHED, finding=new, before=old.rank, after=new.rank)
    if abs(old.rank - new.rank) >= FAR:
        return Flip(change=Change.MOVED, finding=new, before=old.rank, after=new.rank)
    return None
