"""The queue: pages of findings in their order, and what comes before and after one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Q, QuerySet

from review.filters import ANY, QueueFilter, filter_to_q, text_to_q
from review.models import LAST_PLACE, Chain, Check, Finding, Project, User

PAGE = 50  # findings of a page
FOUND_MOST = 5000  # findings asked for by id: SQLite takes 32,766 values in a statement
REMEMBERED_SECONDS = 600
LIST_COLUMNS = (
    "project", "form", "row", "code", "title", "group", "severity", "verdict", "confidence", "place", "message",
    "covered_by", "unit", "year", "project_name", "indicator", "amount", "cause", "gone", "status", "dismissal",
    "assignee", "stage", "seen_at", "decided_at",
)  # fmt: skip


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A filter as one person sees it in one audit; ``also`` is what else must hold that no address says."""

    project: Project
    user: User
    wanted: QueueFilter
    also: Q = field(default_factory=Q)

    def findings(self, *, without: Collection[str] = ()) -> QuerySet[Finding]:
        """In the order of the queue."""
        condition = filter_to_q(self.wanted, project_id=self.project.pk, user=self.user, without=without)
        condition &= self.also
        if self.wanted.text:
            condition &= self._words()
        return Finding.objects.filter(condition).order_by("place", "id")

    def _words(self) -> Q:
        """Findings with the words looked for: by their ids, so that one look through the texts serves all counts."""
        words = text_to_q(self.wanted.text)
        pks = while_unchanged(self, f"words {self.wanted.text}", lambda: self._find_words(words))
        return words if len(pks) > FOUND_MOST else Q(pk__in=pks)

    def _find_words(self, words: Q) -> list[int]:
        found = Finding.objects.filter(words, project=self.project.pk).order_by()
        return list(found.values_list("pk", flat=True)[: FOUND_MOST + 1])

    def with_filter(self, wanted: QueueFilter) -> View:
        """Another filter for the same person."""
        return replace(self, wanted=wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place between two findings of the queue: behind this one."""

    place: int
    pk: int

    def __str__(self) -> str:
        return f"{self.place}.{self.pk}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Findings one after another; ``first`` is the number of the first in the view, ``total`` how many it has."""

    findings: tuple[Finding, ...]
    first: int
    total: int
    before: Cursor | None
    after: Cursor | None

    @property
    def last(self) -> int:
        """The number of its last finding."""
        return self.first + len(self.findings) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Where a finding is in a view: its number (None: not in it), how many there are, and the ids beside it."""

    number: int | None
    total: int
    previous: int | None
    next: int | None


def while_unchanged(view: View, what: str, make: Callable[[], T]) -> T:
    """What was made of this audit for this person before, unless somebody acted or a check ran since."""
    acts = Chain.objects.filter(project=view.project).values_list("length", flat=True).first()
    checks = Check.objects.filter(project=view.project).order_by("-pk").values_list("pk", flat=True).first()
    told = f"{view.project.pk} {view.user.pk} {acts} {checks} {what}"
    key = f"queue-{hashlib.sha256(told.encode()).hexdigest()}"
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, REMEMBERED_SECONDS)
    return found


def text_to_cursor(text: str) -> Cursor | None:
    """None for what is no cursor."""
    place, dot, pk = text.partition(".")
    if not dot or not all(part.isascii() and part.isdigit() and len(part) < 16 for part in (place, pk)):
        return None
    return Cursor(place=int(place), pk=int(pk))


def finding_to_cursor(finding: Finding) -> Cursor:
    """Behind this finding."""
    return Cursor(place=finding.place, pk=finding.pk)


def _behind(cursor: Cursor) -> Q:
    return Q(place__gte=cursor.place) & (Q(place__gt=cursor.place) | Q(pk__gt=cursor.pk))


def _ahead(cursor: Cursor) -> Q:
    return Q(place__lte=cursor.place) & (Q(place__lt=cursor.place) | Q(pk__lt=cursor.pk))


def count_findings(view: View) -> int:
    """How many findings a view has."""
    if view.also:
        return view.findings().count()
    return while_unchanged(view, f"total {view.wanted.to_query()}", lambda: view.findings().count())


def _count_ahead(findings: QuerySet[Finding], cursor: Cursor, *, others: int) -> int:
    """How many of a view stand ahead of a finding, of ``others`` beside it: counted from the end that is nearer."""
    last = findings.filter(place__lt=LAST_PLACE).reverse().values_list("place", flat=True).first()
    if last is None or cursor.place <= last // 2:
        return findings.filter(_ahead(cursor)).count()
    return max(0, others - findings.filter(_behind(cursor)).count())


def view_to_page(
    view: View, *, after: Cursor | None = None, before: Cursor | None = None, size: int = PAGE, total: int | None = None
) -> Page:
    """The findings behind or ahead of a cursor, else the first ones; ``total`` where they have been counted."""
    findings = view.findings()
    if before is not None:
        pks = list(findings.filter(_ahead(before)).reverse().values_list("pk", flat=True)[:size])[::-1]
    else:
        pks = list((findings.filter(_behind(after)) if after else findings).values_list("pk", flat=True)[:size])
    rows = pks_to_rows(pks)
    total = count_findings(view) if total is None else total
    is_first = not rows or (after is None and before is None)
    ahead = 0 if is_first else _count_ahead(findings, finding_to_cursor(rows[0]), others=total - 1)
    is_last = not rows or ahead + len(rows) >= total
    return Page(
        findings=tuple(rows),
        first=ahead + 1,
        total=total,
        before=finding_to_cursor(rows[0]) if ahead else None,
        after=None if is_last else finding_to_cursor(rows[-1]),
    )


def pks_to_rows(pks: Sequence[int]) -> list[Finding]:
    """These findings in this order, with what a list shows; an index has found them, so that few rows are read."""
    rows = Finding.objects.only(*LIST_COLUMNS).select_related("assignee").in_bulk(pks)
    return [rows[pk] for pk in pks if pk in rows]


def finding_to_neighbours(view: View, finding: Finding) -> Neighbours:
    """Where a finding is in a view, whether it belongs to it or not."""
    findings, cursor = view.findings(), finding_to_cursor(finding)
    is_inside = findings.filter(pk=finding.pk).exists()
    total = count_findings(view)
    return Neighbours(
        number=1 + _count_ahead(findings, cursor, others=total - 1) if is_inside else None,
        total=total,
        previous=findings.filter(_ahead(cursor)).reverse().values_list("pk", flat=True).first(),
        next=findings.filter(_behind(cursor)).values_list("pk", flat=True).first(),
    )


def same_cause(view: View, finding: Finding) -> View:
    """The findings still to be decided that rest on the same words, whoever tells their story."""
    return view.with_filter(QueueFilter(cause=finding.cause, verdict=finding.verdict, folded=ANY))
