"""What exporters, scanners and copying do to a tab-separated form, one injury at a time.

A damage that keeps the truth garbles only the shape: a good reader still finds every value. The others change a
value itself, as seen on published forms; a good reader survives them and may say so.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

Grid = list[list[str]]

LONG_CELL = 8  # characters from which a cell is wide enough to be cut by a page break
FULL_WIDTH = str.maketrans("0123456789%()", "０１２３４５６７８９％（）")


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """One injury to a text of one form; ``keeps_truth`` says whether every value can still be told."""

    apply: Callable[[str, random.Random], str]
    keeps_truth: bool


def break_row(text: str, rng: random.Random) -> str:
    """A page break cuts an indicator row: the rest of its long cell stands in a row of its own after an empty line."""
    rows = _text_to_rows(text)
    place, column = _long_cell(rows, rng)
    cell = rows[place][column]
    cut = rng.randint(2, len(cell) - 2)
    rest = [""] * len(rows[place])
    rows[place][column], rest[column] = cell[:cut], cell[cut:]
    return _rows_to_text([*rows[: place + 1], [""], rest, *rows[place + 1 :]])


def repeat_tail(text: str, rng: random.Random) -> str:
    """After a page break the tail of a long cell is printed a second time."""
    rows = _text_to_rows(text)
    place, column = _long_cell(rows, rng)
    tail = [""] * len(rows[place])
    tail[column] = rows[place][column][LONG_CELL // 2 :]
    return _rows_to_text([*rows[: place + 1], [""], tail, *rows[place + 1 :]])


def shift_columns(text: str, rng: random.Random) -> str:
    """One row loses its empty cells at the left and slides over."""
    rows = _text_to_rows(text)
    places = [place for place in _indicator_places(rows) if not rows[place][0]]
    place = rng.choice(places or _indicator_places(rows))
    while rows[place] and not rows[place][0]:
        rows[place].pop(0)
    return _rows_to_text(rows)


def repeat_heading(text: str, rng: random.Random) -> str:
    """The column heads of the indicators come again in the middle of them."""
    rows = _text_to_rows(text)
    places = _indicator_places(rows)
    place = rng.choice(places[1:] or places)
    return _rows_to_text([*rows[:place], [""], list(rows[places[0] - 1]), *rows[place:]])


def add_html(text: str, rng: random.Random) -> str:
    """Long cells come wrapped in paragraphs, with breaks and entities inside."""
    rows = [[_cell_to_html(cell, rng) for cell in row] if len(row) > 1 else row for row in _text_to_rows(text)]
    return _rows_to_text(rows)


def widen(text: str, rng: random.Random) -> str:
    """Digits, percent signs and brackets of one row in full width."""
    rows = _text_to_rows(text)
    place = rng.choice(_indicator_places(rows))
    rows[place] = [cell.translate(FULL_WIDTH) for cell in rows[place]]
    return _rows_to_text(rows)


def misread_sign(text: str, rng: random.Random) -> str:
    """The sign ≥ read as a digit or a character."""
    return text.replace("≥", rng.choice(("2", "工", "^", "5=")))


def glue_score(text: str, rng: random.Random) -> str:
    """Weight and score of one row run together in the first of the two cells."""
    rows = _text_to_rows(text)
    place = rng.choice(_indicator_places(rows))
    weight, score = _figure_columns(rows[place])
    rows[place][weight], rows[place][score] = rows[place][weight] + rows[place][score], ""
    return _rows_to_text(rows)


def lose_digits(text: str, rng: random.Random) -> str:
    """Every digit of one row is gone."""
    rows = _text_to_rows(text)
    place = rng.choice(_indicator_places(rows))
    rows[place] = ["".join(mark for mark in cell if not mark.isdigit()) for cell in rows[place]]
    return _rows_to_text(rows)


DAMAGES: dict[str, Damage] = {
    "break_row": Damage(apply=break_row, keeps_truth=True),
    "repeat_tail": Damage(apply=repeat_tail, keeps_truth=True),
    "shift_columns": Damage(apply=shift_columns, keeps_truth=True),
    "repeat_heading": Damage(apply=repeat_heading, keeps_truth=True),
    "add_html": Damage(apply=add_html, keeps_truth=True),
    "widen": Damage(apply=widen, keeps_truth=True),
    "misread_sign": Damage(apply=misread_sign, keeps_truth=False),
    "glue_score": Damage(apply=glue_score, keeps_truth=False),
    "lose_digits": Damage(apply=lose_digits, keeps_truth=False),
}


def text_to_gb18030(text: str) -> bytes:
    """The bytes of a file saved by an older Chinese office program."""
    return text.encode("gb18030")


def _text_to_rows(text: str) -> Grid:
    return [line.split("\t") for line in text.splitlines()]


def _rows_to_text(rows: Grid) -> str:
    return "\n".join("\t".join(row) for row in rows) + "\n"


def _indicator_places(rows: Grid) -> list[int]:
    """The rows under the column heads, down to the total or the end; ValueError when this is no form of ours."""
    heads = [place for place, row in enumerate(rows) if {"三级指标", "三级目标"} & set(row)]
    if not heads:
        raise ValueError("这段文字里没有“三级指标”表头，不是本模块生成的表。")
    places = []
    for place in range(heads[0] + 1, len(rows)):
        if rows[place][0].replace(" ", "") in ("总分", "合计") or len(rows[place]) < 2:
            break
        places.append(place)
    return places


def _long_cell(rows: Grid, rng: random.Random) -> tuple[int, int]:
    """Row and column of a long cell of the indicators, or of the longest one when all are short."""
    cells = [(place, column) for place in _indicator_places(rows) for column in range(len(rows[place]))]
    long = [(place, column) for place, column in cells if len(rows[place][column]) >= LONG_CELL]
    return rng.choice(long) if long else max(cells, key=lambda cell: len(rows[cell[0]][cell[1]]))


def _figure_columns(row: list[str]) -> tuple[int, int]:
    """Weight and score: the last two cells that are plain numbers."""
    figures = [column for column, cell in enumerate(row) if cell.replace(".", "", 1).isdigit()]
    if len(figures) < 2:
        return len(row) - 2, len(row) - 1
    return figures[-2], figures[-1]


def _cell_to_html(cell: str, rng: random.Random) -> str:
    if len(cell) < LONG_CELL:
        return cell
    cut = rng.randint(1, len(cell) - 1)
    return rng.choice(
        (
            f"<p>{cell}</p>",
            f"<p>{cell[:cut]}</p> <p>{cell[cut:]}</p>",
            f"{cell[:cut]}<br/>{cell[cut:]}",
            f'<span style="color: black;">{cell}</span>&nbsp;',
        )
    )
