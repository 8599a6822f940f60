"""Accounts, memberships and keys: every change to them, with its entry in the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from review.journal import record
from review.models import Membership, Project, Role, Token, User
from review.rights import LOCAL_USER


class PeopleTrouble(Exception):
    """A change that would leave nobody in charge, or makes no sense. The message is Chinese."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A new account."""

    username: str
    full_name: str = ""
    governs: bool = False


RESERVED = f"“{LOCAL_USER}”留给单人使用时的本机用户：请换一个用户名；本机用户不用密码。"
TAKEN = "已有账号 {name}（不分大小写）：请换一个用户名。"
NO_GOVERNOR = "至少要有一位在用的系统管理员：请先指定另一位。"
NO_ADMINISTRATOR = "每个审计项目至少要有一位管理员：请先指定另一位。"
ALREADY = "{who} 已经是本项目的成员。"
NOT_ONESELF = "不能停用自己的账号：请由另一位系统管理员操作。"


def create_project(project: Project, *, by: User) -> Project:
    """An audit that is stored with its maker as its administrator."""
    with transaction.atomic():
        project.created_by = by
        project.save()
        Membership.objects.create(project=project, user=by, role=Role.ADMINISTRATOR)
        record("create_project", user=by, project=project, told={"name": project.name})
    return project


def user_to_projects(user: User) -> QuerySet[Project]:
    """The audits of which somebody is a member, the latest first; all of them for whoever governs."""
    mine = Q() if user.is_superuser else Q(memberships__user=user)
    return Project.objects.filter(mine).distinct().order_by("-pk")


def create_user(person: Person, *, password: str, by: User | None) -> User:
    """An account with its first password, to be changed when it is first used. Raises PeopleTrouble."""
    if person.username == LOCAL_USER:
        raise PeopleTrouble(RESERVED)
    if User.objects.filter(username__iexact=person.username).exists():
        raise PeopleTrouble(TAKEN.format(name=person.username))
    with transaction.atomic():
        user = User(username=person.username, full_name=person.full_name, is_superuser=person.governs, must_change=True)
        user.set_password(password)
        user.save()
        _log("create_user", user, by=by, before={}, after=_account(user))
    return user


def reset_password(user: User, *, password: str, by: User | None) -> None:
    """A password that somebody else sets: sessions and keys end, it has to be changed. Raises PeopleTrouble."""
    if user.username == LOCAL_USER:
        raise PeopleTrouble(RESERVED)
    with transaction.atomic():
        user.set_password(password)
        user.must_change = True
        user.save(update_fields=["password", "must_change"])
        revoked = user.tokens.filter(revoked_at=None).update(revoked_at=timezone.now())
        _log("reset_password", user, by=by, before={}, after={"keys_revoked": revoked})


def change_own_password(user: User, *, password: str) -> None:
    """A password that only its owner knows."""
    with transaction.atomic():
        user.set_password(password)
        user.must_change = False
        user.save(update_fields=["password", "must_change"])
        _log("change_password", user, by=user, before={}, after={})


def set_active(user: User, *, active: bool, by: User | None) -> None:
    """Whether an account can be used. Raises PeopleTrouble."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if not active and by is not None and user.pk == by.pk:
            raise PeopleTrouble(NOT_ONESELF)
        if not active:
            _keep_a_governor(user)
        before = _account(user)
        user.is_active = active
        user.save(update_fields=["is_active"])
        _log("activate_user" if active else "deactivate_user", user, by=by, before=before, after=_account(user))


def set_governor(user: User, *, governs: bool, by: User | None) -> None:
    """Whether somebody governs people and audits. Raises PeopleTrouble."""
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user.pk)
        if not governs:
            _keep_a_governor(user)
        before = _account(user)
        user.is_superuser = governs
        user.save(update_fields=["is_superuser"])
        _log("set_governor", user, by=by, before=before, after=_account(user))


def _keep_a_governor(leaving: User) -> None:
    """All of them are locked, in one order: two who leave at one moment must not both be told that another stays."""
    governors = User.objects.select_for_update().filter(is_superuser=True, is_active=True).order_by("pk")
    if leaving.is_superuser and not [
        each for each in governors if each.pk != leaving.pk and each.has_usable_password()
    ]:
        raise PeopleTrouble(NO_GOVERNOR)


def add_member(project: Project, user: User, *, role: Role, by: User) -> Membership:
    """Somebody becomes a member. Raises PeopleTrouble."""
    with transaction.atomic():
        made, new = Membership.objects.get_or_create(project=project, user=user, defaults={"role": role})
        if not new:
            raise PeopleTrouble(ALREADY.format(who=user))
        _log_member("add_member", made, by=by, before={}, after=_role(made))
    return made


def change_role(member: Membership, *, role: Role, by: User) -> None:
    """A member's role. Raises PeopleTrouble."""
    with transaction.atomic():
        _keep_an_administrator(member, role)
        before = _role(member)
        member.role = role
        member.save(update_fields=["role"])
        _log_member("change_role", member, by=by, before=before, after=_role(member))


def remove_member(member: Membership, *, by: User) -> None:
    """Somebody is no longer a member; what they decided stays theirs. Raises PeopleTrouble."""
    with transaction.atomic():
        _keep_an_administrator(member, None)
        _log_member("remove_member", member, by=by, before=_role(member), after={})
        member.delete()


def _keep_an_administrator(member: Membership, role: Role | None) -> None:
    Project.objects.select_for_update().get(pk=member.project_id)
    others = Membership.objects.filter(project=member.project, role=Role.ADMINISTRATOR, user__is_active=True)
    if member.role == Role.ADMINISTRATOR != role and not others.exclude(pk=member.pk).exists():
        raise PeopleTrouble(NO_ADMINISTRATOR)


def create_token(user: User, *, name: str) -> tuple[Token, str]:
    """A key for a program that works in somebody's name: what is kept of it, and the key, which nobody sees again."""
    key = Token.make_key()
    with transaction.atomic():
        token = Token.objects.create(user=user, name=name, digest=Token.key_to_digest(key))
        change = {"kind": "token", "id": token.pk, "before": {}, "after": {"name": name}}
        record("create_token", user=user, changes=[change])
    return token, key


def revoke_token(token: Token, *, by: User) -> None:
    """A key that opens nothing any more."""
    with transaction.atomic():
        token.revoked_at = token.revoked_at or timezone.now()
        token.save(update_fields=["revoked_at"])
        after = {"revoked_at": token.revoked_at}
        record("revoke_token", user=by, changes=[{"kind": "token", "id": token.pk, "before": {}, "after": after}])


def _account(user: User) -> dict[str, Any]:
    return {
        "username": user.username,
        "full_name": user.full_name,
        "active": user.is_active,
        "governs": user.is_superuser,
    }


def _role(member: Membership) -> dict[str, Any]:
    return {"user": member.user.username, "role": member.role}


def _log(act: str, user: User, *, by: User | None, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """In the log of the program. Nobody in particular did what was done from the command line."""
    told = {"username": user.username, **({} if by else {"from": "命令行"})}
    record(act, user=by, told=told, changes=[{"kind": "user", "id": user.pk, "before": before, "after": after}])


def _log_member(act: str, member: Membership, *, by: User, before: dict[str, Any], after: dict[str, Any]) -> None:
    change = {"kind": "membership", "id": member.pk, "before": before, "after": after}
    record(act, user=by, project=member.project, changes=[change])
