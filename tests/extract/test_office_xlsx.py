"""Excel tables: cells as displayed, spans, headings, formulas and hidden sheets."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Border, Side

from extract.display import CellContent, content_to_text
from extract.office import xlsx_to_tables
from tests.extract.office import DOCUMENT, formula_book, grid, heading, repacked, stored, texts


def test_xlsx_texts_spans_and_headings() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["财政项目支出绩效自评表"])
    sheet.append(["（2024年度）"])
    sheet.append(["项目名称", None, "信息化"])
    sheet.append(["产出", "数量", "次"])
    sheet.append([None, "质量", None])
    for area in ("A1:C1", "A2:C2", "A3:B3", "A4:A5"):
        sheet.merge_cells(area)

    (read,) = xlsx_to_tables(stored(book), DOCUMENT)

    assert heading(read) == ["财政项目支出绩效自评表", "（2024年度）"]
    assert grid(read) == [
        (2, 0, 1, 2, "项目名称"), (2, 2, 1, 1, "信息化"),
        (3, 0, 2, 1, "产出"), (3, 1, 1, 1, "数量"), (3, 2, 1, 1, "次"),
        (4, 1, 1, 1, "质量"), (4, 2, 1, 1, ""),
    ]  # fmt: skip
    source = read.cells[0].sources[0]
    assert (source.reader.name, source.page, source.line) == ("xlsx", 1, 3)


def test_xlsx_a_label_with_a_blank_value_beside_it_belongs_to_the_table() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    side = Side(style="thin")
    sheet["A1"], sheet["A2"], sheet["A3"], sheet["B3"] = "自评表", "项目名称", "主管部门", "某局"
    for place in ("A2", "B2", "A3", "B3"):
        sheet[place].border = Border(left=side, right=side, top=side, bottom=side)

    (read,) = xlsx_to_tables(stored(book), DOCUMENT)

    assert heading(read) == ["自评表"]
    assert texts(read) == ["项目名称", "", "主管部门", "某局"]


def test_xlsx_what_stands_in_hidden_rows_and_columns_is_told_and_not_read() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "自评表"
    sheet.append(["产出", "数量", "调整值", "20"])
    sheet.append(["产出", "质量", "旧", "15"])
    sheet.append(["效益", "社会", "新", "30"])
    sheet.append(["满意度", "群众", None, "10"])
    sheet.row_dimensions[2].hidden = True
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["C"].hidden = True

    (read,) = xlsx_to_tables(stored(book), DOCUMENT)

    assert [text for text in texts(read) if text] == ["产出", "数量", "20", "效益", "社会", "30"]
    assert [cell.sources[0].line for cell in read.cells if cell.text == "30"] == [3]
    assert read.warnings == (
        "工作表“自评表”的第2、4行和C列是隐藏的，其中的文字没有读入：“调整值”、“产出”、“质量”、“旧”、“15”、“新”、"
        "“满意度”、“群众”、“10”。如应算作表中内容，请取消隐藏、保存后重新读入。",
    )


def test_xlsx_a_merged_text_is_shown_where_a_part_of_its_range_is() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["一级", "二级"])
    sheet.append(["产出", "数量"])
    sheet.append([None, "质量"])
    sheet.merge_cells("A2:A3")
    sheet.row_dimensions[2].hidden = True

    (read,) = xlsx_to_tables(stored(book), DOCUMENT)

    assert [text for text in texts(read) if text] == ["一级", "二级", "产出", "质量"]


def test_xlsx_a_sheet_of_hidden_rows_alone_is_read() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["产出", "数量"])
    sheet.row_dimensions[1].hidden = True

    (read,) = xlsx_to_tables(stored(book), DOCUMENT)

    assert (texts(read), read.warnings) == (
        ["产出", "数量"],
        ("工作表“Sheet”的文字都在隐藏的行或列里，已读入，请核对。",),
    )


@pytest.mark.parametrize(
    ("content", "number_format", "shown"),
    [
        (48.3, "0.00", "48.30"),
        (48.3, "General", "48.3"),
        (0.1 + 0.2, "General", "0.3"),
        (12345678.95, "General", "12345678.95"),
        (0.9521739130434783, "General", "0.9521739130"[:-1]),
        (100, "General", "100"),
        (0, "General", "0"),
        (1e16, "General", "10000000000000000"),
        (0.9521, "0.00%", "95.21%"),
        (0.95, "0%", "95%"),
        (1000000, "#,##0.00", "1,000,000.00"),
        (4544.485, "#,##0.00_ ", "4,544.49"),
        (-5, "0.00", "-5.00"),
        (-0.001, "0.00", "0.00"),
        (-5, "0.00_);[Red](0.00)", "(5.00)"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (-1234.5, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-1,234.50"),
        (90, '"≥"0"%"', "≥90%"),
        (90, "\\≥0", "≥90"),
        (5, '0"人次"', "5人次"),
        (5, 'G/通用格式"人"', "5人"),
        (30, "¥#,##0", "¥30"),
        (30, "[$¥-804]#,##0.0", "¥30.0"),
        (1234567, "#,##0,", "1,235"),
        (0.5, "#.##", ".5"),
        (2.5, "0.0#", "2.5"),
        (7, "000", "007"),
        (5, ";;;", "5"),
        (0.5, "# ?/?", "0.5"),
        (12345.678, "0!.0,", "12345.678"),
        (1.5, "0.00E+00", "1.5"),
        (True, "General", "TRUE"),
        (None, "General", ""),
        ("及时", "@", "及时"),
        (datetime(2020, 1, 1), "yyyy/m/d", "2020-01-01"),
        (datetime(2020, 1, 1), "mm-dd-yy", "2020-01-01"),
        (date(2020, 1, 1), "yyyy-mm-dd", "2020-01-01"),
        (datetime(2020, 1, 1), 'yyyy"年"m"月"d"日";@', "2020年1月1日"),
        (datetime(2020, 1, 1), 'yyyy"年"m"月"', "2020年1月"),
        (datetime(2020, 1, 1), "yyyy-mm", "2020-01"),
        (datetime(2020, 1, 1, 9, 30), "yyyy/m/d h:mm", "2020-01-01 09:30"),
    ],
)
def test_xlsx_numbers_and_dates_are_read_as_displayed(content: CellContent, number_format: str, shown: str) -> None:
    assert content_to_text(content, number_format) == shown


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_xlsx_no_format_with_cents_changes_an_amount(amount: Decimal) -> None:
    for number_format in ("General", "0.00", "#,##0.00"):
        assert Decimal(content_to_text(amount, number_format).replace(",", "")) == amount


@given(st.text(max_size=12), st.floats(allow_nan=False, allow_infinity=False))
def test_xlsx_any_number_format_shows_some_text(number_format: str, number: float) -> None:
    assert isinstance(content_to_text(number, number_format), str)


def test_xlsx_sheets_are_tables_hidden_ones_too_and_say_so() -> None:
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("底稿")
    assert first is not None
    book.create_sheet("空")
    first["A1"], first["B1"] = "甲", "乙"
    second["A1"], second["B1"], second.sheet_state = "丙", "丁", "hidden"

    shown, hidden = xlsx_to_tables(stored(book), DOCUMENT)

    assert (shown.index, shown.page, texts(shown), shown.warnings) == (1, 1, ["甲", "乙"], ())
    assert (hidden.index, hidden.page, texts(hidden)) == (2, 2, ["丙", "丁"])
    assert "底稿" in hidden.warnings[0]


def with_cached(content: bytes, cached: str) -> bytes:
    return repacked(
        content, lambda _, part: part.replace(b"<v></v>", cached.encode()).replace(b"<v />", cached.encode())
    )


def test_xlsx_formulas_are_read_by_their_saved_values() -> None:
    (read,) = xlsx_to_tables(with_cached(formula_book(), "<v>9</v>"), DOCUMENT)

    assert texts(read) == ["得分", "9", "分"]
    assert read.warnings == ()


def test_xlsx_a_formula_without_saved_value_is_told_and_not_read_as_blank() -> None:
    (read,) = xlsx_to_tables(formula_book(), DOCUMENT)

    assert texts(read) == ["得分", "=4+5", "分"]
    assert [cell.confidence for cell in read.cells] == [1.0, 0.0, 1.0]
    assert "B1" in read.warnings[0]


def test_xlsx_a_formula_that_yields_no_text_is_blank() -> None:
    content = repacked(formula_book(), lambda _, part: part.replace(b'<c r="B1">', b'<c r="B1" t="str">'))

    (read,) = xlsx_to_tables(content, DOCUMENT)

    assert texts(read) == ["得分", "分"]
    assert read.warnings == ()


def test_xlsx_a_stray_text_far_below_costs_nothing() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["XFD1048576"] = "甲", "乙", "远"

    (read,) = xlsx_to_tables(stored(book), DOCUMENT)

    assert [cell.text for cell in read.cells if cell.text] == ["甲", "乙", "远"]


def test_xlsx_lines_within_a_cell_join() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"] = "一级\n指标", "ISO\n9001"

    (read,) = xlsx_to_tables(stored(book), DOCUMENT)

    assert texts(read) == ["一级指标", "ISO 9001"]
