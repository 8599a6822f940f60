"""Forms handed in twice: the same form again, or another version of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from audit.cards import FormCard, owner_name
from audit.compare import letters
from audit.thresholds import Thresholds

# Fewer cells than these say too little to call two forms the same.
LEAST_CELLS = 6
# A finding told on the first copy goes below every finding that is told once.


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
