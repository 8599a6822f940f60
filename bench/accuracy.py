"""How well paper is read: every document of a manifest through the reader, scored by kind of damage.

Tables, text and confidence are measured on documents of one page and one table, whose printed HTML the manifest holds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Protocol, TypeVar

from bench.letters import TextScore, html_to_text, tables_to_text, text_to_score
from bench.metric import METRIC, Metric, Score, score_forms
from bench.plumber import NO_TABLE
from bench.reliability import Judged
from domain.errors import UnreadableDocument
from domain.form import Form
from domain.table import Cell, Table
from fuhe.paper import read_files
from fuhe.records import record_to_form
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice

GOLD = METRIC.parents[1] / "gold" / "forms.json"
ALL = "all"

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
class TableScore:
    """A table beside the printed one, all in 0..1; the similarities are None where the tool's libraries are missing."""

    teds: float | None
    teds_s: float | None
    cell_f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One document as read; ``table`` and ``text`` are None where it has more than one table."""

    scan: Scan
    forms: Forms
    seconds: float
    failure: str = ""
    table: TableScore | None = None
    text: TextScore | None = None
    cells: tuple[Judged, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerOutcome:
    """One document of one table as read by a peer; ``failure`` is its error where it broke down.

    ``table`` is None for a peer of text, ``text`` for a peer of tables.
    """

    scan: Scan
    table: TableScore | None = None
    text: TextScore | None = None
    seconds: float
    failure: str = ""


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
    return Outcome(
        scan=scan,
        forms=forms,
        seconds=seconds,
        failure=failure,
        table=compare_tables(table_to_html(table), scan.html, metric=metric),
        text=text_to_score(tables_to_text(tables), html_to_text(scan.html), norm=metric.norm),
        cells=judge_cells(table, scan.html, metric=metric),
    )


def compare_tables(html: str, printed: str, *, metric: TableMetric) -> TableScore:
    """A table as read beside the printed one, both without rows and columns that no cell needs."""
    pair = metric.canonical(html), metric.canonical(printed)
    teds, teds_s = _similarity(pair, metric=metric)
    return TableScore(teds=teds, teds_s=teds_s, cell_f1=metric.cell_f1(*pair))


def _similarity(pair: tuple[str, str], *, metric: TableMetric) -> tuple[float | None, float | None]:
    """TEDS and TEDS-S of two canonical tables; None where the tool's libraries are not installed."""
    try:
        return metric.teds(*pair), metric.teds(*pair, structure_only=True)
    except ImportError:
        return None, None


def score_outcomes(outcomes: Sequence[Outcome], metric: Metric) -> Score:
    """The forms of all these documents together."""
    return score_forms(metric, [(outcome.scan.truth, outcome.forms) for outcome in outcomes])


Read = TypeVar("Read", bound=Outcome | PeerOutcome)


def by_kind(outcomes: Sequence[Read]) -> dict[str, tuple[Read, ...]]:
    """The outcomes of each kind in order of appearance, then all of them as ALL."""
    kinds = dict.fromkeys(outcome.scan.kind for outcome in outcomes)
    groups = {kind: tuple(outcome for outcome in outcomes if outcome.scan.kind == kind) for kind in kinds}
    return groups | {ALL: tuple(outcomes)}


def house_reader(paths: Sequence[Path], engine: EngineChoice = HOUSE_ENGINE) -> tuple[Tables, Forms]:
    """The files of one document by this house's reader."""
    reading = read_files(paths, engine)
    return reading.tables, reading.forms


def table_by_peer(scan: Scan, read: Callable[[], str], *, metric: TableMetric) -> PeerOutcome:
    """A document with one table read to HTML by a peer."""
    html, seconds, failure = _tried(read)
    score = compare_tables(html or NO_TABLE, scan.html, metric=metric)
    return PeerOutcome(scan=scan, table=score, seconds=seconds, failure=failure)


def text_by_peer(scan: Scan, read: Callable[[], str], *, metric: TableMetric) -> PeerOutcome:
    """A document with one table read to lines of text by a peer."""
    text, seconds, failure = _tried(read)
    score = text_to_score(text, html_to_text(scan.html), norm=metric.norm)
    return PeerOutcome(scan=scan, text=score, seconds=seconds, failure=failure)


def _tried(read: Callable[[], str]) -> tuple[str, float, str]:
    """What a peer reads, its seconds, and its error; one that breaks down has read nothing."""
    start = time.perf_counter()
    found = failure = ""
    try:
        found = read()
    except Exception as error:  # a peer's fault is a result of the measurement
        failure = f"{type(error).__name__}: {error}"
    return found, time.perf_counter() - start, failure
