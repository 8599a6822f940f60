"""A document from its bytes to the queue, by the real readers and rules."""

from __future__ import annotations

import hashlib

from django.db.models import Value
from django.db.models.functions import Concat

from review.checking import check_project
from review.models import Document, Finding, FormRow, Project, Stage, State, Status
from review.reading import read_document


def test_a_text_is_read_and_its_findings_stand_in_the_queue(read_project: Project) -> None:
    assert {document.state for document in read_project.documents.all()} == {State.READ}
    assert FormRow.objects.filter(document__project=read_project).count() > 0
    findings = Finding.objects.filter(project=read_project, gone=False)
    assert findings.count() > 5
    assert list(findings.order_by("place").values_list("place", flat=True)) == list(range(1, findings.count() + 1))


def test_checks_that_run_again_keep_decisions(read_project: Project) -> None:
    decided = Finding.objects.filter(project=read_project).order_by("place")[0]
    Finding.objects.filter(pk=decided.pk).update(status=Status.DISMISSED, dismissal="wrong")
    before = Finding.objects.filter(project=read_project).count()
    check_project(read_project)
    assert Finding.objects.filter(project=read_project).count() == before
    assert Finding.objects.get(pk=decided.pk).status == Status.DISMISSED


def test_what_is_not_raised_any_more_is_gone_but_for_what_is_signed(read_project: Project) -> None:
    Finding.objects.filter(project=read_project).update(code=Concat(Value("-"), "code"))
    signed = Finding.objects.filter(project=read_project).order_by("place")[1]
    Finding.objects.filter(pk=signed.pk).update(stage=Stage.PREPARED)
    before = Finding.objects.filter(project=read_project).count()
    check_project(read_project)
    assert Finding.objects.filter(code__startswith="-", gone=True).count() == before - 1
    assert Finding.objects.filter(gone=False).count() == before + 1
    after = Finding.objects.get(pk=signed.pk)
    assert (after.gone, after.place, after.check_run) == (False, signed.place, signed.check_run)


def test_a_document_whose_bytes_are_gone_is_unreadable_and_says_what_to_do(project: Project) -> None:
    document = Document.objects.create(
        project=project, sha256=hashlib.sha256(b"").hexdigest(), path="x", parts=["0" * 64]
    )
    read_document(document)
    document.refresh_from_db()
    assert document.state == State.UNREADABLE
    assert "重新上传" in document.reason
