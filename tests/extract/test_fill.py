"""Tables to forms: money, goals, totals, and what an auditor is told of a form that is not whole."""

from __future__ import annotations

import pytest

from domain.form import FieldState, Form, FundRow, SelfEvaluation, TargetTable
from domain.source import Document, Source
from domain.table import Cell, Table
from extract import tables_to_forms, text_to_tables
from extract.delimited import READER

DOCUMENT = Document(path="forms.txt", sha256="")
NAMES = ("item", "initial_budget", "adjusted_budget", "executed", "weight", "execution_rate", "score")
HEAD = "绩效指标\t一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施"
ROWS = (
    "\t产出指标\t数量指标\t巡查次数\t≥12次\t12次\t50\t50\t",
    "\t\t质量指标\t巡查覆盖率\t≥90%\t80%\t20\t15\t降雨",
    "\t效益指标\t社会效益指标\t险情起数\t0起\t0起\t20\t20\t",
)
MONEY_HEAD = "项目资金（万元）\t\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分"
MONEY = (
    MONEY_HEAD,
    "\t年度资金总额\t\t100.00\t90.00\t90.00\t10\t100%\t10",
    "\t其中：当年财政拨款\t\t100.00\t90.00\t90.00\t-\t100%\t-",
)
GOALS = ("年度总体目标\t预期目标\t\t\t\t实际完成情况\t\t\t", "\t巡查河道12公里。\t\t\t\t已巡查12公里。\t\t\t")
TOTAL = "总分\t\t\t\t\t\t100\t95\t"


def form_text(*, title: str = "项目支出绩效自评表", above: tuple[str, ...] = (), total: str = TOTAL) -> str:
    """A whole self-evaluation; ``above`` stands between its labels and its indicators."""
    labels = ("项目名称\t\t\t河道巡查", "主管部门\t\t\t河口局\t\t实施单位\t河口站")
    return "\n".join((title, "（2023年度）", *labels, *above, HEAD, *ROWS, total)) + "\n"


def read_forms(text: str) -> tuple[Form, ...]:
    return tables_to_forms(text_to_tables(text, DOCUMENT), DOCUMENT)


def read(text: str) -> SelfEvaluation:
    (form,) = read_forms(text)
    assert isinstance(form, SelfEvaluation)
    return form


def row_to_texts(row: FundRow) -> tuple[str, ...]:
    return tuple(getattr(row, name).text for name in NAMES)


def test_a_whole_form_is_read_without_a_word() -> None:
    form = read(form_text(above=(*MONEY, *GOALS)))
    assert (form.project_name.text, form.year.text, form.amount_unit.text) == ("河道巡查", "2023", "万元")
    assert (form.expected_goal.text, form.actual_completion.text) == ("巡查河道12公里。", "已巡查12公里。")
    assert [row.level3.text for row in form.indicators] == ["巡查次数", "巡查覆盖率", "险情起数"]
    assert (form.total_weight.text, form.total_score.text, form.grade.state) == ("100", "95", FieldState.BLANK)
    assert form.warnings == ()


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("\t资金总额\t\t9\t8\t7\t10\t87.5%\t8.75", ("资金总额", "9", "8", "7", "10", "87.5%", "8.75")),
        ("资金总额\t9\t8\t7\t10\t87.5%\t8.75", ("资金总额", "9", "8", "7", "10", "87.5%", "8.75")),
        ("\t\t资金总额\t\t9\t8\t7\t10\t87.5%\t8.75", ("资金总额", "9", "8", "7", "10", "87.5%", "8.75")),
        ("\t其中：财政拨款\t\t9\t8\t7\t-\t87.5%\t-", ("其中：财政拨款", "9", "8", "7", "-", "87.5%", "-")),
        ("其中：财政拨款\t9\t8\t7\t—\t87.5%\t—", ("其中：财政拨款", "9", "8", "7", "—", "87.5%", "—")),
        ("\t其他资金\t\t\t\t\t-\t\t-", ("其他资金", "", "", "", "-", "", "-")),
        ("\t其他资金\t\t\t\t\t\t\t", ("其他资金", "", "", "", "", "", "")),
        ("\t上年结转资金\t\t0\t0\t0\t/\t0\t/", ("上年结转资金", "0", "0", "0", "/", "0", "/")),
        (
            "\t年度资金总额\t\t1,234.50\t1,234.50\t-3.00\t10\t0%\t0",
            ("年度资金总额", "1,234.50", "1,234.50", "-3.00", "10", "0%", "0"),
        ),
        (
            "\t年度资金总额\t\t320万元\t320.00 万元\t304万元\t10\t95%\t9.5",
            ("年度资金总额", "320万元", "320.00万元", "304万元", "10", "95%", "9.5"),
        ),
        (
            "\t年度资金总额\t\t320.00\t(5.00)\t（1,304.00）\t10\t95%\t9.5",
            ("年度资金总额", "320.00", "(5.00)", "（1,304.00）", "10", "95%", "9.5"),
        ),
    ],
)
def test_a_line_of_money_is_read_wherever_its_cells_stand(line: str, row: tuple[str, ...]) -> None:
    form = read(form_text(above=(MONEY_HEAD, line)))
    assert [row_to_texts(fund) for fund in form.funds] == [row]


@pytest.mark.parametrize("rate", ["", "—", "#DIV/0!"])
@pytest.mark.parametrize("initial", ["", "—", "100.00"])
def test_a_figure_left_out_of_the_money_moves_no_other(initial: str, rate: str) -> None:
    line = f"\t年度资金总额\t\t{initial}\t90.00\t90.00\t10\t{rate}\t10"
    form = read(form_text(above=(MONEY_HEAD, line)))
    assert [row_to_texts(fund) for fund in form.funds] == [
        ("年度资金总额", initial, "90.00", "90.00", "10", rate, "10")
    ]
    assert form.warnings == ()


def test_columns_of_money_come_in_the_order_of_their_headings() -> None:
    head = "项目资金（元）\t\t\t全年预算数（A）\t全年执行数（B）\t执行率（B/A）\t分值\t得分"
    (fund,) = read(form_text(above=(head, "\t年度资金总额\t\t90\t45\t50%\t10\t5"))).funds
    assert row_to_texts(fund) == ("年度资金总额", "", "90", "45", "10", "50%", "5")
    assert fund.initial_budget.state is FieldState.MISSING


def test_the_unit_line_above_the_table_counts() -> None:
    head = MONEY_HEAD.replace("（万元）", "")
    text = form_text(above=(head, *MONEY[1:])).replace("（2023年度）", "（2023年度） 单位：元")
    assert read(text).amount_unit.text == "元"


def test_the_unit_of_an_indicator_is_not_the_unit_of_the_money() -> None:
    head = MONEY_HEAD.replace("（万元）", "")
    text = form_text(above=(head, *MONEY[1:])).replace("巡查次数", "人均补助标准（元）")
    assert read(text).amount_unit.text == ""


def test_the_unit_line_below_the_table_counts_where_no_other_stands() -> None:
    head = MONEY_HEAD.replace("（万元）", "")
    text = form_text(above=(head, *MONEY[1:]), total=f"{TOTAL}\n注：本表金额单位：元")
    assert read(text).amount_unit.text == "元"


@pytest.mark.parametrize(
    ("budget", "executed", "unit"),
    [("（元）", "（元）", "元"), ("", "（元）", "元、万元"), ("（万元）", "（元）", "万元、元")],
)
def test_the_unit_in_the_headings_of_the_amounts_counts_first(budget: str, executed: str, unit: str) -> None:
    head = MONEY_HEAD.replace("预算数", f"预算数{budget}").replace("全年执行数", f"全年执行数{executed}")
    assert read(form_text(above=(head, *MONEY[1:]))).amount_unit.text == unit


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(
            ("\t巡查河道12公里，\t\t\t\t已巡查12公里，\t\t\t", "", "\t整治5处。\t\t\t\t整治5处隐患。"), id="both"
        ),
        pytest.param(
            ("\t巡查河道12公里，整治5处。\t\t\t\t已巡查12公里，\t\t\t", "", "\t\t\t\t\t整治5处隐患。"), id="right"
        ),
        pytest.param(("\t巡查河道12公里，\t\t\t\t已巡查12公里，整治5处隐患。\t\t\t", "", "\t整治5处。"), id="left"),
        pytest.param(
            ("\t巡查河道12公里，\t\t\t\t已巡查12公里，整治5处隐患。\t\t\t", "\f年度总体目标", "\t整治5处。"),
            id="side-label-again",
        ),
    ],
)
def test_goals_cut_by_a_page_break_are_whole(rest: tuple[str, ...]) -> None:
    form = read(form_text(above=(GOALS[0], *rest)))
    assert form.expected_goal.text == "巡查河道12公里，整治5处。"
    assert form.actual_completion.text == "已巡查12公里，整治5处隐患。"


@pytest.mark.parametrize("number", ["目标1", "（一）", "2、"])
def test_a_goal_beside_its_number_is_not_what_was_completed(number: str) -> None:
    form = read(form_text(above=(GOALS[0], f"{number}\t巡查河道12公里。\t\t\t\t\t\t\t")))
    assert (form.expected_goal.text, form.actual_completion.text) == (f"{number}巡查河道12公里。", "")


def test_empty_goals_are_blank_and_absent_ones_missing() -> None:
    blank, absent = read(form_text(above=(GOALS[0], "\t\t\t\t\t\t\t\t"))), read(form_text())
    assert (blank.expected_goal.state, blank.actual_completion.state) == (FieldState.BLANK, FieldState.BLANK)
    assert absent.expected_goal.state is FieldState.MISSING


@pytest.mark.parametrize(
    ("total", "figures"),
    [
        ("总分\t\t\t\t\t\t100\t95\t", ("100", "95")),
        ("合计\t100\t95", ("100", "95")),
        ("总 分\t95", ("", "95")),
        ("总分：\t100分\t95分", ("100分", "95分")),
        ("总分\t\t", ("", "")),
        ("总分（100分）\t\t\t\t\t\t100\t95\t", ("100", "95")),
        ("总分合计\t\t\t\t\t\t100\t95\t", ("100", "95")),
        ("自评得分合计\t\t\t\t\t\t100\t95\t", ("100", "95")),
        ("综合得分\t95", ("", "95")),
        ("总分：95", ("", "95")),
        ("合计\t\t\t\t\t\t100\t\t", ("100", "")),
        ("合计\t\t\t\t\t\t\t95\t", ("", "95")),
        ("\t合计\t\t\t100\t95\t\t\t", ("100", "95")),
    ],
)
def test_totals_are_read_from_the_closing_row(total: str, figures: tuple[str, str]) -> None:
    form = read(form_text(total=total))
    assert (form.total_weight.text, form.total_score.text) == figures


@pytest.mark.parametrize("line", ["评价得分\t80", "自评得分\t\t\t\t\t\t\t98\t"])
def test_another_score_below_the_total_is_not_the_total(line: str) -> None:
    form = read(form_text(total=f"{TOTAL}\n{line}"))
    assert (form.total_weight.text, form.total_score.text) == ("100", "95")


def test_an_indicator_named_like_a_total_below_merged_levels_ends_no_form() -> None:
    line = "\t\t项目评价得分\t≥90分\t95分\t20\t15\t"
    form = read(form_text().replace(ROWS[1], line))
    assert [row.level3.text for row in form.indicators] == ["巡查次数", "项目评价得分", "险情起数"]


def test_a_grade_behind_the_total_is_no_score() -> None:
    form = read(form_text(total="总分\t95\t\t\t自评等级\t优\t\t\t"))
    assert (form.total_weight.text, form.total_score.text, form.grade.text) == ("", "95", "优")


@pytest.mark.parametrize("line", ["\t小计\t\t\t\t\t70\t65\t", "\t产出指标\t小计\t\t\t\t70\t65\t"])
def test_a_subtotal_is_told_and_no_indicator(line: str) -> None:
    form = read(form_text().replace(ROWS[2], f"{line}\n{ROWS[2]}"))
    assert [row.level3.text for row in form.indicators] == ["巡查次数", "巡查覆盖率", "险情起数"]
    assert [warning.rpartition("：")[2] for warning in form.warnings] == ["小计", "70", "65"]


def test_an_indicator_named_like_a_total_is_an_indicator() -> None:
    form = read(form_text().replace("巡查覆盖率", "综合得分").replace("质量指标", "项目合计得分情况"))
    assert [row.level3.text for row in form.indicators] == ["巡查次数", "综合得分", "险情起数"]


@pytest.mark.parametrize("line", ["评分等级\t优", "自评等级\t\t\t优", "评价等次：\t优"])
def test_the_grade_stands_below_the_total(line: str) -> None:
    assert read(form_text(total=f"{TOTAL}\n{line}")).grade.text == "优"


def test_an_unknown_title_is_told_and_the_form_read() -> None:
    form = read(form_text(title="2023年项目完成情况一览"))
    assert len(form.indicators) == 3
    assert [warning.split("：")[0] for warning in form.warnings] == ["未识别的版式"]


def test_the_layout_of_an_untitled_form_follows_its_headings() -> None:
    text = (
        "项目名称\t水质监测\t项目类别\t经常性项目\n立项依据\t依据。\n"
        "一级目标\t二级目标\t三级目标\t目标值\n产出目标\t数量\t断面\t≥5个\n"
    )
    (form,) = read_forms(text)
    assert isinstance(form, TargetTable)
    assert any("绩效目标表" in warning for warning in form.warnings)


@pytest.mark.parametrize(
    "text",
    [
        "科目\t金额\t备注\n办公费\t100\t\n",
        "序号\t项目名称\t金额\n1\t河道巡查\t100\n",
        "姓名\t得分\n甲\t90\n乙\t80\n",
        "一段说明文字。",
    ],
)
def test_other_tables_are_no_forms(text: str) -> None:
    assert read_forms(text) == ()


def test_a_form_without_project_name_is_told() -> None:
    form = read(form_text().replace("项目名称\t\t\t河道巡查\n", ""))
    assert form.project_name.state is FieldState.MISSING
    assert form.warnings == ("没有找到“项目名称”，请对照原件核对。",)


@pytest.mark.parametrize("kept", [3, 6, 8])
def test_a_form_that_ends_before_its_indicators_is_told(kept: int) -> None:
    whole = form_text(above=(*MONEY, *GOALS))
    *_, last = read_forms(whole + "\n".join(whole.split("\n")[:kept]))
    assert last.project_name.text == "河道巡查"
    assert last.indicators == ()
    assert any("没有读到任何指标行" in warning for warning in last.warnings)


def test_a_form_that_ends_amid_its_indicators_is_told() -> None:
    form = read(form_text(above=MONEY).rsplit("\n", 3)[0])
    assert len(form.indicators) == 2
    assert form.warnings != ()


def test_the_year_under_an_unknown_title_is_read() -> None:
    assert read(form_text(title="项目完成情况一览")).year.text == "2023"


def test_a_line_above_the_table_that_no_field_holds_is_told() -> None:
    form = read(form_text(title="项目支出绩效自评表\n备查编号A7"))
    assert any("备查编号A7" in warning for warning in form.warnings)


def test_a_stray_figure_that_others_contain_is_told() -> None:
    form = read(form_text(total=f"{TOTAL}\n5"))
    assert any(warning.endswith("：5") for warning in form.warnings)


@pytest.mark.parametrize("line", ["填表说明：本表一式三份", "复核人\t张三", "附：佐证材料清单"])
def test_a_line_that_belongs_nowhere_is_told(line: str) -> None:
    form = read(form_text(total=f"{TOTAL}\n{line}"))
    assert [warning.rpartition("：")[2] for warning in form.warnings] == [
        cell.rpartition("：")[2] for cell in line.split("\t")
    ]
    assert all("第10行" in warning for warning in form.warnings)


def test_pages_are_those_of_the_cells_and_lost_cells_name_theirs() -> None:
    def cell(row: int, col: int, text: str, page: int) -> Cell:
        source = Source(document=DOCUMENT, reader=READER, page=page)
        return Cell(row=row, col=col, text=text, sources=(source,))

    cells = [cell(0, 0, "项目支出绩效自评表", 2), cell(1, 0, "项目名称", 2), cell(1, 1, "河道巡查", 2)]
    heads = ("三级指标", "年度指标值", "实际完成值", "分值", "得分")
    cells += [cell(2, col, text, 2) for col, text in enumerate(heads)]
    cells += [cell(3, col, text, 3) for col, text in enumerate(("巡查次数", "≥12次", "12次", "100", "100"))]
    cells += [cell(4, 0, "总分", 3), cell(4, 3, "100", 3), cell(4, 4, "100", 3), cell(5, 0, "复核人张三", 3)]
    (form,) = tables_to_forms([Table(index=1, cells=tuple(cells))], DOCUMENT)
    assert form.pages == (2, 3)
    assert form.warnings == ("未归入任何栏目的文字（第3页）：复核人张三",)


def test_warnings_of_the_table_reach_the_form_once() -> None:
    (table,) = text_to_tables(form_text(), DOCUMENT)
    told = Table(index=1, cells=table.cells, heading=table.heading, warnings=("第2页字迹模糊。", "第2页字迹模糊。"))
    (form,) = tables_to_forms([told], DOCUMENT)
    assert form.warnings == ("第2页字迹模糊。",)
