"""Runs the rules over forms: evidence is what a rule asked for; what was not read makes it CANNOT_CHECK."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from audit.places import COLUMN_NAMES
from audit.readings import judge
from audit.rule import Fail, FormRule, NotRead, Outcome, RowRule, RowsAndFormRule, Rule, Skills, Why
from audit.stakes import project_budget
from audit.view import Context, FormView, Notebook
from domain.finding import Evidence, Finding, Severity, Verdict
from domain.form import MISSING, Field, Form, SelfEvaluation, walk
from domain.label import Label

# Fields every form of these kinds is meant to have: where one was not found, that is worth a line.
EXPECTED = frozenset(
    {
        "funds",
        "funds[].adjusted_budget",
        "funds[].executed",
        "total_score",
        "indicators[].level3",
        "indicators[].target",
        "indicators[].actual",
        "indicators[].weight",
        "indicators[].score",
    }
)
PLACE = re.compile(r"\[(\d+)\]")
# Rows named one by one in a message; more are told by their count.
ROWS_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A finding before ranking, with what is at stake: marks, money in yuan (None unknown), and its shared cause.

    ``unit`` is whose form it is, "" where no name was read; ``group`` is the theme of the rule.
    """

    finding: Finding
    points: Decimal | None
    yuan: Decimal | None
    cause: str
    unit: str = ""
    group: str = ""


def remembered(skills: Skills) -> Skills:
    """The same skills, each text read once in a run: forms of one unit repeat their sentences."""

    @cache
    def specificity(text: str, names: tuple[str, ...]) -> tuple[Label, ...]:
        return skills.specificity(text, names)

    return Skills(
        value=cache(skills.value),
        mentions=cache(skills.mentions),
        amount=cache(skills.amount),
        number=cache(skills.number),
        rationale=cache(skills.rationale),
        specificity=lambda text, names: specificity(text, tuple(names)),
    )


def form_to_raised(form: Form, rules: Sequence[Rule], *, context: Context) -> tuple[Raised, ...]:
    """Every finding the rules raise on one form, in the order of the rules."""
    kind = _view(form, context).kind
    return tuple(item for rule in rules if kind in rule.kinds for item in _rule_to_raised(rule, form, context=context))


def _rule_to_raised(rule: Rule, form: Form, *, context: Context) -> Iterator[Raised]:
    unread: list[NotRead] = []
    for place in _places(rule, form):
        view = _view(form, context)
        try:
            outcome = _ask(rule, view, place=place)
        except NotRead as missed:
            unread.append(missed)
            continue
        if isinstance(outcome, Fail):
            raised = _fail_to_raised(rule, outcome, view=view, place=place)
            yield _under_other_readings(raised, rule, view=view, place=place)
    worth = {
        missed.path: missed
        for missed in unread
        if missed.why is not Why.ABSENT or PLACE.sub("[]", missed.path) in EXPECTED
    }
    if worth:
        yield _unread_to_raised(rule, tuple(worth.values()), form=form)


def _places(rule: Rule, form: Form) -> tuple[int | None, ...]:
    """The 0-based rows a rule is asked of; None stands for the whole form."""
    rows = () if isinstance(rule, FormRule) else tuple(range(len(form.indicators)))
    return rows if isinstance(rule, RowRule) else (*rows, None)


def _view(form: Form, context: Context) -> FormView:
    return FormView(form, context=context, notebook=Notebook(context.thresholds))


def _ask(rule: Rule, view: FormView, *, place: int | None) -> Outcome:
    if isinstance(rule, RowsAndFormRule):
        return rule.check_form(view) if place is None else rule.check_row(view.row(place))
    if isinstance(rule, FormRule):
        return rule.check(view)
    if place is None:
        raise ValueError(f"规则 {rule.code} 按指标逐行检查，却没有给出行号：这是程序错误，请报告。")
    return rule.check(view.row(place))


def _fail_to_raised(rule: Rule, fail: Fail, *, view: FormView, place: int | None) -> Raised:
    row = place if fail.row is None else fail.row
    own = f"indicators[{row}].level3"
    asked = sorted(view.notebook.asked.items(), key=lambda item: item[0] != own)
    finding = Finding(
        finding=rule.code,
        title=rule.title,
        severity=fail.severity or rule.severity,
        verdict=Verdict.FAIL,
        source=view.form.document.path,
        form_index=view.form.index,
        project_name=view.form.project_name.text,
        row=row,
        message=fail.message,
        evidence=tuple(Evidence(field=path, text=field.text, sources=field.sources) for path, field in asked),
        basis=rule.basis,
        confidence=round(min(fail.confidence, 1.0) * view.notebook.confidence, 3),
    )
    points = fail.points if fail.points is not None or row is None else _row_points(view, row)
    return Raised(
        finding=finding,
        points=points,
        yuan=fail.yuan if fail.yuan is not None else project_budget(view),
        cause=fail.cause,
        unit=form_to_unit(view.form),
        group=rule.group,
    )


def _under_other_readings(raised: Raised, rule: Rule, *, view: FormView, place: int | None) -> Raised:
    """The finding with what becomes of it when the cells it rests on are read otherwise."""

    def stands(form: Form) -> bool:
        try:
            return isinstance(_ask(rule, _view(form, view.context), place=place), Fail)
        except NotRead:
            return False

    finding = raised.finding
    judged = judge(view.form, frozenset(piece.field for piece in finding.evidence), stands=stands)
    if not judged.words:
        return raised
    confidence = round(finding.confidence * judged.share, 3)
    return replace(raised, finding=replace(finding, confidence=confidence, readings=judged.words))


def form_to_unit(form: Form) -> str:
    """The unit that filled in a form, else the one above it; "" where neither was read."""
    if isinstance(form, SelfEvaluation):
        return form.implementing_unit.text.strip() or form.supervising_department.text.strip()
    return form.declaring_unit.text.strip()


def _row_points(view: FormView, row: int) -> Decimal | None:
    """The row's marks; None where the form gives none or they could not be read."""
    text = view.form.indicators[row].weight.text.strip()
    number = view.context.skills.number(text) if text else None
    return None if number is None else number.value


def _unread_evidence(missed: NotRead, fields: Mapping[str, Field]) -> Evidence:
    """Where to look: the cell as it stands, ink and all; a whole block that is absent stands nowhere."""
    field = fields.get(missed.path, MISSING)
    return Evidence(field=missed.path, text=field.text, sources=field.sources)


def _unread_to_raised(rule: Rule, unread: Sequence[NotRead], *, form: Form) -> Raised:
    fields = dict(walk(form))
    finding = Finding(
        finding=rule.code,
        title=rule.title,
        severity=Severity.INFO,
        verdict=Verdict.CANNOT_CHECK,
        source=form.document.path,
        form_index=form.index,
        project_name=form.project_name.text,
        row=_only_row(unread),
        message=f"无法核对“{rule.title}”：{_unread_places(unread)}。请对照原件补录后重新检查。",
        evidence=tuple(_unread_evidence(missed, fields) for missed in unread),
        basis=rule.basis,
        confidence=1.0,
    )
    cause = "|".join(sorted({missed.path for missed in unread}))
    return Raised(finding=finding, points=None, yuan=None, cause=cause)


def _only_row(unread: Sequence[NotRead]) -> int | None:
    rows = {PLACE.search(missed.path) for missed in unread if missed.path.startswith("indicators")}
    numbers = {int(found.group(1)) for found in rows if found is not None}
    return numbers.pop() if len(numbers) == 1 and len(unread) == 1 else None


def _unread_places(unread: Sequence[NotRead]) -> str:
    """Columns with their rows (counted from 1, as people do) and why they gave nothing."""
    groups: dict[tuple[str, Why], list[str]] = {}
    for missed in unread:
        column = missed.path.rsplit(".", maxsplit=1)[-1]
        found = PLACE.search(missed.path) if missed.path.startswith("indicators") else None
        groups.setdefault((column, missed.why), []).append("" if found is None else str(int(found.group(1)) + 1))
    return "；".join(_unread_group(column, why, rows) for (column, why), rows in groups.items())


def _unread_group(column: str, why: Why, rows: Sequence[str]) -> str:
    numbered = list(dict.fromkeys(number for number in rows if number))
    named = "、".join(numbered[:ROWS_NAMED]) + (f"等{len(numbered)}" if len(numbered) > ROWS_NAMED else "")
    place = f"第{named}行" if numbered else ""
    return f"{place}{COLUMN_NAMES.get(column, column)}{why}"
