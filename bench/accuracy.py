"""How well paper is read: every document of a manifest through the reader, scored by kind of damage.

Usage: ``python -m bench.accuracy PAGES_DIR [--truth FILE] [--only KIND] [--plot FILE.png]``. TEDS and confidence are
measured on documents of one page and one table, whose printed HTML the manifest holds.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from statistics import fmean
from typing import Protocol, cast

from bench.metric import METRIC, Metric, Score, read_metric, score_forms
from bench.reliability import Judged, bin_cells, draw_reliability, expected_error
from domain.errors import UnreadableDocument
from domain.form import Form
from domain.table import Cell, Table
from fuhe.records import record_to_form

GOLD = METRIC.parents[1] / "gold" / "forms.json"

Tables = tuple[Table, ...]
Forms = tuple[Form, ...]
ReadFiles = Callable[[Sequence[Path]], tuple[Tables, Forms]]
Grid = Mapping[tuple[int, int, int, int], str]


class TableMetric(Metric, Protocol):
    """What is used of the tool for tables: HTML in, similarity in 0..1 out."""

    def teds(self, pred_html: str, gold_html: str, structure_only: bool = False) -> float:
        """Tree edit distance similarity; ImportError where apted or Levenshtein is not installed."""

    def cell_f1(self, pred_html: str, gold_html: str) -> float:
        """F1 of cells keyed by place, spans and text."""

    def canonical(self, html_text: str) -> str:
        """The first table without rows and columns that no cell needs."""

    def grid(self, html_text: str) -> Grid:
        """Normalised text by (row, column, rows, columns)."""

    def norm(self, s: str) -> str:
        """A text as it is compared."""


class PaperReading(Protocol):
    """What ``fuhe.paper.read_files`` gives, as far as it is scored."""

    @property
    def tables(self) -> Tables:
        """The tables in order."""

    @property
    def forms(self) -> Forms:
        """The forms in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One document to read: its files in page order, what is printed there, and what a good reader finds."""

    name: str
    kind: str
    files: tuple[Path, ...]
    pages: int
    html: str
    truth: Forms

    @property
    def has_one_table(self) -> bool:
        """True where one page holds one form, so that the printed table is the one to be read."""
        return self.pages == 1 and self.html.count("<table") == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One document as read; the similarities are None where it has more than one table or the tool cannot compare."""

    scan: Scan
    forms: Forms
    seconds: float
    failure: str = ""
    teds: float | None = None
    teds_s: float | None = None
    cell_f1: float | None = None
    cells: tuple[Judged, ...] = ()


def read_manifest(folder: Path, truth: Path) -> tuple[Scan, ...]:
    """The documents of a folder with their truth.

    ``truth`` is records by document name (as bench.paper writes) or one list of transcripts named by file and index.
    Raises FileNotFoundError, and KeyError for a document without truth.
    """
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    find = _truth_finder(json.loads(truth.read_text(encoding="utf-8")))
    return tuple(
        Scan(
            name=entry["name"],
            kind=entry["kind"],
            files=tuple(folder / file for file in entry["files"]),
            pages=entry["pages"],
            html=entry["html"],
            truth=find(entry),
        )
        for entry in entries
    )


def _truth_finder(records: dict[str, list[dict[str, object]]] | list[dict[str, object]]) -> Callable[..., Forms]:
    """The truth of a manifest entry, by either way of naming it."""
    if isinstance(records, dict):
        return lambda entry: tuple(record_to_form(records[entry["name"]][place]) for place in entry["form"])
    forms = {(str(record["file"]), record["index"]): record_to_form(record) for record in records}
    return lambda entry: (forms[entry["form"]["file"], entry["form"]["index"]],)


def table_to_html(table: Table) -> str:
    """The bare table as HTML with its merged cells; rows that only merged cells cover are kept as empty rows."""
    rows: dict[int, list[Cell]] = {}
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.col)):
        rows.setdefault(cell.row, []).append(cell)
    lines = ("".join(_cell_to_html(cell) for cell in rows.get(row, ())) for row in range(max(rows, default=-1) + 1))
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _cell_to_html(cell: Cell) -> str:
    return f'<td rowspan="{cell.row_span}" colspan="{cell.col_span}">{escape(cell.text)}</td>'


def largest_table(tables: Sequence[Table]) -> Table:
    """The table of most cells, the one to compare with the printed one; an empty table where there is none."""
    return max(tables, key=lambda table: len(table.cells), default=Table(index=1, cells=()))


def judge_cells(table: Table, html: str, *, metric: TableMetric) -> tuple[Judged, ...]:
    """Every read cell with its confidence, right when the printed table has the same text at its place.

    Places count only rows and columns at which some cell begins or ends, as the tool's ``canonical`` does; spans are
    not compared. Cells blank on both sides are left out, for nothing was read there.
    """
    printed = {key[:2]: text for key, text in metric.grid(metric.canonical(html)).items()}
    rows, cols = ({edge: place for place, edge in enumerate(sorted(edges))} for edges in _edges(table))
    judged = []
    for cell in table.cells:
        gold, text = printed.get((rows[cell.row], cols[cell.col])), metric.norm(cell.text)
        if gold or text:
            judged.append(Judged(confidence=cell.confidence, right=gold == text))
    return tuple(judged)


def _edges(table: Table) -> tuple[set[int], set[int]]:
    """Rows and columns at which cells begin or end."""
    rows = {edge for cell in table.cells for edge in (cell.row, cell.row + cell.row_span)}
    return rows, {edge for cell in table.cells for edge in (cell.col, cell.col + cell.col_span)}


def read_scan(scan: Scan, read: ReadFiles, *, metric: TableMetric) -> Outcome:
    """One document read and its table compared; a document the reader refuses is one without forms."""
    start = time.perf_counter()
    tables: Tables = ()
    forms: Forms = ()
    failure = ""
    try:
        tables, forms = read(scan.files)
    except UnreadableDocument as error:
        failure = str(error)
    seconds = time.perf_counter() - start
    if not scan.has_one_table:
        return Outcome(scan=scan, forms=forms, seconds=seconds, failure=failure)
    table = largest_table(tables)
    pair = metric.canonical(table_to_html(table)), metric.canonical(scan.html)
    teds, teds_s = _similarity(pair, metric=metric)
    return Outcome(
        scan=scan,
        forms=forms,
        seconds=seconds,
        failure=failure,
        teds=teds,
        teds_s=teds_s,
        cell_f1=metric.cell_f1(*pair),
        cells=judge_cells(table, scan.html, metric=metric),
    )


def _similarity(pair: tuple[str, str], *, metric: TableMetric) -> tuple[float | None, float | None]:
    """TEDS and TEDS-S of two canonical tables; None where the tool's libraries are not installed."""
    try:
        return metric.teds(*pair), metric.teds(*pair, structure_only=True)
    except ImportError:
        return None, None


def score_outcomes(outcomes: Sequence[Outcome], metric: Metric) -> Score:
    """The forms of all these documents together."""
    return score_forms(metric, [(outcome.scan.truth, outcome.forms) for outcome in outcomes])


def by_kind(outcomes: Sequence[Outcome]) -> dict[str, tuple[Outcome, ...]]:
    """The outcomes of each kind in order of appearance, then all of them as "all"."""
    kinds = dict.fromkeys(outcome.scan.kind for outcome in outcomes)
    groups = {kind: tuple(outcome for outcome in outcomes if outcome.scan.kind == kind) for kind in kinds}
    return groups | {"all": tuple(outcomes)}


def outcomes_to_lines(outcomes: Sequence[Outcome], metric: Metric) -> Iterator[str]:
    """The table of figures, a line a kind."""
    names = ("exact", "field", "row F1", "cell", "fund", "TEDS", "TEDS-S", "tab F1", "s/page")
    yield f"{'kind':<12}{'docs':>6}{'found':>9}" + "".join(f"{name:>8}" for name in names)
    for kind, group in by_kind(outcomes).items():
        score = score_outcomes(group, metric)
        shares = (score.field_accuracy, score.row_f1, score.cell_accuracy, score.fund_accuracy)
        tables = (_mean(o.teds for o in group), _mean(o.teds_s for o in group), _mean(o.cell_f1 for o in group))
        pace = sum(o.seconds for o in group) / max(1, sum(o.scan.pages for o in group))
        yield (
            f"{kind:<12}{len(group):>6}{score.found:>5}/{score.forms:<3}{score.exact:>8}"
            + "".join(f"{share:>8.3f}" for share in shares)
            + "".join(f"{'–':>8}" if mean is None else f"{mean:>8.3f}" for mean in tables)
            + f"{pace:>8.2f}"
        )


def _mean(shares: Iterator[float | None]) -> float | None:
    """The mean of those that are there; None without any."""
    there = [share for share in shares if share is not None]
    return fmean(there) if there else None


def confidence_to_lines(cells: Sequence[Judged]) -> Iterator[str]:
    """Confidence against truth, a line a bin, and the mean gap between the two."""
    yield f"{'confidence':<16}{'cells':>7}{'mean':>8}{'right':>8}"
    for part in bin_cells(cells):
        name = f"{part.low:.2f}–{part.high:.2f}"
        yield f"{name:<16}{part.cells:>7}{part.mean_confidence:>8.3f}{part.share_right:>8.3f}"
    yield f"expected calibration error {expected_error(cells):.4f} over {len(cells)} cells"


def house_reader(paths: Sequence[Path]) -> tuple[Tables, Forms]:
    """The files of one document by this house's reader, loaded when first used."""
    reading = cast(PaperReading, importlib.import_module("fuhe.paper").read_files(paths))
    return reading.tables, reading.forms


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__)
    parser.add_argument("pages", type=Path, help="folder with manifest.json")
    parser.add_argument("--truth", type=Path, help="truth.json of bench.paper, or a list of transcripts")
    parser.add_argument("--only", help="kinds of damage, separated by commas")
    parser.add_argument("--limit", type=int, help="the first documents only")
    parser.add_argument("--plot", type=Path, help="PNG of the reliability of confidence")
    parser.add_argument("--metric", type=Path, default=METRIC, help="the accuracy tool score.py")
    parser.add_argument("--verbose", action="store_true", help="a line for every document")
    return parser.parse_args(words)


def _read_all(scans: Sequence[Scan], read: ReadFiles, *, metric: TableMetric, verbose: bool) -> list[Outcome]:
    """Every document in turn; refusals go to the error stream, in verbose runs each document's score as well."""
    outcomes = []
    for scan in scans:
        outcome = read_scan(scan, read, metric=metric)
        outcomes.append(outcome)
        if outcome.failure:
            print(f"{scan.name}：未能识读。{outcome.failure}", file=sys.stderr)
        if verbose:
            score = score_outcomes([outcome], metric)
            print(f"{scan.name:<18} row F1 {score.row_f1:.3f} cell {score.cell_accuracy:.3f} {outcome.seconds:.1f} s")
    return outcomes


def main(words: Sequence[str], read: ReadFiles = house_reader) -> int:
    """Prints the table of scores by kind and the reliability of confidence; 0 when done."""
    arguments = _arguments(words)
    metric = cast(TableMetric, read_metric(arguments.metric))
    own = arguments.pages / "truth.json"
    scans = read_manifest(arguments.pages, arguments.truth or (own if own.is_file() else GOLD))
    if arguments.only:
        scans = tuple(scan for scan in scans if scan.kind in arguments.only.split(","))
    outcomes = _read_all(scans[: arguments.limit], read, metric=metric, verbose=arguments.verbose)
    print("\n".join(outcomes_to_lines(outcomes, metric)))
    cells = [cell for outcome in outcomes for cell in outcome.cells]
    print("\n".join(["", *confidence_to_lines(cells)]))
    if any(outcome.teds is None and outcome.cell_f1 is not None for outcome in outcomes):
        print("未安装 apted 和 Levenshtein，TEDS 没有计算：请先 pip install apted Levenshtein。", file=sys.stderr)
    if arguments.plot:
        draw_reliability(bin_cells(cells), arguments.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
