"""``fuhe user``: accounts from the terminal. The workbench under it is a fresh one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import fuhe.accounts
from fuhe.cli import app
from review.journal import verify
from review.models import Chain, Event, User

GOOD = "a-first-password-7"


@pytest.fixture(autouse=True)
def ready(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables are there, and Django is set up."""
    monkeypatch.setattr(fuhe.accounts, "_open", lambda place, config: None)


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, ["user", *arguments], input=typed)


def test_an_account_is_added_with_the_password_that_is_piped_in() -> None:
    result = run("add", "chen", "--full-name", "陈某", typed=f"{GOOD}\n")
    assert result.exit_code == 0
    assert "已建立账号 chen" in result.output
    assert GOOD not in result.output
    user = User.objects.get(username="chen")
    assert user.check_password(GOOD)
    assert (user.full_name, user.must_change, user.is_superuser) == ("陈某", True, False)


def test_the_first_governor_comes_from_the_terminal() -> None:
    run("add", "chen", "--admin", typed=f"{GOOD}\n")
    assert User.objects.get(username="chen").is_superuser
    event = Event.objects.get(chain__project=None)
    assert (event.who, event.told) == ("系统", {"username": "chen", "from": "命令行"})
    assert GOOD not in str(event.changes)
    assert verify(Chain.objects.get(project=None)).broken is None


def test_another_password_is_set() -> None:
    run("add", "chen", typed=f"{GOOD}\n")
    result = run("password", "chen", typed="another-password-8\n")
    assert result.exit_code == 0
    assert User.objects.get(username="chen").check_password("another-password-8")


def test_accounts_are_listed() -> None:
    run("add", "chen", "--admin", "--full-name", "陈某", typed=f"{GOOD}\n")
    User.objects.create(username="li", is_active=False)
    assert run("list").output.splitlines() == ["chen\t陈某\t在用、系统管理员", "li\t\t停用"]


@pytest.mark.parametrize(
    ("arguments", "typed", "complaint"),
    [
        (("add", "chen"), "short\n", "密码太短：至少 10 个字符。"),
        (("add", "chen"), "", "密码太短"),
        (("add", "chen"), "1234567890123\n", "密码只包含数字"),
        (("add", "a b"), f"{GOOD}\n", "用户名"),
        (("add", "local"), f"{GOOD}\n", "本机用户"),
        (("add", "LI"), f"{GOOD}\n", "已有账号"),
        (("add", "chen", "--full-name", "陈\n某"), f"{GOOD}\n", "看不见的字符"),
        (("password", "nobody"), f"{GOOD}\n", "没有账号 nobody"),
        (("password", "li"), "short\n", "密码太短"),
    ],
)
def test_what_cannot_be_is_refused_in_chinese(arguments: tuple[str, ...], typed: str, complaint: str) -> None:
    li = User.objects.create(username="li", password="!")
    result = run(*arguments, typed=typed)
    assert result.exit_code == 2
    assert complaint in result.output
    li.refresh_from_db()
    assert (User.objects.count(), li.password) == (1, "!")


def test_a_password_is_never_an_argument() -> None:
    assert run("add", "chen", GOOD).exit_code == 2
    assert not User.objects.exists()


@pytest.mark.slow
def test_a_fresh_workbench_is_made_for_its_first_account(tmp_path: Path) -> None:
    """The real command, in a process of its own."""
    import subprocess
    import sys

    command = [sys.executable, "-m", "fuhe.cli", "user"]
    made = subprocess.run(
        [*command, "add", "chen", "--admin", "--data", str(tmp_path)], input=f"{GOOD}\n", text=True, capture_output=True
    )
    assert (made.returncode, made.stderr) == (0, "")
    told = subprocess.run([*command, "list", "--data", str(tmp_path)], text=True, capture_output=True)
    assert told.stdout == "chen\t\t在用、系统管理员\n"
