"""A batch accounts for every input; one document's failure is its own, and nothing is read twice."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import zipfile
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import pytest

from domain.errors import UnreadableDocument
from domain.form import Form
from domain.source import Document
from domain.table import Table
from fuhe.batch import Batch, Outcome, Status, arrival_to_reading, read_batch
from fuhe.cache import Cache
from fuhe.executors import SerialExecutor, WorkerPool
from fuhe.files import DiskFull
from fuhe.grouping import pages_together
from fuhe.intake import Arrival, paths_to_arrivals
from fuhe.outputs import exit_code
from fuhe.page_notes import PageNote
from fuhe.page_store import document_to_store, stores_to_underway
from fuhe.pipeline import Reading, Stages

if TYPE_CHECKING:
    from tests.fuhe.conftest import Hand, ToyReader

P = ParamSpec("P")
R = TypeVar("R")


def read_all(folder: Path, stages: Stages, cache: Cache | None = None, workers: int = 1) -> Batch:
    return Batch(outcomes=tuple(read_batch(paths_to_arrivals([folder]), stages, cache=cache, workers=workers)))


def by_name(batch: Batch) -> dict[str, Outcome]:
    return {Path(outcome.path).name: outcome for outcome in batch.outcomes}


def put(folder: Path, **texts: str | bytes) -> None:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_bytes(text if isinstance(text, bytes) else text.encode())


def test_each_failure_is_its_own(inbox: Path, toy: ToyReader) -> None:
    put(inbox, 一="表:甲", 二="坏", 三="没有表", 四=b"", 五="表:乙\n表:丙", 六=b"%PDF-1.7")
    batch = read_all(inbox, toy.stages())
    statuses = {name: outcome.status for name, outcome in by_name(batch).items()}
    assert statuses == {
        "一.txt": Status.READ,
        "二.txt": Status.FAILED,
        "三.txt": Status.NO_FORM,
        "四.txt": Status.UNREADABLE,
        "五.txt": Status.READ,
        "六.txt": Status.UNREADABLE,
    }
    assert [form.project_name.text for form in batch.forms] == ["甲", "乙", "丙"]
    assert len(batch.unread) == 4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("坏", "程序出错，不是文件的问题（RuntimeError: 读表程序的缺陷"),
        ("没有表", "未找到表"),
        (b"", "文件是空的"),
        (b"%PDF-1.7", "文件打不开"),
        (b"\xff\xd8\xff\xe0", "文件打不开"),
    ],
)
def test_every_unread_input_has_a_reason(inbox: Path, toy: ToyReader, content: str | bytes, message: str) -> None:
    put(inbox, 一=content)
    (outcome,) = read_all(inbox, toy.stages()).unread
    assert message in outcome.reason


def test_duplicates_are_named_and_read_once(inbox: Path, toy: ToyReader) -> None:
    put(inbox, 一="表:甲", 二="表:甲")
    batch = read_all(inbox, toy.stages())
    twin = by_name(batch)["二.txt"]
    assert twin.status is Status.DUPLICATE and "一.txt”内容完全相同" in twin.reason
    assert len(batch.forms) == len(toy.calls) == 1
    assert batch.unread == ()


def test_half_a_form_is_read_with_its_warning(inbox: Path, toy: ToyReader) -> None:
    put(inbox, 一="表:半张")
    (form,) = read_all(inbox, toy.stages()).forms
    assert form.warnings == ("缺少指标区",)


def test_a_table_nobody_understood_is_told_beside_the_forms(inbox: Path, toy: ToyReader) -> None:
    put(inbox, 一="表:甲\n\n另一张表的内容")
    (outcome,) = read_all(inbox, toy.stages()).outcomes
    assert outcome.warnings == ("第 3 张表（第 3 行起，1 格）未能识别为表单，其内容见 tables.jsonl。",)


def test_a_warning_of_a_table_without_form_is_passed_on(inbox: Path, toy: ToyReader) -> None:
    put(inbox, 一="没有表")
    stages = toy.stages()

    def doubtful(text: str, document: Document) -> tuple[Table, ...]:
        return tuple(replace(table, warnings=("列数不明",)) for table in stages.text_to_tables(text, document))

    (outcome,) = read_all(inbox, replace(stages, text_to_tables=doubtful)).outcomes
    assert outcome.warnings == ("列数不明",)


def test_what_was_read_before_is_not_read_again(inbox: Path, toy: ToyReader, tmp_path: Path) -> None:
    put(inbox, 一="表:甲", 二="没有表")
    cache = Cache(folder=tmp_path / "cache", version="1")
    first = read_all(inbox, toy.stages(), cache)
    again = read_all(inbox, toy.stages(), cache)
    assert len(toy.calls) == 2
    assert [outcome.from_cache for outcome in again.outcomes] == [True, True]
    assert again.forms == first.forms
    assert again.readings == first.readings


def test_a_new_version_reads_again(inbox: Path, toy: ToyReader, tmp_path: Path) -> None:
    put(inbox, 一="表:甲")
    for version in ("1", "2"):
        read_all(inbox, toy.stages(), Cache(folder=tmp_path, version=version))
    assert len(toy.calls) == 2


def test_a_changed_file_is_read_again(inbox: Path, toy: ToyReader, tmp_path: Path) -> None:
    cache = Cache(folder=tmp_path / "cache", version="1")
    put(inbox, 一="表:甲")
    read_all(inbox, toy.stages(), cache)
    put(inbox, 一="表:乙")
    assert [form.project_name.text for form in read_all(inbox, toy.stages(), cache).forms] == ["乙"]


def test_a_renamed_file_keeps_its_reading_under_its_new_name(inbox: Path, toy: ToyReader, tmp_path: Path) -> None:
    cache = Cache(folder=tmp_path / "cache", version="1")
    put(inbox, 一="表:甲")
    read_all(inbox, toy.stages(), cache)
    (inbox / "一.txt").rename(inbox / "新名.txt")
    (form,) = read_all(inbox, toy.stages(), cache).forms
    (source,) = form.project_name.sources
    assert len(toy.calls) == 1
    assert {Path(form.document.path).name, Path(source.document.path).name} == {"新名.txt"}


def test_failures_are_tried_again(inbox: Path, toy: ToyReader, tmp_path: Path) -> None:
    put(inbox, 一="坏")
    cache = Cache(folder=tmp_path / "cache", version="1")
    for _ in range(2):
        read_all(inbox, toy.stages(), cache)
    assert len(toy.calls) == 2


def test_a_cache_file_cut_short_is_read_again(inbox: Path, toy: ToyReader, tmp_path: Path) -> None:
    put(inbox, 一="表:甲")
    cache = Cache(folder=tmp_path / "cache", version="1")
    read_all(inbox, toy.stages(), cache)
    (kept,) = (tmp_path / "cache").rglob("*.jsonl")
    kept.write_bytes(kept.read_bytes()[:-40])
    batch = read_all(inbox, toy.stages(), cache)
    assert len(batch.forms) == 1 and len(toy.calls) == 2


def test_both_kinds_of_form_come_back_from_the_cache(tmp_path: Path, hand: Hand) -> None:
    forms = (hand.evaluation(), hand.target())
    cache = Cache(folder=tmp_path, version="1")
    cache.keep(Reading(document=hand.document, text="x", forms=forms))
    found = cache.find(hand.document)
    assert found is not None and found.forms == forms


def test_outcomes_keep_the_order_of_the_inputs_with_many_workers(inbox: Path, toy: ToyReader) -> None:
    put(inbox, **{f"{number:02}": f"表:{number}" for number in range(12)})

    def threads(workers: int) -> Executor:
        return ThreadPoolExecutor(workers)

    found = paths_to_arrivals([inbox])
    batch = Batch(outcomes=tuple(read_batch(found, toy.stages(), workers=3, build_executor=threads)))
    assert [form.project_name.text for form in batch.forms] == [str(number) for number in range(12)]


def _no_tables_of_bytes(content: bytes, document: Document) -> tuple[Table, ...]:
    return ()


def _no_forms(tables: Sequence[Table], document: Document) -> tuple[Form, ...]:
    return ()


def _fall(text: str, document: Document) -> tuple[Table, ...]:
    if "死" in text and multiprocessing.parent_process() is not None:
        os._exit(9)
    return ()


def _no_pages(contents: Sequence[bytes], document: Document) -> tuple[tuple[Table, ...], tuple[PageNote, ...]]:
    return (), ()


DEADLY = Stages(
    text_to_tables=_fall,
    html_to_tables=_no_tables_of_bytes,
    docx_to_tables=_no_tables_of_bytes,
    xlsx_to_tables=_no_tables_of_bytes,
    paper_to_tables=_no_pages,
    tables_to_forms=_no_forms,
)


@pytest.mark.slow
def test_a_document_that_kills_its_worker_takes_no_other_with_it(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(inbox, 一="好", 二="死", 三="也好", 四="还好")
    monkeypatch.syspath_prepend(Path(__file__).parent)
    plain = import_module("test_batch")  # the workers find this file by its plain name, not by the one pytest gives it
    batch = read_all(inbox, plain.DEADLY, workers=2)
    statuses = [outcome.status for outcome in batch.outcomes]
    assert statuses == [Status.NO_FORM, Status.NO_FORM, Status.FAILED, Status.NO_FORM]
    assert "异常退出" in batch.outcomes[2].reason


@pytest.mark.parametrize("fault", ["坏页", "坏"])
def test_a_document_that_is_done_with_is_not_under_way(inbox: Path, toy: ToyReader, tmp_path: Path, fault: str) -> None:
    for number, text in ((1, "表:甲"), (2, fault)):
        (inbox / f"扫描_p{number}.jpg").write_bytes(b"\xff\xd8\xff\xe0\n" + text.encode())
    cache, stages = Cache(folder=tmp_path, version="1"), toy.stages()

    def begun(contents: Sequence[bytes], document: Document) -> tuple[tuple[Table, ...], tuple[PageNote, ...]]:
        store = document_to_store(cache.pages, document)
        store.begin(2)
        store.keep(PageNote(number=2, reason="这一页坏了。"))
        return stages.paper_to_tables(contents, document)

    list(read_batch(pages_together(paths_to_arrivals([inbox])), replace(stages, paper_to_tables=begun), cache=cache))
    assert list(stores_to_underway(cache.pages, 0.0)) == []
    assert list(cache.pages.glob("*/u0002.json"))


@dataclass(slots=True)
class Post(SerialExecutor):
    """Plays a pool of other processes: what is sent there is weighed."""

    bytes_sent: list[int] = field(default_factory=list)

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        self.bytes_sent.append(len(pickle.dumps(args)))
        return super(Post, self).submit(fn, *args, **kwargs)


def test_workers_open_the_files_themselves(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(inbox, 一="表:甲\n" * 9999)
    with zipfile.ZipFile(inbox / "包.zip", "w") as archive:
        archive.writestr("二.txt", "表:乙\n" * 9999)
    for number in (1, 2):
        (inbox / f"扫描_p{number}.jpg").write_bytes(b"\xff\xd8\xff\xe0\n" + f"表:{number}".encode() * 9999)
    found = pages_together(paths_to_arrivals([inbox]))
    here = list(read_batch(found, DEADLY))
    post = Post()
    monkeypatch.setattr("fuhe.batch.process_pool", lambda workers: post)
    assert list(read_batch(found, DEADLY, workers=2)) == here
    assert len(post.bytes_sent) == len(here) == 3 and max(post.bytes_sent) < 2048


def test_a_file_that_changed_before_its_worker_opened_it_is_told(inbox: Path) -> None:
    put(inbox, 一="表:甲")
    (found,) = paths_to_arrivals([inbox])
    assert isinstance(found, Arrival)
    with pytest.raises(UnreadableDocument, match="又被改动"):
        arrival_to_reading(found, "ab" * 32, DEADLY)


@dataclass(slots=True)
class Stopped(SerialExecutor):
    """Told to stop, or not."""

    is_stopped: bool = False

    def stop(self) -> None:
        self.is_stopped = True


def test_what_cannot_be_written_is_told_before_the_others_have_finished(inbox: Path) -> None:
    put(inbox, 一="表:甲", 二="表:乙", 三="表:丙")

    def full(text: str, document: Document) -> tuple[Table, ...]:
        raise DiskFull("磁盘已满。")

    executor, stages = Stopped(), replace(DEADLY, text_to_tables=full)
    with pytest.raises(DiskFull):
        list(read_batch(paths_to_arrivals([inbox]), stages, workers=2, build_executor=lambda workers: executor))
    assert executor.is_stopped


def test_a_pool_that_is_stopped_waits_for_no_answer() -> None:
    pool = WorkerPool(1)
    assert pool.submit(int, "1").result() == 1
    answers = vars(pool._pool._result_queue)["_writer"]  # while it is open, half an answer is waited for
    pool.stop()
    assert answers.closed
    pool.shutdown()


def test_the_serial_executor_carries_exceptions_like_any_other() -> None:
    future = SerialExecutor().submit(int, "x")
    with pytest.raises(ValueError, match="invalid literal"):
        future.result()


def test_pages_are_counted_and_a_bad_one_is_told(inbox: Path, toy: ToyReader) -> None:
    for number, text in ((1, "表:甲"), (2, "坏页"), (3, "表:乙")):
        (inbox / f"扫描_p{number}.jpg").write_bytes(b"\xff\xd8\xff\xe0\n" + text.encode())
    found = pages_together(paths_to_arrivals([inbox]))
    (outcome,) = read_batch(found, toy.stages())

    assert outcome.reading is not None
    assert [(page.number, page.reason) for page in outcome.reading.pages] == [(1, ""), (2, "这一页坏了。"), (3, "")]
    assert [page.number for page in outcome.unread_pages] == [2]
    assert len(outcome.reading.forms) == 2
    assert any("第 2 页未能读入" in warning for warning in outcome.warnings)
    assert exit_code(Batch(outcomes=(outcome,))) == 3
