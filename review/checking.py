"""The checks run over an audit, and their findings laid beside those of the run before: decisions stay."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.db import transaction

from domain.finding import Evidence
from domain.form import FormKey
from review.decisions import project_to_decisions
from review.forms import project_to_forms
from review.house import Raised, the_house
from review.models import LAST_PLACE, Check, Finding, FormRow, Job, Project, Status

Key = tuple[int, int | None, str, int]  # form row, indicator, code, ordinal
WRITTEN_AT_ONCE = 500  # rows a statement: SQLite takes 32,766 values
COLUMNS = (
    "title", "group", "category", "severity", "verdict", "confidence", "priority", "place", "message", "basis", "why",
    "readings", "statement", "evidence", "unit", "year", "project_name", "indicator", "amount", "points", "cause",
    "gone", "check_run",
)  # fmt: skip
AMOUNT_MOST, POINTS_MOST = Decimal(10) ** 16 - 1, Decimal(10) ** 6 - 1  # what the columns hold, rounding included


def check_project(project: Project) -> Check:
    """All forms checked and the list brought up to date."""
    begun = time.perf_counter()
    rows: dict[FormKey, FormRow] = {}
    forms = []
    for row, form in project_to_forms(project.pk):
        rows[form.document.path, form.index] = row
        forms.append(form)
    raised = the_house().checking.check(forms, project_to_decisions(project))
    check = Check(project=project, forms=len(forms), findings=len(raised))
    check.versions = asdict(the_house().checking.versions())
    check.seconds = time.perf_counter() - begun
    store_raised(project, raised, rows=rows, check=check)
    return check


def run_check(job: Job) -> None:
    """The checks as a job of the background."""
    job.done = job.total = check_project(job.project).forms


def store_raised(project: Project, raised: Sequence[Raised], *, rows: Mapping[FormKey, FormRow], check: Check) -> None:
    """Findings of a run over all forms: new ones come, known ones are brought up to date, the others are gone.

    A signed one stays in its place whether it is raised again or not: what was signed is compared with what is read
    now where it is shown.
    """
    with transaction.atomic():
        lock_findings(project.pk)
        check.save()
        held = Finding.objects.select_for_update().filter(project=project).order_by("pk")  # nobody signs one meanwhile
        known = {finding_to_key(finding): finding for finding in held}
        fresh, kept, by_rank = _sort(project, raised, rows=rows, known=known, check=check)
        Finding.objects.bulk_create(fresh, batch_size=WRITTEN_AT_ONCE)
        seen = {finding.pk for finding in kept}
        lost = [each for each in known.values() if each.pk not in seen and not each.gone and not each.is_locked]
        for finding in lost:
            finding.gone = True
        Finding.objects.bulk_update([each for each in kept if not each.is_locked], COLUMNS, batch_size=100)
        Finding.objects.bulk_update([each for each in kept if each.is_locked], ["place"], batch_size=WRITTEN_AT_ONCE)
        Finding.objects.bulk_update(lost, ["gone"], batch_size=WRITTEN_AT_ONCE)
        _store_stories(raised, by_rank)


def lock_findings(project_id: int) -> None:
    """Within a transaction: nobody else brings the list of this audit up to date until it ends."""
    Project.objects.select_for_update(no_key=True).filter(pk=project_id).first()


def _sort(
    project: Project,
    raised: Iterable[Raised],
    *,
    rows: Mapping[FormKey, FormRow],
    known: Mapping[Key, Finding],
    check: Check,
) -> tuple[list[Finding], list[Finding], dict[int, Finding]]:
    """New findings, known ones with what they are now, and both by their rank."""
    fresh, kept, by_rank = [], [], {}
    for key, each in raised_to_keyed(raised, rows=rows):
        finding = known.get(key)
        if finding is None:
            finding = key_to_finding(project, key)
            fresh.append(finding)
        else:
            kept.append(finding)
        columns = raised_to_columns(each)
        columns["place"] += LAST_PLACE if finding.status == Status.SKIPPED else 0
        for name in ("place",) if finding.is_locked else columns:  # nothing else of a signed finding moves
            setattr(finding, name, columns[name])
        if not finding.is_locked:
            finding.check_run = check
        by_rank[each.finding.rank] = finding
    return fresh, kept, by_rank


def _store_stories(raised: Iterable[Raised], by_rank: Mapping[int, Finding]) -> None:
    """Which finding tells the story of which: known when all have their rows."""
    changed = []
    for each in raised:
        finding, rank = by_rank[each.finding.rank], each.finding.covered_by
        teller = by_rank[rank].pk if rank is not None and rank in by_rank else None
        if finding.covered_by_id != teller:
            finding.covered_by_id = teller
            changed.append(finding)
    Finding.objects.bulk_update(changed, ["covered_by"], batch_size=WRITTEN_AT_ONCE)


def raised_to_keyed(raised: Iterable[Raised], *, rows: Mapping[FormKey, FormRow]) -> Iterator[tuple[Key, Raised]]:
    """Each with its key: several of one code on one row are numbered in their order."""
    ordinals = Counter[tuple[int, int | None, str]]()
    for each in raised:
        place = (rows[each.finding.source, each.finding.form_index].pk, each.finding.row, each.finding.finding)
        yield (*place, ordinals[place]), each
        ordinals[place] += 1


def key_to_finding(project: Project, key: Key) -> Finding:
    """A new finding under this key, not stored."""
    return Finding(project=project, form_id=key[0], row=key[1], code=key[2], ordinal=key[3])


def finding_to_key(finding: Finding) -> Key:
    """What tells a finding from all others of an audit, run after run."""
    return finding.form_id, finding.row, finding.code, finding.ordinal


def raised_to_columns(raised: Raised) -> dict[str, Any]:
    """The machine's columns of a finding."""
    found = raised.finding
    return {
        "title": found.title,
        "group": raised.group,
        "category": raised.category,
        "severity": found.severity.value,
        "verdict": found.verdict.value,
        "confidence": found.confidence,
        "priority": found.priority,
        "place": found.rank,
        "message": found.message,
        "basis": found.basis,
        "why": found.why,
        "readings": found.readings,
        "statement": found.statement,
        "evidence": [evidence_to_record(each) for each in found.evidence],
        "unit": raised.unit[:200],
        "year": raised.year[:8],
        "project_name": found.project_name[:300],
        "indicator": raised.indicator[:300],
        "amount": _fit(raised.amount, AMOUNT_MOST),
        "points": _fit(raised.points, POINTS_MOST),
        "cause": raised.cause,
        "gone": False,
    }


def _fit(number: Decimal | None, most: Decimal) -> Decimal | None:
    """A number its column can hold. A misread one of thirty digits filters nothing, and must not end the checks."""
    return number if number is not None and number.is_finite() and abs(number) < most else None


def evidence_to_record(evidence: Evidence) -> dict[str, Any]:
    """One field a finding rests on; ``places`` are page and box on paper, line in text."""
    return {
        "form": evidence.form,
        "field": evidence.field,
        "text": evidence.text,
        "places": [
            {
                "page": source.page,
                "box": [source.box.x0, source.box.y0, source.box.x1, source.box.y1] if source.box else None,
                "line": source.line,
            }
            for source in evidence.sources
        ],
    }
