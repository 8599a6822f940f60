"""Header fields and goals of text that kept its layout: by place in the line, rows by the middle of their labels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from extract.columns import Column, Figure, cells_beside, gap_cost
from extract.fragments import Fragment
from extract.header import find_unit, is_decoration
from extract.headings import COLUMN_SLACK, Found, find_labels
from extract.layout import Layout
from extract.placed import by_line, joined_pieces
from extract.prose import Entry

_REACH = 4  # lines between the pieces of one label: its neighbours may be taller
_SAME_ROW = 1.5  # lines between the middles of two labels of one row
_BLANK_VALUE = 2.0  # cost of a label without value: such cells are seldom empty
_PROSE = 10  # characters: longer than any line of a side label
_OVER_COST = 0.5  # a character of the goal behind the border, or of a free piece of the completion before it
_PULLED_COST = 0.05  # the same for a piece that its neighbour pulled to the left
_SPLIT_COST = 0.7  # two pieces in one line of one text: a printer's space beside punctuation
_BORDER_COST = 0.02  # a character between the border and where it is expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A label of the header: its name, the lines it takes and the characters it takes in them."""

    name: str
    top: float
    bottom: float
    left: int
    right: int

    @property
    def middle(self) -> float:
        """The line level with its middle."""
        return (self.top + self.bottom) / 2


def sheet_to_labelled(fragments: Sequence[Fragment], layout: Layout) -> tuple[Entry, ...]:
    """Labels and the values beside them. A label's middle is level with the middle of its value."""
    names = {*layout.fields, *layout.other_fields, *layout.side_labels}
    found = find_labels(fragments, names, reach=_REACH, slack=COLUMN_SLACK)
    taken = {at for label in found for at in label.at}
    labels = [to_beside(label, fragments) for label in found if label.name not in layout.side_labels]
    first = min((label.top for label in labels), default=0)
    titles = {line[0].line for line in by_line(fragments) if line[0].y < first and _is_title(line, layout)}
    values = [
        f for place, f in enumerate(fragments)
        if place not in taken and f.line not in titles and not is_frame(f.text, layout)
    ]  # fmt: skip
    rows = labels_to_rows(labels)
    rights = [row[1] for row in rows if len(row) > 1]
    sides: tuple[list[Fragment], list[Fragment]] = ([], [])
    for value in values:
        sides[any(is_behind(value, label) for label in rights)].append(value)
    entries: list[Entry] = []
    for side, pieces in enumerate(sides):
        beside = [row[side] for row in rows if len(row) > side]
        entries += zip([label.name for label in beside], values_beside(pieces, beside, rows), strict=True)
    return tuple(entries)


def _is_title(line: Sequence[Fragment], layout: Layout) -> bool:
    """Title, year, or a label with its value in one piece: read with the form's heading."""
    text = "".join(f.text for f in line)
    return is_decoration(text, layout) or any(mark in text for mark in ":：表")


def values_beside(
    pieces: Sequence[Fragment], labels: Sequence[Beside], rows: Sequence[Sequence[Beside]]
) -> list[Figure]:
    """The value of every label of one side."""
    mates = [row[1] for row in rows if len(row) > 1]
    narrow = frozenset(f.seq for f in pieces if any(_is_level(f, label) for label in mates))
    column = Column(pieces=tuple(pieces), empty=_BLANK_VALUE, gap=gap_cost(pieces), narrow=narrow)
    anchors = [row[0].middle for row in rows if any(label in row for label in labels)]
    cells = cells_beside(column, anchors)
    return [tuple(replace(f, text=f.text.lstrip(":：")) for f in cell) for cell in cells]


def to_beside(label: Found, fragments: Sequence[Fragment]) -> Beside:
    """Where a label stands."""
    pieces = [fragments[at] for at in label.at]
    return Beside(
        name=label.name,
        top=min(f.y for f in pieces),
        bottom=max(f.y for f in pieces),
        left=min(f.x for f in pieces),
        right=max(f.end for f in pieces),
    )


def is_frame(text: str, layout: Layout) -> bool:
    """Side labels and the unit of money: no value of any label."""
    return layout.is_side_label(text) or bool(find_unit(text) and text[:1] in "(（")


def labels_to_rows(labels: Sequence[Beside]) -> list[list[Beside]]:
    """Labels row by row, at most two in a row, from left to right."""
    rows: list[list[Beside]] = []
    for label in sorted(labels, key=lambda found: (found.middle, found.left)):
        mate = next((row for row in rows if len(row) == 1 and _is_mate(row[0], label)), None)
        if mate is None:
            rows.append([label])
        else:
            mate[:] = sorted([*mate, label], key=lambda found: found.left)
    return rows


def _is_mate(one: Beside, two: Beside) -> bool:
    """Two labels side by side in one row."""
    apart = max(one.left, two.left) > min(one.right, two.right)
    return apart and abs(one.middle - two.middle) <= _SAME_ROW


def is_behind(value: Fragment, label: Beside) -> bool:
    """Whether a piece stands right of a label, in its lines."""
    return _is_level(value, label) and value.x >= label.right


def _is_level(value: Fragment, label: Beside) -> bool:
    return label.top - _SAME_ROW <= value.y <= label.bottom + _SAME_ROW


def sheet_to_goals(fragments: Sequence[Fragment], layout: Layout) -> tuple[tuple[Fragment, ...], tuple[Fragment, ...]]:
    """Expected goal and actual completion: two texts side by side, with a border that one page keeps."""
    heads = find_labels(fragments, layout.goals.keys(), reach=_REACH, slack=COLUMN_SLACK)
    sides = find_labels(fragments, layout.side_labels, reach=_REACH, slack=COLUMN_SLACK)
    taken = {at for label in (*heads, *sides) for at in label.at}
    prose = without_margin([f for place, f in enumerate(fragments) if place not in taken])
    joined = joined_pieces(fragments)
    goal: list[Fragment] = []
    actual: list[Fragment] = []
    expected = heads_border(heads, fragments, layout)
    for page in sorted({f.page for f in prose}):
        lines = by_line([f for f in prose if f.page == page])
        expected = find_border(lines, expected, joined=joined)
        for line in lines:
            cut = best_cut(line, expected, joined=joined)
            goal += line[:cut]
            actual += line[cut:]
    return tuple(goal), tuple(actual)


def without_margin(fragments: Sequence[Fragment]) -> list[Fragment]:
    """Pieces without the side label's, which end before the prose begins."""
    margin = min((f.x for f in fragments if len(f.text) >= _PROSE), default=0)
    return [f for f in fragments if f.end > margin]


def heads_border(heads: Sequence[Found], fragments: Sequence[Fragment], layout: Layout) -> float:
    """The character half-way between the two headings."""
    middles = {layout.goals[label.name]: fragments[label.at[0]].middle for label in reversed(heads)}
    return sum(middles.values()) / max(1, len(middles))


def find_border(lines: Sequence[Sequence[Fragment]], expected: float, *, joined: Collection[int]) -> float:
    """The character at which the right text begins on one page."""
    options = sorted({float(f.x) for line in lines for f in line if f.x > 0} | {expected})
    costs = {border: border_cost(lines, border, joined=joined) for border in options}
    return min(options, key=lambda border: costs[border] + _BORDER_COST * abs(border - expected))


def border_cost(lines: Sequence[Sequence[Fragment]], border: float, *, joined: Collection[int]) -> float:
    """How badly a border cuts the lines of a page."""
    return sum(cut_cost(line, best_cut(line, border, joined=joined), border, joined=joined) for line in lines)


def best_cut(line: Sequence[Fragment], border: float, *, joined: Collection[int]) -> int:
    """How many pieces of a line belong to the left text."""
    return min(range(len(line) + 1), key=lambda cut: cut_cost(line, cut, border, joined=joined))


def cut_cost(line: Sequence[Fragment], cut: int, border: float, *, joined: Collection[int]) -> float:
    """How badly the first ``cut`` pieces of a line suit the left text and the others the right one."""
    cost = _SPLIT_COST * (max(0, cut - 1) + max(0, len(line) - cut - 1))
    cost += sum(_OVER_COST * max(0.0, f.end - border) for f in line[:cut])
    for f in line[cut:]:
        cost += (_PULLED_COST if f.seq in joined else _OVER_COST) * max(0.0, border - f.x)
    return cost
