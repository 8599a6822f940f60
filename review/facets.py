"""How many findings of each kind a view has, and the query that takes a kind in or out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count

from domain.finding import SEVERITY_NAMES, Verdict
from review.abreast import both_answers
from review.bands import AMOUNT_BANDS, CONFIDENCE_BANDS, KIND, kind_to_values
from review.filters import COLUMNS, FACETS, ME, NOBODY, STAGE_NAMES, UNSIGNED
from review.house import the_house
from review.models import Status, User
from review.queue import View, while_unchanged

SHOWN, FOLDED = 8, 200  # values of a facet that are seen at once, and when it is opened; the others can be looked for
ORDERED = {
    "severity": tuple(SEVERITY_NAMES), "status": tuple(Status.values), "amount": tuple(AMOUNT_BANDS),
    "confidence": tuple(CONFIDENCE_BANDS), "stage": tuple(STAGE_NAMES),
}  # fmt: skip

# Counted together, each in the order of an index: what hangs on the form, and what hangs on the rule and on people.
# Findings that are alike in all of one are many; in both, hardly any.
PAPER = ("unit", "project", "year", "amount")
JUDGED = ("status", *KIND, "group", "who")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """Every facet of a view, and how many findings the view has."""

    facets: tuple[Facet, ...]
    total: int


def view_to_facets(view: View) -> Facets:
    """Every facet counted over the findings that the other facets leave."""
    return while_unchanged(view, f"facets {view.wanted.to_query()}", lambda: count_facets(view))


def count_facets(view: View) -> Facets:
    """The same, counted now."""
    rows, (papers, unfetched) = both_answers(partial(_judged, view), partial(_count_papers, view))
    counts = {facet: _count(view, rows, facet) for facet in JUDGED} | papers
    total = sum(row[-1] for row in _holding(view, rows, JUDGED))
    facets = (_counts_to_facet(view, facet, counts[facet], unfetched=unfetched[facet]) for facet in FACETS)
    return Facets(facets=tuple(facets), total=total)


def _judged(view: View) -> list[tuple[Any, ...]]:
    """Findings alike in all of ``JUDGED``: what they have, as their columns hold it, and how many there are."""
    groups = view.findings(without=JUDGED).order_by().values("status", "kind", "group", "assignee")
    rows = groups.annotate(findings=Count("*")).values_list("status", "kind", "group", "assignee", "findings")
    return [(status, *kind_to_values(kind), *rest) for status, kind, *rest in rows]


def _count(view: View, rows: Iterable[tuple[Any, ...]], facet: str) -> Counter[str]:
    """The values of a facet, where all others hold."""
    place = JUDGED.index(facet)
    counts = Counter[str]()
    for row in _holding(view, rows, [each for each in JUDGED if each != facet]):
        counts[_to_value(facet, row[place])] += row[-1]
    return counts


def _holding(view: View, rows: Iterable[tuple[Any, ...]], facets: Iterable[str]) -> list[tuple[Any, ...]]:
    """Those that the view has by these facets."""
    asked = [(JUDGED.index(facet), _chosen(view, facet)) for facet in facets if view.wanted.chosen(facet)]
    return [row for row in rows if all(row[place] in values for place, values in asked)]


def _count_papers(view: View) -> tuple[dict[str, Counter[str]], Counter[str]]:
    """The values of each of ``PAPER``, where all others hold, and how many more there are than can be shown.

    Added up and put in order by the database: of a million findings 50,000 forms of 12,500 projects are left, which
    take longer to fetch than to count.
    """
    counts, unfetched = {facet: Counter[str]() for facet in PAPER}, Counter[str]()
    groups = view.findings(without=PAPER).order_by().values_list(*(COLUMNS[facet] for facet in PAPER))
    try:
        alike, values = groups.annotate(findings=Count("*")).query.sql_with_params()
    except EmptyResultSet:
        return counts, unfetched
    sums, asked = zip(*(_sum_of(view, facet) for facet in PAPER), strict=True)
    statement = f"WITH papers (unit, project, year, amount, findings) AS ({alike}) {' UNION ALL '.join(sums)}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *chain.from_iterable(asked)])
        for facet, value, count, held in cursor.fetchall():
            counts[facet][value] = int(count)
            unfetched[facet] = held
    return counts, Counter({facet: held - len(counts[facet]) for facet, held in unfetched.items()})


def _sum_of(view: View, facet: str) -> tuple[str, list[str]]:
    """The query that adds one facet up, the values that can be shown alone, and the values it takes."""
    others = {each: view.wanted.chosen(each) for each in PAPER if each != facet and view.wanted.chosen(each)}
    holds = " AND ".join(f"{each} IN ({_places(chosen)})" for each, chosen in others.items())
    where = f" WHERE {holds}" if holds else ""
    added = f"SELECT {facet}, SUM(findings) AS findings, COUNT(*) OVER () AS held"
    taken = [*chain(*others.values())]
    if facet in ORDERED or facet == "year":
        return f"SELECT '{facet}', ranked.* FROM ({added} FROM papers{where} GROUP BY {facet}) AS ranked", taken
    letters = 'COLLATE "C"' if connection.vendor == "postgresql" else ""  # as Python puts them in order
    place = f"ROW_NUMBER() OVER (ORDER BY SUM(findings) DESC, {facet} {letters}) AS place"
    chosen = view.wanted.chosen(facet)
    kept = f"place <= {SHOWN + FOLDED}" + (f" OR {facet} IN ({_places(chosen)})" if chosen else "")
    ranked = f"{added}, {place} FROM papers{where} GROUP BY {facet}"
    return f"SELECT '{facet}', {facet}, findings, held FROM ({ranked}) AS ranked WHERE {kept}", [*taken, *chosen]


def _places(values: Sized) -> str:
    return ", ".join(["%s"] * len(values))


def _chosen(view: View, facet: str) -> frozenset[Any]:
    """Values as the column holds them."""
    chosen = view.wanted.chosen(facet)
    if facet == "stage":
        return frozenset("" if value == UNSIGNED else value for value in chosen)
    if facet == "who":
        return frozenset(None if value == NOBODY else view.user.pk if value == ME else int(value) for value in chosen)
    return frozenset(chosen)


def _to_value(facet: str, value: Any) -> str:
    if facet == "stage":
        return str(value or UNSIGNED)
    if facet == "who":
        return NOBODY if value is None else str(value)
    return str(value)


def _counts_to_facet(view: View, facet: str, counts: Counter[str], *, unfetched: int) -> Facet:
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
        untold=len(rest[FOLDED:]) + unfetched,
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
