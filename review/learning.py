"""Retraining on what was decided: what there is to learn from, the challenger as a job, and what it would change."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Max, QuerySet

from domain.decision import CAUSE_NAMES, Cause
from domain.label import Task
from models.store import ModelTrouble
from review.decisions import row_to_decided
from review.forms import project_to_forms
from review.house import the_house
from review.house_school import BadLesson
from review.models import Finding, Job, JobKind, JobState, Project, Status, User
from review.tasks import JobTrouble, ask, ask_check

FEWEST = 10  # decisions on texts since the last training: fewer move no figure beyond its interval
FLIPS_KEPT = 300  # of a flip list, the first ones; the others are counted
TASKS_IN_ORDER = (Task.RATIONALE, Task.TARGET)
DECISIONS_A_REORDER = 10  # after so many decisions the open list is put in order again


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What there is to learn from: decisions in all, since the last training, and by what they teach."""

    decided: int
    fresh: int
    teaching: int
    silent: tuple[tuple[str, int], ...]
    reason: str  # why nothing can be trained now; "" where it can


def decided_findings() -> QuerySet[Finding]:
    """Every finding somebody decided, in any audit of this workbench: the readers are one for all."""
    chosen = Finding.objects.filter(status__in=[Status.CONFIRMED, Status.RELABELLED, Status.DISMISSED])
    return chosen.select_related("form__document").order_by("decided_at", "pk")


def lessons() -> Lessons:
    """What was learned from since last time, and why the button is grey where it is."""
    decided = decided_findings()
    last = Job.objects.filter(kind=JobKind.TRAIN, state=JobState.DONE).order_by("-pk").first()
    since = decided if last is None else decided.filter(decided_at__gt=last.created_at)
    dismissed = since.filter(status=Status.DISMISSED).exclude(dismissal__in=["", Cause.WRONG])
    silent = Counter(CAUSE_NAMES[Cause(cause)] for cause in dismissed.values_list("dismissal", flat=True))
    fresh = since.count()
    teaching = fresh - sum(silent.values())
    return Lessons(
        decided=decided.count(),
        fresh=fresh,
        teaching=teaching,
        silent=tuple(sorted(silent.items())),
        reason=_why_not(fresh, teaching),
    )


def _why_not(fresh: int, teaching: int) -> str:
    if Job.objects.filter(kind=JobKind.TRAIN, state__in=[JobState.WAITING, JobState.RUNNING]).exists():
        return "正在训练，完成后可再次训练。"
    if not fresh:
        return "上次训练以来没有新的复核决定，没有可学的内容。"
    if teaching < FEWEST:
        return (
            f"上次训练以来可学的复核决定只有 {teaching} 条，至少要 {FEWEST} 条。"
            "因识读有误、有合理解释、不重要、重复而排除的，不用于文本分类。"
        )
    return ""


def run_training(job: Job) -> None:
    """A challenger for each task that has something to learn from; the champions stay."""
    house = the_house().school
    by_decision = house.lessons(tuple(map(row_to_decided, decided_findings())))
    lines = [line for each in by_decision for line in each]
    by_task = {
        task: [line for line in lines if line["task"] == task.value and line["labels"]] for task in TASKS_IN_ORDER
    }
    wanted = [task for task, own in by_task.items() if own]
    if not wanted:
        raise JobTrouble("复核过的疑点都不是依据文本分类得出的，没有可学的内容。请继续复核后再试。")
    told: dict[str, Any] = {"decisions": len(by_decision), "challengers": {}}
    job.total = len(wanted)
    for task in wanted:
        try:
            challenger = house.train(task, [line for line in lines if line["task"] == task.value])
        except (BadLesson, ModelTrouble) as trouble:
            raise JobTrouble(str(trouble)) from trouble
        told["challengers"][task.value] = asdict(challenger)
        job.done += 1
        job.save(update_fields=["done", "total"])
    job.told = told


def run_flips(job: Job) -> None:
    """What a model would change in the list of an audit; signed findings are never touched."""
    forms = [form for _, form in project_to_forms(job.project_id)]
    try:
        flips = the_house().school.flips(forms, job.asked["model"])
    except ModelTrouble as trouble:
        raise JobTrouble(str(trouble)) from trouble
    counts = Counter(flip.change for flip in flips)
    job.told = {"counts": dict(counts), "flips": [asdict(flip) for flip in flips[:FLIPS_KEPT]]}
    job.done = job.total = len(forms)


def note_decisions(project: Project) -> None:
    """After decisions: enough since the last check put the open list in order again, in the background."""
    last = project.checks.aggregate(last=Max("at"))["last"]
    decided = project.findings.exclude(status=Status.OPEN)
    if last is not None and decided.filter(decided_at__gt=last).count() >= DECISIONS_A_REORDER:
        ask_check(project.pk)


def promote(name: str, *, who: str) -> str:
    """Another model answers; every audit is checked again with it. Raises ModelTrouble."""
    said = the_house().school.promote(name, who)
    _check_all()
    return said


def roll_back(task: str, *, who: str) -> str:
    """The model before answers again. Raises ModelTrouble."""
    said = the_house().school.roll_back(task, who)
    _check_all()
    return said


def _check_all() -> None:
    for project in Project.objects.filter(documents__isnull=False).distinct():
        ask_check(project.pk)


def ask_training(project: Project, *, user: User) -> Job:
    """A training asked for. Raises JobTrouble with the reason where there is nothing to train on."""
    reason = lessons().reason
    if reason:
        raise JobTrouble(reason)
    return ask(Job(project=project, kind=JobKind.TRAIN, user=user))
