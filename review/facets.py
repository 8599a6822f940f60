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
    COLUMNS,
    CONFIDENCE_BANDS,
    FACETS,
    ME,
    NOBODY,
    STAGE_NAMES,
    UNSIGNED,
    band_case,
)
from review.house import the_house
from review.models import Status, User
from review.queue import View, while_unchanged

SHOWN, FOLDED = 8, 200  # values of a facet that are seen at once, and when it is opened; the others can be looked for
PAPER_FACETS = ("unit", "project", "year", "amount")  # the same for all findings of a form, or nearly
ORDERED = {
    "severity": tuple(SEVERITY_NAMES), "status": tuple(Status.values), "amount": tuple(AMOUNT_BANDS),
    "confidence": tuple(CONFIDENCE_BANDS), "stage": tuple(STAGE_NAMES),
}  # fmt: skip


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
    """The same, counted now."""
    counts = _count_together(view)
    for facet in FACETS:
        if view.wanted.chosen(facet):
            counts[facet] = _count_alone(view, facet)
    return tuple(_counts_to_facet(view, facet, counts[facet]) for facet in FACETS)


def _count_together(view: View) -> dict[str, Counter[str]]:
    """All facets in two passes: what hangs on the form, and what hangs on the rule and on people's acts."""
    paper = _grouped(view, "form", "unit", "project_name", "year", _band("amount", view))
    judged = _grouped(
        view, "group", "code", "severity", "status", "stage", "assignee", _band("confidence", view)
    )  # fmt: skip
    names = (
        ("", "unit", "project", "year", "amount"),
        ("group", "rule", "severity", "status", "stage", "who", "confidence"),
    )
    counts = {facet: Counter[str]() for facet in FACETS}
    for facets, rows in zip(names, (paper, judged), strict=True):
        for *values, count in rows:
            for facet, value in zip(facets, values, strict=True):
                if facet:
                    counts[facet][_to_value(facet, value)] += count
    return counts


def _count_alone(view: View, facet: str) -> Counter[str]:
    """One facet over the findings that the others leave."""
    column: Any = {"who": "assignee", "stage": "stage"}.get(facet) or COLUMNS.get(facet) or _band(facet, view)
    # Beside another column, else an index on it alone is taken for the order and every row is read for the rest.
    beside = "form" if facet in PAPER_FACETS else "severity"
    columns = (column,) if facet == beside else (beside, column)
    counts = Counter[str]()
    for *_, value, count in _grouped(view, *columns, without=facet):
        counts[_to_value(facet, value)] += count
    return counts


def _band(facet: str, view: View) -> Any:
    return band_case(facet, user=view.user)


def _grouped(view: View, *columns: Any, without: str = "") -> list[tuple[Any, ...]]:
    named = {f"band_{place}": column for place, column in enumerate(columns) if not isinstance(column, str)}
    names = [column if isinstance(column, str) else f"band_{place}" for place, column in enumerate(columns)]
    rows = view.findings(without=without).order_by().annotate(**named).values(*names).annotate(of_them=Count("pk"))
    return list(rows.values_list(*names, "of_them"))


def _to_value(facet: str, value: Any) -> str:
    if facet in ("amount", "confidence"):
        return str(ORDERED[facet][value])
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
