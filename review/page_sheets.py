"""What is laid on the left of a form: pages with boxes around cells, and the lines of text files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from django.urls import reverse

from domain.errors import UnreadableDocument
from domain.form import Field, FieldState, Form, field_to_words, path_to_place, walk
from domain.source import Box, Source
from review.blobs import blob_path
from review.form_table import form_to_leads
from review.forms import is_doubtful
from review.house import the_house
from review.models import Document
from review.pictures import picture_version

TEXT_KIND = "文本"  # as the house calls documents that have lines to show
ALL_PAGES = 40  # a document of no more pages is shown whole; of a longer one, what lies around the form
AROUND_PAGES = 2
AROUND_LINES = 3
MOST_LINES = 400  # of one form; a form flattened into text has forty
LINE_CHARS = 3000  # of one line: a whole form in one line is shown to its end
ROW_MARKS = ("level3", "target", "weight", "score", "initial_budget", "executed", "item")  # seldom merged over rows
UNKNOWN_SIZE = (1240, 1754)  # pixels, of a page that was not read: A4 at 150 dots an inch
_LINE_END = re.compile(r"\r\n|\r|\n")  # as editors number lines; other breaks occur within forms


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxView:
    """A cell on a page, in pixels of the upright page. ``key`` is how table and finding call the cell."""

    key: str
    x: float
    y: float
    width: float
    height: float
    label: str
    is_cited: bool
    is_doubtful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """An area stamped or written over."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page to be shown. ``is_own``: of the form at hand, not of one the finding compares it with."""

    name: str
    number: int
    pages: int
    url: str
    width: int
    height: int
    boxes: tuple[BoxView, ...]
    seals: tuple[Seal, ...]
    warnings: tuple[str, ...]
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """A line of a text file, counted from 1; ``keys`` are the cells read from it."""

    number: int
    text: str
    is_cut: bool
    is_cited: bool
    keys: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextView:
    """The lines of a text file around a form."""

    name: str
    lines: tuple[LineView, ...]
    total: int
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A cell and where it stands. ``key`` as in ``BoxView``."""

    key: str
    label: str
    sources: tuple[Source, ...]
    is_cited: bool
    is_doubtful: bool


def form_to_places(form: Form, *, cited: Collection[str], prefix: str = "", only_cited: bool = False) -> list[Place]:
    """The printed cells of a form; ``cited`` are fields, ``prefix`` tells other forms' cells apart."""
    leads = form_to_leads(form)
    fields = dict(walk(form))
    cells = {leads[path] for path in cited if path in leads}
    places = (
        _place(path, field, sources=field.sources or _blank_sources(path, fields), cited=cells, prefix=prefix)
        for path, field in fields.items()
        if leads[path] == path and (path in cells or not only_cited)
    )
    return [place for place in places if place.sources]


def _blank_sources(path: str, fields: Mapping[str, Field]) -> tuple[Source, ...]:
    """Where an empty cell of a table on paper is: as high as its row, as wide as its column in the nearest row."""
    block, place, column = path_to_place(path)
    if fields[path].state is FieldState.MISSING or not block:
        return ()
    beside = (fields[f"{block}[{place}].{name}"] for name in ROW_MARKS if f"{block}[{place}].{name}" in fields)
    rows = sorted(range(len(fields)), key=lambda row: abs(row - place))
    above = (fields[f"{block}[{row}].{column}"] for row in rows if f"{block}[{row}].{column}" in fields)
    side = next(filter(None, map(_boxed, beside)), None)
    top = next((each for each in map(_boxed, above) if each and side and each.page == side.page), None)
    if side is None or top is None or side.box is None or top.box is None:
        return ()
    box = Box(x0=top.box.x0, x1=top.box.x1, y0=side.box.y0, y1=side.box.y1)
    return (replace(side, box=box),)


def _boxed(field: Field) -> Source | None:
    return field.sources[0] if len(field.sources) == 1 and field.sources[0].box is not None else None


def _place(path: str, field: Field, *, sources: tuple[Source, ...], cited: Collection[str], prefix: str) -> Place:
    return Place(
        key=prefix + path,
        label=f"{field_to_words(path)}：{field.text or '（空）'}"[:200],
        sources=sources,
        is_cited=path in cited,
        is_doubtful=is_doubtful(field),
    )


def document_to_sheets(
    document: Document, places: Sequence[Place], *, pages: Iterable[int], is_own: bool
) -> tuple[Sheet, ...]:
    """The pages of a document with the cells that stand on them; ``pages`` are those of the form."""
    wanted = _pages_shown(len(document.page_notes), {*pages, *_cited_pages(places)}, is_own=is_own)
    version = picture_version(document)
    return tuple(
        Sheet(
            name=PurePosixPath(document.path).name,
            number=note["number"],
            pages=len(document.page_notes),
            url=f"{reverse('page_picture', args=[document.project_id, document.pk, note['number']])}?v={version}",
            width=note["width"] or UNKNOWN_SIZE[0],
            height=note["height"] or UNKNOWN_SIZE[1],
            boxes=tuple(_boxes(places, note["number"])),
            seals=tuple(_seal(mark["box"]) for mark in note.get("marks", ())),
            warnings=tuple(filter(None, (note["reason"], *note["warnings"]))),
            is_own=is_own,
        )
        for note in document.page_notes
        if note["number"] in wanted
    )


def _cited_pages(places: Iterable[Place]) -> set[int]:
    return {source.page for place in places if place.is_cited for source in place.sources if source.page is not None}


def _pages_shown(count: int, pages: set[int], *, is_own: bool) -> Collection[int]:
    if is_own and count <= ALL_PAGES:
        return range(1, count + 1)
    around = AROUND_PAGES if is_own else 0
    return {page + step for page in pages or {1} for step in range(-around, around + 1)}


def _boxes(places: Iterable[Place], page: int) -> Iterable[BoxView]:
    for place in places:
        for box in dict.fromkeys(source.box for source in place.sources if source.page == page):
            if box is not None:
                yield _box(place, box)


def _box(place: Place, box: Box) -> BoxView:
    return BoxView(
        key=place.key,
        x=round(box.x0, 1),
        y=round(box.y0, 1),
        width=round(box.x1 - box.x0, 1),
        height=round(box.y1 - box.y0, 1),
        label=place.label,
        is_cited=place.is_cited,
        is_doubtful=place.is_doubtful,
    )


def _seal(box: Mapping[str, Any]) -> Seal:
    return Seal(x=box["x0"], y=box["y0"], width=box["x1"] - box["x0"], height=box["y1"] - box["y0"])


def document_to_text(document: Document, places: Sequence[Place], *, is_own: bool) -> TextView | None:
    """The lines of a text file from the first to the last that the cells were read from; None for other documents."""
    if document.kind != TEXT_KIND:
        return None
    try:
        lines = _document_lines(document.parts[0])
    except (OSError, UnreadableDocument):
        return None
    by_line: dict[int, list[Place]] = {}
    for place in places:
        for number in {source.line for source in place.sources if source.line is not None}:
            by_line.setdefault(number, []).append(place)
    numbers = _lines_shown(by_line, len(lines))
    return TextView(
        name=PurePosixPath(document.path).name,
        lines=tuple(_line(number, lines[number - 1], by_line.get(number, ())) for number in numbers),
        total=len(lines),
        is_own=is_own,
    )


@lru_cache(maxsize=4)
def _document_lines(sha256: str) -> tuple[str, ...]:
    return tuple(_LINE_END.split(the_house().reading.document_text(blob_path(sha256))))


def _lines_shown(by_line: Mapping[int, Sequence[Place]], total: int) -> range:
    """All lines of the form; of a form spread over very many, those around what the finding cites."""
    first, last = min(by_line, default=1), max(by_line, default=1)
    if last - first > MOST_LINES:
        cited = [number for number, places in by_line.items() if any(place.is_cited for place in places)]
        first = max(first, min(cited, default=first) - MOST_LINES // 2)
        last = min(last, first + MOST_LINES)
    return range(max(1, first - AROUND_LINES), min(total, last + AROUND_LINES) + 1)


def _line(number: int, text: str, places: Sequence[Place]) -> LineView:
    return LineView(
        number=number,
        text=text[:LINE_CHARS],
        is_cut=len(text) > LINE_CHARS,
        is_cited=any(place.is_cited for place in places),
        keys=" ".join(place.key for place in places),
    )
