"""Runs that are started, watched, killed and gone on with: the parts of fault injection."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from bench.fault_batch import differing, folder_to_result
from bench.fault_pages import FOLDER, SAFE, Plan, Way, log_lines, note, write_plan

Result: TypeAlias = Mapping[str, str]  # as folder_to_result

KILL = "KILL"
DONE = (0, 3)  # exit codes of a run that ended; examples/ holds a file that cannot be opened
PAGE_KILLS, GROUP_KILLS = 0.15, 0.15  # shares of kills that hit the process of pages alone, and all at once
PATIENCE = 600  # seconds, after which a run counts as hung
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """One place of work: what is read, where to, and the folder of plan and log."""

    inbox: Path
    out: Path
    faults: Path

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """A run; what it says goes to a file."""
        environment = {**os.environ, FOLDER: str(self.faults), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "bench.fault_pages", "audit", str(self.inbox), "-o", str(self.out), *options]
        with (self.faults / "said").open("wb") as said:
            return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)

    def run(self, *options: str) -> tuple[int, str]:
        """A run to its end: exit code, and what it said."""
        code = self.start(*options).wait(timeout=PATIENCE)
        return code, (self.faults / "said").read_text(encoding="utf-8")

    def clear(self) -> None:
        """As if nothing had been read."""
        shutil.rmtree(self.out, ignore_errors=True)
        (self.faults / "log").unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class KillReport:
    """What came of so many kills: episodes that ended, and in how many the result or the readings were not as due."""

    kills: int
    on_pages: int
    on_groups: int
    episodes: int
    read_again_in_flight: int
    differing: int
    read_twice: int
    orphans: int
    seconds: float


def children(pid: int) -> Iterator[int]:
    """The processes that a process has started, as Linux tells."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            entry = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(entry[1]) == pid:
            yield int(stat.parent.name)


def kill_at_random(run: subprocess.Popen[bytes], faults: Path, wheel: random.Random) -> tuple[str, int]:
    """Kill it, its process of pages, or both; which of them, and how many processes of pages outlived it."""
    own, draw = tuple(children(run.pid)), wheel.random()
    for pid in own:
        _send(pid, signal.SIGSTOP)  # so that the log says what was in flight
    note(faults, KILL)
    what = "page" if own and draw < PAGE_KILLS else "group" if own and draw < PAGE_KILLS + GROUP_KILLS else "main"
    for pid in own if what != "main" else ():
        _send(pid, signal.SIGKILL)
    if what != "page":
        run.kill()
        run.wait()
    for pid in own:
        _send(pid, signal.SIGCONT)
    return what, survivors(own) if what != "page" else 0


def _send(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def survivors(pids: Sequence[int], *, seconds: float = 5.0) -> int:
    """How many of these processes still run after a while."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(is_running(pid) for pid in pids):
        time.sleep(0.02)
    return sum(map(is_running, pids))


def is_running(pid: int) -> bool:
    """Whether a process is there and no mere entry of one that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def count_readings(lines: Sequence[str]) -> tuple[int, int]:
    """Of a log: pages begun again that were in flight when something was killed, and pages begun again otherwise."""
    begun, flying, hit = set[str](), set[str](), set[str]()
    in_flight = otherwise = 0
    for line in lines:
        page = line[1:]
        if line == KILL:
            hit |= flying
            flying.clear()
        elif line.startswith(SAFE):
            flying.discard(page)
        else:
            in_flight += page in begun and page in hit
            otherwise += page in begun and page not in hit
            hit.discard(page)
            begun.add(page)
            flying.add(page)
    return in_flight, otherwise


def kill_over_and_over(bout: Bout, due: Result, *, kills: int, span: float, seed: int) -> KillReport:
    """So many kills, at times spread evenly over a run that takes ``span`` seconds, each gone on with to the end."""
    wheel, began, hits = random.Random(seed), time.monotonic(), Counter[str]()
    figures = Counter[str]()
    while hits.total() < kills:
        bout.clear()
        code = -signal.SIGKILL
        while code == -signal.SIGKILL:
            run = bout.start("--resume")
            code = _wait_or_kill(run, bout, wheel, hits, figures, kills=kills, span=span)
        flown, otherwise = count_readings(log_lines(bout.faults))
        wrong = differing(folder_to_result(bout.out), due) if code in DONE else [f"exit code {code}"]
        figures.update(episodes=1, again=flown, twice=otherwise, differing=bool(wrong))
        sys.stderr.write(f"kills {hits.total()}/{kills} {dict(figures)} {wrong}\n")
        if wrong:  # for whoever looks for the reason
            shutil.copytree(bout.out, Path(tempfile.mkdtemp(prefix="fuhe-differs-")), dirs_exist_ok=True)
    return KillReport(
        kills=hits.total(), on_pages=hits["page"], on_groups=hits["group"], episodes=figures["episodes"],
        read_again_in_flight=figures["again"], read_twice=figures["twice"], differing=figures["differing"],
        orphans=figures["orphans"], seconds=round(time.monotonic() - began, 1),
    )  # fmt: skip


def _wait_or_kill(
    run: subprocess.Popen[bytes], bout: Bout, wheel: random.Random, hits: Counter[str], figures: Counter[str],
    *, kills: int, span: float,
) -> int:  # fmt: skip
    """The exit code of a run that is killed, or whose pages are, when its time has come."""
    while hits.total() < kills:
        try:
            return run.wait(timeout=wheel.uniform(0, span))
        except subprocess.TimeoutExpired:
            what, orphans = kill_at_random(run, bout.faults, wheel)
            hits[what] += 1
            figures["orphans"] += orphans
    return run.wait(timeout=PATIENCE)


def undisturbed(bout: Bout, way: Way) -> tuple[Result, float]:
    """The result of a run that nobody disturbs, and the seconds it took."""
    bout.clear()
    write_plan(bout.faults, Plan(way=way))
    began = time.monotonic()
    code, said = bout.run()
    assert code in DONE, said
    return folder_to_result(bout.out), time.monotonic() - began
