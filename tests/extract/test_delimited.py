"""Tab- and pipe-separated texts: cells, merged cells, page breaks; what the writers write is read back."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bench.layouts import form_to_table
from bench.synthesis import synthesise
from bench.writers import table_to_pipes, table_to_short_tabs, table_to_tabs
from domain.form import Form, walk
from domain.source import Document
from domain.table import Table
from extract import tables_to_forms, text_to_tables
from extract.clean import text_to_lines
from extract.delimited import is_delimited, join_quoted, line_to_texts

DOCUMENT = Document(path="forms.txt", sha256="")
SEEDS = st.integers(0, 2**32)
WRITERS = (table_to_tabs, table_to_short_tabs, table_to_pipes)
ODD = ("复核人张三", "备查编号A7", "见附表二", "待定", "另附说明材料一份", "0.07%")


def read(text: str) -> tuple[Form, ...]:
    return tables_to_forms(text_to_tables(text, DOCUMENT), DOCUMENT)


def texts(form: Form) -> dict[str, str]:
    """Path to text of every field that holds one."""
    return {path: field.text for path, field in walk(form) if field.text}


def draw(seed: int) -> tuple[Form, Table]:
    """An invented form and its sheet."""
    (form,) = synthesise(1, seed=seed)
    return form, form_to_table(form, random.Random(seed))


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("甲\t\t乙", ("甲", "", "乙")),
        ("\t甲\t", ("", "甲", "")),
        ("| 甲 | | 乙 |", ("甲", "", "乙")),
        ("甲|乙|", ("甲", "乙")),
        ("｜甲｜乙｜", ("甲", "乙")),
        ("甲\t乙|丙", ("甲", "乙|丙")),
        (r"| 甲 | A\|B级 | 乙 |", ("甲", "A|B级", "乙")),
        (r"甲\|乙\|丙", (r"甲\|乙\|丙",)),
        ("<td>甲</td>\t乙&nbsp;", ("甲", "乙")),
        ("甲|乙", ("甲|乙",)),
        ("只有一格", ("只有一格",)),
    ],
)
def test_a_line_is_cut_into_its_cells(line: str, cells: tuple[str, ...]) -> None:
    assert line_to_texts(text_to_lines(line)[0]) == cells


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('甲\t"乙\n（丙）"\t丁\n戊\t己', [("甲", "乙\n（丙）", "丁"), ("戊", "己")]),
        ('甲\t"乙\n\n丙"', [("甲", "乙\n\n丙")]),
        ('甲\t"乙\n丙"\t"丁\n戊"\n己\t庚', [("甲", "乙\n丙", "丁\n戊"), ("己", "庚")]),
        ('甲\t"称""好""\n丙"', [("甲", '称"好"\n丙')]),
        ('甲\t"乙\n戊\t己', [("甲", '"乙'), ("戊", "己")]),
        ('甲\t"乙"\n戊\t己', [("甲", '"乙"'), ("戊", "己")]),
        ('甲\t6"\n戊\t8"', [("甲", '6"'), ("戊", '8"')]),
        ('甲\t"乙\n丙', [("甲", '"乙'), ("丙",)]),
    ],
)
def test_a_quoted_cell_of_several_lines_is_one_cell(text: str, rows: list[tuple[str, ...]]) -> None:
    assert [line_to_texts(line) for line in join_quoted(text_to_lines(text))] == rows


@pytest.mark.parametrize(
    ("line", "delimited"),
    [("甲\t乙", True), ("|甲|", True), ("｜甲｜", True), ("甲|乙", False), ("甲 乙", False), ("", False)],
)
def test_one_pipe_is_no_table(line: str, delimited: bool) -> None:
    assert is_delimited(text_to_lines(line)[0]) is delimited


def test_cells_know_their_line_and_column() -> None:
    (table,) = text_to_tables("项目支出绩效自评表\n项目名称\t\t河道巡查\n\n主管部门\t河口局\n", DOCUMENT)
    placed = [(cell.row, cell.col, cell.text, cell.sources[0].line) for cell in table.cells if cell.text]
    assert placed == [(0, 0, "项目名称", 2), (0, 2, "河道巡查", 2), (1, 0, "主管部门", 4), (1, 1, "河口局", 4)]
    assert [cell.text for cell in table.heading] == ["项目支出绩效自评表"]


def test_the_ruler_of_a_pipe_table_is_no_row() -> None:
    (table,) = text_to_tables("| 项目名称 | 河道巡查 |\n| :--- | ---: |\n| 主管部门 | 河口局 |\n", DOCUMENT)
    assert [cell.text for cell in table.cells] == ["项目名称", "河道巡查", "主管部门", "河口局"]


def test_a_dash_in_every_cell_is_a_row_and_no_ruler() -> None:
    (table,) = text_to_tables("项目名称\t河道巡查\n主管部门\t河口局\n-\t1\n", DOCUMENT)
    assert [cell.text for cell in table.cells][-2:] == ["-", "1"]


@pytest.mark.parametrize("write", WRITERS)
@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_what_is_written_is_read_back(write: Callable[[Table], str], seed: int) -> None:
    truth, table = draw(seed)
    (form,) = read(write(table))
    assert texts(form) == texts(truth)
    assert form.warnings == ()


@settings(max_examples=15, deadline=None)
@given(seeds=st.lists(SEEDS, min_size=2, max_size=3, unique=True))
def test_forms_one_after_another_are_read_back(seeds: list[int]) -> None:
    drawn = [draw(seed) for seed in seeds]
    forms = read("\n".join(table_to_tabs(table) for _, table in drawn))
    assert [texts(form) for form in forms] == [texts(truth) for truth, _ in drawn]


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS)
def test_blank_lines_between_all_rows_say_nothing(seed: int) -> None:
    truth, table = draw(seed)
    (form,) = read(table_to_tabs(table).replace("\n", "\n\n"))
    assert texts(form) == texts(truth)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS)
def test_every_source_is_a_line_that_holds_the_text(seed: int) -> None:
    _, table = draw(seed)
    text = table_to_tabs(table)
    lines = text.split("\n")
    (form,) = read(text)
    for path, field in walk(form):
        if field.text:
            assert field.sources, path
            assert any(field.text in lines[(source.line or 0) - 1] for source in field.sources), path


def insert_odd(text: str, odd: str, rng: random.Random) -> str | None:
    """One odd cell more: a line of its own, behind a row's last cell, or in an empty cell. None beside a contact.

    The contact's line is left alone: what stands there is set aside, because the contract has no field for it.
    """
    lines = text.rstrip("\n").split("\n")
    first = next(number for number, line in enumerate(lines) if line.startswith("项目名称"))
    place = rng.randrange(first + 1, len(lines))
    if any(line.startswith("项目负责人") for line in lines[place - 1 : place + 1]):
        return None
    cells = lines[place].split("\t")
    empty = [number for number, cell in enumerate(cells) if not cell]
    match rng.choice(("row", "end", "inside") if empty else ("row", "end")):
        case "row":
            lines.insert(place, odd)
        case "end":
            lines[place] += f"\t{odd}"
        case _:
            cells[rng.choice(empty)] = odd
            lines[place] = "\t".join(cells)
    return "\n".join(lines)


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS, odd=st.sampled_from(ODD))
def test_a_cell_too_many_is_placed_or_told(seed: int, odd: str) -> None:
    _, table = draw(seed)
    text = insert_odd(table_to_tabs(table), odd, random.Random(seed))
    assume(text is not None)
    forms = read(text or "")
    told = [*(value for form in forms for value in texts(form).values()), *(w for form in forms for w in form.warnings)]
    assert any(odd in text for text in told)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, odd=st.sampled_from(ODD))
def test_a_line_below_the_total_is_told_with_its_place(seed: int, odd: str) -> None:
    truth, table = draw(seed)
    assume(hasattr(truth, "total_score"))
    text = table_to_tabs(table)
    (form,) = read(f"{text}{odd}\n")
    assert form.warnings == (f"未归入任何栏目的文字（第{text.count(chr(10)) + 1}行）：{odd}",)
    assert texts(form) == texts(truth)
