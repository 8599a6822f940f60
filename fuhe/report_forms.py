"""One form as report.html shows it: the table as read, its findings beside it, and the source lines they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from domain.finding import SEVERITY_NAMES, Severity
from domain.form import FIELD_NAMES, Field, FieldState, Form, FundRow, Indicator, SelfEvaluation, form_to_unit, walk
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
from fuhe.decode import text_to_lines
from fuhe.listing import Entry
from fuhe.spans import numbers_to_words
from fuhe.swaps import Swap
from fuhe.wording import alternatives_to_words, evidence_to_words, sources_to_words

# A flattened table row with a narrative in it runs to a thousand characters; the form above shows all of it.
LINE_CHARS = 300
EVIDENCE_SHOWN = 6  # what stands beside a row without pushing the next finding out of sight
# A finding that looked at more fields than this speaks of the whole form: painting them all would show nothing.
FIELDS_MARKED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """One field: ``mark`` is the severity of the heaviest finding that rests on it, ``state`` how it was read."""

    label: str
    text: str
    anchor: str
    column: str
    mark: str
    state: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """One row of a table with the ranks of the findings that speak of it."""

    anchor: str
    cells: tuple[CellView, ...]
    ranks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """One piece of evidence: what it is called, what it says, and the cell that shows it ("" for none)."""

    label: str
    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One finding of the form, with the findings it covers; ``further`` is the evidence that does not fit beside it.

    ``swap`` is the rewrite that the finding, or one it covers, speaks of; None where none does.
    """

    entry: Entry
    anchor: str
    evidence: tuple[EvidenceView, ...]
    further: tuple[EvidenceView, ...]
    covered: tuple[Entry, ...]
    swap: Swap | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One line of the source text, counted from 1; ``cut`` says that it goes on."""

    number: int
    text: str
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    """All that is shown of one form."""

    anchor: str
    number: int
    project: str
    kind: str
    unit: str
    source: str
    index: int
    pages: str
    head: tuple[CellView, ...]
    funds: tuple[RowView, ...]
    goals: tuple[CellView, ...]
    indicators: tuple[RowView, ...]
    close: tuple[CellView, ...]
    warnings: tuple[str, ...]
    entries: tuple[EntryView, ...]
    lines: tuple[LineView, ...]


def form_anchor(place: int) -> str:
    """The anchor of a form by its 1-based place in the report."""
    return f"f{place}"


def form_to_section(form: Form, entries: Sequence[Entry], *, place: int, text: str) -> FormSection:
    """One form with its findings, best first; ``text`` is the document's own text, "" for paper and office files."""
    marker = _Marker(anchor=form_anchor(place), marks=_marks(entries))
    is_evaluation = isinstance(form, SelfEvaluation)
    return FormSection(
        anchor=form_anchor(place),
        number=place,
        project=form.project_name.text or "（未读出项目名称）",
        kind="自评表" if is_evaluation else "目标表",
        unit=form_to_unit(form),
        source=PurePath(form.document.path).name,
        index=form.index,
        pages=numbers_to_words(form.pages),
        head=marker.values(form, EVALUATION_HEAD if is_evaluation else TARGET_HEAD),
        funds=_fund_rows(form, marker),
        goals=marker.values(form, EVALUATION_GOALS if is_evaluation else TARGET_GOALS),
        indicators=_indicator_rows(form, marker, entries=entries),
        close=marker.values(form, EVALUATION_CLOSE) if is_evaluation else (),
        warnings=form.warnings,
        entries=_entries_to_views(entries, form_anchor(place), shown=_shown_paths(form)),
        lines=_source_lines(entries, text),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marker:
    """Turns fields into cells, marking those that findings rest on."""

    anchor: str
    marks: dict[str, Severity]

    def cell(self, path: str, field: Field) -> CellView:
        column = path.rpartition(".")[2]
        mark = self.marks.get(path)
        return CellView(
            label=FIELD_NAMES.get(column, column),
            text=field.text,
            anchor=path_to_anchor(self.anchor, path),
            column=column,
            mark="" if mark is None else mark.value,
            state=field.state.value,
            hint=_field_to_hint(field),
        )

    def values(self, form: Form, names: Sequence[str]) -> tuple[CellView, ...]:
        return tuple(self.cell(name, getattr(form, name)) for name in names)

    def row(self, path: str, row: FundRow | Indicator, *, columns: Sequence[str]) -> tuple[CellView, ...]:
        return tuple(self.cell(f"{path}.{name}", getattr(row, name)) for name in columns)


def path_to_anchor(form: str, path: str) -> str:
    """``f2`` and ``indicators[3].target`` make ``f2-indicators-3-target``."""
    return f"{form}-{path.replace('[', '-').replace('].', '-')}"


def _field_to_hint(field: Field) -> str:
    if field.state is FieldState.MISSING:
        return "表中没有这一栏"
    if field.state is FieldState.UNREADABLE:
        return "有字迹但未能识读，请看原件"
    sure = "" if field.confidence >= 1 else f"，识读把握 {field.confidence:.0%}"
    others = alternatives_to_words(field.alternatives)
    return f"{sources_to_words(field.sources)}{sure}{others and '，' + others}".lstrip("，")


def _marks(entries: Iterable[Entry]) -> dict[str, Severity]:
    order = list(SEVERITY_NAMES)
    marks: dict[str, Severity] = {}
    for entry in entries:
        evidence_of_row = entry.finding.evidence if len(entry.finding.evidence) <= FIELDS_MARKED else ()
        for evidence in evidence_of_row:
            if evidence.form:
                continue
            known = marks.get(evidence.field, entry.finding.severity)
            marks[evidence.field] = min(known, entry.finding.severity, key=order.index)
    return marks


def _fund_rows(form: Form, marker: _Marker) -> tuple[RowView, ...]:
    funds = form.funds if isinstance(form, SelfEvaluation) else ()
    return tuple(
        RowView(
            anchor=f"{marker.anchor}-funds-{place}",
            cells=marker.row(f"funds[{place}]", fund, columns=FUND_COLUMNS),
        )
        for place, fund in enumerate(funds)
    )


def _indicator_rows(form: Form, marker: _Marker, *, entries: Sequence[Entry]) -> tuple[RowView, ...]:
    columns = INDICATOR_COLUMNS if isinstance(form, SelfEvaluation) else TARGET_COLUMNS
    return tuple(
        RowView(
            anchor=f"{marker.anchor}-r{place}",
            cells=marker.row(f"indicators[{place}]", indicator, columns=columns),
            ranks=_row_ranks(entries, place),
        )
        for place, indicator in enumerate(form.indicators)
    )


def _row_ranks(entries: Sequence[Entry], place: int) -> tuple[int, ...]:
    """The findings that tell of a row, those of other rows that cover its own included."""
    here = {entry.finding.rank for entry in entries}
    findings = [entry.finding for entry in entries if entry.finding.row == place]
    # the covering finding may speak of another form, where this one cannot lead
    return tuple(sorted({f.covered_by if f.covered_by in here else f.rank for f in findings}))


def _shown_paths(form: Form) -> frozenset[str]:
    columns = INDICATOR_COLUMNS if isinstance(form, SelfEvaluation) else TARGET_COLUMNS
    paths = (path for path, _ in walk(form))
    return frozenset(path for path in paths if "indicators" not in path or path.rpartition(".")[2] in columns)


def _entries_to_views(entries: Sequence[Entry], anchor: str, *, shown: frozenset[str]) -> tuple[EntryView, ...]:
    top = [entry for entry in entries if entry.finding.covered_by is None]
    ranks = {entry.finding.rank for entry in top}
    # a story may be covered by a finding of another form; here it is then shown on its own
    top += [
        entry for entry in entries if entry.finding.covered_by is not None and entry.finding.covered_by not in ranks
    ]
    return tuple(_entry_to_view(entry, anchor, entries=entries, shown=shown) for entry in top)


def _entry_to_view(entry: Entry, anchor: str, *, entries: Sequence[Entry], shown: frozenset[str]) -> EntryView:
    pieces = [
        EvidenceView(
            label=evidence_to_words(evidence),
            text=evidence.text,
            href=f"#{path_to_anchor(anchor, evidence.field)}" if evidence.field in shown and not evidence.form else "",
        )
        for evidence in entry.finding.evidence
    ]
    # an empty cell is told by the message where it matters; what can be read comes first
    pieces.sort(key=lambda piece: not piece.text)
    covered = tuple(other for other in entries if other.finding.covered_by == entry.finding.rank)
    return EntryView(
        entry=entry,
        anchor=f"{anchor}-n{entry.finding.rank}",
        evidence=tuple(pieces[:EVIDENCE_SHOWN]),
        further=tuple(pieces[EVIDENCE_SHOWN:]),
        covered=covered,
        swap=_swap_of_row(entry, covered),
    )


def _swap_of_row(entry: Entry, covered: Sequence[Entry]) -> Swap | None:
    same_row = [other for other in (entry, *covered) if other.finding.row == entry.finding.row]
    return next((other.swap for other in same_row if other.swap is not None), None)


def _source_lines(entries: Sequence[Entry], text: str) -> tuple[LineView, ...]:
    if not text:
        return ()
    cited = {
        source.line
        for entry in entries
        for evidence in entry.finding.evidence
        if not evidence.form
        for source in evidence.sources
        if source.line is not None
    }
    lines = text_to_lines(text)
    return tuple(
        LineView(number=number, text=lines[number - 1][:LINE_CHARS], cut=len(lines[number - 1]) > LINE_CHARS)
        for number in sorted(cited)
        if 0 < number <= len(lines)
    )
