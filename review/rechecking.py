"""One form checked again after a correction: what appeared, what vanished, what changed, and the queue in step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db.models import Max

from domain.finding import SEVERITY_NAMES
from domain.form import Form, FormKey, form_key
from review.checking import Key, finding_to_key, key_to_finding, lock_findings, raised_to_columns, raised_to_keyed
from review.house import Raised, the_house
from review.models import Check, Finding, FormRow, Note, User

# What a check of one form alone does not know: the place among all others, and why.
FROM_ALL_FORMS: Final = ("place", "priority", "why", "cause")
LEFT_AS_SIGNED: Final = "签认后更正：{told}。按更正后的内容，{outcome}签认的内容未改动。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What became of one finding. ``before`` is the message it had, ``after`` the one it has; "" where there is none.

    ``finding_id`` is its row, None where it has none. ``is_locked``: signed, so that a note says it and nothing else.
    """

    title: str
    severity: str
    row: int | None
    before: str
    after: str
    finding_id: int | None
    is_locked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """All that a correction changed in the findings of its form."""

    appeared: tuple[Turn, ...] = ()
    vanished: tuple[Turn, ...] = ()
    changed: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """The findings of one form under two readings of it, by key."""

    before: Mapping[Key, Raised]
    after: Mapping[Key, Raised]


def check_both(row: FormRow, before: Form, after: Form) -> Outcomes:
    """The checks of one form, as it was and as it is now."""
    return Outcomes(before=_check(row, before), after=_check(row, after))


def _check(row: FormRow, form: Form) -> dict[Key, Raised]:
    rows: dict[FormKey, FormRow] = {form_key(form): row}
    return dict(raised_to_keyed(the_house().checking.check([form]), rows=rows))


def store_outcomes(row: FormRow, outcomes: Outcomes, *, told: str, user: User) -> tuple[Turns, list[dict[str, Any]]]:
    """The queue brought in step, within the transaction of the caller; what turned, and the changes for the log.

    Findings that this form alone does not raise are not touched. ``told`` is the correction, in words.
    """
    lock_findings(row.document.project_id)
    known = {finding_to_key(finding): finding for finding in Finding.objects.select_for_update().filter(form=row)}
    writer = _Writer(row=row, known=known, told=told, user=user, run=_run_of_these_versions(row), changes=[])
    before, after = outcomes.before, outcomes.after
    vanished = [writer.vanish(key, before[key]) for key in before if key not in after]
    appeared = [writer.appear(key, after[key]) for key in after if key not in before]
    both = [key for key in after if key in before and _facts(after[key]) != _facts(before[key])]
    changed = [writer.change(key, before[key], now=after[key]) for key in both]
    return Turns(appeared=tuple(appeared), vanished=tuple(vanished), changed=tuple(changed)), writer.changes


def _facts(raised: Raised) -> tuple[object, ...]:
    columns = raised_to_columns(raised)
    return tuple(columns[name] for name in ("severity", "verdict", "message", "readings", "statement"))


def _run_of_these_versions(row: FormRow) -> Check | None:
    """The last run of the checks, where the same code and models run now: what is raised here is raised by those."""
    last = Check.objects.filter(project=row.document.project_id).order_by("-pk").first()
    return last if last is not None and last.versions == asdict(the_house().checking.versions()) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Writes what became of each finding and keeps the log's lines; signed ones get a note."""

    row: FormRow
    known: Mapping[Key, Finding]
    told: str
    user: User
    run: Check | None
    changes: list[dict[str, Any]]

    def vanish(self, key: Key, raised: Raised) -> Turn:
        finding = self.known.get(key)
        if finding is not None and finding.is_locked:
            self._note(finding, "本疑点不再成立。")
        elif finding is not None and not finding.gone:
            finding.gone = True
            finding.save(update_fields=["gone"])
            finding.covers.update(covered_by=None)  # what it told the story of stands on its own
            self._log(finding, {"gone": False}, {"gone": True})
        return _turn(raised, finding, before=raised.finding.message, after="")

    def appear(self, key: Key, raised: Raised) -> Turn:
        finding = self.known.get(key) or key_to_finding(self.row.document.project, key)
        if finding.is_locked:
            self._note(finding, f"本疑点成立：{raised.finding.message}")
            return _turn(raised, finding, before="", after=raised.finding.message)
        before = {"gone": finding.gone} if finding.pk else {}
        columns = _set_columns(finding, raised, self.run)
        finding.priority = raised.finding.priority
        finding.why = finding.why or "更正后新出现，正在重新排序。"
        finding.place = finding.place or _place_among(self.row, raised)
        finding.save(update_fields=[*columns, "priority", "why", "place"] if finding.pk else None)
        self._log(finding, before, {"gone": False})
        return _turn(raised, finding, before="", after=raised.finding.message)

    def change(self, key: Key, was: Raised, *, now: Raised) -> Turn:
        finding = self.known.get(key)
        told = {"before": was.finding.message, "after": now.finding.message}
        if finding is not None and finding.is_locked:
            self._note(finding, f"事实变为：{now.finding.message}")
        elif finding is not None:
            before = finding.message
            finding.save(update_fields=_set_columns(finding, now, self.run))
            self._log(finding, {"message": before}, {"message": finding.message})
        return _turn(now, finding, **told)

    def _note(self, finding: Finding, outcome: str) -> None:
        text = LEFT_AS_SIGNED.format(told=self.told, outcome=outcome)
        note = Note.objects.create(finding=finding, user=self.user, text=text, after_signing=True)
        self.changes.append({"kind": "note", "id": note.pk, "before": {}, "after": {"text": text}})

    def _log(self, finding: Finding, before: dict[str, Any], after: dict[str, Any]) -> None:
        self.changes.append({"kind": "finding", "id": finding.pk, "before": before, "after": after})


def _set_columns(finding: Finding, raised: Raised, run: Check | None) -> list[str]:
    """What the machine says of a finding by its form alone, set; the names of the columns. People's stay theirs."""
    told = {name: content for name, content in raised_to_columns(raised).items() if name not in FROM_ALL_FORMS}
    for name, content in told.items():
        setattr(finding, name, content)
    finding.check_run = run
    return [*told, "check_run"]


def _place_among(row: FormRow, raised: Raised) -> int:
    """Before the first that weighs less, until all forms are checked again."""
    others = Finding.objects.filter(project=row.document.project_id, gone=False)
    lighter = others.filter(priority__lte=raised.finding.priority).order_by("place").first()
    if lighter is not None:
        return lighter.place
    return 1 + (others.aggregate(last=Max("place"))["last"] or 0)


def _turn(raised: Raised, finding: Finding | None, *, before: str, after: str) -> Turn:
    return Turn(
        title=raised.finding.title,
        severity=SEVERITY_NAMES[raised.finding.severity],
        row=raised.finding.row,
        before=before,
        after=after,
        finding_id=finding.pk if finding else None,
        is_locked=finding is not None and finding.is_locked,
    )


def turns_to_record(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """As the log keeps them."""
    return [
        {"finding": turn.finding_id, "title": turn.title, "before": turn.before, "after": turn.after} for turn in turns
    ]
