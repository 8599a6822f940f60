"""Texts as people hand them in: the right reader for each form, and the same form out of every dress."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.form import Form, Indicator, SelfEvaluation, walk
from domain.source import Document
from extract import tables_to_forms, text_to_tables
from extract.clean import text_to_lines
from extract.split import split_forms
from extract.text import is_mostly_delimited, likely_layout

DOCUMENT = Document(path="forms.txt", sha256="")
# One form as a grid of cells; "" is what a merged cell leaves.
LABELS = (("项目名称", "", "", "河道巡查"), ("主管部门", "", "", "河口局", "", "实施单位", "河口站"))
MONEY = (
    ("项目资金（万元）", "", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
    ("", "年度资金总额", "", "100.00", "90.00", "90.00", "10", "100%", "10"),
    ("", "其中：当年财政拨款", "", "100.00", "90.00", "90.00", "-", "100%", "-"),
)
GOALS = (
    ("年度总体目标", "预期目标", "", "", "", "实际完成情况"),
    ("", "巡查全区河道十二公里，整治隐患五处。", "", "", "", "截至年底已巡查河道十二公里，整治隐患五处。"),
)
TABLE = (
    (
        "绩效指标",
        "一级指标",
        "二级指标",
        "三级指标",
        "年度指标值",
        "实际完成值",
        "分值",
        "得分",
        "偏差原因分析及改进措施",
    ),
    ("", "产出指标", "数量指标", "巡查次数", "≥12次", "12次", "20", "20", ""),
    ("", "", "", "整治隐患数量", "=5处", "5处", "20", "20", ""),
    ("", "", "质量指标", "巡查覆盖率", "≥90%", "80%", "20", "15", "因汛期道路中断，后续将补查"),
    ("", "效益指标", "社会效益指标", "险情发生数", "≤1起", "0起", "20", "20", ""),
    ("", "满意度指标", "服务对象满意度指标", "群众满意率", "≥90%", "95%", "10", "10", ""),
)
TOTAL = (("总分", "", "", "", "", "", "100", "95", ""),)
GRID = (*LABELS, *MONEY, *GOALS, *TABLE, *TOTAL)
GOAL_TEXTS = (GOALS[1][1], GOALS[1][5])
TITLE = "项目支出绩效自评表\n（2023年度）\n"


def filled_grid() -> list[tuple[str, ...]]:
    return [tuple(cell for cell in row if cell) for row in GRID]


def as_tabs() -> str:
    return TITLE + "\n".join("\t".join(row) for row in GRID)


def as_short_tabs() -> str:
    return TITLE + "\n".join("\t".join(row) for row in filled_grid())


def as_pipes() -> str:
    lines = ["| " + " | ".join(row) + " |" for row in GRID]
    return TITLE + "\n".join((lines[0], "|---|---|", *lines[1:]))


def as_full_width_pipes() -> str:
    return TITLE + "\n".join("｜" + "｜".join(row) + "｜" for row in GRID)


def as_words() -> str:
    """Cells of a row in one line; the goals one below the other, as they run over many lines."""
    lines = ["\n".join(row) if row == GOAL_TEXTS else " ".join(row) for row in filled_grid()]
    return TITLE + "\n".join(lines)


def as_stream() -> str:
    return TITLE + "\n".join(cell for row in GRID for cell in row if cell)


DRESSES = {
    "tabs": as_tabs(),
    "short-tabs": as_short_tabs(),
    "pipes": as_pipes(),
    "full-width-pipes": as_full_width_pipes(),
    "words": as_words(),
    "stream": as_stream(),
    "spaced-lines": as_words().replace("\n", "\n\n"),
    "carriage-returns": as_tabs().replace("\n", "\r\n"),
    "radicals": as_tabs().replace("目", "⽬").replace("金", "⾦").replace("门", "⻔"),
    "tags": as_tabs().replace("河道巡查", "<b>河道</b><br/>巡查").replace("≥", "&ge;"),
    "formulas": as_tabs().replace("≥12次", r"$\geq 12$次").replace("≥90%", r"$\geq 90\%$"),
    "invisible": as_tabs().replace("指标", "指\u200b标").replace("\n", "\n\ufeff"),
    "wide-spaces": as_words().replace(" ", "\u3000"),
}


def read(text: str) -> tuple[Form, ...]:
    return tables_to_forms(text_to_tables(text, DOCUMENT), DOCUMENT)


def row_to_texts(row: Indicator) -> tuple[str, ...]:
    fields = (row.level1, row.level2, row.level3, row.target, row.actual, row.weight, row.score, row.deviation_reason)
    return tuple(field.text for field in fields)


@pytest.mark.parametrize("dress", DRESSES)
def test_the_same_form_comes_out_of_every_dress(dress: str) -> None:
    (form,) = read(DRESSES[dress])
    assert isinstance(form, SelfEvaluation)
    labels = (form.year, form.project_name, form.supervising_department, form.implementing_unit, form.amount_unit)
    assert [field.text for field in labels] == ["2023", "河道巡查", "河口局", "河口站", "万元"]
    assert [field.text for field in (form.expected_goal, form.actual_completion)] == list(GOAL_TEXTS)
    assert [row_to_texts(row)[2:] for row in form.indicators] == [row[3:] for row in TABLE[1:]]
    assert [row.level1.text for row in form.indicators] == ["产出指标"] * 3 + ["效益指标", "满意度指标"]
    money = [(fund.item.text, fund.initial_budget.text, fund.weight.text, fund.score.text) for fund in form.funds]
    assert money == [("年度资金总额", "100.00", "10", "10"), ("其中：当年财政拨款", "100.00", "-", "-")]
    assert (form.total_weight.text, form.total_score.text) == ("100", "95")
    assert form.warnings == ()


def test_goals_that_share_a_line_are_two_texts() -> None:
    (form,) = read(as_words().replace("\n".join(GOAL_TEXTS), " ".join(GOAL_TEXTS)))
    assert isinstance(form, SelfEvaluation)
    assert (form.expected_goal.text, form.actual_completion.text) == GOAL_TEXTS


def test_forms_of_different_dress_stand_in_one_document() -> None:
    names = [form.project_name.text for form in read("\n".join((as_words(), as_tabs(), as_stream(), as_pipes())))]
    assert names == ["河道巡查"] * 4


@pytest.mark.parametrize(("dress", "delimited"), [("tabs", True), ("pipes", True), ("words", False), ("stream", False)])
def test_each_form_gets_the_reader_that_suits_it(dress: str, delimited: bool) -> None:
    (chunk,) = split_forms(text_to_lines(DRESSES[dress]))
    assert is_mostly_delimited(chunk) is delimited


def test_a_few_tabs_make_no_table() -> None:
    text = as_words().replace("项目名称 ", "项目名称\t").replace("总分 ", "总分\t")
    (form,) = read(text)
    assert len(form.indicators) == 5


def test_an_empty_document_is_one_empty_table() -> None:
    (table,) = text_to_tables("", DOCUMENT)
    assert (table.cells, table.index) == ((), 1)


def test_tables_are_numbered_from_one() -> None:
    assert [table.index for table in text_to_tables("封面\n" + as_tabs() + "\n" + as_words(), DOCUMENT)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "form_type"),
    [
        ("项目名称 河道巡查\n主管部门 河口局\n年度指标值 实际完成值 分值 得分", "self_evaluation"),
        ("项目名称 河道巡查\n立项依据 略\n项目概况 略\n项目实施计划 略\n指标目标值", "target"),
    ],
)
def test_a_form_without_title_takes_the_layout_of_its_labels(text: str, form_type: str) -> None:
    (chunk,) = split_forms(text_to_lines(text))
    assert likely_layout(chunk).form_type == form_type


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="项目名称主管部门年度指标值分得总0123456789.%≥ \t\n\f|（）：", max_size=120))
def test_any_text_is_read_and_nothing_in_it_is_invented(text: str) -> None:
    for given_text in (text, "项目支出绩效自评表\n项目名称 " + text):
        printed = set(given_text)
        assert all(set(field.text) <= printed for form in read(given_text) for _, field in walk(form))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_form_that_lost_lines_is_read_without_a_crash(data: st.DataObject) -> None:
    lines = DRESSES[data.draw(st.sampled_from(("tabs", "words", "stream", "pipes")))].split("\n")
    kept = data.draw(st.lists(st.sampled_from(range(len(lines))), unique=True).map(sorted))
    for form in read("\n".join(lines[number] for number in kept)):
        assert all(field.text == "" or field.sources for path, field in walk(form) if path != "amount_unit")
