"""An audit at a glance: what was read, what was found, how far the review is, and how often each rule is right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from domain.finding import Severity
from review.models import Document, Finding, FormRow, Project, Stage, State, Status

RECENT = 50  # decisions of a rule that its confirmed rate is told of: what it does now, not what it did years ago
FEWEST_TOLD = 5  # decisions below which a rate says nothing
LOW_RATE = 0.2  # a rule confirmed less often is worth a word
DECIDED = (Status.CONFIRMED, Status.RELABELLED, Status.DISMISSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitYear:
    """What one unit handed in for one year, and what was found in it (top lines only), heaviest first."""

    unit: str
    year: str
    forms: int
    doubtful: int
    high: int
    medium: int
    low: int
    decided: int

    @property
    def findings(self) -> int:
        """All of them."""
        return self.high + self.medium + self.low


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRate:
    """How often a rule was right of late: decisions, those confirmed or relabelled, and dismissed as wrong."""

    code: str
    title: str
    decided: int
    confirmed: int
    wrong: int
    open: int

    @property
    def rate(self) -> float:
        """Confirmed of decided."""
        return self.confirmed / self.decided if self.decided else 0.0

    @property
    def is_doubtful(self) -> bool:
        """True where the rule should be looked at: many decisions, few confirmed."""
        return self.decided >= FEWEST_TOLD and self.rate < LOW_RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDone:
    """What one person decided, and what waits for them."""

    name: str
    decided: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All of it. ``states`` counts documents by state, ``stages`` findings by signature."""

    documents: int
    states: tuple[tuple[str, str, int], ...]
    pages: int
    forms: int
    doubtful: int
    findings: int
    decided: int
    severities: tuple[tuple[str, int, int], ...]
    stages: tuple[tuple[str, int], ...]
    units: tuple[UnitYear, ...]
    rules: tuple[RuleRate, ...]
    people: tuple[PersonDone, ...]


def project_to_overview(project: Project) -> Overview:
    """The figures of an audit."""
    told = Finding.objects.filter(project=project, gone=False, verdict="fail", folded=False)
    documents = Document.objects.filter(project=project)
    states = dict(documents.values_list("state").annotate(Count("pk")))
    forms = FormRow.objects.filter(document__project=project)
    severities = {
        severity: (count, decided)
        for severity, count, decided in told.values_list("severity").annotate(
            all=Count("pk"), done=Count("pk", filter=Q(status__in=DECIDED))
        )
    }
    stages = dict(told.values_list("stage").annotate(Count("pk")))
    return Overview(
        documents=documents.count(),
        states=tuple((state.value, str(state.label), states[state]) for state in State if state in states),
        pages=documents.aggregate(total=Sum("pages"))["total"] or 0,
        forms=forms.count(),
        doubtful=forms.aggregate(total=Sum("doubtful"))["total"] or 0,
        findings=sum(count for count, _ in severities.values()),
        decided=sum(decided for _, decided in severities.values()),
        severities=tuple((each.value, *severities.get(each.value, (0, 0))) for each in Severity),
        stages=tuple((str(stage.label), stages.get(stage.value, 0)) for stage in Stage),
        units=_units(project),
        rules=_rules(project),
        people=_people(project),
    )


def _units(project: Project) -> tuple[UnitYear, ...]:
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for unit, year, forms, doubtful in (
        FormRow.objects.filter(document__project=project)
        .values_list("unit", "year")
        .annotate(Count("pk"), Sum("doubtful"))
    ):
        counts[unit, year].update(forms=forms, doubtful=doubtful or 0)
    found = Finding.objects.filter(project=project, gone=False, verdict="fail", folded=False)
    for unit, year, severity, count, decided in found.values_list("form__unit", "form__year", "severity").annotate(
        all=Count("pk"), done=Count("pk", filter=Q(status__in=DECIDED))
    ):
        counts[unit, year][severity] += count
        counts[unit, year]["decided"] += decided
    rows = [
        UnitYear(
            unit=unit,
            year=year,
            forms=each["forms"],
            doubtful=each["doubtful"],
            high=each[Severity.HIGH],
            medium=each[Severity.MEDIUM],
            low=each[Severity.LOW] + each[Severity.INFO],
            decided=each["decided"],
        )
        for (unit, year), each in counts.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.high, -row.medium, -row.low, row.unit, row.year)))


def _rules(project: Project) -> tuple[RuleRate, ...]:
    recent: dict[str, list[tuple[str, str]]] = defaultdict(list)
    titles: dict[str, str] = {}
    decided = Finding.objects.filter(project=project, status__in=DECIDED).order_by("-decided_at")
    for code, title, status, dismissal in decided.values_list("code", "title", "status", "dismissal"):
        titles[code] = title
        if len(recent[code]) < RECENT:
            recent[code].append((status, dismissal))
    waiting = dict(
        Finding.objects.filter(project=project, status=Status.OPEN, gone=False, verdict="fail", folded=False)
        .values_list("code")
        .annotate(Count("pk"))
    )
    return tuple(
        RuleRate(
            code=code,
            title=titles[code],
            decided=len(acts),
            confirmed=sum(status in (Status.CONFIRMED, Status.RELABELLED) for status, _ in acts),
            wrong=sum(dismissal == "wrong" for _, dismissal in acts),
            open=waiting.get(code, 0),
        )
        for code, acts in sorted(recent.items(), key=lambda item: -len(item[1]))
    )


def _people(project: Project) -> tuple[PersonDone, ...]:
    decided = _by_person(project, "decided_by", Q(status__in=DECIDED))
    waiting = _by_person(project, "assignee", Q(status__in=[Status.OPEN, Status.SKIPPED], gone=False))
    names = sorted({*decided, *waiting}, key=lambda name: -decided.get(name, 0))
    return tuple(PersonDone(name=name, decided=decided.get(name, 0), waiting=waiting.get(name, 0)) for name in names)


def _by_person(project: Project, column: str, which: Q) -> dict[str, int]:
    found = Finding.objects.filter(which, project=project).exclude(**{column: None})
    rows = found.values_list(f"{column}__full_name", f"{column}__username").annotate(Count("pk"))
    return {full_name or username: count for full_name, username, count in rows}


def widths(rows: Sequence[UnitYear], *, longest: float) -> tuple[tuple[UnitYear, tuple[float, float, float]], ...]:
    """Units with the widths of their bars by severity, the longest row of all being ``longest``."""
    most = max((row.findings for row in rows), default=0) or 1
    scale = longest / most
    return tuple((row, (row.high * scale, row.medium * scale, row.low * scale)) for row in rows)
