"""What the API takes and gives, as the bureau's own systems see it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from ninja import Path, Schema
from pydantic import AfterValidator, Field

from domain.decision import Cause
from domain.finding import Verdict
from review.deciding import NOTE_MOST, Deed, finding_to_mark
from review.exporting import Kind
from review.filters import TEXT_MOST
from review.models import ItemState, JobKind, JobState, Stage, State, Status

PAGE_SIZE, PAGE_MOST = 50, 500  # rows an answer
BINARY: Final = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
NAMED: Final = "一个文件的路径或名称，不填则用上传时的文件名；多个文件时为所在的文件夹"
BIGGEST = 2**63 - 1  # what a database takes for a number of a row


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("不能含有空字符")
    return text


Text = Annotated[str, AfterValidator(_without_nul)]
RowId = Annotated[int, Field(ge=1, le=BIGGEST)]
Amount = Annotated[Decimal, Field(max_digits=18, decimal_places=2)]
Share = Annotated[float, Field(ge=0, le=1)]
Id = Path[RowId]
AFTER: Final = "上一页回复中的 next"
Limit = Annotated[int, Field(ge=1, le=PAGE_MOST, description="一次取多少条")]


class Paged(Schema):
    """Which part of a list."""

    after: RowId | None = Field(None, description=AFTER)
    limit: Limit = PAGE_SIZE


class DocumentPaged(Paged):
    """Which documents."""

    state: list[State] = Field([], description="识读进展")


class FormPaged(Paged):
    """Which forms."""

    document: RowId | None = Field(None, description="只列这份文件的表")


class QueuePaged(Schema):
    """Which part of the queue: its order may change between two pages, places stay where they are."""

    after: str = Field("", pattern=r"^([0-9]{1,15}\.[0-9]{1,15})?$", description=AFTER)
    limit: Limit = PAGE_SIZE


class Named(Schema):
    """What a file that comes in is called."""

    path: Text = Field("", max_length=1000, description=NAMED)


class NamedForSure(Schema):
    """What a file is called that comes without a name of its own."""

    path: Text = Field(min_length=1, max_length=1000, description="文件的路径或名称，原样显示")


class Fault(Schema):
    """A part of a request that cannot be used."""

    where: str
    told: str


class Trouble(Schema):
    """Why something was not done."""

    message: str
    faults: list[Fault]


class MeTold(Schema):
    """Who asks."""

    username: str
    full_name: str
    is_superuser: bool = Field(description="系统管理员")


class ProjectAsked(Schema):
    """A new audit."""

    name: Text = Field(min_length=1, max_length=120)
    note: Text = Field("", max_length=4000)


class ProjectTold(Schema):
    """An audit."""

    id: int
    name: str
    note: str
    created_at: datetime


class ProjectPage(Schema):
    """Audits, the latest first."""

    items: list[ProjectTold]
    next: int | None = Field(description="下一页的 after；没有下一页时为 null")


class ItemTold(Schema):
    """A file that came in, and what became of it."""

    id: int
    path: str
    size: int
    sha256: str
    state: ItemState
    reason: str
    document_id: int | None


class DeliveryTold(Schema):
    """Files that came in together."""

    id: int
    at: datetime
    items: list[ItemTold]


class DeliveryLine(Schema):
    """Files that came in together, without their names."""

    id: int
    at: datetime
    files: int


class DeliveryPage(Schema):
    """Deliveries, the latest first."""

    items: list[DeliveryLine]
    next: int | None


class DocumentTold(Schema):
    """A document and how far its reading is."""

    id: int
    path: str
    sha256: str
    kind: str
    state: State
    reason: str
    warnings: list[Any]
    pages: int
    pages_done: int
    forms: int = Field(alias="form_count")
    finished_at: datetime | None


class DocumentPage(Schema):
    """Documents in the order in which they came."""

    items: list[DocumentTold]
    next: int | None


class FormLine(Schema):
    """A form, as lists show it."""

    id: int
    document_id: int
    index: int
    form_type: str
    year: str
    unit: str
    project_name: str
    fields: int
    doubtful: int


class FormPage(Schema):
    """Forms in the order in which they were read."""

    items: list[FormLine]
    next: int | None


class FormTold(Schema):
    """A form as a line of forms.jsonl; people's corrections are in it."""

    id: int
    document_id: int
    form: dict[str, Any] = Field(description="与 forms.jsonl 的一行相同")


class FindingLine(Schema):
    """A 疑点, as the queue shows it."""

    id: int
    form_id: int
    row: int | None
    code: str
    title: str
    group: str
    severity: str
    verdict: str
    confidence: float
    place: int
    message: str
    unit: str
    year: str
    project_name: str
    indicator: str
    amount: Decimal | None
    status: Status
    dismissal: str
    stage: Stage
    covered_by_id: int | None


class FindingPage(Schema):
    """疑点 in the order of the queue."""

    items: list[FindingLine]
    total: int = Field(description="符合筛选的共多少条")
    next: str | None


class FindingTold(FindingLine):
    """A 疑点 with all that it rests on."""

    category: str
    basis: str
    why: str
    readings: str
    statement: str
    evidence: list[Any]
    cause: str
    gone: bool
    nature: str
    relabel: list[Any]
    assignee: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None
    mark: str = Field(description="复核时随 mark 送回，其间有人改动则不保存")

    @staticmethod
    def resolve_mark(obj: Any) -> str:
        """Of the finding as it is told here."""
        return finding_to_mark(obj)

    @staticmethod
    def resolve_assignee(obj: Any) -> str | None:
        """By username."""
        return obj.assignee.username if obj.assignee else None

    @staticmethod
    def resolve_decided_by(obj: Any) -> str | None:
        """By username."""
        return obj.decided_by.username if obj.decided_by else None


class FindingFilter(Schema):
    """The filters of the queue. Of several values of one, any; of several filters, all."""

    unit: list[Text] = Field([], description="单位")
    year: list[Text] = Field([], description="年度")
    project: list[Text] = Field([], description="项目名称")
    code: list[Text] = Field([], description="疑点代号")
    group: list[Text] = Field([], description="疑点类别")
    severity: list[Text] = Field([], description="严重程度")
    verdict: Literal[Verdict.FAIL, Verdict.CANNOT_CHECK] = Field(Verdict.FAIL, description="不符，或未能核对")
    status: list[Status] = Field([], description="复核状态")
    stage: list[Stage] = Field([], description="签字")
    cause: Text = Field("", max_length=64, description="同因")
    document: list[RowId] = Field([], description="文件")
    form: RowId | None = Field(None, description="表")
    least_amount: Amount | None = Field(None, description="金额（元）不少于")
    most_amount: Amount | None = Field(None, description="金额（元）不超过")
    least_confidence: Share | None = Field(None, description="把握不低于")
    most_confidence: Share | None = Field(None, description="把握不高于")
    q: Text = Field("", max_length=TEXT_MOST, description="文字、单位、项目、指标中的词")
    mine: bool = Field(False, description="只看分派给我的")
    told_by_others: bool = Field(False, description="也列出已归入他条的")


class DecisionAsked(Schema):
    """What somebody decides on a 疑点."""

    act: Deed
    cause: Cause | None = Field(None, description="排除的缘由；只在排除时给出，且必须给出")
    nature: Text = Field("", max_length=NOTE_MOST, description="定性；只在确认时给出，不填则用疑点自带的表述")
    labels: list[Text] = Field([], max_length=20, description="应有的类别；只在改判时给出，且必须给出")
    mark: Text | None = Field(None, max_length=100, description="所见疑点的 mark；不填则不问其间有无人改动")


class ExportAsked(Schema):
    """What is to be exported."""

    kind: Kind
    status: list[Status] = Field([], description="只导出这些状态的疑点；默认全部")


class JobTold(Schema):
    """A piece of work in the background."""

    id: int
    kind: JobKind
    state: JobState
    message: str
    done: int
    total: int
    file_name: str
    created_at: datetime
    finished_at: datetime | None


class JobPage(Schema):
    """Jobs, the latest first."""

    items: list[JobTold]
    next: int | None
