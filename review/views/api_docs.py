"""The page on the API, for those who write programs against it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from review.rights import AuditRequest, Right, needs


@needs(Right.ENTER)
def api_docs(request: AuditRequest) -> HttpResponse:
    """Every operation, to be tried out as oneself."""
    return render(request, "review/api_docs.html")


urls = [path("api/docs", api_docs, name="api_docs")]
