"""What a first reading teaches the second: widths and places of columns, habits of blank lines, false line breaks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import log
from statistics import median

from extract.fragments import CLOSING, Fragment, Look, text_look
from extract.gains import SLACK, Habits, Places
from extract.placing import ACTUAL, COLUMNS, NAME, TARGET, WEIGHT, Decoded

_KNOWN_LINES = 2  # full lines that must agree before a column's width counts as known


def mend_breaks(decoded: Decoded, caps: Mapping[int, int]) -> list[Fragment]:
    """Fragments with false line breaks undone.

    Some exporters break a line before full-width punctuation. No printer begins a line so: where the line above has
    room for it, the piece goes back.
    """
    mended: list[Fragment] = []
    cell: tuple[int, str] | None = None
    for placed in decoded.placed:
        piece, here = placed.fragment, (placed.row, placed.column)
        cap = caps.get(COLUMNS.index(placed.column), 0)
        above = mended[-1] if mended else None
        wraps = placed.column not in ("weight", "score")
        if (
            above is not None
            and wraps
            and here == cell
            and piece.text[0] in CLOSING
            and above.width + piece.width <= cap + SLACK
        ):
            text = above.text + piece.text
            mended[-1] = replace(above, text=text, width=above.width + piece.width, look=text_look(text))
        else:
            mended.append(piece)
        cell = here
    return mended


def column_places(decoded: Decoded) -> Places:
    """Where in the line each column's fragments begin and have their middle (medians)."""
    found: dict[int, list[Fragment]] = defaultdict(list)
    for placed in decoded.placed:
        found[COLUMNS.index(placed.column)].append(placed.fragment)
    return {column: (median(f.x for f in pieces), median(f.middle for f in pieces)) for column, pieces in found.items()}


def sure_widths(fragments: Sequence[Fragment], used: Sequence[int]) -> dict[int, int]:
    """Least width of the columns, from lines that hold a whole row: name, target, actual, weight, score."""
    widths: dict[int, int] = {}
    for place, fragment in enumerate(fragments):
        if WEIGHT not in used or fragment.place != 0 or fragment.of not in (5, 6) or place + 5 > len(fragments):
            continue
        whole = fragments[place : place + 5]
        if all(piece.look is Look.FIGURE for piece in whole[3:]) and whole[0].look is Look.WORDS:
            for column in (NAME, TARGET, ACTUAL):
                widths[column] = max(widths.get(column, 0), whole[column].width)
    return widths


def gap_habits(decoded: Decoded) -> Habits:
    """How often, per column, a blank line stands before the start of a cell and before its further lines (log odds).

    Exporters differ (some put blank lines between cells, some between the lines of wide cells) but keep their habit.
    """
    counts: dict[tuple[int, bool], list[float]] = defaultdict(lambda: [1.0, 1.0])
    begun: set[tuple[int, str]] = set()
    for before, placed in pairwise(decoded.placed):
        if before.fragment.line == placed.fragment.line:
            continue
        goes_on = (placed.row, placed.column) in begun or (before.row, before.column) == (placed.row, placed.column)
        begun.add((placed.row, placed.column))
        gap = placed.fragment.block != before.fragment.block
        counts[COLUMNS.index(placed.column), goes_on][gap] += 1
    return {key: (log(no / (no + yes)), log(yes / (no + yes))) for key, (no, yes) in counts.items()}


def column_caps(decoded: Decoded) -> dict[int, int]:
    """Usual width of a full line in every column: the median over lines that another line of their cell follows."""
    cells: dict[tuple[int, str], list[Fragment]] = defaultdict(list)
    for placed in decoded.placed:
        cells[placed.row, placed.column].append(placed.fragment)
    full: dict[int, list[int]] = defaultdict(list)
    for (_, column), pieces in cells.items():
        full[COLUMNS.index(column)] += [one.width for one, two in pairwise(pieces) if two.line > one.line]
    return {column: sorted(widths)[len(widths) // 2] for column, widths in full.items() if len(widths) >= _KNOWN_LINES}
