"""A run of an afternoon and more: ``python -m bench.soak FOLDER [--pages 2000] [--workers 2] [--json FILE]``.

Invented forms are printed once and worn in many ways, until there are so many pages of paper in FOLDER (pages that lie
there from before are used again). Then ``fuhe audit`` reads them in one run, while its processes are looked at from
outside every few seconds: how many pages are done, what memory the processes hold together (what they share counts
once), how many files they hold open, how many threads they have. Asked for are flat memory, no handles lost and
a steady pace.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import count, cycle, islice, pairwise
from pathlib import Path
from statistics import median

import psutil

from bench.paper import Job, forms_to_jobs, write_document
from bench.print_forms import print_pdf
from bench.synthesis import synthesise
from bench.wear import DAMAGES
from domain.source import Document
from fuhe.cache import Cache
from fuhe.commands import CACHE_FOLDER
from fuhe.files import write_text
from fuhe.outputs import EXIT_ALL_READ, EXIT_SOME_UNREAD
from fuhe.version import reading_version
from ocr.engines.choice import HOUSE_ENGINE
from ocr.load import count_pages

PAGES, WORKERS = 2000, 2
FORMS = 240  # printed once each; every print is worn many times over
SEED = 29
EVERY = 5.0  # seconds from one look to the next
MEBI = 1024 * 1024
TENTHS = 10
SETTLED = 0.2  # of the run, in which caches and processes grow to their size
MOST_GROWTH = 1.10  # memory and handles: the last fifth of the run against the fifth after it has settled
WENT_THROUGH = (EXIT_ALL_READ, EXIT_SOME_UNREAD)  # some of the pages may be too worn, and are told as such
LEAST_PACE = 0.80  # the slowest tenth of the pages against the middle one; pages differ, and machines are shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The run seen from outside: seconds since it began, pages done, and what its processes hold together."""

    seconds: float
    pages: int
    memory_mb: float
    handles: int
    threads: int
    processes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Soak:
    """A whole run: what there was to read, how it ended, and every look at it."""

    documents: int
    pages: int
    workers: int
    seconds: float
    exit_code: int
    counts: dict[str, int]
    looks: tuple[Look, ...]


def make_pages(folder: Path, pages: int) -> None:
    """Worn documents in ``folder``, with ``pages`` pages or a few more. RuntimeError: no browser."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as spare, ProcessPoolExecutor() as pool:
        jobs = forms_to_jobs(synthesise(FORMS, seed=SEED), seed=SEED)
        prints = [(job, Path(spare) / f"{job.name}.pdf") for job in jobs]
        for job, pdf in prints:
            print_pdf(job.html, pdf)
        worn = islice(_worn(prints), _turns(prints, pages))
        list(pool.map(write_document, *zip(*((job, pdf, folder) for job, pdf in worn), strict=True)))


def _turns(prints: Sequence[tuple[Job, Path]], pages: int) -> int:
    """How many documents have so many pages, the prints taken over and over."""
    lengths = cycle([count_pages([pdf.read_bytes()], name=pdf.name) for _, pdf in prints])
    made = 0
    for turn in count():
        if made >= pages:
            return turn
        made += next(lengths)
    raise AssertionError


def _worn(prints: Sequence[tuple[Job, Path]]) -> Iterator[tuple[Job, Path]]:
    """Every print over and over, each time with another damage of its own."""
    rng = random.Random(SEED)
    for turn in count():
        for place, (job, pdf) in enumerate(prints):
            kind = tuple(DAMAGES)[(turn + place) % len(DAMAGES)]
            name = f"{turn:02}-{place:03}_{kind}"
            yield replace(job, name=name, kind=kind, digital=False, seed=rng.getrandbits(32)), pdf


def run_watched(folder: Path, out: Path, *, workers: int) -> Soak:
    """``fuhe audit`` over the folder, looked at from outside until it ends."""
    command = [sys.executable, "-m", "fuhe", "audit", str(folder), "-o", str(out), "--workers", str(workers)]
    begun = time.perf_counter()
    looks: list[Look] = []
    done = _PagesDone(Cache(folder=out / CACHE_FOLDER, version=reading_version(HOUSE_ENGINE)))
    with psutil.Popen(command, stdout=subprocess.DEVNULL) as run:
        while run.poll() is None:
            time.sleep(EVERY)
            looks += _look(run, time.perf_counter() - begun, done.count())
    seconds = time.perf_counter() - begun
    record = out / "run.json"  # a run that broke down has none, and its looks are worth the more
    counts = json.loads(record.read_text(encoding="utf-8"))["counts"] if record.is_file() else {}
    return Soak(
        documents=counts.get("inputs", 0), pages=done.count(), workers=workers, seconds=seconds,
        exit_code=run.returncode, counts=counts, looks=tuple(looks),
    )  # fmt: skip


class _PagesDone:
    """The pages of all documents of which a reading is kept."""

    def __init__(self, cache: Cache) -> None:
        self._cache, self._pages = cache, dict[str, int]()

    def count(self) -> int:
        for sha256 in self._cache.kept():
            if sha256 not in self._pages:
                self._pages[sha256] = len(self._cache.find_pages(Document(path="", sha256=sha256)))
        return sum(self._pages.values())


def _look(run: psutil.Process, seconds: float, pages: int) -> Iterator[Look]:
    """One look, none where a process ends while it is looked at."""
    try:
        processes = [run, *run.children(recursive=True)]
        memory = sum(process.memory_full_info().pss for process in processes)
        yield Look(
            seconds=round(seconds, 1),
            pages=pages,
            memory_mb=round(memory / MEBI, 1),
            handles=sum(process.num_fds() for process in processes),
            threads=sum(process.num_threads() for process in processes),
            processes=len(processes),
        )
    except psutil.NoSuchProcess:
        return


def memory_growth(soak: Soak) -> float:
    """Memory in the last fifth of the reading against that in the fifth after it had settled."""
    return _growth([look.memory_mb for look in _reading(soak)])


def handle_growth(soak: Soak) -> float:
    """Open files in the last fifth of the reading against those in the fifth after it had settled."""
    return _growth([float(look.handles) for look in _reading(soak)])


def _reading(soak: Soak) -> list[Look]:
    """The looks while pages were read: what comes after, the rules and the outputs, is another matter."""
    return [look for look in soak.looks if look.pages < soak.looks[-1].pages]


def _growth(values: Sequence[float]) -> float:
    settled = values[round(SETTLED * len(values)) :]
    part = max(1, len(settled) // 4)
    return median(settled[-part:]) / median(settled[:part])


def tenths_to_paces(soak: Soak) -> tuple[float, ...]:
    """Pages a second in each tenth of the pages, after the run has warmed up with the first document."""
    looks = [look for look in soak.looks if look.pages]
    edges = [looks[0].pages + (looks[-1].pages - looks[0].pages) * step / TENTHS for step in range(TENTHS + 1)]
    at = [next(look for look in looks if look.pages >= edge) for edge in edges]
    return tuple(
        (late.pages - early.pages) / (late.seconds - early.seconds)
        for early, late in pairwise(at)
        if late.seconds > early.seconds
    )


def is_steady(soak: Soak) -> bool:
    """Whether memory, handles and pace keep within what is asked."""
    paces = tenths_to_paces(soak)
    grown = max(memory_growth(soak), handle_growth(soak))
    return soak.exit_code in WENT_THROUGH and grown <= MOST_GROWTH and min(paces) >= LEAST_PACE * median(paces)


def soak_to_lines(soak: Soak) -> Iterator[str]:
    """What is printed."""
    last = _reading(soak)[-1]
    yield f"{soak.documents} documents, {soak.pages} pages, {soak.workers} workers, {soak.seconds:.0f} s"
    yield f"pages a second by tenths: {' '.join(f'{pace:.2f}' for pace in tenths_to_paces(soak))}"
    yield f"memory {last.memory_mb:.0f} MB at the end of reading, {memory_growth(soak):.3f} of what it was when settled"
    yield f"most memory of all looks {max(look.memory_mb for look in soak.looks):.0f} MB"
    yield f"open files {last.handles}, {handle_growth(soak):.3f}; threads {last.threads}, processes {last.processes}"


def main(words: Sequence[str]) -> int:
    """Prints how it went; 0 when memory, handles and pace keep within bounds, 1 when one of them does not."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pages lie, or are to be made")
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--json", dest="record", type=Path)
    arguments = parser.parse_args(words)
    if not arguments.folder.is_dir():
        make_pages(arguments.folder, arguments.pages)
    with tempfile.TemporaryDirectory() as out:
        soak = run_watched(arguments.folder, Path(out), workers=arguments.workers)
    print(*soak_to_lines(soak), sep="\n")
    if arguments.record is not None:
        write_text(arguments.record, json.dumps(asdict(soak), ensure_ascii=False) + "\n")
    return 0 if is_steady(soak) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
