"""Faults other than kills: pages that harm the process that reads them, and a disk that is full."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.fault_batch import differing, folder_to_result
from bench.fault_pages import BEGUN, Harm, Plan, Way, log_lines, write_plan
from bench.fault_runs import DONE, PATIENCE, Bout, Result, count_readings

HARMED, PAGE = "21_长扫描件.pdf", 2
# Far above what a page takes here, so that the machine may have other things to do, and far below the defaults.
LIMITS = "[limits]\npage_seconds = 20\npage_megabytes = 1500\n"
SIZES = (64, 512, 1024, 4096)  # KiB of a disk on which there is no room: for a page, for readings, for the outputs
ROOM = 256 * 1024  # KiB, when room has been made
FULL = 2  # exit code of what could not be written


def harmed(bout: Bout, due: Result) -> dict[str, object]:
    """What became of a batch with a page that does each kind of harm, always and once; True where it was as due."""
    config = bout.faults / "limits.toml"
    config.write_text(LIMITS, encoding="utf-8")
    report: dict[str, object] = {}
    for harm in (Harm.SEGFAULT, Harm.HANG, Harm.SPIN, Harm.FILL):
        began = time.monotonic()
        bout.clear()
        write_plan(bout.faults, Plan(way=Way.REPLAY, harm=harm, document=HARMED, page=PAGE))
        code, said = bout.run("--config", str(config))
        report[f"{harm.value}, always"] = code == DONE[1] and is_set_aside(bout.out) and HARMED in said
        report[f"{harm.value}, seconds"] = round(time.monotonic() - began, 1)
        bout.clear()
        write_plan(bout.faults, Plan(way=Way.REPLAY, harm=harm, document=HARMED, page=PAGE, times=1))
        bout.run("--config", str(config))
        report[f"{harm.value}, once"] = set(differing(folder_to_result(bout.out), due)) <= {
            "run.json"
        }  # which names the limits
    report["set aside, killed, gone on with"] = goes_on_without(bout, config)
    return report


def is_set_aside(out: Path) -> bool:
    """Whether all pages were read but the one that does harm, which is listed with its reason."""
    told: list[Any] = json.loads((out / "run.json").read_text(encoding="utf-8"))["inputs"]
    unread = [(one["source"], page) for one in told for page in one["pages"] if page["state"] == "unread"]
    found = [(source.endswith(HARMED), page["page"], "放下" in page["reason"]) for source, page in unread]
    return found == [(True, PAGE, True)]


def goes_on_without(bout: Bout, config: Path) -> bool:
    """Whether a page set aside by a run that is killed later is not tried again when it is gone on with."""
    bout.clear()
    write_plan(bout.faults, Plan(way=Way.REPLAY, harm=Harm.SEGFAULT, document=HARMED, page=PAGE))
    run = bout.start("--config", str(config))
    while len({line for line in log_lines(bout.faults) if line.startswith(BEGUN)}) < PAGE + 4 and run.poll() is None:
        time.sleep(0.05)
    run.kill()
    run.wait(timeout=PATIENCE)
    bout.run("--resume", "--config", str(config))
    begun = [line for line in log_lines(bout.faults) if line.startswith(BEGUN)]
    (tries,) = {begun.count(line) for line in begun if begun.count(line) > 1 and line.endswith(f" {PAGE}")}
    return tries == 2 and is_set_aside(bout.out)


def filled(bout: Bout, due: Result) -> dict[str, object]:
    """What became of a batch on disks of several sizes, which are made larger when they are full."""
    write_plan(bout.faults, Plan(way=Way.REPLAY))
    return {f"{size} KiB": _fill_once(bout, due, size=size) for size in SIZES}


def _fill_once(bout: Bout, due: Result, *, size: int) -> str:
    bout.clear()
    bout.out.mkdir()
    with small_disk(bout.out, size=size) as is_small:
        if not is_small:
            return "not tried: mounting takes root"
        code, said = bout.run("--resume")
        told = code == FULL and "磁盘已满" in said and "--resume" in said and "Traceback" not in said
        subprocess.run(["mount", "-o", f"remount,size={ROOM}k", str(bout.out)], check=True)
        bout.run("--resume")
        flown, otherwise = count_readings(log_lines(bout.faults))
        wrong = folder_to_result(bout.out) != due
        again = f"{flown + otherwise} pages read again"
        return (
            f"{'told' if told else f'not told: {code} {said[-300:]}'}, {'not as due' if wrong else 'as due'}, {again}"
        )


@contextmanager
def small_disk(folder: Path, *, size: int) -> Iterator[bool]:
    """A disk of so many KiB in the place of a folder; False where this machine does not let us."""
    command: Sequence[str] = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or not shutil.which("mount") or subprocess.run(command, check=False).returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", str(folder)], check=True)
