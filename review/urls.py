"""Every page of the workbench, a list of them in each file of ``views``."""

from __future__ import annotations

from django.urls import URLPattern

from review.views import (
    deciding,
    entry,
    evidence,
    exporting,
    learning,
    overview,
    papers,
    people,
    projects,
    queue,
    sampling,
    shell,
    signing,
    upload,
)

urlpatterns: list[URLPattern] = [
    *shell.urls,
    *entry.urls,
    *projects.urls,
    *overview.urls,
    *upload.urls,
    *papers.urls,
    *queue.urls,
    *evidence.urls,
    *deciding.urls,
    *signing.urls,
    *sampling.urls,
    *exporting.urls,
    *learning.urls,
    *people.urls,
]
