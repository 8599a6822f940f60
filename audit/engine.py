"""Runs the rules over forms and batches: evidence is what a rule asked for; what was not read makes it CANNOT_CHECK."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar

from audit.batch import BatchView
from audit.cells import Context
from audit.faults import fault_to_finding, unchecked
from audit.notebook import Asked, Notebook
from audit.opinions import by_word_lists, weighed
from audit.phrases import quoted
from audit.places import any_row, path_to_row
from audit.readings import judge
from audit.rule import (
    PASS,
    BatchRule,
    Fail,
    FormRule,
    NotRead,
    Outcome,
    RowRule,
    RowsAndFormRule,
    Rule,
    Skills,
    Why,
)  # fmt: skip
from audit.stakes import project_budget
from audit.view import FormView, RowView
from domain.finding import Evidence, Finding, Verdict
from domain.form import FIELD_NAMES, MISSING, Field, Form, form_to_unit, path_to_place, walk
from domain.label import Label

V = TypeVar("V", RowView, FormView)

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
# Rows named one by one in a message; more are told by their count.
ROWS_NAMED = 6
# Texts whose reading is kept: 10,000 forms have some 60,000 different cells, and twice that many take 100 MB.
TEXTS_REMEMBERED = 1 << 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A finding before ranking, with what is at stake: marks, money in yuan (None unknown), and its shared cause.

    ``unit`` is whose form it is, "" where no name was read; ``group`` is the theme of the rule.
    ``across`` marks a story of several forms.
    """

    finding: Finding
    points: Decimal | None
    yuan: Decimal | None
    cause: str
    unit: str = ""
    group: str = ""
    across: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A field that gave a rule no value, with the form it belongs to."""

    cause: NotRead
    form: Form

    @property
    def worth_a_line(self) -> bool:
        """False for a field without a place on this form which forms of its kind need not have."""
        return self.cause.why is not Why.ABSENT or any_row(self.cause.path) in EXPECTED


def remembered(skills: Skills) -> Skills:
    """The same skills, each text read once in a run: forms of one unit repeat their sentences."""
    remember = lru_cache(maxsize=TEXTS_REMEMBERED)

    @remember
    def specificity(text: str, names: tuple[str, ...]) -> tuple[Label, ...]:
        return skills.specificity(text, names)

    return Skills(
        value=remember(skills.value),
        mentions=remember(skills.mentions),
        amount=remember(skills.amount),
        number=remember(skills.number),
        rationale=remember(skills.rationale),
        specificity=lambda text, names: specificity(text, tuple(names)),
        label_name=skills.label_name,
    )


def form_to_raised(form: Form, rules: Sequence[Rule], *, context: Context) -> tuple[Raised, ...]:
    """Every finding the rules about single forms raise on one form, in the order of the rules."""
    view = FormView(form, context=context, notebook=Notebook(context.thresholds))
    kind = view.kind
    raised = tuple(item for rule in rules if kind in rule.kinds for item in _unbroken(rule, view))
    view.part()
    return raised


def batch_to_raised(batch: BatchView, rules: Sequence[Rule]) -> tuple[Raised, ...]:
    """Every finding the batch rules raise on all forms together, in the order of the rules."""
    return tuple(item for rule in rules if isinstance(rule, BatchRule) for item in _unbroken_batch(rule, batch))


def _unbroken(rule: Rule, view: FormView) -> tuple[Raised, ...]:
    """What a rule says of a form, or that it broke down."""
    try:
        return tuple(_rule_to_raised(rule, view))
    except Exception as error:  # a fault of ours in one rule must not cost the auditor the others
        return (_fault_to_raised(rule, error, form=view.form),)


def _unbroken_batch(rule: BatchRule, batch: BatchView) -> tuple[Raised, ...]:
    """The same of a rule about all forms together; told at the first of them."""
    try:
        return tuple(_batch_rule_to_raised(rule, batch))
    except Exception as error:  # as above
        return (_fault_to_raised(rule, error, form=batch.forms[0]),)


def _fault_to_raised(rule: Rule, error: Exception, *, form: Form) -> Raised:
    finding = fault_to_finding(rule, error, form=form)
    return Raised(finding=finding, points=None, yuan=None, cause=finding.message)


def _batch_rule_to_raised(rule: BatchRule, batch: BatchView) -> Iterator[Raised]:
    unread: dict[int, list[Missed]] = defaultdict(list)
    for suspicion in rule.check(batch):
        views = batch.side_by_side(suspicion.places)
        try:
            outcome = suspicion.judge(views)
        except NotRead as missed:
            form = next((view.form for view in views if view.notebook.form == missed.form), views[0].form)
            unread[suspicion.places[0]].append(Missed(cause=missed, form=form))
            continue
        if isinstance(outcome, Fail):
            yield _fail_to_raised(rule, outcome, view=views[0], asked=[view.notebook.read() for view in views])
    for place, all_missed in unread.items():
        yield from _unread_to_raised(rule, all_missed, form=batch.forms[place])


def _rule_to_raised(rule: Rule, view: FormView) -> Iterator[Raised]:
    """What a rule about single forms says of one form: of every row, of the form as a whole, or of both."""
    unread: list[NotRead] = []
    of_row, of_form = _sides(rule)
    if of_row is not None:
        turn = view.notebook.page.clear
        for row in view.rows:  # as in ``_asked``, without a call for each of hundreds of rules on each row
            turn()
            try:
                outcome = of_row(row)
            except NotRead as missed:
                unread.append(missed)
                continue
            if outcome is not PASS:
                yield from _outcome_to_raised(rule, outcome, view=view, place=row.place)
    if of_form is not None:
        yield from _outcome_to_raised(rule, _asked(of_form, view, view.notebook, unread), view=view, place=None)
    if unread:
        yield from _unread_to_raised(rule, [Missed(cause=each, form=view.form) for each in unread], form=view.form)


def _sides(rule: Rule) -> tuple[Callable[[RowView], Outcome] | None, Callable[[FormView], Outcome] | None]:
    """What a rule asks of a row, and of a form."""
    if isinstance(rule, RowsAndFormRule):
        return rule.check_row, rule.check_form
    return (
        rule.check if isinstance(rule, RowRule) else None,
        rule.check if isinstance(rule, FormRule) else None,
    )


def _asked(check: Callable[[V], Outcome], view: V, notebook: Notebook, unread: list[NotRead]) -> Outcome:
    """What a rule answers; a field that was not read is written down, and the answer is PASS."""
    notebook.page.clear()
    try:
        return check(view)
    except NotRead as missed:
        unread.append(missed)
        return PASS


def _outcome_to_raised(rule: Rule, outcome: Outcome, *, view: FormView, place: int | None) -> Iterator[Raised]:
    """The finding, weighed under the other readings of its cells where there are any; none for a pass."""
    if isinstance(outcome, Fail):
        asked = view.notebook.read()
        raised = _fail_to_raised(rule, outcome, view=view, asked=(asked,), place=place)
        doubtful = any(field.alternatives for field in asked.fields.values())
        told = _under_other_readings(raised, rule, form=view.form, context=view.context) if doubtful else raised
        yield _beside_word_lists(told, rule, form=view.form, context=view.context)


def _fail_to_raised(
    rule: Rule, fail: Fail, *, view: FormView, asked: Sequence[Asked], place: int | None = None
) -> Raised:
    """A finding on the form of the view; what was ``asked`` of other forms is evidence in them."""
    row = place if fail.row is None else fail.row
    own = f"indicators[{row}].level3"
    sure = min(each.confidence for each in asked)
    finding = Finding(
        finding=rule.code,
        title=rule.title,
        severity=fail.severity or rule.severity,
        verdict=Verdict.FAIL,
        source=view.form.document.path,
        form_index=view.form.index,
        project_name=view.form.project_name.text,
        row=row,
        message=fail.message.replace("。”。", "。”"),  # a quotation that ends its own sentence ends ours
        evidence=tuple(evidence for each in asked for evidence in _asked_to_evidence(each, first=own)),
        basis=rule.basis,
        confidence=round(min(fail.confidence, 1.0) * sure, 3),
    )
    points = fail.points if fail.points is not None or row is None else _row_points(view, row)
    return Raised(
        finding=finding,
        points=points,
        yuan=fail.yuan if fail.yuan is not None else project_budget(view),
        cause=fail.cause,
        unit=form_to_unit(view.form),
        group=rule.group,
        across=isinstance(rule, BatchRule),
    )


def _asked_to_evidence(asked: Asked, *, first: str) -> Iterator[Evidence]:
    for path, field in sorted(asked.fields.items(), key=lambda item: item[0] != first):
        yield Evidence(form=asked.form, field=path, text=field.text, sources=field.sources)


def _under_other_readings(raised: Raised, rule: Rule, *, form: Form, context: Context) -> Raised:
    """The finding with what becomes of it when the cells it rests on are read otherwise."""
    finding = raised.finding

    def stands(other: Form) -> bool:
        return fails_again(rule, finding, form=other, context=context)

    judged = judge(form, frozenset(piece.field for piece in finding.evidence), stands=stands)
    if not judged.words:
        return raised
    confidence = round(finding.confidence * judged.share, 3)
    return replace(raised, finding=replace(finding, confidence=confidence, readings=judged.words))


def _beside_word_lists(raised: Raised, rule: Rule, *, form: Form, context: Context) -> Raised:
    """The finding with what it owes to the trained reader alone."""
    finding = raised.finding

    def stands() -> bool:
        listed = replace(context, skills=by_word_lists(context.skills))
        return fails_again(rule, finding, form=form, context=listed)

    told = weighed(finding, form, context.skills, stands=stands)
    return raised if told is finding else replace(raised, finding=told)


def fails_again(rule: Rule, finding: Finding, *, form: Form, context: Context) -> bool:
    """True where the rule raises a finding on the same row of a form read or labelled otherwise.

    No second opinion is asked about that one.
    """
    view = FormView(form, context=context, notebook=Notebook(context.thresholds))
    of_row, of_form = _sides(rule)
    asked = [(of_row, row) for row in view.rows] if of_row is not None else []
    unread: list[NotRead] = []
    for check, row in asked:
        outcome = _asked(check, row, view.notebook, unread)
        if isinstance(outcome, Fail) and (row.place if outcome.row is None else outcome.row) == finding.row:
            return True
    outcome = PASS if of_form is None else _asked(of_form, view, view.notebook, unread)
    return isinstance(outcome, Fail) and outcome.row == finding.row


def _row_points(view: FormView, row: int) -> Decimal | None:
    """The row's marks; None where the form gives none or they could not be read."""
    text = view.form.indicators[row].weight.text.strip()
    number = view.context.skills.number(text) if text else None
    return None if number is None else number.value


def _unread_evidence(told: Collection[Missed]) -> Iterator[Evidence]:
    """Where to look: the cells as they stand, ink and all; a whole block that is absent stands nowhere."""
    known: dict[int, dict[str, Field]] = {}  # of a form of a thousand rows a rule may miss a thousand cells
    for missed in told:
        if id(missed.form) not in known:
            known[id(missed.form)] = dict(walk(missed.form))
        field = known[id(missed.form)].get(missed.cause.path, MISSING)
        yield Evidence(form=missed.cause.form, field=missed.cause.path, text=field.text, sources=field.sources)


def _unread_to_raised(rule: Rule, unread: Sequence[Missed], *, form: Form) -> Iterator[Raised]:
    """One finding for all that a rule could not check on a form; none for what a form of its kind need not have."""
    told = {(missed.cause.form, missed.cause.path): missed for missed in unread if missed.worth_a_line}
    if not told:
        return
    finding = unchecked(
        rule,
        f"{_unread_forms(tuple(told.values()))}。请对照原件补录后重新检查。",
        form=form,
        row=_only_row([missed.cause for missed in told.values() if not missed.cause.form]),
        evidence=tuple(_unread_evidence(told.values())),
    )
    cause = "|".join(sorted(f"{form_name}{path}" for form_name, path in told))
    yield Raised(finding=finding, points=None, yuan=None, cause=cause)


def _unread_forms(unread: Sequence[Missed]) -> str:
    """What was not read, form by form; the other forms of a batch by their project's name."""
    by_form: dict[str, list[Missed]] = defaultdict(list)
    for missed in unread:
        by_form[missed.cause.form].append(missed)
    return "；".join(
        (f"{quoted(members[0].form.project_name.text)}表" if name else "")
        + _unread_places([missed.cause for missed in members])
        for name, members in by_form.items()
    )


def _only_row(unread: Sequence[NotRead]) -> int | None:
    return path_to_row(unread[0].path) if len(unread) == 1 else None


def _unread_places(unread: Sequence[NotRead]) -> str:
    """Columns with their rows (counted from 1, as people do) and why they gave nothing."""
    groups: dict[tuple[str, Why], list[str]] = {}
    for missed in unread:
        column, row = path_to_place(missed.path)[2], path_to_row(missed.path)
        groups.setdefault((column, missed.why), []).append("" if row is None else str(row + 1))
    return "；".join(_unread_group(column, why, rows) for (column, why), rows in groups.items())


def _unread_group(column: str, why: Why, rows: Sequence[str]) -> str:
    numbered = list(dict.fromkeys(number for number in rows if number))
    named = "、".join(numbered[:ROWS_NAMED]) + (f"等{len(numbered)}" if len(numbered) > ROWS_NAMED else "")
    place = f"第{named}行" if numbered else ""
    return f"{place}{FIELD_NAMES.get(column, column)}{why}"
