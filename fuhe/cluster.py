"""Many machines: the workers of a dask cluster, found to be the same program with the same weights, asked and answered.

What a lost worker was doing is done by another; over what TRIES workers were lost is set aside. A worker that is not
what this machine is gets nothing to read.
"""

from __future__ import annotations

import hashlib
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Protocol, cast

from domain.errors import UnreadableDocument
from fuhe.cluster_plan import ClusterPlan, ClusterTrouble
from fuhe.cluster_work import (
    LOOKED,
    MISSING,
    OPEN,
    ORDER,
    SET_ASIDE,
    TROUBLE,
    WRONG,
    Identity,
    Looked,
    Order,
    house_identity,
    identities_to_words,
    look,
    parts_to_document,
    work,
)
from fuhe.page_server import FAULT, UNREADABLE
from fuhe.share import Share, ShareTrouble
from ocr.engines.choice import EngineChoice

CONNECT_SECONDS = 20  # for a scheduler on another machine
WORKERS_SECONDS = 60  # that workers started with the scheduler take to come up
DESERTED_SECONDS = 300  # without any worker, after which nobody is going to come back by itself
LOOK_SECONDS = 1  # between two looks at a cluster that does not answer
MOST_SENDINGS = 10  # of one task that is answered by nobody: workers come and go, but not for ever
SOON = 10  # priority of counting pages: the pages of the next document cannot be sent before
LOST = (
    "与集群 {address} 的联系断了（{told}）。读完的文件和页都已保存。"
    "请检查调度器（dask scheduler）和网络，再执行同一命令并加上 --resume，即从这里接着读。"
)
DESERTED = (
    "集群 {address} 已有 {minutes} 分钟没有一台可用的识读机器。读完的文件和页都已保存。"
    "请在识读机器上启动 dask worker，再执行同一命令并加上 --resume。"
)
NOBODY = "集群 {address} 里没有识读机器。请在各台机器上执行 dask worker {address}，再执行同一命令。"
UNREACHED = "连不上集群 {address}（{told}）。请核对 --cluster 的地址，以及调度器（dask scheduler）是否已启动。"
REFUSED = "识读机器 {worker} 与本机不一致，不让它识读：{told}。请在该机上安装同一版本、同一权重，再重新启动它。"
BLIND = "识读机器 {worker} 不能识读：{told}。请核对 --share 在各台机器上是否指向同一位置。"
BARE = "识读机器 {worker} 上不能运行复核（{told}）。请在该机上安装同一版本的复核（含组件 cluster），再重新启动它。"
SENT_IN_VAIN = "放入共享位置 {share} 的文件，识读机器取不到。请核对 --share 在各台机器上是否指向同一位置。"


class Crowd(Protocol):
    """What is used of a dask client."""

    def submit(self, func: Callable[..., bytes], *args: Any, **kwargs: Any) -> Any:
        """A future, the answer of the function on a worker."""

    def scheduler_info(self, n_workers: int) -> Any:
        """What the scheduler knows, its ``workers`` by address among it; all of them for -1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One task sent to the cluster."""

    order: str
    task: str
    number: int = 0
    total: int = 0


@dataclass(slots=True, kw_only=True)
class Cluster:
    """Workers that read. Used by several threads."""

    plan: ClusterPlan
    client: Crowd
    identity: Identity
    threads: int = 1
    say: Callable[[str], object] = field(default=lambda words: print(words, file=sys.stderr))
    refused: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    aside: set[str] = field(default_factory=set)
    alive_at: float = field(default_factory=time.monotonic)
    is_stopped: bool = False
    numbers: Iterator[int] = field(default_factory=count)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def share(self) -> Share:
        """Where contents lie."""
        return Share(url=self.plan.share)

    def ask(self, job: Job, contents: tuple[bytes, ...]) -> tuple[bytes, bytes]:
        """Letter and body of the answer. Raises as ``hear``."""
        return self.hear(job, self.send(job), contents)

    def send(self, job: Job) -> Any:
        """A task on its way; its future."""
        key = f"fuhe-{job.task}-{job.number}-{time.time_ns()}-{next(self.numbers)}"
        priority = SOON if job.task == OPEN else 0
        try:
            return self.client.submit(
                work, job.order, job.task, job.number, job.total, key=key, pure=False, priority=priority,
                workers=self._welcome(),
            )  # fmt: skip
        except Exception as error:  # the client closes itself when the scheduler is gone
            raise self._lost(error) from error

    def hear(self, job: Job, future: Any, contents: tuple[bytes, ...]) -> tuple[bytes, bytes]:
        """Letter and body of an answer; SET_ASIDE where workers were lost over it. UnreadableDocument, ClusterTrouble.

        Where a worker was lost, is refused or does not find the contents, another is asked.
        """
        in_vain = 0
        while True:
            frame = self._wait(future)
            future.release()  # at once: what is still wanted is done again when the worker that holds it is lost
            letter, body = frame[:1], frame[1:]
            if letter == WRONG:
                self._refuse(LOOKED.validate_json(body))
            elif letter not in (b"", MISSING):
                break
            elif (in_vain := in_vain + 1) < MOST_SENDINGS:
                self.put(contents)
            elif letter == MISSING:
                raise ClusterTrouble(SENT_IN_VAIN.format(share=self.plan.share))
            else:
                letter = SET_ASIDE
                break
            future = self.send(job)
        if letter == SET_ASIDE:
            self.aside.update(self.parts(contents)[:1])
        return _checked(letter, body)

    def begin(self, contents: tuple[bytes, ...]) -> tuple[str, ...]:
        """As ``put``, of a document that nobody is lost over yet, whatever an earlier run has noted."""
        parts = self.put(contents)
        try:
            self.share.forget_tries(parts_to_document(parts))
        except ShareTrouble as error:
            raise ClusterTrouble(str(error)) from error
        return parts

    def put(self, contents: tuple[bytes, ...]) -> tuple[str, ...]:
        """The contents in the share; their hashes. Raises ClusterTrouble."""
        parts = self.parts(contents)
        try:
            for part, content in zip(parts, contents, strict=True):
                if self.share.put(content):
                    self.sent.add(part)
        except ShareTrouble as error:
            raise ClusterTrouble(str(error)) from error
        return parts

    @staticmethod
    def parts(contents: Sequence[bytes]) -> tuple[str, ...]:
        """The hashes of contents."""
        return tuple(hashlib.sha256(content).hexdigest() for content in contents)

    def forget(self, contents: tuple[bytes, ...]) -> None:
        """What was put into the share for a document that is read by now, taken out of it again."""
        parts = self.parts(contents)
        try:
            for part in self.sent.intersection(parts):
                self.share.forget(part)
                self.sent.discard(part)
            if not self.aside.intersection(parts):  # of what was set aside it stays known until the next run
                self.share.forget_tries(parts_to_document(parts))
        except ShareTrouble as error:  # what was read is read; what stays takes room, and is told
            self.say(str(error))

    def stop(self) -> None:
        """Nobody waits for answers any more."""
        self.is_stopped = True

    def _wait(self, future: Any) -> bytes:
        """The frame of a future; b"" where workers were lost over it. Raises ClusterTrouble."""
        from distributed.scheduler import KilledWorker

        while True:
            try:
                return cast(bytes, future.result(timeout=LOOK_SECONDS))
            except TimeoutError:
                self._look_around()
            except KilledWorker:
                return b""
            except ImportError as error:
                raise ClusterTrouble(BARE.format(worker=self.plan.address, told=error)) from error
            except (CancelledError, OSError) as error:
                raise self._lost(error) from error

    def _look_around(self) -> None:
        """Whether there is still somebody to wait for. Raises ClusterTrouble."""
        if self.is_stopped:
            raise self._lost("已停止")
        now = time.monotonic()
        if self._workers() - self.refused:
            self.alive_at = now
        elif now - self.alive_at > DESERTED_SECONDS:
            raise ClusterTrouble(DESERTED.format(address=self.plan.address, minutes=DESERTED_SECONDS // 60))

    def _welcome(self) -> list[str] | None:
        """The workers that may read, waited for where there are none; None for all. Raises ClusterTrouble."""
        if not self.refused:
            return None
        while not (welcome := self._workers() - self.refused):
            self._look_around()
            time.sleep(1)
        return sorted(welcome)

    def _workers(self) -> set[str]:
        try:
            return set(self.client.scheduler_info(-1)["workers"])
        except Exception as error:  # the client closes itself when the scheduler is gone
            raise self._lost(error) from error

    def _refuse(self, looked: Looked) -> None:
        with self.lock:
            is_new = looked.worker not in self.refused
            self.refused.add(looked.worker)
        if is_new:
            self.say(refused_to_words(self.identity, looked))

    def _lost(self, told: object) -> ClusterTrouble:
        words = told if isinstance(told, str) else type(told).__name__
        return ClusterTrouble(LOST.format(address=self.plan.address, told=words))


def _checked(letter: bytes, body: bytes) -> tuple[bytes, bytes]:
    """Letter and body of an answer that is one. Raises UnreadableDocument, ClusterTrouble, RuntimeError for a fault."""
    if letter == UNREADABLE:
        raise UnreadableDocument(body.decode())
    if letter == TROUBLE:
        raise ClusterTrouble(body.decode())
    if letter == FAULT:
        raise RuntimeError(body.decode(errors="replace"))
    return letter, body


def refused_to_words(own: Identity, looked: Looked) -> str:
    """Why a worker is refused, in Chinese."""
    return REFUSED.format(worker=looked.worker, told=identities_to_words(own, looked.identity))


@contextmanager
def open_cluster(plan: ClusterPlan, engine: EngineChoice) -> Iterator[Cluster]:
    """A cluster all of whose workers are found fit to read. Raises ClusterTrouble."""
    from distributed import Client as Dask

    connect: Any = Dask  # its own types are incomplete

    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what it says of a lost cluster is said by us, in Chinese
    try:
        client = connect(plan.address, timeout=CONNECT_SECONDS, set_as_default=False, name="fuhe")
    except Exception as error:  # a wrong address, a closed port, a certificate: the library has an error for each
        raise ClusterTrouble(UNREACHED.format(address=plan.address, told=error)) from error
    try:
        yield _checked_cluster(plan, client, engine)
    finally:
        client.close(timeout=CONNECT_SECONDS)


def _checked_cluster(plan: ClusterPlan, client: Any, engine: EngineChoice) -> Cluster:
    try:
        client.wait_for_workers(1, timeout=WORKERS_SECONDS)
    except TimeoutError as error:
        raise ClusterTrouble(NOBODY.format(address=plan.address)) from error
    cluster = Cluster(
        plan=plan, client=client, identity=house_identity(engine), threads=sum(client.nthreads().values())
    )
    probe = (f"{time.time_ns()}".encode(),)  # what was there before proves nothing
    parts = cluster.put(probe)
    order = Order(share=plan.share, parts=parts, name="", engine=engine, identity=cluster.identity)
    told = client.run(look, ORDER.dump_json(order).decode(), on_error="return")
    cluster.forget(probe)
    faults = [fault for worker, one in sorted(told.items()) if (fault := _look_to_fault(cluster, worker, one))]
    if faults:
        raise ClusterTrouble("\n".join(faults))
    return cluster


def _look_to_fault(cluster: Cluster, worker: str, told: bytes | Exception) -> str:
    """Why a worker cannot read, in Chinese; "" where it can."""
    if isinstance(told, Exception):
        return BARE.format(worker=worker, told=f"{type(told).__name__}: {told}")
    looked = LOOKED.validate_json(told)
    if looked.identity != cluster.identity:
        return refused_to_words(cluster.identity, replace(looked, worker=worker))
    return BLIND.format(worker=worker, told=looked.trouble) if looked.trouble else ""
