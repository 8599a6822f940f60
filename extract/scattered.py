"""Indicator tables of exporters that lose the order of the columns: labels, figures, cells and levels put together again.

``pdftotext`` without -layout and pdfminer print a table block by block. Two things survive: the pieces of every
column come from top to bottom, and every row has exactly one name, target, actual, weight and score. So the plain
numbers are paired first (their sums tell how many rows there are), the text fragments are then given to columns and
cut into as many cells, and the columns are laid side by side in their order.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from extract.clean import label_key
from extract.decode import COLUMNS, REASON, SCORE, WEIGHT, Decoded, Placed
from extract.figures import Aims, Figures, number, pair_up
from extract.fragments import Fragment, Look, text_look, text_width
from extract.groups import Levels
from extract.headings import Found, find_labels
from extract.layout import Layout
from extract.seats import Page, seat_cells
from extract.tiers import Tier, place_tiers
from extract.totals import Closing, find_closing

_HEAD_LINES = 40  # filled lines around 三级指标 in which the other headings stand when blocks are torn apart
_LABEL_LINES = 14  # filled lines between two pieces of one heading
_MIN_HEADINGS = 3
_BOXED = 0.3  # share of blank lines above which every block is one box (measured: pdfminer 0.5, pdftotext 0.05 to 0.25)
_FULL = Decimal(100)
_PAGE_NUMBER = re.compile(r"(?:第\d+页|-\d+-|—\d+—|\d+/\d+|第\d+页[,，/]?共\d+页)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scattered:
    """What was put together: rows, level names, and what the auditor must know."""

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


def read_scattered(fragments: Sequence[Fragment], layout: Layout) -> Scattered | None:
    """The indicator rows of a scattered table; None where no table head is found or the order is whole."""
    scene = fragments_to_scene(fragments, layout)
    if scene is None or not is_scattered(scene):
        return None
    figures = Figures(closes=True)
    if WEIGHT in scene.columns:
        figures = pair_up(scene.body, find_aims(scene))
        if not figures.weights:
            return None
    used = {piece.seq for cell in (*figures.weights, *figures.scores) for piece in cell}
    words = [fragment for fragment in scene.body if fragment.seq not in used]
    page = Page(columns=scene.columns, boxed=scene.boxed, torn=scene.torn)
    rows = seat_cells(words, figures, page)
    placed = sorted([*rows.placed, *_placed_figures(figures)], key=lambda p: p.fragment.seq)
    decoded = Decoded(placed=tuple(placed), rows=rows.count, closes=figures.closes and rows.even, score=-rows.cost)
    return Scattered(decoded=decoded, levels=find_levels(scene, decoded, layout), warnings=rows.warnings)


def _placed_figures(figures: Figures) -> list[Placed]:
    sides = ((figures.weights, WEIGHT), (figures.scores, SCORE))
    return [
        Placed(fragment=piece, row=row, column=COLUMNS[column])
        for cells, column in sides
        for row, cell in enumerate(cells)
        for piece in cell
    ]


def is_scattered(scene: Scene) -> bool:
    """Whether the exporter lost the order: every block is a box, or the pieces of the table head are strewn."""
    spans = [fragment for label in scene.head for fragment in label.at]
    return scene.boxed or max(spans) - min(spans) >= len(spans) or any(_is_torn(label) for label in scene.head)


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
    taken = spelled | closing.at
    levels = gather_labels(every, {*layout.level1, *layout.level2}, taken)
    taken |= {at for label in levels for at in label.at}
    taken |= {at for label in gather_labels(every, layout.side_labels, taken) for at in label.at}
    taken |= {n for n in range(start, len(every)) if label_key(every[n].text) in layout.indicator_columns}
    columns = head_to_columns(head, layout)
    blank = _blank_share(every[start:])
    return Scene(
        every=every, head=tuple(head), levels=tuple(levels), closing=closing, columns=columns,
        body=tuple(f for place, f in enumerate(every) if place > start and place not in taken),
        boxed=blank > _BOXED, torn=_torn_share([*levels, *head], every),
    )  # fmt: skip


def head_to_columns(head: Sequence[Found], layout: Layout) -> tuple[int, ...]:
    """The form's columns from left to right. Of a self-evaluation all are taken to be there, for pieces of headings get
    lost; their order is the usual one unless the headings come in an order that is one (分值 may stand before 年度指标值)."""
    names = [layout.indicator_columns[label.name] for label in head]
    ordered = tuple(COLUMNS.index(name) for name in names if name in COLUMNS[:5])
    if layout.form_type == "target":
        return tuple(sorted(ordered))
    plausible = len(ordered) == SCORE + 1 and ordered[0] == 0 and ordered[-1] == SCORE
    return (*(ordered if plausible else range(SCORE + 1)), REASON)


def _blank_share(fragments: Sequence[Fragment]) -> float:
    """Blank lines between the filled ones, as a share of all lines."""
    lines = {fragment.line for fragment in fragments}
    blocks = {fragment.block for fragment in fragments}
    return (len(blocks) - 1) / (len(lines) + len(blocks))


def _torn_share(labels: Iterable[Found], every: Sequence[Fragment]) -> float:
    """Of the wrapped labels' line breaks, the share that a blank line doubles (smoothed)."""
    pairs = [(every[one], every[two]) for label in labels for one, two in zip(label.at, label.at[1:], strict=False)]
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
        {*layout.fields, *layout.other_fields, *layout.side_labels, *layout.goals, *layout.indicator_columns, *layout.total,
         *layout.grade, *layout.level1, *layout.level2}
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
            closed.append(replace(line[place], text=text, width=text_width(text), look=text_look(text)))
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


def _pieces_to_labels(every: Sequence[Fragment], places: Iterable[int], names: Collection[str]) -> list[Found]:
    """Labels spelled by pieces that other text may stand between: everything that is no piece is stepped over."""
    kept = [n for n in places if any(label_key(every[n].text) in name for name in names)]
    found = find_labels([every[n] for n in kept], names, reach=_LABEL_LINES)
    return [Found(name=label.name, at=tuple(kept[n] for n in label.at)) for label in found]


def gather_labels(every: Sequence[Fragment], names: Collection[str], taken: Collection[int]) -> list[Found]:
    """Labels anywhere, whose pieces may have neighbours' pieces between them."""
    free = [n for n in range(len(every)) if n not in taken]
    return _pieces_to_labels(every, free, names)


def find_aims(scene: Scene) -> Aims:
    """What the rows must add up to: the printed totals less any pair of figures that budget execution may show."""
    first = min(at for label in scene.head for at in label.at)
    above = {number((f,)) for f in scene.every[: first + 1] if f.look is Look.FIGURE}
    total = scene.closing.weight or _FULL
    shares = {value for value in above if value in (5, 10, 15, 20, 30)} or {Decimal(0)}
    weights = frozenset(total - share for share in shares)
    if scene.closing.score is None:
        return Aims(weights=weights, scores=frozenset())
    parts = {value for value in above if value <= max(shares)} | {Decimal(0)}
    return Aims(weights=weights, scores=frozenset(scene.closing.score - part for part in parts))


def find_levels(scene: Scene, decoded: Decoded, layout: Layout) -> Levels:
    """Level names of every row."""
    tiers = [Tier(name=label.name, pieces=tuple(scene.every[at] for at in label.at)) for label in scene.levels]
    return place_tiers(tiers, decoded, layout, boxed=scene.boxed)
