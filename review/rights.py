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
from django.shortcuts import get_object_or_404

from review.models import Membership, Project, Role, User

LOCAL_USER = "local"  # who works where nobody logs in
LOOPBACK = frozenset(["127.0.0.1", "::1"])
OPEN_VIEWS = ("django.contrib.staticfiles", "django.views.i18n")


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
            return redirect_to_login(request.get_full_path())
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
    return request.META.get("REMOTE_ADDR") in LOOPBACK
