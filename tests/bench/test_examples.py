"""The committed examples are what the generator writes, and cover every kind of input."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from bench.make_examples import BROKEN, EXAMPLES, paper_examples, read_examples, write_examples
from bench.paper import Job
from domain.form import FundRow, Indicator, SelfEvaluation
from fuhe.paper import read_files
from fuhe.records import form_to_record

PAPER_SUFFIXES = (".pdf", ".jpg")  # what a browser prints and a camera sees differs from machine to machine


def test_committed_examples_are_current(tmp_path: Path) -> None:
    written = {path.name: path.read_bytes() for path in write_examples(tmp_path)}
    committed = {path.name: path.read_bytes() for path in EXAMPLES.iterdir() if path.suffix not in PAPER_SUFFIXES}
    assert committed == written


@pytest.mark.parametrize("job", paper_examples(), ids=lambda job: job.name)
def test_examples_on_paper_are_read_as_they_were_written(job: Job) -> None:
    files = sorted(path for path in EXAMPLES.iterdir() if path.stem.startswith(job.name))
    (form,) = read_files(files).forms
    written = job.forms[0]
    assert form_to_record(form)["project_name"] == form_to_record(written)["project_name"]
    assert [row.score.text for row in form.indicators] == [row.score.text for row in written.indicators]


def test_every_kind_of_input_is_there() -> None:
    assert {path.suffix for path in EXAMPLES.iterdir()} >= {".txt", ".md", ".docx", ".xlsx", ".html", ".pdf", ".jpg"}


def test_the_broken_file_is_broken() -> None:
    assert not zipfile.is_zipfile(EXAMPLES / BROKEN)


SELF_EVALUATIONS = [(name, form) for name, form in read_examples() if isinstance(form, SelfEvaluation)]


@pytest.mark.parametrize("form", [form for _, form in SELF_EVALUATIONS], ids=[name for name, _ in SELF_EVALUATIONS])
def test_weights_close(form: SelfEvaluation) -> None:
    rows: tuple[FundRow | Indicator, ...] = (form.funds[0], *form.indicators)
    assert sum(Decimal(row.weight.text) for row in rows) == 100


def test_examples_fill_the_fields_they_are_for() -> None:
    for name, form in read_examples():
        record = form_to_record(form)
        assert record["project_name"], name
        assert all(row["target"] for row in record["indicators"]), name
