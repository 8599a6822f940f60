"""An audit taken out of the workbench: its rows, and those of its files that no other audit uses.

Of its log there stays what it ended with: the deletion is an act in the log of the program.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Sum

from review.append_only import forget_chain
from review.blobs import blob_path, exports_folder, pictures_folder, readings_folder
from review.forms import document_to_paper, forget_readings
from review.house import the_house
from review.journal import record
from review.models import Chain, Delivery, Document, Event, Finding, Item, Job, JobState, PaperTemplate, Project, State

BUSY = "审计项目“{name}”还有文件在识读或任务在进行，现在不能删除。请等它们完成，或先停止后台识读（fuhe worker）。"
OVERTAKEN = "导出日志之后，审计项目“{name}”又有了新的操作，没有删除。请换一个文件名，再执行一次。"


class ClosingTrouble(Exception):
    """An audit that cannot be taken out. The message is Chinese and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What is kept of an audit: documents, findings, bytes that came in, and when somebody last did something."""

    project: Project
    documents: int
    findings: int
    size: int
    last_act: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What was taken out: rows by what they are, files and their bytes; how the log ended."""

    name: str
    documents: int
    findings: int
    files: int
    size: int
    log_length: int
    log_head: str


def project_to_holding(project: Project) -> Holding:
    """What is kept of one audit."""
    items = Item.objects.filter(delivery__project=project, archive=None)
    last = Event.objects.filter(chain__project=project).aggregate(last=Max("at"))["last"]
    return Holding(
        project=project,
        documents=project.documents.count(),
        findings=Finding.objects.filter(project=project).count(),
        size=items.aggregate(size=Sum("size"))["size"] or 0,
        last_act=last or project.created_at,
    )


def close_project(project: Project, *, head: str) -> Closed:
    """Rows and log go in one transaction, the files after it; ``head`` is that of the log as it was taken along.

    Raises ClosingTrouble while there is work under way, and where somebody has acted since.
    """
    documents = list(project.documents.only("pk", "project_id", "sha256", "path", "parts"))
    hashes = set(_hashes(project))
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)
        _refuse_busy(project)
        chain = Chain.objects.select_for_update().filter(project=project).first()
        length = chain.length if chain else 0
        if head != (chain.head if chain else ""):
            raise ClosingTrouble(OVERTAKEN.format(name=project.name))
        told = {"name": project.name, "files": len(documents), "log_length": length, "log_head": head}
        findings = Finding.objects.filter(project=project).count()
        if chain is not None:
            forget_chain(connection, chain.pk)
        number = project.pk
        project.delete()
        record("delete_project", user=None, told=told)
    files, size = _forget_files(hashes, documents)
    shutil.rmtree(exports_folder() / str(number), ignore_errors=True)
    return Closed(
        name=project.name,
        documents=len(documents),
        findings=findings,
        files=files,
        size=size,
        log_length=length,
        log_head=head,
    )


def _refuse_busy(project: Project) -> None:
    reading = project.documents.filter(state=State.READING).exists()
    if reading or Job.objects.filter(project=project, state=JobState.RUNNING).exists():
        raise ClosingTrouble(BUSY.format(name=project.name))


def _hashes(project: Project | None = None) -> Iterator[str]:
    """The content that the audits use, or one of them."""
    own = {} if project is None else {"project": project}
    for sha256, parts in Document.objects.filter(**own).values_list("sha256", "parts").iterator():
        yield from (sha256, *parts)
    deliveries = Delivery.objects.filter(**own)
    yield from Item.objects.filter(delivery__in=deliveries).exclude(sha256="").values_list("sha256", flat=True)
    yield from PaperTemplate.objects.filter(**own).values_list("sha256", flat=True)


def _forget_files(hashes: set[str], documents: list[Document]) -> tuple[int, int]:
    """How many files went that no other audit uses, and their bytes; readings and pictures go with them.

    What arrives anew in this moment is put back: a file is only set aside until nobody was found to use it.
    """
    files, size = 0, 0
    for sha256 in sorted(hashes - set(_hashes())):
        path, aside = blob_path(sha256), blob_path(sha256).with_suffix(".going")
        if not path.is_file():
            continue
        path.replace(aside)
        if any(_arrived(sha256)):
            aside.replace(path)
            continue
        files, size = files + 1, size + aside.stat().st_size
        aside.unlink()
    used = set(Document.objects.values_list("sha256", flat=True))
    for document in documents:
        if document.sha256 not in used:
            the_house().reading.forget(document_to_paper(document), readings_folder())
            shutil.rmtree(pictures_folder() / document.sha256[:2] / document.sha256, ignore_errors=True)
    forget_readings()
    return files, size


def _arrived(sha256: str) -> Iterator[str]:
    """The same content, where it came in again meanwhile."""
    yield from Item.objects.filter(sha256=sha256).values_list("sha256", flat=True)
    yield from Document.objects.filter(sha256=sha256).values_list("sha256", flat=True)
    yield from PaperTemplate.objects.filter(sha256=sha256).values_list("sha256", flat=True)
