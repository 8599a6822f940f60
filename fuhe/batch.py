"""Many documents: each read once, each failure its own, everything accounted for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from traceback import extract_tb
from typing import ParamSpec

from domain.errors import UnreadableDocument
from domain.form import Form
from domain.table import Table
from fuhe.cache import Cache
from fuhe.cluster_plan import ClusterTrouble
from fuhe.executors import process_pool, serial_executor, stop_workers
from fuhe.files import CannotWrite
from fuhe.intake import Arrival, Found, Input, Refusal, Skipped, arrival_to_input
from fuhe.memory import give_memory_back
from fuhe.page_notes import PageNote, PageState, notes_to_warnings
from fuhe.page_store import end_store
from fuhe.pipeline import Reading, Stages, input_to_reading, pages_with_form, untold_warnings, unused_tables
from fuhe.sniff import Kind

P = ParamSpec("P")


class Status(StrEnum):
    """What became of an input. The first three are fine; the others are told to the auditor as not read."""

    READ = "read"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"
    NO_FORM = "no_form"
    UNREADABLE = "unreadable"
    FAILED = "failed"


UNREAD = frozenset([Status.NO_FORM, Status.UNREADABLE, Status.FAILED])

NO_FORM_REASON = (
    "未找到表：文件读得出，但其中没有可识别的绩效自评表或绩效目标表。请核对是否放错文件；"
    "确有表单的，请核对表头（项目名称、一级指标、年度指标值等）是否完整。"
)
BLANK_REASON = "全部 {count} 页都是空白：没有识别到任何文字。请核对是否扫描了背面，或传输中丢失了内容。"
CHANGED_REASON = "文件在识读开始前又被改动，未读。请等它保存或拷贝完毕，再执行同一命令。"
PAPER = frozenset([Kind.PDF, Kind.IMAGE])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One input accounted for. ``sha256`` and ``kind`` are "" where the file could not even be opened."""

    path: str
    status: Status
    reason: str = ""
    sha256: str = ""
    kind: str = ""
    reading: Reading | None = None
    from_cache: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def unread_pages(self) -> tuple[PageNote, ...]:
        """Pages that could not be read of a document that otherwise could."""
        pages = self.reading.pages if self.reading is not None else ()
        return tuple(page for page in pages if page.state is PageState.UNREAD)

    @property
    def is_unread(self) -> bool:
        """True for what an auditor must be told: the file is there and its forms are not."""
        return self.status in UNREAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All inputs of one run in their order."""

    outcomes: tuple[Outcome, ...]

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What was read, also of documents without forms: their tables are worth a look."""
        return tuple(outcome.reading for outcome in self.outcomes if outcome.reading is not None)

    @property
    def forms(self) -> tuple[Form, ...]:
        """All forms, in the order of the inputs."""
        return tuple(form for reading in self.readings for form in reading.forms)

    @property
    def unread(self) -> tuple[Outcome, ...]:
        """The inputs an auditor must know were not read."""
        return tuple(outcome for outcome in self.outcomes if outcome.is_unread)


@dataclass(slots=True)
class _Crew:
    """An executor that is built anew when a document has killed its workers."""

    build: Callable[[], Executor]
    stages: Stages
    is_apart: bool
    executor: Executor = field(init=False)

    def __post_init__(self) -> None:
        self.executor = self.build()

    def submit(self, arrival: Arrival, item: Input) -> _Underway:
        """Hand one document to a worker. One in a process of its own opens the file itself: bytes do not travel."""
        if not self.is_apart:
            return _Underway(arrival=arrival, item=item, future=self._submit(input_to_reading, item, self.stages))
        future = self._submit(arrival_to_reading, arrival, item.document.sha256, self.stages)
        return _Underway(arrival=arrival, item=replace(item, content=b"", text="", more=()), future=future)

    def _submit(self, read: Callable[P, Reading], /, *args: P.args, **kwargs: P.kwargs) -> Future[Reading]:
        try:
            return self.executor.submit(read, *args, **kwargs)
        except BrokenExecutor:
            self.executor = self.build()
            return self.executor.submit(read, *args, **kwargs)


def arrival_to_reading(arrival: Arrival, sha256: str, stages: Stages) -> Reading:
    """A document opened and read, if it is still the one of this hash. Raises UnreadableDocument."""
    item = arrival_to_input(arrival)
    if item.document.sha256 != sha256:
        raise UnreadableDocument(CHANGED_REASON)
    return input_to_reading(item, stages)


def never(item: Input) -> bool:
    """Nothing is read that was read before."""
    return False


def read_batch(
    found: Iterable[Found],
    stages: Stages,
    *,
    cache: Cache | None = None,
    workers: int = 1,
    build_executor: Callable[[int], Executor] | None = None,
    afresh: Callable[[Input], bool] = never,
) -> Iterator[Outcome]:
    """Everything found, accounted for in its order, as soon as it is known.

    Documents that are to be read ``afresh`` are read whatever the cache holds.
    ``build_executor`` takes the number of workers; a cluster is another such function. One worker is this process.
    """
    build = build_executor or (process_pool if workers > 1 else serial_executor)
    crew = _Crew(build=lambda: build(workers), stages=stages, is_apart=build is process_pool)
    waiting: deque[Outcome | _Underway] = deque()
    seen: dict[str, str] = {}
    try:
        for thing in found:
            waiting.append(_start(thing, seen, crew=crew, cache=cache, afresh=afresh))
            # two documents a worker keep all busy; more would only hold their readings in memory
            while len(waiting) > 2 * (workers - 1):
                yield _settle(waiting.popleft(), crew=crew, cache=cache)
        while waiting:
            yield _settle(waiting.popleft(), crew=crew, cache=cache)
    except BaseException:  # whoever stops the run, or is told why it stops, does not wait for documents half read
        stop_workers(crew.executor)
        raise
    finally:
        crew.executor.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Underway:
    arrival: Arrival
    item: Input
    future: Future[Reading]


def _start(
    found: Found, seen: dict[str, str], *, crew: _Crew, cache: Cache | None, afresh: Callable[[Input], bool]
) -> Outcome | _Underway:
    """An outcome that is known at once, or a document being read."""
    if isinstance(found, Refusal):
        return Outcome(path=found.path, status=Status.UNREADABLE, reason=found.reason)
    if isinstance(found, Skipped):
        return Outcome(path=found.path, status=Status.SKIPPED, reason=found.note)
    try:
        item = arrival_to_input(found)
    except UnreadableDocument as error:
        return Outcome(path=found.path, status=Status.UNREADABLE, reason=str(error))
    first = seen.get(item.document.sha256)
    if first is not None:
        return _item_to_outcome(item, Status.DUPLICATE, reason=f"与“{first}”内容完全相同，只读一次。")
    seen[item.document.sha256] = found.path
    kept = cache.find(item.document) if cache is not None and not afresh(item) else None
    if kept is not None:
        return _reading_to_outcome(kept, item, from_cache=True)
    return crew.submit(found, item)


def _settle(thing: Outcome | _Underway, *, crew: _Crew, cache: Cache | None) -> Outcome:
    if isinstance(thing, Outcome):
        return thing
    outcome = _underway_to_outcome(thing, crew=crew, cache=cache)
    if cache is not None:  # whatever became of it
        end_store(cache.pages, thing.item.document)
    return outcome


def _underway_to_outcome(underway: _Underway, *, crew: _Crew, cache: Cache | None) -> Outcome:
    item = underway.item
    try:
        reading = _wait(underway, crew)
    except UnreadableDocument as error:
        return _item_to_outcome(item, Status.UNREADABLE, reason=str(error))
    except BrokenExecutor:
        return _item_to_outcome(
            item,
            Status.FAILED,
            reason="读取程序读此文件时异常退出（多为内存不足或文件畸形）。请单独重读；仍不行请将文件交维护人员。",
        )
    except (CannotWrite, ClusterTrouble):  # no fault of this document: the output folder is full or locked
        raise
    except Exception as error:  # a fault of ours in one document must not cost the auditor the others
        return _item_to_outcome(item, Status.FAILED, reason=_fault_to_reason(error))
    # pages that failed are tried again in the next run; those that were read are kept one by one until then
    if cache is not None and not any(page.state is PageState.UNREAD for page in reading.pages):
        cache.keep(reading)
    give_memory_back()
    return _reading_to_outcome(reading, item, from_cache=False)


def _wait(underway: _Underway, crew: _Crew) -> Reading:
    try:
        return underway.future.result()
    except BrokenExecutor:
        sha256 = underway.item.document.sha256
        # whoever shares a pool with the culprit falls with it: each is tried once more, alone
        with process_pool(1) as alone:
            try:
                return alone.submit(arrival_to_reading, underway.arrival, sha256, crew.stages).result()
            except KeyboardInterrupt:
                stop_workers(alone)
                raise


def _reading_to_outcome(reading: Reading, item: Input, *, from_cache: bool) -> Outcome:
    unused = unused_tables(reading) if reading.forms else ()
    status, reason = _status_of(reading)
    return Outcome(
        path=item.document.path,
        status=status,
        reason=reason,
        sha256=item.document.sha256,
        kind=item.kind.value,
        reading=reading,
        from_cache=from_cache,
        warnings=(
            *item.warnings,
            *notes_to_warnings(reading.pages, with_form=pages_with_form(reading)),
            *untold_warnings(reading),
            *map(_unused_to_warning, unused),
        ),
    )


def _status_of(reading: Reading) -> tuple[Status, str]:
    """What became of a document that was read, and why it gave no form."""
    states = {page.state for page in reading.pages}
    if reading.forms:
        return Status.READ, ""
    if states == {PageState.UNREAD}:
        first, count = reading.pages[0].reason, len(reading.pages)
        return Status.UNREADABLE, first if count == 1 else f"{count} 页都未能读入。{first}"
    if states == {PageState.BLANK}:
        return Status.NO_FORM, BLANK_REASON.format(count=len(reading.pages))
    return Status.NO_FORM, NO_FORM_REASON


def _item_to_outcome(item: Input, status: Status, *, reason: str) -> Outcome:
    return Outcome(
        path=item.document.path,
        status=status,
        reason=reason,
        sha256=item.document.sha256,
        kind=item.kind.value,
        warnings=item.warnings,
    )


def _unused_to_warning(table: Table) -> str:
    sources = [source for cell in table.cells for source in cell.sources]
    lines = [source.line for source in sources if source.line is not None]
    pages = [source.page for source in sources if source.page is not None]
    place = f"第 {min(lines)} 行起" if lines else f"第 {min(pages)} 页" if pages else "位置不详"
    return f"第 {table.index} 张表（{place}，{len(table.cells)} 格）未能识别为表单，其内容见 tables.jsonl。"


def _fault_to_reason(error: Exception) -> str:
    frames = extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return (
        f"程序出错，不是文件的问题（{type(error).__name__}: {error}，{place}）。"
        "本文件未读，其余不受影响；请将文件和这行提示交维护人员。"
    )
