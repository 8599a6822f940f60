"""Figures of flattened text that stand outside the indicator rows: the money block, the totals, the grade."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from extract.align import is_dash
from extract.fragments import Fragment, keeps_layout
from extract.funds import is_fund_item
from extract.headings import ANYWHERE, COLUMN_SLACK, Found, find_labels
from extract.layout import Layout

_AMOUNT = re.compile(r"-?\d[\d,]*(?:\.\d+)?%?|%")
_TAIL = re.compile(r"0{0,2}%?")  # what a narrow column wraps off a rate: 100.0 / 0, 100.00 / %
_GRADES = ("优", "良", "中", "差", "优秀", "良好", "合格", "不合格", "较好", "一般")
_TALL_REACH = 3  # lines between the pieces of 总分 where columns are told by place
_REACH = 8  # fragments around 总分 in which its two figures stand
_SUM = re.compile(r"\d{1,3}(\.\d*)?")
_LEVEL = 1.5  # lines between 总分 and its figures: a wrapped figure has a line above and one below
_FULL = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class FundLine:
    """One line of the money block; ``cells`` are six, an empty tuple where the cell is empty."""

    item: tuple[Fragment, ...]
    cells: tuple[tuple[Fragment, ...], ...]
    unit_label: str = ""

    @property
    def weight(self) -> Decimal | None:
        """Weight of budget execution, None on component lines."""
        return cell_number(self.cells[3])

    @property
    def score(self) -> Decimal | None:
        """Score of budget execution, None on component lines."""
        return cell_number(self.cells[5])


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Total weight, total score and grade as printed; ``at`` are the indices of all fragments that belong to them."""

    weight_text: str = ""
    score_text: str = ""
    grade: str = ""
    at: frozenset[int] = frozenset()
    pieces: tuple[Fragment, ...] = field(default=())

    @property
    def weight(self) -> Decimal | None:
        """Total weight as a number."""
        return Decimal(self.weight_text) if self.weight_text else None

    @property
    def score(self) -> Decimal | None:
        """Total score as a number."""
        return Decimal(self.score_text) if self.score_text else None


def cell_number(cell: Sequence[Fragment]) -> Decimal | None:
    """The number in a cell, None for a dash or nothing."""
    text = "".join(piece.text for piece in cell).replace(",", "").rstrip("%")
    return Decimal(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else None


def is_figure(fragment: Fragment) -> bool:
    """An amount, a rate or a dash."""
    return bool(_AMOUNT.fullmatch(fragment.text)) or is_dash(fragment.text)


def fragments_to_funds(fragments: Sequence[Fragment], layout: Layout, *, unit: str) -> tuple[FundLine, ...]:
    """The money block's lines: item words, then up to six figures.

    Flattened text drops empty cells. A dash stands under weight, so figures before it fill the amounts from the
    left and figures behind it are rate and score.
    """
    lines: list[FundLine] = []
    item: list[Fragment] = []
    figures: list[Fragment] = []
    for fragment in without_heading(fragments, layout):
        if is_figure(fragment) and not (len(figures) >= 6 and not wraps(figures, fragment)):
            figures.append(fragment)
            continue
        if figures and not is_figure(fragment):
            lines.append(to_fund_line(item, figures, unit))
            item, figures = [], []
        if is_figure(fragment):
            lines.append(to_fund_line(item, figures, unit))
            item, figures = [], [fragment]
        else:
            if names_item(item, layout) and not names_item([*item, fragment], layout):  # all its cells are empty
                lines.append(to_fund_line(item, (), unit))
                item = []
            item.append(fragment)
    if figures or names_item(item, layout):
        lines.append(to_fund_line(item, figures, unit))
    return tuple(lines)


def names_item(item: Sequence[Fragment], layout: Layout) -> bool:
    """Whether fragments spell a fund item, or begin one: 上年结转资金, 其中：财政拨款."""
    return is_fund_item("".join(fragment.text for fragment in item), layout)


def wraps(figures: Sequence[Fragment], fragment: Fragment) -> bool:
    """A seventh figure with no item before it is the rest of a wrapped rate, or the score behind that rest."""
    return len(figures) == 6 and any(_TAIL.fullmatch(piece.text) for piece in (*figures[5:], fragment))


def without_heading(fragments: Sequence[Fragment], layout: Layout) -> list[Fragment]:
    """Fragments without the column headings, the unit and the side label."""
    kept: list[Fragment] = []
    for fragment in fragments:
        side = layout.is_side_label(fragment.text) or (fragment.text[:1] in "(（" and "元" in fragment.text)
        if layout.fund_column(fragment.text) is None and not side:
            kept.append(fragment)
    while kept and not is_figure(kept[0]) and not _opens_item(kept[0].text):
        kept.pop(0)
    return kept


def _opens_item(text: str) -> bool:
    return text.startswith(("年度", "资金", "其中", "合计"))


def to_fund_line(item: Sequence[Fragment], figures: Sequence[Fragment], unit: str) -> FundLine:
    """Figures of one line to six cells."""
    dash = next((n for n, f in enumerate(figures) if is_dash(f.text)), None)
    if dash is None:
        cells = figures_to_cells(figures, 6)
    else:
        cells = [
            *figures_to_cells(figures[: min(dash, 3)], 3),
            (figures[dash],),
            *figures_to_cells(figures[dash + 1 :], 2),
        ]
    return FundLine(item=tuple(item), cells=tuple(cells), unit_label=unit)


def figures_to_cells(figures: Sequence[Fragment], count: int) -> list[tuple[Fragment, ...]]:
    """Figures to so many cells, in order; with one figure too many, the rest of the wrapped rate goes back to it."""
    cells: list[tuple[Fragment, ...]] = [(f,) for f in figures]
    rate = count - 2
    if len(cells) == count + 1:
        tail = next((n for n in range(count, rate, -1) if _TAIL.fullmatch(cells[n][0].text)), None)
        if tail is not None:
            cells[rate] = (*cells[rate], *cells.pop(tail))
    return cells[:count] + [()] * (count - len(cells))


def find_closing(fragments: Sequence[Fragment], start: int, layout: Layout) -> Closing:
    """总分 with its two figures, and the grade, wherever below the table's heading they stand."""
    kept = keeps_layout(fragments)
    reach, slack = (_TALL_REACH, COLUMN_SLACK) if kept else (1, ANYWHERE)
    found = find_labels(fragments, layout.total | layout.grade, reach=reach, slack=slack)
    labels = [label for label in found if label.at[0] >= start]
    totals = [label for label in labels if label.name in layout.total]
    grades = [label for label in labels if label.name in layout.grade]
    at = {at for label in (*totals[-1:], *grades[:1]) for at in label.at}
    total = totals[-1].at[-1] if totals else None
    grade_at = grades[0].at[-1] if grades else None
    grade = next((n for n in _around(grade_at, len(fragments)) if fragments[n].text in _GRADES), None)
    if grade is not None:
        at.add(grade)
    if kept and totals:
        weight, score = placed_total(fragments, totals[-1], start)
    else:
        weight, score = _total_figures(fragments, total, start)
    at |= {*weight, *score}
    return Closing(
        weight_text="".join(fragments[n].text for n in weight),
        score_text="".join(fragments[n].text for n in score),
        grade=fragments[grade].text if grade is not None else "",
        at=frozenset(at),
        pieces=tuple(fragments[n] for n in sorted(at)),
    )


def _around(place: int | None, end: int) -> list[int]:
    """Indices near a place, following ones first."""
    if place is None:
        return []
    return [n for n in (*range(place + 1, place + _REACH), *range(place - 1, place - _REACH, -1)) if 0 <= n < end]


def placed_total(fragments: Sequence[Fragment], label: Found, start: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Indices of total weight and total score where places in the line are kept: right of 总分, level with it."""
    pieces = [fragments[at] for at in label.at]
    level = (pieces[0].y + pieces[-1].y) / 2
    edge = max(f.end for f in pieces)
    beside = [n for n, f in enumerate(fragments) if n >= start and f.page == pieces[0].page and f.x >= edge]
    near = [n for n in beside if abs(fragments[n].y - level) <= _LEVEL and _SUM.fullmatch(fragments[n].text)]
    whole = sorted(
        (n for n in near if not _TAIL.fullmatch(fragments[n].text)), key=lambda n: abs(fragments[n].y - level)
    )
    full = next((n for n in whole if Decimal(fragments[n].text) == _FULL), None)
    if full is None:  # a form without weights prints the score alone
        return (), (_with_tail(fragments, whole[0], near) if len(whole) == 1 else ())
    right = (n for n in whole if fragments[n].x > fragments[full].x and Decimal(fragments[n].text) <= _FULL)
    score = next(right, None)
    return _with_tail(fragments, full, near), (() if score is None else _with_tail(fragments, score, near))


def _with_tail(fragments: Sequence[Fragment], head: int, near: Sequence[int]) -> tuple[int, ...]:
    """A figure and the digits that a narrow column wrapped below it."""
    above = fragments[head]
    if not re.fullmatch(r"\d+\.\d?", above.text):
        return (head,)
    at = above.middle
    tails = [n for n in near if fragments[n].y > above.y and _TAIL.fullmatch(fragments[n].text)]
    best = min(tails, key=lambda n: abs(fragments[n].middle - at), default=None)
    return (head,) if best is None or abs(fragments[best].x - at) > above.end - above.x else (head, best)


def _total_figures(
    fragments: Sequence[Fragment], total: int | None, start: int
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Indices of total weight and total score. 100 stands beside the score; a narrow column wraps it as 100.0 / 0."""
    near = [
        n for n in _around(total, len(fragments)) if n >= start and re.fullmatch(r"\d{1,3}(\.\d+)?", fragments[n].text)
    ]
    full = next((n for n in near if Decimal(fragments[n].text) == _FULL), None)
    if full is None:
        return (), ()
    scores = [n for n in near if n != full and Decimal(fragments[n].text) <= _FULL]
    behind = [n for n in scores if n > full]
    weight: tuple[int, ...] = (full,)
    if re.fullmatch(r"100\.0?", fragments[full].text):
        rest = next((n for n in behind if fragments[n].text in ("0", "00")), None)
        weight = (full, rest) if rest is not None else weight
    left = [n for n in behind if n not in weight]
    return weight, ((left[0],) if left else ())
