"""The real documents: every form found, every sum closed, every source inside the document, accuracy held."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from bench.metric import METRIC, Record, Tally, read_metric
from domain.form import Form, SelfEvaluation, TargetTable, walk
from domain.source import Document
from extract import tables_to_forms, text_to_tables
from fuhe.records import form_to_record

FORMS_BY_NUMBER = {"000": 18, "001": 4, "002": 5, "003": 2, "004": 15}  # document number -> forms in it
SELF_EVALUATIONS = 29
# Floors on the 23 forms transcribed by hand.
LEAST_ROW_F1, LEAST_CELLS, LEAST_FIELDS, LEAST_EXACT = 0.98, 0.995, 0.99, 21


@pytest.fixture(scope="module")
def texts(shared: Path) -> dict[str, str]:
    """Text by file name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((shared / "seeds").glob("*.txt"))}


@pytest.fixture(scope="module")
def forms(texts: dict[str, str]) -> dict[str, tuple[Form, ...]]:
    """Forms read by file name."""
    return {name: read(text, name) for name, text in texts.items()}


@pytest.fixture(scope="module")
def tallies(shared: Path, forms: dict[str, tuple[Form, ...]]) -> list[Tally]:
    """Counts of the accuracy tool for every transcribed form, matched within its document."""
    metric = read_metric(METRIC)
    gold: Sequence[dict[str, object]] = json.loads((shared / "gold" / "forms.json").read_text(encoding="utf-8"))
    pairs: list[tuple[Record, Record | None]] = []
    for name in sorted({str(record["file"]) for record in gold}):
        read_forms: list[Mapping[str, object]] = [dict(form_to_record(form)) for form in forms[name]]
        pairs += metric.match_forms([record for record in gold if record["file"] == name], read_forms)
    return [metric.score_form(*pair) for pair in pairs]


@pytest.fixture(scope="module")
def shares(tallies: list[Tally]) -> Tally:
    """Shares over all transcribed forms."""
    return read_metric(METRIC).total(tallies)


def read(text: str, name: str) -> tuple[Form, ...]:
    document = Document(path=name, sha256="")
    return tables_to_forms(text_to_tables(text, document), document)


def self_evaluations(forms: dict[str, tuple[Form, ...]]) -> list[SelfEvaluation]:
    return [form for found in forms.values() for form in found if isinstance(form, SelfEvaluation)]


def test_every_form_is_found(forms: dict[str, tuple[Form, ...]]) -> None:
    assert {name[:3]: len(found) for name, found in forms.items()} == FORMS_BY_NUMBER


def test_forms_are_numbered_within_their_document(forms: dict[str, tuple[Form, ...]]) -> None:
    for name, found in forms.items():
        assert [form.index for form in found] == list(range(1, len(found) + 1))
        assert {form.document.path for form in found} == {name}


def test_every_document_holds_one_kind_of_form(forms: dict[str, tuple[Form, ...]]) -> None:
    kinds = {name[:3]: {type(form) for form in found} for name, found in forms.items()}
    assert {name for name, kind in kinds.items() if kind == {TargetTable}} == {"004"}
    assert len(self_evaluations(forms)) == SELF_EVALUATIONS


@pytest.mark.parametrize(("column", "total"), [("weight", "total_weight"), ("score", "total_score")])
def test_every_sum_closes(forms: dict[str, tuple[Form, ...]], column: str, total: str) -> None:
    for form in self_evaluations(forms):
        printed = [getattr(row, column).text for row in (form.funds[0], *form.indicators)]
        gap = sum(Decimal(text) for text in printed) - Decimal(getattr(form, total).text)
        assert abs(gap) <= Decimal("0.011"), (form.document.path, form.index)


def test_no_reading_is_doubted(forms: dict[str, tuple[Form, ...]]) -> None:
    told = {(name, form.index): form.warnings for name, found in forms.items() for form in found if form.warnings}
    assert told == {}


def test_every_form_has_its_project_its_year_and_its_rows(forms: dict[str, tuple[Form, ...]]) -> None:
    for found in forms.values():
        for form in found:
            assert form.project_name.text
            assert len(form.year.text) == 4
            assert all(row.level3.text and row.level1.text for row in form.indicators)
            assert len(form.indicators) >= 2


def test_every_source_is_a_line_of_the_document(texts: dict[str, str], forms: dict[str, tuple[Form, ...]]) -> None:
    for name, found in forms.items():
        last = len(texts[name].splitlines())
        lines = {source.line for form in found for _, field in walk(form) for source in field.sources}
        assert None not in lines
        assert min(line or 0 for line in lines) >= 1
        assert max(line or 0 for line in lines) <= last


def test_every_text_has_a_source(forms: dict[str, tuple[Form, ...]]) -> None:
    bare = [
        (name, form.index, path)
        for name, found in forms.items()
        for form in found
        for path, field in walk(form)
        if field.text and not field.sources and path != "amount_unit"
    ]
    assert bare == []


@pytest.mark.xfail(reason="flattened text: the unit is written into a label of our own, which has no source")
def test_the_unit_of_money_has_a_source(forms: dict[str, tuple[Form, ...]]) -> None:
    assert all(form.amount_unit.sources for form in self_evaluations(forms) if form.amount_unit.text)


def test_the_lines_of_a_form_stand_behind_those_of_the_form_before(forms: dict[str, tuple[Form, ...]]) -> None:
    for found in forms.values():
        starts = [min(source.line or 0 for source in form.project_name.sources) for form in found]
        assert starts == sorted(set(starts))


def test_rows_are_read_as_transcribed(shares: Tally) -> None:
    assert shares["row_f1"] >= LEAST_ROW_F1


def test_cells_are_read_as_transcribed(shares: Tally) -> None:
    assert shares["cell_acc"] >= LEAST_CELLS


def test_fields_are_read_as_transcribed(shares: Tally) -> None:
    assert shares["field_acc"] >= LEAST_FIELDS


def test_nearly_all_forms_are_without_any_fault(shares: Tally) -> None:
    assert shares["exact_forms"] >= LEAST_EXACT


def test_every_transcribed_form_is_matched(tallies: list[Tally]) -> None:
    assert len(tallies) == 23
    assert all(tally["rows_pred"] > 0 for tally in tallies)
