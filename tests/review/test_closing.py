"""An audit taken out: all its rows and its own files go, what others use stays, and the log of the program says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from review.blobs import blob_path, keep_blob, readings_folder
from review.checking import check_project
from review.closing import ClosingTrouble, close_project, project_to_holding
from review.deciding import Deed, Ruling, decide, finding_to_mark
from review.intake import receive
from review.journal import record, verify
from review.models import Chain, Delivery, Document, Event, Finding, Item, ItemState, Project, Role, State, User
from review.reading import read_document
from review.undoing import undo
from tests.review.documents import EXAMPLES, file_to_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(project: Project) -> Project:
    """Another audit that holds one of the two files of the first."""
    other = Project.objects.create(name="邻县绩效自评复核")
    read_document(file_to_document(other, example("02")))
    record("create_project", user=None, project=other)
    return other


def head_of(project: Project) -> str:
    chain = Chain.objects.filter(project=project).first()
    return chain.head if chain else ""


def example(number: str) -> Path:
    (path,) = EXAMPLES.glob(f"{number}_*")
    return path


def test_what_is_the_audits_own_goes_and_what_others_use_stays(read_project: Project, other: Project) -> None:
    alone, shared = read_project.documents.order_by("path")
    number = read_project.pk
    record("create_project", user=None, project=read_project)
    closed = close_project(read_project, head=head_of(read_project))
    assert (closed.documents, closed.files, closed.log_length) == (2, 1, 1)
    assert not blob_path(alone.sha256).exists() and blob_path(shared.sha256).is_file()
    kept = {path.stem for path in readings_folder().glob("*/*.jsonl")}
    assert alone.sha256 not in kept and shared.sha256 in kept
    for model in apps.get_app_config("review").get_models():
        if any(field.name == "project" for field in model._meta.fields):
            assert not model._default_manager.filter(project=number).exists(), model
    assert other.documents.count() == 1
    check_project(other)
    assert Finding.objects.filter(project=other).exists()


def test_the_log_of_the_program_says_how_the_audits_log_ended(read_project: Project, other: Project) -> None:
    head = record("create_project", user=None, project=read_project).digest
    close_project(read_project, head=head_of(read_project))
    last = Event.objects.filter(chain__project=None).latest("number")
    assert (last.act, last.told["name"], last.told["log_head"]) == ("delete_project", read_project.name, head)
    assert all(verify(chain).broken is None for chain in Chain.objects.all())


def test_acts_that_were_taken_back_go_too(read_project: Project, member: Callable[[Role | None], User]) -> None:
    user = member(Role.AUDITOR)
    finding = Finding.objects.filter(project=read_project).order_by("place").first()
    assert finding is not None
    decide(read_project, finding.pk, Ruling(deed=Deed.CONFIRM), user=user, mark=finding_to_mark(finding))
    assert undo(read_project, user) is not None
    assert close_project(read_project, head=head_of(read_project)).log_length >= 2


def test_the_other_logs_stay_guarded(read_project: Project, other: Project) -> None:
    close_project(read_project, head=head_of(read_project))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM review_event")


def test_an_audit_in_which_somebody_acted_after_its_log_was_taken_along_stays(read_project: Project) -> None:
    head = head_of(read_project)
    record("create_project", user=None, project=read_project)
    with pytest.raises(ClosingTrouble, match="又有了新的操作"):
        close_project(read_project, head=head)
    assert read_project.documents.count() == 2 and Event.objects.filter(chain__project=read_project).count() == 1


def test_an_audit_in_the_midst_of_reading_is_not_taken_out(read_project: Project) -> None:
    Document.objects.filter(project=read_project).update(state=State.READING)
    with pytest.raises(ClosingTrouble, match="还有文件在识读"):
        close_project(read_project, head=head_of(read_project))
    assert Project.objects.filter(pk=read_project.pk).exists()


def test_an_audit_with_an_archive_to_unpack_is_not_taken_out(project: Project) -> None:
    sha256, size = keep_blob([b"PK"])
    delivery = Delivery.objects.create(project=project)
    Item.objects.create(delivery=delivery, path="包.zip", size=size, sha256=sha256, state=ItemState.HERE)
    with pytest.raises(ClosingTrouble, match=r"等待解包（包\.zip）"):
        close_project(project, head="")


def test_an_audit_to_which_a_file_is_being_sent_is_not_taken_out(
    project: Project, member: Callable[[Role | None], User]
) -> None:
    item = Item.objects.create(delivery=Delivery.objects.create(project=project), path="表.txt", size=9)

    def chunks() -> Iterator[bytes]:
        yield b"1234"
        close_project(project, head="")

    with pytest.raises(ClosingTrouble, match="正在接收上传"):
        receive(item, chunks(), user=member(None))
    assert close_project(project, head="").documents == 0  # what was broken off holds nothing up


def test_what_is_kept_of_an_audit_is_told(read_project: Project) -> None:
    holding = project_to_holding(read_project)
    assert (holding.documents, holding.findings) == (2, Finding.objects.filter(project=read_project).count())
    assert holding.last_act == read_project.created_at
