"""The overview of an audit: by unit, year, rule and person."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from review.overview import project_to_overview, widths
from review.rights import AuditRequest, Right, needs

UNITS_SHOWN = 60
BAR_UNITS = 320.0  # of the drawing; the page scales it


@needs(Right.VIEW)
def project_home(request: AuditRequest, project_id: int) -> HttpResponse:
    """The overview of an audit."""
    told = project_to_overview(request.project)
    bars = []
    for row, (high, medium, low) in widths(told.units[:UNITS_SHOWN], longest=BAR_UNITS):
        bars.append({"row": row, "high": high, "medium": medium, "low": low, "at": high, "then": high + medium})
    context = {"told": told, "bars": bars, "more": max(0, len(told.units) - UNITS_SHOWN), "bar_units": BAR_UNITS}
    return render(request, "review/overview.html", context)


urls = [path("p/<int:project_id>/", project_home, name="project")]
