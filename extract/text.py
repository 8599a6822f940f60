"""Garbled text to tables: one table per form, whichever way the exporter flattened it."""

from __future__ import annotations

from domain.source import Document
from domain.table import Table
from extract.clean import text_to_lines
from extract.delimited import is_delimited, lines_to_table
from extract.layout import Layout, layouts
from extract.split import Chunk, names_project, split_forms
from extract.stream import stream_to_table


def text_to_tables(text: str, document: Document) -> tuple[Table, ...]:
    """A text document to tables with line numbers as sources. Chunks without any form come along as plain rows."""
    chunks = split_forms(text_to_lines(text))
    return tuple(chunk_to_table(chunk, document, index=index) for index, chunk in enumerate(chunks, start=1))


def chunk_to_table(chunk: Chunk, document: Document, *, index: int) -> Table:
    """One form's lines to a table, by the reader that suits them."""
    if is_mostly_delimited(chunk) or not holds_form(chunk):
        return lines_to_table(chunk.body, index=index, heading=chunk.heading, document=document)
    layout = chunk.layout or likely_layout(chunk)
    return stream_to_table(chunk, layout, document, index=index)


def holds_form(chunk: Chunk) -> bool:
    """Whether a chunk has a title or a 项目名称: prose before and between forms has neither."""
    return chunk.layout is not None or any(names_project(line) for line in chunk.body)


def likely_layout(chunk: Chunk) -> Layout:
    """The layout whose labels a chunk without title holds most."""
    text = "".join("".join(line.text.split()) for line in chunk.body)

    def labels_met(layout: Layout) -> int:
        return sum(label in text for label in (*layout.fields, *layout.indicator_columns))

    return max(layouts(), key=labels_met)


def is_mostly_delimited(chunk: Chunk) -> bool:
    """Whether the form kept its cell separators."""
    filled = [line for line in chunk.body if line.text.strip()]
    return sum(is_delimited(line) for line in filled) * 2 > len(filled)
