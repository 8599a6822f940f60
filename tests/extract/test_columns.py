"""Forms whose exporter kept the layout: cells told by their place in the line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.form import SelfEvaluation, TargetTable
from domain.source import Document
from extract.clean import text_to_lines
from extract.columns import Column, cells_beside, is_number, join_figures, lines_away
from extract.fill import tables_to_forms
from extract.fragments import Fragment, lines_to_fragments, text_look, text_width
from extract.headings import COLUMN_SLACK, find_labels
from extract.placed import Place, joined_pieces, piece_cost, pieces_to_columns
from extract.purse import join_amounts
from extract.text import text_to_tables

DOCUMENT = Document(path="form.txt", sha256="0" * 64)

SELF = """\
                         项目支出绩效自评表
                             （2023年度）
                 青石县古桥修缮与沿线步道
项目名称
                         建设工程
主管部门          青石县交通局                     实施单位            青石县桥梁养护站
                                                        执行
              年初预算数      全年预算数      全年执行数     分值      率         得分
     年度资金                                              100.0
项目            120.00     110.00     110.00   10.00              10.00
     总额                                                  0%
资金
     其中：当
（万            120.00     110.00     110.00     -        -        -
     年拨款
元）
     其他资金        0.00       0.00       0.00     -        -        -
               预期目标                           实际完成情况
年度 修缮古桥三座，铺设沿线步道，方便两岸群众出行。 已修缮古桥三座，铺设步道两公里，两岸群众
总体                               出行更加方便。
目标
一级    二级      三级指标       年度指标值    实际完成值   分值      得分     偏差原因分析
指标    指标                                                     及改进措施
            修缮古桥座数       不少于3座 3座       20.00   20.00
      数量
产出    指标                                                      石材运输受阻，
指标          铺设步道长度       ≥3公里     2公里     20.00   13.33  余下一公里次年
                                                            完工。
      质量
            验收合格率        ≥95%     100%    20.00   20.00
      指标
效益    社会
            群众出行便利程度     提高       达成指标    20.00   20.00
指标    效益
      指标
满意    服务对
度指    象满意    两岸群众满意度      ≥90%     92%     10.00   10.00
标     度指标
                     总分                       100.0   93.33
                                               0
  评分等级                             优
"""

TARGET = """\
                    项目支出绩效目标表
                       （2023年度）
                   申报单位名称：青石县林业局
            沿江防护林补植
项目名称：                   项目类别：         经常性项目
            与管护
计划开始日期：    2023-01-01  计划完成日期：       2023-12-31
            沿江两岸防护林历年受损，需要补植苗木并加强日常管护，以防止水土流失，
项目概况：
            保护两岸农田。
立项依据：      根据县政府常务会议纪要。
                       2023年绩效目标
  一级指标        二级指标          三级指标          指标值
                              补植苗木株数       ≥5000株
              数量指标
  产出指标                        管护林带长度       ≥12公里
              质量指标            苗木成活率        ≥85%
  效益指标        生态效益指标          水土流失面积       有所减少
  满意度指标       服务对象满意度指标       沿江群众满意度      ≥90%
"""


def read_self(text: str) -> SelfEvaluation:
    """The one self-evaluation in a text."""
    (form,) = tables_to_forms(text_to_tables(text, DOCUMENT), DOCUMENT)
    assert isinstance(form, SelfEvaluation)
    return form


def fragment(text: str, *, line: int = 1, x: int = 0, seq: int = 0, page: int = 0) -> Fragment:
    """One piece of text at a place."""
    return Fragment(
        text=text, line=line, place=0, of=1, width=text_width(text), x=x, number=line, seq=seq, block=0,
        look=text_look(text), page=page,
    )  # fmt: skip


@pytest.fixture(scope="module")
def form() -> SelfEvaluation:
    """The self-evaluation above."""
    return read_self(SELF)


def test_a_name_that_begins_above_its_label_is_read_whole(form: SelfEvaluation) -> None:
    assert form.project_name.text == "青石县古桥修缮与沿线步道建设工程"


def test_labels_side_by_side_take_the_values_beside_them(form: SelfEvaluation) -> None:
    assert form.supervising_department.text == "青石县交通局"
    assert form.implementing_unit.text == "青石县桥梁养护站"


def test_a_side_label_in_pieces_gives_the_unit_of_money(form: SelfEvaluation) -> None:
    assert form.amount_unit.text == "万元"


def test_wrapped_rates_and_items_stay_in_their_line_of_the_money_block(form: SelfEvaluation) -> None:
    total, state, other = form.funds
    assert (total.initial_budget.text, total.weight.text, total.execution_rate.text, total.score.text) == (
        "120.00", "10.00", "100.00%", "10.00",
    )  # fmt: skip
    assert state.item.text == "其中：当年拨款"
    assert state.weight.text == "-"
    assert other.executed.text == "0.00"


def test_texts_side_by_side_are_parted_where_the_right_one_begins(form: SelfEvaluation) -> None:
    assert form.expected_goal.text == "修缮古桥三座，铺设沿线步道，方便两岸群众出行。"
    assert form.actual_completion.text == "已修缮古桥三座，铺设步道两公里，两岸群众出行更加方便。"


def test_target_and_actual_pressed_together_stay_apart(form: SelfEvaluation) -> None:
    pairs = [(row.target.text, row.actual.text) for row in form.indicators]
    assert pairs[:2] == [("不少于3座", "3座"), ("≥3公里", "2公里")]


def test_a_reason_of_three_lines_goes_to_the_row_of_its_middle(form: SelfEvaluation) -> None:
    reasons = [row.deviation_reason.text for row in form.indicators]
    assert reasons == ["", "石材运输受阻，余下一公里次年完工。", "", "", ""]


def test_level_names_head_the_rows_they_are_centred_beside(form: SelfEvaluation) -> None:
    assert [(row.level1.text, row.level2.text) for row in form.indicators] == [
        ("产出指标", "数量指标"),
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
        ("效益指标", "社会效益指标"),
        ("满意度指标", "服务对象满意度指标"),
    ]


def test_a_wrapped_total_is_one_figure(form: SelfEvaluation) -> None:
    assert (form.total_weight.text, form.total_score.text, form.grade.text) == ("100.00", "93.33", "优")


def test_a_form_read_to_the_end_has_no_warning(form: SelfEvaluation) -> None:
    assert form.warnings == ()


def test_text_that_no_section_takes_is_told() -> None:
    lines = SELF.splitlines()
    at = next(number for number, line in enumerate(lines) if "全年预算数" in line)
    lines[at] = lines[at] + "    拨款批次说明"
    assert any("拨款批次说明" in warning for warning in read_self("\n".join(lines)).warnings)


def test_target_tables_are_read_by_place() -> None:
    (form,) = tables_to_forms(text_to_tables(TARGET, DOCUMENT), DOCUMENT)
    assert isinstance(form, TargetTable)
    assert form.project_name.text == "沿江防护林补植与管护"
    assert form.end_date.text == "2023-12-31"
    assert form.overview.text == "沿江两岸防护林历年受损，需要补植苗木并加强日常管护，以防止水土流失，保护两岸农田。"
    assert [(row.level2.text, row.level3.text, row.target.text) for row in form.indicators] == [
        ("数量指标", "补植苗木株数", "≥5000株"),
        ("数量指标", "管护林带长度", "≥12公里"),
        ("质量指标", "苗木成活率", "≥85%"),
        ("生态效益指标", "水土流失面积", "有所减少"),
        ("服务对象满意度指标", "沿江群众满意度", "≥90%"),
    ]


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["100.0", "0%"], True),
        (["1865646.0", "0"], True),
        (["12,3", "45.00"], True),
        (["-"], True),
        (["-", "-"], False),
        (["0.00", "0.00"], False),
        (["0", "100.0"], False),
    ],
)
def test_pieces_that_make_one_number(pieces: list[str], expected: bool) -> None:
    assert is_number(pieces) is expected


def test_a_figure_cut_behind_its_point_is_one_cell() -> None:
    pieces = [fragment("10.0", line=3), fragment("0", line=4), fragment("5.00", line=6)]
    assert [[f.text for f in cell] for cell in join_figures(pieces)] == [["10.0", "0"], ["5.00"]]
    assert [[f.text for f in cell] for cell in join_amounts(pieces)] == [["10.0", "0"], ["5.00"]]


def test_a_cell_cut_by_a_page_break_may_stand_beside_its_first_line() -> None:
    cell = [fragment("一", line=5), fragment("二", line=6, page=1), fragment("三", line=7, page=1)]
    assert lines_away(cell, 5.0) == 0.0
    assert lines_away([fragment("一", line=5), fragment("二", line=9)], 5.0) == 2.0


def test_a_piece_pulled_left_by_its_neighbour_costs_less_than_one_that_stands_free() -> None:
    place = Place(begin=40.0, middle=44.0)
    piece = fragment("10.00", x=30)
    pulled = piece_cost(piece, place, joined=True, char_cost=0.35)
    assert pulled < piece_cost(piece, place, joined=False, char_cost=0.35)


def test_two_cells_of_one_line_go_to_neighbouring_columns() -> None:
    text = "甲数量        10         12\n乙数量        20         21\n丙数量        30 31\n"
    pieces = lines_to_fragments(text_to_lines(text))
    columns = pieces_to_columns(
        pieces, (0, 1, 2), {0: 2.0, 1: 12.0, 2: 23.0}, suits=lambda _f, _key: 0.0, same=lambda _key: 3.0,
        joined=joined_pieces(pieces),
    )  # fmt: skip
    assert {key: [f.text for f in found] for key, found in columns.items()} == {
        0: ["甲数量", "乙数量", "丙数量"],
        1: ["10", "20", "30"],
        2: ["12", "21", "31"],
    }


def test_pieces_of_a_label_stand_one_below_the_other() -> None:
    text = "项目     满意\n名称     度指\n          标\n"
    pieces = lines_to_fragments(text_to_lines(text))
    found = find_labels(pieces, {"项目名称", "满意度指标", "项目度指标"}, reach=3, slack=COLUMN_SLACK)
    assert sorted(label.name for label in found) == ["满意度指标", "项目名称"]


@given(st.lists(st.integers(min_value=1, max_value=4), min_size=1, max_size=6))
def test_every_piece_goes_to_one_cell_in_order(heights: list[int]) -> None:
    """Cells of any heights, one below the other, come back as they were."""
    cells: list[list[Fragment]] = []
    line = 0
    for height in heights:
        texts = [*("字" * 8 for _ in range(height - 1)), "末。"]
        cells.append([fragment(text, line=line + n, seq=line + n) for n, text in enumerate(texts)])
        line += height
    anchors = [(cell[0].line + cell[-1].line) / 2 for cell in cells]
    found = cells_beside(Column(pieces=tuple(f for cell in cells for f in cell)), anchors)
    assert [list(cell) for cell in found] == cells


def test_points_below_a_level_name_belong_to_it() -> None:
    lines = SELF.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("产出"))
    lines[at + 2 : at + 2] = ["（40", "分）"]
    form = read_self("\n".join(lines))
    assert form.indicators[0].level1.text == "产出指标（40分）"
    assert [row.level3.text for row in form.indicators][:2] == ["修缮古桥座数", "铺设步道长度"]


def test_a_table_without_weights_is_read_by_its_scores() -> None:
    text = SELF.replace("分值      得分     偏差", "        得分     偏差")
    for weight in ("20.00   20.00", "20.00   13.33", "20.00   20.00", "10.00   10.00"):
        text = text.replace(weight, " " * 8 + weight[-5:])
    lines = [line for line in text.replace("100.0   93.33", "        93.33").splitlines() if line.strip() != "0"]
    form = read_self("\n".join(lines))
    assert [row.score.text for row in form.indicators] == ["20.00", "13.33", "20.00", "20.00", "10.00"]
    assert [row.weight.text for row in form.indicators] == [""] * 5
