"""A mis-read cell corrected by a person, and the correction withdrawn; the machine's reading stays."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from domain.form import FieldState, Form, field_to_words, walk
from review.form_table import cell_paths
from review.forms import corrections_of, form_to_facets, form_with_corrections, is_doubtful, row_to_form
from review.journal import record
from review.models import Correction, FormRow, User
from review.rechecking import Turns, check_both, store_outcomes, turns_to_record
from review.tasks import ask_check

MAX_CHARS = 5000  # of a cell: the longest narratives run to a few thousand
HIDDEN = frozenset(["Cc", "Cf", "Cs", "Co", "Cn"])  # categories of characters that nobody sees on paper
FACETS = ("form_type", "year", "unit", "project_name", "doubtful", "fields")
NO_FIELD = "这张表没有这一栏，不能更正。请重新打开本页再试。"
TOO_LONG = "内容有 {length} 字，超过一格的上限 {most} 字。请核对是否粘贴了多余内容。"
UNSEEN = "内容里有看不见的控制字符（第 {place} 个字符），可能是从别处粘贴带入的。请删去后重新输入。"
SAME = "与现在的内容相同，无需更正。"
OVERTAKEN = "这张表刚被更正过，这一格现在是“{text}”。请核对后再改。"
NOT_CORRECTED = "这一格没有可撤回的更正。"
NO_READING = "这张表的识读结果已不在文件库中，不能更正。请先重新识读这份文件。"


class CorrectionTrouble(Exception):
    """A correction that cannot be made. The message is Chinese; ``is_overtaken``: somebody else was faster."""

    def __init__(self, message: str, *, is_overtaken: bool = False) -> None:
        super().__init__(message)
        self.is_overtaken = is_overtaken


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What was done: the cell, its text before and now, what the machine read, and what turned with it.

    ``is_confirmed``: the doubtful reading was right. ``is_withdrawn``: the machine's reading stands again.
    """

    path: str
    label: str
    before: str
    after: str
    raw: str
    turns: Turns
    is_confirmed: bool = False
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """A printed cell of a form: its fields, and the form under the machine's reading and as corrected till now."""

    row: FormRow
    paths: tuple[str, ...]
    raw: Form
    form: Form
    texts: Mapping[str, str]

    @property
    def now(self) -> str:
        return dict(walk(self.form))[self.paths[0]].text

    @property
    def read(self) -> str:
        return dict(walk(self.raw))[self.paths[0]].text

    def with_texts(self, texts: Mapping[str, str]) -> Form:
        return form_with_corrections(self.raw, texts)


def correct_cell(row: FormRow, path: str, *, text: str, was: str | None, user: User) -> Corrected:
    """A person's reading laid over the machine's; ``was`` is what they saw in the cell, None where nobody says.

    Raises CorrectionTrouble.
    """
    fresh = text_to_correction(text)
    cell = _find_cell(row, path)
    if was is not None and was != cell.now:
        raise CorrectionTrouble(OVERTAKEN.format(text=cell.now), is_overtaken=True)
    is_confirmed = fresh == cell.now
    if is_confirmed and not is_doubtful(dict(walk(cell.form))[cell.paths[0]]):
        raise CorrectionTrouble(SAME)
    texts = {**cell.texts, **dict.fromkeys(cell.paths, fresh)}
    act = "confirm_cell" if is_confirmed else "correct_cell"
    return _apply(cell, texts, act=act, user=user, is_confirmed=is_confirmed)


def withdraw_correction(row: FormRow, path: str, *, user: User) -> Corrected:
    """The machine's reading stands again in a cell. Raises CorrectionTrouble."""
    cell = _find_cell(row, path)
    if not any(each in cell.texts for each in cell.paths):
        raise CorrectionTrouble(NOT_CORRECTED)
    texts = {each: text for each, text in cell.texts.items() if each not in cell.paths}
    return _apply(cell, texts, act="withdraw_correction", user=user, is_withdrawn=True)


def text_to_correction(text: str) -> str:
    """What was typed as a cell holds it: line ends undone, nothing invisible. Raises CorrectionTrouble."""
    joined = "".join(line.strip() for line in text.replace("\r\n", "\n").replace("\t", " ").split("\n")).strip()
    if len(joined) > MAX_CHARS:
        raise CorrectionTrouble(TOO_LONG.format(length=len(joined), most=MAX_CHARS))
    for place, letter in enumerate(joined, start=1):
        if unicodedata.category(letter) in HIDDEN:
            raise CorrectionTrouble(UNSEEN.format(place=place))
    return joined


def _find_cell(row: FormRow, path: str) -> _Cell:
    try:
        raw = row_to_form(row, corrected=False)
    except LookupError as error:
        raise CorrectionTrouble(NO_READING) from error
    field = dict(walk(raw)).get(path)
    if field is None or field.state is FieldState.MISSING:
        raise CorrectionTrouble(NO_FIELD)
    texts = corrections_of([row])[row.pk]
    return _Cell(
        row=row, paths=cell_paths(raw, path), raw=raw, form=form_with_corrections(raw, texts), texts=dict(texts)
    )


def _apply(
    cell: _Cell,
    texts: Mapping[str, str],
    *,
    act: str,
    user: User,
    is_confirmed: bool = False,
    is_withdrawn: bool = False,
) -> Corrected:
    """The checks run outside of the transaction, which is short; whoever wrote meanwhile is not overwritten."""
    form = cell.with_texts(texts)
    outcomes = check_both(cell.row, cell.form, form)
    after = texts.get(cell.paths[0], cell.read)
    told = f"{field_to_words(cell.paths[0])}由“{cell.now or '（空）'}”更正为“{after or '（空）'}”"
    with transaction.atomic():
        row = FormRow.objects.select_for_update().get(pk=cell.row.pk)
        if corrections_of([row])[row.pk] != cell.texts:
            now = corrections_of([row])[row.pk].get(cell.paths[0], cell.read)
            raise CorrectionTrouble(OVERTAKEN.format(text=now), is_overtaken=True)
        changes = _store(cell, texts, user=user)
        FormRow.objects.filter(pk=row.pk).update(**{name: form_to_facets(form)[name] for name in FACETS})
        turns, turned = store_outcomes(cell.row, outcomes, told=told, user=user)
        record(
            act, user=user, project=row.document.project, changes=[*changes, *turned],
            told=_told(cell, after=after, turns=turns),
        )  # fmt: skip
        ask_check(row.document.project_id)
    return Corrected(
        path=cell.paths[0], label=field_to_words(cell.paths[0]), before=cell.now, after=after, raw=cell.read,
        turns=turns, is_confirmed=is_confirmed, is_withdrawn=is_withdrawn,
    )  # fmt: skip


def _store(cell: _Cell, texts: Mapping[str, str], *, user: User) -> list[dict[str, Any]]:
    """Rows of what was typed; of what no longer holds, the mark that it was withdrawn."""
    changes: list[dict[str, Any]] = []
    for path in cell.paths:
        older = Correction.objects.filter(form=cell.row, field=path, withdrawn=False)
        if path not in texts:
            for each in older:
                changes.append(_change(each, {"text": each.text}, {"withdrawn": True}))
            older.update(withdrawn=True)
        else:
            before = {"text": cell.texts[path]} if path in cell.texts else {}
            fresh = Correction.objects.create(form=cell.row, field=path, text=texts[path], user=user)
            changes.append(_change(fresh, before, {"field": path, "text": fresh.text}))
    return changes


def _change(correction: Correction, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": "correction", "id": correction.pk, "before": dict(before), "after": dict(after)}


def _told(cell: _Cell, *, after: str, turns: Turns) -> dict[str, Any]:
    fields: Sequence[str] = cell.paths
    return {
        "document": cell.row.document.path,
        "form": cell.row.index,
        "fields": list(fields),
        "read": cell.read,
        "before": cell.now,
        "after": after,
        "appeared": turns_to_record(turns.appeared),
        "vanished": turns_to_record(turns.vanished),
        "changed": turns_to_record(turns.changed),
    }
