"""Table rows to indicator rows: columns found again, page breaks undone, level names carried down."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.form import Field, Indicator
from domain.table import Cell
from extract.align import Columns, begins_comparing, best_shift, is_comparator, is_number, pick
from extract.clean import label_key
from extract.fields import BLANK, begins_open, cells_to_field, ends_open
from extract.layout import Layout
from extract.levels import completes, is_piece, level_key, level_rank, split_levels, unglue
from extract.rows import Row, is_gridded, row_end

_MIN_HEADINGS = 3  # fewer headings could stand in any table
_PLACEHOLDER = re.compile(r"(指标\d+)?[:：]?[….*．·]*")
_OTHER = "other"  # and its column, of a heading that names no field
CONTENT = ("level3", "target", "actual", "weight", "score", "deviation_reason")


@dataclass(slots=True)
class Draft:
    """One indicator being put together: the cells of every column, in reading order."""

    cells: dict[str, list[Cell]] = field(default_factory=dict)
    broken: bool = False

    def text(self, name: str) -> str:
        """Text gathered so far in one column."""
        return "".join(cell.text for cell in self.cells.get(name, []))

    def add(self, name: str, cell: Cell) -> None:
        """One more piece of a column."""
        self.cells.setdefault(name, []).append(cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicators:
    """Indicator rows and what was odd about them, in Chinese."""

    rows: tuple[Indicator, ...]
    warnings: tuple[str, ...] = ()


def indicator_columns(row: Row, layout: Layout) -> dict[str, int]:
    """Columns by field name, if this row heads the indicator table; empty otherwise."""
    found: dict[str, int] = {}
    for cell in row.filled:
        name = layout.indicator_column(cell.text)
        if name is not None and (name not in found or _is_beside_level(name, found)):
            found[name] = cell.col
    if "level3" not in found:
        found |= _third_level(row, found)
    enough = len(found) >= _MIN_HEADINGS and "level3" in found and "target" in found
    return found | _other_columns(row, found, layout) if enough else {}


def _is_beside_level(name: str, found: Mapping[str, int]) -> bool:
    """A weight found so far is that of a whole level: the indicator's own stands right of its name."""
    return name == "weight" and "level3" in found and found[name] < found["level3"]


def _other_columns(row: Row, found: Mapping[str, int], layout: Layout) -> dict[str, int]:
    """Columns that no layout knows, 完成率 or 评分标准, and weights of levels: their cells belong to no column beside.

    A heading printed twice side by side is one heading.
    """
    cells = [cell for cell, before in zip(row.filled[1:], row.filled, strict=False) if cell.text != before.text]
    known = set(found.values())
    # a second column of units belongs to the values beside it
    others = [cell for cell in cells if cell.col not in known and layout.indicator_column(cell.text) != "unit"]
    right = [c for c in others if c.col > found["level3"] or layout.indicator_column(c.text) == "weight"]
    return {f"{_OTHER}{cell.col}": cell.col for cell in right}


def _third_level(row: Row, found: Mapping[str, int]) -> dict[str, int]:
    """The column between the second level and the target, whatever a stamp has made of its heading."""
    if not {"level1", "level2", "target"} <= found.keys():
        return {}
    between = [cell.col for cell in row.filled if found["level2"] < cell.col < found["target"]]
    return {"level3": between[0]} if len(between) == 1 else {}


def rows_to_indicators(rows: Sequence[Row], header: Row, layout: Layout) -> Indicators:
    """All rows between the header and the total to indicators, in order."""
    columns, end = indicator_columns(header, layout), row_end(header)
    drafts = [
        _row_to_draft(row, columns, layout, is_whole=row_end(row) == end) for row in rows if not is_placeholder(row)
    ]
    whole = join_broken([draft for draft in drafts if draft.cells], scored="score" in columns, layout=layout)
    carry_levels(whole, layout)
    indicators = tuple(_draft_to_indicator(draft, columns) for draft in whole)
    return Indicators(rows=indicators)


def is_placeholder(row: Row) -> bool:
    """An empty line of the printed form: 「指标2：」, 「……」 and nothing else."""
    return bool(row.filled) and all(_PLACEHOLDER.fullmatch(label_key(cell.text)) for cell in row.filled)


def _fit(picked: Mapping[str, Cell]) -> float:
    """How well picked cells look like their columns: figures in weight and score, words in the name."""
    score = 0.0
    for name in ("weight", "score"):
        if name in picked:
            score += 2.0 if is_number(picked[name].text) else -2.0
    for name in ("level3", "target"):
        if name in picked:
            score += 1.0
    if "level3" in picked and is_number(picked["level3"].text):
        score -= 2.0
    if "actual" in picked:
        score += 0.5
    return score


def _row_to_draft(row: Row, columns: Columns, layout: Layout, *, is_whole: bool) -> Draft:
    content = {name: col for name, col in columns.items() if name not in ("level1", "level2")}
    stands = is_whole and _stands_in_place(row, content, layout)
    shift = 0 if stands else _row_shift(row, content, layout)
    picked = pick(row, content, shift)
    if not stands and not _fills_row(picked, row, content, layout):
        picked = _pick_in_order(row, content, layout) or picked
    draft = Draft(broken=row.broken)
    for name, cell in picked.items():
        if not name.startswith(_OTHER):
            draft.add(name, cell)
    taken = {id(cell) for cell in picked.values()}
    for name in ("target", "actual"):
        for cell in _spread(row, content, name, shift=shift):
            if name in picked and id(cell) not in taken:
                draft.add(name, cell)
                taken.add(id(cell))
    left = [cell for cell in row.filled if id(cell) not in taken]
    _take_levels(left, draft, columns, shift, layout=layout)
    if shift < 0:
        _split_glued(draft, layout)
    return draft


def _spread(row: Row, content: Columns, name: str, *, shift: int) -> list[Cell]:
    """Further cells under one heading: sign, value and unit may each have a cell of their own."""
    if name not in content:
        return []
    begin = content[name]
    end = min((col for col in content.values() if col > begin), default=begin)
    return [cell for cell in row.filled if begin < cell.col - shift < end]


def _row_shift(row: Row, content: Columns, layout: Layout) -> int:
    """A row without the figures its table asks for is a piece of another row: it stands where it stands."""
    if ("weight" in content or "score" in content) and not any(is_number(cell.text) for cell in row.filled):
        return 0
    return best_shift(row, content, fit=_fit, is_label=lambda text: _is_level(text, layout))


def _stands_in_place(row: Row, content: Columns, layout: Layout) -> bool:
    """Whether a row that ends where its header ends has every cell under its heading: an empty mark is no gap then.

    An office file says so itself, if a name stands under its heading; other rows, padded at the end perhaps, have to
    show a name, a target and a weight there.
    """
    picked = pick(row, content, 0)
    if is_gridded(row):
        is_apart = len({id(cell) for cell in picked.values()}) == len(picked)  # borders may be dragged a little
        return is_apart and "level3" in picked and _is_name(picked["level3"].text, layout)
    weighed = "weight" not in content or ("weight" in picked and is_number(picked["weight"].text))
    return weighed and _fills_row(picked, row, content, layout)


def _is_name(text: str, layout: Layout) -> bool:
    """Neither a level nor a value: those stand there in rows that slid."""
    return level_rank(text, layout) is None and not is_number(text) and not begins_comparing(text)


def _is_level(text: str, layout: Layout) -> bool:
    return level_rank(text, layout) is not None or is_piece(text, layout)


def _fills_row(picked: Mapping[str, Cell], row: Row, content: Columns, layout: Layout) -> bool:
    """Name and target found, and nothing but level names left over."""
    taken = {id(cell) for cell in picked.values()}
    left = [cell for cell in row.filled if id(cell) not in taken and not _is_level(cell.text, layout)]
    named = "level3" in picked and level_rank(picked["level3"].text, layout) is None
    return not left and named and "target" in picked


def _pick_in_order(row: Row, content: Columns, layout: Layout) -> dict[str, Cell]:
    """Columns by order alone, where cells stand at odd places: two figures side by side are weight and score.

    Empty where the row does not hold name, target (and actual) in front of them.
    """
    cells = [cell for cell in row.filled if not _is_level(cell.text, layout)]
    if "weight" not in content:
        return dict(zip(("level3", "target"), cells, strict=True)) if len(cells) == 2 else {}
    for place in range(len(cells) - 2, 1, -1):
        if is_number(cells[place].text) and is_number(cells[place + 1].text) and len(cells) - place <= 3:
            front = dict(zip(("level3", "target", "actual"), cells[:place], strict=False))
            back = dict(zip(("weight", "score", "deviation_reason"), cells[place:], strict=False))
            return {**front, **back} if place <= 3 else {}
    return {}


def _take_levels(left: Sequence[Cell], draft: Draft, columns: Columns, shift: int, *, layout: Layout) -> None:
    first, second, rest = split_levels(left, layout)
    if first is not None:
        draft.add("level1", first)
    if second is not None:
        draft.add("level2", second)
    if "level3" not in draft.cells and rest and draft.text("target"):
        draft.add("level3", rest[-1])  # the exporter left the name in a level column
        rest = rest[:-1]
    for cell in rest:
        slot = _level_slot(cell, columns, shift)
        if slot is not None and slot not in draft.cells:
            draft.add(slot, cell)


def _level_slot(cell: Cell, columns: Columns, shift: int) -> str | None:
    for name in ("level2", "level1"):
        if name in columns and cell.col <= columns[name] + shift < cell.col + cell.col_span:
            return name
    return None


def join_broken(drafts: Sequence[Draft], *, scored: bool, layout: Layout) -> list[Draft]:
    """Pieces of rows cut by a page break back to their rows.

    A piece has no figures of its own (or, in a table without figures, no name or no target). It goes on with the row
    above when the break stands before it, opens the row below when the break stands after it, and otherwise
    follows brackets and quotation marks.
    """
    whole: list[Draft] = []
    head: Draft | None = None
    for place, draft in enumerate(drafts):
        below = drafts[place + 1] if place + 1 < len(drafts) else None
        if not is_complete(draft, scored=scored) and not stands_alone(draft, whole[-1] if whole else None, below):
            if whole and (below is None or goes_on_above(draft, whole[-1], below)):
                _append(whole[-1], draft, layout)
            else:
                head = draft if head is None else _merged(head, draft)
            continue
        whole.append(draft if head is None else _merged(head, draft))
        head = None
    if head is not None:
        whole.append(head)
    return whole


def is_complete(draft: Draft, *, scored: bool) -> bool:
    """A row in its own right: it has figures, or (where rows have none) a name and a target."""
    if scored and (draft.text("weight") or draft.text("score")):
        return True
    named = bool(draft.text("level3")) and bool(draft.text("target") or draft.text("actual"))
    return named and not (scored and draft.broken)


def stands_alone(piece: Draft, above: Draft | None, below: Draft | None) -> bool:
    """A name without figures that no page break and no open bracket ties to a neighbour is a row left unfilled."""
    if not piece.text("level3") or piece.broken or (below is not None and below.broken):
        return False
    tied_above = above is not None and (ends_open(above.text("level3")) or begins_open(piece.text("level3")))
    return not tied_above and not ends_open(piece.text("level3"))


def goes_on_above(piece: Draft, above: Draft, below: Draft) -> bool:
    """Whether a piece without figures belongs to the row above it."""
    if piece.broken != below.broken:
        return piece.broken
    names = [name for name in CONTENT if piece.text(name)]
    if any(ends_open(above.text(name)) or begins_open(piece.text(name)) for name in names):
        return True
    return not any(ends_open(piece.text(name)) or begins_open(below.text(name)) for name in names)


def _append(above: Draft, piece: Draft, layout: Layout) -> None:
    for name, cells in piece.cells.items():
        if name in ("level1", "level2") and not _continues_level(above, piece, name, layout):
            continue
        above.cells.setdefault(name, []).extend(cells)


def _continues_level(above: Draft, piece: Draft, name: str, layout: Layout) -> bool:
    return completes(above.text(name), piece.text(name), layout) or level_rank(piece.text(name), layout) is not None


def _merged(head: Draft, draft: Draft) -> Draft:
    names = [*head.cells, *(name for name in draft.cells if name not in head.cells)]
    cells = {name: [*head.cells.get(name, []), *draft.cells.get(name, [])] for name in names}
    return Draft(cells=cells, broken=head.broken)


def carry_levels(drafts: Sequence[Draft], layout: Layout) -> None:
    """Fill empty level cells from the row above; join a level name that a page break cut in two."""
    first: list[Cell] = []
    second: list[Cell] = []
    for draft in drafts:
        _settle_level(draft, "".join(cell.text for cell in first), layout)
        first, new_first = _carried(draft, "level1", first, layout)
        second, _ = _carried(draft, "level2", [] if new_first else second, layout)
        draft.cells["level1"], draft.cells["level2"] = first, second


def _settle_level(draft: Draft, above: str, layout: Layout) -> None:
    """成本指标 can be a first level or one below 产出指标: alone in its row, it is what the level above allows."""
    if draft.cells.get("level2") or level_key(draft.text("level1")) not in layout.level2:
        return
    if level_key(draft.text("level1")) in layout.levels.get(level_key(above), ()):
        draft.cells["level2"] = draft.cells.pop("level1")


def _carried(draft: Draft, name: str, above: list[Cell], layout: Layout) -> tuple[list[Cell], bool]:
    own = draft.cells.get(name, [])
    if not own:
        return above, False
    if above and completes("".join(cell.text for cell in above), draft.text(name), layout):
        above.extend(own)
        return above, False
    same = "".join(cell.text for cell in above) == draft.text(name)
    return list(own), not same


def _split_glued(draft: Draft, layout: Layout) -> None:
    """A row that lost its level-2 column may have that name glued to the indicator's: it goes back."""
    names = draft.cells.get("level3", [])
    if not names or draft.cells.get("level2"):
        return
    head, tail = unglue(names[0].text, layout)
    if head:
        cell = names[0]
        draft.cells["level2"] = [_with_text(cell, head)]
        draft.cells["level3"] = [_with_text(cell, tail), *names[1:]]


def _with_text(cell: Cell, text: str) -> Cell:
    return Cell(row=cell.row, col=cell.col, text=text, sources=cell.sources, confidence=cell.confidence)


def _draft_to_indicator(draft: Draft, columns: Columns) -> Indicator:
    def filled(name: str) -> Field:
        cells = draft.cells.get(name, [])
        if name == "target":  # 指标性质, 指标值 and 计量单位 in three columns are one target
            signs = [cell for cell in draft.cells.get("sign", []) if is_comparator(cell.text)]
            cells = [*signs, *cells, *draft.cells.get("unit", [])]
        return cells_to_field(cells) if cells else BLANK

    absent = {name for name in CONTENT if name not in columns}
    values = {name: filled(name) for name in ("level1", "level2", *CONTENT) if name not in absent}
    return Indicator(**values)
