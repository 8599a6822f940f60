"""How a form lies on paper: labels, columns and merged cells of the layouts in use, as one table with its heading."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from domain.form import FieldState, Form, FundRow, Indicator, SelfEvaluation, TargetTable
from domain.table import Cell, Table

FUND_COLUMNS = ("initial_budget", "adjusted_budget", "executed", "weight", "execution_rate", "score")
INDICATOR_COLUMNS = ("target", "actual", "weight", "score", "deviation_reason")
LAST_YEAR_EXECUTED = "同名项目上年预算执行数（元）"
TITLES = ("财政项目支出绩效自评表", "项目支出绩效自评表", "部门预算项目支出绩效自评表", "项目绩效自评表")
REASON_LABELS = ("偏差原因分析及改进措施", "偏差原因分析及改进措施", "未完成原因分析及改进措施", "偏差原因及整改措施")


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The fixed words of one printed self-evaluation.

    ``side`` is the label left of the indicators, "" for no such column; ``columns`` are (what stands there, its label)
    in printed order.
    """

    title: str
    year_line: str
    project: str
    department: str
    unit: str
    money: str
    money_columns: tuple[str, str, str, str, str, str]
    goal_block: str
    expected: str
    completed: str
    side: str
    levels: tuple[str, str, str]
    columns: tuple[tuple[str, str], ...]
    unit_line: bool
    total: str
    grade: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The grid of one sheet: its width, the width of its first labels, and the columns that are printed."""

    label: int
    width: int
    columns: tuple[tuple[str, str], ...]
    money: tuple[tuple[str, str], ...]


Piece = tuple[str, int, int]  # text, columns, rows


def draw_labels(rng: random.Random) -> Labels:
    """Wording of one self-evaluation sheet; the choices are those of provincial templates."""
    unit_line = rng.random() < 0.2
    return Labels(
        title=rng.choice(TITLES),
        year_line=rng.choice(("（{year}年度）", "({year} 年度)", "（ {year} 年度 ）", "({year}年度)")),
        project="项目名称",
        department=rng.choice(("主管部门", "主管部门", "主管部门及代码")),
        unit=rng.choice(("实施单位", "项目实施单位", "项目单位")),
        money="项目资金"
        if unit_line
        else rng.choice(("项目资金（{unit}）", "项目资金({unit})", "预算执行情况（{unit}）")),
        money_columns=rng.choice(
            (
                ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
                ("年初预算数", "全年预算数（A）", "全年执行数（B）", "分值", "执行率（B/A）", "得分"),
                ("年初预算数", "全年预算数", "全年执行数", "分数", "执行率(%)", "得分"),
            )
        ),
        goal_block=rng.choice(("年度总体目标", "年度总体目标", "总体目标完成情况")),
        expected=rng.choice(("预期目标", "年初设定目标", "预算目标", "年度预期目标")),
        completed=rng.choice(("实际完成情况", "全年实际完成情况", "目标实际完成情况")),
        side=rng.choice(("绩效指标", "绩效指标", "")),
        levels=("一级指标", "二级指标", "三级指标"),
        columns=_draw_columns(rng),
        unit_line=unit_line,
        total=rng.choice(("总分", "合计", "总 分")),
        grade=rng.choice(("评分等级", "自评等级")),
        contact=rng.choice(("", "", "项目负责人")),
    )


def _draw_columns(rng: random.Random) -> tuple[tuple[str, str], ...]:
    """The five columns right of the levels; a few templates print the points before the target."""
    labels = {
        "target": rng.choice(("年度指标值", "年度指标值", "年初目标值", "年度目标值")),
        "actual": rng.choice(("实际完成值", "实际完成值", "全年完成值", "实际完成指标值")),
        "weight": "分值",
        "score": "得分",
        "deviation_reason": rng.choice(REASON_LABELS),
    }
    order = INDICATOR_COLUMNS if rng.random() < 0.85 else ("weight", "target", "actual", "score", "deviation_reason")
    return tuple((name, labels[name]) for name in order)


def form_to_table(form: Form, rng: random.Random) -> Table:
    """The sheet of one form: merged cells carry spans, every row is full, the heading holds the lines above."""
    if isinstance(form, SelfEvaluation):
        return self_evaluation_to_table(form, draw_labels(rng))
    return target_to_table(form)


def self_evaluation_to_table(form: SelfEvaluation, labels: Labels) -> Table:
    """A self-evaluation; a column whose fields are all MISSING is not printed, as where no weights are given."""
    frame = _frame(form, labels)
    rows = [
        *_head_rows(form, labels, frame=frame),
        *_money_rows(form, labels, frame=frame),
        *_goal_rows(form, labels, frame=frame),
        *_indicator_rows(form.indicators, labels, frame=frame),
        _total_row(form, labels, frame=frame),
    ]
    if form.grade.text:
        rows.append([(labels.grade, frame.label, 1), (form.grade.text, frame.width - frame.label, 1)])
    lines = [labels.title, labels.year_line.format(year=form.year.text)]
    if labels.unit_line:
        lines.append(f"单位：{form.amount_unit.text}")
    return Table(index=form.index, cells=place_rows(rows), heading=_heading(*lines))


def target_to_table(form: TargetTable) -> Table:
    """A target table: pairs of label and value, the long texts, the money of two years, then the indicators."""
    pairs = (
        (("项目名称", form.project_name), ("项目类别", form.project_category)),
        (("计划开始日期", form.start_date), ("计划完成日期", form.end_date)),
        (("是否含有政府购买服务", form.government_purchase), ("绩效类型", form.performance_type)),
    )
    texts = (
        ("项目概况", form.overview),
        ("立项依据", form.basis),
        ("项目设立的必要性", form.necessity),
        ("保证项目实施的制度、措施", form.safeguards),
        ("项目实施计划", form.plan),
        ("总目标及阶段性目标", form.goals),
    )
    money = (
        (("项目总预算（元）", form.total_budget), ("项目当年预算（元）", form.year_budget)),
        (("同名项目上年预算额（元）", form.last_year_budget), (LAST_YEAR_EXECUTED, form.last_year_executed)),
    )
    rows: list[list[Piece]] = [_pair_row(pair) for pair in pairs]
    rows += [[(f"{label}：", 1, 1), (value.text, 3, 1)] for label, value in texts]
    rows += [[("本项目上年度财政资金使用情况", 4, 1)], *(_pair_row(pair) for pair in money)]
    rows += [[(f"{form.year.text}年绩效目标", 4, 1)]]
    rows += [[("一级目标", 1, 1), ("二级目标", 1, 1), ("三级目标", 1, 1), ("指标目标值", 1, 1)]]
    rows += [[*head, (row.target.text, 1, 1)] for head, row in _with_levels(form.indicators)]
    lines = ("财政项目支出绩效目标表", f"（{form.year.text}年度）", f"申报单位名称：{form.declaring_unit.text}")
    return Table(index=form.index, cells=place_rows(rows), heading=_heading(*lines))


def place_rows(rows: Sequence[Sequence[Piece]]) -> tuple[Cell, ...]:
    """Pieces laid into the grid left to right; a piece steps over places that a cell above still covers."""
    taken: set[tuple[int, int]] = set()
    cells = []
    for row, pieces in enumerate(rows):
        col = 0
        for text, width, height in pieces:
            while (row, col) in taken:
                col += 1
            taken |= {(row + down, col + right) for down in range(height) for right in range(width)}
            cells.append(Cell(row=row, col=col, row_span=height, col_span=width, text=text, sources=()))
            col += width
    return tuple(cells)


def _heading(*lines: str) -> tuple[Cell, ...]:
    return tuple(Cell(row=row, col=0, text=line, sources=()) for row, line in enumerate(lines))


def _pair_row(pair: Iterable[tuple[str, object]]) -> list[Piece]:
    return [piece for label, value in pair for piece in ((f"{label}：", 1, 1), (getattr(value, "text", ""), 1, 1))]


def _frame(form: SelfEvaluation, labels: Labels) -> Frame:
    side = 1 if labels.side else 0
    columns = tuple(column for column in labels.columns if _is_printed(form.indicators, column[0]))
    pairs = zip(FUND_COLUMNS, labels.money_columns, strict=True)
    money = tuple(column for column in pairs if _is_printed(form.funds, column[0]))
    return Frame(label=1 + side, width=side + len(labels.levels) + len(columns), columns=columns, money=money)


def _is_printed(rows: Sequence[FundRow] | Sequence[Indicator], name: str) -> bool:
    return any(getattr(row, name).state is not FieldState.MISSING for row in rows)


def _head_rows(form: SelfEvaluation, labels: Labels, *, frame: Frame) -> list[list[Piece]]:
    names = (form.supervising_department.text, form.implementing_unit.text)
    wide = frame.width - frame.label
    rest = wide - 4
    rows: list[list[Piece]] = [[(labels.project, frame.label, 1), (form.project_name.text, wide, 1)]]
    rows.append([(labels.department, frame.label, 1), (names[0], 3, 1), (labels.unit, 1, 1), (names[1], rest, 1)])
    if labels.contact:
        rows.append([(labels.contact, frame.label, 1), ("王明", 3, 1), ("联系电话", 1, 1), ("0000-1234567", rest, 1)])
    return rows


def _money_rows(form: SelfEvaluation, labels: Labels, *, frame: Frame) -> list[list[Piece]]:
    title = labels.money.format(unit=form.amount_unit.text)
    item = frame.width - 1 - len(frame.money)
    columns: list[Piece] = [(label, 1, 1) for _, label in frame.money]
    rows: list[list[Piece]] = [[(title, 1, len(form.funds) + 1), ("", item, 1), *columns]]
    for fund in form.funds:
        numbers: list[Piece] = [(getattr(fund, name).text, 1, 1) for name, _ in frame.money]
        rows.append([(fund.item.text, item, 1), *numbers])
    return rows


def _goal_rows(form: SelfEvaluation, labels: Labels, *, frame: Frame) -> list[list[Piece]]:
    left = frame.width // 2
    right = frame.width - 1 - left
    return [
        [(labels.goal_block, 1, 2), (labels.expected, left, 1), (labels.completed, right, 1)],
        [(form.expected_goal.text, left, 1), (form.actual_completion.text, right, 1)],
    ]


def _indicator_rows(indicators: Sequence[Indicator], labels: Labels, *, frame: Frame) -> list[list[Piece]]:
    head: list[Piece] = [(label, 1, 1) for label in (*labels.levels, *(label for _, label in frame.columns))]
    rows = [head]
    for levels, row in _with_levels(indicators):
        rows.append([*levels, *((getattr(row, name).text, 1, 1) for name, _ in frame.columns)])
    if labels.side:
        head.insert(0, (labels.side, 1, len(rows)))
    return rows


def _total_row(form: SelfEvaluation, labels: Labels, *, frame: Frame) -> list[Piece]:
    """The sums under their columns; the label reaches to the first of them."""
    sums = {"weight": form.total_weight.text, "score": form.total_score.text}
    names = [name for name, _ in frame.columns]
    first = next(place for place, name in enumerate(names) if name in sums)
    figures: list[Piece] = [(sums.get(name, ""), 1, 1) for name in names[first:]]
    return [(labels.total, frame.width - len(figures), 1), *figures]


def _with_levels(indicators: Sequence[Indicator]) -> list[tuple[list[Piece], Indicator]]:
    """Each row with the level cells that start at it: equal neighbours share one merged cell."""
    rows: list[tuple[list[Piece], Indicator]] = []
    for level1, block in groupby(indicators, key=lambda row: row.level1.text):
        members = list(block)
        first: list[Piece] = [(level1, 1, len(members))]
        for level2, group in groupby(members, key=lambda row: row.level2.text):
            few = list(group)
            second: list[Piece] = [(level2, 1, len(few))]
            for row in few:
                rows.append(([*first, *second, (row.level3.text, 1, 1)], row))
                first, second = [], []
    return rows
