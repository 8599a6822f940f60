"""An audit taken out of the workbench: its rows, and those of its files that no other audit uses.

Of its log there stays what it ended with: the deletion is an act in the log of the program.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Sum

from review.append_only import forget_chain
from review.blobs import exports_folder, is_coming_in
from review.journal import record
from review.models import Chain, Event, Finding, Item, ItemState, Job, JobState, Project, State
from review.sweeping import forget_all, remove_content, sweep_store, used_hashes
from review.taking_up import UNSORTED

BUSY = "审计项目“{name}”还有文件在识读或任务在进行，现在不能删除。请等它们完成，或先停止后台识读（fuhe worker）。"
PACKED = "审计项目“{name}”还有文件等待解包（{path}），现在不能删除。请等后台识读（fuhe worker）处理完，再执行一次。"
COMING_IN = "审计项目“{name}”的文件没有传完，工作台正在接收上传，现在不能删除。请等上传结束，再执行一次。"
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
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)
        _refuse_busy(project)
        documents = set(project.documents.values_list("sha256", flat=True))
        hashes = set(used_hashes(project))
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
    sweep_store()
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
    items = Item.objects.filter(delivery__project=project)
    waiting = items.filter(UNSORTED).first()
    if waiting is not None:
        raise ClosingTrouble(PACKED.format(name=project.name, path=waiting.path))
    if items.filter(state=ItemState.COMING).exists() and is_coming_in():
        raise ClosingTrouble(COMING_IN.format(name=project.name))


def _forget_files(hashes: set[str], documents: set[str]) -> tuple[int, int]:
    """How many files went that no other audit uses, and their bytes; readings and pictures go with them."""
    gone = [remove_content(sha256) for sha256 in sorted(hashes - set(used_hashes()))]
    sizes = [size for size in gone if size is not None]
    forget_all(documents)
    return len(sizes), sum(sizes)
