"""Documents, forms and findings made by hand, and stages that read a toy format instead of real tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from domain.errors import UnreadableDocument
from domain.finding import Evidence, Finding, Severity, Verdict
from domain.form import Field, FieldState, Form, FundRow, Indicator, SelfEvaluation, TargetTable
from domain.source import Document, Reader, Source
from domain.table import Cell, Table
from domain.value import Amount
from fuhe.batch import Batch, Outcome, Status
from fuhe.listing import TextToAmount
from fuhe.page_notes import PageNote
from fuhe.pipeline import Reading, Stages

READER = Reader(name="hand", version="1")


def read(text: str, document: Document, line: int = 1) -> Field:
    """A field read from a line of text."""
    state = FieldState.READ if text else FieldState.BLANK
    return Field(text=text, state=state, sources=(Source(document=document, reader=READER, line=line),))


@dataclass(frozen=True, slots=True)
class Hand:
    """Makes domain objects with the few values a test cares about."""

    document: Document = field(default_factory=lambda: Document(path="甲/自评表.txt", sha256="ab" * 32))

    def evaluation(
        self, *, name: str = "道路养护项目", index: int = 1, reason: str = "", target: str = "≥90%"
    ) -> SelfEvaluation:
        """A self-evaluation with one indicator on line 7."""
        document = self.document
        return SelfEvaluation(
            document=document,
            index=index,
            year=read("2023", document, 2),
            amount_unit=read("万元", document, 4),
            project_name=read(name, document, 3),
            implementing_unit=read("某区市政所", document, 3),
            funds=(
                FundRow(
                    item=read("年度资金总额", document, 5),
                    adjusted_budget=read("1,200.50", document, 5),
                    executed=read("600.00", document, 5),
                    execution_rate=read("49.98%", document, 5),
                ),
            ),
            expected_goal=read("完成养护", document, 6),
            indicators=(
                Indicator(
                    level1=read("产出指标", document, 7),
                    level3=read("养护合格率", document, 7),
                    target=read(target, document, 7),
                    actual=read("95%", document, 7),
                    weight=read("10.00", document, 7),
                    score=read("10", document, 7),
                    deviation_reason=read(reason, document, 7),
                ),
            ),
            total_score=read("95.00", document, 8),
            grade=read("中", document, 8),
        )

    def target(self, *, name: str = "采购项目", index: int = 2) -> TargetTable:
        """A target table with one indicator."""
        document = self.document
        return TargetTable(
            document=document,
            index=index,
            project_name=read(name, document, 11),
            declaring_unit=read("某局", document, 11),
            year_budget=read("2,000,000", document, 12),
            goals=read("买齐设备", document, 13),
            indicators=(Indicator(level3=read("数量", document, 14), target=read("=5台", document, 14)),),
        )

    def finding(
        self,
        *,
        rank: int = 1,
        message: str = "实际值与目标值不符",
        row: int | None = 0,
        covered_by: int | None = None,
        verdict: Verdict = Verdict.FAIL,
        form_index: int = 1,
    ) -> Finding:
        """A finding that rests on the first indicator's target."""
        source = Source(document=self.document, reader=READER, line=7)
        return Finding(
            rank=rank,
            priority=9.5 - rank,
            finding="MADE_UP",
            title="编造的疑点",
            severity=Severity.HIGH,
            verdict=verdict,
            source=self.document.path,
            form_index=form_index,
            project_name="道路养护项目",
            row=row,
            message=message,
            evidence=(Evidence(field="indicators[0].target", text="≥90%", sources=(source,)),),
            basis="《某办法》",
            confidence=0.9,
            covered_by=covered_by,
        )

    def batch(self, *forms: Form, text: str = "", others: Sequence[Outcome] = ()) -> Batch:
        """A batch of one document that holds the forms."""
        reading = Reading(document=self.document, text=text, forms=forms)
        outcome = Outcome(
            path=self.document.path,
            status=Status.READ,
            sha256=self.document.sha256,
            kind="文本",
            reading=reading,
        )
        return Batch(outcomes=(outcome, *others))


@pytest.fixture
def hand() -> Hand:
    """Makes domain objects by hand."""
    return Hand()


@dataclass(slots=True)
class ToyReader:
    """Reads ``表:NAME`` lines as forms; ``坏`` breaks it. Counts the documents it was given."""

    calls: list[str] = field(default_factory=list)

    def text_to_tables(self, text: str, document: Document) -> tuple[Table, ...]:
        """A table for each line, one cell in it."""
        self.calls.append(document.path)
        if "坏" in text:
            raise RuntimeError("读表程序的缺陷")
        return tuple(
            Table(index=number, cells=(Cell(row=0, col=0, text=line, sources=(self._source(document, number),)),))
            for number, line in enumerate(text.splitlines(), start=1)
            if line
        )

    def bytes_to_tables(self, content: bytes, document: Document) -> tuple[Table, ...]:
        """Tells the kinds apart by nothing: only that it was asked."""
        self.calls.append(document.path)
        return ()

    def tables_to_forms(self, tables: Sequence[Table], document: Document) -> tuple[Form, ...]:
        """A form for each table that begins with 表."""
        names = [(table.cells[0].text[2:], table) for table in tables if table.cells[0].text.startswith("表:")]
        return tuple(
            SelfEvaluation(
                document=document,
                index=index,
                project_name=Field(text=name, state=FieldState.READ, sources=table.cells[0].sources),
                warnings=("缺少指标区",) if name == "半张" else (),
            )
            for index, (name, table) in enumerate(names, start=1)
        )

    def stages(self) -> Stages:
        """The pipeline's stages, all of them this reader."""
        return Stages(
            text_to_tables=self.text_to_tables,
            html_to_tables=self.bytes_to_tables,
            docx_to_tables=self.bytes_to_tables,
            xlsx_to_tables=self.bytes_to_tables,
            paper_to_tables=self.paper_to_tables,
            tables_to_forms=self.tables_to_forms,
        )

    def paper_to_tables(
        self, contents: Sequence[bytes], document: Document
    ) -> tuple[tuple[Table, ...], tuple[PageNote, ...]]:
        """Every file is one page of the toy format behind a line of its own; 「坏页」 cannot be read."""
        if any(b"\n" not in content for content in contents):
            raise UnreadableDocument("文件打不开。请重新取得原文件。")
        tables: list[Table] = []
        notes: list[PageNote] = []
        for number, content in enumerate(contents, start=1):
            text = content.partition(b"\n")[2].decode("utf-8", "replace")
            if "坏页" in text:
                notes.append(PageNote(number=number, reason="这一页坏了。"))
            else:
                notes.append(PageNote(number=number, choice="图片，识读像素", words=len(text)))
                tables += self.text_to_tables(text, document)
        return tuple(tables), tuple(notes)

    @staticmethod
    def _source(document: Document, line: int) -> Source:
        return Source(document=document, reader=READER, line=line)


@pytest.fixture
def toy() -> ToyReader:
    """A reader of a toy format."""
    return ToyReader()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An empty folder for inputs."""
    folder = tmp_path / "收件"
    folder.mkdir()
    return folder


def plain_amount(text: str, unit: str) -> Amount | None:
    """Money without the care the real reader takes."""
    try:
        yuan = Decimal(text.replace(",", "")) * (10_000 if unit == "万元" else 1)
    except ArithmeticError:
        return None
    return Amount(yuan=yuan, step=Decimal(1))


@pytest.fixture
def to_amount() -> TextToAmount:
    """Reads money."""
    return plain_amount
