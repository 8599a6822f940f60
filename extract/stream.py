"""Flattened text to a table: sections found by their labels, the indicator rows decoded, all written as a grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from domain.source import Document, Source
from domain.table import Cell, Table
from extract.bands import decode_bands
from extract.clean import TextLine, label_key, unwrap
from extract.columns import decode_layout
from extract.decode import decode_rows
from extract.delimited import READER, heading_cells
from extract.fragments import Fragment, keeps_layout, lines_to_fragments
from extract.groups import Levels, nested_levels, place_levels
from extract.header import find_unit, is_decoration
from extract.headings import ANYWHERE, COLUMN_SLACK, HEADING_SLACK, Found, cells_come_whole, find_labels, points_below
from extract.layout import Layout, Synonyms
from extract.leftover import lost_text
from extract.nest import stands_behind
from extract.placing import COLUMNS, Decoded, PageHints, Sums
from extract.prose import Entry, fragments_to_goals, fragments_to_labelled
from extract.purse import sheet_to_funds
from extract.scattered import is_strewn, read_scattered
from extract.sheet import sheet_to_goals, sheet_to_labelled
from extract.split import Chunk
from extract.totals import Closing, FundLine, find_closing, fragments_to_funds

Goals = tuple[tuple[Fragment, ...], tuple[Fragment, ...]]
_LABEL_WIDTH = 24  # display columns; a wider text that names a unit is no label
# Share of cells right, measured by bench/flatten.py on forms whose sums close, are not known, and do not close.
_CLOSED_SUMS, _UNKNOWN_SUMS, _OPEN_SUMS = 0.95, 0.85, 0.4
_HEADING_LINES, _HANGING_LINES = 4, 3  # title, year, unit of money and one more; a project's name that wraps
_HEADING_REACH = 2  # lines between the headings of the money block: some are wrapped
_TALL_REACH = 4  # lines between the pieces of a label beside tall neighbours, where columns are told by place
_NEAR_LINES = 12  # the pieces of one table header stand within this many lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Fragments of one form by section, labels of the table header and level names taken out."""

    header: tuple[Fragment, ...]
    funds: tuple[Fragment, ...]
    goals: tuple[Fragment, ...]
    body: tuple[Fragment, ...]
    levels: tuple[Found, ...]
    every: tuple[Fragment, ...]
    closing: Closing
    columns: tuple[str, ...]
    page: PageHints = field(default_factory=PageHints)
    kept: bool = False


def stream_to_table(chunk: Chunk, layout: Layout, document: Document, *, index: int) -> Table:
    """One flattened form as a grid with a heading row for every section."""
    parts = cut_parts(chunk_to_fragments(chunk, layout), layout)
    funds = read_funds(parts, layout)
    sums = expected_sums(funds, parts.closing)
    decoded, levels, warnings = read_rows(parts, sums, layout)
    writer = GridWriter(document)
    for name, pieces in read_labelled(parts, layout):
        writer.row([(name, ()), (_text(pieces), pieces)])
    _write_funds(writer, funds, layout)
    _write_goals(writer, read_goals(parts, layout), layout)
    _write_indicators(writer, decoded, levels, layout=layout, confidence=reading_confidence(decoded, sums))
    _write_closing(writer, parts.closing, layout)
    warnings = (*(() if decoded.closes or not parts.body else (doubt(sums),)), *warnings)
    told = "\n".join(label_key(cell.text) for cell in writer.cells)
    lost = lost_text(parts.every, writer.written, told, layout=layout)
    warnings += (f"以下文字未能归入任何栏目，请对照原件核对：{lost}",) if lost else ()
    heading = heading_cells(chunk.heading or first_lines(chunk, layout), document)
    return Table(index=index, cells=tuple(writer.cells), heading=heading, warnings=warnings)


def first_lines(chunk: Chunk, layout: Layout) -> list[TextLine]:
    """Title and year of a form whose first label the exporter cut to pieces: they stand in its first lines."""
    opening = {name[:2] for name in layout.fields}
    lines: list[TextLine] = []
    for line in [line for line in chunk.body if line.text.strip()][:_HEADING_LINES]:
        if label_key(line.text)[:2] in opening and not is_decoration(line.text, layout):
            break
        lines.append(line)
    return lines


def read_funds(parts: Parts, layout: Layout) -> tuple[FundLine, ...]:
    """The money block, by place where the exporter kept it, else in reading order."""
    unit = unit_label(parts, layout)
    placed = sheet_to_funds(parts.funds, layout, unit=unit) if parts.kept else ()
    return placed or fragments_to_funds(parts.funds, layout, unit=unit)


def read_labelled(parts: Parts, layout: Layout) -> tuple[Entry, ...]:
    """The header's labels and values, by place where the exporter kept it, else in reading order."""
    return sheet_to_labelled(parts.header, layout) if parts.kept else fragments_to_labelled(parts.header, layout)


def read_goals(parts: Parts, layout: Layout) -> Goals:
    """Expected goal and actual completion."""
    return sheet_to_goals(parts.goals, layout) if parts.kept else fragments_to_goals(parts.goals, layout)


def read_rows(parts: Parts, sums: Sums, layout: Layout) -> tuple[Decoded, Levels, tuple[str, ...]]:
    """Indicator rows, their level names and warnings; seats are sought only for a table whose order is lost."""
    ordered = parts.kept or not is_strewn(parts.every, layout)
    decoded = decode_body(parts, sums) if ordered else None
    if not parts.kept and not (decoded and decoded.closes):
        scattered = read_scattered(parts.every, layout, whole=parts.page.whole)
        if scattered:
            return scattered.decoded, scattered.levels, scattered.warnings
    decoded = decoded or decode_body(parts, sums)
    return decoded, read_levels(parts, decoded, layout), ()


def read_levels(parts: Parts, decoded: Decoded, layout: Layout) -> Levels:
    """The level names of every row."""
    if parts.kept:
        return nested_levels(parts.levels, parts.every, decoded, layout=layout)
    return place_levels(parts.levels, parts.every, decoded, layout=layout, whole=parts.page.whole)


def chunk_to_fragments(chunk: Chunk, layout: Layout) -> tuple[Fragment, ...]:
    """The fragments of one form."""
    fragments = lines_to_fragments(chunk.body)
    hanging = hanging_lines(chunk, layout) if keeps_layout(fragments) else ()
    return lines_to_fragments((*hanging, *chunk.body)) if hanging else fragments


def hanging_lines(chunk: Chunk, layout: Layout) -> tuple[TextLine, ...]:
    """Lines above the first label that hold the upper part of its value: the label is centred beside a tall cell."""
    label, *behind = lines_to_fragments(chunk.body[:1]) or (None,)
    if label is None or (behind and label_key(behind[0].text) not in {*layout.fields, *layout.other_fields}):
        return ()
    hanging: list[TextLine] = []
    for line in reversed(chunk.heading[-_HANGING_LINES:]):
        runs = lines_to_fragments([line])
        if not runs or runs[0].x < label.end or any(mark in line.text for mark in ":：表"):
            break
        if is_decoration(line.text, layout):
            break
        hanging.insert(0, line)
    return tuple(hanging)


def decode_body(parts: Parts, sums: Sums) -> Decoded:
    """The indicator rows, by their places where the exporter kept them, else by search."""
    if parts.page.middles:
        decode = decode_bands if parts.every[0].spot is not None else decode_layout
        decoded = decode(parts.body, sums, columns=parts.columns, page=parts.page)
        if decoded.closes or decoded.rows:
            return decoded
    return decode_rows(parts.body, sums, columns=parts.columns, page=parts.page)


def doubt(sums: Sums) -> str:
    """The warning for a table that no reading closes."""
    return (
        "指标行由打散的文字还原，各行分值或得分之和与表中合计不符"
        f"（应为分值 {sums.weights if sums.weights is not None else '未知'}、"
        f"得分 {sums.scores if sums.scores is not None else '未知'}），请对照原件核对。"
    )


def unit_label(parts: Parts, layout: Layout) -> str:
    """「（万元）」 as it stands above the money block or in its side label, "" where it does not."""
    pieces = (f.text for f in parts.every if f.width < _LABEL_WIDTH)
    labels = find_labels(parts.every, {name for name in layout.side_labels if find_unit(name)}, reach=2)
    return next((text for text in (*(label.name for label in labels), *pieces) if find_unit(text)), "")


def expected_sums(funds: Sequence[FundLine], closing: Closing) -> Sums:
    """Totals of the form less the budget execution line."""
    total = next((line for line in funds if line.weight is not None and line.score is not None), None)
    if total is None:
        return Sums(weights=None, scores=None)
    weights = closing.weight - total.weight if closing.weight is not None and total.weight is not None else None
    scores = closing.score - total.score if closing.score is not None and total.score is not None else None
    return Sums(weights=weights, scores=scores)


def cut_parts(fragments: Sequence[Fragment], layout: Layout) -> Parts:
    """Sections by the first label of each; level names may stand anywhere and are gathered from the whole page."""
    head = find_table_head(fragments, layout)
    if not head:
        return Parts(header=tuple(fragments), funds=(), goals=(), body=(), levels=(), every=tuple(fragments),
                     closing=Closing(), columns=COLUMNS)  # fmt: skip
    spelled = {at for label in head for at in label.at}
    first, last = min(spelled), max(spelled)
    funds, goals = find_section_starts(fragments[:first], layout)
    closing = find_closing(fragments, last + 1, layout)
    levels = find_levels(fragments, spelled | closing.at, layout, start=funds)
    taken = spelled | closing.at | {at for label in levels for at in label.at}
    columns = {layout.indicator_columns[label.name] for label in head}
    inside = [f for place, f in enumerate(fragments) if place > last and place not in taken]
    return Parts(
        header=tuple(fragments[: min(funds, goals)]),
        funds=tuple(fragments[funds:goals]),
        goals=tuple(f for place, f in enumerate(fragments[:first]) if place >= goals and place not in taken),
        body=tuple(inside),
        levels=tuple(levels),
        every=tuple(fragments),
        closing=closing,
        columns=column_order(head, columns, layout),
        page=page_hints(fragments, inside, head, levels=levels, layout=layout),
        kept=keeps_layout(fragments),
    )


def column_order(head: Sequence[Found], columns: set[str], layout: Layout) -> tuple[str, ...]:
    """Columns from left to right: as the headings follow each other where they stand in one piece, else as usual."""
    usual = tuple(name for name in COLUMNS if name in columns)
    if cells_come_whole(head) is False:
        return usual
    printed = tuple(name for label in head if (name := layout.indicator_columns[label.name]) in usual)
    return printed if set(printed) == set(usual) else usual


def page_hints(
    fragments: Sequence[Fragment],
    body: Sequence[Fragment],
    head: Sequence[Found],
    *,
    levels: Sequence[Found],
    layout: Layout,
) -> PageHints:
    """What labels tell about the order of the page."""
    named = {at for label in levels for at in label.at}
    kept = keeps_layout(fragments)
    middles: dict[str, list[float]] = {}
    for label in head if kept else ():
        pieces = [fragments[at] for at in label.at]
        name = layout.indicator_columns[label.name]
        middles.setdefault(name, []).append(sum(p.middle for p in pieces) / len(pieces))
    return PageHints(
        heads=frozenset(fragment.seq for fragment in body if fragment.seq - 1 in named),
        whole=False if kept else cells_come_whole([*head, *levels]),
        middles={name: found[0] for name, found in middles.items()},
    )


def find_table_head(fragments: Sequence[Fragment], layout: Layout) -> list[Found]:
    """Headings of the indicator table: 三级指标 and its neighbours; empty where they are not found."""
    slack = HEADING_SLACK if keeps_layout(fragments) else ANYWHERE
    labels = find_labels(fragments, layout.indicator_columns.keys(), reach=3, slack=slack)
    for name in (label for label in labels if layout.indicator_columns[label.name] == "level3"):
        line = fragments[name.at[0]].line
        nearest: dict[str, Found] = {}
        for label in sorted(labels, key=lambda found: abs(fragments[found.at[0]].line - line)):
            if abs(fragments[label.at[0]].line - line) <= _NEAR_LINES:
                nearest.setdefault(layout.indicator_columns[label.name], label)
        if len(nearest) >= 3 and "target" in nearest:
            return sorted(nearest.values(), key=lambda found: found.at)
    return []


def slack_of(fragments: Sequence[Fragment]) -> int:
    """How far from one another the pieces of a label may stand in their lines."""
    return COLUMN_SLACK if keeps_layout(fragments) else ANYWHERE


def find_section_starts(fragments: Sequence[Fragment], layout: Layout) -> tuple[int, int]:
    """Indices at which the money block and the goals begin; the end where there is none."""
    end = len(fragments)
    keys = [label_key(fragment.text) for fragment in fragments]
    heads = ("initial_budget", "adjusted_budget")
    funds = next((n for n, key in enumerate(keys) if layout.fund_columns.get(key) in heads), end)
    if keeps_layout(fragments):
        funds = min(funds, fund_heading(fragments, layout))
    goals = next((n for n, key in enumerate(keys) if key in layout.goals and n > (funds if funds < end else -1)), end)
    if keeps_layout(fragments):
        funds, goals = heading_start(fragments, funds, layout), line_start(fragments, goals)
    return min(funds, goals), goals


def fund_heading(fragments: Sequence[Fragment], layout: Layout) -> int:
    """The index of the first heading of the money block that a pattern tells; another must stand near."""
    named = [n for n, f in enumerate(fragments) if layout.fund_column(f.text) is not None]
    near = (one for one, two in pairwise(named) if fragments[two].line - fragments[one].line <= _HEADING_REACH)
    return next(near, len(fragments))


def line_start(fragments: Sequence[Fragment], at: int) -> int:
    """The index at which the line of a fragment begins."""
    return next((n for n, f in enumerate(fragments) if at < len(fragments) and f.line == fragments[at].line), at)


def heading_start(fragments: Sequence[Fragment], at: int, layout: Layout) -> int:
    """The index at which the money block's heading begins: its line, or one above with nothing but pieces of headings
    and side labels (执行 over 率).
    """
    start = line_start(fragments, at)
    while 0 < start < len(fragments):
        above = [f for f in fragments[:start] if f.line == fragments[start - 1].line]
        if not all(_is_heading_piece(f, layout) for f in above):
            break
        start -= len(above)
    return start


def _is_heading_piece(fragment: Fragment, layout: Layout) -> bool:
    key = label_key(fragment.text)
    names = (*layout.fund_columns, *layout.side_labels, *layout.goals)
    return any(key in name for name in names) and key not in layout.fields


def find_levels(fragments: Sequence[Fragment], taken: set[int], layout: Layout, *, start: int) -> list[Found]:
    """Level names anywhere below the money block that other labels do not claim."""
    names = layout.group_names
    slack = slack_of(fragments)
    if slack != ANYWHERE:
        found = [points_below(label, fragments) for label in find_labels(
            fragments, names, reach=_TALL_REACH, slack=slack, taken=taken)]  # fmt: skip
        found = [label for label in found if not stands_behind(label, found, fragments, layout)]
    else:
        found = find_labels(fragments, names, reach=2)
    return [label for label in found if label.at[0] >= start and not taken.intersection(label.at)]


def _text(pieces: Sequence[Fragment]) -> str:
    """Fragments of one cell as one text; a space only inside a line, where Latin words or figures would touch."""
    lines: dict[int, list[str]] = {}
    for piece in pieces:
        lines.setdefault(piece.line, []).append(piece.text)
    return "".join(unwrap(" ".join(texts)) for texts in lines.values())


class GridWriter:
    """Collects rows of (text, fragments it came from) as cells."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.cells: list[Cell] = []
        self.rows = 0
        self.written: set[int] = set()

    def row(self, entries: Sequence[tuple[str, Sequence[Fragment]]], *, confidence: float = 1.0) -> None:
        """One more row; labels written by us have no source."""
        for col, (text, pieces) in enumerate(entries):
            self.written |= {piece.seq for piece in pieces}
            lines = dict.fromkeys(piece.number for piece in pieces)
            sources = tuple(Source(document=self.document, reader=READER, line=line) for line in lines)
            cell = Cell(row=self.rows, col=col, text=text, sources=sources, confidence=confidence)
            self.cells.append(cell)
        self.rows += 1


def _label(synonyms: Synonyms, name: str) -> str:
    return next(label for label, field in synonyms.items() if field == name)


def _write_funds(writer: GridWriter, funds: Sequence[FundLine], layout: Layout) -> None:
    if not funds:
        return
    names = ("initial_budget", "adjusted_budget", "executed", "weight", "execution_rate", "score")
    filled = [place for place in range(len(names)) if any(line.cells[place] for line in funds)]
    writer.row([(funds[0].unit_label, ()), *((_label(layout.fund_columns, names[place]), ()) for place in filled)])
    for line in funds:
        cells = [line.cells[place] for place in filled]
        writer.row([(_text(line.item), line.item), *((_text(cell), cell) for cell in cells)])


def _write_goals(writer: GridWriter, goals: Goals, layout: Layout) -> None:
    goal, actual = goals
    if not goal and not actual:
        return
    writer.row([(_label(layout.goals, "expected_goal"), ()), (_label(layout.goals, "actual_completion"), ())])
    writer.row([(_text(goal), goal), (_text(actual), actual)])


def reading_confidence(decoded: Decoded, sums: Sums) -> float:
    """How sure it is that every fragment went to its cell: sums that close vouch for it, sums that do not speak
    against it.
    """
    if not decoded.closes:
        return _OPEN_SUMS
    return _CLOSED_SUMS if sums.weights is not None and sums.scores is not None else _UNKNOWN_SUMS


def _write_indicators(
    writer: GridWriter, decoded: Decoded, levels: Levels, *, layout: Layout, confidence: float
) -> None:
    columns = [name for name in ("level1", "level2", *COLUMNS) if name in layout.indicator_columns.values()]
    writer.row([(_label(layout.indicator_columns, name), ()) for name in columns])
    for row in range(decoded.rows):
        entries: list[tuple[str, Sequence[Fragment]]] = [levels.first[row], levels.second[row]]
        for name in columns[2:]:
            pieces = [p.fragment for p in decoded.placed if p.row == row and p.column == name]
            entries.append((_text(pieces), pieces))
        writer.row(entries, confidence=confidence)


def _write_closing(writer: GridWriter, closing: Closing, layout: Layout) -> None:
    if closing.weight_text or closing.score_text:
        figures = [(text, closing.pieces) for text in (closing.weight_text, closing.score_text)]
        writer.row([(min(layout.total), ()), *figures])
    if closing.grade:
        writer.row([(min(layout.grade), ()), (closing.grade, closing.pieces)])
