"""Pages to tables: words into cells, tables that run on joined with their continuation, nothing left over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from domain.page import Page, Rule, Word
from domain.source import Box, Document
from domain.table import Cell, Table
from extract.alignment import Loose, begins_form, goes_on, pages_to_aligned
from extract.doubts import lines_to_text, words_to_alternatives
from extract.grid import Lattice, Room, rules_to_lattices
from extract.joining import SAME_EDGE, Piece, continues, found_in, pieces_to_table, shares_of
from extract.lines import middle, word_source, words_to_lines, words_to_rows
from extract.parting import part_rooms

_NARROW = 0.2  # of the page's width; no form is narrower
_FEW_ROOMS, _HARDLY_READ = 6, 0.6  # cells, mean confidence: what a noisy background gives
_UNFRAMED = 0.8  # confidence of a cell whose borders are those of the page before


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """One page taken apart: its ruled tables from top to bottom, the loose lines below the last, its words counted.

    ``inside`` words with a text went into ruled cells, ``outside``, all in ``loose``, into lines or, where columns are
    aligned without lines, into cells by alignment; together they are all that the page has.
    """

    document: Document
    page: Page
    loose: Loose
    pieces: tuple[Piece, ...]
    below: tuple[Cell, ...]
    inside: int
    outside: int


def rules_to_rooms(rules: Sequence[Rule], width: int, height: int) -> tuple[list[Box], list[Box]]:
    """Outlines of the tables on a page, and boxes of all their cells, for a reader that goes cell by cell."""
    lattices = rules_to_lattices(rules, width=width, height=height)
    return [lattice.box for lattice in lattices], [room.box for lattice in lattices for room in lattice.rooms]


def pages_to_tables(pages: Iterable[Page], document: Document) -> tuple[Table, ...]:
    """All tables of a document; text that belongs to none stands as the heading of a table without cells."""
    return laid_to_tables(page_to_laid(page, document) for page in pages)


def laid_to_tables(pages: Iterable[Laid]) -> tuple[Table, ...]:
    """The same of pages that were taken apart."""
    joiner = Joiner()
    for laid in pages:
        joiner.add(laid)
    return joiner.tables()


class Joiner:
    """Puts tables together page by page; holds no more than the table that may go on."""

    def __init__(self) -> None:
        self.done: list[Table] = []
        self.run: list[Piece] = []  # of one ruled table
        self.below: list[Table] = []  # lines below it so far: a table may go on beyond a page number
        self.unruled: list[Laid] = []  # pages of tables without lines

    def add(self, laid: Laid) -> None:
        """One more page."""
        if begins_form(laid.loose) or (self.unruled and not laid.pieces and goes_on(laid.loose)):
            self.settle_run()
            self.unruled.append(laid)
            bare = tuple(replace(piece, above=(), beside=()) for piece in laid.pieces)
            laid = replace(laid, pieces=bare, below=())
        else:
            self.settle_unruled()
        for piece in laid.pieces:
            if self.run and not continues(self.run[-1], piece):
                self.settle_run()
            self.run.append(widened(piece, self.run[0]) if self.run else piece)
        self.below += lines_to_tables(laid.below, laid.page)

    def settle_run(self) -> None:
        """The ruled table so far is whole."""
        self.done += [pieces_to_table(self.run), *self.below] if self.run else self.below
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
    above, beside, below = parted_words(loose, [lattice.box for lattice in lattices])
    pieces = []
    for place, lattice in enumerate(lattices):
        parted, words = part_rooms(lattice, held[place])
        texts = tuple(_room_to_cell(room, words.get(n, ()), page, document) for n, room in enumerate(parted.rooms))
        lines = words_to_lines(above[place], page, document)
        pieces.append(
            Piece(
                document=document, page=page, lattice=parted, texts=texts, above=lines, beside=tuple(beside[place])
            )
        )  # fmt: skip
        held[place] = words
    return Laid(
        document=document,
        page=page,
        loose=Loose(page=page, words=tuple(loose)),
        pieces=tuple(pieces),
        below=words_to_lines(below, page, document),
        inside=sum(_count(words) for of_table in held for words in of_table.values()),
        outside=sum(map(_count, (*above, *beside, below))),
    )


def parted_words(words: Sequence[Word], tables: Sequence[Box]) -> tuple[list[list[Word]], list[list[Word]], list[Word]]:
    """Words outside all tables, each once: above and beside which table it stands, or below the last.

    Tables are given from top to bottom; beside one of two that stand side by side is beside the first.
    """
    above: list[list[Word]] = [[] for _ in tables]
    beside: list[list[Word]] = [[] for _ in tables]
    below: list[Word] = []
    for word in words:
        y = middle(word.box)[1]
        level = next((place for place, table in enumerate(tables) if table.y0 <= y < table.y1), None)
        under = next((place for place, table in enumerate(tables) if y < table.y0), None)
        if level is not None:
            beside[level].append(word)
        elif under is not None:
            above[under].append(word)
        else:
            below.append(word)
    return above, beside, below


def _count(words: Iterable[Word]) -> int:
    return sum(bool(word.text) for word in words)


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
    for word in words:
        x, y = middle(word.box)
        home = next(
            (
                (t, n)
                for t, lattice in enumerate(lattices)
                for n, room in enumerate(lattice.rooms)
                if _holds(room.box, x, y)
            ),
            None,
        )
        if home is None:
            loose.append(word)
        else:
            held[home[0]].setdefault(home[1], []).append(word)
    return loose, held


def widened(piece: Piece, first: Piece) -> Piece:
    """A continuation that lacks the outer columns of its table, because no line of its page reaches them.

    What stands beside it comes as one cell a column over all its rows.
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
        box = Box(x0=xs[col], y0=own.ys[0], x1=xs[col + 1], y1=own.ys[-1])
        room = Room(row=0, col=col, row_span=len(own.ys) - 1, col_span=1, box=box, confidence=_UNFRAMED)
        rooms.append(room)
        texts.append(_room_to_cell(room, beside[col], piece.page, piece.document))
    return replace(piece, lattice=replace(own, xs=xs, rooms=tuple(rooms)), texts=tuple(texts), beside=rest)


def _room_to_cell(room: Room, words: Sequence[Word], page: Page, document: Document) -> Cell:
    lines = words_to_rows(words)
    text = lines_to_text([[word.text for word in line] for line in lines])
    sure = min((word.confidence for word in words), default=1.0)
    return Cell(
        row=room.row, col=room.col, row_span=room.row_span, col_span=room.col_span, text=text,
        sources=(word_source(page, document, room.box),), confidence=round(sure * room.confidence, 4),
        alternatives=words_to_alternatives(lines, text),
    )  # fmt: skip


def _holds(box: Box, x: float, y: float) -> bool:
    return box.x0 <= x < box.x1 and box.y0 <= y < box.y1
