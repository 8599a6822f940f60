"""A document read in the background: from waiting to its forms, page by page, whatever happens on the way."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from review.blobs import blob_path, readings_folder
from review.forms import document_to_paper, forget_readings, form_to_facets
from review.house import DocumentTold, the_house
from review.models import Document, FormRow, State

MISSING_BYTES = "文件内容不在文件库中，可能被清理或磁盘有误。请重新上传这个文件。"


def read_document(document: Document) -> None:
    """Reads it and stores what became of it; pages read before an interruption are not read again."""
    Document.objects.filter(pk=document.pk).update(state=State.READING, started_at=timezone.now(), pages_done=0)
    paper = document_to_paper(document)
    files = [blob_path(sha256) for sha256 in document.parts]
    if all(file.is_file() for file in files):
        told = the_house().reading.read(files, paper, readings_folder())
    else:
        told = DocumentTold(status=State.UNREADABLE, kind=document.kind, reason=MISSING_BYTES)
    store_reading(document, told)
    forget_readings()


def store_reading(document: Document, told: DocumentTold) -> None:
    """What became of a document, its pages and its forms. Forms that were there before keep their row."""
    with transaction.atomic():
        document.state = State(told.status)
        document.kind = told.kind
        document.reason = told.reason
        document.warnings = list(told.warnings)
        document.page_notes = [asdict(page) for page in told.pages]
        document.pages = document.pages_done = len(told.pages) or 1
        document.version = the_house().checking.versions().reading
        document.finished_at = timezone.now()
        document.save()
        for form in told.forms:
            FormRow.objects.update_or_create(document=document, index=form.index, defaults=form_to_facets(form))
        document.forms.filter(index__gt=len(told.forms)).delete()


def note_progress() -> None:
    """How far the documents under way are, for whoever is watching."""
    for document in Document.objects.filter(state=State.READING):
        progress = the_house().reading.progress(document_to_paper(document), readings_folder())
        if progress is not None:
            Document.objects.filter(pk=document.pk, state=State.READING).update(
                pages=progress.pages, pages_done=progress.done
            )
