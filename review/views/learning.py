"""Retraining: what was learned from, the challenger, promotion and rollback; the order of the open list."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from models.store import ModelTrouble
from review.house import the_house
from review.journal import record
from review.learning import ask_training, lessons, promote, roll_back
from review.models import Job, JobKind, JobState
from review.rights import AuditRequest, Right, needs
from review.tasks import JobTrouble, ask

JOBS_SHOWN = 10


@needs(Right.VIEW)
def learning_page(request: AuditRequest, project_id: int) -> HttpResponse:
    """What there is to learn from, the last challenger beside the champion, all models, and the log of promotions."""
    return render(request, "review/learning.html", _page_context(request))


@needs(Right.VIEW)
def learning_state(request: AuditRequest, project_id: int) -> HttpResponse:
    """The part of the page that changes while a training or a comparison is under way."""
    return render(request, "review/learning_state.html", _page_context(request))


def _page_context(request: AuditRequest) -> dict[str, object]:
    school = the_house().school
    trained = Job.objects.filter(kind=JobKind.TRAIN, state=JobState.DONE).order_by("-pk").first()
    flips = Job.objects.filter(project=request.project, kind=JobKind.FLIPS, state=JobState.DONE).order_by("-pk").first()
    try:
        shelf, trouble = school.models(), ""
    except ModelTrouble as error:
        shelf, trouble = (), str(error)
    jobs = Job.objects.filter(kind__in=[JobKind.TRAIN, JobKind.FLIPS]).order_by("-pk")
    return {
        "lessons": lessons(),
        "trained": trained,
        "flips": flips,
        "models": shelf,
        "trouble": trouble,
        "moves": school.moves()[::-1],
        "jobs": jobs[:JOBS_SHOWN],
        "busy": jobs.filter(state__in=[JobState.WAITING, JobState.RUNNING]).exists(),
    }


@require_POST
@needs(Right.TRAIN)
def start_training(request: AuditRequest, project_id: int) -> HttpResponse:
    """A challenger, in the background."""
    try:
        with transaction.atomic():
            job = ask_training(request.project, user=request.user)
            record("ask_training", user=request.user, project=request.project, told={"job": job.pk})
    except JobTrouble as trouble:
        messages.error(request, str(trouble))
    return redirect("learning", project_id=project_id)


@require_POST
@needs(Right.TRAIN)
def compare_model(request: AuditRequest, project_id: int) -> HttpResponse:
    """What a model would change in the list of this audit, in the background."""
    asked = {"model": request.POST.get("model", "")}
    with transaction.atomic():
        ask(Job(project=request.project, kind=JobKind.FLIPS, asked=asked, user=request.user))
        record("compare_model", user=request.user, project=request.project, told=asked)
    return redirect("learning", project_id=project_id)


@require_POST
@needs(Right.TRAIN)
def promote_model(request: AuditRequest, project_id: int) -> HttpResponse:
    """Another model answers from now on."""
    return _moved(request, "promote_model", {"model": request.POST.get("model", "")}, move=promote)


@require_POST
@needs(Right.TRAIN)
def roll_back_model(request: AuditRequest, project_id: int) -> HttpResponse:
    """The model before answers again."""
    return _moved(request, "roll_back_model", {"task": request.POST.get("task", "")}, move=roll_back)


def _moved(request: AuditRequest, act: str, told: Mapping[str, str], *, move: Callable[..., str]) -> HttpResponse:
    """Which model answers is changed, and written in the log; what was done, or why not, is said on the page."""
    try:
        with transaction.atomic():
            said = move(*told.values(), who=str(request.user))
            record(act, user=request.user, project=request.project, told=told)
        messages.success(request, said)
    except ModelTrouble as trouble:
        messages.error(request, str(trouble))
    return redirect("learning", project_id=request.project.pk)


urls = [
    path("p/<int:project_id>/learning/", learning_page, name="learning"),
    path("p/<int:project_id>/learning/state", learning_state, name="learning_state"),
    path("p/<int:project_id>/learning/train", start_training, name="start_training"),
    path("p/<int:project_id>/learning/compare", compare_model, name="compare_model"),
    path("p/<int:project_id>/learning/promote", promote_model, name="promote_model"),
    path("p/<int:project_id>/learning/rollback", roll_back_model, name="roll_back_model"),
]
