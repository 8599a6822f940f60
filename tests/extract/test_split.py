"""One document, many forms: where each begins, and that no line is lost between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.form import Form, SelfEvaluation, TargetTable
from domain.source import Document
from extract import tables_to_forms, text_to_tables
from extract.clean import text_to_lines
from extract.split import names_project, split_forms

DOCUMENT = Document(path="forms.txt", sha256="")
HEAD = "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施"
ROW = "产出指标\t数量指标\t巡查次数\t≥12次\t12次\t100\t100\t"


def form_text(project: str, *, title: str = "项目支出绩效自评表", before: str = "") -> str:
    """A small whole self-evaluation; ``before`` stands between title and 项目名称."""
    return f"{title}\n{before}项目名称\t{project}\n主管部门\t河口局\t实施单位\t河口站\n{HEAD}\n{ROW}\n总分\t100\t100\n"


def read(text: str) -> tuple[Form, ...]:
    return tables_to_forms(text_to_tables(text, DOCUMENT), DOCUMENT)


def projects(text: str) -> list[str]:
    return [form.project_name.text for form in read(text)]


def test_a_document_without_any_form_has_none() -> None:
    assert read("关于开展绩效自评工作的通知\n各单位：\n请认真填报。\n") == ()


@pytest.mark.parametrize("text", ["", "\n\n", "\f"])
def test_an_empty_document_has_no_form(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize("between", ["", "\n", "\n\n\n", "\f", "\n第2页\n", "\f\n"])
def test_forms_follow_each_other(between: str) -> None:
    names = ["河道巡查", "水质监测", "堤防维修"]
    assert projects(between.join(form_text(name) for name in names)) == names


def test_forms_are_numbered_and_know_their_lines() -> None:
    first, second = read(form_text("河道巡查") + form_text("水质监测"))
    assert (first.index, second.index) == (1, 2)
    assert [source.line for source in second.project_name.sources] == [8]


def test_prose_before_the_first_form_is_no_part_of_it() -> None:
    prose = "关于报送绩效自评材料的函\n财政局：\n现将项目支出绩效自评表报送如下，请审阅。\n"
    (form,) = read(prose + form_text("河道巡查"))
    assert form.project_name.text == "河道巡查"
    assert form.warnings == ()


def test_prose_before_the_first_form_is_kept_as_a_chunk() -> None:
    before, form = split_forms(text_to_lines("封面\n目录\n" + form_text("河道巡查")))
    assert [line.text for line in before.body] == ["封面", "目录"]
    assert before.layout is None
    assert form.layout is not None


def test_a_heading_printed_twice_begins_one_form() -> None:
    assert projects("项目支出绩效自评表\n（2023年度）\n" + form_text("河道巡查", before="（2023年度）\n")) == [
        "河道巡查"
    ]


def test_a_second_project_name_without_a_title_begins_a_form() -> None:
    second = form_text("水质监测").split("\n", 1)[1]
    assert projects(form_text("河道巡查") + second) == ["河道巡查", "水质监测"]


def test_a_form_without_a_title_is_found_by_its_project_name() -> None:
    text = form_text("河道巡查").split("\n", 1)[1]
    assert projects(text) == ["河道巡查"]


@pytest.mark.parametrize("name", ["项目名称", "项目（政策）名称", "专项名称", "项 目 名 称"])
def test_other_names_of_the_project_begin_a_form_as_well(name: str) -> None:
    text = form_text("河道巡查").replace("项目名称", name)
    assert projects(text) == ["河道巡查"]


def test_a_title_printed_again_on_the_next_page_is_no_second_form() -> None:
    body, total = form_text("河道巡查").replace("\t100\t100\t", "\t60\t60\t").split("总分")
    again = f"\f项目支出绩效自评表\n{HEAD}\n产出指标\t质量指标\t巡查覆盖率\t≥90%\t95%\t40\t40\t\n总分{total}"
    (form,) = read(body + again)
    assert [row.level3.text for row in form.indicators] == ["巡查次数", "巡查覆盖率"]
    assert form.warnings == ()


def test_title_and_project_name_printed_again_on_the_next_page_are_no_second_form() -> None:
    body, total = form_text("河道巡查").replace("\t100\t100\t", "\t60\t60\t").split("总分")
    again = f"\f项目支出绩效自评表\n项目名称\t河道巡查\n{HEAD}\n产出指标\t质量指标\t覆盖率\t≥90%\t95%\t40\t40\t\n"
    (form,) = read(f"{body}{again}总分{total}")
    assert [row.level3.text for row in form.indicators] == ["巡查次数", "覆盖率"]


def test_a_label_column_above_the_title_belongs_to_the_page_it_stands_on() -> None:
    page = "\f项目名称\t水质监测\n项目支出绩效自评表\n（2023年度）\n" + form_text("").split("\n", 2)[2]
    first, second = read(form_text("河道巡查") + page)
    assert (first.project_name.text, second.project_name.text) == ("河道巡查", "水质监测")
    assert (first.year.text, second.year.text) == ("", "2023")


MONEY = "年初预算数\n全年预算数\n全年执行数\n"


@pytest.mark.parametrize("broken", ["\f", "\n"])
def test_a_label_cut_in_two_below_a_second_title_does_not_lose_the_form(broken: str) -> None:
    second = f"项目支出绩效自评表\n项目名\n称 水质监测\n{MONEY}{HEAD}\n{ROW}\n"
    assert len(projects(form_text("河道巡查") + broken + second)) == 2


def test_a_project_name_far_below_its_title_begins_no_form_of_its_own() -> None:
    values = "\n".join(f"第{number}项说明" for number in range(15))
    text = f"项目支出绩效自评表\n{MONEY}{values}\n项目名称\n水质监测\n{HEAD}\n{ROW}\n"
    assert len(projects(form_text("河道巡查") + text)) == 2


def test_a_second_form_without_title_below_a_form_whose_name_is_lost_is_a_form() -> None:
    body = f"主管部门\t河口局\n{MONEY}年度总体目标\t略\n{HEAD}\n" + f"{ROW}\n" * 12 + "\n"
    assert len(projects(f"项目支出绩效自评表\n{body}\n项目名称\t水质监测\n{body}")) == 2


def test_both_kinds_of_form_stand_in_one_document() -> None:
    target = (
        "项目支出绩效目标表\n申报单位：河口局\n项目名称\t水质监测\t项目类别\t经常性项目\n"
        "一级目标\t二级目标\t三级目标\t指标目标值\n产出目标\t数量\t监测断面数\t≥5个\n"
    )
    kinds = [type(form) for form in read(form_text("河道巡查") + target + form_text("堤防维修"))]
    assert kinds == [SelfEvaluation, TargetTable, SelfEvaluation]


@pytest.mark.parametrize(
    "line", ["项目名称", "项目名称：河道巡查", "| 项目名称 | 河道巡查 |", "项目名称\t河道巡查", "项 目名称 河道巡查"]
)
def test_a_line_that_begins_with_the_label_names_a_project(line: str) -> None:
    assert names_project(text_to_lines(line)[0])


@pytest.mark.parametrize("line", ["", "本项目名称已变更", "请填写项目名称", "单位名称\t河口局", "设备名称"])
def test_a_line_that_only_mentions_it_names_none(line: str) -> None:
    assert not names_project(text_to_lines(line)[0])


@given(
    st.lists(
        st.sampled_from(
            [
                "项目支出绩效自评表",
                "项目名称\t甲",
                "（2023年度）",
                "主管部门\t乙",
                "",
                "\f",
                HEAD,
                ROW,
                "说明",
                "财政项目支出绩效目标表",
            ]
        ),
        max_size=14,
    )
)
def test_every_filled_line_goes_to_exactly_one_chunk(pieces: list[str]) -> None:
    lines = text_to_lines("\n".join(pieces))
    chunks = split_forms(lines)
    given_out = [line for chunk in chunks for line in (*chunk.heading, *chunk.body) if line.text.strip()]
    assert given_out == [line for line in lines if line.text.strip()]
