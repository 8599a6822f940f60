"""What a rule is: one function with a code, a title and a basis; what it may answer; the skills it is handed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NotRequired, TypedDict, Unpack

from domain.finding import Severity
from domain.label import Label, Rationale
from domain.value import Amount, Mention, Number, Reading

if TYPE_CHECKING:
    from audit.batch import BatchView
    from audit.view import FormView, RowView


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """What the audit is handed from other rooms.

    ``value`` reads a target or actual; ``mentions`` finds the numbers of a narrative; ``amount`` reads money given the
    form's unit (万元 or 元, no other); ``number`` reads a plain weight, score or rate; ``rationale`` understands a
    deviation reason;
    ``specificity`` labels a target given the names of the indicators it stands under; ``label_name`` is a label's
    Chinese name.
    """

    value: Callable[[str], Reading]
    mentions: Callable[[str], tuple[Mention, ...]]
    amount: Callable[[str, str], Amount | None]
    number: Callable[[str], Number | None]
    rationale: Callable[[str], Rationale]
    specificity: Callable[[str, Sequence[str]], tuple[Label, ...]]
    label_name: Callable[[str], str] = str


class Why(StrEnum):
    """Why a field gave no value: ABSENT has no place on the form, the others have one that could not be used."""

    ABSENT = "表中没有这一栏"
    UNREADABLE = "有字迹但未能识读"
    UNSURE = "识读把握不足"
    UNPARSED = "内容不是数值"
    AMBIGUOUS = "含多个数或含义不明，无法取一个数值比较"
    UNITS = "各栏印的金额单位不同，没有换算"
    SHARE = "没有写百分号，是小数还是百分数不明，无法比较"


class NotRead(Exception):
    """A rule asked for a field that gives no value. Caught by the runner only.

    ``form`` names the form (``source#index``) where several are looked at together.
    """

    def __init__(self, path: str, *, why: Why, form: str = "") -> None:
        super().__init__(path)
        self.path = path
        self.why = why
        self.form = form


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Checked, nothing to say, or the rule does not concern this row or form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail:
    """One 疑点. ``message`` states the facts with the numbers filled in.

    ``severity`` overrides the rule's; ``confidence`` in 0..1 is the rule's own, readings aside. ``points`` are the
    marks and ``yuan`` the money at stake, None for the row's own marks and the form's own budget. ``row`` lets a
    rule about the whole form point at the 0-based row that shows it best. ``cause`` is equal for rows whose story
    is one and the same.
    """

    message: str
    severity: Severity | None = None
    confidence: float = 1.0
    points: Decimal | None = None
    yuan: Decimal | None = None
    row: int | None = None
    cause: str = ""


Outcome = Pass | Fail
PASS = Pass()


class FormKind(StrEnum):
    """The two kinds of form, by their Chinese names."""

    SELF_EVALUATION = "自评表"
    TARGET = "目标表"


SELF_EVALUATION_ONLY = (FormKind.SELF_EVALUATION,)
BOTH_KINDS = (FormKind.SELF_EVALUATION, FormKind.TARGET)
TARGET_ONLY = (FormKind.TARGET,)


class RuleHead(TypedDict):
    """What a rule declares above its function. ``kinds`` are self-evaluations where nothing is said.

    ``nature`` (定性) and ``category`` (问题类别) are what working papers say; where nothing is said, the rule's title
    and group give them (``audit/nature.py``). ``limits`` are for auditors: where the rule stays silent although
    something is wrong, and where it may speak although nothing is.
    """

    code: str
    title: str
    group: str
    severity: Severity
    basis: str
    kinds: NotRequired[tuple[FormKind, ...]]
    nature: NotRequired[str]
    category: NotRequired[str]
    limits: NotRequired[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _RuleSheet:
    """What every rule tells the auditor. ``explanation`` is the sentence auditors read."""

    code: str
    title: str
    group: str
    severity: Severity
    basis: str
    kinds: tuple[FormKind, ...] = SELF_EVALUATION_ONLY
    nature: str = ""
    category: str = ""
    limits: str = ""
    explanation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRule(_RuleSheet):
    """A rule asked of every indicator row."""

    check: Callable[[RowView], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRule(_RuleSheet):
    """A rule asked once of the whole form."""

    check: Callable[[FormView], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsAndFormRule(_RuleSheet):
    """One rule with two sides: asked of every indicator row, and once of the whole form."""

    check_row: Callable[[RowView], Outcome]
    check_form: Callable[[FormView], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """Forms a batch rule wants to see side by side, by their places in the batch.

    ``judge`` is asked with one view for each place. What it asks of any of them is evidence, and what one of them does
    not give makes the suspicion uncheckable. The finding, its row, marks and money belong to the first.
    """

    places: tuple[int, ...]
    judge: Callable[[Sequence[FormView]], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRule(_RuleSheet):
    """A rule asked once of all forms together: it says which of them to look at side by side."""

    check: Callable[[BatchView], Iterable[Suspicion]]


Rule = RowRule | FormRule | RowsAndFormRule | BatchRule


def row_rule(**head: Unpack[RuleHead]) -> Callable[[Callable[[RowView], Outcome]], RowRule]:
    """Make a RowRule of the function below; its one-line Chinese docstring becomes the explanation."""
    return lambda check: RowRule(**head, explanation=_explanation(check.__doc__, head["code"]), check=check)


def form_rule(**head: Unpack[RuleHead]) -> Callable[[Callable[[FormView], Outcome]], FormRule]:
    """Make a FormRule of the function below; its one-line Chinese docstring becomes the explanation."""
    return lambda check: FormRule(**head, explanation=_explanation(check.__doc__, head["code"]), check=check)


def rows_and_form_rule(
    check_row: Callable[[RowView], Outcome], **head: Unpack[RuleHead]
) -> Callable[[Callable[[FormView], Outcome]], RowsAndFormRule]:
    """Make a RowsAndFormRule of ``check_row`` and the function below, whose docstring becomes the explanation."""
    return lambda check: RowsAndFormRule(
        **head, explanation=_explanation(check.__doc__, head["code"]), check_row=check_row, check_form=check
    )


def batch_rule(**head: Unpack[RuleHead]) -> Callable[[Callable[[BatchView], Iterable[Suspicion]]], BatchRule]:
    """Make a BatchRule of the function below; its one-line Chinese docstring becomes the explanation."""
    return lambda check: BatchRule(**head, explanation=_explanation(check.__doc__, head["code"]), check=check)


def _explanation(docstring: str | None, code: str) -> str:
    if not docstring:
        raise ValueError(f"规则 {code} 没有说明：请在检查函数下写一行中文说明，讲清比较什么、为何重要。")
    return docstring.strip()
