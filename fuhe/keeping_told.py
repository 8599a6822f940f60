"""What the keeping of a workbench says on the terminal, and the audits that are taken out of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from fuhe.commands import WrongUsage
from fuhe.files import write_text
from fuhe.keeping import Kept
from fuhe.serve import Place, migrate, open_existing

MISSING_SHOWN = 20
MEGABYTE = 1_000_000


def say(lines: Iterable[str]) -> int:
    """Each on a line; the exit code of a command that did what it was asked."""
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def kept_to_lines(kept: Kept, done: str) -> Iterator[str]:
    """What was kept or put back, in Chinese; the heads are what ``fuhe verify-log --head`` looks for."""
    yield f"{done} {kept.file}：{kept.files} 个文件，{kept.size / MEGABYTE:.1f} MB。"
    for name, head in kept.audits:
        yield f"  {f'审计项目 {name}' if name else '系统'} 日志链头 {head}"
    if kept.missing:
        yield f"注意：{len(kept.missing)} 份文件的原件不在文件库中，备份里也没有："
        yield from (f"  {path}" for path in kept.missing[:MISSING_SHOWN])
        if len(kept.missing) > MISSING_SHOWN:
            yield f"  ……共 {len(kept.missing)} 份"


def list_audits(place: Place, *, idle_days: int) -> int:
    """Every audit on a line, or those in which nothing was done for so long. Raises WrongUsage."""
    _open(place)
    from django.utils import timezone

    from review.closing import project_to_holding
    from review.models import Project

    before = timezone.now() - timedelta(days=idle_days)
    held = (project_to_holding(project) for project in Project.objects.order_by("pk"))
    return say(
        "\t".join(
            (
                str(each.project.pk),
                each.project.name,
                f"文件 {each.documents}",
                f"疑点 {each.findings}",
                f"{each.size / MEGABYTE:.1f} MB",
                f"最后操作 {timezone.localtime(each.last_act):%Y-%m-%d}",
            )
        )
        for each in held
        if each.last_act <= before
    )


def delete_audit(place: Place, number: int, *, name: str, log: Path) -> int:
    """An audit goes, its log is written to a file before. Raises WrongUsage, CannotWrite."""
    _open(place)
    from review.closing import ClosingTrouble, close_project
    from review.logbook import chain_of, chain_to_lines
    from review.models import Project

    project = Project.objects.filter(pk=number).first()
    if project is None or project.name != name:
        raise WrongUsage(f"没有编号为 {number}、名称为“{name}”的审计项目；现有项目见 fuhe project list。")
    if log.exists():
        raise WrongUsage(f"{log} 已存在，不会覆盖。请另选一个文件存放操作日志。")
    chain = chain_of(project)
    write_text(log, "" if chain is None else "".join(chain_to_lines(chain)))
    try:
        closed = close_project(project, head=chain.head if chain else "")
    except ClosingTrouble as trouble:
        raise WrongUsage(str(trouble)) from trouble
    return say(
        (
            f"已删除“{closed.name}”：{closed.documents} 份文件、{closed.findings} 条疑点；"
            f"从文件库清除 {closed.files} 个文件（{closed.size / MEGABYTE:.1f} MB），其他项目也用到的保留。",
            f"操作日志 {closed.log_length} 条已导出到 {log}，链头 {closed.log_head}；删除已记入系统日志。",
        )
    )


def _open(place: Place) -> None:
    open_existing(place)
    migrate()
