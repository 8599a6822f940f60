"""Arithmetic as the checksum of a form: figures that an exporter glued or doubled, taken apart where the sums say how.

Nothing is forced: rows are changed only when exactly one way of cutting closes both sums, the change is told in a
warning, and the figures keep a lower confidence. Otherwise the warning tells the doubt and the text stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice, product

from domain.form import Field, FieldState, FundRow, Indicator, funds_to_execution
from extract.clean import label_key

Fields = tuple[Field, Field]
_NUMBER = re.compile(r"-?\d{1,3}(?:\.\d{1,2})?")
_TWICE = re.compile(r"([≥≤=><]?\d[\d.,]*([^\d.,≥≤=><]{1,5}))([≥≤=><]?\d[\d.,]*\2)")
_NAME_AND_BOUND = re.compile(r"(.*[^\d≥≤=><])([≥≤=><]\d.*)")
_MENDED = 0.7  # confidence of a figure that was cut out of another
_MAX_WAYS = 20000  # combinations tried before the doubt is told instead
_FULL = Decimal(100)
_TOLERANCE = Decimal("0.011")  # two printed decimals, rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSums:
    """What weights and scores of all rows must add up to; None where the form does not say."""

    weights: Decimal | None
    scores: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """Rows, changed or not, and what is to be told about them in Chinese."""

    rows: tuple[Indicator, ...]
    warnings: tuple[str, ...] = ()


def text_to_decimal(text: str) -> Decimal | None:
    """A printed figure up to 999.99, marks taken off (-2) too; None for anything else."""
    key = label_key(text).rstrip("分").replace("−", "-")
    return Decimal(key) if _NUMBER.fullmatch(key) else None


def rows_sums(funds: Sequence[FundRow], totals: Fields) -> RowSums:
    """Totals of the form less the line of budget execution."""
    execution = funds[funds_to_execution(funds)] if funds else FundRow()
    return RowSums(
        weights=_less(text_to_decimal(totals[0].text), text_to_decimal(execution.weight.text)),
        scores=_less(text_to_decimal(totals[1].text), text_to_decimal(execution.score.text)),
    )


def _less(total: Decimal | None, part: Decimal | None) -> Decimal | None:
    return total - part if total is not None and part is not None else None


def mend_rows(rows: Sequence[Indicator], sums: RowSums) -> Mended:
    """Glued targets cut in two, glued or doubled figures taken apart, and open sums told."""
    cut = [_cut_target(_cut_name(row)) for row in rows]
    changed = [
        f"第{n}行的指标名、目标值或实际完成值原为连写，已分开，请核对。"
        for n, row in enumerate(rows, 1)
        if cut[n - 1] is not row
    ]
    whole = tuple(cut)
    if closes(whole, sums):
        return Mended(rows=whole, warnings=tuple(changed))
    ways = list(islice(_closing_ways(whole, sums), 2))
    if len(ways) == 1:
        told = "分值与得分原为连写或重复的数字，已按合计关系拆开，请核对。"
        return Mended(rows=ways[0], warnings=(*changed, told))
    return Mended(rows=whole, warnings=(*changed, open_sums(whole, sums)))


def figures(rows: Sequence[Indicator]) -> tuple[list[Decimal | None], list[Decimal | None]]:
    """Weights and scores of all rows, None where a cell holds no plain figure."""
    return [text_to_decimal(row.weight.text) for row in rows], [text_to_decimal(row.score.text) for row in rows]


def closes(rows: Sequence[Indicator], sums: RowSums) -> bool:
    """True when what the form says about its sums holds; an unknown sum holds."""
    weights, scores = figures(rows)
    return _adds_up(weights, sums.weights) and _adds_up(scores, sums.scores)


def _adds_up(parts: Sequence[Decimal | None], total: Decimal | None) -> bool:
    return total is None or abs(sum(part or Decimal(0) for part in parts) - total) <= _TOLERANCE


def open_sums(rows: Sequence[Indicator], sums: RowSums) -> str:
    """The doubt in words, with the figures."""
    weights, scores = figures(rows)
    said = [
        f"各行{name}之和为{sum(part or Decimal(0) for part in parts)}，表中合计减去预算执行一行为{total}"
        for name, parts, total in (("分值", weights, sums.weights), ("得分", scores, sums.scores))
        if not _adds_up(parts, total)
    ]
    return f"{'；'.join(said)}。可能有行读漏或读错，也可能原表如此，请对照原件核对。"


def _closing_ways(rows: Sequence[Indicator], sums: RowSums) -> Iterator[tuple[Indicator, ...]]:
    """All ways of taking glued figures apart that close both sums. At least one sum must be known."""
    if sums.weights is None and sums.scores is None:
        return
    options = [list(_row_ways(row)) for row in rows]
    for way in islice(product(*options), _MAX_WAYS):
        if any(new is not old for new, old in zip(way, rows, strict=True)) and closes(way, sums):
            yield way


def _row_ways(row: Indicator) -> Iterator[Indicator]:
    """The row as read, and with its figures taken apart: 「2018」 to 20 and 18, 「1010」 twice to 10 and 10."""
    yield row
    weight, score = label_key(row.weight.text), label_key(row.score.text)
    both = (weight, score)
    glued = next((one for one, other in (both, both[::-1]) if one and not other), "")
    for cut in range(1, len(glued)):
        pair = (glued[:cut], glued[cut:])
        if _plausible(*pair):
            yield _with_figures(row, *pair)
    halves = [half_of(text) for text in both]
    if all(halves) and _plausible(halves[0], halves[1]):
        yield _with_figures(row, halves[0], halves[1])


def half_of(text: str) -> str:
    """A figure printed twice in a row, once; "" for other text."""
    middle, odd = divmod(len(text), 2)
    return text[:middle] if middle and not odd and text[:middle] == text[middle:] else ""


def _plausible(weight: str, score: str) -> bool:
    left, right = text_to_decimal(weight), text_to_decimal(score)
    proper = all(not re.match(r"0\d", text) for text in (weight, score))
    return left is not None and right is not None and proper and 0 < left <= _FULL and 0 <= right <= left


def _with_figures(row: Indicator, weight: str, score: str) -> Indicator:
    sources = (*row.weight.sources, *row.score.sources)

    def cut_out(text: str) -> Field:
        return Field(text=text, state=FieldState.READ, sources=sources, confidence=_MENDED)

    return replace(row, weight=cut_out(weight), score=cut_out(score))


def _cut_target(row: Indicator) -> Indicator:
    """「≥266米266米」 with an empty actual is target and actual."""
    glued = _TWICE.fullmatch(row.target.text)
    if glued is None or row.actual.text or row.actual.state is FieldState.MISSING:
        return row
    target = replace(row.target, text=glued.group(1), confidence=_MENDED, alternatives=())
    return replace(row, target=target, actual=replace(target, text=glued.group(3)))


def _cut_name(row: Indicator) -> Indicator:
    """「水标尺10≥266米」 with an empty actual is name and target, and what stands as target is the actual."""
    glued = _NAME_AND_BOUND.fullmatch(row.level3.text)
    bound = re.match("[≥≤=><]", row.target.text)  # a bound is the target itself, no actual
    if glued is None or bound or row.actual.text or row.actual.state is FieldState.MISSING:
        return row
    name = replace(row.level3, text=glued.group(1), confidence=_MENDED, alternatives=())
    return replace(row, level3=name, target=replace(name, text=glued.group(2)), actual=row.target)
