"""Tab- or pipe-separated lines to table rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.source import Document, Reader, Source
from domain.table import Cell, Table
from extract.clean import TextLine, clean_text, line_to_pieces, unwrap

READER = Reader(name="text", version="1")
_NEXT_LABEL = re.compile(r"\s+(?=[^\s:：]{2,12}[:：])")  # several labels in one heading line
_PIPE = re.compile(r"(?<!\\)\|")  # Markdown writes a pipe within a cell with a backslash
_LONGEST_ROW = 50  # lines of one row; the longest reason seen has a dozen
_RULER = re.compile(r"^[\s|:+=-]+$")  # |---|:---:| under a Markdown heading


def is_delimited(line: TextLine) -> bool:
    """A line with cell separators."""
    return "\t" in line.text or len(_PIPE.findall(line.text)) >= 2 or line.text.count("｜") >= 2


def line_to_texts(line: TextLine) -> tuple[str, ...]:
    """One line to its cells; empty cells stay, the outer pipes of a Markdown row go."""
    text = line.text
    if not is_delimited(line):
        return (clean_text(text).strip(),)
    if "\t" in text:
        return tuple(clean_text(_unquoted(piece)).strip() for piece in text.split("\t"))
    pieces = [piece.replace("\\|", "|") for piece in _PIPE.split(text.replace("｜", "|"))]
    if not pieces[0].strip():
        pieces = pieces[1:]
    if pieces and not pieces[-1].strip():
        pieces = pieces[:-1]
    return tuple(clean_text(piece).strip() for piece in pieces)


def _unquoted(piece: str) -> str:
    """A cell with line feeds as a spreadsheet copies it, without its quotes; other cells may begin with a quotation."""
    return piece[1:-1].replace('""', '"') if "\n" in piece and piece[:1] == piece[-1:] == '"' else piece


def join_quoted(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines of a row whose quoted cells run over several of them as one; a quotation left open joins nothing."""
    joined: list[TextLine] = []
    place = 0
    while place < len(lines):
        end = _quoted_end(lines, place)
        text = "\n".join(line.text for line in lines[place:end])
        joined.append(replace(lines[place], text=text) if end > place + 1 else lines[place])
        place = end
    return joined


def _quoted_end(lines: Sequence[TextLine], start: int) -> int:
    """The line behind the row that begins at ``start``."""
    end, row_end = start + 1, start + 1
    is_open = _opens(lines[start].text)
    while is_open and end < min(len(lines), start + _LONGEST_ROW):
        first, tab, rest = lines[end].text.partition("\t")
        end += 1
        if first.count('"') % 2:
            if not first.endswith('"'):
                break
            is_open = bool(tab) and _opens(tab + rest)
            row_end = row_end if is_open else end
        elif tab:
            break
    return row_end


def _opens(text: str) -> bool:
    """Whether the last cell begins with a quotation mark that is not closed in this line."""
    _, tab, last = text.rpartition("\t")
    return bool(tab) and last.startswith('"') and last.count('"') % 2 == 1


def is_ruler(text: str) -> bool:
    """The line under a Markdown heading; a row of single dashes is a row."""
    return bool(_RULER.match(text)) and ("|" in text or "---" in text)


def line_to_source(line: TextLine, document: Document) -> Source:
    """Provenance of text input: the line number."""
    return Source(document=document, reader=READER, line=line.number)


def lines_to_table(lines: Sequence[TextLine], *, index: int, heading: Sequence[TextLine], document: Document) -> Table:
    """Delimited lines to a table, row by row; a line without separators is a row of one cell."""
    kept = [line for line in join_quoted(lines) if line.text.strip() and not is_ruler(line.text)]
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
