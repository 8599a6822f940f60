"""Indicator rows of separated texts: merged cells, shifted rows, page breaks, level names; one behaviour each."""

from __future__ import annotations

import pytest

from domain.form import FieldState, Indicator, SelfEvaluation
from domain.source import Document
from domain.table import Cell
from extract import tables_to_forms, text_to_tables
from extract.indicators import indicator_columns, rows_to_indicators
from extract.layout import layouts
from extract.levels import completes, level_key, level_rank, unglue
from extract.rows import Row

DOCUMENT = Document(path="forms.txt", sha256="")
LAYOUT = next(layout for layout in layouts() if layout.form_type == "self_evaluation")
HEAD = "绩效指标\t一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施"
# The table around the rows under test: a row above, a row below, and the total.
ABOVE = "\t产出指标\t数量指标\t巡查次数\t≥12次\t12次\t50\t50\t"
BELOW = "\t效益指标\t社会效益指标\t险情起数\t0起\t0起\t20\t20\t"
TOTAL = "总分\t\t\t\t\t\t100\t95\t"
COVERAGE = ("产出指标", "质量指标", "河道巡查覆盖率", "≥90%", "80%", "20", "15", "因汛期道路中断，已补查。")


def read_rows(*rows: str, head: str = HEAD) -> list[tuple[str, ...]]:
    """Indicators as eight texts each, of a form that holds these lines."""
    text = "\n".join(("项目支出绩效自评表", "项目名称\t\t\t河道巡查", "主管部门\t\t\t河口局", head, *rows, TOTAL))
    (form,) = tables_to_forms(text_to_tables(text, DOCUMENT), DOCUMENT)
    assert isinstance(form, SelfEvaluation)
    assert form.warnings == ()
    return [row_to_texts(row) for row in form.indicators]


def row_to_texts(row: Indicator) -> tuple[str, ...]:
    fields = (row.level1, row.level2, row.level3, row.target, row.actual, row.weight, row.score, row.deviation_reason)
    return tuple(field.text for field in fields)


def between(*rows: str) -> list[tuple[str, ...]]:
    """The indicators between the two fixed ones, which must come out unharmed."""
    first, *middle, last = read_rows(ABOVE, *rows, BELOW)
    assert first == ("产出指标", "数量指标", "巡查次数", "≥12次", "12次", "50", "50", "")
    assert last == ("效益指标", "社会效益指标", "险情起数", "0起", "0起", "20", "20", "")
    return middle


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(
            "\t\t质量指标\t河道巡查覆盖率\t≥90%\t80%\t20\t15\t因汛期道路中断，已补查。", id="merged-left-empty"
        ),
        pytest.param("质量指标\t河道巡查覆盖率\t≥90%\t80%\t20\t15\t因汛期道路中断，已补查。", id="merged-left-out"),
        pytest.param("\t质量指标\t河道巡查覆盖率\t≥90%\t80%\t20\t15\t因汛期道路中断，已补查。", id="one-left-out"),
        pytest.param("\t\t\t质量指标\t河道巡查覆盖率\t≥90%\t80%\t20\t15\t因汛期道路中断，已补查。", id="one-too-many"),
        pytest.param(
            "\t产出指标\t质量指标\t河道巡查覆盖率\t≥90%\t80%\t20\t15\t因汛期道路中断，已补查。", id="level-repeated"
        ),
        pytest.param("质量指标河道巡查覆盖率\t≥90%\t80%\t20\t15\t因汛期道路中断，已补查。", id="level-glued-to-name"),
        pytest.param("\t\t质量指标河道巡查覆盖率\t≥90%\t80%\t20\t15\t因汛期道路中断，已补查。", id="glued-one-off"),
    ],
)
def test_a_row_is_read_wherever_its_cells_stand(row: str) -> None:
    assert between(row) == [COVERAGE]


@pytest.mark.parametrize("score", ["", "—", "/"])
@pytest.mark.parametrize("actual", ["80%", "80"])
def test_a_mark_left_out_moves_no_cell(actual: str, score: str) -> None:
    assert between(f"\t\t质量指标\t河道巡查覆盖率\t≥90%\t{actual}\t20\t{score}\t") == [
        ("产出指标", "质量指标", "河道巡查覆盖率", "≥90%", actual, "20", score, "")
    ]


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        pytest.param(
            "\t\t质量指标\t河道巡查\t≥90%\t80%\t20\t15\t因汛期道路中断",
            "\t\t\t覆盖率\t\t\t\t\t，已补查。",
            id="behind-figures",
        ),
        pytest.param(
            "\t\t质量指标\t河道巡查\t\t\t\t\t因汛期道路中断",
            "\t\t\t覆盖率\t≥90%\t80%\t20\t15\t，已补查。",
            id="before-figures",
        ),
        pytest.param(
            "\t\t\t\t\t\t\t\t因汛期道路中断，",
            "\t\t质量指标\t河道巡查覆盖率\t≥90%\t80%\t20\t15\t已补查。",
            id="reason-first",
        ),
        pytest.param(
            "\t\t质量指标\t河道巡查覆盖率\t≥90%\t80%\t20\t15\t因汛期道路中断，已补",
            "\t\t\t\t\t\t\t\t查。",
            id="reason-last",
        ),
        pytest.param(
            "\t\t质量指标\t河道巡查覆盖率\t≥90%\t80%\t20\t15\t因汛期道路中断，已补查",
            "\t\t\t\t\t\t\t\t因汛期道路中断，已补查。",
            id="tail-printed-twice",
        ),
        pytest.param(
            "\t\t质量\t河道巡查覆盖率\t≥90%\t80%\t20\t15\t因汛期道路",
            "\t\t指标\t\t\t\t\t\t中断，已补查。",
            id="level-cut-too",
        ),
    ],
)
@pytest.mark.parametrize("page", ["", "\n\f", "\n第2页\n\f"], ids=["blank", "form-feed", "page-number"])
def test_a_row_cut_by_a_page_break_is_one_row(upper: str, lower: str, page: str) -> None:
    assert between(f"{upper}\n{page}", lower) == [COVERAGE]


def test_a_level_name_cut_by_a_page_break_is_one_name() -> None:
    rows = between(
        "\t\t质量\t覆盖率\t≥90%\t80%\t10\t5\t降雨",
        "",
        "\t\t指标\t合格率\t100%\t100%\t10\t10\t",
    )
    assert [row[1:3] for row in rows] == [("质量指标", "覆盖率"), ("质量指标", "合格率")]


def test_a_first_level_cut_by_a_page_break_is_one_name() -> None:
    *_, upper, lower = read_rows(
        ABOVE, "\t效益指\t社会效益指标\t险情起数\t0起\t0起\t10\t10\t", "\n", "\t标\t\t险情处置率\t100%\t100%\t10\t10\t"
    )
    assert (upper[:2], lower[:2]) == (("效益指标", "社会效益指标"), ("效益指标", "社会效益指标"))


def test_the_heading_printed_again_on_a_page_is_no_row() -> None:
    row = "\t\t质量指标\t河道巡查覆盖率\t≥90%\t80%\t20\t15\t因汛期道路中断，已补查。"
    assert between(row, f"\f项目支出绩效自评表\n{HEAD}") == [COVERAGE]


@pytest.mark.parametrize("line", ["\t\t指标2：\t\t\t\t\t\t", "\t\t\t……\t\t\t\t\t", "\t\t\t指标2\t\t\t\t\t", "…"])
def test_unfilled_lines_of_the_printed_form_are_no_rows(line: str) -> None:
    assert between(line) == []


def test_a_row_left_without_figures_is_a_row() -> None:
    assert between("\t\t质量指标\t巡查覆盖率\t≥90%\t\t\t\t") == [
        ("产出指标", "质量指标", "巡查覆盖率", "≥90%", "", "", "", "")
    ]


def test_blank_lines_between_all_rows_are_no_page_breaks() -> None:
    rows = read_rows("\n".join(("", ABOVE, "", "\t\t质量指标\t巡查覆盖率\t≥90%\t\t\t\t", "", BELOW, "")))
    spaced = read_rows(*(f"\n{row}\n" for row in (ABOVE, "\t\t质量指标\t巡查覆盖率\t≥90%\t\t\t\t", BELOW)))
    assert [row[2] for row in spaced] == ["巡查次数", "巡查覆盖率", "险情起数"]
    assert rows == spaced


def test_a_piece_without_any_row_to_go_to_is_a_row() -> None:
    assert [row[3] for row in read_rows("\t\t\t\t≥12次\t\t\t\t")] == ["≥12次"]


def test_a_blank_actual_stays_blank() -> None:
    assert between("\t\t质量指标\t巡查覆盖率\t≥90%\t\t20\t0\t未开展") == [
        ("产出指标", "质量指标", "巡查覆盖率", "≥90%", "", "20", "0", "未开展")
    ]


@pytest.mark.parametrize(
    ("row", "target"),
    [
        ("\t\t质量指标\t巡查覆盖率\t≥\t90\t%\t80%\t20\t15\t", "≥90%"),
        ("\t\t质量指标\t巡查覆盖率\t定量\t≥90\t%\t80%\t20\t15\t", "≥90%"),
        ("\t\t质量指标\t巡查覆盖率\t\t90\t%\t80%\t20\t15\t", "90%"),
    ],
)
def test_sign_value_and_unit_in_columns_of_their_own_are_one_target(row: str, target: str) -> None:
    head = "绩效指标\t一级指标\t二级指标\t三级指标\t指标性质\t指标值\t计量单位\t实际完成值\t分值\t得分\t偏差原因分析"
    first = "\t产出指标\t数量指标\t巡查次数\t≥\t12\t次\t12次\t70\t70\t"
    rows = read_rows(first, row, head=head)
    assert [row[3] for row in rows] == ["≥12次", target]


def test_points_before_targets_are_read_by_their_headings() -> None:
    head = "绩效指标\t一级指标\t二级指标\t三级指标\t分值\t年度指标值\t实际完成值\t得分\t偏差原因分析"
    (row,) = read_rows("\t产出指标\t数量指标\t巡查次数\t100\t12\t11\t95\t降雨", head=head)
    assert row == ("产出指标", "数量指标", "巡查次数", "12", "11", "100", "95", "降雨")


@pytest.mark.parametrize(
    ("rows", "levels"),
    [
        (
            [
                "\t成本指标\t经济成本指标\t总成本\t≤9万元\t9万元\t50\t50\t",
                "\t产出指标\t数量指标\t次数\t≥12次\t12次\t50\t45\t雨",
            ],
            [("成本指标", "经济成本指标"), ("产出指标", "数量指标")],
        ),
        (
            ["\t产出指标\t数量指标\t次数\t≥12次\t12次\t50\t45\t雨", "\t\t成本指标\t总成本\t≤9万元\t9万元\t50\t50\t"],
            [("产出指标", "数量指标"), ("产出指标", "成本指标")],
        ),
        (
            ["\t产出指标\t数量指标\t次数\t≥12次\t12次\t50\t45\t雨", "\t成本指标\t\t总成本\t≤9万元\t9万元\t50\t50\t"],
            [("产出指标", "数量指标"), ("产出指标", "成本指标")],
        ),
        (
            ["\t效益指标\t社会效益指标\t险情\t0起\t0起\t50\t45\t雨", "\t成本指标\t\t总成本\t≤9万元\t9万元\t50\t50\t"],
            [("效益指标", "社会效益指标"), ("成本指标", "")],
        ),
    ],
    ids=["first-level", "below-outputs", "below-outputs-one-off", "alone-behind-benefits"],
)
def test_cost_is_the_level_that_its_place_allows(rows: list[str], levels: list[tuple[str, str]]) -> None:
    assert [row[:2] for row in read_rows(*rows)] == levels


def test_levels_with_points_are_carried_down_as_printed() -> None:
    rows = read_rows(
        "\t产出指标（50分）\t数量指标\t次数\t≥12次\t12次\t50\t45\t雨", "\t\t质量指标\t合格率\t100%\t100%\t50\t50\t"
    )
    assert [row[:2] for row in rows] == [("产出指标（50分）", "数量指标"), ("产出指标（50分）", "质量指标")]


def test_a_new_first_level_ends_the_second_one() -> None:
    _, row = read_rows(
        "\t产出指标\t数量指标\t次数\t≥12次\t12次\t50\t45\t雨", "\t满意度指标\t\t群众满意率\t≥90%\t95%\t50\t50\t"
    )
    assert row[:3] == ("满意度指标", "", "群众满意率")


def test_columns_that_are_not_printed_are_missing_and_empty_cells_blank() -> None:
    cells = [Cell(row=0, col=col, text=text, sources=()) for col, text in enumerate(("三级指标", "指标值", "完成值"))]
    header = Row(cells=tuple(cells))
    row = Row(cells=tuple(Cell(row=1, col=col, text=text, sources=()) for col, text in enumerate(("次数", "3次", ""))))
    (indicator,) = rows_to_indicators([row], header, LAYOUT).rows
    assert indicator.actual.state is FieldState.BLANK
    assert indicator.weight.state is FieldState.MISSING


@pytest.mark.parametrize(
    "heads", [("三级指标", "指标值"), ("三级指标", "分值", "得分"), ("指标值", "实际完成值", "分值", "得分"), ()]
)
def test_too_few_headings_head_no_indicator_table(heads: tuple[str, ...]) -> None:
    row = Row(cells=tuple(Cell(row=0, col=col, text=text, sources=()) for col, text in enumerate(heads)))
    assert indicator_columns(row, LAYOUT) == {}


@pytest.mark.parametrize("heading", ["一级指标", "指标"])
def test_a_third_level_whose_heading_was_misread_is_told_by_its_place(heading: str) -> None:
    head = HEAD.replace("三级指标", heading)
    assert read_rows(ABOVE, BELOW, head=head) == read_rows(ABOVE, BELOW)


def test_of_two_unknown_headings_neither_is_the_third_level() -> None:
    heads = ("一级指标", "二级指标", "甲", "乙", "指标值", "分值", "得分")
    row = Row(cells=tuple(Cell(row=0, col=col, text=text, sources=()) for col, text in enumerate(heads)))
    assert indicator_columns(row, LAYOUT) == {}


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        ("产出指标", 1),
        ("产出指标（50分）", 1),
        ("数量指标", 2),
        ("数量指标[20]", 2),
        ("成本指标", 1),
        ("巡查次数", None),
        ("", None),
    ],
)
def test_level_names_are_known_with_their_points(text: str, rank: int | None) -> None:
    assert level_rank(text, LAYOUT) == rank


def test_points_are_no_part_of_the_key_of_a_level() -> None:
    assert {level_key(text) for text in ("产出指标", "产出指标(50分)", "产出指标50", "产出 指标（50）")} == {"产出指标"}


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("质量", "指标", True),
        ("可持续影", "响指标", True),
        ("质量指标", "指标", False),
        ("质量", "", False),
        ("质量", "次数", False),
    ],
)
def test_two_pieces_complete_a_level_only_when_they_spell_it(above: str, below: str, whole: bool) -> None:
    assert completes(above, below, LAYOUT) is whole


@pytest.mark.parametrize(
    ("glued", "parts"),
    [
        ("可持续影响指标管护机制健全性", ("可持续影响指标", "管护机制健全性")),
        ("数量巡查次数", ("数量", "巡查次数")),
        ("巡查次数", ("", "巡查次数")),
        ("数量指标", ("", "数量指标")),
    ],
)
def test_a_level_glued_to_a_name_comes_off(glued: str, parts: tuple[str, str]) -> None:
    assert unglue(glued, LAYOUT) == parts
