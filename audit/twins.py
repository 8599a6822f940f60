"""Forms handed in twice: the same form again, or another version of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from audit.cards import FormCard, owner_name
from audit.compare import letters
from audit.thresholds import Thresholds
from domain.finding import Finding, Verdict

# Fewer cells than these say too little to call two forms the same.
LEAST_CELLS = 6
# A finding told on the first copy goes below every finding that is told once.
COPY_SHARE = 0.05

FormKey = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """The form at ``place`` was there before at ``first``; ``share`` of their cells agree.

    A copy differs by the reading only; what is no copy is another version of the same form.
    """

    place: int
    first: int
    share: Decimal
    is_copy: bool


def find_twins(cards: Sequence[FormCard], *, thresholds: Thresholds) -> tuple[Twin, ...]:
    """Every form that came before, with the first of its kind, by place."""
    filed: dict[Hashable, list[int]] = defaultdict(list)
    contents: dict[int, Counter[str]] = {}
    twins: list[Twin] = []
    for number, card in enumerate(cards):
        keys = tuple(_keys(card))
        filed_alike = dict.fromkeys(other for key in keys for other in filed[key])
        earlier = [other for other in filed_alike if _may_be_one(card, cards[other])]
        if earlier:
            content = contents.setdefault(number, _content(card))
            shares = {
                other: _agreement(content, contents.setdefault(other, _content(cards[other]))) for other in earlier
            }
            first = max(shares, key=lambda other: shares[other])
            if shares[first] >= thresholds.version_share:
                is_copy = shares[first] >= thresholds.copy_share
                twins.append(Twin(place=card.place, first=cards[first].place, share=shares[first], is_copy=is_copy))
                if is_copy:
                    continue  # the first stands for all its copies
        for key in keys:
            filed[key].append(number)
    return tuple(twins)


def _keys(card: FormCard) -> Iterator[Hashable]:
    """What two copies have in common: the project, or all its figures where a name was not read."""
    owner = owner_name(card.unit or card.department)
    if letters(card.project) and owner:
        yield card.kind, card.year, letters(card.project), owner
    if card.adjusted is not None and card.executed is not None and card.total is not None:
        yield card.kind, card.year, card.initial, card.adjusted, card.executed, card.total


def _may_be_one(card: FormCard, other: FormCard) -> bool:
    """False where both forms name a project or an owner, and not the same one.

    Towns and villages hand in the same template with the same figures; one letter of a name tells them apart.
    """
    owners = owner_name(card.unit or card.department), owner_name(other.unit or other.department)
    names = ((letters(card.project), letters(other.project)), owners)
    return all(not one or not two or one == two for one, two in names)


def _content(card: FormCard) -> Counter[str]:
    """The texts that are a project's own, without punctuation; blank cells and printed labels say nothing."""
    texts = [text for row in card.rows for text in (row.name, row.target, row.actual, row.reason)]
    figures = [amount.yuan for amount in (card.initial, card.adjusted, card.executed) if amount is not None]
    plain = [letters(text) for text in (*texts, card.goal, card.completion)]
    return Counter([text for text in plain if text] + [str(figure) for figure in (*figures, card.total)])


def _agreement(one: Counter[str], other: Counter[str]) -> Decimal:
    most = max(one.total(), other.total())
    return Decimal((one & other).total()) / most if most >= LEAST_CELLS else Decimal(0)


def fold_copies(findings: Sequence[Finding], copies: Mapping[FormKey, FormKey]) -> tuple[Finding, ...]:
    """The findings in order, those told already on the first copy of a form moved to the end and covered by it.

    ``copies`` leads from a copy to the first, each by its source and index. Findings only the copy has stay.
    """
    if not copies:
        return tuple(findings)
    told = {(_key(finding), finding.finding, finding.row): finding.rank for finding in findings}
    covers = {finding.rank: _told_before(finding, told, copies) for finding in findings}
    order = sorted(findings, key=lambda finding: covers[finding.rank] is not None)  # stable: the rest keep their order
    ranks = {finding.rank: rank for rank, finding in enumerate(order, start=1)}
    return tuple(_renumbered(finding, covers, ranks=ranks) for finding in order)


def _key(finding: Finding) -> FormKey:
    return finding.source, finding.form_index


def _told_before(
    finding: Finding, told: Mapping[tuple[FormKey, str, int | None], int], copies: Mapping[FormKey, FormKey]
) -> int | None:
    """The rank of the same finding on the first copy; None where it is no copy or the first has none."""
    first = copies.get(_key(finding))
    if first is None or finding.verdict is not Verdict.FAIL:
        return None
    return told.get((first, finding.finding, finding.row))


def _renumbered(finding: Finding, covers: Mapping[int, int | None], *, ranks: Mapping[int, int]) -> Finding:
    covering = covers[finding.rank]
    priority = finding.priority if covering is None else round(finding.priority * COPY_SHARE, 4)
    teller = finding.covered_by if covering is None else covering
    return replace(
        finding,
        rank=ranks[finding.rank],
        priority=priority,
        covered_by=None if teller is None else ranks[teller],
    )
