"""The commands of the workbench: serve, worker, verify-log, user."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fuhe.cli_parts import ClusterAddress, Config, ShareUrl, end_with
from fuhe.cluster_plan import ClusterPlan

PANEL = "选项"
Data = Annotated[
    Path | None,
    typer.Option(
        "--data", metavar="文件夹", envvar="FUHE_DATA", help="数据库、上传的文件和密钥所在；默认 ~/.fuhe/workbench。",
        show_default=False, rich_help_panel=PANEL,
    ),
]  # fmt: skip
Database = Annotated[
    str,
    typer.Option(
        "--database", metavar="URL", envvar="FUHE_DATABASE", help="如 postgres://用户:密码@主机/库；默认用 SQLite。",
        show_default=False, rich_help_panel=PANEL,
    ),
]  # fmt: skip


def serve(
    data: Data = None,
    database: Database = "",
    host: Annotated[str, typer.Option("--host", help="监听的地址。", rich_help_panel=PANEL)] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="端口。", rich_help_panel=PANEL)] = 8610,
    users: Annotated[bool, typer.Option("--users", help="多人使用：须用账号登录。", rich_help_panel=PANEL)] = False,
    worker: Annotated[bool, typer.Option(help="同时启动后台识读。", rich_help_panel=PANEL)] = True,
    browser: Annotated[bool, typer.Option(help="打开浏览器。", rich_help_panel=PANEL)] = False,
    config: Config = None,
    cluster: ClusterAddress = "",
    share: ShareUrl = "",
) -> None:
    """网页工作台：上传、逐条复核、签字、导出、再训练。"""
    from fuhe.serve import Place
    from fuhe.serve import serve as run

    place = Place(data=data, database=database, many_users=users, cluster=ClusterPlan(address=cluster, share=share))
    end_with(lambda: run(place, host=host, port=port, config=config, with_worker=worker, browser=browser))


def worker(
    data: Data = None,
    database: Database = "",
    config: Config = None,
    cluster: ClusterAddress = "",
    share: ShareUrl = "",
) -> None:
    """工作台的后台识读，可另开多个（fuhe serve 已自带一个）。"""
    from fuhe.serve import Place, work

    place = Place(data=data, database=database, cluster=ClusterPlan(address=cluster, share=share))
    end_with(lambda: work(place, config=config))


def verify_log(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="日志.jsonl",
            help="导出的日志；不给则核验工作台里的全部日志。",
            show_default=False,
            rich_help_panel="参数",
        ),
    ] = None,
    head: Annotated[
        str,
        typer.Option(
            "--head",
            metavar="链头",
            help="印在导出件上的链头，查它是否在日志中。",
            show_default=False,
            rich_help_panel=PANEL,
        ),
    ] = "",
    data: Data = None,
    database: Database = "",
) -> None:
    """核验操作日志：逐条核对校验值。退出码 0 完整，3 有改动或缺失。"""
    from fuhe.serve import Place
    from fuhe.serve import verify_log as run

    end_with(lambda: run(Place(data=data, database=database), file=file, head=head))
