"""Accounts, roles and keys: what may be done, what may not, and that all of it stands in the log."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client

from review.journal import verify
from review.models import Chain, Event, Membership, Project, Role, Token, User
from review.people import NO_ADMINISTRATOR, NO_GOVERNOR, NOT_ONESELF, RESERVED
from tests.review.conftest import PASSWORD

BACKEND = "django.contrib.auth.backends.ModelBackend"
FIRST = "first-password-of-4"
Make = Callable[[Role | None], User]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@pytest.fixture
def chief(db: None) -> User:
    user = User(username="chief", full_name="周主任", is_superuser=True)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def governor(chief: User) -> Client:
    return browser(chief)


@pytest.fixture
def head(member: Make) -> Client:
    """The administrator of the audit."""
    return browser(member(Role.ADMINISTRATOR))


def last_event(project: Project | None = None) -> Event:
    return Event.objects.filter(chain__project=project).order_by("-number")[0]


def said(client: Client, address: str) -> str:
    """What the page says after what was done."""
    return client.get(address).content.decode()


def test_an_administrator_sees_who_works_on_the_audit(head: Client, project: Project, member: Make) -> None:
    member(Role.REVIEWER)
    text = said(head, f"/p/{project.pk}/people")
    assert "复核人员" in text and "reviewer" in text
    assert 'aria-current="page">成员' in text


def test_only_who_manages_finds_the_way_to_the_members(auditor: Client, project: Project) -> None:
    assert "成员" not in said(auditor, f"/p/{project.pk}/")
    assert auditor.get(f"/p/{project.pk}/people").status_code == 403


def test_a_member_is_added_changed_and_removed(head: Client, project: Project, member: Make) -> None:
    stranger = member(None)
    page = f"/p/{project.pk}/people"
    head.post(f"{page}/new", {"user": stranger.pk, "role": Role.AUDITOR})
    made = Membership.objects.get(user=stranger)
    assert made.role == Role.AUDITOR
    assert last_event(project).changes[0]["after"] == {"user": "stranger", "role": "auditor"}
    head.post(f"{page}/{made.pk}/role", {"role": Role.REVIEWER})
    assert last_event(project).changes[0]["before"] == {"user": "stranger", "role": "auditor"}
    made.refresh_from_db()
    assert made.role == Role.REVIEWER
    head.post(f"{page}/{made.pk}/remove")
    assert not Membership.objects.filter(user=stranger).exists()
    assert last_event(project).act == "remove_member"
    assert "已移出" in said(head, page)
    assert verify(Chain.objects.get(project=project)).broken is None


@pytest.mark.parametrize("told", [{"role": "auditor"}, {"user": 999, "role": "auditor"}, {"user": "1", "role": "king"}])
def test_a_member_that_cannot_be_is_refused(head: Client, project: Project, chief: User, told: dict[str, str]) -> None:
    before = Membership.objects.count()
    response = head.post(f"/p/{project.pk}/people/new", told)
    assert response.status_code == 400
    assert "errorlist" in response.content.decode()
    assert Membership.objects.count() == before


def test_nobody_is_a_member_twice(head: Client, project: Project, member: Make) -> None:
    reviewer = member(Role.REVIEWER)
    head.post(f"/p/{project.pk}/people/new", {"user": reviewer.pk, "role": Role.AUDITOR})
    assert "已经是本项目的成员" in said(head, f"/p/{project.pk}/people")
    assert Membership.objects.get(user=reviewer).role == Role.REVIEWER


@pytest.mark.parametrize(("act", "told"), [("role", {"role": "auditor"}), ("remove", {})])
def test_an_audit_keeps_an_administrator(head: Client, project: Project, act: str, told: dict[str, str]) -> None:
    own = Membership.objects.get(role=Role.ADMINISTRATOR)
    head.post(f"/p/{project.pk}/people/{own.pk}/{act}", told)
    assert NO_ADMINISTRATOR in said(head, f"/p/{project.pk}/people")
    assert Membership.objects.get(pk=own.pk).role == Role.ADMINISTRATOR


def test_whoever_leaves_an_audit_is_led_out_of_it(head: Client, project: Project, chief: User) -> None:
    Membership.objects.create(project=project, user=chief, role=Role.ADMINISTRATOR)
    own = Membership.objects.get(user__username="administrator")
    response = head.post(f"/p/{project.pk}/people/{own.pk}/remove")
    assert response.headers["Location"] == "/"


def test_members_of_another_audit_are_out_of_reach(head: Client, project: Project, chief: User) -> None:
    other = Project.objects.create(name="别的项目")
    far = Membership.objects.create(project=other, user=chief, role=Role.AUDITOR)
    assert head.post(f"/p/{project.pk}/people/{far.pk}/role", {"role": "reviewer"}).status_code == 404
    assert head.post(f"/p/{project.pk}/people/{far.pk}/remove").status_code == 404


def test_an_account_begins_with_a_password_that_must_be_changed(governor: Client) -> None:
    told = {"username": "li", "full_name": "李某", "password1": FIRST, "password2": FIRST}
    assert governor.post("/users/new", told).headers["Location"] == "/users"
    user = User.objects.get(username="li")
    assert user.must_change and not user.is_superuser
    assert last_event().act == "create_user"
    assert FIRST not in str(last_event().told) + str(last_event().changes)

    client = Client()
    assert client.post("/login", {"username": "li", "password": FIRST}).status_code == 302
    assert client.get("/").headers["Location"] == "/account"
    assert "密码是别人替您设的" in said(client, "/account")
    assert client.post("/projects/new", {"name": "x"}).status_code == 403
    assert client.post("/account/tokens/new", {"name": "x"}).status_code == 403
    assert client.get("/api/me").status_code == 403
    fresh = {"old_password": FIRST, "new_password1": "only-mine-to-know", "new_password2": "only-mine-to-know"}
    client.post("/account/password", fresh)
    assert client.get("/").status_code == 200
    assert client.get("/api/me").json()["username"] == "li"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"password1": "short", "password2": "short"}, "密码太短：至少 10 个字符。"),
        ({"password1": "1234567890123", "password2": "1234567890123"}, "密码只包含数字"),
        ({"password1": "password1234", "password2": "password1234"}, "太常见"),
        ({"password1": "wangxiaoming", "password2": "wangxiaoming"}, "太相似"),
        ({"password2": "something-else-8"}, "不一致"),
        ({"username": "a b"}, "用户名"),
        ({"username": "CHIEF"}, "已存在"),
        ({"username": ""}, "必填"),
        ({"full_name": "李\u202e某"}, "看不见的字符"),
        ({"full_name": "长" * 41}, "40"),
    ],
)
def test_an_account_that_cannot_be_is_refused(governor: Client, change: dict[str, str], complaint: str) -> None:
    told = {"username": "wangxiaoming", "full_name": "王某", "password1": FIRST, "password2": FIRST} | change
    response = governor.post("/users/new", told)
    assert response.status_code == 400
    assert complaint in response.content.decode()
    assert User.objects.count() == 1


def test_the_name_of_the_local_user_is_kept_for_it(governor: Client) -> None:
    governor.post("/users/new", {"username": "local", "password1": FIRST, "password2": FIRST})
    assert RESERVED in said(governor, "/users")
    assert not User.objects.filter(username="local").exists()


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(governor: Client, member: Make) -> None:
    user = member(Role.AUDITOR)
    inside = browser(user)
    key = Token.make_key()
    Token.objects.create(user=user, name="x", digest=Token.key_to_digest(key))
    governor.post(f"/users/{user.pk}/active", {"active": "0"})
    assert inside.get("/").status_code == 302
    assert Client().get("/api/me", headers={"authorization": f"Bearer {key}"}).status_code == 401
    assert last_event().act == "deactivate_user"
    governor.post(f"/users/{user.pk}/active", {"active": "1"})
    assert Client().get("/api/me", headers={"authorization": f"Bearer {key}"}).status_code == 200


def test_a_password_that_was_reset_ends_sessions_and_keys(governor: Client, member: Make) -> None:
    user = member(Role.AUDITOR)
    inside = browser(user)
    Token.objects.create(user=user, name="x", digest="0" * 64)
    address = f"/users/{user.pk}/password"
    assert governor.get(address).status_code == 200
    assert governor.post(address, {"new_password1": "x", "new_password2": "x"}).status_code == 400
    assert governor.post(address, {"new_password1": FIRST, "new_password2": FIRST}).status_code == 302
    user.refresh_from_db()
    assert user.must_change and user.check_password(FIRST)
    assert inside.get("/").status_code == 302
    assert not user.tokens.filter(revoked_at=None).exists()
    assert last_event().act == "reset_password"


def test_a_governor_is_made_and_unmade(governor: Client, member: Make) -> None:
    user = member(None)
    governor.post(f"/users/{user.pk}/governs", {"governs": "1"})
    user.refresh_from_db()
    assert user.is_superuser
    assert browser(user).get("/users").status_code == 200
    governor.post(f"/users/{user.pk}/governs", {"governs": "0"})
    assert browser(user).get("/users").status_code == 403


def test_somebody_always_governs(governor: Client, chief: User) -> None:
    governor.post(f"/users/{chief.pk}/governs", {"governs": "0"})
    assert NO_GOVERNOR in said(governor, "/users")
    governor.post(f"/users/{chief.pk}/active", {"active": "0"})
    assert NOT_ONESELF in said(governor, "/users")
    chief.refresh_from_db()
    assert chief.is_superuser and chief.is_active


def test_the_local_user_does_not_count_where_people_log_in(governor: Client, chief: User) -> None:
    User.objects.create(username="local", is_superuser=True, password="!")
    governor.post(f"/users/{chief.pk}/governs", {"governs": "0"})
    chief.refresh_from_db()
    assert chief.is_superuser


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [("not-my-password", "another-good-pass", "旧密码"), (PASSWORD, "short", "密码太短")],
)
def test_a_new_password_needs_the_old_one_and_the_rules(auditor: Client, old: str, new: str, complaint: str) -> None:
    told = {"old_password": old, "new_password1": new, "new_password2": new}
    response = auditor.post("/account/password", told)
    assert response.status_code == 400
    assert complaint in response.content.decode()
    assert User.objects.get(username="auditor").check_password(PASSWORD)


def test_a_key_is_shown_once_and_only_its_digest_is_kept(auditor: Client) -> None:
    text = auditor.post("/account/tokens/new", {"name": "办公系统"}).content.decode()
    (key,) = re.findall(r"fuhe_[\w-]{43}", text)
    token = Token.objects.get()
    assert token.digest == Token.key_to_digest(key)
    assert key not in said(auditor, "/account")
    assert key not in str(last_event().told) + str(last_event().changes)
    assert Client().get("/api/me", headers={"authorization": f"Bearer {key}"}).status_code == 200


def test_a_revoked_key_opens_nothing(auditor: Client) -> None:
    text = auditor.post("/account/tokens/new", {"name": "办公系统"}).content.decode()
    (key,) = re.findall(r"fuhe_[\w-]{43}", text)
    auditor.post(f"/account/tokens/{Token.objects.get().pk}/revoke")
    assert Client().get("/api/me", headers={"authorization": f"Bearer {key}"}).status_code == 401
    assert "作废" in said(auditor, "/account")
    assert last_event().act == "revoke_token"


def test_keys_of_others_are_out_of_reach(auditor: Client, chief: User) -> None:
    token = Token.objects.create(user=chief, name="x", digest="0" * 64)
    assert auditor.post(f"/account/tokens/{token.pk}/revoke").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_where_nobody_logs_in_there_is_no_password_to_change(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MANY_USERS", False)
    client = Client(headers={"host": "127.0.0.1"})
    text = said(client, "/account")
    assert "更改密码" not in text and "接口令牌" in text
    assert "单人使用" in said(client, "/users")
    address = f"/users/{User.objects.get(username='local').pk}/password"
    assert client.get(address).status_code == 200
    client.post(address, {"new_password1": FIRST, "new_password2": FIRST})
    assert RESERVED in said(client, "/users")


def test_the_log_of_the_program_holds(governor: Client, member: Make) -> None:
    user = member(None)
    governor.post(f"/users/{user.pk}/governs", {"governs": "1"})
    governor.post(f"/users/{user.pk}/active", {"active": "0"})
    governor.post("/account/tokens/new", {"name": "x"})
    verdict = verify(Chain.objects.get(project=None))
    assert (verdict.length, verdict.broken) == (3, None)
