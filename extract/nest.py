"""Level names of text that kept its layout: groups of rows inside groups, every name level with the middle of its own.

Both levels are placed together, as borders of the first are borders of the second, and the vocabulary says which
second-level name may stand under which first-level name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from extract.fragments import Fragment
from extract.headings import Found
from extract.layout import Layout
from extract.levels import level_key
from extract.placing import Decoded

_PADDING = 0.4  # lines of white in a row besides its text, measured on printed forms
_HALVES = 2  # places on paper are told in half lines
_PAGE_GAP = 1000.0  # lines between two pages: no middle is taken over a page break
_NO_PARENT = 3.0  # a second-level name under a first-level name that has no such
_AWAY_COST = 0.15  # for every line off the middle, the first half line
_FAR_COST = 1.0  # for every further one
_OTHER_PAGE = 6.0  # a name on a page where its group has no row
_ALIGNED = 0.3  # a name at the top of a group that a page break cuts
_HINT_COST = 0.15  # for every row whose name tells another second-level name
_ROUNDING = (-0.6, 0.6)  # half a row is printed in the line above or below, always the same on a page
_SHIFTED = 0.15  # what such a half row counts as being off the middle
_BEYOND = 0.6  # height of a line above the first row or below the last, as tall names have
_CUT_COST = 0.1  # a group that a page break cuts
_WINDOW = 4.0  # groups that cost so much more than the best one of their name are not tried
_MOST_STEPS = 30_000_000  # about ten seconds; three and a half million for the longest form


Path = tuple[float, tuple[int, ...], tuple[int, ...]]  # cost, and where the groups of both levels end
Borders = tuple[float, list[int | None], list[int | None]]  # cost, and the name of every row on both levels


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What stands of a row on one page: its lines and where it begins and ends on the scale of line heights."""

    row: int
    page: int
    top: int
    bottom: int
    begin: float = 0.0
    end: float = 0.0

    def level(self, line: int) -> float:
        """Where a line stands on the scale."""
        share = (line - self.top + 0.5) / (self.bottom - self.top + 1)
        return self.begin + _PADDING / 2 + share * (self.end - self.begin - _PADDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A level name with its page and the middle of its lines on the scale."""

    label: Found
    page: int
    at: float


_CONTENT = "满意"
# Words of an indicator that tell its second-level name, where places leave it open.
_HINTS = tuple(
    (mark, re.compile(pattern))
    for mark, pattern in (
        (_CONTENT, "满意|好评|投诉"),
        ("时效", "及时|时间|按时|按期|如期|时限|工期"),
        ("成本", "成本|单价|造价"),
        ("数量", "(数|数量|面积|长度|人次|场次|次数|台数|户数)$"),
        ("投入", "预算"),
        ("财务", "财务|资金使用"),
        ("实施", "项目管理|合同"),
        ("信息", "信息公开|信息共享"),
        ("生态", "生态|环保|污染|能耗|水质"),
    )
)


def nest_levels(
    first: Sequence[Found], second: Sequence[Found], fragments: Sequence[Fragment], decoded: Decoded, *, layout: Layout
) -> tuple[list[int | None], list[int | None]] | None:
    """For every row, which first-level and which second-level name it stands under; None where they do not fit."""
    if not decoded.rows or not (first or second):
        return None
    measured = all(p.fragment.spot is not None for p in decoded.placed)
    parts = lay_out_measured(decoded) if measured else lay_out(decoded)
    locate = measured_name if measured else to_name
    tops = [locate(label, fragments, parts) for label in first]
    lows = [locate(label, fragments, parts) for label in second]
    tops, lows = sorted(tops, key=_reading), sorted(lows, key=_reading)
    kinds = row_kinds(decoded)
    solved = [
        Nest(parts=parts, rows=decoded.rows, tops=tops, lows=lows, layout=layout, kinds=kinds, shift=shift).solve()
        for shift in ((0.0,) if measured else _ROUNDING)
    ]
    found = [borders for borders in solved if borders is not None]
    if not found:
        return None
    _, upper, lower = min(found, key=lambda borders: borders[0])
    return (
        _by_row(upper, [first.index(name.label) for name in tops]),
        _by_row(lower, [second.index(name.label) for name in lows]),
    )


def row_kinds(decoded: Decoded) -> list[str]:
    """The mark of the second-level name that every row's own name tells, "" where it tells none."""
    names: dict[int, str] = defaultdict(str)
    for p in decoded.placed:
        if p.column == "level3":
            names[p.row] += p.fragment.text
    return [next((mark for mark, pattern in _HINTS if pattern.search(names[row])), "") for row in range(decoded.rows)]


def _reading(name: Name) -> float:
    return name.at


def _by_row(owners: Sequence[int | None], order: Sequence[int]) -> list[int | None]:
    return [None if owner is None else order[owner] for owner in owners]


def lay_out(decoded: Decoded) -> list[Part]:
    """Every row on a scale of line heights. A row is as high as its tallest cell."""
    lines: dict[tuple[int, int], list[int]] = defaultdict(list)
    cells: dict[tuple[int, int, str], set[int]] = defaultdict(set)
    for p in decoded.placed:
        lines[p.fragment.page, p.row].append(p.fragment.line)
        cells[p.fragment.page, p.row, p.column].add(p.fragment.line)
    laid: list[Part] = []
    for (page, row), at in sorted(lines.items()):
        tallest = max(len(own) for (on, of, _), own in cells.items() if (on, of) == (page, row))
        above = laid[-1] if laid else None
        begin = 0.0 if above is None else above.end + (_PAGE_GAP if above.page != page else 0.0)
        laid.append(Part(row=row, page=page, top=min(at), bottom=max(at), begin=begin, end=begin + tallest + _PADDING))
    return laid


def lay_out_measured(decoded: Decoded) -> list[Part]:
    """Every row as it stands on paper, in lines: from half-way to the row above to half-way to the row below."""
    heights: dict[tuple[int, int], list[float]] = defaultdict(list)
    for p in decoded.placed:
        heights[p.fragment.page, p.row].append(p.fragment.y / _HALVES)
    spans = [(page, row, min(at) - 0.5, max(at) + 0.5) for (page, row), at in sorted(heights.items())]
    edges = [
        (high[3] + low[2]) / 2 if high[0] == low[0] else None for high, low in pairwise(spans)
    ]  # None: a page break between
    return [
        Part(
            row=row, page=page, top=0, bottom=0,
            begin=begin if above is None else above, end=end if below is None else below,
        )
        for (page, row, begin, end), above, below in zip(spans, [None, *edges], [*edges, None], strict=True)
    ]  # fmt: skip


def measured_name(label: Found, fragments: Sequence[Fragment], parts: Sequence[Part]) -> Name:
    """A level name as it stands on paper; one cut by a page break stands on the page of its first piece."""
    page = fragments[label.at[0]].page
    heights = [fragments[at].y / _HALVES for at in label.at if fragments[at].page == page]
    return Name(label=label, page=page, at=(min(heights) + max(heights)) / 2)


def to_name(label: Found, fragments: Sequence[Fragment], parts: Sequence[Part]) -> Name:
    """A level name on the scale; one cut by a page break stands on the page of its first piece."""
    page = fragments[label.at[0]].page
    lines = [fragments[at].line for at in label.at if fragments[at].page == page]
    at = (line_level(min(lines), parts, page) + line_level(max(lines), parts, page)) / 2
    return Name(label=label, page=page, at=at)


def line_level(line: int, parts: Sequence[Part], page: int) -> float:
    """Where a line stands on the scale: in its row (the mean where it runs through two), or between two rows."""
    here = [part for part in parts if part.page == page] or list(parts)
    inside = [part.level(line) for part in here if part.top <= line <= part.bottom]
    if inside:
        return sum(inside) / len(inside)
    above = max((part for part in here if part.bottom < line), key=lambda part: part.bottom, default=None)
    below = min((part for part in here if part.top > line), key=lambda part: part.top, default=None)
    if above is None or below is None:
        edge = above.level(above.bottom) if above is not None else here[0].level(here[0].top)
        away = line - above.bottom if above is not None else line - here[0].top
        return edge + _BEYOND * away
    high, low = above.level(above.bottom), below.level(below.top)
    return high + (low - high) * (line - above.bottom) / (below.top - above.bottom)


class Step(NamedTuple):
    """How far the rows are shared out: the next row, the first-level name at work, and the first row of its group."""

    at: int
    top: int
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Nest:
    """Rows and names of both levels in reading order, to be put into one another."""

    parts: Sequence[Part]
    rows: int
    tops: Sequence[Name]
    lows: Sequence[Name]
    layout: Layout
    kinds: Sequence[str]
    shift: float

    def solve(self) -> Borders | None:
        """The cost and, for every row, the index of its name on both levels."""
        if self.is_beyond_reach():
            return None
        if not self.tops or not self.lows:
            single = self.partition(self.tops or self.lows)
            none: list[int | None] = [None] * self.rows
            return None if single is None else ((*single, none) if self.tops else (single[0], none, single[1]))
        if len(self.lows) > self.rows or len(self.tops) > len(self.lows):
            return None
        return self.join()

    def is_beyond_reach(self) -> bool:
        """Whether trying every group for every name would take minutes; the longest form has 60 rows and 15 names."""
        return self.rows**3 * (len(self.tops) + len(self.lows)) > _MOST_STEPS

    def group_costs(self, name: Name) -> dict[tuple[int, int], float]:
        """Cost of the groups of rows [start, end) that may stand beside a name; hopeless ones left out."""
        costs = {
            (start, end): self.off_centre(start, end, name)
            for start in range(self.rows)
            for end in range(start + 1, self.rows + 1)
        }
        limit = min(costs.values()) + _WINDOW
        return {group: cost for group, cost in costs.items() if cost <= limit}

    def off_centre(self, start: int, end: int, name: Name) -> float:
        """How far a name stands from the middle of its rows; where a page break cuts these, of the part on its page, or
        of all as if they were one.
        """
        group = [part for part in self.parts if start <= part.row < end]
        here = [part for part in group if part.page == name.page]
        if not here:
            return _OTHER_PAGE
        away = self.away((here[0].begin + here[-1].end) / 2, name)
        if len(here) < len(group):
            away = min(away, _ALIGNED + self.away((here[0].begin + here[0].end) / 2, name))
            ahead = sum(part.end - part.begin for part in group if part.page < name.page)
            whole = sum(part.end - part.begin for part in group)
            away = min(away, self.away(here[0].begin + whole / 2 - ahead, name))
        cut = _CUT_COST if len(here) < len(group) else 0.0
        return _AWAY_COST * away + _FAR_COST * max(0.0, away - 0.5) + cut

    def away(self, centre: float, name: Name) -> float:
        """Lines between a middle and a name, which may stand half a row off."""
        return min(abs(name.at - centre), abs(name.at - centre - self.shift) + _SHIFTED)

    def partition(self, names: Sequence[Name]) -> tuple[float, list[int | None]] | None:
        """Rows in as many consecutive groups as there are names."""
        best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
        for name in names:
            reach: dict[int, tuple[float, tuple[int, ...]]] = {}
            for (start, end), cost in self.group_costs(name).items():
                if start in best:
                    option = (best[start][0] + cost, (*best[start][1], end))
                    reach[end] = min(reach.get(end, option), option)
            best = reach
        return (best[self.rows][0], to_owners(best[self.rows][1])) if self.rows in best else None

    def join(self) -> Borders | None:
        """Both levels at once: groups of the second one by one, each in the open group of the first or in a new one."""
        above = [self.group_costs(name) for name in self.tops]
        best: dict[Step, Path] = {Step(at=0, top=0, since=0): (0.0, (), ())}
        for name in self.lows:
            groups = self.group_costs(name)
            reach: dict[Step, Path] = {}
            for step, path in best.items():
                for (start, end), own in groups.items():
                    if start == step.at:
                        cost = own + self.strangers(start, end, name)
                        cost += 0.0 if self.is_kin(step.top, name) else _NO_PARENT
                        for state, option in self.steps(step, path, end, cost=cost, above=above):
                            reach[state] = min(reach.get(state, option), option)
            best = reach
        last = len(self.tops) - 1
        done = [
            (cost + above[last][step.since, step.at], (*ends, step.at), lows)
            for step, (cost, ends, lows) in best.items()
            if step.at == self.rows and step.top == last and (step.since, step.at) in above[last]
        ]
        if not done:
            return None
        cost, ends, lows = min(done)
        return cost, to_owners(ends), to_owners(lows)

    def steps(
        self, step: Step, path: Path, end: int, *, cost: float, above: Sequence[Mapping[tuple[int, int], float]]
    ) -> list[tuple[Step, Path]]:
        """Where one more group of the second level leads: the group of the first goes on, or ends with it."""
        total, ends, lows = path[0] + cost, path[1], (*path[2], end)
        options: list[tuple[Step, Path]] = [(Step(at=end, top=step.top, since=step.since), (total, ends, lows))]
        closing = above[step.top].get((step.since, end))
        if closing is not None and step.top + 1 < len(self.tops):
            options.append((Step(at=end, top=step.top + 1, since=end), (total + closing, (*ends, end), lows)))
        return options

    def strangers(self, start: int, end: int, name: Name) -> float:
        """Cost of rows whose own names tell another second-level name, or not of satisfaction where this one does."""
        strange = sum(kind != "" and kind not in name.label.name for kind in self.kinds[start:end])
        if _CONTENT in name.label.name:
            strange += sum(kind != _CONTENT for kind in self.kinds[start:end])
        return _HINT_COST * strange

    def is_kin(self, top: int, low: Name) -> bool:
        """Whether a second-level name may stand under a first-level one."""
        return level_key(low.label.name) in self.layout.levels.get(level_key(self.tops[top].label.name), ())


def to_owners(ends: Sequence[int]) -> list[int | None]:
    """Ends of consecutive groups to the group of every row."""
    starts = [0, *ends[:-1]]
    return [number for number, (start, end) in enumerate(zip(starts, ends, strict=True)) for _ in range(start, end)]


def split_by_place(
    names: Sequence[Found], fragments: Sequence[Fragment], layout: Layout
) -> tuple[list[Found], list[Found]]:
    """First-level and second-level names. One that can be either is told by a name beside it, or by those above it."""
    upper = [n for n in names if level_key(n.name) in layout.level1]
    lower = [n for n in names if level_key(n.name) in layout.level2]
    first = [n for n in upper if n not in lower]
    second = [n for n in lower if n not in upper]
    either = [n for n in upper if n in lower]
    for name in either:
        sides = {_side(name, other, fragments) for other in names if other is not name} - {0}
        above = sides == {1} or (len(sides) != 1 and _nearer(name, first, second, fragments))
        (first if above else second).append(name)
    return sorted(first, key=lambda n: n.at), sorted(second, key=lambda n: n.at)


def stands_behind(name: Found, names: Sequence[Found], fragments: Sequence[Fragment], layout: Layout) -> bool:
    """Whether a second-level name stands left of this one: then this is an indicator called like a level."""
    lower = [other for other in names if other is not name and level_key(other.name) in layout.level2 - layout.level1]
    return any(_side(name, other, fragments) == -1 for other in lower)


def _side(name: Found, other: Found, fragments: Sequence[Fragment]) -> int:
    """1 where another name stands right of this one, -1 where left of it, 0 where not beside it."""
    own, its = ([fragments[at] for at in label.at] for label in (name, other))
    if min(f.line for f in own) > max(f.line for f in its) or min(f.line for f in its) > max(f.line for f in own):
        return 0
    if max(f.end for f in own) <= min(f.x for f in its):
        return 1
    return -1 if max(f.end for f in its) <= min(f.x for f in own) else 0


def _nearer(name: Found, first: Sequence[Found], second: Sequence[Found], fragments: Sequence[Fragment]) -> bool:
    """Whether a name stands below first-level names rather than second-level ones, on its page if any are there."""
    own = _place(name, fragments)
    away = [min((abs(own - at) for at in _places(name, others, fragments)), default=1e9) for others in (first, second)]
    return away[0] < away[1]


def _places(name: Found, others: Sequence[Found], fragments: Sequence[Fragment]) -> list[float]:
    page = fragments[name.at[0]].page
    here = [other for other in others if fragments[other.at[0]].page == page]
    return [_place(other, fragments) for other in here or others]


def _place(name: Found, fragments: Sequence[Fragment]) -> float:
    return median(fragments[at].middle for at in name.at)
