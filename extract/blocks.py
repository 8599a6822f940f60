"""Lines and grids in reading order, as office files hold them, to tables with the text that stands above each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from domain.source import Document, Reader, Source
from domain.table import Cell, Table
from extract.clean import clean_text

_BREAK = re.compile(r"[\r\n\v\f\u2028\u2029]+")
_WORD_CHAR = re.compile(r"[0-9A-Za-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paragraph, with its running number in the document (from 1)."""

    text: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """A cell with its place, its spans and what it holds: paragraphs and, rarely, grids."""

    row: int
    col: int
    row_span: int = 1
    col_span: int = 1
    blocks: tuple[Block, ...]
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table as drawn."""

    cells: tuple[GridCell, ...]


Block: TypeAlias = Line | Grid


def blocks_to_tables(
    blocks: Iterable[Block], document: Document, *, reader: Reader, warnings: tuple[str, ...] = ()
) -> tuple[Table, ...]:
    """Tables numbered from 1 with their headings; text below the last is the heading of a table without cells.

    A grid that only lays out other grids is read as the sequence of what it holds.
    """
    tables: list[Table] = []
    above: list[Line] = []
    for block in _in_reading_order(blocks):
        if isinstance(block, Line):
            above.append(block)
            continue
        cells = _grid_to_cells(block, document, reader=reader)
        if any(cell.text for cell in cells):
            heading = lines_to_heading(above, document, reader=reader)
            tables.append(Table(index=len(tables) + 1, cells=cells, heading=heading, warnings=warnings))
            above = []
    rest = lines_to_heading(above, document, reader=reader)
    if rest:
        tables.append(Table(index=len(tables) + 1, cells=(), heading=rest, warnings=warnings))
    return tuple(tables)


def lines_to_heading(lines: Sequence[Line], document: Document, *, reader: Reader) -> tuple[Cell, ...]:
    """Lines that hold text, one cell each, rows counted from 0."""
    pieces = [replace(line, text=piece) for line in lines for piece in text_to_pieces(line.text)]
    return tuple(
        Cell(row=row, col=0, text=line.text, sources=(Source(document=document, reader=reader, line=line.number),))
        for row, line in enumerate(pieces)
    )


def text_to_pieces(text: str) -> tuple[str, ...]:
    """The lines of a text without markup residue; empty ones left out."""
    pieces = (piece.replace("\t", " ").strip() for piece in _BREAK.split(clean_text(text)))
    return tuple(piece for piece in pieces if piece)


def join_pieces(pieces: Iterable[str]) -> str:
    """Lines of one cell as one text: a space only where two Latin words or numbers would grow together."""
    joined = ""
    for piece in pieces:
        glue = " " if joined and _WORD_CHAR.match(joined[-1]) and _WORD_CHAR.match(piece[0]) else ""
        joined += glue + piece
    return joined


def _in_reading_order(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        if isinstance(block, Grid) and _only_lays_out(block):
            for cell in block.cells:
                yield from _in_reading_order(cell.blocks)
        else:
            yield block


def _only_lays_out(grid: Grid) -> bool:
    """True when the grids inside hold more cells than the grid itself: a frame drawn around a form."""
    inside = sum(_count_cells(block) for cell in grid.cells for block in cell.blocks if isinstance(block, Grid))
    return inside > len(grid.cells)


def _count_cells(grid: Grid) -> int:
    inner = (block for cell in grid.cells for block in cell.blocks if isinstance(block, Grid))
    return len(grid.cells) + sum(_count_cells(block) for block in inner)


def _grid_to_cells(grid: Grid, document: Document, *, reader: Reader) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            row=cell.row,
            col=cell.col,
            row_span=cell.row_span,
            col_span=cell.col_span,
            text=join_pieces(_cell_pieces(cell)),
            sources=(Source(document=document, reader=reader, line=cell.number),),
        )
        for cell in grid.cells
    )


def _cell_pieces(cell: GridCell) -> Iterator[str]:
    for block in cell.blocks:
        if isinstance(block, Line):
            yield from text_to_pieces(block.text)
        else:
            for inner in block.cells:
                yield from _cell_pieces(inner)
