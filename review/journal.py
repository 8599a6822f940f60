"""Acts written to the log, each with the hash of the one before; the log read again and verified."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from review.models import Chain, Event, Mention, Project, User

READ_AT_ONCE = 500  # events, while a log is verified
MENTIONS_AT_ONCE = 300  # rows a statement: SQLite is asked for no more than 999 values


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Where a log does not hold: the number of the event (0 for the whole log), and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A log verified: events seen, the hash of the last, and the first place that does not hold."""

    length: int
    head: str
    broken: Break | None = None


def record(
    act: str,
    *,
    user: User | None,
    project: Project | None = None,
    told: Mapping[str, Any] | None = None,
    changes: Sequence[Mapping[str, Any]] = (),
    undoes: Event | None = None,
) -> Event:
    """One act at the end of the log of an audit (of the program, without one), in the transaction of what was done."""
    with transaction.atomic():
        Chain.objects.get_or_create(project=project)
        chain = Chain.objects.select_for_update().get(project=project)
        event = Event(
            chain=chain,
            number=chain.length + 1,
            at=timezone.now(),
            user=user,
            who=str(user) if user else "系统",
            act=act,
            told=_as_json(told or {}),
            changes=_as_json(list(changes)),
            undoes=undoes,
            previous=chain.head,
        )
        event.digest = event_to_digest(event)
        event.save()
        chain.length, chain.head = event.number, event.digest
        chain.save(update_fields=["length", "head"])
        things = {(str(change["kind"]), change["id"]) for change in changes if isinstance(change.get("id"), int)}
        mentions = [Mention(event=event, kind=kind, thing=thing) for kind, thing in sorted(things)]
        Mention.objects.bulk_create(mentions, batch_size=MENTIONS_AT_ONCE)
    return event


def events_of(kind: str, thing: int, *, most: int) -> tuple[Event, ...]:
    """The last acts that changed a thing, newest first."""
    numbers = Mention.objects.filter(kind=kind, thing=thing).order_by("-event").values_list("event", flat=True)[:most]
    return tuple(Event.objects.filter(pk__in=list(numbers)).select_related("user").order_by("-pk"))


def _as_json(thing: Any) -> Any:
    """As it will come back from the database: dates and decimals as text."""
    return json.loads(json.dumps(thing, ensure_ascii=False, default=str))


def event_to_record(event: Event) -> dict[str, Any]:
    """What is hashed of an event, and exported."""
    return {
        "number": event.number,
        "at": _moment(event.at),
        "who": event.who,
        "act": event.act,
        "told": event.told,
        "changes": event.changes,
        "undoes": event.undoes.number if event.undoes else None,
        "previous": event.previous,
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def event_to_digest(event: Event) -> str:
    """SHA-256 over the canonical JSON of an event, the hash of the one before included."""
    return record_to_digest(event_to_record(event))


def record_to_digest(told: Mapping[str, Any]) -> str:
    """SHA-256 over canonical JSON: keys sorted, no blanks, characters as they are."""
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify(chain: Chain) -> Verdict:
    """Every event of a log looked at again."""
    events = chain.events.select_related("undoes").order_by("number").iterator(READ_AT_ONCE)
    verdict = verify_records({**event_to_record(event), "digest": event.digest} for event in events)
    if verdict.broken is None and (verdict.length, verdict.head) != (chain.length, chain.head):
        missing = Break(number=0, reason=f"日志末尾缺失或被增添：应有 {chain.length} 条，实有 {verdict.length} 条。")
        return Verdict(length=verdict.length, head=verdict.head, broken=missing)
    return verdict


def verify_records(records: Iterable[Mapping[str, Any]]) -> Verdict:
    """Events as exported, in their order: numbers without gap, each hash right, each the next one's ``previous``."""
    length, head = 0, ""
    for told in records:
        own = {key: value for key, value in told.items() if key != "digest"}
        if told["number"] != length + 1:
            reason = f"第 {length + 1} 条缺失：其后是第 {told['number']} 条。"
            return Verdict(length=length, head=head, broken=Break(number=length + 1, reason=reason))
        if told["previous"] != head or record_to_digest(own) != told["digest"]:
            reason = f"第 {told['number']} 条与其校验值不符：内容被改动过。"
            return Verdict(length=length, head=head, broken=Break(number=told["number"], reason=reason))
        length, head = told["number"], told["digest"]
    return Verdict(length=length, head=head)
