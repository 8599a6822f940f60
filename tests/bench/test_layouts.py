"""Sheets: every value of a form stands on it once, merged cells tile the grid without gap or overlap."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from bench.layouts import draw_labels, form_to_table, self_evaluation_to_table
from bench.print_forms import STYLES, Style, tables_to_html
from bench.synthesis import synthesise, without_weights
from bench.writers import table_to_columns, table_to_grid, table_to_pipes, table_to_short_tabs, table_to_tabs
from domain.form import Form, SelfEvaluation, walk

FORMS = synthesise(24, seed=8)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.document.path)
def test_cells_tile_the_grid(form: Form) -> None:
    table = form_to_table(form, random.Random(form.index))
    covered = [
        (cell.row + down, cell.col + right)
        for cell in table.cells
        for down in range(cell.row_span)
        for right in range(cell.col_span)
    ]
    rows, columns = max(row for row, _ in covered) + 1, max(col for _, col in covered) + 1
    assert len(covered) == len(set(covered)) == rows * columns


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.document.path)
def test_every_value_stands_on_the_sheet(form: Form) -> None:
    table = form_to_table(form, random.Random(form.index))
    printed = [cell.text for cell in table.cells]
    around = "".join(cell.text for cell in (*table.heading, *table.cells))
    for path, field in walk(form):
        if path in ("year", "amount_unit", "declaring_unit"):
            assert field.text in around
        elif field.text:
            assert field.text in printed, path


def test_sums_stand_under_their_columns_whatever_the_order() -> None:
    form = next(form for form in FORMS if isinstance(form, SelfEvaluation) and form.total_weight.text)
    for seed in range(40):
        labels = draw_labels(random.Random(seed))
        cells = self_evaluation_to_table(form, labels).cells
        total = next(cell.row for cell in cells if cell.text == labels.total)
        for label, text in (("分值", form.total_weight.text), ("得分", form.total_score.text)):
            column = [cell.col for cell in cells if cell.text == label][-1]
            assert next(cell.text for cell in cells if (cell.row, cell.col) == (total, column)) == text


def test_columns_that_the_form_does_not_have_are_not_printed() -> None:
    whole = next(form for form in FORMS if isinstance(form, SelfEvaluation) and form.total_weight.text)
    labels = draw_labels(random.Random(3))
    full, bare = (self_evaluation_to_table(form, labels) for form in (whole, without_weights(whole)))
    assert {"分值", "年初预算数"} <= {cell.text for cell in full.cells}
    assert not {"分值", "年初预算数"} & {cell.text for cell in bare.cells}


def test_tabs_keep_empty_places_and_short_tabs_leave_them_out() -> None:
    table = form_to_table(FORMS[0], random.Random(0))
    columns = max(cell.col + cell.col_span for cell in table.cells)
    body = table_to_tabs(table).splitlines()[len(table.heading) :]
    assert {line.count("\t") for line in body} == {columns - 1}
    short = table_to_short_tabs(table).splitlines()[len(table.heading) :]
    assert sum(line.count("\t") + 1 for line in short) == len(table.cells)


def test_pipes_close_every_line() -> None:
    table = form_to_table(FORMS[1], random.Random(0))
    body = table_to_pipes(table).splitlines()[len(table.heading) + 1 :]
    assert len(body) == len(table_to_grid(table)) + 1
    assert all(line.startswith("|") and line.endswith("|") for line in body)


def test_columns_lose_no_character() -> None:
    table = form_to_table(FORMS[0], random.Random(0))
    columns = max(cell.col + cell.col_span for cell in table.cells)
    page = table_to_columns(table, (12,) * columns)
    wanted = sorted("".join(cell.text for cell in (*table.heading, *table.cells)).replace(" ", ""))
    assert sorted("".join(page.split())) == wanted


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.id)
def test_html_escapes_what_a_form_says(style: Style) -> None:
    table = form_to_table(FORMS[0], random.Random(0))
    evil = replace(table, cells=(replace(table.cells[0], text="<i>&<i>"), *table.cells[1:]))
    assert "&lt;i&gt;&amp;&lt;i&gt;" in tables_to_html([evil], style)


@pytest.mark.parametrize("style", [style for style in STYLES if style.spaced_labels], ids=lambda style: style.id)
def test_spaced_labels_are_escaped_too(style: Style) -> None:
    table = form_to_table(FORMS[0], random.Random(0))
    evil = replace(table, cells=(replace(table.cells[0], text="<b>&"), *table.cells[1:]))
    assert "&lt; b &gt; &amp;" in tables_to_html([evil], style)
