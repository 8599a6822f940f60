"""How cost grows: ``python -m bench.growth FILE... [--json FILE]`` (scans and pictures to make long documents of).

With pages: documents of 5 to 60 pages, each read in a process of its own. With cells: invented forms of 3 to 30 rows,
printed and scanned, a page each. With forms: batches of 100 to 10,000 that are audited. With workers: a folder of
documents read and audited by one and by two, against the limit of ``bench.stages``. Browser needed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bench import batch, memory
from bench.paper import Look, forms_to_html, pages_to_pdf, pdf_to_pages
from bench.print_forms import STYLES, print_pdf
from bench.stages import distinct_lines, lines_to_limit
from bench.synthesis import self_evaluation
from bench.tables import Figures, figures_to_lines
from bench.wear import wear
from domain.form import Form
from fuhe.files import write_text
from fuhe.paper import read_files
from ocr.load import count_pages

PAGES = (5, 20, 60)
ROWS = (3, 6, 9, 12, 15, 18, 21, 24, 27, 30)
FORMS = (100, 1_000, 10_000)
WORKERS = (1, 2)
COPIES = 16  # documents that the workers share, of each form of ROWS: a small batch, in which starting counts little
TIMES = 3
SEED = 41


@dataclass(frozen=True, slots=True, kw_only=True)
class CellsRead:
    """One form of a page or two read: its cells, its pages, and the median of the seconds a page."""

    rows: int
    cells: int
    pages: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkersRead:
    """A folder read and audited by so many workers, with what each takes to start."""

    workers: int
    documents: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Everything measured, on a machine with so many cores.

    ``limit`` are the seconds in which all cores recognise the lines of the workers' documents and do nothing else.
    """

    cores: int
    pages: tuple[memory.Measured, ...]
    cells: tuple[CellsRead, ...]
    forms: tuple[batch.Measured, ...]
    workers: tuple[WorkersRead, ...]
    limit: float


def measure(files: Sequence[Path]) -> Growth:
    """All four, one after another. RuntimeError: no browser, or a run failed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scans = [_scan(rows, folder / f"{rows:02}.pdf") for rows in ROWS]
        return Growth(
            cores=os.cpu_count() or 1,
            pages=tuple(memory.measure(files, pages) for pages in PAGES),
            cells=tuple(_read(rows, scan) for rows, scan in zip(ROWS, scans, strict=True)),
            forms=tuple(batch.measure(count) for count in FORMS),
            workers=tuple(_read_by(scans, workers) for workers in WORKERS),
            limit=COPIES * sum(lines_to_limit(distinct_lines(scan), times=TIMES) for scan in scans),
        )


def _scan(rows: int, target: Path) -> Path:
    """A form of so many rows, printed small and scanned at an office."""
    form: Form = self_evaluation(random.Random(SEED), index=1, rows=rows)
    style = replace(STYLES[1], size_pt=7.5, margin_mm=12, landscape=False)
    look = Look(style=style, border_pt=0.75, open_sides=False)
    printed = target.with_suffix(".printed")
    print_pdf(forms_to_html([form], look, rng=random.Random(SEED)), printed)
    pages_to_pdf([wear(page, "office", seed=SEED + rows) for page in pdf_to_pages(printed)], target)
    return target


def _read(rows: int, scan: Path) -> CellsRead:
    took = []
    for _ in range(TIMES + 1):
        begun = time.perf_counter()
        reading = read_files([scan])
        took.append(time.perf_counter() - begun)
    pages = count_pages([scan.read_bytes()], name=scan.name)
    cells = sum(len(table.cells) for table in reading.tables)
    return CellsRead(rows=rows, cells=cells, pages=pages, seconds=sorted(took[1:])[TIMES // 2] / pages)


def _read_by(scans: Sequence[Path], workers: int) -> WorkersRead:
    """Copies of the scans, each with bytes of its own, so that none is taken for another."""
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "in", Path(name) / "out"
        folder.mkdir()
        for copy in range(COPIES):
            for scan in scans:
                (folder / f"{copy}-{scan.name}").write_bytes(scan.read_bytes() + b"\n%" + str(copy).encode())
        command = [sys.executable, "-m", "fuhe", "audit", str(folder), "-o", str(out), "--workers", str(workers)]
        begun = time.perf_counter()
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise RuntimeError(f"{workers} 个进程读 {len(scans) * COPIES} 份文件失败：{ended.stderr[-400:]}")
        return WorkersRead(
            workers=workers, documents=COPIES * len(scans), seconds=time.perf_counter() - begun
        )  # fmt: skip


def growth_figures(growth: Growth) -> Iterator[Figures]:
    """The four tables."""
    yield Figures(
        title="一、页数（一份文件）",
        head=("页", "秒/页", "内存峰值 MB"),
        rows=tuple((str(one.pages), f"{one.seconds / one.pages:.2f}", f"{one.peak_mb:.0f}") for one in growth.pages),
    )
    yield Figures(
        title="二、每页单元格",
        head=("指标行", "页", "单元格/页", "秒/页"),
        rows=tuple(
            (str(one.rows), str(one.pages), f"{one.cells / one.pages:.0f}", f"{one.seconds:.2f}")
            for one in growth.cells
        ),
    )
    yield Figures(
        title="三、一批表单（只计找疑点）",
        head=("表单", "秒", "毫秒/张", "内存峰值 MB"),
        rows=tuple(
            (str(one.forms), f"{one.seconds:.1f}", f"{one.each:.1f}", f"{one.peak_mb:.0f}") for one in growth.forms
        ),
    )
    alone = growth.workers[0].seconds
    yield Figures(
        title=f"四、进程（{growth.cores} 核）",
        head=("进程", "文件", "秒", "快几倍", "全程/下限"),
        rows=tuple(
            (
                str(one.workers),
                str(one.documents),
                f"{one.seconds:.0f}",
                f"{alone / one.seconds:.2f}",
                f"{one.seconds / growth.limit:.2f}",
            )
            for one in growth.workers
        ),
        notes=("从启动到写出结果；下限为全部核心只识读这些文件各不相同的行所需。",),
    )


def main(words: Sequence[str]) -> int:
    """Prints the tables; 0 when done."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--json", dest="record", type=Path)
    arguments = parser.parse_args(words)
    growth = measure(arguments.files)
    print("\n\n".join("\n".join(figures_to_lines(figures)) for figures in growth_figures(growth)))
    if arguments.record is not None:
        write_text(arguments.record, json.dumps(asdict(growth), ensure_ascii=False, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
