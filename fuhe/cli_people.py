"""The commands ``fuhe user``: accounts of the workbench, for whoever has the server's terminal."""

from __future__ import annotations

import getpass
import sys
from typing import Annotated

import typer

from fuhe.cli_parts import Config, end_with
from fuhe.cli_workbench import PANEL, Data, Database

UserName = Annotated[str, typer.Argument(metavar="NAME", help="用户名。", show_default=False, rich_help_panel="参数")]

accounts = typer.Typer(
    help="工作台的账号：建立、重设密码、列出。密码从终端或标准输入读入，不作参数。",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@accounts.command("add", rich_help_panel="命令")
def add(
    name: UserName,
    admin: Annotated[
        bool, typer.Option("--admin", help="系统管理员：管理账号，可见全部审计项目。", rich_help_panel=PANEL)
    ] = False,
    full_name: Annotated[
        str, typer.Option("--full-name", help="姓名，印在底稿上。", show_default=False, rich_help_panel=PANEL)
    ] = "",
    data: Data = None,
    database: Database = "",
    config: Config = None,
) -> None:
    """建立账号；首次登录时须改成自己的密码。"""
    from fuhe.accounts import NewAccount, add_account
    from fuhe.serve import Place

    account = NewAccount(username=name, full_name=full_name, governs=admin)
    place = Place(data=data, database=database)
    end_with(lambda: add_account(place, account, config=config, read=read_password))


@accounts.command("password", rich_help_panel="命令")
def password(name: UserName, data: Data = None, database: Database = "", config: Config = None) -> None:
    """重设密码；已登录的页面退出，令牌作废，下次登录时须改成自己的。"""
    from fuhe.accounts import reset_account
    from fuhe.serve import Place

    end_with(lambda: reset_account(Place(data=data, database=database), name, config=config, read=read_password))


@accounts.command("list", rich_help_panel="命令")
def show(data: Data = None, database: Database = "", config: Config = None) -> None:
    """列出账号。"""
    from fuhe.accounts import list_accounts
    from fuhe.serve import Place

    end_with(lambda: list_accounts(Place(data=data, database=database), config=config))


def read_password() -> str:
    """A password typed twice, or the first line of what is piped in. Raises WrongUsage."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from fuhe.commands import WrongUsage

    first = getpass.getpass("密码（不显示）：")
    if first != getpass.getpass("再输一次："):
        raise WrongUsage("两次输入的密码不一致。")
    return first
