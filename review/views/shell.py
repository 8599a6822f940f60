"""The frame of every page: whether the background work goes on."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from review.rights import AuditRequest, Right, needs
from review.shell import work_underway, worker_is_silent


@needs(Right.ENTER)
def heartbeat(request: AuditRequest) -> HttpResponse:
    """The banner that says that no worker is running; empty while one is."""
    return render(request, "review/heartbeat.html", {"silent": worker_is_silent(), "underway": work_underway()})


urls = [path("heartbeat", heartbeat, name="heartbeat")]
