"""Tab- or pipe-separated lines to table rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.source import Document, Reader, Source
from domain.table import Cell, Table
from extract.clean import TextLine, clean_text, line_to_pieces, unwrap

READER = Reader(name="text", version="1")
_NEXT_LABEL = re.compile(r"\s+(?=[^\s:：]{2,12}[:：])")  # several labels in one heading line
_RULER = re.compile(r"^[\s|:+=-]+$")  # |---|:---:| under a Markdown heading


def is_delimited(line: TextLine) -> bool:
    """A line with cell separators."""
    return "\t" in line.text or line.text.count("|") >= 2 or line.text.count("｜") >= 2


def line_to_texts(line: TextLine) -> tuple[str, ...]:
    """One line to its cells; empty cells stay, the outer pipes of a Markdown row go."""
    text = line.text
    if not is_delimited(line):
        return (clean_text(text).strip(),)
    if "\t" in text:
        return tuple(clean_text(piece).strip() for piece in text.split("\t"))
    pieces = text.replace("｜", "|").split("|")
    if not pieces[0].strip():
        pieces = pieces[1:]
    if pieces and not pieces[-1].strip():
        pieces = pieces[:-1]
    return tuple(clean_text(piece).strip() for piece in pieces)


def is_ruler(text: str) -> bool:
    """The line under a Markdown heading; a row of single dashes is a row."""
    return bool(_RULER.match(text)) and ("|" in text or "---" in text)


def line_to_source(line: TextLine, document: Document) -> Source:
    """Provenance of text input: the line number."""
    return Source(document=document, reader=READER, line=line.number)


def lines_to_table(lines: Sequence[TextLine], *, index: int, heading: Sequence[TextLine], document: Document) -> Table:
    """Delimited lines to a table, row by row; a line without separators is a row of one cell."""
    kept = [line for line in lines if line.text.strip() and not is_ruler(line.text)]
    cells = [
        Cell(row=row, col=col, text=unwrap(text), sources=(line_to_source(line, document),))
        for row, line in enumerate(kept)
        for col, text in enumerate(line_to_texts(line))
    ]
    return Table(index=index, cells=tuple(cells), heading=heading_cells(heading, document))


def heading_cells(lines: Sequence[TextLine], document: Document) -> tuple[Cell, ...]:
    """Title, year and unit lines above a table, a cell for every piece between separators and block tags."""
    pieces = [(part, line) for line in lines for piece in line_to_pieces(line) for part in _NEXT_LABEL.split(piece)]
    return tuple(
        Cell(row=row, col=0, text=unwrap(piece), sources=(line_to_source(line, document),))
        for row, (piece, line) in enumerate(pieces)
    )
