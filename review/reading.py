"""A document read in the background: from waiting to its forms, page by page, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from review.blobs import blob_path, readings_folder
from review.forms import document_to_paper, forget_readings, form_to_facets
from review.house import DocumentTold, the_house
from review.models import Document, FormRow, State

MISSING_BYTES = "文件内容不在文件库中，可能被清理或磁盘有误。请重新上传这个文件。"


def read_document(document: Document) -> tuple[int, ...]:
    """Reads it and stores what became of it; pages read before an interruption are not read again.

    A document that was finished before is read anew, and what is found then holds in every audit that has it: the
    other audits it changed come out.
    """
    Document.objects.filter(pk=document.pk).update(state=State.READING, started_at=timezone.now())
    document.started_at = timezone.now()
    was_finished = document.finished_at is not None
    files = [blob_path(sha256) for sha256 in document.parts]
    if all(file.is_file() for file in files):
        read = the_house().reading.read_again if was_finished else the_house().reading.read
        told = read(files, document_to_paper(document), readings_folder(), document_to_names(document))
    else:
        told = DocumentTold(status=State.UNREADABLE, kind=document.kind, reason=MISSING_BYTES)
    store_reading(document, told)
    others = tuple(_elsewhere(document)) if was_finished else ()
    for other in others:
        store_reading(other, told)
    forget_readings()
    return tuple(other.project_id for other in others)


def document_to_names(document: Document) -> list[str]:
    """The names of the files of a document, of an image a page as they first came in."""
    if len(document.parts) == 1:
        return [document.path]
    first = document.items.filter(leaf=0).order_by("pk").first()
    leaves = [] if first is None else list(first.leaves.order_by("leaf").values_list("path", flat=True))
    return leaves if len(leaves) == len(document.parts) else [document.path] * len(document.parts)


def _elsewhere(document: Document) -> Iterable[Document]:
    """The same content in other audits, where it was read: all audits share its reading in the file store."""
    others = Document.objects.filter(sha256=document.sha256, finished_at__isnull=False).exclude(pk=document.pk)
    return others.exclude(state__in=[State.WAITING, State.READING])


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
