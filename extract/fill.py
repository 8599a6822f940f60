"""Tables to forms: sections found by their headings, every cell placed or reported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from domain.form import Field, FieldState, Form, FundRow, SelfEvaluation, TargetTable
from domain.source import Document
from domain.table import Table
from extract.arbitrate import settle
from extract.clean import label_key
from extract.closing import read_closing
from extract.closure import mend_rows, rows_sums
from extract.expect import as_expected
from extract.fields import cells_to_field
from extract.funds import rows_to_funds
from extract.header import find_year, is_decoration, rows_to_goals, rows_to_labelled
from extract.indicators import Indicators, indicator_columns, rows_to_indicators
from extract.layout import Layout, title_layout
from extract.levels import level_rank
from extract.losses import filled_cells, lost_warnings, tell
from extract.money_unit import rows_to_unit
from extract.regroup import one_per_form
from extract.rows import Row, table_to_rows
from extract.sections import Sections, choose_layout, rows_to_sections

Fields = dict[str, Field]
_NO_DOCUMENT = Document(path="", sha256="")  # set by table_to_form


def tables_to_forms(tables: Sequence[Table], document: Document) -> tuple[Form, ...]:
    """All forms of a document, numbered from 1. Tables that are no form are left out."""
    forms: list[Form] = []
    for table in one_per_form(tables):
        rows = table_to_rows(table)
        layout = choose_layout(table, rows)
        if layout is not None:
            forms.append(table_to_form(table, rows, layout, document=document, index=len(forms) + 1))
    return tuple(forms)


def table_to_form(table: Table, rows: Sequence[Row], layout: Layout, *, document: Document, index: int) -> Form:
    """One table read with one layout."""
    sections = rows_to_sections(rows, layout)
    labelled = rows_to_labelled(sections.header, layout)
    indicators = read_indicators(sections, layout)
    fields = {**_blank_fields(layout), **_heading_fields(table, layout), **labelled.fields}
    unknown = layout_warnings(table, rows, layout)
    warnings = [*unknown, *table.warnings]
    build = sections_to_target if layout.form_type == "target" else sections_to_self_evaluation
    form, more = build(sections, fields, indicators, layout=layout, table=table, rows=rows)
    warnings += [
        *more,
        *missing_warnings(form),
        *lost_warnings(
            (*table.heading[len(unknown) :], *filled_cells(rows)), tell(form, indicators, labelled.aside), layout
        ),
    ]
    return replace(form, document=document, index=index, warnings=tuple(dict.fromkeys(warnings)))


def sections_to_target(
    sections: Sections, fields: Fields, indicators: Indicators, *, layout: Layout, table: Table, rows: Sequence[Row]
) -> tuple[Form, tuple[str, ...]]:
    """A target table, and what was odd about it."""
    form = TargetTable(
        document=_NO_DOCUMENT, index=0, pages=_pages(table), layout=layout.id, year=heading_year(table, rows),
        indicators=indicators.rows,
    )  # fmt: skip
    return as_expected(replace(form, **fields)), indicators.warnings  # type: ignore[arg-type]  # names: test_layout


def sections_to_self_evaluation(
    sections: Sections, fields: Fields, indicators: Indicators, *, layout: Layout, table: Table, rows: Sequence[Row]
) -> tuple[Form, tuple[str, ...]]:
    """A self-evaluation, and what was odd about it; figures that were glued together are taken apart by the sums."""
    totals, grade = read_closing(sections, layout)
    form = SelfEvaluation(
        document=_NO_DOCUMENT, index=0, pages=_pages(table), layout=layout.id, year=heading_year(table, rows),
        amount_unit=read_unit([Row(cells=table.heading), *rows]), funds=read_funds(sections, layout),
        indicators=indicators.rows, total_weight=totals[0], total_score=totals[1], grade=grade,
    )  # fmt: skip
    settled = settle(as_expected(form))
    form = settled.form
    mended = mend_rows(form.indicators, rows_sums(form.funds, (form.total_weight, form.total_score)))
    named = {**fields, **read_goals(sections, layout), "indicators": mended.rows}
    warnings = (*indicators.warnings, *settled.warnings, *mended.warnings)
    return replace(form, **named), warnings  # type: ignore[arg-type]  # see above


def layout_warnings(table: Table, rows: Sequence[Row], layout: Layout) -> list[str]:
    """Says so when no known title stands on the form."""
    cells = (*table.heading, *(cell for row in rows[:4] for cell in row.filled))
    if any(title_layout(cell.text) is not None for cell in cells):
        return []
    kind = "绩效目标表" if layout.form_type == "target" else "绩效自评表"
    printed = f"（表上印的是“{table.heading[0].text}”）" if table.heading else ""
    return [f"未识别的版式：没有找到已知的表名{printed}，按栏目名称作{kind}读出，请对照原件核对。"]


def _blank_fields(layout: Layout) -> dict[str, Field]:
    return {name: Field() for name in (*layout.fields.values(), *layout.goals.values())}


def _heading_fields(table: Table, layout: Layout) -> dict[str, Field]:
    """「label：value」 anywhere in the heading lines; a title may stand before it in the same line."""
    fields: dict[str, Field] = {}
    for cell in table.heading:
        for label, name in layout.fields.items():
            found = re.search(rf"{re.escape(label)}[:：](.+)", cell.text)
            if found is not None:
                fields[name] = cells_to_field([replace(cell, text=found.group(1).strip(), alternatives=())])
    return fields


def heading_year(table: Table, rows: Sequence[Row]) -> Field:
    """The year printed under the title."""
    above = [cell for row in rows[:6] for cell in row.filled if is_heading_line(cell.text)]
    cell = next((cell for cell in (*table.heading, *above) if len(cell.text) < 60 and find_year([cell.text])), None)
    if cell is None:
        return Field()
    return Field(text=find_year([cell.text]), state=FieldState.READ, sources=cell.sources, confidence=cell.confidence)


def is_heading_line(text: str) -> bool:
    """A title, or a year alone: a year in a project's name is not the form's."""
    return title_layout(text) is not None or bool(re.fullmatch(r"[(（]?20\d\d年?度?[)）]?", label_key(text)))


def read_unit(rows: Sequence[Row]) -> Field:
    """万元 or 元 beside the money block."""
    return rows_to_unit(rows)


def read_funds(sections: Sections, layout: Layout) -> tuple[FundRow, ...]:
    """The money block, empty where the form has none."""
    if not sections.funds:
        return ()
    return rows_to_funds(sections.funds[1:], sections.funds[0], layout)


def read_goals(sections: Sections, layout: Layout) -> dict[str, Field]:
    """Expected goal and actual completion."""
    if not sections.goals:
        return {}
    return rows_to_goals(sections.goals[1:], sections.goals[0], layout)


def read_indicators(sections: Sections, layout: Layout) -> Indicators:
    """The indicator table."""
    if not sections.indicators:
        return Indicators(rows=(), warnings=("没有找到指标表的表头（三级指标、年度指标值等），指标行未能读出。",))
    header, *below = sections.indicators
    rows = [row for row in below if not indicator_columns(row, layout) and not _is_no_indicator(row, layout)]
    return rows_to_indicators(rows, header, layout)


def _is_no_indicator(row: Row, layout: Layout) -> bool:
    """A heading of the page, or a subtotal: neither is a row of the table."""
    filled = row.filled
    names = [cell for cell in filled if level_rank(cell.text, layout) is None]
    if any(label_key(cell.text) in layout.subtotal for cell in names[:1]):
        return True
    named = bool(filled) and label_key(filled[0].text) in layout.fields  # 项目名称 printed again on the next page
    return named or (bool(filled) and all(is_decoration(cell.text, layout) for cell in filled))


def missing_warnings(form: Form) -> list[str]:
    """What an auditor must know before trusting the reading."""
    warnings = []
    if form.project_name.state is FieldState.MISSING:
        warnings.append("没有找到“项目名称”，请对照原件核对。")
    if not form.indicators:
        warnings.append("没有读到任何指标行，表格可能不完整。")
    elif isinstance(form, SelfEvaluation) and not (form.total_weight.text or form.total_score.text):
        warnings.append("没有找到“总分”一行，表格可能被截断，请对照原件核对。")
    return warnings


def _pages(table: Table) -> tuple[int, ...]:
    pages = {source.page for cell in table.cells for source in cell.sources if source.page is not None}
    return tuple(sorted(pages))
