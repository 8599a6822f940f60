"""The tables of a digital PDF by pdfplumber, as its makers set it, as HTML with the spans that its cells have."""

from __future__ import annotations

import io
from collections.abc import Sequence
from html import escape
from typing import Any

NO_TABLE = "<table></table>"
_SAME = 1.0  # points: lines nearer to each other are one, as pdfplumber's own snapping would make of three

Edges = Sequence[float]


def pdf_to_html(content: bytes) -> str:
    """The table of most cells on the first page of a PDF; one without cells where there is none."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(content)) as pdf:
        tables = pdf.pages[0].find_tables()
        if not tables:
            return NO_TABLE
        largest = max(tables, key=lambda table: len(table.cells))
        return _table_to_html(largest)


def _table_to_html(table: Any) -> str:
    columns = _edges([x for x0, _, x1, _ in table.cells for x in (x0, x1)])
    levels = _edges([y for _, y0, _, y1 in table.cells for y in (y0, y1)])
    lines: dict[int, list[str]] = {row: [] for row in range(len(levels) - 1)}
    for box in sorted(table.cells, key=lambda box: (box[1], box[0])):
        x0, y0, x1, y1 = box
        left, right, top, bottom = _at(columns, x0), _at(columns, x1), _at(levels, y0), _at(levels, y1)
        text = escape(table.page.crop(box).extract_text() or "")
        lines[top].append(f'<td rowspan="{bottom - top}" colspan="{right - left}">{text}</td>')
    return f"<table>{''.join(f'<tr>{cells}</tr>' for cells in map(''.join, lines.values()))}</table>"


def _edges(values: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _SAME:
            edges.append(value)
    return edges


def _at(edges: Edges, value: float) -> int:
    return min(range(len(edges)), key=lambda place: abs(edges[place] - value))
