"""Sign-off: 编制, 复核, 审定. What is complete is signed and locked; what is not says what it lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from audit.statement import text_to_statement
from review.journal import record
from review.models import Event, Finding, Note, Project, Signature, Stage, Status, User
from review.rights import Right
from review.signed_content import content_to_digest, finding_to_content

NEXT_STAGE: Final[Mapping[str, Stage]] = MappingProxyType(
    {Stage.NONE: Stage.PREPARED, Stage.PREPARED: Stage.REVIEWED, Stage.REVIEWED: Stage.APPROVED}
)
STAGE_RIGHTS: Final[Mapping[str, Right]] = MappingProxyType(
    {Stage.PREPARED: Right.DECIDE, Stage.REVIEWED: Right.REVIEW, Stage.APPROVED: Right.APPROVE}
)
DECIDED: Final = (Status.CONFIRMED, Status.RELABELLED, Status.DISMISSED)
UPHELD: Final = (Status.CONFIRMED, Status.RELABELLED)  # what becomes a problem in the working paper
WRITTEN_AT_ONCE = 500
MOST_AT_ONCE = 20_000  # findings in one act: its record in the log stays readable
NO_AMOUNT = "涉及金额"
AMOUNT_HINT = "金额未读出。不涉及金额的请勾选“不涉及金额”再签"
MARKS: Final = ("stage", "status", "dismissal", "nature", "relabel", "decided_at", "message")
OVERTAKEN = "刚被别人改过，请看过后再签"
OWN_WORK = "本人已签过前一级，须由另一人签"


class CannotSign(ValueError):
    """Something that cannot be signed or given back. The message is Chinese and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One act of signing: which stage, who, where, and whether findings without money are signed as such."""

    stage: Stage
    user: User
    project: Project
    without_amount: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A finding that was not signed, and everything it lacks."""

    finding: Finding
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What became of an act of signing: findings signed, those that were not, and the event in the log (None: none)."""

    count: int
    refused: tuple[Refused, ...]
    event: Event | None


def finding_to_nature(finding: Finding) -> str:
    """The 定性: as the auditor worded it (of a whole sentence its first part), else as the checks did."""
    own = finding.nature.strip()
    return text_to_statement(own).nature or own or text_to_statement(finding.statement).nature


def finding_to_lacks(finding: Finding, *, without_amount: bool = False) -> tuple[str, ...]:
    """What a working paper of this finding would lack, in Chinese; nothing where it is complete."""
    if finding.status not in DECIDED:
        return ("尚无结论，请先确认、改判或排除",)
    if finding.status == Status.DISMISSED:
        return () if finding.dismissal else ("没有排除原因",)
    return tuple(words for words, there in _completeness(finding, without_amount) if not there)


def _completeness(finding: Finding, without_amount: bool) -> Iterable[tuple[str, bool]]:
    yield "缺事实描述", bool(finding.message.strip())
    yield "缺依据", bool(finding.basis.strip())
    yield "缺证据位置", any(each["places"] for each in finding.evidence)
    yield "责任单位未读出，请在表中更正", bool(finding.unit.strip())
    yield AMOUNT_HINT, without_amount or finding.amount is not None
    yield "缺定性", bool(finding_to_nature(finding))
    if finding.status == Status.RELABELLED:
        yield "改判未写明改为什么", bool(finding.relabel)


def blocked_to_words(finding: Finding, order: Order) -> tuple[str, ...]:
    """Why this person cannot sign this finding at this stage; nothing where it can be signed."""
    if NEXT_STAGE.get(finding.stage) != order.stage:
        now = Stage(finding.stage).label
        return (f"现为“{now}”，不能直接签{order.stage.label}",)
    if finding.gone and not finding.stage:
        return ("最近一次核对已不再提出",)
    if settings.MANY_USERS and order.user.pk in signers_of(finding):
        return (OWN_WORK,)
    return finding_to_lacks(finding, without_amount=order.without_amount) if order.stage == Stage.PREPARED else ()


def signers_of(finding: Finding) -> frozenset[int | None]:
    """Who signed a stage that stands."""
    return frozenset(each.user_id for each in finding.signatures.all() if not each.returned)


def sign(findings: QuerySet[Finding], order: Order) -> Signed:
    """Signs what can be signed of these, all in one act; the others say what they lack. Raises CannotSign.

    What is signed is gathered before anything is locked; whatever somebody changed meanwhile is left out.
    """
    check_size(findings.count())
    ready: list[Finding] = []
    refused: list[Refused] = []
    for finding in with_grounds(findings.filter(project=order.project)).order_by("pk"):
        lacks = blocked_to_words(finding, order)
        if lacks:
            refused.append(Refused(finding=finding, lacks=lacks))
        else:
            ready.append(finding)
    signatures = {finding.pk: _signature(finding, order) for finding in ready}
    with transaction.atomic():
        same = _unchanged(ready)
        refused += [Refused(finding=each, lacks=(OVERTAKEN,)) for each in ready if each.pk not in same]
        ready = [finding for finding in ready if finding.pk in same]
        event = _store(ready, signatures, order) if ready else None
    return Signed(count=len(ready), refused=tuple(refused), event=event)


def _unchanged(ready: Sequence[Finding]) -> set[int]:
    """Those that nobody signed, gave back or decided otherwise since they were read; from now on nobody can."""
    same: set[int] = set()
    for begin in range(0, len(ready), WRITTEN_AT_ONCE):
        part = {finding.pk: _mark(finding) for finding in ready[begin : begin + WRITTEN_AT_ONCE]}
        held = Finding.objects.select_for_update().filter(pk__in=part).only(*MARKS).order_by("pk")
        same |= {finding.pk for finding in held if _mark(finding) == part[finding.pk]}
    return same


def _mark(finding: Finding) -> tuple[object, ...]:
    return tuple(getattr(finding, name) for name in MARKS)


def check_size(count: int) -> None:
    """Raises CannotSign for more than one act may hold."""
    if count > MOST_AT_ONCE:
        raise CannotSign(f"一次最多签 {MOST_AT_ONCE} 条，现有 {count} 条。请按单位或年度筛选后分次签。")


def with_grounds(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """Findings with all that a signature looks at, in few queries."""
    joined = findings.select_related("form__document", "decided_by", "check_run")
    return joined.prefetch_related("signatures", "notes", "form__corrections")


def _store(ready: Sequence[Finding], signatures: Mapping[int, Signature], order: Order) -> Event:
    Signature.objects.bulk_create([signatures[each.pk] for each in ready], batch_size=WRITTEN_AT_ONCE)
    changes = [
        {
            "kind": "finding", "id": finding.pk, "before": {"stage": finding.stage},
            "after": {"stage": order.stage.value, "digest": signatures[finding.pk].digest},
        }
        for finding in ready
    ]  # fmt: skip
    for begin in range(0, len(ready), WRITTEN_AT_ONCE):
        pks = [finding.pk for finding in ready[begin : begin + WRITTEN_AT_ONCE]]
        Finding.objects.filter(pk__in=pks).update(stage=order.stage)
    own = sum(order.user.pk in signers_of(finding) for finding in ready)
    told: dict[str, Any] = {"stage": order.stage.value, "count": len(ready)}
    told |= {"without_amount": True} if order.without_amount else {}
    told |= {"own_work": own} if own else {}  # one person on one machine: allowed, and plain to see
    return record("sign", user=order.user, project=order.project, told=told, changes=changes)


def _signature(finding: Finding, order: Order) -> Signature:
    content = finding_to_content(finding)
    return Signature(
        finding=finding, stage=order.stage, user=order.user, at=timezone.now(), content=content,
        digest=content_to_digest(content),
    )  # fmt: skip


def give_back(finding: Finding, *, user: User, rights: frozenset[Right], comment: str) -> Event:
    """A signed finding back to its auditor, unlocked, with the reason. Raises CannotSign."""
    comment = comment.strip()
    if not comment:
        raise CannotSign("请写明退回的理由，编制人要据此修改。")
    with transaction.atomic():
        held = Finding.objects.select_for_update().get(pk=finding.pk)
        _check_may_give_back(held, user=user, rights=rights)
        before = held.stage
        held.signatures.filter(returned=False).update(returned=True)
        held.stage = Stage.NONE
        held.save(update_fields=["stage"])
        Note.objects.create(finding=held, user=user, text=f"退回：{comment}")
        change = {"kind": "finding", "id": held.pk, "before": {"stage": before}, "after": {"stage": ""}}
        event = record("give_back", user=user, project=held.project, told={"comment": comment}, changes=[change])
    finding.stage = Stage.NONE
    return event


def _check_may_give_back(finding: Finding, *, user: User, rights: frozenset[Right]) -> None:
    if not finding.stage:
        raise CannotSign("这条尚未签字，无需退回。请刷新页面。")
    if finding.stage == Stage.APPROVED:
        raise CannotSign("已审定的不能退回。需要更正的，请加一条批注说明，原签字保留。")
    if not may_give_back(finding, user=user, rights=rights):
        raise CannotSign("没有退回的权限：编制的由编制人本人或复核人员退回，复核的由审定人退回。")


def may_give_back(finding: Finding, *, user: User, rights: frozenset[Right]) -> bool:
    """Whoever may sign the next stage may give back this one; a preparer may take back what nobody has reviewed."""
    following = NEXT_STAGE.get(finding.stage)
    if not finding.stage or following is None:
        return False
    if STAGE_RIGHTS[following] in rights:
        return True
    own = finding.signatures.filter(returned=False, user=user, stage=Stage.PREPARED).exists()
    return finding.stage == Stage.PREPARED and own
