"""The command ``fuhe``: arguments and exit codes; the work is elsewhere and imported only when it is asked for."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from domain.finding import Severity
from domain.label import Task
from fuhe.cli_keeping import audits, backup, restore
from fuhe.cli_models import library, train
from fuhe.cli_parts import EXIT_WRONG_USAGE, ClusterAddress, Config, ShareUrl, end_with, not_written, wrong_usage
from fuhe.cli_people import accounts
from fuhe.cli_workbench import serve, verify_log, worker
from fuhe.cluster_plan import ClusterPlan, ClusterTrouble
from fuhe.paper_kinds import PaperKind
from ocr.engines.choice import EngineChoice, EngineName

EXIT_INTERRUPTED = 130  # as shells count a program ended by Ctrl-C
BARELY_BEGUN = "已中断，还没有开始读。再次执行同一命令即可。"
_INTERRUPTED = Event()

app = typer.Typer(
    name="fuhe",
    help="复核财政项目支出绩效自评表和绩效目标表：读表，列出疑点。全程离线。",
    epilog="退出码：0 全部读入；3 有文件或页未能读入（已逐项列明）；2 用法有误或无法写出；130 按 Ctrl-C 中断。",
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
    int | None,
    typer.Option(
        "--workers",
        metavar="N",
        min=1,
        help="同时读几份文件（不写：扫描件满 20 份且电脑有双核时 2 份，否则 1 份）。",
        show_default=False,
        rich_help_panel="选项",
    ),
]
Password = Annotated[
    str,
    typer.Option(
        "--password", metavar="密码", help="打开加密 PDF 的密码。", show_default=False, rich_help_panel="选项"
    ),
]
Draw = Annotated[
    bool,
    typer.Option("--draw", help="另画出每一页识读的线、格、文字和把握度（OUT/pages）。", rich_help_panel="选项"),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume",
        help="接着没有做完的那次（断电、死机、磁盘满、按了 Ctrl-C）：读过的不再读，结果与未中断的相同。",
        rich_help_panel="选项",
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


OfficeTemplate = Annotated[
    Path | None,
    typer.Option(
        "--template", metavar="office.docx", help="本单位的模板。", show_default=False, rich_help_panel="选项"
    ),
]
Kind = Annotated[PaperKind, typer.Option("--kind", help="自带模板：取证单或底稿。", rich_help_panel="选项")]
Ranks = Annotated[str, typer.Option("--only", metavar="1,3,5-9", help="只写这些序号。", rich_help_panel="选项")]
LeastSeverity = Annotated[
    Severity, typer.Option("--severity", help="至少这个等级（不含已归入他条的）。", rich_help_panel="选项")
]
Blank = Annotated[bool, typer.Option("--blank", help="写出自带模板，供改成本单位格式。", rich_help_panel="选项")]
Record = Annotated[
    Path | None,
    typer.Option("--json", metavar="FILE", help="另存一份供程序读取。", show_default=False, rich_help_panel="选项"),
]

measures = typer.Typer(
    help="评测：准确率、速度和内存，与同类程序并列。",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(library, name="models", rich_help_panel="命令")
app.add_typer(accounts, name="user", rich_help_panel="命令")
app.add_typer(audits, name="project", rich_help_panel="命令")
app.add_typer(measures, name="bench", rich_help_panel="命令")


@app.command(rich_help_panel="命令")
def extract(
    inputs: Inputs = None,
    out: Out = None,
    workers: Workers = None,
    password: Password = "",
    draw: Draw = False,
    engine: Engine = EngineName.OPENVINO,
    model_dir: ModelDir = None,
    config: Config = None,
    resume: Resume = False,
    cluster: ClusterAddress = "",
    share: ShareUrl = "",
) -> None:
    """读表：写出 tables.jsonl、pages.jsonl、forms.jsonl、forms.xlsx、run.json。"""
    paths, folder = _needed(inputs, out)
    choice = EngineChoice(name=engine, model_dir=model_dir)
    with _endings_told(folder, choice):
        from fuhe.commands import Beginning, extract_paths

        code = extract_paths(
            paths, folder, workers=workers, password=password, draw=draw, engine=choice, config=config,
            beginning=Beginning.RESUMED if resume else Beginning.AFRESH,
            cluster=ClusterPlan(address=cluster, share=share),
        )  # fmt: skip
    raise typer.Exit(code)


@app.command(rich_help_panel="命令")
def audit(
    inputs: Inputs = None,
    out: Out = None,
    workers: Workers = None,
    password: Password = "",
    draw: Draw = False,
    engine: Engine = EngineName.OPENVINO,
    model_dir: ModelDir = None,
    config: Config = None,
    resume: Resume = False,
    cluster: ClusterAddress = "",
    share: ShareUrl = "",
) -> None:
    """读表并列出疑点：另写出 findings.jsonl、findings.xlsx（问题清单）、report.html。"""
    paths, folder = _needed(inputs, out)
    choice = EngineChoice(name=engine, model_dir=model_dir)
    with _endings_told(folder, choice):
        from fuhe.commands import Beginning, audit_paths

        code = audit_paths(
            paths, folder, workers=workers, password=password, draw=draw, engine=choice, config=config,
            beginning=Beginning.RESUMED if resume else Beginning.AFRESH,
            cluster=ClusterPlan(address=cluster, share=share),
        )  # fmt: skip
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
    explain: Annotated[
        bool,
        typer.Option("--explain", help="附上每个标签的依据：最有分量的字词和最相近的例句。", rich_help_panel="选项"),
    ] = False,
) -> None:
    """给偏差原因或年度指标值贴标签，逐行写到标准输出。"""
    if task is None:
        raise wrong_usage("请用 --task rationale（偏差原因）或 --task target（年度指标值）指明任务。")
    if file is None or not file.is_file():
        raise wrong_usage(f"找不到文件 {file}。" if file else "请给出要分类的 jsonl 文件。")
    from fuhe.classifying import classify_file

    raise typer.Exit(classify_file(file, task, explain=explain, out=sys.stdout, complaints=sys.stderr))


app.command(rich_help_panel="命令")(train)
app.command(rich_help_panel="命令")(serve)
app.command(rich_help_panel="命令")(worker)
app.command("verify-log", rich_help_panel="命令")(verify_log)
app.command(rich_help_panel="命令")(backup)
app.command(rich_help_panel="命令")(restore)


@app.command(rich_help_panel="命令")
def export(
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="OUT|findings.jsonl",
            help="fuhe audit 的输出文件夹，或其中的 findings.jsonl。",
            show_default=False,
            rich_help_panel="参数",
        ),
    ] = None,
    word: Annotated[bool, typer.Option("--word", help="写成 Word 文档。", rich_help_panel="选项")] = False,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", metavar="FILE.docx", help="输出文件。", show_default=False, rich_help_panel="选项"),
    ] = None,
    template: OfficeTemplate = None,
    kind: Kind = PaperKind.EVIDENCE,
    only: Ranks = "",
    severity: LeastSeverity = Severity.MEDIUM,
    blank: Blank = False,
) -> None:
    """把疑点写成取证单、工作底稿，或填入本单位的 Word 模板。"""
    if not word:
        raise wrong_usage("请用 --word 指明写成 Word 文档（目前只有这一种）。")
    if out is None:
        raise wrong_usage("请用 -o 指定输出文件，例如 -o 取证单.docx。")
    from fuhe.export import Choice, Paper, export_blank, export_word, text_to_ranks

    if blank:
        end_with(lambda: export_blank(out, kind=kind))
    if source is None:
        raise wrong_usage("请给出 fuhe audit 的输出文件夹，或其中的 findings.jsonl。")
    paper = Paper(kind=kind, template=template)
    end_with(
        lambda: export_word(
            source, out, choice=Choice(ranks=text_to_ranks(only) if only else (), least=severity), paper=paper
        )
    )


@measures.command("accuracy", rich_help_panel="命令")
def bench_accuracy(
    pages: Annotated[
        Path,
        typer.Argument(metavar="PAGES_DIR", help="带 manifest.json 的页面文件夹。", rich_help_panel="参数"),
    ],
    truth: Annotated[
        Path | None,
        typer.Option("--truth", metavar="FILE", help="标准答案；默认用文件夹中的 truth.json。", rich_help_panel="选项"),
    ] = None,
    metric: Annotated[
        Path | None, typer.Option("--metric", metavar="FILE", help="评分工具 score.py。", rich_help_panel="选项")
    ] = None,
    only: Annotated[
        str, typer.Option("--only", metavar="KIND,…", help="只量这几种损坏。", rich_help_panel="选项")
    ] = "",
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="只量前几份。", rich_help_panel="选项")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE.png", help="画出置信度图。", rich_help_panel="选项")
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="只量复核，不量同类程序。", rich_help_panel="选项")] = False,
    engine: Engine = EngineName.OPENVINO,
    model_dir: ModelDir = None,
    record: Record = None,
) -> None:
    """准确率：按损坏种类列出复核与同类程序的得分。"""
    from bench.command import ALL_RIVALS, NO_RIVALS, AccuracyOrder, measure_accuracy

    kinds = tuple(filter(None, only.split(",")))
    order = AccuracyOrder(
        truth=truth,
        metric=metric,
        kinds=kinds,
        limit=limit,
        engine=EngineChoice(name=engine, model_dir=model_dir),
        plot=plot,
        record=record,
    )
    end_with(lambda: measure_accuracy(pages, order, rivals=NO_RIVALS if alone else ALL_RIVALS))


@measures.command("speed", rich_help_panel="命令")
def bench_speed(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="扫描件、图片或数字 PDF。", rich_help_panel="参数")
    ],
    times: Annotated[
        int, typer.Option("--times", metavar="N", min=1, help="每份读几次，取中位数。", rich_help_panel="选项")
    ] = 3,
    pages: Annotated[
        int, typer.Option("--pages", metavar="N", min=0, help="再连读几页，看内存。", rich_help_panel="选项")
    ] = 0,
    record: Record = None,
) -> None:
    """速度和内存：同一批页面，复核与同类程序交替计时。"""
    from bench.command import measure_speed

    end_with(lambda: measure_speed(files, times=times, pages=pages, record=record))


@app.command(rich_help_panel="命令")
def doctor() -> None:
    """自检：装了什么、能读什么、权重是否完好。"""
    from fuhe.doctor import examine

    for line in examine():
        typer.echo(line)


def _needed(inputs: list[Path] | None, out: Path | None) -> tuple[list[Path], Path]:
    if not inputs:
        raise wrong_usage("请给出要读的文件、文件夹或压缩包。")
    if out is None:
        raise wrong_usage("请用 -o 指定输出文件夹。")
    return inputs, out


@contextmanager
def _endings_told(out: Path, engine: EngineChoice) -> Iterator[None]:
    """What ends a run before its time is said in Chinese, and told by the exit code."""
    try:
        yield
    except KeyboardInterrupt as stop:
        raise _interrupted(out, engine) from stop
    except Exception as error:
        if _INTERRUPTED.is_set():  # amid an import Ctrl-C comes out as another error, or as none
            raise _interrupted(out, engine) from error
        from fuhe.commands import CannotWrite, DiskFull, WrongUsage

        if isinstance(error, DiskFull):
            raise not_written(f"{error}再执行同一命令并加上 --resume，即从这里接着做。") from error
        if isinstance(error, CannotWrite | ClusterTrouble):
            raise not_written(str(error)) from error
        if not isinstance(error, WrongUsage):
            raise
        raise wrong_usage(str(error)) from error


def _interrupted(out: Path, engine: EngineChoice) -> typer.Exit:
    """The end of a run that was told to stop, said."""
    try:
        from fuhe.commands import interrupted_to_words

        words = interrupted_to_words(out, engine)
    except Exception:  # a library that was stopped amid its own import cannot be imported again
        words = BARELY_BEGUN
    typer.echo(f"\n{words}", err=True)
    return typer.Exit(EXIT_INTERRUPTED)


def _stop(number: int, frame: object) -> None:
    _INTERRUPTED.set()
    raise KeyboardInterrupt


def main() -> None:
    """The console script. What the user did wrong is said in Chinese, also where the framework says it in English."""
    signal.signal(signal.SIGINT, _stop)
    try:
        app(prog_name="fuhe")
    except SystemExit as ending:
        if ending.code == EXIT_WRONG_USAGE:
            typer.echo("查看用法：fuhe --help，或 fuhe 命令 --help。", err=True)
        raise
    except Exception:
        typer.echo("程序出错，本次运行没有完成。请将以下信息交维护人员：", err=True)
        raise


if __name__ == "__main__":
    main()
