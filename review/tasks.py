"""What the background worker does: documents read, audits checked again, and what else takes longer than a click."""

from __future__ import annotations

import logging

from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task

from review.models import Document, FormRow, Job, JobKind, JobState, State
from review.reading import read_document

SOON, LATER = 50, -50  # priorities: what somebody waits for goes before pages to read
RUNNERS = {  # the function that does a kind of job; it takes the job and raises JobTrouble
    JobKind.CHECK: "review.checking.run_check",
    JobKind.EXPORT: "review.exporting.run_export",
    JobKind.TRAIN: "review.learning.run_training",
    JobKind.FLIPS: "review.learning.run_flips",
}
GROWTH = 0.2  # of the forms checked last: so many new ones are worth another run while pages are still being read
_log = logging.getLogger(__name__)
FAULT = "程序出错，不是文件的问题（{kind}: {told}）。其余不受影响；请将这行提示交维护人员。"


@task(priority=LATER)
def read_one(document_id: int) -> None:
    """Reads one document; the list is brought up to date when enough has come in, and at the end."""
    document = Document.objects.filter(pk=document_id).first()
    if document is None:
        return
    # not ours where it was read already or another worker is at it; the check it is worth may still be owed
    if Document.objects.filter(pk=document_id, state=State.WAITING).update(state=State.READING):
        _read(document)
        _tell(document.pk)
    if _is_worth_a_check(document.project_id):
        ask_check(document.project_id)


def _read(document: Document) -> None:
    try:
        for other in read_document(document):
            ask_check(other)
    except Exception as error:  # a fault of ours in one document must not cost the auditor the others
        _log.exception("document failed", extra={"document": document.pk})
        reason = FAULT.format(kind=type(error).__name__, told=error)
        Document.objects.filter(pk=document.pk).update(state=State.FAILED, reason=reason, finished_at=timezone.now())


def _tell(document_id: int) -> None:
    for done in Document.objects.filter(pk=document_id):
        told = {"document": done.pk, "state": done.state, "pages": done.pages, "seconds": _seconds(done)}
        _log.info("document", extra=told)


def _seconds(done: Document | Job) -> float | None:
    """How long it took."""
    if done.started_at is None or done.finished_at is None:
        return None
    return round((done.finished_at - done.started_at).total_seconds(), 3)


def _is_worth_a_check(project_id: int) -> bool:
    left = Document.objects.filter(project_id=project_id, state__in=[State.WAITING, State.READING]).exists()
    forms = FormRow.objects.filter(document__project_id=project_id).count()
    last = Job.objects.filter(project_id=project_id, kind=JobKind.CHECK).order_by("-pk").first()
    checked = 0 if last is None else last.total
    return not left or forms - checked > GROWTH * checked


@task(priority=SOON)
def run_job(job_id: int) -> None:
    """Does a job by the function of its kind."""
    waiting = Job.objects.filter(pk=job_id, state=JobState.WAITING)
    if not waiting.update(state=JobState.RUNNING, started_at=timezone.now()):
        return
    job = Job.objects.get(pk=job_id)
    try:
        import_string(RUNNERS[JobKind(job.kind)])(job)
        job.state = JobState.DONE
    except JobTrouble as trouble:
        job.state, job.message = JobState.FAILED, str(trouble)
    except Exception as error:
        _log.exception("job failed", extra={"job": job.pk, "kind": job.kind})
        job.state, job.message = JobState.FAILED, FAULT.format(kind=type(error).__name__, told=error)
    job.finished_at = timezone.now()
    job.save()
    _log.info("job", extra={"job": job.pk, "kind": job.kind, "state": job.state, "seconds": _seconds(job)})


class JobTrouble(Exception):
    """A job that cannot be done. The message is Chinese and says what to do."""


def ask(job: Job) -> Job:
    """A job stored and put in the queue."""
    job.save()
    run_job.enqueue(job.pk)
    return job


def ask_check(project_id: int) -> Job:
    """The checks of an audit, once more; one that waits already is enough."""
    waiting = Job.objects.filter(project_id=project_id, kind=JobKind.CHECK, state=JobState.WAITING).first()
    return waiting or ask(Job(project_id=project_id, kind=JobKind.CHECK))
