"""Small documents on paper for the tests: tables in PDF pages and pictures."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from domain.table import Table
from tests.ocr.pdf import text

TITLE = "项目支出绩效自评表"
FORM = (
    ("项目名称", "农村公路养护费", "主管部门", "河口县交通运输总局"),
    ("年度资金总额", "48.30", "全年执行数", "45.99"),
)
GRID = (("12.50", "100.00", "95.21"), ("2024", "48.30", "7.06"))
COLUMNS = (50, 170, 300, 420, 550)  # points


def pdf_page(rows: Sequence[Sequence[str]], *, title: str = "") -> str:
    """A table in points from the bottom of the page; rows are 20 points high."""
    bottom = 700 - 20 * len(rows)
    lines = [f"{COLUMNS[0]} {700 - 20 * n} m {COLUMNS[-1]} {700 - 20 * n} l S" for n in range(len(rows) + 1)]
    lines += [f"{x} 700 m {x} {bottom} l S" for x in COLUMNS]
    words = [
        text(word, COLUMNS[col] + 5, 686 - 20 * row) for row, cells in enumerate(rows) for col, word in enumerate(cells)
    ]
    return "\n".join(["1 w", *lines, "".join(words), text(title, 220, 750) if title else ""])


def grid_image(rows: Sequence[Sequence[str]] = GRID) -> Image.Image:
    """A table of figures as a scan at 200 dpi, grey."""
    image = Image.new("L", (1654, 2339), 255)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(34)
    wide, high = 440, 110
    for row, cells in enumerate(rows):
        for col, cell in enumerate(cells):
            x, y = 150 + wide * col, 300 + high * row
            draw.rectangle((x, y, x + wide, y + high), outline=0, width=4)
            draw.text((x + wide / 2, y + high / 2), cell, fill=0, font=font, anchor="mm")
    return image


def picture(rows: Sequence[Sequence[str]] = GRID, *, turn: int = 0) -> bytes:
    """The same as a PNG file."""
    out = io.BytesIO()
    grid_image(rows).rotate(turn, expand=True).save(out, "PNG")
    return out.getvalue()


def texts(table: Table) -> tuple[tuple[str, ...], ...]:
    """The texts of a table row by row."""
    rows = range(max(cell.row for cell in table.cells) + 1)
    return tuple(tuple(cell.text for cell in table.cells if cell.row == row) for row in rows)
