"""A table in the text forms people hand in: pasted from Word, Markdown pipes, laid out by columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from domain.table import Cell, Table

COLUMN_GAP = 2  # blanks between columns, as PDF converters leave them


def table_to_grid(table: Table) -> list[list[str]]:
    """Every place of the grid; a merged cell speaks at its first place and is empty at the others."""
    rows = max(cell.row + cell.row_span for cell in table.cells)
    columns = max(cell.col + cell.col_span for cell in table.cells)
    grid = [[""] * columns for _ in range(rows)]
    for cell in table.cells:
        grid[cell.row][cell.col] = cell.text
    return grid


def table_to_tabs(table: Table) -> str:
    """Copied from Word: cells tab-separated, a row a line, places swallowed by a merged cell left empty."""
    return _text(table, [row for row in table_to_grid(table)])


def table_to_short_tabs(table: Table) -> str:
    """The same with swallowed places left out, so that rows differ in length."""
    rows: dict[int, list[Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, []).append(cell)
    return _text(table, [[cell.text for cell in rows[row]] for row in sorted(rows)])


def table_to_pipes(table: Table) -> str:
    """A Markdown pipe table."""
    grid = table_to_grid(table)
    lines = ["| " + " | ".join(row) + " |" for row in grid]
    lines.insert(1, "|" + " --- |" * len(grid[0]))
    return "\n".join((*(cell.text for cell in table.heading), "", *lines)) + "\n"


def table_to_columns(table: Table, widths: Sequence[int]) -> str:
    """As PDF converters lay out a page: text wrapped in columns of ``widths`` places, merged cells centred."""
    columns = max(cell.col + cell.col_span for cell in table.cells)
    starts = [sum(widths[:col]) + col * COLUMN_GAP for col in range(columns + 1)]
    wrapped = {cell: _wrap(cell.text, _room(cell, starts)) for cell in table.cells}
    heights: dict[int, int] = {}
    for cell, lines in wrapped.items():
        if cell.row_span == 1:
            heights[cell.row] = max(heights.get(cell.row, 1), len(lines))
    tops = [sum(heights.get(row, 1) for row in range(last)) for last in range(max(heights) + 2)]
    page: list[list[tuple[int, str]]] = [[] for _ in range(tops[-1])]
    for cell, lines in wrapped.items():
        bottom = tops[min(cell.row + cell.row_span, len(tops) - 1)]
        top = tops[cell.row] + max(0, bottom - tops[cell.row] - len(lines)) // 2
        for down, line in enumerate(lines[: len(page) - top]):
            page[top + down].append((starts[cell.col], line))
    return "\n".join((*(cell.text for cell in table.heading), *map(_place_line, page))) + "\n"


def _room(cell: Cell, starts: Sequence[int]) -> int:
    return starts[cell.col + cell.col_span] - starts[cell.col] - COLUMN_GAP


def _wrap(text: str, room: int) -> list[str]:
    lines = [""]
    for mark in text:
        if _breadth(lines[-1] + mark) > room and lines[-1]:
            lines.append("")
        lines[-1] += mark
    return lines


def _breadth(text: str) -> int:
    """Places a text takes: Chinese characters and full-width marks take two."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def _place_line(pieces: Sequence[tuple[int, str]]) -> str:
    line = ""
    for start, text in sorted(pieces):
        line += " " * max(1 if line and text else 0, start - _breadth(line)) + text
    return line.rstrip()


def _text(table: Table, rows: Sequence[Sequence[str]]) -> str:
    lines = [cell.text for cell in table.heading]
    return "\n".join((*lines, *("\t".join(row) for row in rows))) + "\n"
