"""The commands ``fuhe train`` and ``fuhe models``: arguments only; the work is in ``fuhe.learning``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from classify.learning.examples import Task
from fuhe.cli_parts import Config, end_with

Labels = Annotated[
    list[Path] | None,
    typer.Option(
        "--labels",
        metavar="FILE.jsonl",
        help="标注文件或工作台导出的复核记录，可给多个。",
        show_default=False,
        rich_help_panel="选项",
    ),
]
Batches = Annotated[
    list[Path] | None,
    typer.Option(
        "--batch",
        metavar="OUT",
        help="在办批次（fuhe audit 的输出文件夹）：列出换模型后哪些疑点会变。",
        show_default=False,
        rich_help_panel="选项",
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="随机种子，同样的数据和种子得到同样的模型。", rich_help_panel="选项")]
Who = Annotated[str, typer.Option("--who", help="记入日志的姓名，默认为登录名。", rich_help_panel="选项")]
ModelName = Annotated[str, typer.Argument(metavar="MODEL", help="模型名称，见 fuhe models list。")]

library = typer.Typer(
    help="分类模型：查看、比较、启用、退回。",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def train(
    task: Annotated[
        Task, typer.Option("--task", help="偏差原因，或年度指标值。", rich_help_panel="选项")
    ] = Task.RATIONALE,
    labels: Labels = None,
    batch: Batches = None,
    seed: Seed = 0,
    config: Config = None,
) -> None:
    """用标注和复核记录训练一个新模型，并与现用模型比较；不会自动启用。"""
    from fuhe.learning import train_command

    end_with(lambda: train_command(task.value, labels or (), batches=batch or (), seed=seed, config=config))


@library.command("list", rich_help_panel="命令")
def models_list() -> None:
    """列出全部模型，标出现用的。"""
    from fuhe.learning import list_command

    end_with(list_command)


@library.command("compare", rich_help_panel="命令")
def models_compare(one: ModelName, other: ModelName, batch: Batches = None) -> None:
    """在冻结检验集上比较两个模型，并列出在办批次中会变的疑点。"""
    from fuhe.learning import compare_command

    end_with(lambda: compare_command(one, other, batches=batch or ()))


@library.command("promote", rich_help_panel="命令")
def models_promote(name: ModelName, who: Who = "") -> None:
    """启用一个模型。比现用模型差的不予启用。"""
    from fuhe.learning import promote_command

    end_with(lambda: promote_command(name, who=who))


@library.command("rollback", rich_help_panel="命令")
def models_rollback(
    task: Annotated[
        Task, typer.Option("--task", help="偏差原因，或年度指标值。", rich_help_panel="选项")
    ] = Task.RATIONALE,
    who: Who = "",
) -> None:
    """退回上一个启用过的模型。"""
    from fuhe.learning import rollback_command

    end_with(lambda: rollback_command(task.value, who=who))
