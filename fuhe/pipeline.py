"""Document -> tables -> forms -> findings: the one place where the stages meet, every intermediate kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from domain.errors import UnreadableDocument
from domain.finding import Finding
from domain.form import Form, Indicator, walk
from domain.label import Label, Rationale, Rewrite
from domain.source import Document
from domain.table import Table
from fuhe.convert import old_office_to_modern
from fuhe.intake import Input
from fuhe.page_notes import PageNote
from fuhe.page_reading import HERE, PageReader
from fuhe.paper import NO_DESK, Desk, files_to_tables
from fuhe.sniff import Kind
from ocr.engines.choice import HOUSE_ENGINE, EngineChoice

if TYPE_CHECKING:
    import audit
    from classify.champions import Champions
    from fuhe.settings import Settings

BytesToTables = Callable[[bytes, Document], tuple[Table, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """What turns a document into forms; another reader is another function here."""

    text_to_tables: Callable[[str, Document], tuple[Table, ...]]
    html_to_tables: BytesToTables
    docx_to_tables: BytesToTables
    xlsx_to_tables: BytesToTables
    paper_to_tables: Callable[[Sequence[bytes], Document], tuple[tuple[Table, ...], tuple[PageNote, ...]]]
    tables_to_forms: Callable[[Sequence[Table], Document], tuple[Form, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that was read of one document; ``text`` is the input's own text ("" for pages, office files and paper).

    ``pages`` are notes on the pages of paper.
    """

    document: Document
    text: str = ""
    tables: tuple[Table, ...] = ()
    forms: tuple[Form, ...] = ()
    pages: tuple[PageNote, ...] = ()


def house_stages(
    *, password: str = "", engine: EngineChoice = HOUSE_ENGINE, desk: Desk = NO_DESK, reader: PageReader = HERE
) -> Stages:
    """The stages of this house, imported on the first call, since they are heavy.

    ``password`` opens encrypted PDFs, ``engine`` reads scans and pictures, page by page where ``reader`` does; on the
    ``desk`` lies what readings of paper leave beside their tables.
    """
    import extract

    return Stages(
        text_to_tables=extract.text_to_tables,
        html_to_tables=extract.html_to_tables,
        docx_to_tables=extract.docx_to_tables,
        xlsx_to_tables=extract.xlsx_to_tables,
        paper_to_tables=partial(files_to_tables, password=password, engine=engine, desk=desk, reader=reader),
        tables_to_forms=extract.tables_to_forms,
    )


def input_to_reading(item: Input, stages: Stages) -> Reading:
    """One document read. Raises UnreadableDocument; a document without forms is a reading without forms."""
    pages: tuple[PageNote, ...] = ()
    if item.kind in (Kind.PDF, Kind.IMAGE):
        tables, pages = stages.paper_to_tables((item.content, *item.more), item.document)
    else:
        tables = document_to_tables(item, stages)
    forms = stages.tables_to_forms(tables, item.document)
    return Reading(document=item.document, text=item.text, tables=tables, forms=forms, pages=pages)


def document_to_tables(item: Input, stages: Stages) -> tuple[Table, ...]:
    """The tables of a document that is no paper. Raises UnreadableDocument."""
    match item.kind:
        case Kind.TEXT:
            return stages.text_to_tables(item.text, item.document)
        case Kind.HTML:
            return stages.html_to_tables(item.content, item.document)
        case Kind.DOCX:
            return stages.docx_to_tables(item.content, item.document)
        case Kind.XLSX:
            return stages.xlsx_to_tables(item.content, item.document)
        case Kind.OLD_WORD:
            return stages.docx_to_tables(old_office_to_modern(item.content, item.kind), item.document)
        case Kind.OLD_EXCEL:
            return stages.xlsx_to_tables(old_office_to_modern(item.content, item.kind), item.document)
        case _:
            raise UnreadableDocument(
                "这是 zip 压缩包，名字却不以 .zip 结尾，未解开。请改名为 .zip，或解压后读入文件夹。"
            )


def house_skills(champions: Champions | None = None, *, forms: Sequence[Form] = ()) -> audit.Skills:
    """What the rules are handed from other rooms; other readers than the house's own may label the texts.

    The reasons and worded targets of ``forms`` are labelled at once: a sixth of the time of one after another.
    """
    import audit
    import extract
    from classify.champions import house_champions

    readers = champions or house_champions()
    rows = [row for form in forms for row in form.indicators]
    written = (row.deviation_reason.text.strip() for row in rows)
    reasons = tuple(dict.fromkeys(text for text in written if text))
    rationales = dict(zip(reasons, readers.rationales(reasons), strict=True))
    targets = tuple(dict.fromkeys(asked for row in rows for asked in _row_to_asked(row, rationales)))
    told = zip(targets, readers.specificities(targets), strict=True)
    specificities: dict[tuple[str, tuple[str, ...]], tuple[Label, ...]] = dict(told)

    def rationale(text: str) -> Rationale:
        return rationales[text] if text in rationales else readers.rationale(text)

    def specificity(text: str, names: Sequence[str]) -> tuple[Label, ...]:
        known = specificities.get((text, tuple(names)))
        return readers.specificity(text, names) if known is None else known

    return audit.Skills(
        value=extract.text_to_value,
        mentions=extract.text_to_mentions,
        amount=extract.text_to_amount,
        number=extract.text_to_number,
        rationale=rationale,
        specificity=specificity,
        label_name=readers.label_name,
    )


def _row_to_asked(row: Indicator, rationales: Mapping[str, Rationale]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The target values, under the name of the row, whose class the rules are going to ask for."""
    names = (row.level3.text.strip(),)
    target = row.target.text.strip()
    reason = row.deviation_reason.text.strip()
    if reason and rationales[reason].rewrite.new_target:
        yield rationales[reason].rewrite.new_target, names
    if not any(character.isdecimal() for character in target):  # figures are judged by what they say; labels are dear
        yield target, names


def forms_to_findings(
    forms: Sequence[Form], settings: Settings | None = None, *, champions: Champions | None = None
) -> tuple[Finding, ...]:
    """The 疑点 of all forms together, best first; with the defaults where no settings or readers are given."""
    import audit

    skills = house_skills(champions, forms=forms)
    if settings is None:
        return audit.check(forms, skills=skills)
    return audit.check(forms, skills=skills, thresholds=settings.thresholds, weights=settings.weights)


def text_to_rewrite(text: str) -> Rewrite:
    """What a deviation reason puts in the place of the approved indicator or target."""
    import classify

    return classify.read_rationale(text).rewrite


def rule_groups() -> dict[str, str]:
    """The 问题类别 of every finding id."""
    import audit

    return {rule.code: rule.group for rule in audit.RULES}


def rule_titles() -> dict[str, str]:
    """The Chinese name of every finding id."""
    import audit

    return {rule.code: rule.title for rule in audit.RULES}


def rule_categories() -> dict[str, str]:
    """The heading of every finding id in a working paper."""
    import audit
    from audit.nature import rule_to_category

    return {rule.code: rule_to_category(rule) for rule in audit.RULES}


def untold_warnings(reading: Reading) -> tuple[str, ...]:
    """Warnings of tables that no form passes on, and no page."""
    told = {warning for things in (reading.forms, reading.pages) for thing in things for warning in thing.warnings}
    return tuple(dict.fromkeys(w for table in reading.tables for w in table.warnings if w not in told))


def pages_with_form(reading: Reading) -> frozenset[int]:
    """Numbers of the pages of which forms took something."""
    fields = (field for form in reading.forms for _, field in walk(form))
    pages = {source.page for field in fields for source in field.sources if source.page is not None}
    return frozenset(pages.union(*(form.pages for form in reading.forms)))


def unused_tables(reading: Reading) -> tuple[Table, ...]:
    """Tables with text of which no form took a single line or box: read, and understood by nobody."""
    taken = {source for form in reading.forms for _, field in walk(form) for source in field.sources}
    return tuple(
        table
        for table in reading.tables
        if any(cell.text for cell in table.cells)
        and not any(source in taken for cell in table.cells for source in cell.sources)
    )
