"""Which numbers of the completion narrative state the result of an indicator row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from audit.compare import PERCENT, letters, quantity_actual, shared_letters
from audit.prose import counted_subject, of_this_year, own_after, pairs_told, speaks_of
from audit.units import counted_unit
from audit.view import RowView
from audit.words import SATISFACTION_ENDING, SEVERAL
from domain.value import Mention, Quantity

# 合格率 at the end of a name is enough where one row and one sentence end so; 率 alone is not.
LEAST_ENDING = 3
NAME_TOLD = Decimal("0.75")  # 设备一次验收合格率 tells five of the six pairs of letters in 设备验收合格率
ONE_BY_ONE = str.maketrans({"名": "人", "位": "人"})
KIN_LETTERS = 2
LEAST_TURNED = 6  # letters of a subject; a shorter one may be told of a part or of something near
MEASURE_WORD = re.compile(
    r"\d\s*(?P<word>[\u4e00-\u9fff]|[^\d\s，。；、（）()%％]{1,4}/[^\d\s，。；、（）()%％]{1,4})$"
)


def told_by_name(row: RowView, actual: Quantity) -> tuple[Mention, ...]:
    """Numbers in the row's unit that follow or precede its very name; one that names a longer row belongs to that."""
    mentions = _in_unit(row, actual)
    named = [mention for mention in mentions if speaks_of(mention, row.name)]
    if not named:
        return ()
    longer = [other for other in row.form.rows if len(other.name) > len(row.name)]
    return tuple(mention for mention in named if not any(speaks_of(mention, other.name) for other in longer))


def told_by_likeness(row: RowView, actual: Quantity) -> tuple[Mention, ...]:
    """The one number that can only be this row's: the end of its name for rates, its unit and subject for counts."""
    mentions = _in_unit(row, actual)
    turned = [mention for mention in mentions if _turned_round(mention, row.name)]
    if len(turned) == 1 and _only_row(row, actual, mention=turned[0], fits=_turned_round):
        return tuple(turned)
    fits = _ends_name if PERCENT in actual.unit else _shares_subject
    mine = [mention for mention in mentions if fits(mention, row.name)]
    if len(mine) != 1 or (fits is _shares_subject and len(mentions) != 1):
        return ()
    return tuple(mine) if _only_row(row, actual, mention=mine[0], fits=fits) else ()


def _in_unit(row: RowView, actual: Quantity) -> Sequence[Mention]:
    """Numbers of one and the same unit: visits are more than people, and a course has many sessions."""
    unit = _one_unit(actual)
    word = "" if unit else _measure_word(row.actual_text)
    if word:
        # a measure word nobody listed: the narrative must bear the same
        mentions = row.form.completion_mentions
        return [each for each in mentions if not each.quantity.unit and each.after.startswith(word)]
    told = [(mention, _one_unit(mention.quantity)) for mention in row.form.completion_mentions]
    return [mention for mention, own in told if own and (own == unit or (not unit and own != PERCENT))]


def _measure_word(printed: str) -> str:
    """The letter printed behind a number that was read without a unit: 具 of 62具; "" for a bare number."""
    found = MEASURE_WORD.search(printed)
    return "" if found is None else found.group("word")


def _one_unit(quantity: Quantity) -> str:
    return counted_unit(quantity.unit).translate(ONE_BY_ONE)


def _ends_name(mention: Mention, name: str) -> bool:
    words = letters(mention.before)
    if len(words) < LEAST_ENDING or not of_this_year(mention.after):
        return False
    if letters(name).endswith(words):
        return True
    opinion = SATISFACTION_ENDING.search(words) and SATISFACTION_ENDING.search(name)
    told = letters(name)[:KIN_LETTERS] in words and pairs_told(name, words) >= NAME_TOLD
    return of_this_year(words) and (opinion is not None or told)


def _turned_round(mention: Mention, name: str) -> bool:
    """True for a name told in another order, verb first: 派驻科技特派员55人 and 科技特派员派驻人数."""
    subject, words = counted_subject(name), letters(mention.before)
    several = SEVERAL.search(name) is not None and len(words) < len(subject)
    if len(subject) < LEAST_TURNED or PERCENT in mention.quantity.unit or several:
        return False
    own = words[-len(subject) - KIN_LETTERS :]
    return pairs_told(subject, own) >= NAME_TOLD and of_this_year(f"{mention.before} {mention.after}")


def _shares_subject(mention: Mention, name: str) -> bool:
    words = mention.before + own_after(mention)
    return not SEVERAL.search(name) and of_this_year(words) and shared_letters(words, name) >= KIN_LETTERS


def _only_row(row: RowView, actual: Quantity, *, mention: Mention, fits: Callable[[Mention, str], bool]) -> bool:
    """True where no other row in this unit could be meant as well."""
    alike = [
        other
        for other in row.form.rows
        if other.place != row.place
        and (reached := quantity_actual(other)) is not None
        and _one_unit(reached) == _one_unit(actual)
        and (_one_unit(actual) or _measure_word(other.actual_text) == _measure_word(row.actual_text))
    ]
    return not any(fits is _shares_subject or fits(mention, other.name) for other in alike)
