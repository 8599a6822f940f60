"""The papers desk of the workbench: its lines as entries of the list, into a workbook or a Word template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from domain.finding import SEVERITY_NAMES, Finding, Severity, Verdict
from fuhe.crops import page_to_crop
from fuhe.files import CannotWrite
from fuhe.listing import OTHER_GROUP, YUAN_PER_WAN, Entry
from fuhe.paper_kinds import PaperKind
from fuhe.problem_list import write_problem_list
from fuhe.word_context import Context, Item, Signed, entry_to_item, items_to_context
from fuhe.word_fill import BadTemplate, fill_template
from fuhe.word_templates import paper_template
from fuhe.wording import evidence_to_place, evidence_to_words
from review.house_papers import Paper, PaperDesk, PaperHead, PaperLine, PaperTrouble

KINDS = {Paper.EVIDENCE: PaperKind.EVIDENCE, Paper.WORKING_PAPER: PaperKind.WORKPAPER}


def papers_desk() -> PaperDesk:
    """How this house writes papers."""
    return PaperDesk(
        write_list=write_list,
        fill=fill_paper,
        check_template=check_template,
        blank=lambda paper: paper_template(KINDS[paper]),
        cut=page_to_crop,
    )


def write_list(path: Path, lines: Sequence[PaperLine], head: PaperHead) -> None:
    """The 问题清单 as a workbook. Raises PaperTrouble."""
    try:
        write_problem_list(path, [(line, line_to_entry(line)) for line in lines], head)
    except CannotWrite as trouble:
        raise PaperTrouble(str(trouble)) from trouble


def fill_paper(paper: Paper, template: bytes | None, name: str, lines: Sequence[PaperLine], head: PaperHead) -> bytes:
    """The docx of a paper. Raises PaperTrouble."""
    content = paper_template(KINDS[paper]) if template is None else template
    try:
        return fill_template(content, _lines_to_context(lines, head), name=name)
    except BadTemplate as trouble:
        raise PaperTrouble(str(trouble)) from trouble


def check_template(template: bytes, name: str) -> None:
    """A template filled for trial, with nothing in it and with one finding. Raises PaperTrouble."""
    head = PaperHead(project="审计项目", chosen="", made="")
    for lines in ((), (_TRIAL,)):
        fill_paper(Paper.EVIDENCE, template, name, lines, head)


def _lines_to_context(lines: Sequence[PaperLine], head: PaperHead) -> Context:
    signed = Signed(
        project=head.project, prepared=head.prepared, reviewed=head.reviewed, reviewed_on=head.reviewed_on,
        approved=head.approved, log_length=head.log_length, log_head=head.log_head,
    )  # fmt: skip
    return items_to_context([_line_to_item(line) for line in lines], today=date.today(), signed=signed)


def _line_to_item(line: PaperLine) -> Item:
    """The finding with the 定性 as the auditor worded it."""
    item = entry_to_item(line_to_entry(line), category=line.category or OTHER_GROUP, year=line.year)
    return replace(item, statement=replace(item.statement, nature=line.nature)) if line.nature else item


def line_to_entry(line: PaperLine) -> Entry:
    """A line as the list knows it."""
    finding = line.finding
    return Entry(
        finding=finding,
        group=line.group or OTHER_GROUP,
        unit=line.unit,
        project=finding.project_name or "（未读出项目名称）",
        indicator=line.indicator,
        severity=SEVERITY_NAMES[finding.severity],
        amount_wan=None if line.amount is None else line.amount / YUAN_PER_WAN,
        fields=tuple(dict.fromkeys(map(evidence_to_words, finding.evidence))),
        place=evidence_to_place(finding.evidence),
    )


_TRIAL = PaperLine(
    finding=Finding(
        rank=1, finding="trial", title="试填", severity=Severity.MEDIUM, verdict=Verdict.FAIL, source="试填.pdf",
        form_index=1, project_name="某项目", row=0, message="试填", evidence=(),
        basis="《某办法》（某发〔2020〕1号）：试填", confidence=1.0,
    ),
    group=OTHER_GROUP, category=OTHER_GROUP, unit="某单位", year="2024", indicator="某指标", amount=None, nature="试填",
    decision="", decided="", signed="",
)  # fmt: skip
