"""Exports, as jobs of the background: 问题清单, 取证单, 底稿, CSV, JSON and decisions. Their files stay."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from review.blobs import exports_folder, read_blob, store_root
from review.export_decisions import decision_lines
from review.export_lines import (
    WHICH_NAMES,
    Chosen,
    Which,
    choose,
    finding_to_crop,
    finding_to_line,
    in_chunks,
    line_to_record,
    project_to_head,
)
from review.house import the_house
from review.house_papers import Paper, PaperHead, PaperLine, PaperTrouble
from review.inert import inert
from review.journal import record
from review.models import Job, JobKind, PaperTemplate, Project, Signature, User
from review.pictures import page_picture
from review.signing import DECIDED, UPHELD
from review.tasks import JobTrouble, ask
from review.wording import severity_to_words

MOST_IN_WORKBOOK = 20_000  # lines; more than that takes gigabytes, and nobody reads it
MOST_IN_PAPER = 1_000  # findings in one 取证单 or 底稿
CROPS_MOST = 300  # pictures in a workbook, those that stand first: some 20 MB
TOLD_EVERY = 20  # lines, between two notes of how far it is


class Kind(StrEnum):
    """What is written."""

    WORKBOOK = "workbook"
    EVIDENCE = "evidence"
    WORKING_PAPER = "working_paper"
    CSV = "csv"
    JSON = "json"
    DECISIONS = "decisions"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSheet:
    """What people read of a kind: its name, the end of the file's name, and what it is good for."""

    name: str
    ending: str
    hint: str


KINDS: Final[Mapping[Kind, KindSheet]] = MappingProxyType(
    {
        Kind.WORKBOOK: KindSheet(name="问题清单", ending="xlsx", hint="含证据截图、定性、签字和回到工作台的链接"),
        Kind.EVIDENCE: KindSheet(name="取证单", ending="docx", hint="填入本单位模板；没有则用自带模板"),
        Kind.WORKING_PAPER: KindSheet(name="底稿", ending="docx", hint="填入本单位模板；没有则用自带模板"),
        Kind.CSV: KindSheet(name="问题清单", ending="csv", hint="一行一条，供其他表格程序"),
        Kind.JSON: KindSheet(name="问题清单", ending="json", hint="全部字段和证据位置，供其他系统"),
        Kind.DECISIONS: KindSheet(name="复核记录", ending="jsonl", hint="供 fuhe train --labels 学习"),
    }
)
PAPERS: Final = {Kind.EVIDENCE: Paper.EVIDENCE, Kind.WORKING_PAPER: Paper.WORKING_PAPER}
NOTHING = "所选范围内没有疑点（{words}），没有写出文件。请先作结论，或换一个范围再导出。"
TOO_MANY = "所选范围有 {count} 条，{name}最多 {most} 条。请在疑点清单中按单位或年度筛选后分次导出，或改用 CSV。"
NO_ROOM = "写不了导出文件（{told}）。请检查磁盘空间和数据文件夹的权限，再重新导出。"
Tell = Callable[[int], None]


def ask_export(project: Project, asked: Mapping[str, Any], *, user: User) -> Job:
    """An export put in the queue, with its entry in the log."""
    with transaction.atomic():
        job = ask(Job(project=project, kind=JobKind.EXPORT, asked=dict(asked), user=user))
        told = {name: value for name, value in asked.items() if name not in ("base", "kind", "which") and value}
        told["what"] = kind_to_words(Kind(asked["kind"]))
        told |= {"which": WHICH_NAMES[Which(asked["which"])]} if asked.get("which") else {}
        record("export", user=user, project=project, told={"job": job.pk, **told})
    return job


def kind_to_words(kind: Kind) -> str:
    """问题清单（xlsx）."""
    return f"{KINDS[kind].name}（{KINDS[kind].ending}）"


def run_export(job: Job) -> None:
    """Writes the file of an export. Raises JobTrouble."""
    kind = _kind_of(job)
    chosen = choose(job.project, job.asked, user=job.user)
    if kind is Kind.DECISIONS:
        chosen = Chosen(findings=chosen.findings.filter(status__in=DECIDED), words=chosen.words)
    job.total = _count(chosen, kind)
    Job.objects.filter(pk=job.pk).update(total=job.total, done=0)
    sheet = KINDS[kind]
    path = exports_folder() / str(job.project_id) / f"{job.pk}-{secrets.token_hex(8)}.{sheet.ending}"
    head = project_to_head(job.project, chosen.words)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        told = _WRITERS[kind](path, job, chosen, head)
    except PaperTrouble as trouble:
        raise JobTrouble(str(trouble)) from trouble
    except OSError as error:
        raise JobTrouble(NO_ROOM.format(told=error.strerror or error)) from error
    _finish(job, path, head, told | {"kind": kind.value, "which": chosen.words})


def _kind_of(job: Job) -> Kind:
    try:
        return Kind(job.asked.get("kind", ""))
    except ValueError as error:
        raise JobTrouble("不知道要导出什么。请在导出页重新选择。") from error


def _count(chosen: Chosen, kind: Kind) -> int:
    count = chosen.findings.count()
    most = MOST_IN_PAPER if kind in PAPERS else MOST_IN_WORKBOOK if kind is Kind.WORKBOOK else count
    if not count:
        raise JobTrouble(NOTHING.format(words=chosen.words))
    if count > most:
        raise JobTrouble(TOO_MANY.format(count=count, name=KINDS[kind].name, most=most))
    return count


def _finish(job: Job, path: Path, head: PaperHead, told: dict[str, Any]) -> None:
    """The file named for people, its hash in the log."""
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    sheet = KINDS[Kind(told["kind"])]
    day = timezone.localtime().strftime("%Y%m%d-%H%M")
    job.file = str(path.relative_to(store_root()))
    job.file_name = f"{_plain(job.project.name)}_{sheet.name}_{day}.{sheet.ending}"
    job.done = job.total
    job.told = told | {
        "count": job.total, "bytes": path.stat().st_size, "sha256": sha256, "log_head": head.log_head,
        "log_length": head.log_length,
    }  # fmt: skip
    what = kind_to_words(Kind(told["kind"]))
    written = {"job": job.pk, "what": what, "count": job.total, "sha256": sha256, "log_head": head.log_head}
    record("exported", user=job.user, project=job.project, told=written)


def _plain(name: str) -> str:
    """A name that any file system takes."""
    return re.sub(r'[\x00-\x1f<>:"/\\|?*]+', "_", name).strip(" ._")[:60] or "审计项目"


def _teller(job: Job) -> Tell:
    def tell(done: int) -> None:
        if done % TOLD_EVERY == 0:
            Job.objects.filter(pk=job.pk).update(done=done)

    return tell


def _lines(chosen: Chosen, job: Job, *, crops: int = 0) -> Iterator[PaperLine]:
    """The lines with their numbers; the first ``crops`` that were upheld have their picture."""
    tell, base = _teller(job), str(job.asked.get("base", ""))
    for number, finding in enumerate(in_chunks(chosen.findings), start=1):
        crop = b""
        if crops and finding.status in UPHELD:
            crop = finding_to_crop(finding, page_picture)
            crops -= bool(crop)
        yield finding_to_line(finding, number=number, base=base, crop=crop)
        tell(number)


def _write_workbook(path: Path, job: Job, chosen: Chosen, head: PaperHead) -> dict[str, Any]:
    lines = list(_lines(chosen, job, crops=CROPS_MOST))
    crops = sum(bool(line.crop) for line in lines)
    about = (*head.about, ("证据图", f"{crops} 张，只附已确认、已改判的扫描件疑点，至多 {CROPS_MOST} 张，其余请点链接"))
    signed = _with_signers(job.project, chosen)
    the_house().papers.write_list(path, lines, replace(signed, about=about))
    return {"crops": crops}


def _with_signers(project: Project, chosen: Chosen) -> PaperHead:
    which = chosen.findings.order_by().values("pk")
    signatures = Signature.objects.filter(returned=False, finding__in=which).select_related("user").order_by("pk")
    return project_to_head(project, chosen.words, signatures)


def _write_paper(path: Path, job: Job, chosen: Chosen, head: PaperHead) -> dict[str, Any]:
    """A 取证单 or 底稿, in the office's own template where there is one."""
    paper = PAPERS[Kind(job.asked["kind"])]
    template = template_of(job.project, paper)
    name = template.name if template else f"自带{KINDS[Kind(paper.value)].name}模板"
    content = read_blob(template.sha256) if template else None
    lines = list(_lines(chosen, job))
    filled = the_house().papers.fill(paper, content, name, lines, _with_signers(job.project, chosen))
    with whole(path) as temporary:
        temporary.write_bytes(filled)
    return {"template": name}


def template_of(project: Project, paper: Paper) -> PaperTemplate | None:
    """The office's own template of a paper that is in use; None for ours."""
    return project.templates.filter(kind=paper.value, retired=False).order_by("-pk").first()


CSV_COLUMNS: Final = (
    ("序号", "number"), ("风险等级", "severity"), ("问题类别", "group"), ("问题名称", "title"), ("被评单位", "unit"),
    ("年度", "year"), ("项目", "project_name"), ("指标", "indicator"), ("涉及金额（元）", "amount"),
    ("事实描述", "message"), ("依据", "basis"), ("结论", "decision"), ("定性", "nature"), ("复核人", "decided"),
    ("签字", "signed"), ("批注", "notes"), ("文件", "source"), ("表序", "form_index"), ("底稿表述", "statement"),
    ("工作台链接", "link"),
)  # fmt: skip


def _write_csv(path: Path, job: Job, chosen: Chosen, head: PaperHead) -> dict[str, Any]:
    with whole(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([title for title, _ in CSV_COLUMNS])
        for line in _lines(chosen, job):
            writer.writerow(_line_to_cells(line))
        writer.writerow([])
        told = f"日志链头 {head.log_head}（{head.log_length} 条）"
        writer.writerow([inert(f"{head.project}　{head.chosen}　{head.made}　{told}")])
    return {}


def _line_to_cells(line: PaperLine) -> list[str]:
    told = line_to_record(line) | {"severity": severity_to_words(line.finding.severity), "signed": line.signed}
    return [inert("" if told[key] is None else str(told[key])) for _, key in CSV_COLUMNS]


def _write_json(path: Path, job: Job, chosen: Chosen, head: PaperHead) -> dict[str, Any]:
    about = {
        "project": head.project, "chosen": head.chosen, "made": timezone.now().isoformat(timespec="seconds"),
        "log": {"length": head.log_length, "head": head.log_head}, "versions": dict(head.about),
    }  # fmt: skip
    opening = json.dumps(about, ensure_ascii=False, indent=1).removesuffix("\n}")
    with whole(path) as temporary, temporary.open("w", encoding="utf-8") as stream:
        stream.write(f'{opening},\n "findings": [')
        for place, line in enumerate(_lines(chosen, job)):
            stream.write(f"{',' if place else ''}\n  {json.dumps(line_to_record(line), ensure_ascii=False)}")
        stream.write("\n ]\n}\n")
    return {}


def _write_decisions(path: Path, job: Job, chosen: Chosen, head: PaperHead) -> dict[str, Any]:
    tell, told = _teller(job), 0
    with whole(path) as temporary, temporary.open("w", encoding="utf-8") as stream:
        findings = in_chunks(chosen.findings)
        while part := list(islice(findings, TOLD_EVERY)):
            stream.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in decision_lines(part))
            told += len(part)
            tell(told)
    return {}


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A temporary file that takes its place when the block ends well."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".coming-")
    os.close(handle)
    try:
        yield Path(name)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


_WRITERS: Mapping[Kind, Callable[[Path, Job, Chosen, PaperHead], dict[str, Any]]] = MappingProxyType(
    {
        Kind.WORKBOOK: _write_workbook, Kind.EVIDENCE: _write_paper, Kind.WORKING_PAPER: _write_paper,
        Kind.CSV: _write_csv, Kind.JSON: _write_json, Kind.DECISIONS: _write_decisions,
    }
)  # fmt: skip


def export_file(job: Job) -> Path | None:
    """Where the file of an export lies; None where there is none, or it points out of the folder of exports."""
    path = (store_root() / job.file).resolve()
    return path if job.file and path.is_relative_to(exports_folder().resolve()) and path.is_file() else None
