"""Programs timed: each loaded once in a process of its own, so that its memory is its own, and run in turn."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from functools import cache
from itertools import accumulate, cycle, takewhile
from pathlib import Path
from typing import Any

from bench.peers import DIGITAL_PEERS, TABLE_PEERS, TEXT_PEERS, why_missing
from bench.pictures import files_to_pixels
from bench.speed import HOUSE, Lap, SpeedRun, Walk
from fuhe.executors import process_pool
from fuhe.paper import read_files
from fuhe.screen import Board, with_progress
from ocr.load import count_pages, files_to_sheets
from ocr.sheet import Pixels, Sheet

FIRST_STOP = 30  # pages after which memory is first looked at: lines of all widths have come by then
PEAK, NOW = "VmHWM", "VmRSS"  # what Linux calls the most memory a process ever held, and what it holds
PEERS = TEXT_PEERS | {peer.name: peer for peer in TABLE_PEERS}
_STATUS = Path("/") / "proc" / "self" / "status"


def measure(files: Sequence[Path], *, times: int, pages: int) -> SpeedRun:
    """All that ``fuhe bench speed`` tells. ``pages`` are read in a row for the memory; 0 leaves that out.

    Raises UnreadableDocument for a file that is no picture and no PDF.
    """
    lengths = {path: count_pages([path.read_bytes()], name=path.name) for path in files}
    digital = [path for path in files if is_digital(path)]
    scans = [path for path in files if path not in digital]
    missing = {name: reason for name, peer in PEERS.items() if (reason := why_missing(peer))}
    missing |= {peer.name: reason for peer in DIGITAL_PEERS if (reason := why_missing(peer))}
    programs = (HOUSE, *(name for name in PEERS if name not in missing))
    readers = (HOUSE, *(peer.name for peer in DIGITAL_PEERS if peer.name not in missing))
    with ExitStack() as stack:
        crew = {name: stack.enter_context(process_pool(1)) for name in dict.fromkeys((*programs, *readers))}
        scan_laps = tuple(run_laps({name: crew[name] for name in programs}, scans, times=times, lengths=lengths))
        peaks = {name: crew[name].submit(memory, PEAK).result() for name in programs} if scans else {}
        digital_laps = tuple(run_laps({name: crew[name] for name in readers}, digital, times=times, lengths=lengths))
    return SpeedRun(
        programs=programs,
        readers=readers,
        scans=scan_laps,
        digital=digital_laps,
        peaks=peaks,
        missing=missing,
        walk=tuple(walk(scans, pages, lengths=lengths)) if scans and pages else (),
        cores=os.cpu_count() or 1,
    )


def is_digital(path: Path) -> bool:
    """Whether no page of a file has to be recognised."""
    sheets = files_to_sheets([path.read_bytes()], name=path.name)
    return all(isinstance(sheet, Sheet) and sheet.pixels is None for sheet in sheets)


def run_laps(
    crew: Mapping[str, Executor], files: Sequence[Path], *, times: int, lengths: Mapping[Path, int]
) -> Iterator[Lap]:
    """Each file ``times`` times by every program in turn, after one run that is not counted."""
    rounds = [(path, count) for path in files for count in range(times + 1)]
    for path, count in with_progress(rounds, Board(total=len(rounds), words="计时"), stream=sys.stderr):
        for program, executor in crew.items():
            seconds = executor.submit(time_once, program, path).result()
            if count:
                yield Lap(program=program, file=path.name, pages=lengths[path], seconds=seconds)


def time_once(program: str, path: Path) -> float:
    """Seconds of one run in this process. Ours begins at the file's bytes, a peer at pixels that are ready."""
    work = prepared(program, path)
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def prepared(program: str, path: Path) -> Callable[[], object]:
    """What is to be timed."""
    if program == HOUSE:
        return lambda: read_files([path])
    plain = {peer.name: peer for peer in DIGITAL_PEERS}
    if program in plain:
        return lambda: plain[program].read(path.read_bytes())
    read, pages = loaded_peer(program), list(files_to_pixels([path]))
    return lambda: [read(page) for page in pages]


@cache
def loaded_peer(program: str) -> Callable[[Pixels], Any]:
    """The peer of this process."""
    return PEERS[program].load()


def memory(entry: str) -> float | None:
    """PEAK or NOW of this process in MiB; None where the system does not tell it as Linux does."""
    if not _STATUS.is_file():
        return None
    lines = dict(line.split(":", 1) for line in _STATUS.read_text(encoding="utf-8").splitlines() if ":" in line)
    return int(lines[entry].split()[0]) / 1024


def walk(files: Sequence[Path], pages: int, *, lengths: Mapping[Path, int]) -> Iterator[Walk]:
    """Our memory after FIRST_STOP and after ``pages`` pages, the files being read over and over in one process."""
    read = accumulate((lengths[path] for path in cycle(files)), initial=0)
    before = takewhile(lambda done: done < pages, read)
    stops = [stop for stop in (FIRST_STOP, pages) if stop <= pages]
    with process_pool(1) as executor:
        steps = [(path, done + lengths[path]) for path, done in zip(cycle(files), before, strict=False)]
        for path, done in with_progress(steps, Board(total=len(steps), words="连读"), stream=sys.stderr):
            executor.submit(time_once, HOUSE, path).result()
            if stops and done >= stops[0]:
                held = executor.submit(memory, NOW).result()
                stops = [stop for stop in stops if stop > done]
                if held is not None:
                    yield Walk(pages=done, memory=held)
