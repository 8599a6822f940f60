"""Header fields, money block and goals of text that kept its layout: read by place in the line, rows by bands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from extract.align import is_dash
from extract.bands import pieces_in_rows
from extract.clean import label_key
from extract.fragments import Fragment
from extract.headings import COLUMN_SLACK, Found, find_labels
from extract.header import find_unit
from extract.layout import Layout
from extract.placed import by_line, joined_pieces, line_ends, middle, pieces_to_columns
from extract.prose import Entry
from extract.totals import FundLine, is_figure

_REACH = 4  # lines between the pieces of one label: its neighbours may be taller
_LEFT_LOSS = 0.3  # cost of a character that a piece begins left of its column, where a neighbour pulled it there
_SAME_ROW = 1.5  # lines between the middles of two labels of one row
FUND_CELLS = ("initial_budget", "adjusted_budget", "executed", "weight", "execution_rate", "score")
_AMOUNTS = FUND_CELLS[:3]
_WHOLE = re.compile(r"-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d{1,6})?%?")
_OPENERS = ("年度", "其中", "上年", "其他", "其它", "合计", "总额", "当年", "中央", "省级", "市级", "县级", "区级", "地方", "一般公共", "政府性")


def sheet_to_labelled(fragments: Sequence[Fragment], layout: Layout) -> tuple[Entry, ...]:
    """Labels and the values beside them. A label's middle is level with the middle of its value."""
    names = {*layout.fields, *layout.other_fields, *layout.side_labels}
    labels = find_labels(fragments, names, reach=_REACH, slack=COLUMN_SLACK)
    taken = {at for label in labels for at in label.at}
    known = [label for label in labels if label.name not in layout.side_labels]
    values = [f for place, f in enumerate(fragments) if place not in taken and not is_frame(f.text, layout)]
    rows = labels_to_rows(known, fragments)
    if not rows:
        return ()
    anchors = [label_middle(row[0], fragments) for row in rows]
    left, right = split_sides(values, rows, fragments)
    entries: list[Entry] = []
    for side, pieces in enumerate((left, right)):
        beside = [number for number, row in enumerate(rows) if len(row) > side]
        placed = pieces_in_rows(pieces, [anchors[number] for number in beside])
        for number, cell in zip(beside, placed, strict=True):
            value = tuple(replace(f, text=f.text.lstrip(":：")) for f in cell)
            entries.append((rows[number][side].name, value))
    return tuple(entries)


def is_frame(text: str, layout: Layout) -> bool:
    """Side labels and the unit of money: no value of any label."""
    return layout.is_side_label(text) or bool(find_unit(text) and text[:1] in "(（")


def label_middle(label: Found, fragments: Sequence[Fragment]) -> float:
    """The line level with the middle of a label."""
    lines = [fragments[at].line for at in label.at]
    return (min(lines) + max(lines)) / 2


def labels_to_rows(labels: Sequence[Found], fragments: Sequence[Fragment]) -> list[list[Found]]:
    """Labels row by row, from left to right, at most two in a row."""
    ranked = sorted(labels, key=lambda label: label_middle(label, fragments))
    rows: list[list[Found]] = []
    for label in ranked:
        away = label_middle(label, fragments) - label_middle(rows[-1][0], fragments) if rows else _SAME_ROW + 1
        if len(rows and rows[-1]) == 1 and away <= _SAME_ROW and not _same_place(rows[-1][0], label, fragments):
            rows[-1] = sorted([*rows[-1], label], key=lambda found: fragments[found.at[0]].x)
        else:
            rows.append([label])
    return rows


def _same_place(one: Found, two: Found, fragments: Sequence[Fragment]) -> bool:
    """Labels of one column stand one above the other."""
    return abs(fragments[one.at[0]].x - fragments[two.at[0]].x) <= 2 * COLUMN_SLACK


def split_sides(
    values: Sequence[Fragment], rows: Sequence[Sequence[Found]], fragments: Sequence[Fragment]
) -> tuple[list[Fragment], list[Fragment]]:
    """Values beside the left labels and beside the right ones: these begin behind a right label, in its lines."""
    rights = [row[1] for row in rows if len(row) > 1]
    left: list[Fragment] = []
    right: list[Fragment] = []
    for value in values:
        behind = any(_is_behind(value, label, fragments) for label in rights)
        (right if behind else left).append(value)
    return left, right


def _is_behind(value: Fragment, label: Found, fragments: Sequence[Fragment]) -> bool:
    pieces = [fragments[at] for at in label.at]
    near = min(f.line for f in pieces) - _SAME_ROW <= value.line <= max(f.line for f in pieces) + _SAME_ROW
    return near and value.x >= max(line_ends(f) for f in pieces)


def sheet_to_goals(fragments: Sequence[Fragment], layout: Layout) -> tuple[tuple[Fragment, ...], tuple[Fragment, ...]]:
    """Expected goal and actual completion, two columns of prose side by side."""
    heads = find_labels(fragments, layout.goals.keys(), reach=_REACH, slack=COLUMN_SLACK)
    sides = find_labels(fragments, layout.side_labels, reach=_REACH, slack=COLUMN_SLACK)
    taken = {at for label in (*heads, *sides) for at in label.at}
    prose = [f for place, f in enumerate(fragments) if place not in taken]
    joined = joined_pieces(fragments)
    goal: list[Fragment] = []
    actual: list[Fragment] = []
    border: float | None = None
    for page in sorted({f.page for f in prose}):
        lines = by_line([f for f in prose if f.page == page])
        border = find_border(lines, joined, border)
        for line in lines:
            cut = min(range(len(line) + 1), key=lambda n: cut_cost(line, n, border, joined=joined))
            goal += line[:cut]
            actual += line[cut:]
    return tuple(goal), tuple(actual)
