"""How far deliveries are, and how long the rest will take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from review.models import Delivery, Document, ItemState, Project, State

RECENT = 50  # documents finished last: what the pace is told from
BETWEEN_SECONDS = 60  # checks and exports between two documents; a longer gap was a pause
UNDERWAY = (State.WAITING, State.READING)
UNREAD = (State.NO_FORM, State.UNREADABLE, State.FAILED)


@dataclass(frozen=True)
class Pace:
    """How fast documents of an audit are read lately; None before any was finished."""

    project: Project

    @cached_property
    def _finished(self) -> tuple[tuple[float, int], ...]:
        done = self.project.documents.filter(started_at__isnull=False, finished_at__isnull=False)
        rows = done.order_by("-finished_at").values_list("created_at", "started_at", "finished_at", "pages")[:RECENT]
        return tuple(finished_to_steps(reversed(list(rows))))

    @cached_property
    def pages_each(self) -> float:
        """Pages that a document not opened yet is taken to have."""
        return sum(pages for _, pages in self._finished) / len(self._finished) if self._finished else 1.0

    @cached_property
    def seconds_a_page(self) -> float | None:
        """With everything that is done between, by all workers together."""
        if not self._finished:
            return None
        return sum(seconds for seconds, _ in self._finished) / sum(pages for _, pages in self._finished)

    def seconds_for(self, documents: QuerySet[Document]) -> float | None:
        """Until these are read."""
        if self.seconds_a_page is None:
            return None
        rows = documents.filter(state__in=UNDERWAY).values_list("pages", "pages_done")
        return sum(pages - done if pages else self.pages_each for pages, done in rows) * self.seconds_a_page


def finished_to_steps(rows: Iterable[tuple[datetime, Any, Any, int]]) -> Iterator[tuple[float, int]]:
    """Seconds from one finished document to the next, and its pages; the time when nothing was to do does not count.

    Rows are created, started, finished and pages, in the order in which they were finished.
    """
    before: datetime | None = None
    for created, started, finished, pages in rows:
        since = created if before is None else max(created, before)
        reading = (finished - started).total_seconds()
        yield min((finished - since).total_seconds(), reading + BETWEEN_SECONDS), max(1, pages)
        before = finished


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A delivery accounted for: files chosen by state, members of archives, documents of it and how far they are.

    ``unsorted`` are files here that are no document yet: archives to be opened, pages that wait for others.
    """

    delivery: Delivery
    files: Mapping[str, int]
    members: int
    unsorted: int
    documents: int
    finished: int
    unread: int
    pages: int
    pages_done: int
    time_left: str

    @property
    def chosen(self) -> int:
        """Files that somebody chose."""
        return sum(self.files.values())

    @property
    def coming(self) -> int:
        """Files that are not here yet."""
        return self.files.get(ItemState.COMING, 0)

    @property
    def states(self) -> list[tuple[str, str, int]]:
        """Every state that a file chosen is in, with its Chinese name; the numbers sum up to ``chosen``."""
        return [(state.value, str(state.label), self.files[state]) for state in ItemState if self.files.get(state)]

    @property
    def is_done(self) -> bool:
        """Nothing is to come and nothing is being read."""
        return not self.coming and not self.unsorted and self.finished == self.documents

    @property
    def share(self) -> int:
        """Of the way, in percent: a document counts when it is read, one under way by its pages."""
        return 100 if self.is_done else min(99, round(100 * self.pages_done / max(1, self.pages)))


def deliveries_to_accounts(deliveries: Iterable[Delivery], pace: Pace) -> list[Account]:
    """What became of each delivery so far."""
    return [_delivery_to_account(delivery, pace) for delivery in deliveries]


def _delivery_to_account(delivery: Delivery, pace: Pace) -> Account:
    own = delivery.items.filter(archive=None)
    files = dict(own.order_by().values_list("state").annotate(n=Count("pk")))
    documents = Document.objects.filter(pk__in=own_documents(delivery))
    told = documents.aggregate(
        all=Count("pk"),
        finished=Count("pk", filter=~Q(state__in=UNDERWAY)),
        unread=Count("pk", filter=Q(state__in=UNREAD)),
        unopened=Count("pk", filter=Q(pages=0, state__in=UNDERWAY)),
        total=Sum("pages", default=0),
        read=Sum("pages", default=0, filter=~Q(state__in=UNDERWAY)),
        done=Sum("pages_done", default=0, filter=Q(state__in=UNDERWAY)),
    )
    return Account(
        delivery=delivery,
        files=files,
        members=delivery.items.exclude(archive=None).count(),
        unsorted=delivery.items.filter(state=ItemState.HERE, document=None).count(),
        documents=told["all"],
        finished=told["finished"],
        unread=told["unread"],
        pages=told["total"] + round(told["unopened"] * pace.pages_each),
        pages_done=told["read"] + told["done"],
        time_left=seconds_to_text(_seconds_left(delivery, pace)) if told["finished"] < told["all"] else "",
    )


def own_documents(delivery: Delivery) -> QuerySet[Any]:
    """The documents that came with a delivery first; of those that were here before, another one tells."""
    return delivery.items.filter(state=ItemState.HERE, document__isnull=False).values("document")


def _seconds_left(delivery: Delivery, pace: Pace) -> float | None:
    """Until the last document of a delivery is read: those before it in the queue, of any audit, come first."""
    last = delivery.items.filter(document__state__in=UNDERWAY).order_by("-document").values_list("document", flat=True)
    return pace.seconds_for(Document.objects.filter(pk__lte=last[0])) if last else None


def seconds_to_text(seconds: float | None) -> str:
    """How long something will take, as one says it."""
    if seconds is None:
        return "剩余时间正在估算"
    minutes = round(seconds / 60)
    if minutes < 1:
        return "约剩不到 1 分钟"
    return f"约剩 {minutes} 分钟" if minutes < 60 else f"约剩 {minutes // 60} 小时 {minutes % 60} 分钟"
