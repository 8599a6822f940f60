"""Indicator tables of exporters that lose the order of the columns: put together again from labels, figures and cells.

``pdftotext`` without -layout and pdfminer print a table block by block. Two things survive: the pieces of every
column come from top to bottom, and every row has exactly one name, target, actual, weight and score. So the plain
numbers are paired first (their sums tell how many rows there are), the text fragments are then given to columns and
cut into as many cells, and the columns are laid side by side in their order.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby, pairwise

from extract.align import is_dash
from extract.backbone import Aims, Figures, number, pair_up
from extract.clean import label_key
from extract.fragments import Fragment, Look, text_look, text_width
from extract.groups import Levels
from extract.headings import Found, find_labels
from extract.layout import Layout
from extract.placing import COLUMNS, REASON, SCORE, WEIGHT, Decoded, Placed
from extract.reasons import reasons_to_rows
from extract.seating import Page, Task
from extract.seats import Seats, make_task, seat_cells
from extract.tiers import Tier, place_tiers
from extract.totals import Closing, find_closing

_HEAD_LINES = 40  # filled lines around 三级指标 in which the other headings stand when blocks are torn apart
_LABEL_LINES = 20  # filled lines between two pieces of one heading
_SIDE_LINES = 80  # a side label runs down the whole table, a character here and there
_SIDE_PIECES = ("绩", "效", "指", "标", "绩效", "绩效指", "效指", "指标", "效指标")
_MIN_HEADINGS = 3
_BOXED = 0.3  # share of blank lines above which every block is one box (measured: pdfminer 0.5, pdftotext 0.05 to 0.25)
_FULL = Decimal(100)
_GRADES = ("优", "良", "中", "差", "优秀", "良好", "合格", "不合格", "较好", "一般")
_AFTER_GRADE = 4  # totals, and one figure of the last row
_LEAST_TOTAL = 60  # a smaller plain number below the table head is hardly the total score
_SHARES = (5, 10, 15, 20, 30)  # usual weights of budget execution
_MONEY = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_UNIT = re.compile(r"[(（]?万?元[)）]?")
_PAGE_NUMBER = re.compile(r"(?:第\d+页|-\d+-|—\d+—|\d+/\d+|第\d+页[,，/]?共\d+页)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scattered:
    """What was put together: rows, level names, what the auditor must know."""

    decoded: Decoded
    levels: Levels
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A form's fragments sorted by what they are; ``Found.at`` are indices into ``every``."""

    every: tuple[Fragment, ...]
    head: tuple[Found, ...]
    levels: tuple[Found, ...]
    closing: Closing
    body: tuple[Fragment, ...]
    columns: tuple[int, ...]
    boxed: bool
    torn: float
    centred: bool


def read_scattered(fragments: Sequence[Fragment], layout: Layout, *, whole: bool | None) -> Scattered | None:
    """The indicator rows of a scattered table; None where no table head is found or the order is whole.

    ``whole`` says whether wrapped labels stand in one piece. Then only boxes can be out of order: a head with gaps has
    headings that nobody knows.
    """
    scene = fragments_to_scene(fragments, layout)
    if scene is None or not (scene.boxed or (is_scattered(scene) and not whole)):
        return None
    figures = Figures(closes=True)
    if WEIGHT in scene.columns:
        figures = pair_up(scene.body, find_aims(scene))
        if not figures.weights:
            return None
    used = {piece.seq for cell in (*figures.weights, *figures.scores) for piece in cell}
    words = [fragment for fragment in scene.body if fragment.seq not in used and not is_furniture(fragment, figures)]
    page = Page(columns=scene.columns, boxed=scene.boxed, torn=scene.torn)
    task = make_task(words, figures, page)
    seats, cost = seat_cells(task)
    decoded, warnings = seats_to_decoded(seats, figures, task, cost=cost)
    levels = find_levels(scene, decoded, layout)
    return Scattered(decoded=decoded, levels=levels, warnings=warnings)


def is_strewn(fragments: Sequence[Fragment], layout: Layout) -> bool:
    """Whether the table's order is surely lost; blank lines alone do not prove it: some exporters only add them."""
    scene = fragments_to_scene(fragments, layout)
    return scene is not None and is_scattered(scene)


def is_furniture(fragment: Fragment, figures: Figures) -> bool:
    """Totals, dashes and units of money that belong to other sections of the form."""
    if fragment.look is Look.FIGURE and figures.weights:
        return number((fragment,)) >= _LEAST_TOTAL
    return is_dash(fragment.text) or bool(_UNIT.fullmatch(fragment.text))


def _placed_figures(figures: Figures) -> list[Placed]:
    sides = ((figures.weights, WEIGHT), (figures.scores, SCORE))
    return [
        Placed(fragment=piece, row=row, column=COLUMNS[column])
        for cells, column in sides
        for row, cell in enumerate(cells)
        for piece in cell
    ]


def is_scattered(scene: Scene) -> bool:
    """Whether the exporter lost the order: the table head's pieces are strewn, or level names stand by height."""
    spans = [fragment for label in scene.head for fragment in label.at]
    strewn = max(spans) - min(spans) >= len(spans) or any(_is_torn(label) for label in scene.head)
    return strewn or scene.centred


def _is_torn(label: Found) -> bool:
    return label.at[-1] - label.at[0] >= len(label.at)


def fragments_to_scene(fragments: Sequence[Fragment], layout: Layout) -> Scene | None:
    """Labels, level names and totals taken out; what is left below the table head is the body."""
    every = tidy(fragments, layout)
    head = find_head(every, layout)
    if not head:
        return None
    spelled = {at for label in head for at in label.at}
    start = min(label.at[0] for label in head if layout.indicator_columns[label.name] in ("level3", "target"))
    closing = find_closing(every, start, layout)
    closing = trust_totals(closing)
    taken = spelled | closing.at
    levels = gather_labels(every, {*layout.level1, *layout.level2}, taken)
    taken |= {at for label in levels for at in label.at}
    taken |= {at for label in gather_labels(every, layout.side_labels, taken, reach=_SIDE_LINES) for at in label.at}
    taken |= {n for n in range(start, len(every)) if every[n].text in _SIDE_PIECES}
    heads = gather_labels(every, {*layout.indicator_columns, *layout.total, *layout.grade}, taken)
    taken |= {at for label in heads for at in label.at if at > start}
    rest = range(start, len(every))
    taken |= {n for n in rest if every[n].text in _GRADES and every[n].of == 1 and _is_last(every, n)}
    if layout.form_type == "target":
        taken |= {n for n in rest if _MONEY.fullmatch(every[n].text)}
    columns = head_to_columns(head, layout)
    blank = _blank_share(every[start:])
    return Scene(
        every=every, head=tuple(head), levels=tuple(levels), closing=closing, columns=columns,
        body=tuple(f for place, f in enumerate(every) if place > start and place not in taken),
        boxed=blank > _BOXED, torn=_torn_share([*levels, *head], every), centred=stands_centred(levels, layout),
    )  # fmt: skip


def _is_last(every: Sequence[Fragment], place: int) -> bool:
    """Whether hardly any plain numbers follow: the grade stands at the end of the form."""
    return sum(fragment.look is Look.FIGURE for fragment in every[place + 1 :]) <= _AFTER_GRADE


def trust_totals(closing: Closing) -> Closing:
    """Totals as found, or none: a total score below 60 is a row's figure that stands near 总分."""
    if closing.score is None or closing.score >= _LEAST_TOTAL:
        return closing
    return Closing(grade=closing.grade)


def head_to_columns(head: Sequence[Found], layout: Layout) -> tuple[int, ...]:
    """The form's columns from left to right. Of a self-evaluation all are taken to be there, for pieces of headings get
    lost; their order is the usual one unless the headings show another that can be (分值 may stand before 年度指标值).
    """
    names = [layout.indicator_columns[label.name] for label in head]
    ordered = tuple(COLUMNS.index(name) for name in names if name in COLUMNS[:5])
    if layout.form_type == "target":
        return tuple(sorted(ordered))
    plausible = len(ordered) == SCORE + 1 and ordered[0] == 0 and ordered[-1] == SCORE
    return (*(ordered if plausible else range(SCORE + 1)), REASON)


def stands_centred(levels: Sequence[Found], layout: Layout) -> bool:
    """Whether a second-level name comes before the first-level one over it: the exporter went by height on the page."""
    first = next((place for place, label in enumerate(levels) if label.name in layout.level1), None)
    second = next((place for place, label in enumerate(levels) if label.name not in layout.level1), None)
    return first is not None and second is not None and second < first


def _blank_share(fragments: Sequence[Fragment]) -> float:
    """Blank lines between the filled ones, as a share of all lines."""
    lines = {fragment.line for fragment in fragments}
    blocks = {fragment.block for fragment in fragments}
    return (len(blocks) - 1) / (len(lines) + len(blocks))


def _torn_share(labels: Iterable[Found], every: Sequence[Fragment]) -> float:
    """Of the wrapped labels' line breaks, the share that a blank line doubles (smoothed)."""
    pairs = [(every[one], every[two]) for label in labels for one, two in pairwise(label.at)]
    broken = [one.block != two.block for one, two in pairs if one.line != two.line]
    return (sum(broken) + 0.2) / (len(broken) + 1)


def tidy(fragments: Sequence[Fragment], layout: Layout) -> tuple[Fragment, ...]:
    """Page numbers left out, letter-spaced labels (一 级 指 标) closed up."""
    labels = _all_labels(layout)
    kept: list[Fragment] = []
    for _, group in groupby(fragments, key=lambda fragment: fragment.line):
        line = list(group)
        if _PAGE_NUMBER.fullmatch("".join(fragment.text for fragment in line)):
            continue
        kept.extend(close_up(line, labels))
    return tuple(replace(fragment, seq=place) for place, fragment in enumerate(kept))


def _all_labels(layout: Layout) -> frozenset[str]:
    return frozenset(
        {*layout.fields, *layout.other_fields, *layout.side_labels, *layout.goals, *layout.indicator_columns,
         *layout.total, *layout.grade, *layout.level1, *layout.level2}
    )  # fmt: skip


def close_up(line: Sequence[Fragment], labels: Collection[str]) -> list[Fragment]:
    """Runs of single characters in one line that spell a label or a piece of one, as one fragment each."""
    closed: list[Fragment] = []
    place = 0
    while place < len(line):
        end = place
        while end < len(line) and len(line[end].text) == 1 and line[end].look is Look.WORDS:
            end += 1
        while end - place > 1 and not any("".join(f.text for f in line[place:end]) in label for label in labels):
            end -= 1
        if end - place > 1:
            text = "".join(fragment.text for fragment in line[place:end])
            first = line[place].spot
            spot = replace(first, end=line[end - 1].end) if first is not None else None
            closed.append(replace(line[place], text=text, width=text_width(text), look=text_look(text), spot=spot))
            place = end
        else:
            closed.append(line[place])
            place += 1
    return closed


def find_head(every: Sequence[Fragment], layout: Layout) -> list[Found]:
    """Headings of the indicator table although their pieces are strewn; in reading order, one for every column."""
    for start in (n for n, f in enumerate(every) if _begins_name_heading(f, layout)):
        low, high = _window(every, start)
        labels = _pieces_to_labels(every, range(low, high), layout.indicator_columns.keys())
        anchor = next((label for label in labels if start in label.at), None)
        if anchor is None:
            continue
        nearest: dict[str, Found] = {}
        for label in sorted(labels, key=lambda found: abs(every[found.at[0]].line - every[start].line)):
            nearest.setdefault(layout.indicator_columns[label.name], label)
        if len(nearest) >= _MIN_HEADINGS and "target" in nearest:
            return sorted(nearest.values(), key=lambda found: found.at)
    return []


def _begins_name_heading(fragment: Fragment, layout: Layout) -> bool:
    key = label_key(fragment.text)
    names = [label for label, column in layout.indicator_columns.items() if column == "level3"]
    return len(key) >= 2 and any(name.startswith(key) for name in names)


def _window(every: Sequence[Fragment], start: int) -> tuple[int, int]:
    line, page = every[start].line, every[start].page
    inside = [n for n, f in enumerate(every) if abs(f.line - line) <= _HEAD_LINES and f.page == page]
    return min(inside), max(inside) + 1


def _pieces_to_labels(
    every: Sequence[Fragment], places: Iterable[int], names: Collection[str], *, reach: int = _LABEL_LINES
) -> list[Found]:
    """Labels spelled by pieces that other text may stand between: everything that is no piece is stepped over."""
    keys = ((n, label_key(every[n].text)) for n in places)
    kept = [n for n, key in keys if any(key in name for name in names)]
    found = find_labels([every[n] for n in kept], names, reach=reach)
    return [Found(name=label.name, at=tuple(kept[n] for n in label.at)) for label in found]


def gather_labels(
    every: Sequence[Fragment], names: Collection[str], taken: Collection[int], *, reach: int = _LABEL_LINES
) -> list[Found]:
    """Labels anywhere, whose pieces may have neighbours' pieces between them."""
    free = [n for n in range(len(every)) if n not in taken]
    found: list[Found] = []
    for page in dict.fromkeys(every[n].page for n in free):
        found += _pieces_to_labels(every, [n for n in free if every[n].page == page], names, reach=reach)
    used = {at for label in found for at in label.at}
    found += _pieces_to_labels(every, [n for n in free if n not in used], names, reach=reach)
    return sorted(found, key=lambda label: label.at)


def find_aims(scene: Scene) -> Aims:
    """What the rows must add up to: the printed totals less any pair of figures that budget execution may show."""
    first = min(at for label in scene.head for at in label.at)
    above = {number((f,)) for f in scene.every[: first + 1] if f.look is Look.FIGURE}
    total = scene.closing.weight or _FULL
    shares = {value for value in above if value in _SHARES}
    if not shares:  # the money block stands elsewhere, or the form has none
        return Aims(weights=frozenset({total, total - 10}), scores=frozenset())
    weights = frozenset(total - share for share in shares)
    below = {number((f,)) for f in scene.body if f.look is Look.FIGURE}
    totals = {value for value in below if _LEAST_TOTAL <= value < _FULL}
    if scene.closing.score is not None and scene.closing.score >= _LEAST_TOTAL:
        totals = {scene.closing.score}
    parts = {value for value in above if value <= max(shares)}
    return Aims(weights=weights, scores=frozenset(total - part for total in totals for part in parts))


def find_levels(scene: Scene, decoded: Decoded, layout: Layout) -> Levels:
    """Level names of every row."""
    tiers = [Tier(name=label.name, pieces=tuple(scene.every[at] for at in label.at)) for label in scene.levels]
    return place_tiers(tiers, decoded, layout, boxed=scene.boxed)


def seats_to_decoded(seats: Seats, figures: Figures, task: Task, *, cost: float) -> tuple[Decoded, tuple[str, ...]]:
    """Everything with its row: text cells, reasons beside the indicators they suit, figures; and warnings."""
    reasons: dict[int, list[Fragment]] = defaultdict(list)
    texts: dict[tuple[int, int], str] = defaultdict(str)
    for fragment, column, row in seats:
        texts[column, row] += fragment.text
        if column == REASON:
            reasons[row].append(fragment)
    cells = [column for column in task.page.columns if column < WEIGHT]
    begun = [1 + max((row for _, c, row in seats if c == column), default=-1) for column in cells]
    count = task.rows or max(begun, default=0)
    homes, warnings = reasons_to_rows([reasons[n] for n in sorted(reasons)], texts, figures, task)
    placed = [
        Placed(fragment=fragment, row=homes[row] if column == REASON else row, column=COLUMNS[column])
        for fragment, column, row in seats
    ]
    placed = sorted([*placed, *_placed_figures(figures)], key=lambda p: p.fragment.seq)
    closes = figures.closes and all(number_of == count for number_of in begun)
    return Decoded(placed=tuple(placed), rows=count, closes=closes, score=-cost), warnings
