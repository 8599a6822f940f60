"""Everything is denied by default: every page and every operation of the API, asked for as every role.

Whoever adds a page or an operation writes its right into PAGES or OPERATIONS; without that, a test here fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from review.api import api
from review.models import Membership, Project, Role, Token, User
from review.rights import Right, RightsMiddleware, needs

PAGES: Mapping[str, Right] = {
    "login": Right.OPEN,
    "logout": Right.ENTER,
    "heartbeat": Right.ENTER,
    "health": Right.OPEN,
    "projects": Right.ENTER,
    "create_project": Right.ENTER,
    "project": Right.VIEW,
    "members": Right.MANAGE,
    "new_member": Right.MANAGE,
    "new_role": Right.MANAGE,
    "no_member": Right.MANAGE,
    "users": Right.GOVERN,
    "new_user": Right.GOVERN,
    "user_active": Right.GOVERN,
    "user_governs": Right.GOVERN,
    "user_password": Right.GOVERN,
    "account": Right.ENTER,
    "change_password": Right.ENTER,
    "new_token": Right.ENTER,
    "no_token": Right.ENTER,
    "api_docs": Right.ENTER,
    "upload": Right.UPLOAD,
    "upload_progress": Right.UPLOAD,
    "deliveries": Right.UPLOAD,
    "announce_files": Right.UPLOAD,
    "delivery": Right.UPLOAD,
    "delivery_files": Right.UPLOAD,
    "abandon_delivery": Right.UPLOAD,
    "receive_item": Right.UPLOAD,
    "documents": Right.VIEW,
    "reread_documents": Right.UPLOAD,
    "document": Right.VIEW,
    "reread": Right.UPLOAD,
    "forms": Right.VIEW,
    "queue": Right.VIEW,
    "finding": Right.VIEW,
    "finding_part": Right.VIEW,
    "save_filter": Right.VIEW,
    "delete_filter": Right.VIEW,
    "page_picture": Right.VIEW,
    "form": Right.VIEW,
    "correct_cell": Right.DECIDE,
    "withdraw_correction": Right.DECIDE,
    "decide": Right.DECIDE,
    "assign": Right.DECIDE,
    "note": Right.DECIDE,
    "seen": Right.VIEW,
    "bulk_preview": Right.DECIDE,
    "bulk": Right.DECIDE,
    "undo": Right.DECIDE,
    "redo": Right.DECIDE,
    "signing": Right.VIEW,
    "sign": Right.DECIDE,
    "signed_paper": Right.VIEW,
    "return_finding": Right.DECIDE,
    "note_on_signed": Right.DECIDE,
    "log": Right.VIEW,
    "log_file": Right.EXPORT,
    "program_log": Right.GOVERN,
    "program_log_file": Right.GOVERN,
    "samples": Right.VIEW,
    "draw_sample": Right.DECIDE,
    "sample": Right.VIEW,
    "look_at_place": Right.DECIDE,
    "exports": Right.VIEW,
    "export_list": Right.VIEW,
    "new_export": Right.EXPORT,
    "download": Right.EXPORT,
    "new_template": Right.EXPORT,
    "retire_template": Right.EXPORT,
    "blank_template": Right.VIEW,
    "learning": Right.VIEW,
    "learning_state": Right.VIEW,
    "start_training": Right.TRAIN,
    "compare_model": Right.TRAIN,
    "promote_model": Right.TRAIN,
    "roll_back_model": Right.TRAIN,
}
OPERATIONS: Mapping[str, Right] = {
    "openapi": Right.ENTER,
    "me": Right.ENTER,
    "list_projects": Right.ENTER,
    "create_project": Right.ENTER,
    "get_project": Right.VIEW,
    "upload": Right.UPLOAD,
    "upload_raw": Right.UPLOAD,
    "list_deliveries": Right.VIEW,
    "get_delivery": Right.VIEW,
    "list_documents": Right.VIEW,
    "get_document": Right.VIEW,
    "list_forms": Right.VIEW,
    "get_form": Right.VIEW,
    "list_findings": Right.VIEW,
    "get_finding": Right.VIEW,
    "decide": Right.DECIDE,
    "list_jobs": Right.VIEW,
    "get_job": Right.VIEW,
    "export": Right.EXPORT,
    "fetch_file": Right.EXPORT,
}
PEOPLE = ("anonymous", "stranger", "auditor", "reviewer", "administrator", "governor")
# Who has which right, written out a second time: a slip in review.rights is not its own proof.
ALL = frozenset(PEOPLE)
KNOWN = ALL - {"anonymous"}
MEMBERS = KNOWN - {"stranger"}
WHO_MAY: Mapping[Right, frozenset[str]] = {
    Right.OPEN: ALL,
    Right.ENTER: KNOWN,
    Right.GOVERN: frozenset({"governor"}),
    Right.VIEW: MEMBERS,
    Right.UPLOAD: MEMBERS,
    Right.DECIDE: MEMBERS,
    Right.EXPORT: MEMBERS,
    Right.REVIEW: MEMBERS - {"auditor"},
    Right.APPROVE: frozenset({"administrator", "governor"}),
    Right.TRAIN: frozenset({"administrator", "governor"}),
    Right.MANAGE: frozenset({"administrator", "governor"}),
}
IN_AN_AUDIT = frozenset(Right) - {Right.OPEN, Right.ENTER, Right.GOVERN}
FOR_PATHS = {"IntConverter": 1, "StringConverter": "x", "SlugConverter": "x", "PathConverter": "x"}
NOBODY = {"uuid": "00000000-0000-0000-0000-000000000000"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """An audit, and one of every kind of people."""

    project: Project
    people: Mapping[str, User]


@pytest.fixture
def crowd(project: Project) -> Crowd:
    people: dict[str, User] = {}
    for name in PEOPLE[1:]:
        people[name] = user = User.objects.create(username=name, is_superuser=name == "governor")
        if name in Role.values:
            Membership.objects.create(project=project, user=user, role=name)
    return Crowd(project=project, people=people)


def page_patterns() -> Iterator[URLPattern]:
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        else:
            assert isinstance(entry, URLResolver)
            assert entry.namespace == "api", "pages stand in a list, not in a tree: here only the API has its own"


def pattern_to_address(pattern: URLPattern, project: Project) -> str:
    kinds = pattern.pattern.converters
    filled = {name: FOR_PATHS.get(type(kind).__name__, NOBODY["uuid"]) for name, kind in kinds.items()}
    return reverse(str(pattern.name), kwargs=filled | ({"project_id": project.pk} if "project_id" in kinds else {}))


def outcome(middleware: RightsMiddleware, address: str, user: User | AnonymousUser) -> str:
    """What the middleware does with a request before any view has run."""
    request: Any = RequestFactory().get(address)
    request.user, request.resolver_match = user, resolve(address)
    found = request.resolver_match
    try:
        answered = middleware.process_view(request, found.func, found.args, found.kwargs)
    except PermissionDenied:
        return "denied"
    except Http404:
        return "hidden"
    return "passes" if answered is None else answered.headers["Location"].split("?")[0]


def expected(right: Right, who: str) -> str:
    if who in WHO_MAY[right]:
        return "passes"
    if who == "anonymous":
        return "/login"
    return "hidden" if who == "stranger" and right in IN_AN_AUDIT else "denied"


def test_every_page_has_its_right_in_the_table_and_no_other_is_there() -> None:
    assert {str(pattern.name) for pattern in page_patterns()} == set(PAGES)


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_opens_to_whoever_has_its_right_and_to_nobody_else(crowd: Crowd, who: str) -> None:
    middleware = RightsMiddleware(lambda request: HttpResponse())
    for pattern in page_patterns():
        address = pattern_to_address(pattern, crowd.project)
        told = outcome(middleware, address, crowd.people.get(who, AnonymousUser()))
        assert told == expected(PAGES[str(pattern.name)], who), f"{who}: {pattern.name}"


def test_a_page_without_a_right_opens_to_nobody(crowd: Crowd) -> None:
    request: Any = RequestFactory().get("/")
    request.user, request.resolver_match = crowd.people["governor"], resolve("/")
    with pytest.raises(PermissionDenied):
        RightsMiddleware(lambda request: HttpResponse()).process_view(request, lambda request: None, (), {})


def test_a_right_in_an_audit_asks_which_audit(crowd: Crowd) -> None:
    request: Any = RequestFactory().get("/")
    request.user, request.resolver_match = crowd.people["governor"], resolve("/")
    view = needs(Right.VIEW)(lambda request: None)
    with pytest.raises(KeyError):
        RightsMiddleware(lambda request: HttpResponse()).process_view(request, view, (), {})


def test_through_the_whole_program_a_stranger_cannot_tell_an_audit_from_none(crowd: Crowd, client: Client) -> None:
    client.force_login(crowd.people["stranger"], backend="django.contrib.auth.backends.ModelBackend")
    there, nowhere = (client.get(f"/p/{number}/") for number in (crowd.project.pk, crowd.project.pk + 999))
    assert there.status_code == nowhere.status_code == 404
    assert there.content == nowhere.content


def test_through_the_whole_program_nobody_sees_a_page_without_logging_in(crowd: Crowd, client: Client) -> None:
    for pattern in page_patterns():
        response = client.get(pattern_to_address(pattern, crowd.project))
        if PAGES[str(pattern.name)] is not Right.OPEN:
            assert response.status_code == 302, pattern.name
            assert response.headers["Location"].startswith("/login?next=")


def test_no_page_and_no_operation_believes_a_form_from_elsewhere(crowd: Crowd) -> None:
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(crowd.people["governor"], backend="django.contrib.auth.backends.ModelBackend")
    before = everything_stored()
    for pattern in page_patterns():
        assert forger.post(pattern_to_address(pattern, crowd.project)).status_code == 403, pattern.name
    for name, method, path in operations():
        address = re.sub(r"\{\w+\}", str(crowd.project.pk), path)
        status = forger.generic(method, address, "{}", content_type="application/json").status_code
        assert (status == 403) == (method != "GET"), name
    assert everything_stored() == before


def test_opening_a_page_changes_nothing(crowd: Crowd, client: Client) -> None:
    client.force_login(crowd.people["governor"], backend="django.contrib.auth.backends.ModelBackend")
    client.raise_request_exception = False
    before = everything_stored()
    for pattern in page_patterns():
        response = client.get(pattern_to_address(pattern, crowd.project))
        assert response.status_code < 500, pattern.name
    assert everything_stored() == before


def everything_stored() -> dict[str, list[Any]]:
    """All rows of all tables of the workbench; when a finding was first looked at is allowed to be written down."""
    told = {}
    for model in apps.get_app_config("review").get_models():
        names = [field.attname for field in model._meta.concrete_fields if field.attname != "seen_at"]
        told[model.__name__] = list(model._default_manager.order_by("pk").values_list(*names))
    return told


def operations() -> Iterator[tuple[str, str, str]]:
    """Name, method and path of all there are, those that are not described too."""
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            for operation in view.operations:
                name = operation.operation_id or operation.url_name
                yield str(name), operation.methods[0], f"/api{prefix}{path}"


def test_every_operation_has_its_right_in_the_table_and_no_other_is_there() -> None:
    assert {name for name, _, _ in operations()} == set(OPERATIONS)


BODIES = {
    "create_project": {"name": "新项目"},
    "decide": {"act": "skip"},
    "export": {"kind": "csv"},
}


# ``call`` asks these for a row that is not there. Whoever may not is told 403 before it is looked for.
LEAD_NOWHERE = {"get_delivery", "get_document", "get_form", "get_finding", "decide", "get_job", "fetch_file"}


@pytest.fixture
def call(crowd: Crowd, client: Client) -> Callable[[str, str], int]:
    """The status that somebody gets for an operation; ids other than that of the audit lead nowhere."""
    places = {name: (method, path) for name, method, path in operations()}
    keys = {name: Token.make_key() for name in PEOPLE[1:]}
    for name, key in keys.items():
        Token.objects.create(user=crowd.people[name], name=name, digest=Token.key_to_digest(key))

    def ask(name: str, who: str) -> int:
        method, path = places[name]
        for part in ("delivery_id", "document_id", "form_id", "finding_id", "job_id"):
            path = path.replace(f"{{{part}}}", "999999")
        address = path.replace("{project_id}", str(crowd.project.pk)) + ("?path=a.txt" if "upload" in name else "")
        headers = {"authorization": f"Bearer {keys[who]}"} if who in keys else {}
        if name == "upload":
            return client.post(address, {"file": SimpleUploadedFile("a.txt", b"a")}, headers=headers).status_code
        if name == "upload_raw":
            return client.put(address, b"a", "application/octet-stream", headers=headers).status_code
        told = json.dumps(BODIES.get(name, {}))
        return client.generic(method, address, told, content_type="application/json", headers=headers).status_code

    return ask


@pytest.mark.parametrize("who", PEOPLE)
def test_every_operation_is_done_for_whoever_has_its_right_and_for_nobody_else(
    call: Callable[[str, str], int], who: str
) -> None:
    for name, right in OPERATIONS.items():
        status = call(name, who)
        if who == "anonymous":
            assert status == 401, name
        elif who not in WHO_MAY[right]:
            assert status == (404 if who == "stranger" else 403), f"{who}: {name}"
        elif name in LEAD_NOWHERE:
            assert status == 404, f"{who}: {name}"
        else:
            assert status in {200, 201, 202}, f"{who}: {name}"


@pytest.mark.parametrize("right", sorted(set(OPERATIONS.values()) & IN_AN_AUDIT))
def test_an_operation_takes_no_less_than_its_right(
    crowd: Crowd, call: Callable[[str, str], int], monkeypatch: pytest.MonkeyPatch, right: Right
) -> None:
    """Somebody who has all rights but this one: no role is made like that today, one may be tomorrow."""
    import review.rights

    monkeypatch.setattr(review.rights, "ROLE_RIGHTS", {Role.AUDITOR: IN_AN_AUDIT - {right}})
    for name in (name for name, asked in OPERATIONS.items() if asked is right):
        assert call(name, "auditor") == 403, name


def test_where_nobody_logs_in_only_this_machine_under_its_own_name_is_let_in(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MANY_USERS", False)
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", ["*"])
    assert client.get("/", headers={"host": "127.0.0.1:8610"}).status_code == 200
    fresh = Client()
    assert fresh.get("/", headers={"host": "127.0.0.1:8610"}, REMOTE_ADDR="192.0.2.7").status_code == 302
    assert fresh.get("/", headers={"host": "audit.example"}).status_code == 302
    assert fresh.get("/api/me", headers={"authorization": "Bearer x"}).status_code == 401
