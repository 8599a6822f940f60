"""How many findings of each kind a view has, and the query that takes a kind in or out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from domain.finding import SEVERITY_NAMES, Verdict
from review.filters import (
    AMOUNT_BANDS,
    CONFIDENCE_BANDS,
    FACETS,
    ME,
    NOBODY,
    STAGE_NAMES,
    UNSIGNED,
    facet_to_q,
)
from review.house import the_house
from review.models import Status, User
from review.queue import View, while_unchanged

SHOWN, FOLDED = 8, 200  # values of a facet that are seen at once, and when it is opened; the others can be looked for
ORDERED = {
    "severity": tuple(SEVERITY_NAMES), "status": tuple(Status.values), "amount": tuple(AMOUNT_BANDS),
    "confidence": tuple(CONFIDENCE_BANDS), "stage": tuple(STAGE_NAMES),
}  # fmt: skip


BANDS: Mapping[str, Iterable[str]] = {"amount": AMOUNT_BANDS, "confidence": CONFIDENCE_BANDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Facets counted together: their columns in the order of an index, others to group by, and a facet of bands."""

    columns: Mapping[str, str]
    beside: tuple[str, ...]
    banded: str


PAPER = Pass(
    # By form first: numbers are sorted sooner than names, and all findings of a form have the same ones.
    columns={"unit": "unit", "project": "project_name", "year": "year"}, beside=("form",), banded="amount",
)  # fmt: skip
JUDGED = Pass(
    columns={
        "group": "group", "rule": "code", "severity": "severity", "status": "status", "stage": "stage",
        "who": "assignee",
    },
    beside=(),
    banded="confidence",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value of a facet: how many findings have it, and the query that takes it in or out."""

    value: str
    name: str
    count: int
    is_chosen: bool
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A facet with its values; ``more`` are those that are folded away, ``untold`` how many there are beyond them.

    ``clear`` is the query without the facet.
    """

    name: str
    title: str
    values: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]
    untold: int
    clear: str


def view_to_facets(view: View) -> tuple[Facet, ...]:
    """Every facet counted over the findings that the other facets leave."""
    return while_unchanged(view, f"facets {view.wanted.to_query()}", lambda: count_facets(view))


def count_facets(view: View) -> tuple[Facet, ...]:
    """The same, counted now: in two passes, of what hangs on the form and of what hangs on the rule and on people."""
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    for each in (PAPER, JUDGED):
        _count(view, each, counts)
    return tuple(_counts_to_facet(view, facet, counts[facet]) for facet in FACETS)


def _count(view: View, told: Pass, counts: dict[str, Counter[str]]) -> None:
    """Groups of findings with the same values: each counts for a facet where all other facets hold."""
    facets = (*told.columns, told.banded)
    wanted = [_chosen(view, facet) for facet in told.columns]
    bands = tuple(BANDS[told.banded])
    inside = [not view.wanted.chosen(told.banded) or band in view.wanted.chosen(told.banded) for band in bands]
    for row in _groups(view, told, without=facets):
        values = [_to_value(facet, value) for facet, value in zip(told.columns, row[len(told.beside) :], strict=False)]
        amounts = row[-len(bands) :]
        missed = [place for place, value in enumerate(values) if wanted[place] and value not in wanted[place]]
        total = sum(amount for amount, is_inside in zip(amounts, inside, strict=True) if is_inside)
        if not missed:
            counts[told.banded].update({band: amount for band, amount in zip(bands, amounts, strict=True) if amount})
        for place in range(len(values)) if not missed else missed if len(missed) == 1 else ():
            if total:
                counts[facets[place]][values[place]] += total


def _groups(view: View, told: Pass, *, without: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Values of what stands beside and of the columns, then how many findings of each band."""
    names = (*told.beside, *told.columns.values())
    bands = {
        f"band_{place}": Count("pk", filter=facet_to_q(told.banded, (band,), user=view.user))
        for place, band in enumerate(BANDS[told.banded])
    }
    rows = view.findings(without=without).order_by().values(*names).annotate(**bands)
    return list(rows.values_list(*names, *bands))


def _chosen(view: View, facet: str) -> frozenset[str]:
    return frozenset(str(view.user.pk) if value == ME else value for value in view.wanted.chosen(facet))


def _to_value(facet: str, value: Any) -> str:
    if facet == "stage":
        return str(value or UNSIGNED)
    if facet == "who":
        return NOBODY if value is None else str(value)
    return str(value)


def _counts_to_facet(view: View, facet: str, counts: Counter[str]) -> Facet:
    chosen = view.wanted.chosen(facet)
    mine = str(view.user.pk)
    if facet == "who":
        counts[ME] = counts.pop(mine, 0)
    for value in chosen:
        counts.setdefault(value, 0)
    ordered = _in_order(facet, counts)
    shown = [value for place, value in enumerate(ordered) if place < SHOWN or value in chosen]
    rest = [value for value in ordered if value not in shown]
    names = _value_names(facet, [*shown, *rest[:FOLDED]])

    def told(value: str) -> FacetValue:
        name = names.get(value) or value or "（未填写）"
        query = view.wanted.toggled(facet, value).to_query()
        return FacetValue(value=value, name=name, count=counts[value], is_chosen=value in chosen, query=query)

    return Facet(
        name=facet,
        title=FACETS[facet],
        values=tuple(map(told, shown)),
        more=tuple(map(told, rest[:FOLDED])),
        untold=len(rest[FOLDED:]),
        clear=view.wanted.with_facet(facet, ()).to_query(),
    )


def _in_order(facet: str, counts: Mapping[str, int]) -> list[str]:
    if facet in ORDERED:
        return [value for value in ORDERED[facet] if value in counts]
    if facet == "year":
        return sorted(counts, reverse=True)
    return sorted(counts, key=lambda value: (value != ME, -counts[value], value))


def _value_names(facet: str, values: Iterable[str]) -> Mapping[str, str]:
    """Names of the values of a facet where they are not their own."""
    fixed: dict[str, Mapping[str, str]] = {
        "severity": {key.value: name for key, name in SEVERITY_NAMES.items()},
        "status": {status.value: str(status.label) for status in Status},
        "amount": {key: name for key, (name, _) in AMOUNT_BANDS.items()},
        "confidence": {key: name for key, (name, _) in CONFIDENCE_BANDS.items()},
        "stage": STAGE_NAMES,
    }
    if facet == "rule":
        return the_house().checking.rule_titles()
    if facet == "who":
        users = User.objects.filter(pk__in=[int(value) for value in values if value.isdigit()])
        return {ME: "我的", NOBODY: "未分派", **{str(user.pk): str(user) for user in users}}
    return fixed.get(facet, {})


def view_to_switches(view: View) -> tuple[FacetValue, ...]:
    """What the usual view leaves out, how much of it there is, and the query that shows it."""
    return while_unchanged(view, f"switches {view.wanted.to_query()}", lambda: count_switches(view))


def count_switches(view: View) -> tuple[FacetValue, ...]:
    """The same, counted now."""
    wanted = view.wanted
    others = (
        ("folded", "已归入他条", "only", "no"),
        ("verdict", "未能核对", Verdict.CANNOT_CHECK.value, Verdict.FAIL.value),
        ("gone", "不再出现", "only", "no"),
    )
    told = []
    for name, title, value, usual in others:
        is_chosen = getattr(wanted, name) == value
        shown = wanted.with_switch(name, value)
        target = wanted.with_switch(name, usual) if is_chosen else shown
        count = view.with_filter(shown).findings().count()
        told.append(FacetValue(value=name, name=title, count=count, is_chosen=is_chosen, query=target.to_query()))
    return tuple(told)
