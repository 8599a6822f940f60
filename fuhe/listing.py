"""The list of 疑点 as an auditor reads it: each finding beside the form it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.finding import SEVERITY_NAMES, Finding, Verdict
from domain.form import (
    Form,
    FundRow,
    Indicator,
    SelfEvaluation,
    form_key,
    form_to_money_unit,
    form_to_unit,
    funds_to_total,
)
from domain.label import Rewrite
from domain.value import Amount
from fuhe.batch import Batch
from fuhe.swaps import REWRITE_GROUP, Swap, TextToRewrite, row_to_swap
from fuhe.wording import STATUSES, evidence_to_place, evidence_to_words

TextToAmount = Callable[[str, str], Amount | None]

YUAN_PER_WAN = 10_000
OTHER_GROUP = "其他"
PAGE_UNREAD = "此页未读"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the list. ``amount_wan`` is the project's own budget in 万元, None where the form does not say.

    ``swap`` is what a rewrite put in the place of what, None for findings about other things.
    """

    finding: Finding
    group: str
    unit: str
    project: str
    indicator: str
    severity: str
    amount_wan: Decimal | None
    fields: tuple[str, ...]
    place: str
    swap: Swap | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """``top`` is one story a line, ``covered`` what else was found on those rows, ``unchecked`` what no rule judged."""

    top: tuple[Entry, ...]
    covered: tuple[Entry, ...]
    unchecked: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """One file, or one page of a file that was read otherwise, that gave nothing: why, and the page's picture.

    ``place`` is "" for a whole file; ``picture`` a path within the output folder, "" where none could be had.
    """

    path: str
    place: str
    status: str
    reason: str
    picture: str = ""


def batch_to_unread(batch: Batch) -> tuple[Unread, ...]:
    """Everything that was not read, in the order of the inputs."""
    things: list[Unread] = []
    for outcome in batch.outcomes:
        pages = outcome.unread_pages
        if outcome.is_unread:
            own = pages[0].picture if len(pages) == 1 else ""
            things.append(
                Unread(
                    path=outcome.path, place="", status=STATUSES[outcome.status], reason=outcome.reason, picture=own
                )
            )  # fmt: skip
        if not outcome.is_unread or len(pages) > 1:
            things += [
                Unread(
                    path=outcome.path, place=f"第 {page.number} 页", status=PAGE_UNREAD, reason=page.reason,
                    picture=page.picture,
                )
                for page in pages
            ]  # fmt: skip
    return tuple(things)


def no_rewrite(text: str) -> Rewrite:
    """What a reason swaps, for lists that do not compare: nothing."""
    return Rewrite()


def findings_to_listing(
    findings: Sequence[Finding],
    forms: Sequence[Form],
    *,
    groups: Mapping[str, str],
    text_to_amount: TextToAmount,
    text_to_rewrite: TextToRewrite = no_rewrite,
) -> Listing:
    """The list in the findings' own order. ``groups`` names the 问题类别 of each finding id."""
    by_key = {form_key(form): form for form in forms}
    entries = tuple(
        _finding_to_entry(
            finding,
            by_key.get((finding.source, finding.form_index)),
            group=groups.get(finding.finding, OTHER_GROUP),
            text_to_amount=text_to_amount,
            text_to_rewrite=text_to_rewrite,
        )
        for finding in findings
    )
    failed = tuple(entry for entry in entries if entry.finding.verdict is Verdict.FAIL)
    return Listing(
        top=tuple(entry for entry in failed if entry.finding.covered_by is None),
        covered=tuple(entry for entry in failed if entry.finding.covered_by is not None),
        unchecked=tuple(entry for entry in entries if entry.finding.verdict is Verdict.CANNOT_CHECK),
    )


def _finding_to_entry(
    finding: Finding,
    form: Form | None,
    *,
    group: str,
    text_to_amount: TextToAmount,
    text_to_rewrite: TextToRewrite,
) -> Entry:
    return Entry(
        finding=finding,
        group=group,
        unit=form_to_unit(form) if form is not None else "",
        project=finding.project_name or "（未读出项目名称）",
        indicator=_row_to_indicator(form, finding.row),
        severity=SEVERITY_NAMES[finding.severity],
        amount_wan=form_to_amount_wan(form, text_to_amount) if form is not None else None,
        fields=tuple(dict.fromkeys(map(evidence_to_words, finding.evidence))),
        place=evidence_to_place(finding.evidence),
        swap=row_to_swap(form, finding.row, text_to_rewrite) if group == REWRITE_GROUP else None,
    )


def form_to_amount_wan(form: Form, text_to_amount: TextToAmount) -> Decimal | None:
    """The project's budget of the year in 万元: adjusted before initial; a target table prints yuan."""
    if isinstance(form, SelfEvaluation):
        total = form.funds[funds_to_total(form.funds)] if form.funds else FundRow()
        texts = [total.adjusted_budget.text, total.initial_budget.text]
    else:
        texts = [form.year_budget.text, form.total_budget.text]
    unit = form_to_money_unit(form)
    amounts = (text_to_amount(text, unit) for text in texts if text and unit)
    amount = next((amount for amount in amounts if amount is not None), None)
    return None if amount is None else amount.yuan / YUAN_PER_WAN


def _row_to_indicator(form: Form | None, row: int | None) -> str:
    if form is None or row is None or row >= len(form.indicators):
        return ""
    return indicator_to_name(form.indicators[row])


def indicator_to_name(indicator: Indicator) -> str:
    """The most particular name an indicator has."""
    return indicator.level3.text or indicator.level2.text or indicator.level1.text
