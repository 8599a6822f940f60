"""Pages put together by hand for the tests: words at a point, grids of rules, and the tables made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.page import Page, Rule, Word
from domain.source import Box, Document, Reader
from domain.table import Cell, Table
from extract.pages import laid_to_tables, page_to_laid

DOCUMENT = Document(path="扫描.pdf", sha256="")
READER = Reader(name="hand", version="1")
WIDTH, HEIGHT = 1654, 2339  # A4 at 200 dpi
XS = (100, 500, 900, 1500)
YS = (400, 500, 600)
TITLE = "项目支出绩效自评表"
SIZE = 30  # pixels of a character


def ruled(xs: Sequence[float] = XS, ys: Sequence[float] = YS) -> list[Rule]:
    level = [Rule(x0=xs[0], y0=y, x1=xs[-1], y1=y) for y in ys]
    return [*level, *(Rule(x0=x, y0=ys[0], x1=x, y1=ys[-1]) for x in xs)]


def word(text: str, x: float, y: float, confidence: float = 1.0) -> Word:
    """A line of text around a point."""
    half = SIZE * len(text) / 2
    box = Box(x0=x - half, y0=y - SIZE / 2, x1=x + half, y1=y + SIZE / 2)
    return Word(text=text, box=box, confidence=confidence)


def filled(texts: str, xs: Sequence[float] = XS, ys: Sequence[float] = YS) -> list[Word]:
    """Words in the middle of the cells of a grid: rows between slashes, cells between spaces, - for none."""
    return [
        word(text, (xs[col] + xs[col + 1]) / 2, (ys[row] + ys[row + 1]) / 2)
        for row, line in enumerate(texts.split(" / "))
        for col, text in enumerate(line.split())
        if text != "-"
    ]


def page(words: Iterable[Word], rules: Iterable[Rule] = (), *, number: int = 1, warnings: tuple[str, ...] = ()) -> Page:
    return Page(
        number=number, width=WIDTH, height=HEIGHT, reader=READER, words=tuple(words), rules=tuple(rules),
        warnings=warnings,
    )  # fmt: skip


def tables(*pages: Page) -> tuple[Table, ...]:
    return laid_to_tables(page_to_laid(page, DOCUMENT) for page in pages)


def only_table(*pages: Page) -> Table:
    (table,) = tables(*pages)
    return table


def texts(table: Table) -> dict[tuple[int, int], str]:
    return {(cell.row, cell.col): cell.text for cell in table.cells}


def heading(table: Table) -> list[str]:
    return [cell.text for cell in table.heading]


def cell_at(table: Table, row: int, col: int) -> Cell:
    (cell,) = (cell for cell in table.cells if (cell.row, cell.col) == (row, col))
    return cell


def span(cell: Cell) -> tuple[int, int, int, int]:
    return cell.row, cell.col, cell.row_span, cell.col_span
