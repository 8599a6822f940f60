"""What every page shows around its content: who is here, in which audit, and whether the background work goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from review.models import Document, Job, JobState, State, WorkerBeat

BEAT_SECONDS = 2  # how often a worker says that it is alive
SILENT_SECONDS = 7  # after which it is taken for dead; pages ask every two: the banner has to be there within ten


def shell_context(request: HttpRequest) -> dict[str, Any]:
    """For every template."""
    project = getattr(request, "project", None)
    rights = {str(right) for right in getattr(request, "rights", ())}
    return {"project": project, "rights": rights, "many_users": settings.MANY_USERS}


def worker_is_silent() -> bool:
    """True where no worker has been heard of lately."""
    return not WorkerBeat.objects.filter(at__gte=timezone.now() - timedelta(seconds=SILENT_SECONDS)).exists()


def work_underway() -> bool:
    """True where there is something to do for a worker."""
    return (
        Document.objects.filter(state__in=[State.WAITING, State.READING]).exists()
        or Job.objects.filter(state__in=[JobState.WAITING, JobState.RUNNING]).exists()
    )
