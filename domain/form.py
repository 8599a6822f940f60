"""Forms as understood: self-evaluations and target tables, every field with its state, source and confidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeVar

from domain.source import Alternatives, Document, Source


class FieldState(StrEnum):
    """READ holds text; BLANK is an empty cell; UNREADABLE has ink nobody could read; MISSING has no place here."""

    READ = "read"
    BLANK = "blank"
    UNREADABLE = "unreadable"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value as printed (wraps undone), never edited. ``confidence`` in 0..1 covers reading and placing.

    ``alternatives`` are other readings of a figure, likeliest first; where the form's sums chose between them, what
    was read first stands before the others.
    """

    text: str = ""
    state: FieldState = FieldState.MISSING
    sources: tuple[Source, ...] = ()
    confidence: float = 1.0
    alternatives: Alternatives = ()


MISSING = Field()


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator row. Target tables fill the first four fields only; the others are MISSING."""

    level1: Field = MISSING
    level2: Field = MISSING
    level3: Field = MISSING
    target: Field = MISSING
    actual: Field = MISSING
    weight: Field = MISSING
    score: Field = MISSING
    deviation_reason: Field = MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class FundRow:
    """One line of the money block: the yearly total, as a rule the first, or one of its components."""

    item: Field = MISSING
    initial_budget: Field = MISSING
    adjusted_budget: Field = MISSING
    executed: Field = MISSING
    weight: Field = MISSING
    execution_rate: Field = MISSING
    score: Field = MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfEvaluation:
    """财政项目支出绩效自评表."""

    document: Document
    index: int
    pages: tuple[int, ...] = ()
    layout: str = ""
    year: Field = MISSING
    amount_unit: Field = MISSING
    project_name: Field = MISSING
    supervising_department: Field = MISSING
    implementing_unit: Field = MISSING
    funds: tuple[FundRow, ...] = ()
    expected_goal: Field = MISSING
    actual_completion: Field = MISSING
    indicators: tuple[Indicator, ...] = ()
    total_weight: Field = MISSING
    total_score: Field = MISSING
    grade: Field = MISSING
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTable:
    """财政项目支出绩效目标表."""

    document: Document
    index: int
    pages: tuple[int, ...] = ()
    layout: str = ""
    year: Field = MISSING
    declaring_unit: Field = MISSING
    project_name: Field = MISSING
    project_category: Field = MISSING
    start_date: Field = MISSING
    end_date: Field = MISSING
    government_purchase: Field = MISSING
    performance_type: Field = MISSING
    overview: Field = MISSING
    basis: Field = MISSING
    necessity: Field = MISSING
    safeguards: Field = MISSING
    plan: Field = MISSING
    goals: Field = MISSING
    total_budget: Field = MISSING
    year_budget: Field = MISSING
    last_year_budget: Field = MISSING
    last_year_executed: Field = MISSING
    indicators: tuple[Indicator, ...] = ()
    warnings: tuple[str, ...] = ()


Form = SelfEvaluation | TargetTable
FormT = TypeVar("FormT", bound=Form)

# As printed on the forms themselves; the two kinds share most names.
FIELD_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "year": "年度",
        "amount_unit": "金额单位",
        "project_name": "项目名称",
        "supervising_department": "主管部门",
        "implementing_unit": "实施单位",
        "expected_goal": "预期目标",
        "actual_completion": "实际完成情况",
        "total_weight": "总分值",
        "total_score": "总分",
        "grade": "评价等级",
        "declaring_unit": "申报单位",
        "project_category": "项目类别",
        "start_date": "计划开始日期",
        "end_date": "计划完成日期",
        "government_purchase": "政府购买服务",
        "performance_type": "绩效类型",
        "overview": "项目概况",
        "basis": "立项依据",
        "necessity": "项目设立的必要性",
        "safeguards": "保证项目实施的制度、措施",
        "plan": "项目实施计划",
        "goals": "总目标",
        "funds": "资金情况",
        "total_budget": "项目总预算",
        "year_budget": "项目当年预算",
        "last_year_budget": "上年项目预算",
        "last_year_executed": "上年预算执行数",
        "level1": "一级指标",
        "level2": "二级指标",
        "level3": "指标名称",
        "target": "年度指标值",
        "actual": "实际完成值",
        "weight": "分值",
        "score": "得分",
        "deviation_reason": "偏差原因",
        "item": "资金项目",
        "initial_budget": "年初预算数",
        "adjusted_budget": "全年预算数",
        "executed": "全年执行数",
        "execution_rate": "执行率",
    }
)

FormKey = tuple[str, int]  # what findings call a form by: its document's path and its number there

_MONEY_UNITS: Final = ("元", "千元", "万元", "百万元", "亿元")
_TOTAL_FUND = re.compile(r"(?:年度|项目|预算)*资金总额|合计|总计|资金合计")
_BESIDE_NAME = re.compile(r"\s|[(（][^()（）]*[)）]|[:：]")  # 合　计, 资金总额（万元）：
_ROW_PATH = re.compile(r"(funds|indicators)\[(\d+)\]\.(\w+)")
_ANY_ROW_PATH = re.compile(r"(funds|indicators)\[(\d*)\]\.(\w+)")
_BLOCKS = {"funds": "资金", "indicators": "指标"}


def walk(form: Form) -> Iterator[tuple[str, Field]]:
    """Every field of a form with its path (``grade``, ``funds[0].executed``, ``indicators[3].target``)."""
    for slot in fields(form):
        content = getattr(form, slot.name)
        if isinstance(content, Field):
            yield slot.name, content
        elif slot.name in ("funds", "indicators"):
            for place, row in enumerate(content):
                for column in fields(row):
                    yield f"{slot.name}[{place}].{column.name}", getattr(row, column.name)


def path_to_place(path: str) -> tuple[str, int, str]:
    """``funds[2].executed`` is ("funds", 2, "executed"); a field that stands in no row is ("", 0, its name)."""
    row = _ROW_PATH.fullmatch(path)
    return (row.group(1), int(row.group(2)), row.group(3)) if row else ("", 0, path)


def field_to_words(path: str) -> str:
    """A field path as an auditor says it: ``indicators[3].target`` is 指标4·年度指标值; ``[]`` is any row."""
    row = _ANY_ROW_PATH.fullmatch(path)
    if row is None:
        return FIELD_NAMES.get(path) or _BLOCKS.get(path, path)
    block, place, column = row.groups()
    number = str(int(place) + 1) if place else ""
    return f"{_BLOCKS[block]}{number}·{FIELD_NAMES.get(column, column)}"


def with_fields(form: FormT, fresh: Mapping[str, Field]) -> FormT:
    """The form with some fields replaced, by path."""
    changes: dict[str, object] = {}
    for path, field in fresh.items():
        block, place, column = path_to_place(path)
        if not block:
            changes[column] = field
        else:
            rows = changes.setdefault(block, list(getattr(form, block)))
            assert isinstance(rows, list)
            rows[place] = replace(rows[place], **{column: field})
    frozen = {name: tuple(rows) if isinstance(rows, list) else rows for name, rows in changes.items()}
    return replace(form, **frozen)  # type: ignore[arg-type]  # names come from the form's own paths


def form_to_money_unit(form: Form) -> str:
    """In what a form prints its money: 万元 where a self-evaluation names nothing, as the national form does; "" for
    several units. Target tables print 元.
    """
    if not isinstance(form, SelfEvaluation):
        return "元"
    unit = form.amount_unit.text.strip()
    if "、" in unit:
        return ""
    return unit if unit in _MONEY_UNITS else "万元"


def funds_to_total(funds: Sequence[FundRow]) -> int:
    """The place of the yearly total: the first line, unless that one names a component and another names the total."""
    names = [_BESIDE_NAME.sub("", fund.item.text) for fund in funds]
    if not names or not names[0] or _TOTAL_FUND.fullmatch(names[0]):
        return 0
    return next((place for place, name in enumerate(names) if _TOTAL_FUND.fullmatch(name)), 0)


def funds_to_execution(funds: Sequence[FundRow]) -> int:
    """The place of the line that carries the marks for execution: the total, or the first where they are merged."""
    total = funds_to_total(funds)
    scored = (place for place in (total, 0) if funds and _has_marks(funds[place]))
    return next(scored, total)


def _has_marks(fund: FundRow) -> bool:
    return any(character.isdigit() for character in fund.weight.text + fund.score.text)


def form_key(form: Form) -> FormKey:
    """What findings call a form by."""
    return form.document.path, form.index


def form_to_unit(form: Form) -> str:
    """The unit evaluated: who carries the project out, else who declared or supervises it; "" where none was read."""
    if isinstance(form, SelfEvaluation):
        return form.implementing_unit.text.strip() or form.supervising_department.text.strip()
    return form.declaring_unit.text.strip()
