"""Documents read once more: when that may change something, and when it must not."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from review.arrivals import lock_project, read_afresh
from review.house import the_house
from review.journal import record
from review.models import Correction, Document, Finding, Project, State, User
from review.pace import UNDERWAY, UNREAD


class RereadTrouble(Exception):
    """A document that is not to be read again. The message is Chinese and says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Whether a document can be read again, and what to say about it."""

    is_open: bool
    told: str


def document_to_offer(document: Document) -> Offer:
    """Reading again is offered where it may change something, and never under a signature."""
    if document.state in UNDERWAY:
        return Offer(is_open=False, told="正在排队或识读。")
    if Finding.objects.filter(form__document=document).exclude(stage="").exists():
        return Offer(is_open=False, told="其中有已签字的疑点，不能重新识读。确需重读的，请先由签字人退回。")
    if document.state in UNREAD:
        return Offer(is_open=True, told="处理好上述原因后，可以重新识读。")
    if any(note.get("state") == "unread" for note in document.page_notes):
        return Offer(is_open=True, told=f"有页未读入，可以再试；已读的页不再重读。{_corrected(document)}")
    if document.version != the_house().checking.versions().reading:
        return Offer(is_open=True, told=f"识读程序已更新，可以用新版本重新识读。{_corrected(document)}")
    return Offer(is_open=False, told="已由当前版本的识读程序读过，重读结果不变。")


def _corrected(document: Document) -> str:
    count = Correction.objects.filter(form__document=document, withdrawn=False).count()
    return f"已有 {count} 处人工更正，重读后仍按原单元格保留，请核对。" if count else ""


def reread(document: Document, user: User) -> None:
    """Puts a document into the queue again. Raises RereadTrouble."""
    with transaction.atomic():
        lock_project(document.project_id)
        document.refresh_from_db()
        offer = document_to_offer(document)
        if not offer.is_open:
            raise RereadTrouble(offer.told)
        _put_back([document], user)


def reread_unread(project: Project, user: User) -> int:
    """Puts everything into the queue again that could not be read; how many documents that are."""
    with transaction.atomic():
        lock_project(project.pk)
        found = [each for each in project.documents.filter(state__in=UNREAD) if document_to_offer(each).is_open]
        if found:
            _put_back(found, user)
    return len(found)


def _put_back(documents: list[Document], user: User) -> None:
    changes = [
        {"kind": "document", "id": each.pk, "before": {"state": each.state}, "after": {"state": State.WAITING.value}}
        for each in documents
    ]
    told = {"documents": [each.path for each in documents]}
    record("reread", user=user, project=documents[0].project, told=told, changes=changes)
    for each in documents:
        read_afresh(each)
