"""The committed examples are what the generator writes, and cover every kind of input."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from bench.make_examples import BROKEN, EXAMPLES, read_examples, write_examples
from domain.form import FundRow, Indicator, SelfEvaluation
from fuhe.records import form_to_record


def test_committed_examples_are_current(tmp_path: Path) -> None:
    written = {path.name: path.read_bytes() for path in write_examples(tmp_path)}
    committed = {path.name: path.read_bytes() for path in EXAMPLES.iterdir() if path.is_file()}
    assert committed == written


def test_every_kind_of_input_is_there() -> None:
    assert {path.suffix for path in EXAMPLES.iterdir()} >= {".txt", ".md", ".docx", ".xlsx", ".html"}


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
