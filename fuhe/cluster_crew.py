"""Documents read by a cluster: a PageReader whose pages come from its workers, and the executor that joins them here.

The pages of a document are taken together by the very code that does it on one machine; so the outcome is the same.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ParamSpec, TypeVar, cast

from domain.errors import UnreadableDocument
from fuhe.batch import Outcome, read_batch
from fuhe.cache import Cache, bytes_to_reading
from fuhe.cluster import Cluster, Job, open_cluster
from fuhe.cluster_plan import ClusterPlan, ClusterTrouble
from fuhe.cluster_work import (
    DOCUMENT,
    DOCUMENT_SET_ASIDE,
    OPEN,
    ORDER,
    PAGE_TASK,
    PICTURE_TASK,
    SET_ASIDE,
    Order,
    set_aside_note,
)
from fuhe.intake import Arrival, Input
from fuhe.limits import Limits
from fuhe.page_reading import Paper, ReadPage
from fuhe.page_server import frame_to_page
from fuhe.paper import Desk
from fuhe.pipeline import Reading, house_stages
from fuhe.sniff import Kind
from ocr.engines.choice import EngineChoice

P = ParamSpec("P")
R = TypeVar("R")

AHEAD = 2  # pages sent for each thread of the cluster, so that none waits for the network
MOST_DOCUMENTS = 256  # under way at once: each is a thread here that waits, and its bytes
TRAVELLING = frozenset([Kind.TEXT, Kind.HTML, Kind.DOCX, Kind.XLSX])  # old office files need a program of this machine
AGAIN_SECONDS = 15  # before a workbench tries a cluster again that it has lost


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterReader:
    """A PageReader that lets the workers of a cluster read, within these limits."""

    cluster: Cluster
    limits: Limits
    totals: dict[tuple[str, ...], int] = field(default_factory=dict)  # pages of documents that were opened last

    def count(self, paper: Paper) -> int:
        """As PageReader says; paper that cost several workers is unreadable. Raises ClusterTrouble."""
        parts = self.cluster.begin(paper.contents)
        letter, body = self.cluster.ask(Job(order=self._order(paper), task=OPEN), paper.contents)
        if letter == SET_ASIDE:
            raise UnreadableDocument(DOCUMENT_SET_ASIDE)
        self.totals[parts] = int(body)
        return self.totals[parts]

    def pages(self, paper: Paper, *, leave: frozenset[int], keep: Callable[[ReadPage], None]) -> Iterator[ReadPage]:
        """As PageReader says, but others are read while one is kept. Raises ClusterTrouble."""
        total = self.totals.pop(self.cluster.parts(paper.contents), 0) or self.count(paper)
        order = self._order(paper)
        jobs = deque(
            Job(order=order, task=PAGE_TASK, number=number, total=total)
            for number in range(1, total + 1)
            if number not in leave
        )
        underway: deque[tuple[Job, Any]] = deque()
        while jobs or underway:
            while jobs and len(underway) < AHEAD * self.cluster.threads:
                job = jobs.popleft()
                underway.append((job, self.cluster.send(job)))
            page = self._page(paper, *underway.popleft())
            keep(page)
            yield page

    def picture(self, paper: Paper, number: int) -> bytes | None:
        """As PageReader says; None for a page that cost several workers. Raises ClusterTrouble."""
        job = Job(order=self._order(paper), task=PICTURE_TASK, number=number)
        letter, body = self.cluster.ask(job, paper.contents)
        return None if letter == SET_ASIDE else body or None

    def _page(self, paper: Paper, job: Job, future: Any) -> ReadPage:
        letter, body = self.cluster.hear(job, future, paper.contents)
        return set_aside_note(job.number) if letter == SET_ASIDE else frame_to_page(letter, body)

    def _order(self, paper: Paper) -> str:
        order = Order(
            share=self.cluster.plan.share, parts=self.cluster.parts(paper.contents), name=paper.name,
            password=paper.password, engine=paper.engine, limits=self.limits, identity=self.cluster.identity,
        )  # fmt: skip
        return ORDER.dump_json(order).decode()


def item_to_reading(item: Input, cluster: Cluster) -> Reading:
    """A document that is no paper, read by one worker. Raises UnreadableDocument, ClusterTrouble."""
    contents = (item.content,)
    order = Order(
        share=cluster.plan.share, parts=cluster.begin(contents), name=item.document.path, identity=cluster.identity
    )  # fmt: skip
    letter, body = cluster.ask(Job(order=ORDER.dump_json(order).decode(), task=DOCUMENT), contents)
    if letter == SET_ASIDE:
        raise UnreadableDocument(DOCUMENT_SET_ASIDE)
    return bytes_to_reading(body, item.document)


class ClusterExecutor(Executor):
    """Reads documents: those on paper here, in threads that wait for their pages, others over there."""

    def __init__(self, cluster: Cluster, documents: int) -> None:
        self._cluster = cluster
        self._pool = ThreadPoolExecutor(max_workers=documents, thread_name_prefix="fuhe-cluster")

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """A future of ``fn(item, stages)``; the signature is the library's."""
        item = next(given for given in args if isinstance(given, Input))

        def read() -> R:
            try:
                if item.kind in TRAVELLING:
                    return cast(R, item_to_reading(item, self._cluster))
                return fn(*args, **kwargs)
            finally:
                self._cluster.forget((item.content, *item.more))

        return self._pool.submit(read)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As any executor's; the signature is the library's."""
        self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def stop(self) -> None:
        """Let nobody wait for the cluster any more."""
        self._cluster.stop()


def cluster_batch(cluster: Cluster, *, least: int, most: int = MOST_DOCUMENTS) -> Callable[..., Iterator[Outcome]]:
    """``read_batch`` with the cluster: so many documents under way at once that all its threads have work."""
    # most documents are of one page; each thread has one under way and one to come
    documents = max(least, min(2 * cluster.threads, most))
    return partial(
        read_batch, workers=documents, build_executor=lambda workers: ClusterExecutor(cluster, documents=workers)
    )


@dataclass(slots=True, kw_only=True)
class KeptCluster:
    """The cluster of a process that reads one document after another: opened once, and again when it was lost."""

    plan: ClusterPlan
    engine: EngineChoice
    cluster: Cluster | None = None
    closing: ExitStack = field(default_factory=ExitStack)

    def read(self, read: Callable[[Cluster], R]) -> R:
        """Whatever is read with the cluster, however long that has to wait for it."""
        while True:
            try:
                if self.cluster is None:
                    self.cluster = self.closing.enter_context(open_cluster(self.plan, self.engine))
                return read(self.cluster)
            except ClusterTrouble as error:
                self.close()
                sys.stderr.write(f"{error}（{AGAIN_SECONDS} 秒后再试）\n")
                sys.stderr.flush()
                time.sleep(AGAIN_SECONDS)
            except Exception:  # what it was reading was stopped, and the cluster with it
                self.close()
                raise

    def close(self) -> None:
        """Leave the cluster."""
        self.cluster = None
        self.closing.close()


def read_one(
    kept: KeptCluster, arrival: Arrival, shelf: Cache, *, afresh: Callable[[Input], bool], limits: Limits
) -> Outcome:
    """One document read by the cluster, its pages and its reading kept on the shelf. Raises CannotWrite."""

    def read(cluster: Cluster) -> Outcome:
        reader = ClusterReader(cluster=cluster, limits=limits)
        stages = house_stages(engine=kept.engine, desk=Desk(kept=shelf.pages), reader=reader)
        (outcome,) = cluster_batch(cluster, least=1)([arrival], stages, cache=shelf, afresh=afresh)
        return outcome

    return kept.read(read)
