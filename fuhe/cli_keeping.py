"""The commands that keep a workbench: backup, restore, and the audits that may go."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fuhe.cli_parts import end_with
from fuhe.cli_workbench import PANEL, Data, Database

BackupFile = Annotated[Path, typer.Argument(metavar="备份.zip", show_default=False, rich_help_panel="参数")]

audits = typer.Typer(
    help="工作台的审计项目：列出，按保存期限删除。",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def backup(file: BackupFile, data: Data = None, database: Database = "") -> None:
    """备份整个工作台为一个文件；使用中也可备份。"""
    from fuhe.keeping import back_up
    from fuhe.keeping_told import kept_to_lines, say
    from fuhe.serve import Place

    end_with(lambda: say(kept_to_lines(back_up(Place(data=data, database=database), file), "已备份到")))


def restore(file: BackupFile, data: Data = None, database: Database = "") -> None:
    """从备份恢复到一个空文件夹（和空数据库），逐个核对校验值。"""
    from fuhe.keeping import restore as run
    from fuhe.keeping_told import kept_to_lines, say
    from fuhe.serve import Place

    end_with(lambda: say(kept_to_lines(run(Place(data=data, database=database), file), "已恢复自")))


@audits.command("list", rich_help_panel="命令")
def show(
    idle_days: Annotated[
        int, typer.Option("--idle-days", metavar="天数", min=0, help="只列这么久没有操作的。", rich_help_panel=PANEL)
    ] = 0,
    data: Data = None,
    database: Database = "",
) -> None:
    """列出审计项目：编号、名称、文件数、疑点数、大小、最后操作日。"""
    from fuhe.keeping_told import list_audits
    from fuhe.serve import Place

    end_with(lambda: list_audits(Place(data=data, database=database), idle_days=idle_days))


@audits.command("delete", rich_help_panel="命令")
def delete(
    number: Annotated[int, typer.Argument(metavar="编号", help="见 fuhe project list。", rich_help_panel="参数")],
    name: Annotated[
        str, typer.Option("--name", metavar="名称", help="项目全名，须与编号相符。", rich_help_panel=PANEL)
    ],
    log: Annotated[
        Path,
        typer.Option("--log", metavar="文件.jsonl", help="先把该项目的操作日志导出到这里。", rich_help_panel=PANEL),
    ],
    data: Data = None,
    database: Database = "",
) -> None:
    """删除一个审计项目及其文件，不可恢复；先导出其操作日志，删除本身记入系统日志。"""
    from fuhe.keeping_told import delete_audit
    from fuhe.serve import Place

    end_with(lambda: delete_audit(Place(data=data, database=database), number, name=name, log=log))
