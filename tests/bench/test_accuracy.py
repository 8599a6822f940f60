"""The accuracy of paper: perfect for a reader that knows the truth, nothing for one that reads nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from bench.accuracy import (
    ReadFiles,
    Scan,
    TableMetric,
    by_kind,
    judge_cells,
    largest_table,
    read_manifest,
    read_scan,
    score_outcomes,
    table_by_peer,
    table_to_html,
    text_by_peer,
)
from bench.layouts import form_to_table
from bench.letters import TextScore, html_to_text
from bench.metric import read_metric
from bench.print_forms import STYLES, tables_to_html
from bench.reliability import Judged, bin_cells, draw_reliability, expected_error
from bench.synthesis import synthesise
from domain.errors import UnreadableDocument
from domain.form import Form
from domain.table import Cell, Table
from fuhe.records import form_to_record

FORMS = synthesise(3, seed=8)
TABLES = tuple(form_to_table(form, random.Random(1)) for form in FORMS)
KINDS = ("fax", "photo", "fax")
Read = tuple[tuple[Table, ...], tuple[Form, ...]]


@pytest.fixture(scope="module")
def metric(shared: Path) -> TableMetric:
    return cast(TableMetric, read_metric(shared / "tools" / "score.py"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A manifest of three documents of one page, without their files: the readers here need none."""
    entries = [
        {
            "name": f"{place}_{kind}",
            "kind": kind,
            "files": [f"{place}_{kind}_p1.jpg"],
            "pages": 1,
            "style": {},
            "form": [0],
            "html": tables_to_html([table], STYLES[place]),
        }
        for place, (kind, table) in enumerate(zip(KINDS, TABLES, strict=True))
    ]
    truth = {entry["name"]: [form_to_record(form)] for entry, form in zip(entries, FORMS, strict=True)}
    (tmp_path / "manifest.json").write_text(json.dumps(entries), encoding="utf-8")
    (tmp_path / "truth.json").write_text(json.dumps(truth), encoding="utf-8")
    return tmp_path


def read_truth(paths: Sequence[Path]) -> Read:
    place = int(paths[0].name[0])
    return (TABLES[place],), (FORMS[place],)


def read_nothing(paths: Sequence[Path]) -> Read:
    return (), ()


def refuse(paths: Sequence[Path]) -> Read:
    raise UnreadableDocument("图像损坏。")


def scans_of(folder: Path) -> tuple[Scan, ...]:
    return read_manifest(folder, folder / "truth.json")


def test_a_reader_that_knows_the_truth_is_perfect(folder: Path, metric: TableMetric) -> None:
    outcomes = [read_scan(scan, read_truth, metric=metric) for scan in scans_of(folder)]
    score = score_outcomes(outcomes, metric)
    assert (score.found, score.exact, score.row_f1, score.cell_accuracy, score.field_accuracy) == (3, 3, 1, 1, 1)
    tables = [outcome.table for outcome in outcomes if outcome.table is not None]
    assert [table.cell_f1 for table in tables] == [1, 1, 1]
    assert all(table.teds in (None, 1) and table.teds_s in (None, 1) for table in tables)
    assert all(cell.right for outcome in outcomes for cell in outcome.cells)
    assert all(outcome.cells for outcome in outcomes)


@pytest.mark.parametrize("read", [read_nothing, refuse])
def test_a_reader_that_reads_nothing_scores_nothing(folder: Path, metric: TableMetric, read: ReadFiles) -> None:
    outcomes = [read_scan(scan, read, metric=metric) for scan in scans_of(folder)]
    score = score_outcomes(outcomes, metric)
    assert (score.forms, score.found, score.exact, score.row_f1, score.cell_accuracy) == (3, 0, 0, 0, 0)
    tables = [outcome.table for outcome in outcomes if outcome.table is not None]
    assert [table.cell_f1 for table in tables] == [0, 0, 0]
    assert all(table.teds is None or table.teds < 0.1 for table in tables)


def test_every_kind_has_its_group_and_all_come_last(folder: Path, metric: TableMetric) -> None:
    groups = by_kind([read_scan(scan, read_truth, metric=metric) for scan in scans_of(folder)])
    assert {kind: len(group) for kind, group in groups.items()} == {"fax": 2, "photo": 1, "all": 3}
    assert list(groups)[-1] == "all"


def test_a_peer_of_tables_is_measured_as_we_are(folder: Path, metric: TableMetric) -> None:
    scan = scans_of(folder)[0]
    perfect, blind = (table_by_peer(scan, read, metric=metric) for read in (lambda: scan.html, lambda: ""))
    assert perfect.table is not None and blind.table is not None
    assert (perfect.table.cell_f1, perfect.failure) == (1, "")
    assert perfect.table.teds in (None, 1)
    assert (blind.table.cell_f1, blind.failure) == (0, "")


def test_a_peer_of_text_is_measured_as_we_are(folder: Path, metric: TableMetric) -> None:
    scan = scans_of(folder)[0]
    ours = read_scan(scan, read_truth, metric=metric)
    same, blind = (text_by_peer(scan, read, metric=metric) for read in (lambda: html_to_text(scan.html), lambda: ""))
    assert ours.text == same.text == TextScore(letters=1, figures=1)
    assert blind.text == TextScore(letters=0, figures=0)


def test_a_peer_that_breaks_down_has_read_nothing(folder: Path, metric: TableMetric) -> None:
    def break_down() -> str:
        raise IndexError("no cells")

    outcome = table_by_peer(scans_of(folder)[0], break_down, metric=metric)
    assert outcome.table is not None
    assert (outcome.table.cell_f1, outcome.failure) == (0, "IndexError: no cells")


def test_the_given_pages_find_their_transcripts(shared: Path) -> None:
    scans = read_manifest(shared / "pages" / "a", shared / "gold" / "forms.json")
    assert all(len(scan.truth) == 1 for scan in scans)
    assert all(file.is_file() for scan in scans for file in scan.files)
    assert any(scan.has_one_table for scan in scans)


def test_documents_of_two_forms_are_not_compared_as_one_table(folder: Path) -> None:
    scan = scans_of(folder)[0]
    assert scan.has_one_table
    assert not replace(scan, pages=2).has_one_table
    assert not replace(scan, html=scan.html * 2).has_one_table


def test_a_table_becomes_html_with_spans_escapes_and_covered_rows() -> None:
    cells = (
        Cell(row=0, col=1, row_span=2, text="b<", sources=()),
        Cell(row=0, col=0, row_span=2, text="a", sources=()),
        Cell(row=2, col=0, col_span=2, text="c", sources=()),
    )
    assert table_to_html(Table(index=1, cells=cells)) == (
        '<table><tr><td rowspan="2" colspan="1">a</td><td rowspan="2" colspan="1">b&lt;</td></tr><tr></tr>'
        '<tr><td rowspan="1" colspan="2">c</td></tr></table>'
    )
    assert table_to_html(Table(index=1, cells=())) == "<table></table>"


def test_a_finer_grid_is_the_same_table(metric: TableMetric) -> None:
    html = "<table><tr><td>a<td>b<tr><td>c<td></table>"
    cells = tuple(
        Cell(row=row * 2, col=col * 3, row_span=2, col_span=3, text=text, sources=(), confidence=0.9)
        for row, col, text in ((0, 0, "a"), (0, 1, "b"), (1, 0, "x"), (1, 1, ""))
    )
    judged = judge_cells(Table(index=1, cells=cells), html, metric=metric)
    assert judged == tuple(Judged(confidence=0.9, right=right) for right in (True, True, False))


def test_the_largest_table_is_the_one_compared() -> None:
    assert largest_table((Table(index=1, cells=()), *TABLES)).cells
    assert largest_table(()).cells == ()


def test_bins_hold_every_cell_once() -> None:
    cells = [Judged(confidence=place / 200, right=place % 2 == 0) for place in range(201)]
    bins = bin_cells(cells)
    assert sum(part.cells for part in bins) == len(cells)
    assert all(part.low <= part.mean_confidence <= part.high for part in bins)


def test_honest_confidence_has_no_gap_and_boasting_has() -> None:
    honest = [Judged(confidence=0.75, right=place < 3) for place in range(4)]
    assert expected_error(honest) == 0
    assert expected_error([Judged(confidence=1.0, right=False)]) == 1
    assert expected_error([]) == 0


def test_confidence_outside_its_range_is_an_error() -> None:
    with pytest.raises(ValueError, match="置信度"):
        bin_cells([Judged(confidence=98.0, right=True)])


def test_a_plot_of_nothing_is_still_a_picture(tmp_path: Path) -> None:
    draw_reliability((), tmp_path / "plot.png")
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")
