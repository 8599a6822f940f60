"""Lists of documents and forms, and reading once more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from review.blobs import keep_blob
from review.checking import check_project
from review.models import Document, Event, Finding, FormRow, Project, Role, State, User
from review.reading import read_document
from review.views.papers import SORTS, STATES
from tests.review.documents import EXAMPLES


@pytest.fixture
def papers(project: Project) -> Project:
    """Two texts read and checked, and a file that is none."""
    for path in [*sorted(EXAMPLES.glob("0[12]*")), EXAMPLES / "09_打不开的文件.docx"]:
        sha256, _ = keep_blob([path.read_bytes()])
        read_document(Document.objects.create(project=project, sha256=sha256, path=path.name, parts=[sha256]))
    check_project(project)
    return project


def text_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return str(response.content.decode())


def test_documents_are_listed_with_what_became_of_them(auditor: Client, papers: Project) -> None:
    page = text_of(auditor, f"/p/{papers.pk}/documents")
    assert "01_" in page and "02_" in page and "09_" in page
    unread = text_of(auditor, f"/p/{papers.pk}/documents?state=unread")
    assert "09_" in unread and "01_" not in unread
    assert "01_" in text_of(auditor, f"/p/{papers.pk}/documents?q=01_")
    assert "没有符合条件" in text_of(auditor, f"/p/{papers.pk}/documents?state=partly")


def test_every_filter_answers(auditor: Client, papers: Project) -> None:
    for state in (*STATES, "§", "'"):
        assert "<h1" in text_of(auditor, f"/p/{papers.pk}/documents?state={state}&page=999")


def test_a_document_tells_its_forms_its_pages_and_where_it_came_from(auditor: Client, papers: Project) -> None:
    for document in papers.documents.all():
        page = text_of(auditor, f"/p/{papers.pk}/documents/{document.pk}")
        assert document.path in page and (document.reason in page)
        for row in document.forms.all():
            assert row.project_name in page


def test_documents_of_another_audit_are_not_there(auditor: Client, papers: Project) -> None:
    other = Document.objects.create(project=Project.objects.create(name="别的"), sha256="0" * 64, path="x")
    assert auditor.get(f"/p/{papers.pk}/documents/{other.pk}").status_code == 404
    assert auditor.post(f"/p/{papers.pk}/documents/{other.pk}/reread").status_code == 404


def test_forms_are_sorted_as_asked(auditor: Client, papers: Project) -> None:
    for sort in (*SORTS, *(f"-{name}" for name in SORTS), "", "pk; --"):
        page = text_of(auditor, f"/p/{papers.pk}/forms?sort={sort}")
        assert all(row.project_name in page for row in FormRow.objects.all())


def test_forms_with_the_most_findings_come_first(auditor: Client, papers: Project) -> None:
    many, few = FormRow.objects.order_by("pk")[:2]
    Finding.objects.filter(form=few, severity="high").update(gone=True)
    Finding.objects.filter(form=many).update(severity="high", gone=False, covered_by=None, verdict="fail")
    page = text_of(auditor, f"/p/{papers.pk}/forms?sort=-high")
    assert page.index(many.document.path) < page.index(few.document.path)
    page = text_of(auditor, f"/p/{papers.pk}/forms?sort=high")
    assert page.index(few.document.path) < page.index(many.document.path)


def test_what_could_not_be_read_is_read_again_on_request(auditor: Client, papers: Project) -> None:
    unread = papers.documents.get(state=State.UNREADABLE)
    auditor.post(f"/p/{papers.pk}/documents/{unread.pk}/reread")
    unread.refresh_from_db()
    assert unread.state == State.WAITING
    assert DBTaskResult.objects.get().args_kwargs["args"] == [unread.pk]
    event = Event.objects.get(act="reread")
    assert event.changes[0]["before"] == {"state": "unreadable"}
    auditor.post(f"/p/{papers.pk}/documents/{unread.pk}/reread")
    assert DBTaskResult.objects.count() == 1


def test_all_that_could_not_be_read_is_read_again_at_once(auditor: Client, papers: Project) -> None:
    auditor.post(f"/p/{papers.pk}/documents/reread")
    assert papers.documents.filter(state=State.WAITING).count() == 1
    assert "没有未读入的文件" in auditor.post(f"/p/{papers.pk}/documents/reread", follow=True).content.decode()


def test_what_was_read_by_this_version_is_not_read_again(auditor: Client, papers: Project) -> None:
    read = papers.documents.filter(state=State.READ)[0]
    response = auditor.post(f"/p/{papers.pk}/documents/{read.pk}/reread", follow=True)
    assert "重读结果不变" in response.content.decode()
    assert not DBTaskResult.objects.exists()


def test_a_newer_version_may_read_again_but_not_under_a_signature(auditor: Client, papers: Project) -> None:
    read = papers.documents.filter(state=State.READ)[0]
    Document.objects.filter(pk=read.pk).update(version="old")
    assert "识读程序已更新" in text_of(auditor, f"/p/{papers.pk}/documents/{read.pk}")
    Finding.objects.filter(form__document=read).update(stage="prepared")
    response = auditor.post(f"/p/{papers.pk}/documents/{read.pk}/reread", follow=True)
    assert "已签字" in response.content.decode() and not DBTaskResult.objects.exists()


def test_reading_again_keeps_forms_and_holds_in_every_audit(papers: Project, house: Any) -> None:
    read = papers.documents.filter(state=State.READ)[0]
    other = Document.objects.create(
        project=Project.objects.create(name="别的"), sha256=read.sha256, path=read.path, parts=read.parts
    )
    assert read_document(other) == ()
    rows = set(read.forms.values_list("pk", flat=True))
    read.refresh_from_db()
    assert read_document(read) == (other.project_id,)
    assert set(read.forms.values_list("pk", flat=True)) == rows


def test_a_reader_without_the_right_to_upload_reads_no_more(
    client: Client, papers: Project, member: Callable[[Role | None], User]
) -> None:
    client.force_login(member(None), backend="django.contrib.auth.backends.ModelBackend")
    unread = papers.documents.get(state=State.UNREADABLE)
    assert client.post(f"/p/{papers.pk}/documents/{unread.pk}/reread").status_code == 404
    assert client.get(f"/p/{papers.pk}/forms").status_code == 404
