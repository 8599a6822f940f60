"""Findings as papers tell them: which ones, in what order, with decisions, signatures and pictures of the evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from domain.errors import UnreadableDocument
from domain.finding import Evidence, Severity, Verdict
from domain.finding import Finding as Found
from domain.source import Box, Reader, Source
from review.checking import evidence_to_record
from review.filters import filter_to_q, query_to_filter, text_to_q
from review.forms import document_to_paper
from review.house import the_house
from review.house_papers import PaperHead, PaperLine
from review.links import finding_url
from review.logbook import chain_of
from review.models import Document, Finding, Project, Signature, Stage, Status, User
from review.signing import DECIDED, UPHELD, finding_to_nature, with_grounds
from review.wording import decision_to_words

CHUNK = 500
NO_READER = Reader(name="", version="")  # who read a cell stands in the reading, not with the finding


class Which(StrEnum):
    """Which findings go on paper."""

    CONFIRMED = "confirmed"
    SIGNED = "signed"
    DECIDED = "decided"
    ALL = "all"
    QUERY = "query"


WHICH_NAMES: Final[Mapping[Which, str]] = {
    Which.CONFIRMED: "已确认和已改判的", Which.SIGNED: "已签字的（已确认、已改判）", Which.DECIDED: "全部已作结论的",
    Which.ALL: "全部疑点（不含已归入他条的）", Which.QUERY: "疑点清单当前筛选的",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The findings of an export in their order, and how it says which they are."""

    findings: QuerySet[Finding]
    words: str


def choose(project: Project, asked: Mapping[str, Any], *, user: User | None) -> Chosen:
    """The findings that an export asks for, in the order of the list: by ``which``, or by statuses alone."""
    found = Finding.objects.filter(project=project)
    if asked.get("status"):
        statuses = [each for each in asked["status"] if each in Status.values]
        words = "、".join(str(Status(each).label) for each in statuses)
        return Chosen(findings=_in_order(found.filter(status__in=statuses)), words=words)
    which = Which(asked.get("which") or Which.ALL)
    if which is Which.QUERY:
        return Chosen(findings=_in_order(_by_query(project, asked, user=user)), words=WHICH_NAMES[which])
    if which is Which.ALL:
        found = found.filter(gone=False, folded=False, verdict=Verdict.FAIL)
    elif which is Which.DECIDED:
        found = found.filter(status__in=DECIDED)
    else:
        found = found.filter(status__in=UPHELD)
    found = found.exclude(stage=Stage.NONE) if which is Which.SIGNED else found
    return Chosen(findings=_in_order(found), words=WHICH_NAMES[which])


def _by_query(project: Project, asked: Mapping[str, Any], *, user: User | None) -> QuerySet[Finding]:
    """As the queue understands its own address; nothing once the person is gone who would see it."""
    if user is None:
        return Finding.objects.none()
    wanted, _ = query_to_filter(QueryDict(str(asked.get("query", ""))))
    condition = filter_to_q(wanted, project_id=project.pk, user=user) & text_to_q(wanted.text)
    return Finding.objects.filter(condition)


def _in_order(found: QuerySet[Finding]) -> QuerySet[Finding]:
    return with_grounds(found).prefetch_related("signatures__user").order_by("place", "pk")


def finding_to_found(finding: Finding, *, number: int) -> Found:
    """A stored finding as the other rooms know it; its rank is its number in the paper."""
    document = document_to_paper(finding.form.document)
    return Found(
        rank=number,
        priority=finding.priority,
        finding=finding.code,
        title=finding.title,
        severity=Severity(finding.severity),
        verdict=Verdict(finding.verdict),
        source=document.path,
        form_index=finding.form.index,
        project_name=finding.project_name,
        row=finding.row,
        message=finding.message,
        evidence=tuple(_record_to_evidence(each, finding.form.document) for each in finding.evidence),
        basis=finding.basis,
        confidence=finding.confidence,
        why=finding.why,
        readings=finding.readings,
        statement=finding.statement,
    )


def _record_to_evidence(told: Mapping[str, Any], document: Document) -> Evidence:
    return Evidence(
        form=told["form"],
        field=told["field"],
        text=told["text"],
        sources=tuple(_place_to_source(place, document) for place in told["places"]),
    )


def _place_to_source(place: Mapping[str, Any], document: Document) -> Source:
    return Source(
        document=document_to_paper(document),
        reader=NO_READER,
        page=place["page"],
        box=_to_box(place["box"]),
        line=place["line"],
    )


def _to_box(told: Sequence[float] | None) -> Box | None:
    return None if told is None else Box(x0=told[0], y0=told[1], x1=told[2], y1=told[3])


def finding_to_line(finding: Finding, *, number: int, base: str, crop: bytes = b"") -> PaperLine:
    """A finding with all that a paper says of it; ``base`` is the address of the workbench, "" for no links."""
    return PaperLine(
        finding=finding_to_found(finding, number=number),
        group=finding.group,
        category=finding.category,
        unit=finding.unit,
        year=finding.year,
        indicator=finding.indicator,
        amount=finding.amount,
        nature=finding_to_nature(finding) if finding.status in UPHELD else "",
        decision=decision_to_words(finding),
        decided=_who_when(finding.decided_by, finding.decided_at),
        signed="\n".join(
            f"{Stage(each.stage).label}：{_who_when(each.user, each.at)}" for each in standing_signatures(finding)
        ),
        notes="\n".join(note.text for note in finding.notes.all()),
        link=f"{base.rstrip('/')}{finding_url(finding.project_id, finding.pk)}" if base else "",
        crop=crop,
    )


def standing_signatures(finding: Finding) -> list[Signature]:
    """Signatures that were not given back, in their order."""
    return sorted((each for each in finding.signatures.all() if not each.returned), key=lambda each: each.pk)


def _who_when(user: User | None, at: Any) -> str:
    when = timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""
    return " ".join(filter(None, (str(user or ""), when)))


def finding_to_crop(finding: Finding, page_picture: Callable[[Document, int], Path]) -> bytes:
    """The finding's own cells on the first page they stand on; b"" where it stands in text, or the page is gone."""
    by_page: dict[int, list[Box]] = {}
    for piece in finding.evidence:
        for place in piece["places"] if not piece["form"] else ():
            box = _to_box(place["box"])
            if box is not None and place["page"] is not None:
                by_page.setdefault(place["page"], []).append(box)
    if not by_page:
        return b""
    number, boxes = next(iter(by_page.items()))
    try:
        return the_house().papers.cut(page_picture(finding.form.document, number).read_bytes(), boxes)
    except UnreadableDocument:
        return b""


def project_to_head(project: Project, chosen: str, signatures: Iterable[Signature] = ()) -> PaperHead:
    """What a paper of this audit says of itself at this moment."""
    chain = chain_of(project)
    signers: dict[str, dict[str, None]] = {stage: {} for stage in Stage.values}
    reviewed_on = None
    for each in signatures:
        signers[each.stage][str(each.user or "")] = None
        if each.stage == Stage.REVIEWED:
            reviewed_on = max(filter(None, (reviewed_on, each.at)))
    day = timezone.localtime(reviewed_on) if reviewed_on else None
    check = project.checks.order_by("-pk").first()
    names = (("program", "程序"), ("reading", "识读"), ("rules", "规则集"), ("models", "模型"))
    versions = check.versions if check else asdict(the_house().checking.versions())
    return PaperHead(
        project=project.name,
        chosen=chosen,
        made=timezone.localtime().strftime("%Y-%m-%d %H:%M"),
        log_length=chain.length if chain else 0,
        log_head=chain.head if chain else "",
        prepared="、".join(signers[Stage.PREPARED]),
        reviewed="、".join(signers[Stage.REVIEWED]),
        reviewed_on=f"{day.year}年{day.month}月{day.day}日" if day else "",
        approved="、".join(signers[Stage.APPROVED]),
        about=tuple((f"{name}版本", str(versions.get(key, ""))) for key, name in names),
    )


def line_to_record(line: PaperLine) -> dict[str, Any]:
    """A line as JSON, for the bureau's own systems."""
    found = line.finding
    return {
        "number": found.rank, "finding": found.finding, "title": found.title, "group": line.group,
        "category": line.category, "severity": found.severity.value, "verdict": found.verdict.value,
        "unit": line.unit, "year": line.year, "project_name": found.project_name, "indicator": line.indicator,
        "amount": None if line.amount is None else f"{line.amount:.2f}", "source": found.source,
        "form_index": found.form_index, "row": found.row, "message": found.message, "basis": found.basis,
        "statement": found.statement, "why": found.why, "readings": found.readings, "confidence": found.confidence,
        "evidence": [evidence_to_record(each) for each in found.evidence], "decision": line.decision,
        "nature": line.nature, "decided": line.decided, "signed": line.signed.splitlines(), "notes": line.notes,
        "link": line.link,
    }  # fmt: skip


def in_chunks(found: QuerySet[Finding]) -> Iterator[Finding]:
    """All of a query without holding them together; what they are shown with comes along."""
    return found.iterator(chunk_size=CHUNK)
