"""Level names of flattened text to the rows they head: printed first, or centred beside their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.fragments import Fragment
from extract.headings import Found
from extract.layout import Layout
from extract.nest import nest_levels, split_by_place
from extract.placing import Decoded

Placed = tuple[str, tuple[Fragment, ...]]
_NOTHING: Placed = ("", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """First- and second-level name of every row, with the fragments that spell it."""

    first: tuple[Placed, ...]
    second: tuple[Placed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a row or a name stands: sequence numbers of its first fragment and of its weight (or last), and lines."""

    begin: int
    end: int
    top: int
    bottom: int
    pages: tuple[int, int] = (0, 0)

    @property
    def middle(self) -> float:
        """Middle line."""
        return (self.top + self.bottom) / 2


def place_levels(
    found: Sequence[Found], fragments: Sequence[Fragment], decoded: Decoded, *, layout: Layout, whole: bool | None
) -> Levels:
    """Every row's level names."""
    rows = row_spans(decoded)
    names = [(label, name_span(label, fragments)) for label in found]
    upper = [(label, span) for label, span in names if label.name in layout.level1]
    first = [(label, span) for label, span in upper if not _is_second(label, names, layout)]
    second = [(label, span) for label, span in names if (label, span) not in first and label.name in layout.level2]
    tops = partition(rows, [span for _, span in first], whole)
    seconds = partition(rows, [span for _, span in second], whole)
    return Levels(first=_named(first, tops, fragments), second=_named(second, seconds, fragments))


def nested_levels(found: Sequence[Found], fragments: Sequence[Fragment], decoded: Decoded, *, layout: Layout) -> Levels:
    """Every row's level names where the exporter kept the layout."""
    first, second = split_by_place(found, fragments, layout)
    nested = nest_levels(first, second, fragments, decoded, layout=layout)
    if nested is None:
        return place_levels(found, fragments, decoded, layout=layout, whole=None)
    tops, lows = nested
    return Levels(
        first=_named([(label, name_span(label, fragments)) for label in first], tops, fragments),
        second=_named([(label, name_span(label, fragments)) for label in second], lows, fragments),
    )


def _is_second(label: Found, names: Sequence[tuple[Found, Span]], layout: Layout) -> bool:
    """Some names stand on both levels (成本指标, 满意度指标): the first where one of their own is beside them."""
    if label.name not in layout.level2:
        return False
    if label.name not in layout.level1:
        return True
    place = next(n for n, (other, _) in enumerate(names) if other is label)
    above = names[place - 1][0].name if place else ""
    below = names[place + 1][0].name if place + 1 < len(names) else ""
    own = layout.levels[label.name]
    return above == label.name or (below not in own and above not in own)


def row_spans(decoded: Decoded) -> list[Span]:
    """Where each row's name and figures stand."""
    spans: list[Span] = []
    for row in range(decoded.rows):
        pieces = [p.fragment for p in decoded.placed if p.row == row]
        numbers = [piece.seq for piece in pieces]
        figures = [p.fragment.seq for p in decoded.placed if p.row == row and p.column in ("weight", "target")]
        lines = [piece.line for piece in pieces]
        pages = [piece.page for piece in pieces]
        spans.append(
            Span(
                begin=min(numbers), end=max(figures or numbers), top=min(lines), bottom=max(lines),
                pages=(min(pages), max(pages)),
            )
        )  # fmt: skip
    return spans


def name_span(label: Found, fragments: Sequence[Fragment]) -> Span:
    """Where a level name stands."""
    lines = [fragments[at].line for at in label.at]
    return Span(begin=min(label.at), end=max(label.at), top=min(lines), bottom=max(lines))


def partition(rows: Sequence[Span], names: Sequence[Span], whole: bool | None) -> list[int | None]:
    """The index of the name that each row stands under.

    Names come before their rows where cells come whole, and beside the middle of their rows where the exporter went
    line by line. Where the page does not tell, rows above the first name do.
    """
    if not rows or not names:
        return [None] * len(rows)
    before = starts_before(rows, names)
    centred = starts_centred(rows, names) if whole is False or (whole is None and before[0]) else None
    return _starts_to_groups(before if centred is None else centred, len(rows))


def _starts_to_groups(starts: Sequence[int], rows: int) -> list[int | None]:
    groups: list[int | None] = []
    for row in range(rows):
        at = [number for number, start in enumerate(starts) if start <= row]
        groups.append(at[-1] if at else 0)
    return groups


def starts_before(rows: Sequence[Span], names: Sequence[Span]) -> list[int]:
    """First row whose cells come after each name; the first name also heads the rows above it."""
    return [next((n for n, row in enumerate(rows) if row.end > name.begin), len(rows)) for name in names]


def starts_centred(rows: Sequence[Span], names: Sequence[Span]) -> list[int] | None:
    """First rows of consecutive groups whose middles lie nearest to the names; None with fewer rows than names."""
    count, groups = len(rows), len(names)
    if groups > count:
        return None
    order = sorted(range(groups), key=lambda n: names[n].begin)
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for place in order:
        reach: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in best[-1].items():
            for end in range(start + 1, count + 1):
                total = cost + off_centre(rows[start], rows[end - 1], names[place])
                if end not in reach or total < reach[end][0]:
                    reach[end] = (total, start)
        best.append(reach)
    if count not in best[-1]:
        return None
    return _walk_back(best, order, count)


def off_centre(first: Span, last: Span, name: Span) -> float:
    """Lines between a name and the middle of its rows. Where a page break cuts them, the name may stand at the top."""
    away = abs((first.top + last.bottom) / 2 - name.middle)
    return min(away, abs(first.top - name.top)) if first.pages[0] != last.pages[1] else away


def _walk_back(best: Sequence[dict[int, tuple[float, int]]], order: Sequence[int], count: int) -> list[int]:
    starts = [0] * len(order)
    end = count
    for step in range(len(order), 0, -1):
        start = best[step][end][1]
        starts[order[step - 1]] = start
        end = start
    return starts


def _named(
    names: Sequence[tuple[Found, Span]], groups: Sequence[int | None], fragments: Sequence[Fragment]
) -> tuple[Placed, ...]:
    placed: list[Placed] = []
    for group in groups:
        if group is None:
            placed.append(_NOTHING)
        else:
            label = names[group][0]
            placed.append((label.printed, tuple(fragments[at] for at in label.at)))
    return tuple(placed)
