"""What several files of the command line share: an option, exit codes, and how a command ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from fuhe.cluster_plan import ADDRESS_VARIABLE, SHARE_VARIABLE

EXIT_WRONG_USAGE = 2

ClusterAddress = Annotated[
    str,
    typer.Option(
        "--cluster", metavar="tcp://…", envvar=ADDRESS_VARIABLE, help="由多台机器识读：dask 调度器的地址。",
        show_default=False, rich_help_panel="选项",
    ),
]  # fmt: skip
ShareUrl = Annotated[
    str,
    typer.Option(
        "--share", metavar="URL", envvar=SHARE_VARIABLE, help="各机共享的文件夹，或 s3:// 等网址，与 --cluster 同用。",
        show_default=False, rich_help_panel="选项",
    ),
]  # fmt: skip

Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        envvar="FUHE_CONFIG",
        help="阈值和排序权重；默认用当前文件夹的 fuhe.toml，没有则用内置的数。",
        show_default=False,
        rich_help_panel="选项",
    ),
]


def end_with(work: Callable[[], int]) -> None:
    """Ends with the exit code of a command; wrong usage is said in Chinese."""
    from fuhe.commands import CannotWrite, WrongUsage

    try:
        code = work()
    except WrongUsage as error:
        raise wrong_usage(str(error)) from error
    except CannotWrite as error:
        raise not_written(str(error)) from error
    raise typer.Exit(code)


def wrong_usage(message: str) -> typer.Exit:
    """Says what was wrong; to be raised."""
    typer.echo(f"用法有误：{message}", err=True)
    return typer.Exit(EXIT_WRONG_USAGE)


def not_written(message: str) -> typer.Exit:
    """Says that nothing came of it although it was asked for rightly; to be raised."""
    typer.echo(f"没有做完：{message}", err=True)
    return typer.Exit(EXIT_WRONG_USAGE)
