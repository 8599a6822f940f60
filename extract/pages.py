"""Pages to tables: words into cells, tables that run on joined with their continuation, nothing left over."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from domain.page import Page, Rule, Word
from domain.source import Box, Document, Source, box_around
from domain.table import Cell, Table
from extract.clean import clean_text, join_wrapped
from extract.grid import Lattice, Room, rules_to_lattices
from extract.labels import text_to_label
from extract.layout import title_layout
from extract.parting import part_rooms

_SAME_EDGE = 0.018  # of the table's width: column lines of two pages that are the same line
_SAME_COLUMNS = 0.6  # of a continuation's column lines are found on the page before
_NARROW = 0.2  # of the page's width; no form is narrower
_UNFRAMED = 0.8  # confidence of a cell whose borders are those of the page before
_LINE_OVERLAP = 0.5  # of the lower of two words: they stand in one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one page holds of a table: its lattice with texts, the loose lines above it, and loose words beside it."""

    document: Document
    page: Page
    lattice: Lattice
    texts: tuple[Cell, ...]
    above: tuple[Cell, ...]
    beside: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """One page taken apart: its tables from top to bottom, the loose lines below the last, and its words counted.

    ``inside`` words with a text went into cells, ``outside`` into lines; together they are all that the page has.
    """

    page: Page
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
    tables: list[Table] = []
    run: list[Piece] = []
    loose: list[Table] = []  # lines below the run so far: a table may go on beyond a page number
    for laid in pages:
        for piece in laid.pieces:
            if run and not continues(run[-1], piece):
                tables += [pieces_to_table(run), *loose]
                run, loose = [], []
            run.append(widened(piece, run[0]) if run else piece)
        if laid.below:
            page = laid.page
            loose.append(Table(index=0, cells=(), heading=laid.below, page=page.number, warnings=page.warnings))
    tables += [pieces_to_table(run), *loose] if run else loose
    return tuple(replace(table, index=index) for index, table in enumerate(tables, start=1))


def page_to_laid(page: Page, document: Document) -> Laid:
    """One page taken apart: every word in a cell of a table, above or beside one, or below them all."""
    drawn = rules_to_lattices(page.rules, width=page.width, height=page.height)
    _, texts_of = words_to_rooms(page.words, drawn)
    # a frame without a word, or a narrow one, is the sheet's own edge or a box; its words stand outside tables then
    lattices = [
        lattice
        for lattice, texts in zip(drawn, texts_of, strict=True)
        if texts and lattice.xs[-1] - lattice.xs[0] >= _NARROW * page.width
    ]
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
        page=page,
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
        y = _middle(word.box)[1]
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


def words_to_rooms(
    words: Sequence[Word], lattices: Sequence[Lattice]
) -> tuple[list[Word], list[dict[int, list[Word]]]]:
    """Words outside all tables, and for every table the words of its cells by the cells' places."""
    loose: list[Word] = []
    held: list[dict[int, list[Word]]] = [{} for _ in lattices]
    for word in words:
        x, y = _middle(word.box)
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


def words_to_lines(words: Sequence[Word], page: Page, document: Document) -> tuple[Cell, ...]:
    """Loose words as heading lines from top to bottom, those side by side in one line together."""
    cells: list[Cell] = []
    for line in _lines(words):
        text = clean_text("  ".join(word.text for word in line if word.text)).strip()
        if text:
            box = box_around([word.box for word in line])
            cells.append(
                Cell(
                    row=len(cells), col=0, text=text, sources=(_source(page, document, box),),
                    confidence=min(word.confidence for word in line),
                )
            )  # fmt: skip
    return tuple(cells)


def continues(above: Piece, below: Piece) -> bool:
    """Whether a table goes on from the page before, or straight below: no title between, and the same columns."""
    if any(title_layout(line.text) is not None for line in below.above):
        return False
    if above.page.number == below.page.number:
        apart = bool(below.above) or below.lattice.ys[0] < above.lattice.ys[-1]
    else:
        apart = below.page.number != above.page.number + 1
    return not apart and _shared_columns(above.lattice, below.lattice) >= _SAME_COLUMNS


def _shared_columns(above: Lattice, below: Lattice) -> float:
    """Which part of the column lines below, the frame aside, stand above too: in the table, or on the page."""
    return max(_found_in(_shares(below)[1:-1], above), _found_in(_shares(below, above)[1:-1], above))


def _found_in(shares: Sequence[float], lattice: Lattice) -> float:
    known = _shares(lattice)
    found = [any(abs(share - other) <= _SAME_EDGE for other in known) for share in shares]
    return sum(found) / len(found) if found else 1.0


def _shares(lattice: Lattice, frame: Lattice | None = None) -> list[float]:
    """Places of the column lines as shares of a table's width: the table's own, or another one's on the same paper."""
    left, right = (frame or lattice).xs[0], (frame or lattice).xs[-1]
    return [(x - left) / (right - left) for x in lattice.xs]


def widened(piece: Piece, first: Piece) -> Piece:
    """A continuation that lacks the outer columns of its table, because no line of its page reaches them.

    What stands beside it comes as one cell a column over all its rows.
    """
    own, frame = piece.lattice, first.lattice
    if _found_in(_shares(own), frame) >= _found_in(_shares(own, frame), frame):
        return piece
    reach = _SAME_EDGE * (frame.xs[-1] - frame.xs[0])
    before = [x for x in frame.xs if x < own.xs[0] - reach]
    behind = [x for x in frame.xs if x > own.xs[-1] + reach]
    xs = (*before, *own.xs, *behind)
    rooms = [replace(room, col=room.col + len(before)) for room in own.rooms]
    texts = [replace(cell, col=cell.col + len(before)) for cell in piece.texts]
    outer = [*range(len(before)), *range(len(before) + len(own.xs) - 1, len(xs) - 1)]
    beside = {col: [word for word in piece.beside if xs[col] <= _middle(word.box)[0] < xs[col + 1]] for col in outer}
    held = [word for words in beside.values() for word in words]
    rest = tuple(word for word in piece.beside if not any(word is one for one in held))
    for col in outer:
        box = Box(x0=xs[col], y0=own.ys[0], x1=xs[col + 1], y1=own.ys[-1])
        room = Room(row=0, col=col, row_span=len(own.ys) - 1, col_span=1, box=box, confidence=_UNFRAMED)
        rooms.append(room)
        texts.append(_room_to_cell(room, beside[col], piece.page, piece.document))
    return replace(piece, lattice=replace(own, xs=xs, rooms=tuple(rooms)), texts=tuple(texts), beside=rest)


def pieces_to_table(pieces: Sequence[Piece]) -> Table:
    """Pieces of one table on one grid: rows one below the other, columns where any of them has one."""
    every = [_shares(piece.lattice) for piece in pieces]
    edges = _all_edges(every)
    cells: list[Cell] = []
    rows = 0
    for piece, own in zip(pieces, every, strict=True):
        shares = [_nearest(edges, share) for share in own]
        for room, cell in zip(piece.lattice.rooms, piece.texts, strict=True):
            begin, end = shares[room.col], shares[room.col + room.col_span]
            cells.append(replace(cell, row=rows + room.row, col=begin, col_span=end - begin))
        rows += len(piece.lattice.ys) - 1
    told = [warning for piece in pieces for warning in piece.page.warnings]
    cells, mended = mend_labels(cells)
    warnings = tuple(dict.fromkeys([*told, *mended]))
    lines = [cell for piece in pieces for cell in piece.above]
    lines += [line for piece in pieces for line in words_to_lines(piece.beside, piece.page, piece.document)]
    heading = tuple(replace(cell, row=row) for row, cell in enumerate(lines))
    return Table(index=0, cells=tuple(cells), heading=heading, page=pieces[0].page.number, warnings=warnings)


def mend_labels(cells: Sequence[Cell]) -> tuple[list[Cell], list[str]]:
    """Cells with labels that were nearly read as they are printed, and a warning for each with the raw reading."""
    mended, warnings = [], []
    for cell in cells:
        label = text_to_label(cell.text)
        if label is not None:
            page = f"（第{cell.sources[0].page}页）" if cell.sources else ""
            warnings.append(f"“{cell.text}”按印刷的栏目名“{label}”理解{page}。")
        mended.append(cell if label is None else replace(cell, text=label))
    return mended, warnings


def _all_edges(every: Sequence[Sequence[float]]) -> list[float]:
    """Column lines of all pieces, those of the same place once."""
    edges: list[float] = []
    for share in sorted(share for shares in every for share in shares):
        if not edges or share - edges[-1] > _SAME_EDGE:
            edges.append(share)
    return edges


def _nearest(edges: Sequence[float], share: float) -> int:
    place = bisect_left(edges, share)
    return min((p for p in (place - 1, place) if 0 <= p < len(edges)), key=lambda p: abs(edges[p] - share))


def _room_to_cell(room: Room, words: Sequence[Word], page: Page, document: Document) -> Cell:
    text = ""
    for line in _lines(words):
        text = join_wrapped(text, " ".join(clean_text(word.text).strip() for word in line if word.text))
    sure = min((word.confidence for word in words), default=1.0)
    return Cell(
        row=room.row, col=room.col, row_span=room.row_span, col_span=room.col_span, text=text,
        sources=(_source(page, document, room.box),), confidence=round(sure * room.confidence, 4),
    )  # fmt: skip


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words in reading order, line by line."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: _middle(word.box)[1]):
        mate = lines[-1] if lines and any(_beside(word.box, other.box) for other in lines[-1]) else None
        if mate is None:
            lines.append([word])
        else:
            mate.append(word)
    return [sorted(line, key=lambda word: word.box.x0) for line in lines]


def _beside(one: Box, other: Box) -> bool:
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    apart = one.x0 >= other.x1 - 2 or other.x0 >= one.x1 - 2
    return apart and overlap >= _LINE_OVERLAP * min(one.y1 - one.y0, other.y1 - other.y0)


def _source(page: Page, document: Document, box: Box) -> Source:
    return Source(document=document, reader=page.reader, page=page.number, box=box)


def _middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def _holds(box: Box, x: float, y: float) -> bool:
    return box.x0 <= x < box.x1 and box.y0 <= y < box.y1
