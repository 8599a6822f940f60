"""Reading by a cluster, with workers that are played: who is asked again, who is refused, what is set aside."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest

pytest.importorskip("distributed", reason="the optional component `cluster` is not installed")

from distributed.scheduler import KilledWorker

import fuhe.cluster
import fuhe.cluster_work
from domain.source import Document
from fuhe.batch import Outcome, Status, read_batch
from fuhe.cache import bytes_to_reading, reading_to_bytes
from fuhe.cluster import Cluster, Job
from fuhe.cluster_crew import ClusterReader, KeptCluster, cluster_batch
from fuhe.cluster_plan import NO_CLUSTER, ClusterPlan, ClusterTrouble, choose_plan
from fuhe.cluster_work import (
    LOOKED,
    MISSING,
    TRIES,
    WRONG,
    Looked,
    house_identity,
    identities_to_words,
    parts_to_document,
)
from fuhe.desks import house_to_workbench
from fuhe.files import DiskFull
from fuhe.intake import paths_to_arrivals
from fuhe.limits import USUAL_LIMITS
from fuhe.page_reading import HERE, PageReader
from fuhe.pipeline import Reading, house_stages
from fuhe.settings import SettingsError, text_to_settings
from fuhe.share import Share, ShareMissing, ShareTrouble
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice
from tests.fuhe.paper import FORM, TITLE, pdf_page
from tests.ocr.pdf import page_pdf

PAGES = 4
TEXT = "项目支出绩效自评表\n项目名称\t农村公路养护费\t主管部门\t某县交通运输局\n"
Step = Callable[[str, str, int, int], bytes]


@dataclass(slots=True)
class Played:
    """A future whose answer is worked out when it is asked for."""

    answer: Callable[[], bytes]

    def result(self, timeout: float) -> bytes:
        return self.answer()

    def release(self) -> None:
        """Nobody waits for it."""


@dataclass(slots=True)
class Crowd:
    """Workers of this process; ``acts`` come first, by what they are asked."""

    acts: dict[tuple[str, int], deque[Callable[[], bytes]]] = field(default_factory=dict)
    workers: set[str] = field(default_factory=lambda: {"tcp://a:1", "tcp://b:2"})
    asked: list[tuple[str, int, list[str] | None]] = field(default_factory=list)

    def submit(self, func: Step, *args: Any, **options: Any) -> Played:
        _, task, number, _ = args
        self.asked.append((task, number, options["workers"]))
        acts = self.acts.get((task, number))
        return Played(acts.popleft() if acts else lambda: func(*args))

    def scheduler_info(self, n_workers: int) -> dict[str, set[str]]:
        return {"workers": self.workers}

    def next(self, task: str, number: int, *acts: Callable[[], bytes]) -> None:
        self.acts[task, number] = deque(acts)


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Crowd:
    def here(limits: object) -> PageReader:
        return HERE

    monkeypatch.setattr("fuhe.cluster_work.page_reader", here)
    fuhe.cluster_work.order_to_paper.cache_clear()
    return Crowd()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def cluster(crowd: Crowd, tmp_path: Path, said: list[str]) -> Cluster:
    plan = ClusterPlan(address="tcp://scheduler:8786", share=str(tmp_path / "share"))
    return Cluster(plan=plan, client=crowd, identity=house_identity(HOUSE_ENGINE), say=said.append)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "收件"
    folder.mkdir()
    rows = [(FORM[0], (f"第{number}行", "48.30", "全年执行数", "45.99")) for number in range(PAGES)]
    pages = (pdf_page(row, title="" if number else TITLE) for number, row in enumerate(rows))
    (folder / "长文档.pdf").write_bytes(page_pdf(*pages))
    (folder / "表.txt").write_text(TEXT, encoding="utf-8")
    return folder


def killed() -> bytes:
    raise KilledWorker("key", cast(Any, None), 3)


def read(cluster: Cluster, inbox: Path, reader: PageReader | None = None) -> list[Outcome]:
    reader = reader or ClusterReader(cluster=cluster, limits=USUAL_LIMITS)
    return list(cluster_batch(cluster, least=1)(paths_to_arrivals([inbox]), house_stages(reader=reader)))


def shared_files(cluster: Cluster) -> list[Path]:
    return [path for path in Path(cluster.plan.share).rglob("*") if path.is_file()]


def test_what_a_cluster_reads_is_what_one_process_reads(cluster: Cluster, inbox: Path) -> None:
    assert read(cluster, inbox) == list(read_batch(paths_to_arrivals([inbox]), house_stages()))
    assert shared_files(cluster) == []


def test_a_page_given_up_by_the_scheduler_is_sent_again(cluster: Cluster, crowd: Crowd, inbox: Path) -> None:
    crowd.next("page", 2, killed, killed)
    (paper,) = [outcome for outcome in read(cluster, inbox) if outcome.path.endswith(".pdf")]
    assert paper.unread_pages == () and paper.reading is not None and len(paper.reading.pages) == PAGES
    assert Counter(number for task, number, _ in crowd.asked if task == "page") == {1: 1, 2: 3, 3: 1, 4: 1}


def test_a_page_nobody_comes_back_from_is_set_aside_and_the_others_are_read(
    cluster: Cluster, crowd: Crowd, inbox: Path
) -> None:
    crowd.next("page", 2, *[killed] * fuhe.cluster.MOST_SENDINGS)
    (paper,) = [outcome for outcome in read(cluster, inbox) if outcome.path.endswith(".pdf")]
    (page,) = paper.unread_pages
    assert page.number == 2 and f"连续 {TRIES} 次异常退出，这一页已放下，其余各页不受影响" in page.reason
    assert paper.reading is not None and len(paper.reading.pages) == PAGES


def test_workers_lost_over_a_page_are_counted_by_what_they_leave_behind(cluster: Cluster, inbox: Path) -> None:
    content = (inbox / "长文档.pdf").read_bytes()
    document = parts_to_document(cluster.parts([content]))
    reader = ClusterReader(cluster=cluster, limits=USUAL_LIMITS)

    class Dying(ClusterReader):
        """The count of pages is there; then three workers die over page 3."""

        def count(self, paper: Any) -> int:
            total = reader.count(paper)
            for _ in range(TRIES):
                cluster.share.note_try(document, "page3")
            self.totals[cluster.parts(paper.contents)] = total
            return total

    (paper,) = [
        outcome
        for outcome in read(cluster, inbox, Dying(cluster=cluster, limits=USUAL_LIMITS))
        if outcome.path.endswith(".pdf")
    ]
    assert [page.number for page in paper.unread_pages] == [3]
    assert cluster.share.tries(document, "page3") == TRIES, "until the next run"
    (again,) = [outcome for outcome in read(cluster, inbox) if outcome.path.endswith(".pdf")]
    assert again.unread_pages == (), "the next run tries again"


def test_a_document_nobody_comes_back_from_is_told_and_costs_no_other(
    cluster: Cluster, crowd: Crowd, inbox: Path
) -> None:
    crowd.next("document", 0, *[killed] * fuhe.cluster.MOST_SENDINGS)
    by_name = {Path(outcome.path).name: outcome for outcome in read(cluster, inbox)}
    assert by_name["表.txt"].status is Status.UNREADABLE and "连续 3 次异常退出，已放下" in by_name["表.txt"].reason
    assert by_name["长文档.pdf"].status is Status.READ


def test_a_worker_that_is_another_program_is_refused_and_others_are_asked(
    cluster: Cluster, crowd: Crowd, inbox: Path, said: list[str]
) -> None:
    other = replace(cluster.identity, weights="0123456789ab")
    refusal = WRONG + LOOKED.dump_json(Looked(worker="tcp://b:2", identity=other))
    crowd.next("page", 1, lambda: refusal)
    crowd.next("page", 2, lambda: refusal)
    (paper,) = [outcome for outcome in read(cluster, inbox) if outcome.path.endswith(".pdf")]
    assert paper.unread_pages == ()
    (told,) = said
    assert told.startswith("识读机器 tcp://b:2 与本机不一致") and "识读权重不同" in told and "该机 0123456789ab" in told
    assert [workers for _, _, workers in crowd.asked if workers is not None][-1] == ["tcp://a:1"]


def test_what_a_worker_does_not_find_is_put_there_again(cluster: Cluster, crowd: Crowd, inbox: Path) -> None:
    def lost() -> bytes:
        for path in shared_files(cluster):
            path.unlink(missing_ok=True)  # two documents lose theirs at once
        return MISSING + b"ab"

    crowd.next("open", 0, lost)
    crowd.next("document", 0, lost)
    assert {outcome.status for outcome in read(cluster, inbox)} == {Status.READ}


def test_a_share_that_workers_do_not_see_ends_the_run(cluster: Cluster, crowd: Crowd, inbox: Path) -> None:
    crowd.next("open", 0, *[lambda: MISSING + b"ab"] * fuhe.cluster.MOST_SENDINGS)
    with pytest.raises(ClusterTrouble, match="识读机器取不到。请核对 --share"):
        read(cluster, inbox)


def test_a_lost_scheduler_ends_the_run_and_no_document_is_blamed(cluster: Cluster, crowd: Crowd, inbox: Path) -> None:
    def gone() -> bytes:
        raise OSError("connection closed")

    crowd.next("page", 3, gone)
    with pytest.raises(ClusterTrouble, match=r"联系断了（OSError）.*--resume"):
        read(cluster, inbox)


def test_a_deserted_cluster_is_waited_for_and_then_given_up(
    cluster: Cluster, crowd: Crowd, monkeypatch: pytest.MonkeyPatch, inbox: Path
) -> None:
    def nobody() -> bytes:
        raise TimeoutError

    monkeypatch.setattr("fuhe.cluster.DESERTED_SECONDS", -1)
    crowd.workers = set()
    crowd.next("open", 0, nobody)
    with pytest.raises(ClusterTrouble, match="没有一台可用的识读机器"):
        read(cluster, inbox)


def test_a_fault_in_one_document_costs_no_other(cluster: Cluster, crowd: Crowd, inbox: Path) -> None:
    crowd.next("document", 0, lambda: b"FValueError: shape")
    by_name = {Path(outcome.path).name: outcome for outcome in read(cluster, inbox)}
    assert by_name["表.txt"].status is Status.FAILED and "ValueError: shape" in by_name["表.txt"].reason
    assert by_name["长文档.pdf"].status is Status.READ


def test_a_stopped_run_waits_for_nobody(cluster: Cluster, crowd: Crowd) -> None:
    def slow() -> bytes:
        raise TimeoutError

    crowd.next("open", 0, slow)
    cluster.stop()
    with pytest.raises(ClusterTrouble, match="已停止"):
        cluster.ask(Job(order="", task="open"), (b"x",))


def test_a_workbench_waits_for_a_cluster_that_it_has_lost(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("fuhe.cluster_crew.AGAIN_SECONDS", 0)
    kept = KeptCluster(plan=cluster.plan, engine=HOUSE_ENGINE, cluster=cluster)
    troubles = deque([ClusterTrouble("联系断了。")])

    def once(opened: Cluster) -> str:
        if troubles:
            kept_close()
            raise troubles.pop()
        return "读完"

    def kept_close() -> None:
        monkeypatch.setattr(KeptCluster, "close", lambda self: None)  # the played cluster stays open

    assert kept.read(once) == "读完"
    assert "联系断了。（0 秒后再试）" in capsys.readouterr().err


def test_a_kept_cluster_over_which_a_document_was_stopped_is_opened_anew(cluster: Cluster) -> None:
    kept = KeptCluster(plan=cluster.plan, engine=HOUSE_ENGINE, cluster=cluster)

    def stopped(opened: Cluster) -> str:
        opened.stop()
        raise DiskFull("磁盘已满。")

    with pytest.raises(DiskFull):
        kept.read(stopped)
    assert kept.cluster is None


def test_the_workbench_reads_with_a_cluster_as_without(
    cluster: Cluster, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def opened(plan: ClusterPlan, engine: EngineChoice) -> Iterator[Cluster]:
        yield cluster

    monkeypatch.setattr("fuhe.cluster_crew.open_cluster", opened)
    for name, told in (("长文档.pdf", tmp_path / "a"), ("表.txt", tmp_path / "b")):
        document = Document(path=name, sha256=Cluster.parts([(inbox / name).read_bytes()])[0])
        desks = (house_to_workbench().reading, house_to_workbench(cluster=cluster.plan).reading)
        here, there = (
            desk.read([inbox / name], document, told / str(place), [name]) for place, desk in enumerate(desks)
        )
        assert here == there and here.status == "read" and here.forms


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_a_share_gives_back_what_was_put_there_and_nothing_else(tmp_path: Path, prefix: str) -> None:
    share = Share(url=f"{prefix}{tmp_path}/共享")
    (sha256,) = Cluster.parts([b"content"])
    assert share.put(b"content") and not share.put(b"content")
    assert share.get(sha256) == b"content"
    (path,) = (tmp_path / "共享").rglob(sha256)
    assert path.parent.name == sha256[:2], "as in the workbench's file store"
    path.write_bytes(b"damaged")
    with pytest.raises(ShareMissing):
        share.get(sha256)
    share.forget(sha256)
    share.forget(sha256)
    with pytest.raises(ShareMissing):
        share.get(sha256)


def test_a_share_may_be_no_folder() -> None:
    share = Share(url=f"memory://{uuid4().hex}/share")  # of what fsspec opens, the one that is always there
    (sha256,) = Cluster.parts([b"content"])
    assert share.put(b"content") and not share.put(b"content") and share.get(sha256) == b"content"
    note = share.note_try("ab", "page1")
    assert share.tries("ab", "page1") == 1
    share.forget_try(note)
    share.forget_tries("ab")
    share.forget(sha256)
    assert share.tries("ab", "page1") == 0
    with pytest.raises(ShareMissing):
        share.get(sha256)


def test_tries_are_counted_until_they_come_to_their_end(tmp_path: Path) -> None:
    share = Share(url=str(tmp_path))
    assert share.tries("ab", "page1") == 0
    notes = [share.note_try("ab", "page1") for _ in range(2)]
    share.note_try("ab", "page11")
    share.note_try("cd", "page1")
    assert share.tries("ab", "page1") == 2
    share.forget_try(notes[0])
    assert share.tries("ab", "page1") == 1
    share.forget_tries("ab")
    assert (share.tries("ab", "page1"), share.tries("cd", "page1")) == (0, 1)


def test_a_share_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for url in (f"{tmp_path}/file", "nothing-of-the-kind://x"):
        with pytest.raises(ShareTrouble, match=r"共享位置 .* 用不了"):
            Share(url=url).put(b"x")


def test_identities_tell_what_differs() -> None:
    own = house_identity(HOUSE_ENGINE)
    assert identities_to_words(own, own) == ""
    told = identities_to_words(own, replace(own, program="9.9", models=""))
    assert told == f"程序版本不同（本机 {own.program}，该机 9.9）；模型清单和权重不同（本机 {own.models}，该机 无）"


def test_a_reading_travels_unchanged(inbox: Path) -> None:
    for outcome in read_batch(paths_to_arrivals([inbox]), house_stages()):
        assert isinstance(outcome.reading, Reading)
        assert bytes_to_reading(reading_to_bytes(outcome.reading), outcome.reading.document) == outcome.reading


TOLD = ClusterPlan(address="tcp://a:1", share="/share")


@pytest.mark.parametrize(
    ("told", "settings", "plan"),
    [
        (NO_CLUSTER, NO_CLUSTER, None),
        (TOLD, NO_CLUSTER, TOLD),
        (NO_CLUSTER, TOLD, TOLD),
        (ClusterPlan(address="tls://b:2", share=""), TOLD, ClusterPlan(address="tls://b:2", share="/share")),
        (ClusterPlan(address="", share="/other"), NO_CLUSTER, None),
    ],
)
def test_the_command_line_goes_before_the_settings(
    told: ClusterPlan, settings: ClusterPlan, plan: ClusterPlan | None
) -> None:
    assert choose_plan(told, settings) == plan


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (ClusterPlan(address="tcp://a:1", share=""), "须指明各台机器都能读写的共享位置"),
        (ClusterPlan(address="a:1", share="/share"), "应以 tcp:// 或 tls:// 开头"),
        (ClusterPlan(address="tcp://a:1", share="memory://x"), "只在一个进程里有效"),
    ],
)
def test_a_plan_that_cannot_work_is_refused(told: ClusterPlan, words: str) -> None:
    with pytest.raises(ClusterTrouble, match=words):
        choose_plan(told, NO_CLUSTER)


def test_the_settings_may_name_a_cluster() -> None:
    settings = text_to_settings('[cluster]\naddress = "tcp://a:1"\nshare = "/share"\n', name="fuhe.toml")
    assert settings.cluster == TOLD and settings.changed == {}
    assert text_to_settings("", name="fuhe.toml").cluster == NO_CLUSTER
    for wrong in ("[cluster]\nport = 1\n", "[cluster]\naddress = 1\n"):
        with pytest.raises(SettingsError, match=r"\[cluster\]"):
            text_to_settings(wrong, name="fuhe.toml")
