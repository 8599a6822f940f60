"""One document's lines to one chunk of lines per form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.clean import TextLine, label_key, line_to_pieces
from extract.layout import Layout, layouts, title_layout

_NEAR_LINES = 12  # a form's title stands within this many filled lines of its 项目名称, measured on exports seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """The lines of one form: what stands above the first label, and the rest. ``layout`` is None without a title."""

    layout: Layout | None
    heading: tuple[TextLine, ...]
    body: tuple[TextLine, ...]


def line_title(line: TextLine) -> Layout | None:
    """The layout whose title a line holds, or None."""
    if "表" not in line.text:
        return None
    return next((layout for piece in line_to_pieces(line) if (layout := title_layout(piece)) is not None), None)


def names_project(line: TextLine) -> bool:
    """True for a line that begins with the label 项目名称 (with or without its value)."""
    head = label_key(line.text).lstrip("|｜")[:12]
    return "名称" in head and any(head.startswith(label) for layout in layouts() for label in _name_labels(layout))


def _name_labels(layout: Layout) -> list[str]:
    return [label for label, field in layout.fields.items() if field == "project_name"]


def split_forms(lines: Sequence[TextLine]) -> tuple[Chunk, ...]:
    """Cut a document where forms begin: at a title near a 项目名称, or at a second 项目名称 without a title.

    Lines before the first form make a chunk of their own without layout, so that nothing is lost.
    """
    starts = form_starts(lines)
    if not starts:
        return (Chunk(layout=None, heading=(), body=tuple(lines)),)
    bounds = [*starts, len(lines)]
    chunks = [lines_to_chunk(lines[begin:end]) for begin, end in pairwise(bounds)]
    before = [line for line in lines[: starts[0]] if line.text.strip()]
    return (Chunk(layout=None, heading=(), body=tuple(before)), *chunks) if before else tuple(chunks)


def form_starts(lines: Sequence[TextLine]) -> list[int]:
    """Indices of the lines at which forms begin."""
    names = [number for number, line in enumerate(lines) if names_project(line)]
    titles = [number for number, line in enumerate(lines) if line_title(line) is not None]
    claimed: dict[int, int] = {}  # 项目名称 -> its title; a heading printed twice gives way to the later one
    for title in titles:
        name = _nearest_name(lines, title, names)
        if name is not None:
            claimed[name] = min(title, claimed.get(name, title)) if _adjacent(lines, title, claimed, name) else title
    starts = {_page_top(lines, title, name) if name < title else title for name, title in claimed.items()}
    starts |= {name for name in names if name not in claimed}
    return sorted(starts)


def _adjacent(lines: Sequence[TextLine], title: int, claimed: dict[int, int], name: int) -> bool:
    return name in claimed and filled_between(lines, claimed[name], title) <= 3


def filled_between(lines: Sequence[TextLine], begin: int, end: int) -> int:
    """How many filled lines stand between two line indices."""
    low, high = min(begin, end), max(begin, end)
    return sum(bool(line.text.strip()) for line in lines[low + 1 : high])


def _nearest_name(lines: Sequence[TextLine], title: int, names: Sequence[int]) -> int | None:
    after = next((name for name in names if name >= title), None)
    if after is not None and filled_between(lines, title, after) <= _NEAR_LINES:
        return after
    before = next((name for name in reversed(names) if name < title), None)
    if before is not None and not any(line.page_break for line in lines[before + 1 : title + 1]):
        return before
    return None


def _page_top(lines: Sequence[TextLine], title: int, name: int) -> int:
    """Exporters that print the label column first put 项目名称 above the title: the form begins with the page."""
    for number in range(min(title, name), 0, -1):
        if lines[number].page_break:
            return number
    return 0


def lines_to_chunk(lines: Sequence[TextLine]) -> Chunk:
    """Heading lines (up to the first 项目名称) and body of one form."""
    layout = next((found for line in lines if (found := line_title(line)) is not None), None)
    name = next((number for number, line in enumerate(lines) if names_project(line)), 0)
    return Chunk(layout=layout, heading=tuple(lines[:name]), body=tuple(lines[name:]))
