"""Accounts of the workbench, managed from the terminal of its server."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fuhe.commands import WrongUsage
from fuhe.serve import Place, migrate, open_workbench

ReadPassword = Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What was asked for."""

    username: str
    full_name: str = ""
    governs: bool = False


def add_account(place: Place, account: NewAccount, *, config: Path | None, read: ReadPassword) -> int:
    """A new account. Raises WrongUsage."""
    _open(place, config)
    from django.core.exceptions import ValidationError

    from review.models import User
    from review.people import PeopleTrouble, Person, create_user

    user = User(username=account.username, full_name=account.full_name)
    try:
        user.full_clean(exclude=["password"])
        told = Person(username=account.username, full_name=account.full_name, governs=account.governs)
        create_user(told, password=_good_password(read(), user), by=None)
    except ValidationError as error:
        raise WrongUsage("；".join(error.messages)) from error
    except PeopleTrouble as trouble:
        raise WrongUsage(str(trouble)) from trouble
    sys.stdout.write(f"已建立账号 {account.username}；首次登录时须改成自己的密码。\n")
    return 0


def reset_account(place: Place, username: str, *, config: Path | None, read: ReadPassword) -> int:
    """Another password for an account. Raises WrongUsage."""
    _open(place, config)
    from django.core.exceptions import ValidationError

    from review.models import User
    from review.people import PeopleTrouble, reset_password

    user = User.objects.filter(username=username).first()
    if user is None:
        raise WrongUsage(f"没有账号 {username}；现有账号见 fuhe user list。")
    try:
        reset_password(user, password=_good_password(read(), user), by=None)
    except ValidationError as error:
        raise WrongUsage("；".join(error.messages)) from error
    except PeopleTrouble as trouble:
        raise WrongUsage(str(trouble)) from trouble
    sys.stdout.write(f"已重设 {username} 的密码；下次登录时须改成自己的，其令牌已作废。\n")
    return 0


def list_accounts(place: Place, *, config: Path | None) -> int:
    """Every account on a line: username, name, state."""
    _open(place, config)
    from review.models import User

    for user in User.objects.order_by("username"):
        state = ("在用" if user.is_active else "停用", *(["系统管理员"] if user.is_superuser else []))
        sys.stdout.write("\t".join((user.username, user.full_name, "、".join(state))) + "\n")
    return 0


def _open(place: Place, config: Path | None) -> None:
    open_workbench(place, config=config)
    migrate()


def _good_password(password: str, user: object) -> str:
    """The password, where the rules let it pass. Raises django's ValidationError."""
    from django.contrib.auth.password_validation import validate_password

    validate_password(password, user)  # type: ignore[arg-type]
    return password
