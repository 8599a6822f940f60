"""The filter of the queue: what a query string asks for, and which findings that means."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Q
from django.http import QueryDict
from django.utils.http import urlencode

from domain.finding import SEVERITY_NAMES, Verdict
from review.bands import AMOUNT_BANDS, CONFIDENCE_BANDS
from review.models import Stage, Status, User

OPEN_STATUSES = (Status.OPEN.value, Status.SKIPPED.value)  # what is still to be decided
ANY = "all"
ME, NOBODY, UNSIGNED = "me", "none", "none"
CHOICES_MOST, TEXT_MOST, WORDS_MOST = 50, 100, 5  # of one facet, of the words looked for: a link stays a link
ID_DIGITS = 15  # more is no row of any table
TEXTS = ("message", "title", "indicator", "unit", "project_name")  # columns in which words are looked for

STAGE_NAMES: Final[Mapping[str, str]] = MappingProxyType({stage.value or UNSIGNED: str(stage.label) for stage in Stage})
FIXED: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "severity": frozenset(SEVERITY_NAMES),
        "status": frozenset(Status.values),
        "amount": frozenset(AMOUNT_BANDS),
        "confidence": frozenset(CONFIDENCE_BANDS),
        "stage": frozenset(STAGE_NAMES),
    }
)
"""Facets whose values are known beforehand."""
FACETS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "severity": "严重程度", "group": "问题类别", "rule": "规则", "unit": "实施单位", "project": "项目",
        "year": "年度", "status": "处理状态", "amount": "金额", "confidence": "把握", "who": "承办人", "stage": "签认",
    }
)  # fmt: skip
SWITCHES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "verdict": frozenset([Verdict.FAIL.value, Verdict.CANNOT_CHECK.value]),
        "folded": frozenset(["no", "only", ANY]),
        "gone": frozenset(["no", "only"]),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """Which findings, as the address of a page says it. Of a facet any value holds; all facets must; () is any.

    ``folded`` are those whose story another one tells (no, only, all), ``gone`` those that the last check did not
    raise any more (no, only). ``text`` are words all of which occur.
    """

    severity: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    rule: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    project: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    status: tuple[str, ...] = OPEN_STATUSES
    amount: tuple[str, ...] = ()
    confidence: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    verdict: str = Verdict.FAIL.value
    folded: str = "no"
    gone: str = "no"
    cause: str = ""
    form: str = ""
    text: str = ""

    def chosen(self, facet: str) -> tuple[str, ...]:
        """The values chosen of a facet."""
        found: tuple[str, ...] = getattr(self, facet)
        return found

    def with_facet(self, facet: str, values: tuple[str, ...]) -> QueueFilter:
        """The same with other values of a facet."""
        changed: dict[str, Any] = {facet: values}
        return replace(self, **changed)

    def with_switch(self, name: str, value: str) -> QueueFilter:
        """The same with a switch set otherwise."""
        changed: dict[str, Any] = {name: value}
        return replace(self, **changed)

    def toggled(self, facet: str, value: str) -> QueueFilter:
        """The same with a value of a facet taken in, or out where it was in."""
        chosen = self.chosen(facet)
        return self.with_facet(
            facet, tuple(each for each in chosen if each != value) if value in chosen else (*chosen, value)
        )

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Names and values of the query; what is as usual is left out."""
        facets = ((facet, self.chosen(facet)) for facet in FACETS)
        told = [
            (facet, value) for facet, chosen in facets if chosen != _USUAL.chosen(facet) for value in chosen or (ANY,)
        ]
        single = ((name, getattr(self, name)) for name in ("verdict", "folded", "gone", "cause", "form"))
        told += [(name, value) for name, value in single if value != getattr(_USUAL, name)]
        return (*told, ("q", self.text)) if self.text else tuple(told)

    def to_query(self) -> str:
        """The query string, "" for the usual view."""
        return urlencode(self.pairs())


_USUAL: Final = QueueFilter()


def query_to_filter(query: QueryDict) -> tuple[QueueFilter, tuple[str, ...]]:
    """The filter of a query string, and what of it was not understood and left aside, in Chinese."""
    troubles: list[str] = []
    asked: dict[str, Any] = {name: query[name] for name, known in SWITCHES.items() if query.get(name) in known}
    for facet, title in FACETS.items():
        if facet in query:
            values = tuple(dict.fromkeys(query.getlist(facet)))[:CHOICES_MOST]
            asked[facet] = tuple(value for value in values if _is_known(facet, value))
            strange = [value for value in values if value != ANY and value not in asked[facet]]
            troubles += [f"筛选「{title}」没有“{value[:20]}”这一项，已忽略。" for value in strange]
            if strange and not asked[facet]:
                del asked[facet]
    asked.update(_query_to_words(query))
    return replace(_USUAL, **asked), tuple(troubles)


def _query_to_words(query: QueryDict) -> dict[str, str]:
    form = query.get("form", "")
    return {
        "cause": _plain(query.get("cause", ""))[:64],
        "form": form if is_id(form) else "",
        "text": _plain(query.get("q", "")).strip()[:TEXT_MOST],
    }


def _plain(text: str) -> str:
    return text.replace("\x00", "")  # PostgreSQL takes none


def is_id(text: str) -> bool:
    """True for what may be the number of a row."""
    return text.isascii() and text.isdigit() and len(text) <= ID_DIGITS


def _is_known(facet: str, value: str) -> bool:
    if value == ANY or "\x00" in value:
        return False
    if facet == "who":
        return value in (ME, NOBODY) or is_id(value)
    return facet not in FIXED or value in FIXED[facet]


def filter_to_q(wanted: QueueFilter, *, project_id: int, user: User, without: Collection[str] = ()) -> Q:
    """The findings that a filter means for this person, whatever words they have; ``without`` leaves facets aside."""
    # One element in a list: Django writes NOT gone otherwise, which no index serves.
    found = Q(project=project_id, verdict=wanted.verdict, gone__in=[wanted.gone == "only"])
    if wanted.folded != ANY:
        found &= Q(folded__in=[wanted.folded == "only"])
    for facet in FACETS:
        if facet not in without and wanted.chosen(facet):
            found &= facet_to_q(facet, wanted.chosen(facet), user=user)
    if wanted.cause:
        found &= Q(cause=wanted.cause)
    if wanted.form:
        found &= Q(form=int(wanted.form))
    return found


def text_to_q(text: str) -> Q:
    """Findings in which all words of a text occur, each wherever it may be."""
    found = Q()
    for word in text.split()[:WORDS_MOST]:
        any_of = Q()
        for name in TEXTS:
            any_of |= Q(**{f"{name}__icontains": word})
        found &= any_of
    return found


def facet_to_q(facet: str, values: tuple[str, ...], *, user: User) -> Q:
    """Findings with any of these values of a facet."""
    if facet in _QS:
        found = Q()
        for value in values:
            found |= _QS[facet](value, user)
        return found
    return Q(**{f"{COLUMNS[facet]}__in": values})


def _who_q(value: str, user: User) -> Q:
    if value == NOBODY:
        return Q(assignee__isnull=True)
    return Q(assignee=user.pk if value == ME else int(value))


def _stage_q(value: str, user: User) -> Q:
    return Q(stage="" if value == UNSIGNED else value)


COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "severity": "severity", "group": "group", "rule": "code", "unit": "unit", "project": "project_name",
        "year": "year", "status": "status", "amount": "band", "confidence": "sure", "who": "assignee",
        "stage": "stage",
    }
)  # fmt: skip
"""The column of each facet."""
_QS: Final[Mapping[str, Callable[[str, User], Q]]] = MappingProxyType({"who": _who_q, "stage": _stage_q})
"""Facets whose values are told in other words than the column holds."""
