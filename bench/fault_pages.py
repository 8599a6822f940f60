"""The process that reads pages, as fault injection wants it: it tells what it reads, and does harm where it is told to.

``python -m bench.fault_pages audit ...`` is ``fuhe audit ...`` with this process in the place of the house's own.
FUHE_FAULTS names a folder: ``plan.json`` in it says how to read and what harm to do, ``log`` tells of every page
when it is begun and when it is kept.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

import fuhe.page_process
from fuhe.page_reading import HERE, Paper, ReadPage, paper_to_pages
from fuhe.page_server import frame_to_page, page_to_frame
from fuhe.page_server import serve as serve_pages

FOLDER = "FUHE_FAULTS"
BEGUN, SAFE = "+", "-"  # before a page in the log
REPLAY_SECONDS = 0.4  # a page that was recorded takes so long, so that a process can be killed in the midst of it


class Way(StrEnum):
    """How pages are read: by the engine, by the engine and kept for later, or as they were kept."""

    READ = "read"
    RECORD = "record"
    REPLAY = "replay"


class Harm(StrEnum):
    """What a page does to the process that reads it."""

    NONE = "none"
    SEGFAULT = "segfault"
    HANG = "hang"
    SPIN = "spin"
    FILL = "fill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to read, and which page (of the document whose name ends so) does which harm, how many times at most."""

    way: Way = Way.READ
    harm: Harm = Harm.NONE
    document: str = ""
    page: int = 0
    times: int = 1_000_000


def write_plan(folder: Path, plan: Plan) -> None:
    """Put a plan where ``serve`` finds it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.json").write_text(json.dumps(asdict(plan)), encoding="utf-8")


def read_plan(folder: Path) -> Plan:
    """The plan of a folder."""
    told = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    return Plan(**{**told, "way": Way(told["way"]), "harm": Harm(told["harm"])})


def note(folder: Path, line: str) -> None:
    """One line of the log, whole, whichever process writes it."""
    with (folder / "log").open("ab", buffering=0) as log:
        log.write(f"{line}\n".encode())


def log_lines(folder: Path) -> list[str]:
    """The log so far."""
    log = folder / "log"
    return log.read_text(encoding="utf-8").splitlines() if log.is_file() else []


def watched_pages(paper: Paper, *, leave: frozenset[int] = frozenset()) -> Iterator[ReadPage]:
    """As paper_to_pages, according to the plan."""
    folder = Path(os.environ[FOLDER])
    plan = read_plan(folder)
    digest = hashlib.sha256(b"".join(paper.contents)).hexdigest()[:16]
    total = HERE.count(paper)
    for number in (number for number in range(1, total + 1) if number not in leave):
        page = f"{digest} {number}"
        note(folder, BEGUN + page)
        is_meant = paper.name.endswith(plan.document) and number == plan.page
        if is_meant and log_lines(folder).count(BEGUN + page) <= plan.times:
            HARMS[plan.harm]()
        yield _read_page(paper, number, total, kept=folder / "pages" / page.replace(" ", "-"), way=plan.way)
        note(folder, SAFE + page)  # whoever asks for the next has kept this one


def _read_page(paper: Paper, number: int, total: int, *, kept: Path, way: Way) -> ReadPage:
    if way is Way.REPLAY:
        time.sleep(REPLAY_SECONDS)
        frame = kept.read_bytes()
        return frame_to_page(frame[:1], frame[1:])
    page = next(paper_to_pages(paper, leave=frozenset(range(1, total + 1)) - {number}))
    if way is Way.RECORD:
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(b"".join(page_to_frame(page)))
    return page


def _fill() -> None:
    held = []
    while True:
        held.append(bytearray(os.urandom(1 << 20) * 32))
        time.sleep(0.01)


def _spin() -> None:
    while True:
        pass


HARMS: Mapping[Harm, Callable[[], object]] = {
    Harm.NONE: lambda: None,
    Harm.SEGFAULT: lambda: ctypes.string_at(0),
    Harm.HANG: lambda: time.sleep(1e6),
    Harm.SPIN: _spin,
    Harm.FILL: _fill,
}


def serve() -> None:
    """As fuhe.page_server.serve."""
    serve_pages(watched_pages)


def main() -> None:
    """The command line of the house, pages read over here."""
    from fuhe.cli import main as run

    fuhe.page_process.SERVER = "bench.fault_pages"
    sys.argv[0] = "fuhe"
    run()


if __name__ == "__main__":
    main()
