"""Pieces of a table on several pages to one table: which go on, and where their columns and rows stand."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from domain.page import Page, Word
from domain.source import Document
from domain.table import Cell, Table
from extract.breaks import begins_anew, brings_heading, rejoined
from extract.grid import Lattice
from extract.labels import text_to_label
from extract.layout import title_layout
from extract.lines import words_to_lines

SAME_EDGE = 0.018  # of the table's width: column lines of two pages that are the same line
_SURELY_READ = 0.995  # confidence of a text that stands as it was read; of 20 misread labels none had more
_SAME_PLACE = 0.04  # of the page's width: where the same frame stands on another sheet
_SAME_COLUMNS = 0.6  # of a continuation's column lines are found on the page before


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one page holds of a table: its lattice with texts, the loose lines above it, loose words beside it.

    And those below it, where no other table follows on its page.
    """

    document: Document
    page: Page
    lattice: Lattice
    texts: tuple[Cell, ...]
    above: tuple[Cell, ...]
    beside: tuple[Word, ...]
    below: tuple[Word, ...] = ()


def continues(run: Sequence[Piece], below: Piece, blank: Collection[int] = ()) -> bool:
    """Whether a table goes on from the page before, beyond ``blank`` ones, or straight below.

    No form begins there, and it has the same columns, or brings the heading that its table still lacks.
    """
    above = run[-1]
    if above.page.number == below.page.number:
        apart = bool(below.above) or below.lattice.ys[0] < above.lattice.ys[-1]
    else:
        apart = any(number not in blank for number in range(above.page.number + 1, below.page.number))
        apart |= below.page.number < above.page.number
    if apart or begins_anew([piece.texts for piece in run], below.texts, is_titled=is_titled(above, below)):
        return False
    same = max(_shared_columns(piece.lattice, below.lattice) for piece in (above, run[0])) >= _SAME_COLUMNS
    return same or (_same_frame(above, below) and brings_heading([piece.texts for piece in run], below.texts))


def is_titled(above: Piece, below: Piece) -> bool:
    """Whether a title stands between two pieces."""
    lines = (*words_to_lines(above.below, above.page, above.document), *below.above)
    return any(title_layout(line.text) is not None for line in lines)


def _same_frame(above: Piece, below: Piece) -> bool:
    """Whether two pieces stand at the same place of their sheets, as wide as one another."""
    left, right = ((piece.lattice.xs[0] / piece.page.width, piece.lattice.xs[-1] / piece.page.width)
                   for piece in (above, below))  # fmt: skip
    return abs(left[0] - right[0]) <= _SAME_PLACE and abs(left[1] - right[1]) <= _SAME_PLACE


def _shared_columns(above: Lattice, below: Lattice) -> float:
    """Which part of the column lines below, the frame aside, stand above too: in the table, or on the page."""
    return max(found_in(shares_of(below)[1:-1], above), found_in(shares_of(below, above)[1:-1], above))


def found_in(shares: Sequence[float], lattice: Lattice) -> float:
    """Which part of these places are column lines of a table."""
    known = shares_of(lattice)
    found = [any(abs(share - other) <= SAME_EDGE for other in known) for share in shares]
    return sum(found) / len(found) if found else 1.0


def shares_of(lattice: Lattice, frame: Lattice | None = None) -> list[float]:
    """Places of the column lines as shares of a table's width: the table's own, or another one's on the same paper."""
    left, right = (frame or lattice).xs[0], (frame or lattice).xs[-1]
    return [(x - left) / (right - left) for x in lattice.xs]


def pieces_to_table(pieces: Sequence[Piece]) -> Table:
    """Pieces of one table on one grid: rows one below the other, columns where any of them has one."""
    every = [shares_of(piece.lattice) for piece in pieces]
    edges = _all_edges(every)
    cells: list[Cell] = []
    breaks: list[int] = []
    rows = 0
    for piece, own in zip(pieces, every, strict=True):
        shares = [_nearest(edges, share) for share in own]
        for room, cell in zip(piece.lattice.rooms, piece.texts, strict=True):
            begin, end = shares[room.col], shares[room.col + room.col_span]
            cells.append(replace(cell, row=rows + room.row, col=begin, col_span=end - begin))
        rows += len(piece.lattice.ys) - 1
        breaks.append(rows)
    told = [warning for piece in pieces for warning in piece.page.warnings]
    cells, mended = mend_labels(rejoined(cells, breaks[:-1]))
    warnings = tuple(dict.fromkeys([*told, *mended]))
    lines = [cell for piece in pieces for cell in piece.above]
    lines += [line for piece in pieces for line in words_to_lines(piece.beside, piece.page, piece.document)]
    heading = tuple(replace(cell, row=row) for row, cell in enumerate(lines))
    return Table(index=0, cells=tuple(cells), heading=heading, page=pieces[0].page.number, warnings=warnings)


def mend_labels(cells: Sequence[Cell]) -> tuple[list[Cell], list[str]]:
    """Cells with labels that were nearly read as they are printed, and a warning for each with the raw reading.

    A text layer says what is printed, and so does a recogniser that is sure.
    """
    mended, warnings = [], []
    for cell in cells:
        is_doubtful = cell.confidence < _SURELY_READ and any(source.reader.weights for source in cell.sources)
        label = text_to_label(cell.text) if is_doubtful else None
        if label is not None:
            page = f"（第{cell.sources[0].page}页）" if cell.sources else ""
            warnings.append(f"“{cell.text}”按印刷的栏目名“{label}”理解{page}。")
        mended.append(cell if label is None else replace(cell, text=label, alternatives=()))
    return mended, warnings


def _all_edges(every: Sequence[Sequence[float]]) -> list[float]:
    """Column lines of all pieces, those of the same place once."""
    edges: list[float] = []
    for share in sorted(share for shares in every for share in shares):
        if not edges or share - edges[-1] > SAME_EDGE:
            edges.append(share)
    return edges


def _nearest(edges: Sequence[float], share: float) -> int:
    place = bisect_left(edges, share)
    return min((p for p in (place - 1, place) if 0 <= p < len(edges)), key=lambda p: abs(edges[p] - share))
