"""Where the pages of a finding and of a form are: for lists, for papers that lead back to the workbench."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

FINDING_PAGE, FORM_PAGE = "finding", "form"


def finding_url(project_id: int, finding_id: int) -> str:
    """The page with the evidence of a finding."""
    return _url(FINDING_PAGE, project_id, finding_id)


def form_url(project_id: int, form_id: int) -> str:
    """The page of a form as it was read."""
    return _url(FORM_PAGE, project_id, form_id)


def _url(name: str, project_id: int, thing_id: int) -> str:
    try:
        return reverse(name, args=[project_id, thing_id])
    except NoReverseMatch:
        return reverse("project", args=[project_id])
