"""Samples of what nobody has looked at: drawn, looked at place by place, and what they say of the rest."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from audit.sampling import (
    NO_FINDING,
    NO_UNIT,
    BadSample,
    Estimate,
    Kind,
    Layer,
    Place,
    PlaceKey,
    Population,
    Stratum,
    draw,
    estimate,
    estimate_to_sentence,
    exact_interval,
)
from audit.sampling import Sample as Drawn
from domain.finding import Verdict
from review.journal import record
from review.models import Finding, FormRow, Project, Sample, SamplePlace, State, Status, User
from review.signing import DECIDED

WRITTEN_AT_ONCE = 500
MOST_PLACES = 2000  # a sample larger than that is no sample any more
SEEDS = 2**31
WHOLE = "全部"  # the one stratum of a simple sample
STOP_AFTER = 50  # dismissals in a row: then at most one in seventeen is missed, at 95 %
ONE_SIDED = 0.90  # of a two-sided interval, whose upper end is the one-sided bound at 95 %


class Method(StrEnum):
    """How a sample is laid out."""

    UNIT = "unit"
    RULE = "rule"
    SIMPLE = "simple"


class Basis(StrEnum):
    """What a place has to be free of to be drawn: findings that were decided, or the first lines of the list."""

    DECIDED = "decided"
    LINES = "lines"


METHOD_NAMES: Final[Mapping[Method, str]] = {
    Method.UNIT: "按单位分层", Method.RULE: "按疑点类型分层", Method.SIMPLE: "简单随机（不分层）",
}  # fmt: skip
BASIS_NAMES: Final[Mapping[Basis, str]] = {Basis.DECIDED: "已作结论的疑点", Basis.LINES: "清单前若干条"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to draw; without a ``seed`` one is drawn. ``line`` counts for ``Basis.LINES`` alone."""

    kind: Kind
    method: Method
    basis: Basis
    size: int
    line: int = 0
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left to draw from: the places, what they are left from in words, and their form rows."""

    population: Population
    spoken: str
    forms: Mapping[tuple[str, int], int]


def project_to_left(project: Project, order: Order) -> Left:
    """Every row, or every form, that the decided findings (or the first of the list) do not speak of."""
    told = _told(project)
    line = told.filter(status__in=DECIDED).count() if order.basis is Basis.DECIDED else min(order.line, told.count())
    spoken = _spoken(project, told, order, line=line)
    titles = _titles(project, order.kind) if order.method is Method.RULE else {}
    places: list[Place] = []
    forms: dict[tuple[str, int], int] = {}
    for form in _forms(project):
        key = (form.document.path, form.index)
        forms[key] = form.pk
        for row in range(form.rows) if order.kind is Kind.ROW else (None,):
            if (form.pk, row) not in spoken:
                stratum = _stratum(form, row, order.method, titles=titles)
                places.append(Place(source=key[0], form_index=key[1], row=row, stratum=stratum))
    layer = Layer.RULE if order.method is Method.RULE else Layer.UNIT
    population = Population(kind=order.kind, layer=layer, line=line, places=tuple(places))
    words = f"已作结论的{line}条疑点" if order.basis is Basis.DECIDED else f"疑点清单前{line}条"
    return Left(population=population, spoken=words, forms=forms)


def _told(project: Project) -> QuerySet[Finding]:
    """Lines of their own, in the order of the list."""
    found = Finding.objects.filter(project=project, gone=False, verdict=Verdict.FAIL, folded=False)
    return found.order_by("place", "pk")


def _forms(project: Project) -> Iterator[FormRow]:
    read = FormRow.objects.filter(document__project=project, document__state=State.READ)
    return read.select_related("document").order_by("document_id", "index").iterator(2000)


def _spoken(project: Project, told: QuerySet[Finding], order: Order, *, line: int) -> set[tuple[int, int | None]]:
    """Places that what was looked at speaks of, what is folded into it included."""
    if order.basis is Basis.DECIDED:
        own = told.filter(status__in=DECIDED).values_list("pk", flat=True)
    else:
        own = told.values_list("pk", flat=True)[:line]
    tellers = set(own)
    found = Finding.objects.filter(project=project).values_list("pk", "covered_by_id", "form_id", "row", "status")
    decided = set(DECIDED) if order.basis is Basis.DECIDED else set()
    return {
        (form, row if order.kind is Kind.ROW else None)
        for pk, teller, form, row, status in found.iterator(5000)
        if pk in tellers or teller in tellers or status in decided
    }


def _titles(project: Project, kind: Kind) -> dict[tuple[int, int | None], str]:
    """The heaviest finding of each place."""
    titles: dict[tuple[int, int | None], str] = {}
    found = Finding.objects.filter(project=project, gone=False, verdict=Verdict.FAIL).order_by("place", "pk")
    for form, row, title in found.values_list("form_id", "row", "title").iterator(5000):
        titles.setdefault((form, row if kind is Kind.ROW else None), title)
    return titles


def _stratum(form: FormRow, row: int | None, method: Method, *, titles: Mapping[tuple[int, int | None], str]) -> str:
    if method is Method.SIMPLE:
        return WHOLE
    return (form.unit or NO_UNIT) if method is Method.UNIT else titles.get((form.pk, row), NO_FINDING)


def draw_sample(project: Project, order: Order, *, user: User) -> Sample:
    """A sample drawn and kept with all that is needed to draw it again. Raises BadSample."""
    if order.size > MOST_PLACES:
        raise BadSample(f"样本量 {order.size} 太大，最多 {MOST_PLACES} 个。请减少样本量。")
    left = project_to_left(project, order)
    seed = secrets.randbelow(SEEDS) if order.seed is None else order.seed
    drawn = draw(left.population, order.size, seed=seed)
    told = {
        "kind": drawn.kind.value, "layer": drawn.layer.value, "method": order.method.value,
        "basis": order.basis.value, "line": drawn.line, "spoken": left.spoken, "seed": seed,
        "seed_given": order.seed is not None, "size": order.size, "population": drawn.population,
        "population_sha256": population_to_digest(left.population),
        "strata": [{"name": each.name, "size": each.size, "drawn": len(each.drawn)} for each in drawn.strata],
    }  # fmt: skip
    with transaction.atomic():
        sample = Sample.objects.create(project=project, user=user, record=told)
        SamplePlace.objects.bulk_create(
            [
                SamplePlace(
                    sample=sample, form_id=left.forms[place.source, place.form_index], row=place.row, stratum=each.name
                )
                for each in drawn.strata
                for place in each.drawn
            ],
            batch_size=WRITTEN_AT_ONCE,
        )
        brief = {name: told[name] for name in ("kind", "method", "population", "size", "seed")}
        record("draw_sample", user=user, project=project, told={"sample": sample.pk, **brief})
    return sample


def population_to_digest(population: Population) -> str:
    """SHA-256 over every place of a population, so that it can be shown to be the same."""
    digest = hashlib.sha256()
    for place in population.places:
        digest.update(f"{place.source}|{place.form_index}|{'' if place.row is None else place.row}\n".encode())
    return digest.hexdigest()


def look_at(place: SamplePlace, *, user: User, has_issue: bool | None, note: str) -> None:
    """What somebody found at a place; None takes it back."""
    with transaction.atomic():
        held = SamplePlace.objects.select_for_update().get(pk=place.pk)
        before = {"has_issue": held.has_issue, "note": held.note}
        held.has_issue, held.note, held.user, held.at = has_issue, note.strip(), user, timezone.now()
        held.save()
        change = {
            "kind": "place",
            "id": held.pk,
            "before": before,
            "after": {"has_issue": has_issue, "note": held.note},
        }
        told = {"sample": held.sample_id}
        record("look_at_place", user=user, project=held.sample.project, told=told, changes=[change])


def sample_to_drawn(sample: Sample, places: Iterable[SamplePlace]) -> Drawn:
    """A stored sample as it was drawn."""
    told: dict[str, Any] = sample.record
    by_stratum: dict[str, list[Place]] = {each["name"]: [] for each in told["strata"]}
    for place in places:
        key = _place_to_key(place)
        by_stratum[place.stratum].append(Place(source=key[0], form_index=key[1], row=key[2], stratum=place.stratum))
    strata = (
        Stratum(name=each["name"], size=each["size"], drawn=tuple(by_stratum[each["name"]])) for each in told["strata"]
    )
    return Drawn(
        kind=Kind(told["kind"]), layer=Layer(told["layer"]), line=told["line"], seed=told["seed"], strata=tuple(strata)
    )


def _place_to_key(place: SamplePlace) -> PlaceKey:
    return place.form.document.path, place.form.index, place.row


def sample_to_estimate(sample: Sample) -> Estimate:
    """What the sample says of all that was left. Raises BadSample while places have not been looked at."""
    places = list(places_of(sample))
    verdicts = {_place_to_key(place): place.has_issue for place in places if place.has_issue is not None}
    return estimate(sample_to_drawn(sample, places), verdicts)


def places_of(sample: Sample) -> QuerySet[SamplePlace]:
    """The places in the order of drawing."""
    return sample.places.select_related("form__document", "user").order_by("pk")


def sample_to_sentence(sample: Sample, judged: Estimate) -> str:
    """The sentence for the working paper."""
    origin = "种子由审计人员给定。" if sample.record["seed_given"] else "种子由程序随机产生。"
    return estimate_to_sentence(judged, spoken=sample.record["spoken"]) + origin


@dataclass(frozen=True, slots=True, kw_only=True)
class StopAdvice:
    """How the list has been going: lines decided and left, dismissals in a row, and the share that may still hold.

    ``bound`` is the upper end at 95 % (one-sided), 1.0 where nothing was dismissed last.
    """

    decided: int
    left: int
    dismissed_in_a_row: int
    bound: float

    @property
    def may_stop(self) -> bool:
        """True where going on line by line is hardly worth it, and a sample tells more."""
        return self.left > 0 and self.dismissed_in_a_row >= STOP_AFTER


def project_to_advice(project: Project) -> StopAdvice:
    """Whether to go on with the list."""
    told = _told(project)
    row = 0
    recent = told.filter(status__in=DECIDED, decided_at__isnull=False).order_by("-decided_at", "-pk")
    for status in recent.values_list("status", flat=True).iterator(200):
        if status != Status.DISMISSED:
            break
        row += 1
    counts = Counter(told.values_list("status", flat=True))
    left = counts[Status.OPEN] + counts[Status.SKIPPED]
    bound = exact_interval(0, row, level=ONE_SIDED)[1] if row else 1.0
    return StopAdvice(decided=sum(counts[each] for each in DECIDED), left=left, dismissed_in_a_row=row, bound=bound)


def open_places(sample: Sample) -> int:
    """Places nobody has looked at yet."""
    return sample.places.filter(Q(has_issue__isnull=True)).count()
