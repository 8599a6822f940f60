"""What protects the workbench, tried from outside: headers, cookies, forged forms, guessed passwords, hostile names."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from review.downloads import NAME_MOST, safe_name
from review.models import Membership, Project, Role, Token, User
from tests.review.conftest import PASSWORD

BACKEND = "django.contrib.auth.backends.ModelBackend"
HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "' onmouseover='alert(1)",
    "{{ settings.SECRET_KEY }}{% csrf_token %}",
    "</title></textarea><svg onload=alert(1)>",
    "\u202egnp.exe\u202c",
    "一\n二\r\n三",
    "长" * 1000,
)
ACTIVE = ("<script>alert", "<img src=x", "<svg onload", "' onmouseover", '" onerror')


@pytest.fixture
def governor(db: None, client: Client) -> Client:
    user = User.objects.create(username="chief", is_superuser=True)
    client.force_login(user, backend=BACKEND)
    return client


def enter(client: Client, username: str, password: str, *, address: str = "192.0.2.1", then: str = "") -> Any:
    told = {"username": username, "password": password, "next": then}
    return client.post("/login", told, REMOTE_ADDR=address)


@pytest.mark.parametrize("address", ["/", "/login", "/users", "/no-such-page", "/api/me", "/api/no-such", "/logout"])
def test_every_answer_carries_the_headers(governor: Client, address: str) -> None:
    headers = governor.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "private" in headers["Cache-Control"]
    assert "public" not in headers["Cache-Control"]


def test_pages_load_only_files_that_are_there_and_hold_no_script_or_style(governor: Client, project: Project) -> None:
    for address in ("/", "/login", f"/p/{project.pk}/", f"/p/{project.pk}/people", "/users", "/account", "/api/docs"):
        text = governor.get(address).content.decode()
        for found in re.findall(r'(?:src|href)="/static/([^"]+)"', text):
            assert finders.find(found), f"{address}: {found}"
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), address
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), address
        assert "http://" not in text and "https://" not in text, address


def test_cookies_are_for_the_server_alone(member: Callable[[Role | None], User], client: Client) -> None:
    member(Role.AUDITOR)
    client.get("/login")
    enter(client, "auditor", PASSWORD)
    session, csrf = client.cookies[settings.SESSION_COOKIE_NAME], client.cookies[settings.CSRF_COOKIE_NAME]
    for cookie in (session, csrf):
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
    assert session["max-age"] == settings.SESSION_COOKIE_AGE == 12 * 3600


def test_a_host_that_is_not_ours_is_refused(client: Client) -> None:
    response = client.get("/login", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "请求不合要求" in response.content.decode()


@pytest.mark.parametrize("address", ["/p/1%00/", "/login?next=%00", "/api/projects?after=%00"])
def test_a_character_no_database_takes_is_refused_at_the_door(governor: Client, address: str) -> None:
    assert governor.get(address).status_code in {400, 404}


def test_a_form_from_elsewhere_does_nothing_and_says_why(governor: Client) -> None:
    forger = Client(enforce_csrf_checks=True)
    forger.cookies = governor.cookies
    response = forger.post("/projects/new", {"name": "x"}, headers={"origin": "https://evil.example"})
    assert response.status_code == 403
    assert "提交没有生效" in response.content.decode()
    assert not Project.objects.exists()


def test_the_api_believes_no_session_without_the_token_of_a_page(governor: Client) -> None:
    forger = Client(enforce_csrf_checks=True)
    forger.cookies = governor.cookies
    assert forger.get("/api/me").status_code == 200
    response = forger.post("/api/projects", {"name": "x"}, content_type="application/json")
    assert response.status_code == 403
    assert Project.objects.count() == 0


@pytest.mark.parametrize(
    "then",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"],
)
def test_after_login_nobody_is_sent_elsewhere(member: Callable[[Role | None], User], client: Client, then: str) -> None:
    member(Role.AUDITOR)
    assert enter(client, "auditor", PASSWORD, then=then).headers["Location"] == "/"


def test_after_login_one_is_back_where_one_wanted_to_go(member: Callable[[Role | None], User], client: Client) -> None:
    member(Role.AUDITOR)
    assert enter(client, "auditor", PASSWORD, then="/account").headers["Location"] == "/account"


def test_the_ninth_attempt_is_refused_even_with_the_right_password_and_others_are_not(
    member: Callable[[Role | None], User], client: Client
) -> None:
    member(Role.AUDITOR), member(Role.REVIEWER)
    for _ in range(8):
        enter(client, "auditor", "not-the-password")
    refused = enter(client, "auditor", PASSWORD)
    assert refused.status_code == 429
    assert "暂时不能登录" in refused.content.decode()
    assert enter(Client(), "auditor", PASSWORD, address="192.0.2.2").status_code == 302
    assert enter(Client(), "reviewer", PASSWORD).status_code == 302


def test_a_header_that_anybody_can_write_is_no_way_around_the_limit(
    member: Callable[[Role | None], User], client: Client
) -> None:
    member(Role.AUDITOR)
    for number in range(9):
        told = {"username": "auditor", "password": "not-the-password"}
        response = client.post("/login", told, headers={"x-forwarded-for": f"198.51.100.{number}"})
    assert response.status_code == 429


def test_a_quarter_of_an_hour_later_one_may_try_again(member: Callable[[Role | None], User], client: Client) -> None:
    member(Role.AUDITOR)
    for _ in range(9):
        enter(client, "auditor", "not-the-password")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert enter(client, "auditor", PASSWORD).status_code == 302


def test_wrong_name_wrong_password_and_closed_account_read_alike(
    member: Callable[[Role | None], User], client: Client
) -> None:
    member(Role.AUDITOR)
    closed = member(Role.REVIEWER)
    closed.is_active = False
    closed.save()
    told = set()
    for name, password in (("auditor", "wrong-pass-1"), ("nobody-here", PASSWORD), ("reviewer", PASSWORD)):
        text = enter(client, name, password).content.decode()
        told.add(re.sub(r'value="[^"]*"|"x-csrftoken": "[^"]*"', "", text.replace(name, "")))
    assert len({re.sub(r"hx-headers='[^']*'", "", text) for text in told}) == 1


def test_a_new_session_begins_at_login_and_another_at_a_new_password(
    member: Callable[[Role | None], User], client: Client
) -> None:
    user = member(Role.AUDITOR)
    session = client.session
    session["before"] = 1
    session.save()
    enter(client, "auditor", PASSWORD)
    inside = client.session.session_key
    assert inside != session.session_key
    elsewhere = Client()
    elsewhere.force_login(user, backend=BACKEND)
    fresh = {"old_password": PASSWORD, "new_password1": "another-good-pass", "new_password2": "another-good-pass"}
    assert client.post("/account/password", fresh).status_code == 302
    assert client.get("/").status_code == 200
    assert client.session.session_key != inside
    assert elsewhere.get("/").status_code == 302


def test_a_session_ends_when_its_time_has_come(auditor: Client) -> None:
    session = auditor.session
    session.set_expiry(-1)
    session.save()
    assert auditor.get("/").status_code == 302


def test_a_part_of_a_page_sends_the_whole_page_to_the_login(db: None, client: Client) -> None:
    headers = {"hx-request": "true", "hx-current-url": "http://testserver/account"}
    response = client.get("/heartbeat", headers=headers)
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/login?next=/account"
    assert not response.content


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_as_what_it_is(governor: Client, name: str) -> None:
    """The rules for names are passed by: what stands in a database may have come there in another way."""
    project = Project.objects.create(name=name[:120])
    user = User.objects.create(username=name[:140], full_name=name[:40])
    Membership.objects.create(project=project, user=user, role=Role.AUDITOR)
    Token.objects.create(user=User.objects.get(username="chief"), name=name[:60], digest="0" * 64)
    audit = f"/p/{project.pk}/"
    for address in ("/", audit, f"{audit}people", "/users", f"/users/{user.pk}/password", "/account"):
        response = governor.get(address)
        assert response.status_code == 200
        text = response.content.decode()
        assert not [active for active in ACTIVE if active in text], address
        assert settings.SECRET_KEY not in text


@pytest.mark.parametrize("name", ["\u202egnp.exe", "一\n二", "零\u200b宽", "\x07"])
def test_a_typed_name_holds_nothing_that_cannot_be_seen(governor: Client, name: str) -> None:
    response = governor.post("/projects/new", {"name": f"项目{name}项目"})
    assert response.status_code == 400
    assert "看不见的字符" in response.content.decode()
    assert governor.post("/account/tokens/new", {"name": f"项目{name}项目"}).status_code == 400
    assert governor.post("/api/projects", {"name": f"项{name}目"}, content_type="application/json").status_code == 422


@given(st.text(max_size=400))
def test_a_file_is_saved_under_a_name_that_every_system_takes(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= NAME_MOST
    assert not set(safe) & set('/\\:*?"<>|\r\n\0')
    assert safe_name(safe) == safe


def test_an_ending_outlives_the_cut() -> None:
    assert safe_name("问题清单" * 100 + ".xlsx").endswith(".xlsx")
    assert safe_name("..\\..\\取证\n单.docx") == "_.._取证_单.docx"


def test_too_much_is_refused(governor: Client) -> None:
    fields = {f"f{number}": "" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    assert governor.post("/projects/new", fields).status_code == 400
    big = '{"name": "' + "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + '"}'
    assert governor.post("/api/projects", big, content_type="application/json").status_code == 413
    assert governor.post("/projects/new", big, content_type="application/x-www-form-urlencoded").status_code == 400


def test_a_page_that_takes_forms_only_says_so(governor: Client) -> None:
    response = governor.get("/projects/new")
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert "不能这样打开" in response.content.decode()
    assert governor.delete("/api/projects").json()["message"]


def test_a_fault_of_ours_tells_nothing_of_what_is_inside(
    governor: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    governor.raise_request_exception = False

    def broken(user: User) -> None:
        raise RuntimeError("the inside of the house")

    monkeypatch.setattr("review.views.projects.user_to_projects", broken)
    monkeypatch.setattr("review.api_projects.user_to_projects", broken)
    for address in ("/", "/api/projects"):
        response = governor.get(address)
        assert response.status_code == 500
        text = response.content.decode()
        assert "程序出错" in text or "不是您的操作有误" in text
        assert "inside" not in text and "Traceback" not in text and "RuntimeError" not in text


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"accept": "text/html"}, "text/html"),
        ({"hx-request": "true", "accept": "*/*"}, "text/plain"),
        ({"accept": "*/*"}, "text/plain"),
    ],
)
def test_a_refusal_is_a_page_or_a_line_as_it_was_asked_for(auditor: Client, headers: dict[str, str], kind: str) -> None:
    response = auditor.get("/users", headers=headers)
    assert response.status_code == 403
    assert response.headers["Content-Type"].startswith(kind)
    assert "您的角色不能做这件事" in response.content.decode()


def test_no_secret_gets_into_the_log_or_beside_the_failed_attempts(
    member: Callable[[Role | None], User], client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    user = member(Role.AUDITOR)
    enter(client, "auditor", "a-secret-mistyped")
    enter(client, "auditor", PASSWORD)
    key = Token.make_key()
    Token.objects.create(user=user, name="x", digest=Token.key_to_digest(key))
    client.get("/api/projects/99", headers={"authorization": f"Bearer {key}"})
    stored = " ".join(str(row) for row in AccessAttempt.objects.values())
    for secret in ("a-secret-mistyped", PASSWORD, key):
        assert secret not in caplog.text
        assert secret not in stored


def test_the_secret_of_the_sessions_is_for_its_owner_alone() -> None:
    from review.settings import DATA

    assert (Path(DATA) / "secret.key").stat().st_mode & 0o077 == 0


def test_passwords_are_kept_by_argon2(member: Callable[[Role | None], User]) -> None:
    assert member(Role.AUDITOR).password.startswith("argon2$argon2id$")
