"""forms.xlsx and findings.xlsx: what was read, and the 问题清单."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from domain.form import (
    FIELD_NAMES,
    FieldState,
    Form,
    FundRow,
    Indicator,
    SelfEvaluation,
    TargetTable,
    field_to_words,
    form_to_unit,
    funds_to_total,
    walk,
)
from fuhe.batch import Batch
from fuhe.listing import Entry, Listing, batch_to_unread
from fuhe.sheets import Badge, Column, Content, Link, Marked, Sheet, printed_to_content, write_workbook
from fuhe.spans import numbers_to_words
from fuhe.swaps import Swap
from fuhe.wording import STATUSES, alternatives_to_words, sources_to_words

# Below this the reading is worth a look at the original; the rules' own bound is theirs.
DOUBTFUL = 0.8
FIELDS_NAMED = 5  # a finding about a whole form looks at dozens of fields; the report names them all
LIST_SHEET = "问题清单"
CENT = Decimal("0.01")

_FORM_COLUMNS = (
    Column(title="序号", width=6),
    Column(title="项目名称", width=30),
    Column(title="类型", width=8),
    Column(title="年度", width=7),
    Column(title="主管部门", width=20),
    Column(title="实施（申报）单位", width=20),
    Column(title="金额单位", width=8),
    Column(title="全年预算数", width=14),
    Column(title="全年执行数", width=14),
    Column(title="执行率", width=9),
    Column(title="总分值", width=8),
    Column(title="总分", width=8),
    Column(title="等级", width=6),
    Column(title="指标数", width=7),
    Column(title="预期目标", width=50),
    Column(title="实际完成情况", width=50),
    Column(title="来源文件", width=30),
    Column(title="表序", width=6),
    Column(title="页码", width=8),
    Column(title="识读提示", width=30),
)
_WHICH_FORM = (
    Column(title="表号", width=6),
    Column(title="项目名称", width=26),
    Column(title="实施（申报）单位", width=18),
)
_INDICATOR_NAMES = ("level1", "level2", "level3", "target", "actual", "weight", "score", "deviation_reason")
_INDICATOR_WIDTHS = (12, 14, 30, 22, 22, 8, 8, 44)
_FUND_NAMES = ("item", "initial_budget", "adjusted_budget", "executed", "weight", "execution_rate", "score")
_FUND_WIDTHS = (24, 14, 14, 14, 8, 10, 8)
_TARGET_NAMES = (
    "project_name", "year", "declaring_unit", "project_category", "start_date", "end_date", "government_purchase",
    "performance_type", "total_budget", "year_budget", "last_year_budget", "last_year_executed",
    "overview", "basis", "necessity", "safeguards", "plan", "goals",
)  # fmt: skip
_TARGET_WIDTHS = (30, 7, 20, 14, 12, 12, 9, 10, 14, 14, 14, 14, 50, 50, 50, 50, 50, 50)


def write_forms(path: Path, batch: Batch) -> None:
    """forms.xlsx, a sheet for each subject."""
    write_workbook(path, forms_to_sheets(batch))


def forms_to_sheets(batch: Batch) -> tuple[Sheet, ...]:
    """The sheets of forms.xlsx; 表号 is the form's place in 表单一览."""
    forms = batch.forms
    numbered = tuple(enumerate(forms, start=1))
    evaluations = [(number, form) for number, form in numbered if isinstance(form, SelfEvaluation)]
    targets = [(number, form) for number, form in numbered if isinstance(form, TargetTable)]
    return (
        Sheet(name="表单一览", columns=_FORM_COLUMNS, rows=[_form_row(n, form) for n, form in numbered], frozen=2),
        Sheet(
            name="指标明细",
            columns=(*_WHICH_FORM, Column(title="行", width=5), *_columns(_INDICATOR_NAMES, _INDICATOR_WIDTHS)),
            rows=[row for number, form in numbered for row in _indicator_rows(number, form)],
            frozen=4,
        ),
        Sheet(
            name="资金",
            columns=(*_WHICH_FORM, Column(title="金额单位", width=8), *_columns(_FUND_NAMES, _FUND_WIDTHS)),
            rows=[row for number, form in evaluations for row in _fund_rows(number, form)],
            frozen=3,
        ),
        Sheet(
            name="目标表",
            columns=(Column(title="表号", width=6), *_columns(_TARGET_NAMES, _TARGET_WIDTHS)),
            rows=[_target_row(number, form) for number, form in targets],
            frozen=2,
        ),
        Sheet(name="识读提示", columns=_NOTE_COLUMNS, rows=_note_rows(batch), frozen=1, empty="（没有需要提示的）"),
    )


def _columns(names: Sequence[str], widths: Sequence[int]) -> tuple[Column, ...]:
    return tuple(Column(title=FIELD_NAMES[name], width=width) for name, width in zip(names, widths, strict=True))


def _form_row(number: int, form: Form) -> list[Content]:
    places: list[Content] = [form.document.path, form.index, numbers_to_words(form.pages), "\n".join(form.warnings)]
    if isinstance(form, TargetTable):
        return [
            number, form.project_name.text, "目标表", form.year.text, "", form.declaring_unit.text, "元",
            printed_to_content(form.year_budget.text), "", "", "", "", "", len(form.indicators),
            form.goals.text, "", *places,
        ]  # fmt: skip
    fund = form.funds[funds_to_total(form.funds)] if form.funds else FundRow()
    return [
        number, form.project_name.text, "自评表", form.year.text, form.supervising_department.text,
        form.implementing_unit.text, form.amount_unit.text, printed_to_content(fund.adjusted_budget.text),
        printed_to_content(fund.executed.text), printed_to_content(fund.execution_rate.text),
        printed_to_content(form.total_weight.text), printed_to_content(form.total_score.text), form.grade.text,
        len(form.indicators), form.expected_goal.text, form.actual_completion.text, *places,
    ]  # fmt: skip


def _which_form(number: int, form: Form) -> list[Content]:
    return [number, form.project_name.text, form_to_unit(form)]


def _indicator_rows(number: int, form: Form) -> list[list[Content]]:
    return [
        [*_which_form(number, form), place, *_indicator_cells(indicator)]
        for place, indicator in enumerate(form.indicators, start=1)
    ]


def _indicator_cells(indicator: Indicator) -> list[Content]:
    return [
        indicator.level1.text, indicator.level2.text, indicator.level3.text, indicator.target.text,
        indicator.actual.text, printed_to_content(indicator.weight.text), printed_to_content(indicator.score.text),
        indicator.deviation_reason.text,
    ]  # fmt: skip


def _fund_rows(number: int, form: SelfEvaluation) -> list[list[Content]]:
    return [
        [
            *_which_form(number, form), form.amount_unit.text, fund.item.text,
            *map(printed_to_content, (fund.initial_budget.text, fund.adjusted_budget.text, fund.executed.text)),
            *map(printed_to_content, (fund.weight.text, fund.execution_rate.text, fund.score.text)),
        ]
        for fund in form.funds
    ]  # fmt: skip


def _target_row(number: int, form: TargetTable) -> list[Content]:
    texts = {path: field.text for path, field in walk(form)}
    money = {"total_budget", "year_budget", "last_year_budget", "last_year_executed"}
    return [number, *(printed_to_content(texts[n]) if n in money else texts[n] for n in _TARGET_NAMES)]


_NOTE_COLUMNS = (
    Column(title="来源文件", width=40),
    Column(title="项目名称", width=28),
    Column(title="事项", width=14),
    Column(title="位置", width=26),
    Column(title="内容", width=70),
)


def _note_rows(batch: Batch) -> list[list[Content]]:
    """Everything an auditor should know about the reading: files left out, warnings, and doubtful fields."""
    rows: list[list[Content]] = []
    for outcome in batch.outcomes:
        if outcome.reason:
            rows.append([outcome.path, "", STATUSES[outcome.status], "", outcome.reason])
        rows += [[outcome.path, "", "文件提示", "", warning] for warning in outcome.warnings]
        for form in outcome.reading.forms if outcome.reading is not None else ():
            rows += [[outcome.path, form.project_name.text, "表单提示", "", warning] for warning in form.warnings]
            rows += _doubtful_rows(form)
    return rows


def _doubtful_rows(form: Form) -> list[list[Content]]:
    doubtful = [
        (path, field)
        for path, field in walk(form)
        if field.state is FieldState.UNREADABLE or (field.state is FieldState.READ and field.confidence < DOUBTFUL)
    ]
    return [
        [
            form.document.path, form.project_name.text,
            "未能识读" if field.state is FieldState.UNREADABLE else f"把握不足（{field.confidence:.0%}）",
            f"{field_to_words(path)} {sources_to_words(field.sources)}".strip(),
            f"{field.text}　{alternatives_to_words(field.alternatives)}".strip(),
        ]
        for path, field in doubtful
    ]  # fmt: skip


ENTRY_COLUMNS = (
    Column(title="风险等级", width=9),
    Column(title="问题类别", width=10),
    Column(title="问题名称", width=22),
    Column(title="被评单位", width=20),
    Column(title="项目", width=24),
    Column(title="指标", width=20),
    Column(title="事实描述", width=58),
    Column(title="为什么排在这里", width=34),
    Column(title="依据", width=40),
    Column(title="涉及金额（万元）", width=13),
)
REFERENCE_COLUMNS = (
    Column(title="底稿表述", width=90),
    Column(title="误读还是误报", width=34),
    Column(title="证据位置", width=30),
    Column(title="排序分", width=8),
    Column(title="把握度", width=8),
)
_NOTES_COLUMN = Column(title="核实记录", width=24)
NUMBER_COLUMN = Column(title="序号", width=6)
# What is read on paper ends with the notes; sentences to be pasted and places to be looked up stay on the screen.
_LIST_COLUMNS = (NUMBER_COLUMN, *ENTRY_COLUMNS, _NOTES_COLUMN, *REFERENCE_COLUMNS)
_PRINTED = len(_LIST_COLUMNS) - len(REFERENCE_COLUMNS)
_COVERED_COLUMNS = (Column(title="归入序号", width=9), *ENTRY_COLUMNS, *REFERENCE_COLUMNS)
_UNCHECKED_COLUMNS = (NUMBER_COLUMN, *ENTRY_COLUMNS, *REFERENCE_COLUMNS)
_SWAP_COLUMNS = (
    NUMBER_COLUMN,
    Column(title="项目", width=24),
    Column(title="行", width=5),
    Column(title="批复的指标（部分删去的加删除线）", width=34),
    Column(title="改法", width=10),
    Column(title="改后的指标（部分新增的加下划线）", width=34),
    Column(title="批复的指标值", width=24),
    Column(title="改后的指标值", width=24),
    Column(title="实际完成值", width=18),
    Column(title="得分/分值", width=11),
    Column(title="偏差原因", width=50),
)
NOT_TOLD = "（未写明）"
_UNREAD_COLUMNS = (
    Column(title="文件", width=50),
    Column(title="位置", width=10),
    Column(title="情况", width=12),
    Column(title="原因与办法", width=80),
    Column(title="图（在输出文件夹中）", width=36),
)


def write_findings(path: Path, listing: Listing, batch: Batch) -> None:
    """findings.xlsx: the list, what it covers, what could not be checked, and what was not read."""
    write_workbook(path, findings_to_sheets(listing, batch))


def findings_to_sheets(listing: Listing, batch: Batch) -> tuple[Sheet, ...]:
    """The sheets of findings.xlsx."""
    places = {entry.finding.rank: place for place, entry in enumerate(listing.top, start=1)}
    unread = [[one.path, one.place, one.status, one.reason, one.picture] for one in batch_to_unread(batch)]
    return (
        Sheet(
            name=LIST_SHEET,
            columns=_LIST_COLUMNS,
            rows=[[e.finding.rank, *entry_cells(e), None, *reference_cells(e)] for e in listing.top],
            frozen=4,
            empty="（未发现疑点）",
            printed=_PRINTED,
        ),
        Sheet(
            name="改指标对照",
            columns=_SWAP_COLUMNS,
            rows=_swap_rows(listing, places),
            frozen=3,
            empty="（没有在自评时改指标的）",
        ),
        Sheet(
            name="同一行的其他疑点",
            columns=_COVERED_COLUMNS,
            rows=[[_cover_link(e, places), *entry_cells(e), *reference_cells(e)] for e in listing.covered],
            frozen=4,
            printed=len(ENTRY_COLUMNS) + 1,
        ),
        Sheet(
            name="未能核对",
            columns=_UNCHECKED_COLUMNS,
            rows=[[n, *entry_cells(e), *reference_cells(e)] for n, e in enumerate(listing.unchecked, start=1)],
            frozen=4,
            printed=len(ENTRY_COLUMNS) + 1,
        ),
        Sheet(name="未读入文件", columns=_UNREAD_COLUMNS, rows=unread, empty="（全部文件和页均已读入）"),
    )


def _cover_link(entry: Entry, places: dict[int, int]) -> Content:
    rank = entry.finding.covered_by
    if rank is None or rank not in places:
        return rank
    return Link(number=rank, sheet=LIST_SHEET, row=places[rank])


def _fields_to_words(fields: Sequence[str]) -> str:
    named = "、".join(fields[:FIELDS_NAMED])
    return named if len(fields) <= FIELDS_NAMED else f"{named}等 {len(fields)} 处"


def _swap_rows(listing: Listing, places: dict[int, int]) -> list[list[Content]]:
    """One row for every rewritten row of a form, under the first finding that tells of it."""
    rows: dict[tuple[str, int, int | None], list[Content]] = {}
    for entry in (*listing.top, *listing.covered):
        finding = entry.finding
        key = (finding.source, finding.form_index, finding.row)
        if entry.swap is not None and key not in rows:
            rows[key] = _swap_cells(entry, entry.swap, places=places)
    return list(rows.values())


def _swap_cells(entry: Entry, swap: Swap, *, places: dict[int, int]) -> list[Content]:
    rank = entry.finding.rank if entry.finding.covered_by is None else entry.finding.covered_by
    number: Content = Link(number=rank, sheet=LIST_SHEET, row=places[rank]) if rank in places else rank
    row = None if entry.finding.row is None else entry.finding.row + 1
    return [
        number, entry.project, row, Marked(pieces=swap.name.old), swap.heading,
        Marked(pieces=swap.name.new),
        Marked(pieces=swap.target.old), Marked(pieces=swap.target.new) if swap.target_told else NOT_TOLD,
        swap.actual, swap.marks, swap.reason,
    ]  # fmt: skip


def entry_cells(entry: Entry) -> list[Content]:
    """The cells under ``ENTRY_COLUMNS``."""
    finding = entry.finding
    amount = None if entry.amount_wan is None else entry.amount_wan.quantize(CENT, ROUND_HALF_UP)
    return [
        Badge(text=entry.severity), entry.group, finding.title, entry.unit, entry.project, entry.indicator,
        finding.message, finding.why, finding.basis, amount,
    ]  # fmt: skip


def reference_cells(entry: Entry) -> list[Content]:
    """The cells under ``REFERENCE_COLUMNS``."""
    finding = entry.finding
    place = " ".join(filter(None, (Path(finding.source).name, f"第 {finding.form_index} 张表", entry.place)))
    return [
        finding.statement, finding.readings,
        f"{place}：{_fields_to_words(entry.fields)}" if entry.fields else place,
        Decimal(finding.priority).quantize(CENT), Decimal(finding.confidence).quantize(CENT),
    ]  # fmt: skip
