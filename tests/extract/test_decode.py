"""Flattened text, no separators left: whole and wrapped cells, blanks, page breaks; sums vouch or speak against."""

from __future__ import annotations

import pytest

from domain.form import FieldState, Form, Indicator, SelfEvaluation, TargetTable, walk
from domain.source import Document
from extract import tables_to_forms, text_to_tables
from extract.clean import text_to_lines
from extract.decode import decode_rows
from extract.fragments import Look, lines_to_fragments, text_look
from extract.placing import COLUMNS, PageHints, Sums

DOCUMENT = Document(path="flat.txt", sha256="")
HEAD = """项目支出绩效自评表
（2023年度）
项目名称 河道巡查
主管部门 河口局 实施单位 河口站
项目资金
（万元）
年初预算数 全年预算数 全年执行数 分值 执行率 得分
年度资金总额 100.00 90.00 90.00 10 100% 10
其中：当年财政拨款 100.00 90.00 90.00 - 100% -
年度总体目标
预期目标 实际完成情况
巡查全区河道十二公里，整治隐患五处。
截至年底已巡查河道十二公里，整治隐患五处。
一级指标 二级指标 三级指标 年度指标值 实际完成值 分值 得分 偏差原因分析及改进措施
"""
# Rows as printed, and the eight texts that each holds.
TIMES = (
    "产出指标 数量指标 巡查次数 ≥12次 12次 20 20",
    ("产出指标", "数量指标", "巡查次数", "≥12次", "12次", "20", "20", ""),
)
FIXED = ("整治隐患数量 =5处 5处 20 20", ("产出指标", "数量指标", "整治隐患数量", "=5处", "5处", "20", "20", ""))
COVER = (
    "质量指标 巡查覆盖率 ≥90% 80% 20 15 因汛期道路中断，后续将补查",
    ("产出指标", "质量指标", "巡查覆盖率", "≥90%", "80%", "20", "15", "因汛期道路中断，后续将补查"),
)
SAFE = (
    "效益指标 社会效益指标 险情发生数 ≤1起 0起 20 20",
    ("效益指标", "社会效益指标", "险情发生数", "≤1起", "0起", "20", "20", ""),
)
PLEASED = (
    "满意度指标 服务对象满意度指标 群众满意率 ≥90% 95% 10 10",
    ("满意度指标", "服务对象满意度指标", "群众满意率", "≥90%", "95%", "10", "10", ""),
)
ROWS = (TIMES, FIXED, COVER, SAFE, PLEASED)
LONG_REASON = "因汛期道路中断，后续将组织人员补查到位。"


def read_forms(text: str) -> tuple[Form, ...]:
    return tables_to_forms(text_to_tables(text, DOCUMENT), DOCUMENT)


def read(*rows: str, total: str = "总分 100 95") -> SelfEvaluation:
    """The form whose indicator lines are these."""
    (form,) = read_forms(HEAD + "\n".join((*rows, total)) + "\n")
    assert isinstance(form, SelfEvaluation)
    return form


def row_to_texts(row: Indicator) -> tuple[str, ...]:
    fields = (row.level1, row.level2, row.level3, row.target, row.actual, row.weight, row.score, row.deviation_reason)
    return tuple(field.text for field in fields)


def with_row(place: int, lines: str) -> list[str]:
    """The printed lines with one row printed otherwise."""
    return [lines if number == place else printed for number, (printed, _) in enumerate(ROWS)]


def expect(form: SelfEvaluation, place: int, **changed: str) -> None:
    """All rows as printed, but for one with some cells changed."""
    names = ("level1", "level2", "level3", "target", "actual", "weight", "score", "deviation_reason")
    wanted: list[tuple[str, ...]] = [texts for _, texts in ROWS]
    wanted[place] = tuple(changed.get(name, text) for name, text in zip(names, wanted[place], strict=True))
    assert [row_to_texts(row) for row in form.indicators] == wanted


def test_whole_cells_in_lines_are_read() -> None:
    form = read(*(printed for printed, _ in ROWS))
    assert [row_to_texts(row) for row in form.indicators] == [texts for _, texts in ROWS]
    assert (form.total_weight.text, form.total_score.text) == ("100", "95")
    assert form.warnings == ()


def test_labels_money_and_goals_are_read() -> None:
    form = read(*(printed for printed, _ in ROWS))
    labels = (form.year, form.project_name, form.supervising_department, form.implementing_unit, form.amount_unit)
    assert [field.text for field in labels] == ["2023", "河道巡查", "河口局", "河口站", "万元"]
    assert form.expected_goal.text == "巡查全区河道十二公里，整治隐患五处。"
    assert form.actual_completion.text == "截至年底已巡查河道十二公里，整治隐患五处。"
    money = [(fund.item.text, fund.executed.text, fund.weight.text, fund.score.text) for fund in form.funds]
    assert money == [("年度资金总额", "90.00", "10", "10"), ("其中：当年财政拨款", "90.00", "-", "-")]


def test_every_cell_on_a_line_of_its_own_is_read() -> None:
    form = read(*(printed.replace(" ", "\n") for printed, _ in ROWS))
    assert [row_to_texts(row) for row in form.indicators] == [texts for _, texts in ROWS]
    assert form.warnings == ()


@pytest.mark.parametrize(
    ("place", "lines", "changed"),
    [
        pytest.param(
            0,
            "产出指标 数量指标 沿线河道日常\n巡查次数\n≥12次 12次 20 20",
            {"level3": "沿线河道日常巡查次数"},
            id="name",
        ),
        pytest.param(
            2,
            "质量指标 巡查覆盖率 ≥90% 80% 20 15 因汛期道路中断，\n后续将组织人员补\n查到位。",
            {"deviation_reason": LONG_REASON},
            id="reason-over-three-lines",
        ),
        pytest.param(
            2,
            "质量指标 巡查覆盖率 ≥90% 80% 20 15 因汛期道路中断，后续\n将组织人员补查到位。",
            {"deviation_reason": LONG_REASON},
            id="reason-over-two-lines",
        ),
        pytest.param(4, "满意度指标 服务对象\n满意度指\n标\n群众满意率 ≥90% 95% 10 10", {}, id="level"),
    ],
)
def test_wrapped_cells_are_whole_again(place: int, lines: str, changed: dict[str, str]) -> None:
    form = read(*with_row(place, lines))
    expect(form, place, **changed)
    assert form.warnings == ()


@pytest.mark.parametrize("turn", ["\n\f", "\n\n\f", "\n第2页\n\f", "\n\f第2页\n", "\n- 2 -\n\f"])
def test_a_reason_cut_by_a_page_break_is_whole(turn: str) -> None:
    form = read(*with_row(2, f"质量指标 巡查覆盖率 ≥90% 80% 20 15 因汛期道路中断，\n后续将组织人员补{turn}查到位。"))
    expect(form, 2, deviation_reason=LONG_REASON)
    assert form.warnings == ()


def test_a_blank_actual_is_blank() -> None:
    form = read(*with_row(2, "质量指标 巡查覆盖率 ≥90% 20 15 资料未留存，后续加强管理。"))
    expect(form, 2, actual="", deviation_reason="资料未留存，后续加强管理。")
    assert form.indicators[2].actual.state is FieldState.BLANK


def test_plain_numbers_as_target_and_actual_are_told_from_points_by_the_sums() -> None:
    form = read(*with_row(1, "整治隐患数量 5 5 20 20"))
    expect(form, 1, target="5", actual="5")
    assert form.warnings == ()


def test_sums_that_close_vouch_for_the_reading() -> None:
    form = read(*(printed for printed, _ in ROWS))
    sure = {field.confidence for row in form.indicators for field in (row.level3, row.target, row.weight, row.score)}
    assert sure == {0.95}


@pytest.mark.parametrize("total", ["总分 100 99", "总分 100 12"])
def test_sums_that_stay_open_are_told_and_make_every_row_doubtful(total: str) -> None:
    form = read(*(printed for printed, _ in ROWS), total=total)
    assert any("与表中合计不符" in warning for warning in form.warnings)
    read_cells = [field for path, field in walk(form) if path.startswith("indicators") and field.text]
    assert max(field.confidence for field in read_cells) < 0.5


def test_a_lost_row_is_told() -> None:
    form = read(*(printed for printed, _ in ROWS if not printed.startswith("效益")))
    assert any("与表中合计不符" in warning for warning in form.warnings)


def test_a_form_without_sums_is_less_sure_than_one_whose_sums_close() -> None:
    form = read(*(printed for printed, _ in ROWS), total="")
    confidence = {row.level3.confidence for row in form.indicators}
    assert all(0.5 < one < 0.95 for one in confidence)


def test_sources_are_the_lines_of_the_cell() -> None:
    form = read(*with_row(2, "质量指标 巡查覆盖率 ≥90% 80% 20 15 因汛期道路中断，后续\n将组织人员补查到位。"))
    row = form.indicators[2]
    first = HEAD.count("\n") + 3
    assert [source.line for source in row.level3.sources] == [first]
    assert [source.line for source in row.deviation_reason.sources] == [first, first + 1]


def test_a_flattened_target_table_is_read() -> None:
    (form,) = read_forms(
        "财政项目支出绩效目标表\n（2024年度）\n申报单位名称：河口局\n项目名称： 水质监测 项目类别： 经常性项目\n"
        "计划开始日期： 2024-01-01 计划完成日期： 2024-12-31\n项目概况： 对全区河道开展水质\n监测。\n"
        "立项依据： 依据《水法》。\n项目总预算（元）： 100,000 项目当年预算（元）： 90,000\n"
        "一级目标 二级目标 三级目标 指标目标值\n产出目标 数量 监测断面数 ≥5个\n质量 数据合格率 ≥95%\n"
        "影响力目标 长效管理 监测制度健全性 健全\n"
    )
    assert isinstance(form, TargetTable)
    fields = (form.project_category, form.start_date, form.end_date, form.overview, form.total_budget, form.year_budget)
    assert [field.text for field in fields] == [
        "经常性项目", "2024-01-01", "2024-12-31", "对全区河道开展水质监测。", "100,000", "90,000"
    ]  # fmt: skip
    assert [row_to_texts(row)[:4] for row in form.indicators] == [
        ("产出目标", "数量", "监测断面数", "≥5个"),
        ("产出目标", "质量", "数据合格率", "≥95%"),
        ("影响力目标", "长效管理", "监测制度健全性", "健全"),
    ]


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("15.00", Look.FIGURE), ("100", Look.FIGURE), ("0.5", Look.FIGURE), ("101", Look.QUANTITY),
        ("≥85%", Look.BOUND), ("不少于150名", Look.BOUND), ("=5", Look.BOUND), ("12次", Look.QUANTITY),
        ("100.00(%)", Look.QUANTITY),
        ("达成指标", Look.VERDICT), ("部分达成", Look.VERDICT), ("巡查次数", Look.WORDS), ("达成", Look.WORDS),
    ],
)  # fmt: skip
def test_a_fragment_has_a_look(text: str, look: Look) -> None:
    assert text_look(text) is look


@pytest.mark.parametrize(
    ("line", "runs"),
    [
        ("巡查次数 ≥12次  12次", ["巡查次数", "≥12次", "12次"]),
        ("完成 ，已验收", ["完成，已验收"]),
        ("（ 试行）", ["（试行）"]),
        ("完成   ，已验收", ["完成", "，已验收"]),
        ("甲\t乙", ["甲", "乙"]),
        ("<b>甲</b> 乙", ["甲", "乙"]),
    ],
)
def test_a_line_is_cut_at_its_spaces_but_not_before_closing_marks(line: str, runs: list[str]) -> None:
    assert [fragment.text for fragment in lines_to_fragments(text_to_lines(line))] == runs


def test_without_fragments_there_are_no_rows() -> None:
    decoded = decode_rows((), Sums(weights=None, scores=None), columns=COLUMNS, page=PageHints())
    assert (decoded.placed, decoded.rows) == ((), 0)


def test_every_fragment_gets_exactly_one_place() -> None:
    lines = text_to_lines("\n".join(printed.split("指标 ")[-1] for printed, _ in ROWS))
    fragments = lines_to_fragments(lines)
    decoded = decode_rows(fragments, Sums(weights=None, scores=None), columns=COLUMNS, page=PageHints())
    assert "".join(placed.fragment.text for placed in decoded.placed) == "".join(f.text for f in fragments)


PRINTED = (HEAD + "\n".join(printed for printed, _ in ROWS) + "\n总分 100 95").split("\n")
MONEY_LINES = [
    number for number, line in enumerate(PRINTED) if line.startswith(("项目资金", "（万元", "年初", "其中", "年度总体"))
]


@pytest.mark.parametrize("place", [number for number in range(3, len(PRINTED)) if number not in MONEY_LINES])
def test_a_line_too_many_is_placed_or_told(place: int) -> None:
    (form,) = read_forms("\n".join([*PRINTED[: place + 1], "备查编号A7", *PRINTED[place + 1 :]]))
    assert any("备查编号A7" in text for text in (*(field.text for _, field in walk(form)), *form.warnings))


@pytest.mark.parametrize("place", MONEY_LINES)
def test_a_line_too_many_in_the_money_block_is_placed_or_told(place: int) -> None:
    (form,) = read_forms("\n".join([*PRINTED[: place + 1], "备查编号A7", *PRINTED[place + 1 :]]))
    assert any("备查编号A7" in text for text in (*(field.text for _, field in walk(form)), *form.warnings))


@pytest.mark.parametrize("below", ["", "其他资金 0 0 0 - 0 -\n"])
def test_a_line_of_money_without_figures_keeps_its_place(below: str) -> None:
    text = "\n".join(PRINTED).replace("年度总体目标\n", f"上年结转资金\n{below}年度总体目标\n")
    (form,) = read_forms(text)
    assert isinstance(form, SelfEvaluation)
    assert form.funds[2].item.text == "上年结转资金"
