"""The frame of every page: whether the background work goes on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path

from review.health import house_to_health
from review.rights import AuditRequest, Right, needs
from review.shell import work_underway, worker_is_silent


@needs(Right.ENTER)
def heartbeat(request: AuditRequest) -> HttpResponse:
    """The banner that says that no worker is running; empty while one is."""
    return render(request, "review/heartbeat.html", {"silent": worker_is_silent(), "underway": work_underway()})


@needs(Right.OPEN)
def health(request: HttpRequest) -> JsonResponse:
    """For whatever watches the server: 200 while it can work, else 503; it says nothing about what is kept here."""
    state = house_to_health()
    return JsonResponse({"ok": state.is_well, **state.told()}, status=200 if state.is_well else 503)


urls = [path("heartbeat", heartbeat, name="heartbeat"), path("health", health, name="health")]
