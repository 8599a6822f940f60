"""Decisions on findings, one or many at once: each is one act of the log, with what was before and what is after.

Undone and done again in ``review.undoing``.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from domain.decision import CAUSE_NAMES, Cause
from review.journal import record
from review.learning import note_decisions
from review.logbook import ACTS
from review.models import LAST_PLACE, Event, Finding, Membership, Note, Project, Status, User
from review.wording import label_names

BULK_MOST = 20_000  # findings in one act: its record in the log stays readable
WRITTEN_AT_ONCE = 500
NOTE_MOST = 2000  # letters of a note, and of a 定性
RULED = ("status", "dismissal", "nature", "relabel", "decided_by", "decided_at")  # columns a decision sets
READ = ("project", "code", "title", "category", "statement", "message", "stage", "place", "assignee", *RULED)


class Deed(StrEnum):
    """What may be done with a finding: as ``domain.decision.Act``, and opened again."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    RELABEL = "relabel"
    SKIP = "skip"
    REOPEN = "reopen"


DEED_NAMES: Final[Mapping[Deed, str]] = MappingProxyType({deed: ACTS[deed.value] for deed in Deed})
_STATUS: Final[Mapping[Deed, Status]] = MappingProxyType(
    {
        Deed.CONFIRM: Status.CONFIRMED, Deed.DISMISS: Status.DISMISSED, Deed.RELABEL: Status.RELABELLED,
        Deed.SKIP: Status.SKIPPED, Deed.REOPEN: Status.OPEN,
    }
)  # fmt: skip

State = Mapping[str, Any]  # columns of a finding as the log holds them


class Refusal(Exception):
    """What cannot be done. The message is Chinese and says why; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A decision: ``cause`` with a dismissal, ``labels`` with a relabelling; ``nature`` "" is the usual 定性."""

    deed: Deed
    cause: Cause | None = None
    nature: str = ""
    labels: tuple[str, ...] = ()


def decide(project: Project, finding_id: int, ruling: Ruling, *, user: User, mark: str) -> Event:
    """One finding decided. ``mark`` is that of the finding as the person saw it. Raises Refusal."""
    _check_ruling(ruling)
    with transaction.atomic():
        finding = _take(project, finding_id)
        _refuse_locked(finding)
        if finding_to_mark(finding) != mark:
            raise Refusal(overtaken_words(finding))
        return _rule([finding], ruling, user=user, told={})


def decide_many(
    project: Project, findings: QuerySet[Finding], ruling: Ruling, *, user: User, expected: int, told: Mapping[str, Any]
) -> Event:
    """All that are not signed, as one act. ``expected`` is how many the person was told. Raises Refusal."""
    _check_ruling(ruling)
    with transaction.atomic():
        return _rule(_take_many(project, findings, expected=expected), ruling, user=user, told=told)


def assign(project: Project, finding_id: int, *, to: User | None, user: User) -> Event:
    """Somebody is to look at a finding; None takes it from everybody. Raises Refusal."""
    with transaction.atomic():
        finding = _take(project, finding_id)
        _refuse_locked(finding)
        return _assign([finding], to=to, user=user, told={})


def assign_many(
    project: Project,
    findings: QuerySet[Finding],
    *,
    to: User | None,
    user: User,
    expected: int,
    told: Mapping[str, Any],
) -> Event:
    """All that are not signed, as one act. Raises Refusal."""
    with transaction.atomic():
        return _assign(_take_many(project, findings, expected=expected), to=to, user=user, told=told)


def comment(project: Project, finding_id: int, text: str, *, user: User) -> Note:
    """A note beside a finding; on a signed one it is marked as written afterwards. Raises Refusal."""
    text = text.replace("\x00", "").strip()
    if not text or len(text) > NOTE_MOST:
        raise Refusal(f"批注须有内容，且不超过{NOTE_MOST}字。")
    with transaction.atomic():
        finding = _take(project, finding_id)
        note = Note.objects.create(finding=finding, user=user, text=text, after_signing=finding.is_locked)
        act = "note_after_signing" if note.after_signing else "note"
        change = {"kind": "note", "id": note.pk, "before": {"withdrawn": True}, "after": {"withdrawn": False}}
        record(act, user=user, project=project, told={"finding": finding.pk, "text": text}, changes=[change])
    return note


def see(project: Project, finding_id: int) -> None:
    """A person has looked at it; the first time counts."""
    Finding.objects.filter(project=project, pk=finding_id, seen_at__isnull=True).update(seen_at=timezone.now())


def finding_to_mark(finding: Finding) -> str:
    """Changes whenever somebody decides on the finding."""
    return f"{finding.status}@{finding.decided_at.isoformat() if finding.decided_at else ''}"


def overtaken_words(finding: Finding) -> str:
    """Who was quicker, and with what."""
    if finding.decided_by is None or finding.decided_at is None:
        return "这一条刚被恢复为待复核，您的处理没有保存。请看过后再处理。"
    at = timezone.localtime(finding.decided_at).strftime("%H:%M")
    cause = CAUSE_NAMES.get(Cause(finding.dismissal)) if finding.dismissal else ""
    done = f"{Status(finding.status).label}{f'（{cause}）' if cause else ''}"
    return f"{finding.decided_by} {at} 已将这一条改为“{done}”，您的处理没有保存。如有不同意见，请看过后再处理。"


def usual_nature(finding: Finding) -> str:
    """The usual 定性 of a finding: the sentence for the working paper, else its kind of problem."""
    return finding.statement or finding.category or finding.title


def natures_to_offer(finding: Finding, *, user: User) -> tuple[str, ...]:
    """Wordings to choose from; the person's last one for this rule first, unless it speaks of another case."""
    last = (
        Finding.objects.filter(project=finding.project_id, code=finding.code, decided_by=user)
        .filter(status=Status.CONFIRMED)
        .exclude(pk=finding.pk)
        .order_by("-decided_at")
        .only("nature", "statement", "category", "title", "unit", "project_name", "indicator", "message")
        .first()
    )
    offered = [usual_nature(finding), finding.category, finding.title]
    if last is not None and last.nature and last.nature != usual_nature(last):
        offered.insert(0 if _speaks_of(last, finding) else 1, last.nature)
    return tuple(dict.fromkeys(filter(None, offered)))


def _speaks_of(last: Finding, finding: Finding) -> bool:
    """True where a wording has no figure and no name that are only the other finding's."""
    told = f"{finding.message}\n{finding.statement}\n{finding.unit}\n{finding.project_name}\n{finding.indicator}"
    figures = re.findall(r"\d+(?:\.\d+)?", last.nature)
    names = [name for name in (last.unit, last.project_name, last.indicator) if name and name in last.nature]
    return all(each in told for each in (*figures, *names))


def _check_ruling(ruling: Ruling) -> None:
    if ruling.deed is Deed.DISMISS and ruling.cause is None:
        raise Refusal("排除须选原因：识读有误、有合理解释、不重要、判断错误或重复。")
    if ruling.deed is Deed.RELABEL and not ruling.labels:
        raise Refusal("改判须至少选一个应有的类别。")
    if strange := [label for label in ruling.labels if label not in label_names()]:
        raise Refusal(f"没有“{strange[0][:40]}”这个类别，请从列出的类别中选。")
    if len(ruling.nature) > NOTE_MOST:
        raise Refusal(f"定性不能超过{NOTE_MOST}字。")


def _take(project: Project, finding_id: int) -> Finding:
    finding = Finding.objects.select_for_update().filter(project=project, pk=finding_id).first()
    if finding is None:
        raise Refusal("这一条疑点已不在这个审计项目中，请刷新列表。")
    return finding


def _refuse_locked(finding: Finding) -> None:
    if finding.is_locked:
        raise Refusal("这一条已签认，不能再改；可以写批注，会注明是签认之后写的。")


def _take_many(project: Project, findings: QuerySet[Finding], *, expected: int) -> list[Finding]:
    """Those that may be changed. The order of ids is that in which every such act takes its locks."""
    free = findings.filter(project=project, stage="").order_by("pk")
    pks = list(free.values_list("pk", flat=True)[: BULK_MOST + 1])
    if len(pks) > BULK_MOST:
        raise Refusal(f"一次最多处理{BULK_MOST}条，请再加筛选条件，分几次处理。")
    if len(pks) != expected:
        raise Refusal(f"列表刚有变化：先前是{expected}条，现在是{len(pks)}条，没有处理。请核对后再做一次。")
    if not pks:
        raise Refusal("没有可以处理的疑点：列表为空，或都已签认。")
    return list(locked_rows(pks))


def locked_rows(pks: Sequence[int]) -> Iterable[Finding]:
    """Findings of which nobody else changes a column until the transaction ends."""
    for begin in range(0, len(pks), WRITTEN_AT_ONCE):
        part = Finding.objects.select_for_update().filter(pk__in=pks[begin : begin + WRITTEN_AT_ONCE])
        yield from part.only(*READ).order_by("pk")


def _rule(findings: Sequence[Finding], ruling: Ruling, *, user: User, told: Mapping[str, Any]) -> Event:
    now = timezone.now().isoformat()
    is_open = ruling.deed is Deed.REOPEN

    def after(finding: Finding) -> State:
        nature = ruling.nature.replace("\x00", "").strip() or usual_nature(finding)
        return {
            "status": _STATUS[ruling.deed].value,
            "dismissal": ruling.cause.value if ruling.cause and ruling.deed is Deed.DISMISS else "",
            "nature": nature if ruling.deed is Deed.CONFIRM else "",
            "relabel": list(ruling.labels) if ruling.deed is Deed.RELABEL else [],
            "decided_by": None if is_open else user.pk,
            "decided_at": None if is_open else now,
        }

    changes = write_states(findings, after)
    note_later(findings[0].project)
    return record(ruling.deed.value, user=user, project=findings[0].project, told=told, changes=changes)


def note_later(project: Project) -> None:
    """Once a decision stands: enough of them put the open list in order again."""
    transaction.on_commit(lambda: note_decisions(project), robust=True)


def _assign(findings: Sequence[Finding], *, to: User | None, user: User, told: Mapping[str, Any]) -> Event:
    project = findings[0].project
    if to is not None and not to.is_superuser and not Membership.objects.filter(project=project, user=to).exists():
        raise Refusal("只能分派给本审计项目的成员。")
    changes = write_states(findings, lambda finding: {"assignee": to.pk if to else None})
    return record("assign", user=user, project=project, told=told, changes=changes)


def write_states(findings: Iterable[Finding], after: Callable[[Finding], State]) -> list[dict[str, Any]]:
    """Findings brought into a state, those alike together; the changes as the log holds them."""
    changes, alike, moved = [], defaultdict[str, list[int]](list), defaultdict[int, list[int]](list)
    for finding in findings:
        target = after(finding)
        before = finding_to_state(finding, target)
        changes.append({"kind": "finding", "id": finding.pk, "before": before, "after": dict(target)})
        alike[json.dumps(target, ensure_ascii=False)].append(finding.pk)
        shift = _place_shift(finding, target)
        if shift:
            moved[shift].append(finding.pk)
    for told, pks in alike.items():
        _update(pks, state_to_columns(json.loads(told)))
    for shift, pks in moved.items():
        _update(pks, {"place": F("place") + shift})
    return changes


def _place_shift(finding: Finding, target: State) -> int:
    """What is skipped stands behind all others, and comes back to its place when it no longer is."""
    is_last = bool(target.get("status", finding.status) == Status.SKIPPED)
    return (is_last - (finding.place >= LAST_PLACE)) * LAST_PLACE


def _update(pks: Sequence[int], columns: Mapping[str, Any]) -> None:
    for begin in range(0, len(pks), WRITTEN_AT_ONCE):
        Finding.objects.filter(pk__in=pks[begin : begin + WRITTEN_AT_ONCE]).update(**columns)


def finding_to_state(finding: Finding, names: Iterable[str]) -> dict[str, Any]:
    """These columns as the log holds them."""
    told: dict[str, Any] = {}
    for name in names:
        value = getattr(finding, f"{name}_id" if name in ("decided_by", "assignee") else name)
        told[name] = value.isoformat() if isinstance(value, datetime) else value
    return told


def state_to_columns(state: State) -> dict[str, Any]:
    """A state of the log as columns to write."""
    columns = {f"{name}_id" if name in ("decided_by", "assignee") else name: value for name, value in state.items()}
    if columns.get("decided_at"):
        columns["decided_at"] = datetime.fromisoformat(columns["decided_at"])
    return columns
