"""A worker of the workbench, killed at random points over a queue of documents: its tables must end as undisturbed."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bench.fault_pages import FOLDER, log_lines
from bench.fault_runs import ROOT, count_readings, kill_at_random

PATIENCE = 600  # seconds, after which a queue counts as stalled
FILL = """
import sys
from pathlib import Path
from fuhe.serve import Place, migrate, open_workbench
open_workbench(Place(data=Path(sys.argv[1])))
migrate()
from review.arrivals import read_afresh
from review.blobs import keep_blob
from review.models import Document, Project
project = Project.objects.create(name="x")
for path in map(Path, sys.argv[2:]):
    sha256, _ = keep_blob([path.read_bytes()])
    read_afresh(Document.objects.create(project=project, sha256=sha256, path=path.name, parts=[sha256]))
"""
IS_DONE = """
select (select count(*) from review_document where state in ('waiting', 'reading'))
     + (select count(*) from review_job where state in ('waiting', 'running'))
     + (select count(*) from django_tasks_database_dbtaskresult where status in ('READY', 'RUNNING'))
"""  # a document is read before its task has asked for the checks, and a task may have lost its worker
CONTENT = (  # what an auditor sees, by names that do not depend on when it came to be
    "select path, state, pages, pages_done, reason, page_notes from review_document order by path",
    """select d.path, f."index", f.form_type, f.year, f.unit, f.project_name, f.doubtful, f.fields, f."rows"
       from review_formrow f join review_document d on d.id = f.document_id order by d.path, f."index" """,
    """select d.path, f."index", n.row, n.code, n.ordinal, n.severity, n.message, n.confidence, n.priority, n.place
       from review_finding n join review_formrow f on f.id = n.form_id join review_document d on d.id = f.document_id
       where not n.gone order by d.path, f."index", n.row, n.code, n.ordinal""",
)


Content: TypeAlias = list[list[tuple[object, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A workbench of its own in a folder, and the folder of plan and log of those who read its pages."""

    data: Path
    faults: Path

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """A process of this workbench; what it says goes to a file."""
        environment = {key: value for key, value in os.environ.items() if key != "FUHE_DATABASE"}
        environment |= {"FUHE_DATA": str(self.data), FOLDER: str(self.faults), "PYTHONPATH": str(ROOT)}
        with (self.faults / "said").open("ab") as said:
            return subprocess.Popen([sys.executable, *command], env=environment, cwd=ROOT, stdout=said, stderr=said)

    def fill(self, files: Sequence[Path]) -> None:
        """The tables made, and these files put into the queue."""
        (self.faults / "log").unlink(missing_ok=True)
        code = self.start("-c", FILL, str(self.data), *map(str, files)).wait(timeout=PATIENCE)
        assert code == 0, (self.faults / "said").read_text(encoding="utf-8")

    def ask(self, question: str) -> list[tuple[object, ...]]:
        """Rows of the database."""
        with closing(sqlite3.connect(f"file:{self.data / 'fuhe.sqlite3'}?mode=ro", uri=True, timeout=60)) as connection:
            return connection.execute(question).fetchall()

    def is_done(self) -> bool:
        """Whether nothing is left in the queue."""
        return self.ask(IS_DONE) == [(0,)]

    def content(self) -> Content:
        """All that an auditor sees."""
        return [self.ask(question) for question in CONTENT]

    def work(self) -> subprocess.Popen[bytes]:
        """A worker."""
        return self.start("-m", "bench.fault_pages", "worker")


def work_through(bench: Bench) -> float:
    """The queue worked through by one worker that nobody disturbs; the seconds it took."""
    began = time.monotonic()
    worker = bench.work()
    _wait(bench, worker, seconds=PATIENCE)
    _leave(worker)
    return time.monotonic() - began


def work_under_fire(bench: Bench, *, kills: int, span: float, seed: int) -> int:
    """The queue worked through by workers of which so many are killed, or their pages; how many outlived a worker."""
    wheel, orphans = random.Random(seed), 0
    worker = bench.work()
    for _ in range(kills):
        if _wait(bench, worker, seconds=wheel.uniform(0, span)):
            break
        orphans += kill_at_random(worker, bench.faults, wheel)[1]
        worker = bench.work() if worker.poll() is not None else worker
    _wait(bench, worker, seconds=PATIENCE)
    _leave(worker)
    return orphans


def _wait(bench: Bench, worker: subprocess.Popen[bytes], *, seconds: float) -> bool:
    """Whether all was done within this time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if bench.is_done():
            return True
        assert worker.poll() is None, (bench.faults / "said").read_text(encoding="utf-8")
        time.sleep(0.1)
    return bench.is_done()


def _leave(worker: subprocess.Popen[bytes]) -> None:
    worker.send_signal(signal.SIGTERM)
    worker.wait(timeout=PATIENCE)


def differences(content: Content, due: Content) -> list[str]:
    """What is there and should not be, and what should be and is not, the first few of each kind."""
    told: list[str] = []
    for own, other in zip(content, due, strict=True):
        told += [f"+ {row}" for row in own if row not in other][:3]
        told += [f"- {row}" for row in other if row not in own][:3]
    return told


def under_fire(folder: Path, files: Sequence[Path], *, kills: int, rounds: int, seed: int) -> dict[str, object]:
    """What came of the queue in so many rounds of kills, beside one that nobody disturbed."""
    faults = folder / "faults"
    calm = Bench(data=folder / "calm", faults=faults)
    calm.fill(files)
    span = work_through(calm)
    pages = len({line[1:] for line in log_lines(faults)})
    due, differing, again, twice, orphans = calm.content(), 0, 0, 0, 0
    for number in range(rounds):
        bench = Bench(data=folder / f"fire{number}", faults=faults)
        bench.fill(files)
        orphans += work_under_fire(bench, kills=kills, span=span / 2, seed=seed + number)
        flown, otherwise = count_readings(log_lines(faults))
        content = bench.content()
        again, twice, differing = again + flown, twice + otherwise, differing + (content != due)
        jobs = bench.ask("select kind, state, message from review_job order by id")
        sys.stderr.write(f"round {number}: {'as due' if content == due else differences(content, due)} {jobs}\n")
    return {
        "documents": len(files), "pages": pages, "forms": len(due[1]), "findings": len(due[2]), "rounds": rounds,
        "kills a round": kills, "differing": differing, "read again in flight": again, "read twice": twice,
        "orphans": orphans, "seconds undisturbed": round(span, 1),
    }  # fmt: skip
