"""Pages to tables: words into cells, tables that run on joined with their continuation, nothing left over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean

import numpy as np

from domain.page import Page, Rule, Word
from domain.source import Box, Document
from domain.table import Cell, Table
from extract.alignment import Loose, begins_form, goes_on, pages_to_aligned
from extract.breaks import hanging_words, with_hanging
from extract.doubts import lines_to_text, words_to_alternatives
from extract.grid import Lattice, Room, rules_to_lattices
from extract.joining import SAME_EDGE, Piece, continues, found_in, pieces_to_table, shares_of
from extract.layout import title_layout
from extract.lines import middle, word_source, words_to_lines, words_to_rows
from extract.parting import part_rooms

_NARROW = 0.2  # of the page's width; no form is narrower
_FEW_ROOMS, _HARDLY_READ = 6, 0.6  # cells, mean confidence: what a noisy background gives
_CROSSES = 0.5  # of a column's width under a rule that parts its cells
_SAME_RULE = 0.006  # of a table's height between a rule and the row's edge that it is
_UNFRAMED = 0.8  # confidence of a cell whose borders are those of the page before


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """One page taken apart: its ruled tables from top to bottom, all words outside them, and its words counted.

    ``inside`` words with a text went into ruled cells, ``outside``, all in ``loose``, into lines or, where columns are
    aligned without lines, into cells by alignment; together they are all that the page has.
    """

    document: Document
    page: Page
    loose: Loose
    pieces: tuple[Piece, ...]
    inside: int
    outside: int


def rules_to_rooms(rules: Sequence[Rule], width: int, height: int) -> tuple[list[Box], list[Box]]:
    """Outlines of the tables on a page, and boxes of all their cells, for a reader that goes cell by cell."""
    lattices = rules_to_lattices(rules, width=width, height=height)
    return [lattice.box for lattice in lattices], [room.box for lattice in lattices for room in lattice.rooms]


def laid_to_tables(pages: Iterable[Laid]) -> tuple[Table, ...]:
    """All tables of a document; text that belongs to none stands as the heading of a table without cells."""
    joiner = Joiner()
    for laid in pages:
        joiner.add(laid)
    return joiner.tables()


class Joiner:
    """Puts tables together page by page; holds no more than the table that may go on."""

    def __init__(self) -> None:
        self.done: list[Table] = []
        self.run: list[Piece] = []  # of one ruled table
        self.below: list[Table] = []  # lines of the pages below it so far: a table may go on beyond a blank one
        self.blank: set[int] = set()  # pages on which nothing stands
        self.unruled: list[Laid] = []  # pages of tables without lines

    def add(self, laid: Laid) -> None:
        """One more page."""
        if begins_form(laid.loose) or (self.unruled and not laid.pieces and goes_on(laid.loose)):
            self.settle_run()
            self.unruled.append(laid)
            bare = tuple(replace(piece, above=(), beside=(), below=()) for piece in laid.pieces)
            laid = replace(laid, pieces=bare, loose=replace(laid.loose, words=()))
        else:
            self.settle_unruled()
        for piece in laid.pieces:
            self.add_piece(piece)
        if not laid.pieces:
            self.below += lines_to_tables(words_to_lines(laid.loose.words, laid.page, laid.document), laid.page)
            self.blank |= set() if laid.page.words else {laid.page.number}

    def add_piece(self, piece: Piece) -> None:
        """One more piece of a ruled table: of the one at work, or of another one."""
        if self.run and continues(self.run, piece, self.blank):
            self.run[-1] = with_rest_of_cells(self.run[-1])
            piece = widened(piece, self.run[0])
        elif self.run:
            self.run[-1], piece = with_title(self.run[-1], piece)
            self.settle_run()
        self.run.append(piece)

    def settle_run(self) -> None:
        """The ruled table so far is whole."""
        lines = [(piece, words_to_lines(piece.below, piece.page, piece.document)) for piece in self.run]
        below = [table for piece, own in lines for table in lines_to_tables(own, piece.page)]
        loose = sorted([*below, *self.below], key=lambda table: table.page or 0)
        self.done += [pieces_to_table(self.run), *loose] if self.run else loose
        self.run, self.below = [], []

    def settle_unruled(self) -> None:
        """The pages without lines so far are whole."""
        if self.unruled:
            document = self.unruled[0].document
            aligned = pages_to_aligned([laid.loose for laid in self.unruled], document)
            self.done += aligned.tables
            for loose in aligned.rest:
                self.done += lines_to_tables(words_to_lines(loose.words, loose.page, document), loose.page)
        self.unruled = []

    def tables(self) -> tuple[Table, ...]:
        """All tables, numbered from 1."""
        self.settle_unruled()
        self.settle_run()
        return tuple(replace(table, index=index) for index, table in enumerate(self.done, start=1))


def lines_to_tables(lines: tuple[Cell, ...], page: Page) -> list[Table]:
    """Loose lines as the heading of a table without cells; none for no lines."""
    return [Table(index=0, cells=(), heading=lines, page=page.number, warnings=page.warnings)] if lines else []


def page_to_lattices(page: Page) -> list[Lattice]:
    """The ruled tables of a page."""
    drawn = rules_to_lattices(page.rules, width=page.width, height=page.height)
    _, texts_of = words_to_rooms(page.words, drawn)
    # other frames are the sheet's own edge, a box, or the desk it was photographed on; their words stand outside tables
    return [lattice for lattice, held in zip(drawn, texts_of, strict=True) if is_table(lattice, held, page)]


def page_to_laid(page: Page, document: Document) -> Laid:
    """One page taken apart: every word in a cell of a ruled table, above or beside one, or below them all."""
    lattices = page_to_lattices(page)
    loose, held = words_to_rooms(page.words, lattices)
    homes = [nearest_table(word, lattices) for word in loose]
    pieces: list[Piece] = []
    outside = 0
    for place, lattice in enumerate(lattices):
        own = [word for word, home in zip(loose, homes, strict=True) if home == place]
        above = [word for word in own if middle(word.box)[1] < lattice.box.y0]
        parted, words = part_rooms(lattice, held[place])
        texts = tuple(_room_to_cell(room, words.get(n, ()), page, document) for n, room in enumerate(parted.rooms))
        beside = tuple(word for word in own if middle(word.box)[1] >= lattice.box.y0)
        lines = words_to_lines(above, page, document)
        pieces.append(Piece(document=document, page=page, lattice=parted, texts=texts, above=lines, beside=beside))
        held[place] = words
        outside += len(_told(above)) + len(_told(beside))
    below = tuple(word for word, home in zip(loose, homes, strict=True) if home is None)
    return Laid(
        document=document,
        page=page,
        loose=Loose(page=page, words=tuple(loose)),
        pieces=(*pieces[:-1], replace(pieces[-1], below=below)) if pieces else (),
        inside=sum(len(_told(words)) for of_table in held for words in of_table.values()),
        outside=outside + len(_told(below)),
    )


def _told(words: Iterable[Word]) -> list[Word]:
    """Words in which something was read."""
    return [word for word in words if word.text]


def nearest_table(word: Word, lattices: Sequence[Lattice]) -> int | None:
    """The table that a loose word stands above or beside; None below them all.

    Of tables side by side it is the one over whose columns the word stands.
    """
    _, y = middle(word.box)
    near = [
        (_aside(word, lattice.box), max(0.0, lattice.box.y0 - y), place)
        for place, lattice in enumerate(lattices)
        if y < lattice.box.y1
    ]
    return min(near)[2] if near else None


def _aside(word: Word, box: Box) -> float:
    """Pixels by which a word stands beside a table's columns."""
    x, _ = middle(word.box)
    return max(box.x0 - x, x - box.x1, 0.0)


def with_rest_of_cells(piece: Piece) -> Piece:
    """A piece that goes on overleaf, with what hangs below its last row in the cells that it belongs to."""
    rows = len(piece.lattice.ys) - 1
    rooms = enumerate(piece.lattice.rooms)
    floor = [(number, room.box) for number, room in rooms if room.row + room.row_span == rows]
    hanging = hanging_words(piece.below, floor)
    texts = [with_hanging(cell, hanging[n]) if n in hanging else cell for n, cell in enumerate(piece.texts)]
    taken = [word for words in hanging.values() for word in words]
    below = tuple(word for word in piece.below if not any(word is one for one in taken))
    return replace(piece, texts=tuple(texts), below=below)


def with_title(above: Piece, below: Piece) -> tuple[Piece, Piece]:
    """Two tables: a title at the foot of the page above, and what follows it there, is the heading of the one below."""
    lines = words_to_lines(above.below, above.page, above.document)
    start = next((n for n, line in enumerate(lines) if title_layout(line.text) is not None), None)
    if start is None:
        return above, below
    rows = words_to_rows(above.below)
    heading = words_to_lines([word for row in rows[start:] for word in row], above.page, above.document)
    rest = tuple(word for row in rows[:start] for word in row)
    return replace(above, below=rest), replace(below, above=(*heading, *below.above))


def is_table(lattice: Lattice, held: dict[int, list[Word]], page: Page) -> bool:
    """Whether a frame is wide enough for a form and holds words, and more than a few that are hardly read."""
    words = [word for own in held.values() for word in own if word.text]
    if not words or lattice.xs[-1] - lattice.xs[0] < _NARROW * page.width:
        return False
    return len(lattice.rooms) > _FEW_ROOMS or fmean(word.confidence for word in words) >= _HARDLY_READ


def words_to_rooms(
    words: Sequence[Word], lattices: Sequence[Lattice]
) -> tuple[list[Word], list[dict[int, list[Word]]]]:
    """Words outside all tables, and for every table the words of its cells by the cells' places."""
    loose: list[Word] = []
    held: list[dict[int, list[Word]]] = [{} for _ in lattices]
    homes = [(t, n) for t, lattice in enumerate(lattices) for n in range(len(lattice.rooms))]
    boxes = [room.box for lattice in lattices for room in lattice.rooms]
    left, upper, right, lower = np.array([(box.x0, box.y0, box.x1, box.y1) for box in boxes]).reshape(-1, 4).T
    for word in words:
        x, y = middle(word.box)
        found = np.flatnonzero((left <= x) & (x < right) & (upper <= y) & (y < lower))
        if len(found):
            table, room = homes[found[0]]
            held[table].setdefault(room, []).append(word)
        else:
            loose.append(word)
    return loose, held


def widened(piece: Piece, first: Piece) -> Piece:
    """A continuation that lacks the outer columns of its table, because no line of its page reaches them.

    What stands beside it comes as one cell a column over all its rows, cut where a line reaches into the column.
    """
    own, frame = piece.lattice, first.lattice
    if found_in(shares_of(own), frame) >= found_in(shares_of(own, frame), frame):
        return piece
    reach = SAME_EDGE * (frame.xs[-1] - frame.xs[0])
    before = [x for x in frame.xs if x < own.xs[0] - reach]
    behind = [x for x in frame.xs if x > own.xs[-1] + reach]
    xs = (*before, *own.xs, *behind)
    rooms = [replace(room, col=room.col + len(before)) for room in own.rooms]
    texts = [replace(cell, col=cell.col + len(before)) for cell in piece.texts]
    outer = [*range(len(before)), *range(len(before) + len(own.xs) - 1, len(xs) - 1)]
    beside = {col: [word for word in piece.beside if xs[col] <= middle(word.box)[0] < xs[col + 1]] for col in outer}
    held = [word for words in beside.values() for word in words]
    rest = tuple(word for word in piece.beside if not any(word is one for one in held))
    for col in outer:
        for room in _column_rooms(own.ys, (xs[col], xs[col + 1]), piece.page.rules, col=col):
            rooms.append(room)
            words = [word for word in beside[col] if room.box.y0 <= middle(word.box)[1] < room.box.y1]
            texts.append(_room_to_cell(room, words, piece.page, piece.document))
    return replace(piece, lattice=replace(own, xs=xs, rooms=tuple(rooms)), texts=tuple(texts), beside=rest)


def _column_rooms(ys: Sequence[float], edges: tuple[float, float], rules: Sequence[Rule], *, col: int) -> list[Room]:
    """The cells of a column without upright lines, from one level rule that crosses it to the next."""
    left, right = edges
    width = right - left
    crossing = [
        rule.y0 for rule in rules if rule.is_level and min(rule.x1, right) - max(rule.x0, left) >= _CROSSES * width
    ]
    near = _SAME_RULE * (ys[-1] - ys[0])
    inner = [row for row in range(1, len(ys) - 1) if any(abs(ys[row] - at) <= near for at in crossing)]
    return [
        Room(
            row=top, col=col, row_span=bottom - top, col_span=1, confidence=_UNFRAMED,
            box=Box(x0=left, y0=ys[top], x1=right, y1=ys[bottom]),
        )
        for top, bottom in pairwise([0, *inner, len(ys) - 1])
    ]  # fmt: skip


def _room_to_cell(room: Room, words: Sequence[Word], page: Page, document: Document) -> Cell:
    lines = words_to_rows(words)
    text = lines_to_text([[word.text for word in line] for line in lines])
    sure = min((word.confidence for word in words), default=1.0)
    return Cell(
        row=room.row, col=room.col, row_span=room.row_span, col_span=room.col_span, text=text,
        sources=(word_source(page, document, room.box),), confidence=round(sure * room.confidence, 4),
        alternatives=words_to_alternatives(lines, text),
    )  # fmt: skip
