"""One document's lines to one chunk of lines per form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.clean import TextLine, label_key, line_to_pieces
from extract.delimited import is_delimited
from extract.layout import Layout, layouts, title_layout

_TITLE_CHARS = 30  # a longer line above a form is prose
_SAME_HEADING = 3  # filled lines between two printings of one heading: year and unit
_OPENING_LABELS = 3  # labels that prose below a page heading will not hold by chance
_LONG_LABEL = 4  # characters; shorter labels stand in prose too
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
    """Cut a document where forms begin: at a title that a form's first labels follow, or at a 项目名称 without a title.

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
    starts: set[int] = set()
    claimed: set[int] = set()
    titles = form_titles(lines)
    for title, following in pairwise([*titles, len(lines)]):
        name = _nearest_name(lines, title, names)
        if name is not None and name not in claimed:
            claimed.add(name)
            starts.add(_page_top(lines, title, name) if name < title else title)
        elif opens_form(lines[title:following]):
            starts.add(title)
            claimed.update(_late_name(lines[title:following], title, names))
    untitled = {_above_name(lines, name) for name in set(names) - claimed}
    return without_page_headings(lines, sorted(starts | untitled))


def _late_name(lines: Sequence[TextLine], title: int, names: Sequence[int]) -> set[int]:
    """The 项目名称 that an exporter put far below the title at ``lines[0]``, unless a form of its own begins there."""
    own = next((name for name in names if title < name < title + len(lines)), None)
    if own is None:
        return set()
    above, below = (printed_openings(part) for part in (lines[: own - title], lines[own - title :]))
    return set() if len(above & below) >= _OPENING_LABELS else {own}


def without_page_headings(lines: Sequence[TextLine], starts: Sequence[int]) -> list[int]:
    """Starts less those of pages that print title and 项目名称 again in the middle of a form.

    There the form above has no total yet, and what follows names the same project or has neither money nor goals.
    """
    kept: list[int] = []
    for start, following in pairwise([*starts, len(lines)]):
        above = lines[kept[-1] : start] if kept else ()
        if not (above and is_unfinished(above) and goes_on(above, lines[start:following])):
            kept.append(start)
    return kept


def goes_on(above: Sequence[TextLine], below: Sequence[TextLine]) -> bool:
    """Whether a page repeats the heading of the form above: the same project, or no opening of its own."""
    first, second = (
        next((label_key(line.text) for line in part if names_project(line)), "") for part in (above, below)
    )
    return (first == second != "") or (has_opening(above) and not has_opening(below))


def is_unfinished(lines: Sequence[TextLine]) -> bool:
    """Whether a self-evaluation has begun, and has no total or grade yet."""
    closing = {label for layout in layouts() for label in layout.total | layout.grade if len(label) > 1}
    closed = any(label_key(line.text).lstrip("|").startswith(tuple(closing)) for line in lines)
    evaluation = any(
        layout.form_type == "self_evaluation" for line in lines if (layout := line_title(line)) is not None
    )
    return evaluation and not closed


def has_opening(lines: Sequence[TextLine]) -> bool:
    """Whether headings of the money block or of the goals stand in these lines."""
    text = "".join(label_key(line.text) for line in lines)
    return any(
        label in text for layout in layouts() for label in (*layout.fund_columns, *layout.goals) if len(label) > 3
    )


def _above_name(lines: Sequence[TextLine], name: int) -> int:
    """A form without a known title begins with the few short lines above its 项目名称: its own title, the year."""
    begin = name
    for number in range(name - 1, max(-1, name - 1 - _SAME_HEADING), -1):
        line = lines[number]
        if len(line.text) > _TITLE_CHARS or is_delimited(line) or line.page_break:
            break
        if line.text.strip():
            begin = number
    return begin


def form_titles(lines: Sequence[TextLine]) -> list[int]:
    """Lines that hold a title; of a heading printed twice in a row, the first."""
    titles: list[int] = []
    for number, line in enumerate(lines):
        if line_title(line) is not None and not (titles and filled_between(lines, titles[-1], number) <= _SAME_HEADING):
            titles.append(number)
    return titles


def opens_form(lines: Sequence[TextLine]) -> bool:
    """Whether labels of a form's opening follow a title; below a page heading the table just goes on.

    For exporters that cut 项目名称 to pieces.
    """
    printed = printed_openings(lines)
    return any(len(printed & opening_labels(layout)) >= _OPENING_LABELS for layout in layouts())


def printed_openings(lines: Sequence[TextLine]) -> set[str]:
    """Opening labels of any layout that these lines hold."""
    text = "".join(label_key(line.text) for line in lines)
    return {label for layout in layouts() for label in opening_labels(layout) if label in text}


def opening_labels(layout: Layout) -> set[str]:
    """Labels that stand above the indicator table only."""
    return {key for key in (*layout.fields, *layout.fund_columns, *layout.goals) if len(key) >= _LONG_LABEL}


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
