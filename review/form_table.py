"""A form laid out as it is printed: head, money, goals, indicator rows and sums, cell by cell, for eyes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.form import (
    FIELD_NAMES,
    MISSING,
    Field,
    FieldState,
    Form,
    FundRow,
    Indicator,
    SelfEvaluation,
    field_to_words,
    path_to_place,
    walk,
)
from domain.layout import (
    EVALUATION_CLOSE,
    EVALUATION_GOALS,
    EVALUATION_HEAD,
    FUND_COLUMNS,
    INDICATOR_COLUMNS,
    TARGET_COLUMNS,
    TARGET_GOALS,
    TARGET_HEAD,
)
from domain.source import Source
from review.forms import is_doubtful

HEADINGS: Final[Mapping[str, str]] = MappingProxyType(  # over columns, where the form's own names are too long
    {
        "level3": "三级指标",
        "target": "指标值",
        "actual": "实际值",
        "item": "资金",
        "initial_budget": "年初预算",
        "adjusted_budget": "全年预算",
        "executed": "全年执行",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """A correction in force: what the machine read, what stands in its place, by whom."""

    raw: str
    text: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """One printed cell. ``percent`` is the machine's confidence, None where it is sure; ``others`` its other readings.

    ``span`` counts the rows it takes. ``amended`` is None where nobody corrected it.
    """

    path: str
    label: str
    column: str
    text: str
    raw: str
    state: str
    span: int
    is_doubtful: bool
    percent: int | None
    others: tuple[str, ...]
    place: str
    is_cited: bool
    amended: Amended | None

    @property
    def words(self) -> str:
        """The full name: 指标4·年度指标值."""
        return field_to_words(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """A row of a table, counted from 0; cells that began in a row above are not among its cells."""

    place: int
    is_own: bool
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormTable:
    """A whole form. Rows have the headings before them; blocks that the kind of form does not have are empty."""

    head: tuple[CellView, ...]
    fund_headings: tuple[str, ...]
    funds: tuple[RowView, ...]
    goals: tuple[CellView, ...]
    headings: tuple[str, ...]
    rows: tuple[RowView, ...]
    close: tuple[CellView, ...]
    warnings: tuple[str, ...]

    def cells(self) -> Iterator[CellView]:
        """Every cell, from top to bottom."""
        yield from self.head
        for row in self.funds:
            yield from row.cells
        yield from self.goals
        for row in self.rows:
            yield from row.cells
        yield from self.close


def form_to_table(
    raw: Form,
    form: Form,
    *,
    amended: Mapping[str, Amended] = MappingProxyType({}),
    cited: Collection[str] = (),
    row: int | None = None,
) -> FormTable:
    """The form as corrected, beside what the machine read; ``cited`` are paths of fields a finding rests on."""
    leads = form_to_leads(raw)
    drawer = _Drawer(
        raw=dict(walk(raw)),
        amended=amended,
        cited=frozenset(leads.get(path, path) for path in cited),
        spans=Counter(leads.values()),
    )
    evaluation = isinstance(form, SelfEvaluation)
    columns = INDICATOR_COLUMNS if evaluation else TARGET_COLUMNS
    return FormTable(
        head=drawer.values(form, EVALUATION_HEAD if evaluation else TARGET_HEAD),
        fund_headings=tuple(map(_heading, FUND_COLUMNS)),
        funds=drawer.rows("funds", getattr(form, "funds", ()), columns=FUND_COLUMNS, own=None),
        goals=drawer.values(form, EVALUATION_GOALS if evaluation else TARGET_GOALS),
        headings=tuple(map(_heading, columns)),
        rows=drawer.rows("indicators", form.indicators, columns=columns, own=row),
        close=drawer.values(form, EVALUATION_CLOSE) if evaluation else (),
        warnings=form.warnings,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawer:
    raw: Mapping[str, Field]
    amended: Mapping[str, Amended]
    cited: frozenset[str]
    spans: Mapping[str, int]  # rows, by leading field

    def cell(self, path: str, field: Field) -> CellView:
        column = path_to_place(path)[2]
        raw = self.raw.get(path, MISSING)
        return CellView(
            path=path,
            label=FIELD_NAMES.get(column, column),
            column=column,
            text=field.text,
            raw=raw.text,
            state=field.state.value,
            span=self.spans.get(path, 1),
            is_doubtful=is_doubtful(field),
            percent=round(raw.confidence * 100) if raw.state is FieldState.READ and raw.confidence < 1 else None,
            others=tuple(text for text, _ in raw.alternatives if text != field.text),
            place=sources_to_place(raw.sources),
            is_cited=path in self.cited,
            amended=self.amended.get(path),
        )

    def values(self, form: Form, names: Sequence[str]) -> tuple[CellView, ...]:
        return tuple(self.cell(name, getattr(form, name)) for name in names)

    def rows(
        self, block: str, rows: Sequence[Indicator | FundRow], *, columns: Sequence[str], own: int | None
    ) -> tuple[RowView, ...]:
        return tuple(
            RowView(
                place=place,
                is_own=place == own,
                cells=tuple(
                    self.cell(f"{block}[{place}].{column}", getattr(row, column))
                    for column in columns
                    if f"{block}[{place}].{column}" in self.spans
                ),
            )
            for place, row in enumerate(rows)
        )


def _heading(column: str) -> str:
    return HEADINGS.get(column) or FIELD_NAMES[column]


def form_to_leads(form: Form) -> dict[str, str]:
    """By which field the printed cell of each field is called: the uppermost where it stands beside several rows."""
    leads: dict[str, str] = {}
    fields = dict(walk(form))
    for path, field in fields.items():
        block, place, column = path_to_place(path)
        above = f"{block}[{place - 1}].{column}"
        is_same = bool(block) and place > 0 and _is_one_cell(fields[above], field, column)
        leads[path] = leads[above] if is_same else path
    return leads


def _is_one_cell(above: Field, below: Field, column: str) -> bool:
    """One printed cell beside several rows. On paper its box says so; elsewhere only levels are printed so."""
    if not above.sources or above.sources != below.sources or above.text != below.text:
        return False
    return column in ("level1", "level2") or all(source.box is not None for source in above.sources)


def cell_paths(form: Form, path: str) -> tuple[str, ...]:
    """The fields that the printed cell of this field fills, from top to bottom. Raises KeyError."""
    leads = form_to_leads(form)
    return tuple(other for other, lead in leads.items() if lead == leads[path])


def sources_to_place(sources: Sequence[Source]) -> str:
    """Where a cell stands, in words: 第 2 页, 第 12、13 行; "" where nothing says."""
    lines = sorted({source.line for source in sources if source.line is not None})
    pages = sorted({source.page for source in sources if source.page is not None})
    if lines:
        return f"第 {'、'.join(map(str, lines))} 行"
    return f"第 {'、'.join(map(str, pages))} 页" if pages else ""
