"""A form as the rule book prints it: the parts an example speaks of, in the order and under the names of a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from domain.form import FIELD_NAMES, Field, FieldState, Form, FundRow, Indicator, TargetTable

EMPTY = "（空）"
TARGET_TABLE = "绩效目标表"
# Parts told in a line above the tables, and those below them; whatever else a form holds is a section of text.
HEAD = {
    "year": "年度",
    "project_name": "项目名称",
    "project_category": "项目类别",
    "supervising_department": "主管部门",
    "implementing_unit": "实施单位",
    "declaring_unit": "申报单位",
    "amount_unit": "金额单位",
    "year_budget": "当年预算",
    "total_budget": "项目总预算",
    "last_year_budget": "上年预算",
    "last_year_executed": "上年执行数",
}
FOOT = {"total_score": "总分", "grade": "等级"}
SECTIONS = ("overview", "basis", "necessity", "safeguards", "plan", "goals", "expected_goal", "actual_completion")
ROW_HEAD = ("level1", "level2", "level3", "target")  # columns of either kind of form, printed even where blank
COLUMNS = {**FIELD_NAMES, "item": "资金项目"}


def form_to_markdown(form: Form, *, title: str, parts: frozenset[str], asked: frozenset[str]) -> str:
    """The named parts of a form, those it has; blank cells that a finding asked for (``asked``, paths) say so.

    ``title`` stands before the first of them; a form of which only single words are told takes one line.
    """
    head = [title, TARGET_TABLE if isinstance(form, TargetTable) else "", *_words(form, HEAD, parts=parts)]
    foot = list(_words(form, FOOT, parts=parts))
    blocks = [
        _funds(form, asked=asked) if "funds" in parts else "",
        "\n".join(_sections(form, parts=parts)),
        _rows(form, asked=asked) if "indicators" in parts else "",
    ]
    above, below = (head, foot) if any(blocks) else (head + foot, [])
    return "\n\n".join(filter(None, (_line(above), *blocks, _line(below))))


def _line(words: Sequence[str]) -> str:
    return "；".join(filter(None, words))


def _words(form: Form, names: Mapping[str, str], *, parts: frozenset[str]) -> Iterator[str]:
    for name, title in names.items():
        if _has(form, name, parts):
            yield f"{title}：{_told(getattr(form, name))}"


def _sections(form: Form, *, parts: frozenset[str]) -> Iterator[str]:
    for name in SECTIONS:
        if _has(form, name, parts):
            yield f"- {FIELD_NAMES[name]}：{_told(getattr(form, name))}"


def _has(form: Form, name: str, parts: frozenset[str]) -> bool:
    """True for a part that is wanted and has its place on this form."""
    return name in parts and hasattr(form, name) and getattr(form, name).state is not FieldState.MISSING


def _told(field: Field) -> str:
    return field.text.strip() or EMPTY


def _funds(form: Form, *, asked: frozenset[str]) -> str:
    funds: Sequence[FundRow] = getattr(form, "funds", ())
    return _table(funds, block="funds", kept=("item",), asked=asked)


def _rows(form: Form, *, asked: frozenset[str]) -> str:
    marks = () if isinstance(form, TargetTable) else ("actual", "weight", "score")
    return _table(form.indicators, block="indicators", kept=(*ROW_HEAD, *marks), asked=asked)


def _table(
    rows: Sequence[FundRow] | Sequence[Indicator], *, block: str, kept: Sequence[str], asked: frozenset[str]
) -> str:
    """A table without the columns in which nothing stands and nothing was looked for; "" for no rows."""
    if not rows:
        return ""
    names = [slot.name for slot in fields(rows[0])]
    columns = [name for name in names if name in kept or _used(rows, name, block=block, asked=asked)]
    lines = [
        [_cell(getattr(row, name), is_asked=f"{block}[{place}].{name}" in asked) for name in columns]
        for place, row in enumerate(rows)
    ]
    head = [COLUMNS[name] for name in columns]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *lines))


def _used(rows: Sequence[FundRow] | Sequence[Indicator], name: str, *, block: str, asked: frozenset[str]) -> bool:
    cells = [(f"{block}[{place}].{name}", getattr(row, name)) for place, row in enumerate(rows)]
    return any(field.text.strip() or (path in asked and field.state is FieldState.BLANK) for path, field in cells)


def _cell(field: Field, *, is_asked: bool) -> str:
    blank = EMPTY if is_asked and field.state is FieldState.BLANK else ""
    return field.text.strip().replace("|", "\\|") or blank
