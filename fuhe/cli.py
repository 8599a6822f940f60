"""The command ``fuhe``: arguments and exit codes; the work is elsewhere and imported only when it is asked for."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ocr.engines.choice import EngineChoice, EngineName

EXIT_WRONG_USAGE = 2

app = typer.Typer(
    name="fuhe",
    help="复核财政项目支出绩效自评表和绩效目标表：读表，列出疑点。全程离线。",
    epilog="退出码：0 全部读入；3 有文件未能读入（已逐份列明原因）；2 用法有误。",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Inputs = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="INPUT...",
        help="文件、文件夹或 zip 压缩包（pdf、图片、txt、md、docx、xlsx、html；doc、xls、wps、et 需 LibreOffice）。",
        show_default=False,
        rich_help_panel="参数",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", metavar="OUT", help="输出文件夹（必填）。", show_default=False, rich_help_panel="选项"),
]
Workers = Annotated[
    int,
    typer.Option("--workers", metavar="N", min=1, help="同时读几份文件。", rich_help_panel="选项"),
]
Password = Annotated[
    str,
    typer.Option(
        "--password", metavar="密码", help="打开加密 PDF 的密码。", show_default=False, rich_help_panel="选项"
    ),
]


Engine = Annotated[
    EngineName,
    typer.Option(
        "--engine",
        envvar="FUHE_ENGINE",
        help="识读扫描件和图片的引擎；paddle 需装有可选组件 paddle。",
        rich_help_panel="选项",
    ),
]
ModelDir = Annotated[
    Path | None,
    typer.Option(
        "--model-dir",
        metavar="文件夹",
        envvar="FUHE_MODEL_DIR",
        help="自备的 PaddleOCR 识别模型，与 --engine paddle 同用。",
        show_default=False,
        rich_help_panel="选项",
    ),
]


class Task(StrEnum):
    """What ``fuhe classify`` can label."""

    RATIONALE = "rationale"
    TARGET = "target"


@app.command(rich_help_panel="命令")
def extract(
    inputs: Inputs = None,
    out: Out = None,
    workers: Workers = 1,
    password: Password = "",
    engine: Engine = EngineName.OPENVINO,
    model_dir: ModelDir = None,
) -> None:
    """读表：写出 tables.jsonl、forms.jsonl、forms.xlsx、run.json。"""
    paths, folder = _needed(inputs, out)
    choice = EngineChoice(name=engine, model_dir=model_dir)
    from fuhe.commands import CannotWrite, WrongUsage, extract_paths

    try:
        code = extract_paths(paths, folder, workers=workers, password=password, engine=choice)
    except (WrongUsage, CannotWrite) as error:
        raise _wrong_usage(str(error)) from error
    raise typer.Exit(code)


@app.command(rich_help_panel="命令")
def audit(
    inputs: Inputs = None,
    out: Out = None,
    workers: Workers = 1,
    password: Password = "",
    engine: Engine = EngineName.OPENVINO,
    model_dir: ModelDir = None,
) -> None:
    """读表并列出疑点：另写出 findings.jsonl、findings.xlsx（问题清单）、report.html。"""
    paths, folder = _needed(inputs, out)
    choice = EngineChoice(name=engine, model_dir=model_dir)
    from fuhe.commands import CannotWrite, WrongUsage, audit_paths

    try:
        code = audit_paths(paths, folder, workers=workers, password=password, engine=choice)
    except (WrongUsage, CannotWrite) as error:
        raise _wrong_usage(str(error)) from error
    raise typer.Exit(code)


@app.command(rich_help_panel="命令")
def classify(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE.jsonl", help='每行一个 {"text": …}。', show_default=False, rich_help_panel="参数"),
    ] = None,
    task: Annotated[
        Task | None,
        typer.Option("--task", help="偏差原因，或年度指标值。", show_default=False, rich_help_panel="选项"),
    ] = None,
) -> None:
    """给偏差原因或年度指标值贴标签，逐行写到标准输出。"""
    if task is None:
        raise _wrong_usage("请用 --task rationale（偏差原因）或 --task target（年度指标值）指明任务。")
    if file is None or not file.is_file():
        raise _wrong_usage(f"找不到文件 {file}。" if file else "请给出要分类的 jsonl 文件。")
    from fuhe.classifying import classify_file

    raise typer.Exit(classify_file(file, task.value, out=sys.stdout, complaints=sys.stderr))


@app.command(rich_help_panel="命令")
def doctor() -> None:
    """自检：装了什么、能读什么、权重是否完好。"""
    from fuhe.doctor import examine

    for line in examine():
        typer.echo(line)


def _needed(inputs: list[Path] | None, out: Path | None) -> tuple[list[Path], Path]:
    if not inputs:
        raise _wrong_usage("请给出要读的文件、文件夹或压缩包。")
    if out is None:
        raise _wrong_usage("请用 -o 指定输出文件夹。")
    return inputs, out


def _wrong_usage(message: str) -> typer.Exit:
    typer.echo(f"用法有误：{message}", err=True)
    return typer.Exit(EXIT_WRONG_USAGE)


def main() -> None:
    """The console script. What the user did wrong is said in Chinese, also where the framework says it in English."""
    try:
        app(prog_name="fuhe")
    except SystemExit as ending:
        if ending.code == EXIT_WRONG_USAGE:
            typer.echo("查看用法：fuhe --help，或 fuhe 命令 --help。", err=True)
        raise
    except Exception:
        typer.echo("程序出错，本次运行没有完成。请将以下信息交维护人员：", err=True)
        raise
