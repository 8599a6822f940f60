"""What an auditor looks at to decide: page or lines, the form as read with its cells marked, and the facts."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from domain.finding import SEVERITY_NAMES, Severity
from domain.form import Form, field_to_words, walk
from review.form_table import Amended, CellView, FormTable, form_to_leads, form_to_table
from review.forms import form_with_corrections, row_to_form
from review.house import RewriteTold, the_house
from review.models import Correction, Document, Finding, FormRow
from review.page_sheets import Sheet, TextView, document_to_sheets, document_to_text, form_to_places

LOST = "作对照的“{path}”第 {index} 张表识读结果已不在文件库中，原件不能并看。请在文件列表里重新识读这份文件。"
NO_READING = "“{path}”的识读结果已不在文件库中，看不到表。请在文件列表里重新识读这份文件；疑点和处理意见都还在。"
CITES_SHOWN = 6
KINDS = {"self_evaluation": "自评表", "target": "目标表"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cite:
    """A field that a finding rests on. ``key`` is its cell's; ``other`` names another form, ``other_id`` is its row."""

    key: str
    label: str
    text: str
    other: str
    other_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A finding in words. ``keys`` are its cells as JSON; ``versions`` are what read, judged and labelled.

    ``further`` are the fields that do not fit beside what is said.
    """

    finding: Finding
    severity: str
    cites: tuple[Cite, ...]
    further: tuple[Cite, ...]
    keys: str
    rewrite: RewriteTold | None
    versions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A form with what is marked on it. ``finding_id`` is None where the whole form is looked at.

    ``table`` is None, and ``trouble`` says why, where the reading is gone; ``lost`` tells of such forms it is compared
    with.
    """

    form: FormRow
    finding_id: int | None
    file: str
    kind: str
    sheets: tuple[Sheet, ...]
    texts: tuple[TextView, ...]
    table: FormTable | None
    facts: tuple[Facts, ...]
    doubtful: tuple[CellView, ...]
    trouble: str = ""
    lost: tuple[str, ...] = ()

    @property
    def has_original(self) -> bool:
        """True where page or lines can be shown beside the table."""
        return bool(self.sheets or self.texts)

    @property
    def first_picture(self) -> str:
        """The address of the page that is seen first, "" for none; whoever fetches ahead needs no other."""
        cited = (sheet for sheet in self.sheets if sheet.is_own and any(box.is_cited for box in sheet.boxes))
        return next((sheet.url for sheet in (*cited, *self.sheets)), "")

    @property
    def has_seals(self) -> bool:
        """True where a page bears a stamp."""
        return any(sheet.seals for sheet in self.sheets)


def finding_to_evidence(finding: Finding) -> Evidence:
    """The evidence of one finding: its cells marked, in its own form and in those it is compared with."""
    return _evidence(finding.form, [finding], finding=finding)


def form_to_evidence(row: FormRow, findings: Sequence[Finding]) -> Evidence:
    """A whole form with all its findings beside it."""
    return _evidence(row, findings, finding=None)


def _evidence(row: FormRow, findings: Sequence[Finding], *, finding: Finding | None) -> Evidence:
    others = _other_forms(row, findings)
    try:
        raw = row_to_form(row, corrected=False)
    except LookupError:
        return _without_reading(row, findings, finding=finding, others=others)
    amended = form_to_amended(row, raw)
    form = form_with_corrections(raw, {path: each.text for path, each in amended.items()})
    own = {each["field"] for found in findings for each in found.evidence if not each["form"]} if finding else set()
    table = form_to_table(raw, form, amended=amended, cited=own, row=finding.row if finding else None)
    elsewhere, lost = _read_others(others)
    sheets, texts = _originals(row, form, cited=own, others=elsewhere, findings=findings)
    return Evidence(
        form=row,
        finding_id=finding.pk if finding else None,
        file=PurePosixPath(row.document.path).name,
        kind=KINDS.get(row.form_type, "表"),
        sheets=sheets,
        texts=texts,
        table=table,
        facts=tuple(_facts(found, form, others=others) for found in findings),
        doubtful=tuple(cell for cell in table.cells() if cell.is_doubtful),
        lost=lost,
    )


def _without_reading(
    row: FormRow, findings: Sequence[Finding], *, finding: Finding | None, others: Mapping[str, FormRow]
) -> Evidence:
    return Evidence(
        form=row,
        finding_id=finding.pk if finding else None,
        file=PurePosixPath(row.document.path).name,
        kind=KINDS.get(row.form_type, "表"),
        sheets=document_to_sheets(row.document, (), pages=(), is_own=True),
        texts=(),
        table=None,
        facts=tuple(_facts(found, None, others=others) for found in findings),
        doubtful=(),
        trouble=NO_READING.format(path=row.document.path),
    )


def form_to_amended(row: FormRow, raw: Form) -> dict[str, Amended]:
    """The corrections in force by field path; the last of a field counts."""
    kept = Correction.objects.filter(form=row, withdrawn=False).select_related("user").order_by("pk")
    texts = {path: field.text for path, field in walk(raw)}
    return {
        each.field: Amended(raw=texts[each.field], text=each.text, who=str(each.user or "系统"))
        for each in kept
        if each.field in texts
    }


def _other_forms(row: FormRow, findings: Iterable[Finding]) -> dict[str, FormRow]:
    """The forms that evidence names as ``path#index``, of the same audit."""
    names = {each["form"] for finding in findings for each in finding.evidence if each["form"]}
    found: dict[str, FormRow] = {}
    for name in sorted(names):
        path, _, index = name.rpartition("#")
        document = Document.objects.filter(project=row.document.project_id, path=path).first()
        other = document and index.isdigit() and document.forms.filter(index=int(index)).first()
        if other:
            found[name] = other
    return found


def _read_others(others: Mapping[str, FormRow]) -> tuple[dict[str, tuple[FormRow, Form]], tuple[str, ...]]:
    """The forms compared with, and what to say of those whose reading is gone."""
    read: dict[str, tuple[FormRow, Form]] = {}
    lost: list[str] = []
    for name, other in others.items():
        try:
            read[name] = other, row_to_form(other)
        except LookupError:
            lost.append(LOST.format(path=other.document.path, index=other.index))
    return read, tuple(lost)


def _originals(
    row: FormRow,
    form: Form,
    *,
    cited: set[str],
    others: Mapping[str, tuple[FormRow, Form]],
    findings: Sequence[Finding],
) -> tuple[tuple[Sheet, ...], tuple[TextView, ...]]:
    """Pages and lines: those of the form itself, then those of the forms it is compared with."""
    places = form_to_places(form, cited=cited)
    sheets = list(document_to_sheets(row.document, places, pages=form.pages, is_own=True))
    texts = [document_to_text(row.document, places, is_own=True)]
    by_form: dict[str, set[str]] = defaultdict(set)
    for each in (each for finding in findings for each in finding.evidence if each["form"]):
        by_form[each["form"]].add(each["field"])
    for name, (other, elsewhere) in others.items():
        marked = form_to_places(elsewhere, cited=by_form[name], prefix=f"{other.pk}:", only_cited=True)
        sheets += document_to_sheets(other.document, marked, pages=elsewhere.pages[:1], is_own=False)
        texts.append(document_to_text(other.document, marked, is_own=False))
    return tuple(sheets), tuple(text for text in texts if text is not None)


def _facts(finding: Finding, form: Form | None, *, others: Mapping[str, FormRow]) -> Facts:
    cites = _cites(finding, form, others=others)
    rewrite = None
    if form is not None and finding.row is not None:
        rewrite = the_house().checking.rewrite(form, finding.row, finding.group)
    return Facts(
        finding=finding,
        severity=SEVERITY_NAMES[Severity(finding.severity)],
        cites=cites[:CITES_SHOWN],
        further=cites[CITES_SHOWN:],
        keys=json.dumps([cite.key for cite in cites], ensure_ascii=False),
        rewrite=rewrite,
        versions=_versions(finding),
    )


def _cites(finding: Finding, form: Form | None, *, others: Mapping[str, FormRow]) -> tuple[Cite, ...]:
    """Every field once; what can be read comes first, an empty cell is told by the message where it matters."""
    leads = form_to_leads(form) if form is not None else {}
    cites: dict[tuple[str, str], Cite] = {}
    for each in sorted(finding.evidence, key=lambda each: not each["text"]):
        name, path = each["form"], each["field"]
        other = others.get(name)
        key = leads.get(path, path) if not name else f"{other.pk if other else '?'}:{path}"
        told = name.rpartition("#")
        cites[name, path] = Cite(
            key=key,
            label=field_to_words(path),
            text=each["text"],
            other=f"“{PurePosixPath(told[0]).name}”第 {told[2]} 张表" if name else "",
            other_id=other.pk if other else None,
        )
    return tuple(cites.values())


def _versions(finding: Finding) -> tuple[tuple[str, str], ...]:
    """The document says what read it, the run of the checks what judged and labelled."""
    told = finding.check_run.versions if finding.check_run else {}
    names = (("程序", told.get("program")), ("识读", finding.form.document.version or told.get("reading")))
    more = (("规则", told.get("rules")), ("模型", told.get("models")))
    return tuple((name, version) for name, version in (*names, *more) if version)
