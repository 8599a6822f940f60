"""Every page of the workbench, a list of them in each file of ``views``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from review.api import api
from review.views import (
    account,
    api_docs,
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

handler400 = "review.views.errors.bad_request"
handler403 = "review.views.errors.denied"
handler404 = "review.views.errors.missing"
handler500 = "review.views.errors.broken"

urlpatterns: list[URLPattern | URLResolver] = [
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
    *account.urls,
    *api_docs.urls,
    path("api/", api.urls),
]
