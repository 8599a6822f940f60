"""A real worker process that is killed in the middle of a document: the next one reads on at the next page."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import pytest

from bench.fault_worker import FILL
from tests.review.documents import EXAMPLES

ROOT = Path(__file__).resolve().parents[2]
PAGES = 4
PATIENCE = 120  # seconds, on a machine that has other things to do


@dataclass(slots=True)
class Place:
    """A workbench of its own, and the workers started in it."""

    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def python(self, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {key: value for key, value in os.environ.items() if key != "FUHE_DATABASE"}
        environment |= {"FUHE_DATA": str(self.folder), "PYTHONPATH": str(ROOT)}
        return subprocess.Popen([sys.executable, *arguments], env=environment, cwd=ROOT)

    def work(self) -> subprocess.Popen[bytes]:
        self.workers.append(self.python("-m", "fuhe.cli", "worker"))
        return self.workers[-1]

    def ask(self, question: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(f"file:{self.folder / 'fuhe.sqlite3'}?mode=ro", uri=True, timeout=20) as connection:
            rows = connection.execute(question).fetchall()
        connection.close()
        return rows

    def pages(self) -> dict[str, float]:
        """Pages kept of the document under way, and when each was written."""
        found = (self.folder / "readings").glob("kept/pages/*/p*.json")
        times = {}
        for path in found:
            try:
                times[path.name] = path.stat().st_mtime
            except FileNotFoundError:
                continue  # just finished and cleared away
        return times

    def states(self) -> list[object]:
        return [state for (state,) in self.ask("select state from review_document order by id")]


def wait_for(happened: Callable[[], bool], *, worker: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert worker.poll() is None, "the worker has died"
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(folder=tmp_path / "data")
    yield place
    for worker in place.workers:
        worker.kill()
        worker.wait()


def scans(path: Path, *, pages: int) -> Path:
    """A scan of so many pages, each another cut of one form, so that none is like the other."""
    source = pypdfium2.PdfDocument(EXAMPLES / "11_自评表（盖章扫描件）.pdf")
    out = pypdfium2.PdfDocument.new()
    for number in range(pages):
        out.import_pages(source, [0])
        page = out[number]
        width, height = page.get_size()
        page.set_cropbox(0, 0, width, height - number)
        page.close()
    out.save(path)
    out.close()
    source.close()
    return path


@pytest.mark.slow
def test_a_killed_worker_is_followed_by_one_that_reads_on_at_the_next_page(place: Place, tmp_path: Path) -> None:
    paper = scans(tmp_path / "长.pdf", pages=PAGES)
    text = EXAMPLES / "01_农村公路养护_自评表（制表符文本）.txt"
    assert place.python("-c", FILL, str(place.folder), str(paper), str(text)).wait() == 0
    first = place.work()
    wait_for(lambda: len(place.pages()) >= 2, worker=first)
    first.send_signal(signal.SIGKILL)
    first.wait()
    kept = place.pages()
    assert 2 <= len(kept) < PAGES and place.states() == ["reading", "waiting"]

    second = place.work()
    seen = dict(kept)
    while place.states()[0] in ("reading", "waiting"):
        assert second.poll() is None
        now = place.pages()
        seen |= now
        assert {name: at for name, at in now.items() if name in kept} in (kept, {})
        time.sleep(0.1)
    assert len(seen) >= PAGES - 1  # the last is cleared away with the others as soon as it is read
    wait_for(lambda: place.ask("select state from review_job order by id desc limit 1") == [("done",)], worker=second)
    wait_for(lambda: place.states() == ["read", "read"], worker=second)
    assert place.ask("select pages, pages_done from review_document where id = 1") == [(PAGES, PAGES)]
    assert place.ask('select document_id, "index" from review_formrow order by document_id') == [(1, 1), (2, 1)]
    tasks = (
        "select json_array_length(worker_ids) from django_tasks_database_dbtaskresult where task_path like '%read_one'"
    )
    assert place.ask(f"{tasks} order by enqueued_at") == [(2,), (1,)]
    second.send_signal(signal.SIGTERM)
    assert second.wait(timeout=30) == 0


@pytest.mark.slow
def test_a_worker_told_to_leave_goes_at_once_and_hands_over_what_it_was_doing(place: Place, tmp_path: Path) -> None:
    paper = scans(tmp_path / "长.pdf", pages=PAGES)
    assert place.python("-c", FILL, str(place.folder), str(paper)).wait() == 0
    worker = place.work()
    wait_for(lambda: len(place.pages()) >= 1, worker=worker)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=20) == 0
    assert place.states() == ["waiting"]
    assert place.ask("select status, worker_ids from django_tasks_database_dbtaskresult") == [("READY", "[]")]
    assert place.ask("select count(*) from review_workerbeat") == [(0,)]
