"""Who may do what: every view says which right it takes, and whoever has none is turned away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from review.models import Membership, Project, Role, User

LOCAL_USER = "local"  # who works where nobody logs in
LOOPBACK = frozenset(["127.0.0.1", "::1"])
OWN_NAMES = frozenset(["127.0.0.1", "localhost", "[::1]"])
# What remains open to somebody whose password another person has set: changing it, leaving, and the frame around that.
WITH_A_SET_PASSWORD = frozenset(["account", "change_password", "heartbeat", "logout"])
CHANGE_FIRST = "密码是别人替您设的：请先在“我的账号”页改成自己的密码。"


class Right(StrEnum):
    """What a view takes. OPEN needs nothing, ENTER somebody known; the others are rights in one audit."""

    OPEN = "open"
    ENTER = "enter"
    GOVERN = "govern"  # people, and audits as such
    VIEW = "view"
    UPLOAD = "upload"
    DECIDE = "decide"
    REVIEW = "review"
    APPROVE = "approve"
    EXPORT = "export"
    TRAIN = "train"
    MANAGE = "manage"


_AUDITOR = frozenset([Right.VIEW, Right.UPLOAD, Right.DECIDE, Right.EXPORT])
_REVIEWER = _AUDITOR | {Right.REVIEW}
ROLE_RIGHTS: Final[Mapping[str, frozenset[Right]]] = MappingProxyType(
    {
        Role.AUDITOR: _AUDITOR,
        Role.REVIEWER: _REVIEWER,
        Role.ADMINISTRATOR: _REVIEWER | {Right.APPROVE, Right.TRAIN, Right.MANAGE},
    }
)
IN_A_PROJECT = frozenset(Right) - {Right.OPEN, Right.ENTER, Right.GOVERN}

View = TypeVar("View", bound=Callable[..., Any])


def needs(right: Right) -> Callable[[View], View]:
    """Marks a view with the right it takes; those in one audit take the argument ``project_id``."""

    def mark(view: View) -> View:
        view.right = right  # type: ignore[attr-defined]
        return view

    return mark


def user_to_rights(user: User, project: Project) -> frozenset[Right]:
    """The rights of a person in an audit; none for a stranger."""
    if user.is_superuser:
        return IN_A_PROJECT
    role = Membership.objects.filter(project=project, user=user).values_list("role", flat=True).first()
    return ROLE_RIGHTS.get(role or "", frozenset())


def project_for(user: User, project_id: int, right: Right) -> Project:
    """The audit, for somebody with this right in it. A stranger is told that it is not there (Http404)."""
    project = get_object_or_404(Project, pk=project_id)
    rights = user_to_rights(user, project)
    if not rights:
        raise Http404
    if right not in rights:
        raise PermissionDenied
    return project


class AuditRequest(HttpRequest):
    """A request that passed ``RightsMiddleware``: within an audit, with the rights of who asks."""

    user: User
    project: Project
    rights: frozenset[Right]


class RightsMiddleware:
    """Turns away whoever lacks the right that a view names, and everybody from a view that names none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the local user in where nobody logs in, then go on."""
        if not settings.MANY_USERS and not request.user.is_authenticated and _is_local(request):
            login(request, local_user(), backend="django.contrib.auth.backends.ModelBackend")
        return self.get_response(request)

    def process_view(
        self, request: Any, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """None lets the view go on. Raises PermissionDenied, Http404."""
        if request.resolver_match is not None and "api" in request.resolver_match.namespaces:
            return None  # every operation of the API asks for its own right (review.api)
        right = getattr(view, "right", None) or getattr(getattr(view, "view_class", None), "right", None)
        if right is Right.OPEN:
            return None
        if right is None:
            raise PermissionDenied
        if not request.user.is_authenticated:
            return _to_login(request)
        if request.user.must_change and request.resolver_match.url_name not in WITH_A_SET_PASSWORD:
            return _to_password(request)
        if right is Right.GOVERN and not request.user.is_superuser:
            raise PermissionDenied
        if right in IN_A_PROJECT:
            request.project = project_for(request.user, kwargs["project_id"], right)
            request.rights = user_to_rights(request.user, request.project)
        return None


def local_user() -> User:
    """The one user of a workbench on one's own machine: without a password, with every right."""
    user, _ = User.objects.get_or_create(
        username=LOCAL_USER, defaults={"full_name": "本机用户", "is_superuser": True, "password": "!"}
    )
    return user


def _is_local(request: HttpRequest) -> bool:
    """From this machine, under its own name, and not with a key: who brings one is who it belongs to."""
    name = request.get_host().rsplit(":", 1)[0] if request.META.get("REMOTE_ADDR") in LOOPBACK else ""
    return (name in OWN_NAMES or request.get_host() in OWN_NAMES) and "authorization" not in request.headers


def is_for_a_part(request: HttpRequest) -> bool:
    """True where a script asks for a part of a page, and a whole page would land in the middle of another."""
    return bool(getattr(request, "htmx", False)) or "text/html" not in request.headers.get("accept", "text/html")


def _to_login(request: Any) -> HttpResponse:
    """To the login page and, where that can be done by opening it again, back."""
    if getattr(request, "htmx", False):
        response = HttpResponse(status=401)
        response.headers["HX-Redirect"] = redirect_to_login(request.htmx.current_url_abs_path or "/").headers[
            "Location"
        ]
        return response
    return redirect_to_login(request.get_full_path() if request.method in ("GET", "HEAD") else reverse("projects"))


def _to_password(request: HttpRequest) -> HttpResponse:
    if request.method in ("GET", "HEAD") and not is_for_a_part(request):
        return redirect("account")
    raise PermissionDenied(CHANGE_FIRST)
