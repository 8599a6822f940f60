"""pages.jsonl: for every page of paper its size, its marks, the lines outside its tables, and the way to the scan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.page import Mark, Warp
from domain.table import Cell
from fuhe.page_notes import PageNote
from fuhe.pipeline import Reading
from fuhe.records import box_to_record


def reading_to_page_records(reading: Reading) -> Iterator[dict[str, object]]:
    """One record a page. Boxes are in pixels of the upright page, as in tables.jsonl."""
    lines: dict[int | None, list[Cell]] = {}
    for line in (line for table in reading.tables for line in table.heading):
        for page in {source.page for source in line.sources}:
            lines.setdefault(page, []).append(line)
    for note in reading.pages:
        yield note_to_record(note, reading.document.path, lines=lines.get(note.number, ()))


def note_to_record(note: PageNote, source: str, *, lines: Sequence[Cell]) -> dict[str, object]:
    """One page with the lines of text that stand outside its tables."""
    return {
        "source": source,
        "page": note.number,
        "state": note.state.value,
        "width": note.width,
        "height": note.height,
        "scan": {"width": note.scan_width, "height": note.scan_height},
        "warp": warp_to_record(note.warp),
        "marks": marks_to_records(note.marks),
        "lines": [_line_to_record(line, note.number) for line in lines],
    }


def marks_to_records(marks: Sequence[Mark]) -> list[dict[str, object]]:
    """Seals and strokes of coloured ink with their boxes."""
    return [{"kind": mark.kind, "box": box_to_record(mark.box)} for mark in marks]


def warp_to_record(warp: Warp) -> dict[str, object] | None:
    """The mesh that leads to the scan (domain.page.Warp); None where page and scan are the same."""
    points = [[round(x, 1), round(y, 1)] for x, y in warp.points]
    return {"step": warp.step, "columns": warp.columns, "points": points} if points else None


def record_to_warp(record: dict[str, object] | None) -> Warp:
    """The mesh from a record of pages.jsonl."""
    if record is None:
        return Warp()
    step, columns, points = record["step"], record["columns"], record["points"]
    assert isinstance(step, float | int) and isinstance(columns, int) and isinstance(points, list)
    return Warp.through(((float(x), float(y)) for x, y in points), step=float(step), columns=columns)


def _line_to_record(line: Cell, page: int) -> dict[str, object]:
    boxes = (source.box for source in line.sources if source.page == page)
    return {
        "text": line.text,
        "box": box_to_record(next(boxes, None)),
        "confidence": round(line.confidence, 3),
    }
