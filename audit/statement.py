"""Sentences for the working paper: 定性, the facts with project, unit and year, and the clause they meet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from audit.nature import rule_to_nature
from audit.rule import FormKind, Rule
from domain.finding import Finding, Verdict
from domain.form import Field, FieldState, Form, FormKey, FundRow, SelfEvaluation, form_to_money_unit, funds_to_total

STOP, PAUSE = "。", "，"
QUOTED_STOP = "。”"  # a quotation that ends its own sentence ends the one around it too
HELD_AGAINST, PLEASE_VERIFY = "对照", "，提请核实。"
FOLLOWED_LOCALLY = "（地方参照）"
UNNAMED_PROJECT = "该项目"
# A regulation with its number, and an article where the basis names one; what follows the colon is what it asks for.
_CLAUSE = re.compile(
    r"(?P<document>[^：]*?(?:〔\d{4}〕\d+号|\d{4}年第\d+号)）?)(?P<article>第[一二三四五六七八九十百]+条)?"
)
_INNER_TITLE = str.maketrans("《》", "〈〉")  # GB/T 15834: a title within a title takes the single marks
_ENDS = "。；;，,、 \n"  # what a message or an asking may end with, and a sentence around it must not repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One source of a basis: a document, its article, and what it asks for ("" where not said).

    ``is_regulation`` holds for a document with a number; the notes printed on a form have none.
    """

    document: str
    article: str = ""
    asks: str
    is_regulation: bool

    @property
    def name(self) -> str:
        """The source as it is cited."""
        return self.document + self.article


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """The parts of a sentence for the working paper, each without what joins them. ``clauses`` is "" for none."""

    nature: str
    facts: str
    clauses: str

    def __str__(self) -> str:
        """The whole, ready to paste."""
        closing = f"{HELD_AGAINST}{self.clauses}{PLEASE_VERIFY}" if self.clauses else PLEASE_VERIFY.lstrip(PAUSE)
        stop = "" if self.facts.endswith(QUOTED_STOP) else STOP
        return f"{self.nature}{STOP}{self.facts}{stop}{closing}"


def text_to_statement(text: str) -> Statement:
    """The parts of a sentence made here; a text from elsewhere is all facts."""
    nature, stop, rest = text.partition(STOP)
    if not stop or not text.endswith(PLEASE_VERIFY.lstrip(PAUSE)):
        return Statement(nature="", facts=text.removesuffix(STOP), clauses="")
    if not text.endswith(PLEASE_VERIFY):
        return Statement(nature=nature, facts=_unstopped(rest.removesuffix(PLEASE_VERIFY.lstrip(PAUSE))), clauses="")
    facts, _, clauses = rest.rpartition(HELD_AGAINST)
    return Statement(nature=nature, facts=_unstopped(facts), clauses=clauses.removesuffix(PLEASE_VERIFY))


def _unstopped(facts: str) -> str:
    return facts if facts.endswith(QUOTED_STOP) else facts.removesuffix(STOP)


@lru_cache(maxsize=1024)  # as many as there are rules, asked for once a finding
def basis_to_clauses(basis: str) -> tuple[Clause, ...]:
    """The sources of a basis, each once: documents with their numbers, and an article where one was read."""
    return tuple(dict.fromkeys(_part_to_clause(part) for part in _basis_parts(basis)))


def _basis_parts(basis: str) -> list[str]:
    """Sources are joined by semicolons, and so are the things one source asks for: a part without a name goes on."""
    parts: list[str] = []
    for part in basis.split("；"):
        if parts and "：" not in part and _CLAUSE.match(part) is None:
            parts[-1] += f"；{part}"
        else:
            parts.append(part)
    return [part for part in parts if part.strip()]


def _part_to_clause(part: str) -> Clause:
    named, _, asks = part.partition("：")
    found = _CLAUSE.match(named)
    asks = asks.strip(_ENDS)
    if found is None:
        return Clause(document=named.strip(), asks=asks, is_regulation=False)
    document, article = found["document"].strip(), (found["article"] or "").strip()
    return Clause(document=document, article=article, asks=asks, is_regulation=True)


def clauses_to_words(clauses: Sequence[Clause]) -> str:
    """How clauses are cited in a row, each with what it asks for; a document named before is 该办法."""
    before = ["", *(clause.document for clause in clauses)]
    words = (
        clause_to_words(replace(clause, document=_again(clause)) if clause.document == known else clause)
        for clause, known in zip(clauses, before, strict=False)
    )
    return "、".join(words)


def _again(clause: Clause) -> str:
    return "该办法" if "办法》" in clause.document else "该文件" if clause.is_regulation else clause.document


@lru_cache(maxsize=1024)
def _basis_to_words(basis: str) -> str:
    return clauses_to_words(basis_to_clauses(basis))


def clause_to_words(clause: Clause) -> str:
    """《…》（财预〔2015〕88号）第二十八条关于确需调整的按程序报批的规定（地方参照）."""
    if not clause.asks:
        return clause.name
    asks, local, _ = clause.asks.partition(FOLLOWED_LOCALLY)
    if clause.is_regulation:
        return f"{clause.name}关于{asks}的规定{local}"
    return f"{clause.name.removesuffix('要求')}关于{asks}的要求{local}"


def with_statements(
    findings: Iterable[Finding], forms: Sequence[Form], *, rules: Sequence[Rule]
) -> tuple[Finding, ...]:
    """The same findings, every 疑点 with its sentence; what could not be checked has none."""
    natures = {rule.code: rule_to_nature(rule) for rule in rules}
    by_key = {(form.document.path, form.index): form for form in forms}
    return tuple(_with_statement(finding, by_key, natures=natures) for finding in findings)


def _with_statement(finding: Finding, forms: Mapping[FormKey, Form], *, natures: Mapping[str, str]) -> Finding:
    if finding.verdict is not Verdict.FAIL or finding.statement:
        return finding
    form = forms.get((finding.source, finding.form_index))
    nature = natures.get(finding.finding, finding.title)
    return replace(finding, statement=str(finding_to_statement(finding, form, nature=nature)))


def finding_to_statement(finding: Finding, form: Form | None, *, nature: str) -> Statement:
    """What a working paper says of a finding. ``form`` is None where it is not at hand."""
    message = finding.message.strip().rstrip(_ENDS)
    clauses = _basis_to_words(finding.basis)
    facts = f"{_subject(finding, form)}存在以下情形：{_row_named(finding, form)}{message}"
    return Statement(nature=nature, facts=facts, clauses=clauses)


def _subject(finding: Finding, form: Form | None) -> str:
    """《道路养护项目》（某区市政所，2023年度绩效自评表，全年预算120.50万元）."""
    named = project_to_title(finding.project_name) or UNNAMED_PROJECT
    known = () if form is None else (_unit(form), _form_name(form), _budget(form))
    told = "，".join(filter(None, known))
    return f"{named}（{told}）" if told else named


def project_to_title(project: str) -> str:
    """A project's name in title marks, "" for none."""
    name = " ".join(project.split())
    return f"《{name.translate(_INNER_TITLE)}》" if name else ""


def _unit(form: Form) -> str:
    if isinstance(form, SelfEvaluation):
        return _read(form.implementing_unit) or _read(form.supervising_department)
    return _read(form.declaring_unit)


def _form_name(form: Form) -> str:
    digits = "".join(letter for letter in _read(form.year) if letter.isdigit())
    kind = FormKind.SELF_EVALUATION if isinstance(form, SelfEvaluation) else FormKind.TARGET
    return (f"{digits[:4]}年度" if len(digits) >= 4 else "") + f"绩效{kind}"


def _budget(form: Form) -> str:
    """The year's budget as printed, with its unit; "" where it is not there to be read."""
    if isinstance(form, SelfEvaluation):
        total = form.funds[funds_to_total(form.funds)] if form.funds else FundRow()
        text = _read(total.adjusted_budget) or _read(total.initial_budget)
        unit = form_to_money_unit(form)
    else:
        text, unit = _read(form.year_budget) or _read(form.total_budget), "元"
    named = unit if not text.endswith("元") else ""
    return f"全年预算{text}{named}" if any(letter.isdigit() for letter in text) else ""


def _read(field: Field) -> str:
    return " ".join(field.text.split()) if field.state is FieldState.READ else ""


def _row_named(finding: Finding, form: Form | None) -> str:
    """The row where the message does not name it itself."""
    if (
        finding.row is None
        or f"第{finding.row + 1}项" in finding.message
        or f"第{finding.row + 1}行" in finding.message
    ):
        return ""
    name = _read(form.indicators[finding.row].level3) if form is not None else ""
    return f"第{finding.row + 1}项指标" + (f"“{name}”" if name else "") + "，"
