"""The commands ``fuhe bench accuracy`` and ``fuhe bench speed``: measure, print, write."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

from bench.accuracy import (
    GOLD,
    Outcome,
    ReadFiles,
    Scan,
    TableMetric,
    house_reader,
    read_manifest,
    read_scan,
)
from bench.accuracy_report import (
    accuracy_to_record,
    confidence_figures,
    forms_figures,
    tables_figures,
    text_figures,
)
from bench.clock import measure
from bench.contest import ALL_RIVALS, NO_RIVALS, Contest, Rivals
from bench.metric import METRIC, read_metric
from bench.reliability import bin_cells, draw_reliability
from bench.speed import digital_figures, memory_figures, scan_figures, speed_to_record
from bench.tables import Figures, figures_to_lines
from domain.errors import UnreadableDocument
from domain.source import Reader
from fuhe.commands import WrongUsage
from fuhe.files import write_text
from fuhe.screen import Board, with_progress
from ocr.engines import EngineUnavailable
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice, check_engine, choice_to_reader

__all__ = ["ALL_RIVALS", "NO_RIVALS", "AccuracyOrder", "measure_accuracy", "measure_speed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccuracyOrder:
    """What ``fuhe bench accuracy`` is asked for; None takes what lies beside the pages or the checkout, or all."""

    truth: Path | None = None
    metric: Path | None = None
    kinds: tuple[str, ...] = ()
    limit: int | None = None
    engine: EngineChoice = HOUSE_ENGINE
    plot: Path | None = None
    record: Path | None = None


def measure_accuracy(
    pages: Path, order: AccuracyOrder, *, read: ReadFiles | None = None, rivals: Rivals = ALL_RIVALS
) -> int:
    """Prints how well the documents of a folder are read, ours and the peers; 0 when done. Raises WrongUsage.

    ``read`` is our reader with the engine of the order, if nothing else is given.
    """
    scans, metric, reader = _scans(pages, order), _metric(order.metric or METRIC), _engine(order.engine)
    read = read or partial(house_reader, engine=order.engine)
    contest = Contest(rivals, metric)
    outcomes: list[Outcome] = []
    for scan in with_progress(scans, Board(total=len(scans), words="已量"), stream=sys.stderr):
        outcomes.append(read_scan(scan, read, metric=metric))
        if scan.has_one_table:
            contest.read(scan)
    tables, texts = contest.runs()
    cells = [cell for outcome in outcomes for cell in outcome.cells]
    _print(
        forms_figures(outcomes, metric, engine=reader.name),
        tables_figures(outcomes, tables),
        text_figures(outcomes, texts),
        confidence_figures(cells),
    )
    _say_where_teds_is(outcomes)
    if order.plot is not None:
        draw_reliability(bin_cells(cells), order.plot)
    _write(order.record, lambda: accuracy_to_record(outcomes, (*tables, *texts), metric))
    return 0


def measure_speed(files: Sequence[Path], *, times: int, pages: int, record: Path | None = None) -> int:
    """Prints how fast the files are read and with how much memory; 0 when done. Raises WrongUsage."""
    absent = [str(path) for path in files if not path.is_file()]
    if absent:
        raise WrongUsage(f"找不到文件：{'、'.join(absent)}。请核对路径。")
    try:
        run = measure(files, times=times, pages=pages)
    except UnreadableDocument as error:
        raise WrongUsage(f"有文件不能计时：{error}") from error
    _print(scan_figures(run), digital_figures(run), memory_figures(run))
    _write(record, lambda: speed_to_record(run))
    return 0


def _scans(pages: Path, order: AccuracyOrder) -> tuple[Scan, ...]:
    """The documents asked for."""
    if not (pages / "manifest.json").is_file():
        raise WrongUsage(f"{pages} 中没有 manifest.json，不是评测用的页面文件夹（可用 python -m bench.paper 生成）。")
    own = pages / "truth.json"
    truth = order.truth or (own if own.is_file() else GOLD)
    if not truth.is_file():
        raise WrongUsage(f"找不到标准答案 {truth}：请用 --truth 指明。")
    scans = [scan for scan in read_manifest(pages, truth) if not order.kinds or scan.kind in order.kinds]
    if not scans:
        raise WrongUsage(f"{pages} 中没有这类损坏的文档：{'、'.join(order.kinds)}。请核对 --only。")
    return tuple(scans[: order.limit])


def _metric(path: Path) -> TableMetric:
    try:
        return cast(TableMetric, read_metric(path))
    except (FileNotFoundError, ImportError) as error:
        raise WrongUsage(str(error)) from error


def _engine(choice: EngineChoice) -> Reader:
    try:
        check_engine(choice)
        return choice_to_reader(choice)
    except EngineUnavailable as error:
        raise WrongUsage(str(error)) from error


def _say_where_teds_is(outcomes: Sequence[Outcome]) -> None:
    if any(outcome.table is not None and outcome.table.teds is None for outcome in outcomes):
        print("未安装 apted 和 Levenshtein，TEDS 没有计算：请装可选组件 bench（make setup 会装齐）。")


def _print(*parts: Figures) -> None:
    print("\n\n".join("\n".join(figures_to_lines(part)) for part in parts))


def _write(target: Path | None, make: Callable[[], dict[str, Any]]) -> None:
    if target is not None:
        write_text(target, json.dumps(make(), ensure_ascii=False, indent=2) + "\n")
        print(f"\n已写入 {target}")
