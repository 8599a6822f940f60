"""Acts of a person taken back, newest first, and done again. What somebody else changed since is left as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from review.deciding import Deed, finding_to_state, locked_rows, note_later, write_states
from review.journal import record
from review.models import Event, Note, Project, User

UNDOABLE = (*(deed.value for deed in Deed), "assign", "note", "redo")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What was taken back or done again (an act of the log): of how many findings, and how many were left.

    ``overtaken`` were changed by somebody since, ``locked`` are signed; ``finding`` is the id of one to look at.
    """

    deed: str
    changed: int
    overtaken: int
    locked: int
    finding: int | None


def last_to_undo(project: Project, user: User) -> Event | None:
    """What the person would undo now."""
    return _open_events(project, user).filter(act__in=UNDOABLE).first()


def last_to_redo(project: Project, user: User) -> Event | None:
    """What the person would do again now: it waits, whatever was done meanwhile."""
    return _open_events(project, user).filter(act="undo").first()


def _open_events(project: Project, user: User) -> QuerySet[Event]:
    mine = Event.objects.filter(chain__project=project, user=user, undone_by__isnull=True)
    return mine.select_related("undoes").order_by("-number")


def undo(project: Project, user: User) -> TakenBack | None:
    """The person's last act taken back; None where there is none."""
    with transaction.atomic():
        event = _lock(last_to_undo(project, user))
        return None if event is None else _take_back(event, "undo", project=project, user=user)


def redo(project: Project, user: User) -> TakenBack | None:
    """What the person undid last, done again; None where there is nothing."""
    with transaction.atomic():
        event = _lock(last_to_redo(project, user))
        return None if event is None else _take_back(event, "redo", project=project, user=user)


def _lock(event: Event | None) -> Event | None:
    """None where another window of the same person was quicker."""
    if event is None or not Event.objects.select_for_update().filter(pk=event.pk).exists():
        return None
    return None if Event.objects.filter(undoes=event.pk).exists() else event


def _take_back(event: Event, act: str, *, project: Project, user: User) -> TakenBack:
    wanted = {change["id"]: change for change in event.changes if change["kind"] == "finding"}
    free, overtaken, locked = [], 0, 0
    for finding in locked_rows(sorted(wanted)):
        after = wanted[finding.pk]["after"]
        if finding.is_locked:
            locked += 1
        elif finding_to_state(finding, after) != after:
            overtaken += 1
        else:
            free.append(finding)
    changes = write_states(free, lambda finding: wanted[finding.pk]["before"])
    notes = [_turn_note(change) for change in event.changes if change["kind"] == "note"]
    turned = [change for change in notes if change is not None]
    locked += len(notes) - len(turned)
    told = {"act": event_to_deed(event), "overtaken": overtaken, "locked": locked}
    changes += turned
    record(act, user=user, project=project, told=told, changes=changes, undoes=event)
    note_later(project)
    return TakenBack(
        deed=event_to_deed(event), changed=len(changes), overtaken=overtaken, locked=locked,
        finding=free[0].pk if free else event.told.get("finding"),
    )  # fmt: skip


def event_to_deed(event: Event) -> str:
    """What was done in the first place, however often it was undone and done again."""
    return str(event.told["act"] if event.act in ("undo", "redo") else event.act)


def _turn_note(change: Mapping[str, Any]) -> dict[str, Any] | None:
    """A note withdrawn, or put back; None where its finding has been signed since."""
    note = Note.objects.select_related("finding").filter(pk=change["id"]).first()
    if note is None or note.finding.is_locked:
        return None
    Note.objects.filter(pk=note.pk).update(**change["before"])
    return {"kind": "note", "id": note.pk, "before": change["after"], "after": change["before"]}
