"""Sheets of a workbook: inert text, numbers as printed, frozen heads, and pages that print."""

# XlsxWriter carries no type information
# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from fuhe.differences import Change, Piece
from fuhe.files import whole_file

MAX_CELL_CHARS = 32_767  # Excel specifications and limits: total number of characters a cell can contain
CUT_MARK = "……（单元格放不下，全文见 jsonl 文件）"
MAX_DIGITS = 15  # Excel specifications and limits: number precision; more digits would be rounded silently
PAPER_A4 = 9
LINE_POINTS = 15.0  # the default row of the default font
HEAD_POINTS = 32.0  # two lines
CHAR_PX = 7  # the width of a character of the default font on the screen
POINTS_PER_PX = 0.75
PICTURE_HIGHEST = 220  # pixels shown: a row stays a row; drawn larger, a picture shows all it has
PICTURE_GAP = 3  # pixels between a picture and the lines of its cell
MOST_LINKS = 65_000  # Excel specifications and limits: 65,530 hyperlinks a worksheet; further ones are plain text
MAX_ROW_POINTS = 409.0  # Excel specifications and limits: row height

# A number that a spreadsheet can show exactly as printed; 007 and +5 are texts.
_PRINTED_NUMBER = re.compile(r"-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.(\d+))?")
_FORMULA = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
_SEVERITY_COLOURS = {
    "高": ("#9C1C12", "#FBE3E0"),
    "中": ("#8A4B00", "#FDEFD3"),
    "低": ("#1F4E79", "#E4EEF8"),
    "提示": ("#4A5560", "#EDF0F2"),
}


_CHANGE_LOOKS: dict[Change, dict[str, str | int | bool]] = {
    Change.SAME: {},
    Change.REMOVED: {"font_color": "#9C1C12", "font_strikeout": True},
    Change.INSERTED: {"font_color": "#1B5E20", "bold": True, "underline": 1},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A number that leads to a place in the same workbook (``sheet`` and 0-based ``row``)."""

    number: int
    sheet: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A severity, shown in its colour."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A text with the characters marked that went (struck out) or came (underlined): legible without colour too.

    A text of one piece went or came as a whole and is coloured only, so that it can be read.
    """

    pieces: tuple[Piece, ...]

    def __str__(self) -> str:
        """The text without its marks."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """An address (http, https) that a browser opens, and what is shown of it."""

    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A JPEG with its size in pixels; it is shown as wide as its column at most."""

    jpeg: bytes
    width: int
    height: int


Content = str | int | Decimal | Link | Badge | Marked | Web | Picture | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its title and its width in characters of the default font (a Chinese character takes two)."""

    title: str
    width: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: a row of titles and the rows below. ``frozen`` columns stay in sight; ``empty`` is said of no rows.

    Of many columns the first ``printed`` go on paper and decide how high a row is, None for all of them.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Content]]
    frozen: int = 1
    empty: str = "（无）"
    printed: int | None = None


@dataclass(slots=True)
class _Styles:
    """Formats made once for a workbook."""

    book: Workbook
    made: dict[str, Format] = field(default_factory=dict)

    def head(self) -> Format:
        return self._style("head", {"bold": True, "bg_color": "#DCE6F1", "align": "center", "valign": "vcenter"})

    def text(self) -> Format:
        return self._style("text", {})

    def inert(self) -> Format:
        return self._style("inert", {"quote_prefix": True})

    def severity(self, word: str) -> Format:
        colour, background = _SEVERITY_COLOURS[word]
        return self._style(
            f"severity {word}", {"font_color": colour, "bg_color": background, "bold": True, "align": "center"}
        )

    def link(self) -> Format:
        return self._style("link", {"font_color": "#1F4E79", "underline": 1, "align": "center"})

    def change(self, change: Change) -> Format:
        return self._style(f"change {change}", _CHANGE_LOOKS[change])

    def whole(self, change: Change) -> Format:
        colour = {look: value for look, value in _CHANGE_LOOKS[change].items() if look == "font_color"}
        return self._style(f"whole {change}", colour)

    def number(self, pattern: str) -> Format:
        return self._style(f"number {pattern}", {"num_format": pattern, "align": "right"})

    def _style(self, name: str, look: dict[str, str | int | bool]) -> Format:
        if name not in self.made:
            common: dict[str, str | int | bool] = {"valign": "top", "border": 1, "border_color": "#B8C4CF"}
            self.made[name] = self.book.add_format({**common, "text_wrap": True, "font_name": "等线", **look})
        return self.made[name]


def write_workbook(path: Path, sheets: Iterable[Sheet]) -> None:
    """Write the sheets as one xlsx file, whole or not at all."""
    # text from a form is never a formula, a link or a number by accident
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with whole_file(path) as temporary:
        try:
            with Workbook(str(temporary), options) as book:
                styles = _Styles(book)
                for sheet in sheets:
                    _write_sheet(book.add_worksheet(sheet.name), sheet, styles)
        except FileCreateError as error:  # the library's own word for an OSError, which it holds
            raise error.args[0] from error


def _write_sheet(page: Worksheet, sheet: Sheet, styles: _Styles) -> None:
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
        page.write_string(0, place, column.title, styles.head())
    page.set_row(0, HEAD_POINTS)
    for number, row in enumerate(sheet.rows, start=1):
        page.set_row(number, _sheet_row_points(row, sheet))
        for place, content in enumerate(row):
            _write_cell(page, number, place, content=content, styles=styles)
            if isinstance(content, Picture):
                _lay_picture(page, number, place, picture=content, column=sheet.columns[place])
    if not sheet.rows:
        page.write_string(1, 0, sheet.empty)
    page.freeze_panes(1, sheet.frozen)
    page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.columns) - 1)
    _prepare_printing(page, sheet.name)
    if sheet.printed is not None:
        page.print_area(0, 0, max(1, len(sheet.rows)), sheet.printed - 1)


def row_points(row: Sequence[Content], columns: Sequence[Column]) -> float:
    """The height that shows all of a row's wrapped text, in points; not every program finds it by itself."""
    lines = (
        sum(max(1, -(-text_width(line) // (column.width - 1))) for line in str(content).split("\n"))
        for content, column in zip(row, columns, strict=True)
        if isinstance(content, str | Marked)
    )
    return min(MAX_ROW_POINTS, LINE_POINTS * max(lines, default=1) + 1)


def _sheet_row_points(row: Sequence[Content], sheet: Sheet) -> float:
    """The height of a row: what is printed decides, and any picture, which is not cut off."""
    shown = [
        picture_points(each, column)
        for each, column in zip(row, sheet.columns, strict=True)
        if isinstance(each, Picture)
    ]
    return max(row_points(row[: sheet.printed], sheet.columns[: sheet.printed]), *shown, 0.0)


def picture_scale(picture: Picture, column: Column) -> float:
    """How much a picture shrinks to fit its column and a row; never enlarged."""
    wide = (column.width * CHAR_PX - 2 * PICTURE_GAP) / picture.width
    return min(1.0, wide, PICTURE_HIGHEST / picture.height)


def picture_points(picture: Picture, column: Column) -> float:
    """The height of a row that shows it."""
    return (picture.height * picture_scale(picture, column) + 2 * PICTURE_GAP) * POINTS_PER_PX


def text_width(text: str) -> int:
    """The width of a text in the columns of a fixed-width font: two for a Chinese character."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _prepare_printing(page: Worksheet, name: str) -> None:
    page.set_landscape()
    page.set_paper(PAPER_A4)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_header(f"&C{name}")
    page.set_footer("&C第 &P 页，共 &N 页")


def _write_cell(page: Worksheet, row: int, col: int, *, content: Content, styles: _Styles) -> None:
    if isinstance(content, Link):
        page.write_url(row, col, f"internal:'{content.sheet}'!A{content.row + 1}", styles.link())
        page.write_number(row, col, content.number, styles.link())  # the link stays; as a number it sorts
    elif isinstance(content, Badge):
        page.write_string(row, col, content.text, styles.severity(content.text))
    elif isinstance(content, Marked):
        _write_marked(page, row, col, marked=content, styles=styles)
    elif isinstance(content, str):
        # what begins like a formula stays text also when somebody edits the cell
        page.write_string(row, col, fit_cell(content), styles.inert() if _FORMULA.match(content) else styles.text())
    elif isinstance(content, Web):
        _write_web(page, row, col, web=content, styles=styles)
    elif isinstance(content, Picture):
        page.write_blank(row, col, None, styles.text())  # the picture itself goes over it
    elif content is None:
        page.write_blank(row, col, None, styles.text())
    else:
        page.write_number(row, col, float(content), styles.number(_number_pattern(content)))


def _write_marked(page: Worksheet, row: int, col: int, *, marked: Marked, styles: _Styles) -> None:
    """A single fragment is refused as rich text, and so is one too long for a cell: both go in as one text."""
    text = str(marked)
    if len(marked.pieces) > 1 and fit_cell(text) == text:
        runs = [part for piece in marked.pieces for part in (styles.change(piece.change), piece.text)]
        page.write_rich_string(row, col, *runs, styles.text())
        return
    look = marked.pieces[0].change if len(marked.pieces) == 1 else Change.SAME
    page.write_string(row, col, fit_cell(text), styles.whole(look))


def _write_web(page: Worksheet, row: int, col: int, *, web: Web, styles: _Styles) -> None:
    if row <= MOST_LINKS:
        page.write_url(row, col, web.url, styles.link(), string=web.text)
    else:
        page.write_string(row, col, web.url, styles.text())


def _lay_picture(page: Worksheet, row: int, col: int, *, picture: Picture, column: Column) -> None:
    scale = picture_scale(picture, column)
    page.insert_image(
        row, col, "证据.jpg",
        {
            "image_data": BytesIO(picture.jpeg), "x_scale": scale, "y_scale": scale, "x_offset": PICTURE_GAP,
            "y_offset": PICTURE_GAP, "object_position": 1, "description": "证据所在单元格",
        },
    )  # fmt: skip


def _number_pattern(number: int | Decimal) -> str:
    exponent = number.as_tuple().exponent if isinstance(number, Decimal) else 0
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def fit_cell(text: str) -> str:
    """The text, cut and marked where a cell cannot hold it: the writer would drop all of it."""
    # the limit counts UTF-16 units, of which a rare character takes two
    if len(text.encode("utf-16-le")) // 2 <= MAX_CELL_CHARS:
        return text
    room = 2 * (MAX_CELL_CHARS - len(CUT_MARK))
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + CUT_MARK


def printed_to_content(text: str) -> Content:
    """A printed number as a number with the decimals it was printed with; anything else as the text it is."""
    number = _PRINTED_NUMBER.fullmatch(text)
    if number is None or sum(character.isdigit() for character in text) > MAX_DIGITS:
        return text
    return Decimal(text.replace(",", ""))
