"""Forms of documents as people see them: the machine's reading with the corrections laid over it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from domain.form import Field, FieldState, Form, SelfEvaluation, form_to_unit, walk, with_fields
from domain.source import Document as Paper
from review.blobs import readings_folder
from review.house import DocumentTold, the_house
from review.models import Correction, Document, FormRow, State

DOUBTFUL = 0.85  # confidence below which a cell is one to look at
DOCUMENTS_KEPT = 32  # readings in memory: an auditor goes back and forth between a few


def document_to_paper(document: Document) -> Paper:
    """How the other rooms call a document; within an audit no two have one path."""
    return Paper(path=document.path, sha256=document.sha256)


@lru_cache(maxsize=DOCUMENTS_KEPT)
def _find_reading(paper: Paper, finished_at: datetime | None) -> DocumentTold | None:
    """``finished_at`` tells a reading from the one before: the worker that reads again is another process."""
    return the_house().reading.find(paper, readings_folder())


def document_to_forms(document: Document) -> tuple[Form, ...]:
    """The forms as the machine read them; none where the document was not read."""
    told = _find_reading(document_to_paper(document), document.finished_at) if document.state == State.READ else None
    return () if told is None else told.forms


def forget_readings() -> None:
    """After a document was read again."""
    _find_reading.cache_clear()


def row_to_form(row: FormRow, *, corrected: bool = True) -> Form:
    """One form. Raises LookupError where the reading is gone from the file store."""
    found = next((form for form in document_to_forms(row.document) if form.index == row.index), None)
    if found is None:
        raise LookupError(f"{row.document.path}#{row.index}")
    return form_with_corrections(found, corrections_of([row])[row.pk]) if corrected else found


def corrections_of(rows: Iterable[FormRow]) -> Mapping[int, Mapping[str, str]]:
    """Corrected texts by form and field path; the last of a field counts."""
    told: dict[int, dict[str, str]] = defaultdict(dict)
    kept = Correction.objects.filter(form__in=[row.pk for row in rows], withdrawn=False).order_by("pk")
    for form, field, text in kept.values_list("form_id", "field", "text"):
        told[form][field] = text
    return told


def form_with_corrections(form: Form, texts: Mapping[str, str]) -> Form:
    """A form in which people's readings stand in the place of the machine's; where they stand stays the same."""
    fields = dict(walk(form)) if texts else {}
    return with_fields(form, {path: _corrected(fields[path], text) for path, text in texts.items() if path in fields})


def _corrected(field: Field, text: str) -> Field:
    state = FieldState.READ if text else FieldState.BLANK
    return replace(field, text=text, state=state, confidence=1.0, alternatives=())


def project_to_forms(project_id: int) -> Iterator[tuple[FormRow, Form]]:
    """Every form of an audit, corrected, with its row."""
    documents = Document.objects.filter(project_id=project_id, state=State.READ).order_by("pk")
    for document in documents.prefetch_related("forms").iterator(chunk_size=200):
        rows = {row.index: row for row in document.forms.all()}
        texts = corrections_of(rows.values())
        told = the_house().reading.find(document_to_paper(document), readings_folder())
        for form in told.forms if told is not None else ():
            row = rows[form.index]
            yield row, form_with_corrections(form, texts.get(row.pk, {}))


def form_to_facets(form: Form) -> dict[str, object]:
    """What lists show of a form and filters use."""
    fields = [field for _, field in walk(form) if field.state is not FieldState.MISSING]
    return {
        "form_type": "self_evaluation" if isinstance(form, SelfEvaluation) else "target",
        "year": "".join(filter(str.isdigit, form.year.text))[:4],
        "unit": form_to_unit(form)[:200],
        "project_name": form.project_name.text[:300],
        "fields": len(fields),
        "rows": len(form.indicators),
        "doubtful": sum(is_doubtful(field) for field in fields),
    }


def is_doubtful(field: Field) -> bool:
    """A cell that a person should look at: ink nobody could read, or read with little confidence."""
    return field.state is FieldState.UNREADABLE or (field.state is FieldState.READ and field.confidence < DOUBTFUL)
