"""First- and second-level names: recognised whole, in pieces, or glued to the name beside them; carried down."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.table import Cell
from extract.clean import label_key
from extract.fields import ends_open
from extract.layout import Layout

_POINTS = re.compile(r"[(\[]?\d+(\.\d+)?分?[)\]]?$")


def level_key(text: str) -> str:
    """A level name's key without its points: 产出指标(50分) is 产出指标."""
    return _POINTS.sub("", label_key(text))


def level_rank(text: str, layout: Layout) -> int | None:
    """1 or 2 for a known first- or second-level name, None for other text. 成本指标 can be both: 1 wins here."""
    key = level_key(text)
    if key in layout.level1:
        return 1
    return 2 if key in layout.level2 else None


def completes(above: str, below: str, layout: Layout) -> bool:
    """True when two pieces of a level cell cut by a page break make a known name."""
    key = level_key(above + below)
    is_cut = level_rank(above, layout) is None or ends_open(above)  # 产出指标（50 above 分）
    return bool(below) and is_cut and (key in layout.level1 or key in layout.level2)


def is_piece(text: str, layout: Layout) -> bool:
    """True for the tail or head of a known level name or side label, as a page break leaves it."""
    key = label_key(text)
    names = layout.group_names
    return bool(key) and any(name.startswith(key) or name.endswith(key) for name in names)


def unglue(text: str, layout: Layout) -> tuple[str, str]:
    """「可持续影响指标创新机制健全性」 to the level name and the rest; ("", text) where nothing is glued.

    The level name may have lost its closing 指标 where two columns were merged.
    """
    names = {*layout.level2, *(name.removesuffix("指标") for name in layout.level2)}
    if text in layout.level1 or text in layout.level2:
        return "", text
    heads = [name for name in names if text.startswith(name) and len(text) > len(name)]
    head = max(heads, key=len, default="")
    return head, text[len(head) :]


def split_levels(cells: Sequence[Cell], layout: Layout) -> tuple[Cell | None, Cell | None, tuple[Cell, ...]]:
    """Cells left of the indicator's name to level 1, level 2, and cells that are neither."""
    first = second = None
    rest: list[Cell] = []
    for cell in cells:
        rank = level_rank(cell.text, layout)
        if rank == 1 and first is None and second is None:
            first = cell
        elif (rank == 2 or level_key(cell.text) in layout.level2) and second is None:
            second = cell
        else:
            rest.append(cell)
    return first, second, tuple(rest)
