"""Laps of programs over files: medians, ratios and the tables of ``fuhe bench speed``. Nothing is run here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median

from bench.tables import NOTHING, Figures

HOUSE = "复核"
TOGETHER = "合计"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """One run of one program over one file."""

    program: str
    file: str
    pages: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """The memory of one process in MiB after so many pages in a row."""

    pages: int
    memory: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedRun:
    """Everything measured: laps over scans and over digital files, peaks of memory in MiB, memory on a long walk.

    ``programs`` is ours and then the peers, in the order of the columns, ``readers`` the same for digital files;
    ``missing`` says why others did not run.
    """

    programs: tuple[str, ...]
    readers: tuple[str, ...] = (HOUSE,)
    scans: tuple[Lap, ...] = ()
    digital: tuple[Lap, ...] = ()
    peaks: Mapping[str, float | None]
    missing: Mapping[str, str]
    walk: tuple[Walk, ...] = ()
    cores: int


def pace(laps: Iterable[Lap], program: str, file: str) -> float | None:
    """Median seconds a page of a program over a file; over all files together for TOGETHER. None without a lap."""
    by_file: dict[tuple[str, int], list[float]] = {}
    for lap in laps:
        if lap.program == program and file in (lap.file, TOGETHER):
            by_file.setdefault((lap.file, lap.pages), []).append(lap.seconds)
    pages = sum(pages for _, pages in by_file)
    return sum(map(median, by_file.values())) / pages if pages else None


def ratio(ours: float | None, theirs: float | None) -> float | None:
    """How much of a peer's time ours is; None where either is missing."""
    return ours / theirs if ours is not None and theirs else None


def scan_figures(run: SpeedRun) -> Figures:
    """Seconds a page of every program, and ours as a share of each peer's."""
    peers = run.programs[1:]
    files = dict.fromkeys(lap.file for lap in run.scans)
    times = sum(lap.program == HOUSE for lap in run.scans) // max(1, len(files))
    heads = [head for peer in peers for head in (peer, f"{HOUSE}/{peer}")]
    return Figures(
        title=f"一、扫描页，秒/页（各读 {times} 次，交替进行，取中位数；本机 {run.cores} 核）",
        head=("文件", "页", f"{HOUSE}（全程）", *heads),
        rows=tuple(_scan_row(run, file) for file in (*files, TOGETHER)) if files else (),
        notes=(
            f"{HOUSE}的时间含扶正、找格、识读、成表；名称中有加号的也成表，其余只识读文字。",
            *(f"{name}：{reason}" for name, reason in run.missing.items()),
        ),
    )


def _scan_row(run: SpeedRun, file: str) -> tuple[str, ...]:
    ours = pace(run.scans, HOUSE, file)
    cells = [file, str(_pages(run.scans, file)), _seconds(ours)]
    for peer in run.programs[1:]:
        theirs = pace(run.scans, peer, file)
        cells += [_seconds(theirs), _seconds(ratio(ours, theirs))]
    return tuple(cells)


def _pages(laps: Sequence[Lap], file: str) -> int:
    return sum(pages for _, pages in {(lap.file, lap.pages) for lap in laps if file in (lap.file, TOGETHER)})


def _seconds(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}"


def digital_figures(run: SpeedRun) -> Figures:
    """Milliseconds a page of digital files: to forms by us, to tables by the peers."""
    files = dict.fromkeys(lap.file for lap in run.digital)
    rows = tuple(
        (
            file,
            str(_pages(run.digital, file)),
            *(_milliseconds(pace(run.digital, name, file)) for name in run.readers),
        )
        for file in (*files, TOGETHER)
    )
    return Figures(
        title="二、数字 PDF，毫秒/页",
        head=("文件", "页", *run.readers),
        rows=rows if files else (),
        notes=() if files else ("未测：给出的文件中没有带可用文字层的 PDF。",),
    )


def _milliseconds(value: float | None) -> str:
    return NOTHING if value is None else f"{value * 1000:.0f}"


def memory_figures(run: SpeedRun) -> Figures:
    """The peak of each program in its own process, and ours after many pages."""
    rows = [(f"{name}，峰值", _mebibytes(run.peaks.get(name))) for name in run.programs if name in run.peaks]
    rows += [(f"{HOUSE}，连读 {step.pages} 页后", _mebibytes(step.memory)) for step in run.walk]
    growth = ratio(run.walk[-1].memory, run.walk[0].memory) if len(run.walk) > 1 else None
    told = f"连读 {run.walk[-1].pages} 页后为 {run.walk[0].pages} 页后的 {growth:.2f} 倍。" if growth else ""
    untold = "" if run.walk else "连读多页后的内存未测：请加 --pages 300。"
    return Figures(
        title="三、内存，MiB（各在自己的进程中）",
        head=("程序", "MiB"),
        rows=tuple(rows),
        notes=tuple(filter(None, (told, untold))),
    )


def _mebibytes(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.0f}"


def speed_to_record(run: SpeedRun) -> dict[str, object]:
    """All figures for machines."""
    together = {name: pace(run.scans, name, TOGETHER) for name in run.programs}
    return {
        "cores": run.cores,
        "scans": {
            file: {name: pace(run.scans, name, file) for name in run.programs}
            for file in dict.fromkeys(lap.file for lap in run.scans)
        },
        "together": together,
        "ratios": {name: ratio(together[HOUSE], together[name]) for name in run.programs[1:]},
        "digital": {name: pace(run.digital, name, TOGETHER) for name in run.readers},
        "peaks": dict(run.peaks),
        "walk": [asdict(step) for step in run.walk],
        "missing": dict(run.missing),
        "laps": [asdict(lap) for lap in (*run.scans, *run.digital)],
    }
