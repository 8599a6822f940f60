"""Word tables and sheets to one table per form: halves of a form together, two forms apart."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from domain.form import Form, SelfEvaluation
from domain.table import Table
from extract import tables_to_forms
from tests.extract.office import DOCUMENT, Lines, office_table

TITLE = ("项目支出绩效自评表（2023年度）",)
HEAD = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分")
ROWS = (
    ("产出指标", "数量指标", "巡查次数", "≥12次", "12次", "50", "50"),
    ("", "质量指标", "巡查覆盖率", "≥90%", "80%", "20", "15"),
    ("效益指标", "社会效益指标", "险情起数", "0起", "0起", "30", "30"),
)
TOTAL = ("总分", "", "", "", "", "100", "95")


def project(name: str) -> tuple[str, ...]:
    return ("项目名称", name, "", "", "", "", "")


def read(*tables: Table) -> list[Form]:
    return list(tables_to_forms(tables, DOCUMENT))


def names(form: Form) -> list[str]:
    return [row.level3.text for row in form.indicators]


def only(forms: Sequence[Form]) -> SelfEvaluation:
    (form,) = forms
    assert isinstance(form, SelfEvaluation)
    return form


UPPER = (TITLE, project("河道巡查"), HEAD, ROWS[0])


@pytest.mark.parametrize("reader", ["docx", "xlsx", "html"])
@pytest.mark.parametrize("again", [(), (HEAD,)], ids=["no-heading", "heading-again"])
def test_a_form_over_two_tables_is_one_form(reader: str, again: Lines) -> None:
    lower = office_table((*again, *ROWS[1:], TOTAL), reader=reader, page=2)
    form = only(read(office_table(UPPER, reader=reader), lower))
    assert names(form) == ["巡查次数", "巡查覆盖率", "险情起数"]
    assert form.total_score.text == "95"
    assert form.warnings == ()


def test_a_form_over_three_tables_is_one_form() -> None:
    parts = [office_table(UPPER), office_table(ROWS[1:2], page=2), office_table((*ROWS[2:], TOTAL), page=3)]
    assert len(only(read(*parts)).indicators) == 3


def test_the_total_alone_in_a_second_table_is_that_of_the_form() -> None:
    form = only(read(office_table((*UPPER, *ROWS[1:])), office_table((TOTAL,), page=2)))
    assert form.total_score.text == "95"


def test_a_sheet_that_leaves_out_its_empty_last_column_goes_on() -> None:
    wide = [(*row, "偏差原因分析及改进措施" if row is HEAD else "") for row in UPPER]
    form = only(read(office_table(wide, reader="xlsx"), office_table((*ROWS[1:], TOTAL), reader="xlsx", page=2)))
    assert len(form.indicators) == 3


def test_a_line_between_two_halves_is_told() -> None:
    lower = office_table((*ROWS[1:], TOTAL), page=2, heading=("续表三",))
    assert only(read(office_table(UPPER), lower)).warnings == ("未归入任何栏目的文字（第2页）：续表三",)


@pytest.mark.parametrize(
    "lower",
    [
        pytest.param((TITLE, HEAD, *ROWS[1:], TOTAL), id="title"),
        pytest.param((project("水质监测"), HEAD, *ROWS[1:], TOTAL), id="project"),
        pytest.param((("单位名称", "河口局", "", "", "", "", ""), HEAD, *ROWS[1:], TOTAL), id="unknown-label"),
    ],
)
def test_what_begins_a_form_of_its_own_is_no_half(lower: Lines) -> None:
    assert [len(form.indicators) for form in read(office_table(UPPER), office_table(lower, page=2))] == [1, 2]


def test_a_table_below_a_line_of_its_own_is_no_half() -> None:
    lower = office_table((HEAD, *ROWS[1:], TOTAL), page=2, heading=("部门整体支出评价表",))
    assert [len(form.indicators) for form in read(office_table(UPPER), lower)] == [1, 2]


@pytest.mark.parametrize(
    "lower",
    [
        pytest.param((("序号", "设备", "规格", "单位", "备注", "数量", "金额"), ("合计", *"------")), id="list"),
        pytest.param((("一级指标", "三级指标", "评分标准", "", "", "", ""), ROWS[1]), id="other-headings"),
        pytest.param((ROWS[1][1:], ROWS[2][1:]), id="narrower"),
        pytest.param(
            (("类别", "说明", "", "", "", "", ""), ("产出指标", "数量", "", "", "", "", "")), id="explanations"
        ),
        pytest.param((("产出指标", "数量指标", "", "", "", "", ""),), id="choices"),
    ],
)
def test_another_table_below_an_unfinished_form_stays_apart(lower: Lines) -> None:
    assert names(read(office_table(UPPER), office_table(lower, page=2))[0]) == ["巡查次数"]


def test_nothing_goes_on_below_a_total() -> None:
    first = read(office_table((*UPPER, TOTAL)), office_table((*ROWS[1:], TOTAL), page=2))[0]
    assert names(first) == ["巡查次数"]


def test_a_table_of_text_is_not_joined() -> None:
    tables = [office_table(UPPER, reader="text"), office_table((*ROWS[1:], TOTAL), reader="text", page=2)]
    assert names(read(*tables)[0]) == ["巡查次数"]


def test_two_forms_in_one_sheet_are_two_forms() -> None:
    lower = (("",) * 7, TITLE, project("水质监测"), HEAD, ROWS[1], (*TOTAL[:-1], "85"))
    one, two = (only([form]) for form in read(office_table((*UPPER, *ROWS[1:], TOTAL, *lower))))
    assert [(form.project_name.text, form.total_score.text) for form in (one, two)] == [
        ("河道巡查", "95"),
        ("水质监测", "85"),
    ]
    assert (one.warnings, two.warnings, two.index) == ((), (), 2)


def test_two_forms_under_one_title_are_two_forms() -> None:
    forms = read(office_table((*UPPER, TOTAL, project("水质监测"), HEAD, *ROWS[1:], TOTAL)))
    assert [form.project_name.text for form in forms] == ["河道巡查", "水质监测"]


def test_another_project_begins_a_form_even_below_one_without_total() -> None:
    forms = read(office_table((*UPPER, TITLE, project("水质监测"), HEAD, *ROWS[1:], TOTAL)))
    assert [names(form) for form in forms] == [["巡查次数"], ["巡查覆盖率", "险情起数"]]


@pytest.mark.parametrize(
    "again",
    [
        pytest.param((TITLE, HEAD), id="title"),
        pytest.param((TITLE, project("河道巡查"), HEAD), id="title-and-name"),
        pytest.param((project("河道巡查"), HEAD), id="name"),
    ],
)
def test_a_head_printed_again_amid_a_form_begins_none(again: Lines) -> None:
    form = only(read(office_table((*UPPER, *again, *ROWS[1:], TOTAL))))
    assert (names(form), form.warnings) == (["巡查次数", "巡查覆盖率", "险情起数"], ())


@pytest.mark.parametrize(
    "again", [(project("河道巡查（续）"),), (("自评表（续表）",), project("巡查"))], ids=["name", "title"]
)
def test_a_head_printed_again_in_other_words_begins_none(again: Lines) -> None:
    assert len(names(only(read(office_table((*UPPER, *again, HEAD, *ROWS[1:], TOTAL)))))) == 3


def test_what_stands_below_the_total_without_indicators_is_no_form() -> None:
    form = only(read(office_table((*UPPER, TOTAL, ("项目名称", "水质监测"), ("附件三",)))))
    assert any("水质监测" in warning for warning in form.warnings)
