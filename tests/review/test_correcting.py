"""A mis-read cell corrected: what appears and vanishes, what the log says, and what stays as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from domain.form import walk
from review.checking import check_project
from review.correcting import MAX_CHARS, CorrectionTrouble, correct_cell, text_to_correction, withdraw_correction
from review.evidence import form_to_evidence
from review.forms import row_to_form
from review.journal import verify
from review.models import (
    Chain,
    Correction,
    Document,
    Event,
    Finding,
    FormRow,
    Job,
    JobKind,
    Note,
    Project,
    Role,
    Stage,
    Status,
    User,
)

BLANK = "indicators[8].actual"  # of the stamped scan: marks were given although nothing was read


@pytest.fixture
def row(read_example: Callable[[str], Document], project: Project) -> FormRow:
    document = read_example("11")
    check_project(project)
    return FormRow.objects.select_related("document__project").get(document=document)


@pytest.fixture
def user(member: Callable[[Role | None], User]) -> User:
    return member(Role.AUDITOR)


def _blank_finding(row: FormRow) -> Finding:
    return Finding.objects.get(form=row, code="ACTUAL_BLANK", row=8)


def _text(row: FormRow, path: str, *, corrected: bool = True) -> str:
    return dict(walk(row_to_form(row, corrected=corrected)))[path].text


def test_a_corrected_cell_takes_its_finding_from_the_list(row: FormRow, user: User) -> None:
    finding = _blank_finding(row)
    told = correct_cell(row, BLANK, text="80%", was="", user=user)
    assert finding.pk in {turn.finding_id for turn in told.turns.vanished}
    assert _blank_finding(row).gone
    assert (_text(row, BLANK), _text(row, BLANK, corrected=False)) == ("80%", "")


def test_what_a_correction_raises_stands_in_the_list_at_once(row: FormRow, user: User) -> None:
    told = correct_cell(row, "total_score", text="71.9", was=None, user=user)
    assert told.turns.appeared
    for turn in told.turns.appeared:
        assert turn.finding_id is not None
        finding = Finding.objects.get(pk=turn.finding_id)
        assert (finding.gone, finding.status, finding.message) == (False, Status.OPEN, turn.after)
        assert finding.place > 0


def test_the_list_after_a_correction_is_what_a_whole_check_finds(row: FormRow, user: User, project: Project) -> None:
    correct_cell(row, BLANK, text="80%", was="", user=user)
    here = Finding.objects.filter(project=project, gone=False)
    before = set(here.values_list("form", "row", "code", "ordinal", "message"))
    check_project(project)
    assert set(here.values_list("form", "row", "code", "ordinal", "message")) == before


def test_a_withdrawn_correction_brings_the_finding_back_with_its_decision(row: FormRow, user: User) -> None:
    finding = _blank_finding(row)
    Finding.objects.filter(pk=finding.pk).update(status=Status.CONFIRMED, nature="未填实际完成值")
    correct_cell(row, BLANK, text="80%", was="", user=user)
    told = withdraw_correction(row, BLANK, user=user)
    assert finding.pk in {turn.finding_id for turn in told.turns.appeared}
    finding.refresh_from_db()
    assert (finding.gone, finding.status, finding.nature) == (False, Status.CONFIRMED, "未填实际完成值")
    assert _text(row, BLANK) == ""
    assert Correction.objects.get(form=row).withdrawn
    with pytest.raises(CorrectionTrouble, match="没有可撤回"):
        withdraw_correction(row, BLANK, user=user)


def test_a_signed_finding_stays_and_a_note_says_what_would_have_changed(row: FormRow, user: User) -> None:
    finding = _blank_finding(row)
    Finding.objects.filter(pk=finding.pk).update(stage=Stage.PREPARED, status=Status.CONFIRMED)
    before = Finding.objects.filter(pk=finding.pk).values().get()
    told = correct_cell(row, BLANK, text="80%", was="", user=user)
    assert Finding.objects.filter(pk=finding.pk).values().get() == before
    (note,) = Note.objects.filter(finding=finding)
    assert (note.after_signing, note.user) == (True, user)
    assert "80%" in note.text
    assert next(turn for turn in told.turns.vanished if turn.finding_id == finding.pk).is_locked


def test_findings_of_other_forms_are_left_alone(
    row: FormRow, user: User, read_example: Callable[[str], Document], project: Project
) -> None:
    read_example("01")
    check_project(project)
    others = Finding.objects.filter(project=project).exclude(form=row)
    before = list(others.order_by("pk").values())
    assert before
    correct_cell(row, BLANK, text="80%", was="", user=user)
    assert list(others.order_by("pk").values()) == before


def test_a_correction_is_in_the_log_with_what_it_changed(row: FormRow, user: User, project: Project) -> None:
    finding = _blank_finding(row)
    correct_cell(row, BLANK, text="80%", was="", user=user)
    withdraw_correction(row, BLANK, user=user)
    events = list(Event.objects.filter(chain__project=project).order_by("number"))
    assert [event.act for event in events] == ["correct_cell", "withdraw_correction"]
    told = events[0]
    assert (told.told["read"], told.told["before"], told.told["after"]) == ("", "", "80%")
    assert finding.pk in {each["finding"] for each in told.told["vanished"]}
    correction = Correction.objects.get(form=row)
    wanted = {"kind": "correction", "id": correction.pk, "before": {}, "after": {"field": BLANK, "text": "80%"}}
    assert wanted in told.changes
    assert {"kind": "finding", "id": finding.pk, "before": {"gone": False}, "after": {"gone": True}} in told.changes
    assert verify(Chain.objects.get(project=project)).broken is None


def test_all_forms_are_checked_again_in_the_background(row: FormRow, user: User, project: Project) -> None:
    correct_cell(row, BLANK, text="80%", was="", user=user)
    assert Job.objects.filter(project=project, kind=JobKind.CHECK).exists()


def test_a_cell_beside_several_rows_is_corrected_in_all_of_them(row: FormRow, user: User) -> None:
    correct_cell(row, "indicators[2].level1", text="产出", was=None, user=user)
    texts = [indicator.level1.text for indicator in row_to_form(row).indicators]
    assert texts[:6] == ["产出"] * 6
    assert "产出" not in texts[6:]
    withdraw_correction(row, "indicators[1].level1", user=user)
    assert row_to_form(row) == row_to_form(row, corrected=False)


def test_a_doubtful_reading_can_be_confirmed_and_is_doubtful_no_more(
    row: FormRow, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("review.forms.DOUBTFUL", 0.999999)
    cell = form_to_evidence(row, []).doubtful[0]
    doubtful = len(form_to_evidence(row, []).doubtful)
    told = correct_cell(row, cell.path, text=cell.text, was=cell.text, user=user)
    assert told.is_confirmed
    assert not (told.turns.appeared or told.turns.vanished)
    assert len(form_to_evidence(row, []).doubtful) == doubtful - 1


def test_the_same_text_in_a_sure_cell_is_refused(row: FormRow, user: User) -> None:
    with pytest.raises(CorrectionTrouble, match="相同"):
        correct_cell(row, "indicators[8].target", text=_text(row, "indicators[8].target"), was=None, user=user)
    assert not Correction.objects.exists()


def test_whoever_was_overtaken_is_told_and_overwrites_nothing(row: FormRow, user: User) -> None:
    correct_cell(row, BLANK, text="80%", was="", user=user)
    with pytest.raises(CorrectionTrouble, match="80%") as trouble:
        correct_cell(row, BLANK, text="90%", was="", user=user)
    assert trouble.value.is_overtaken
    assert _text(row, BLANK) == "80%"


def test_the_row_of_the_form_shows_the_corrected_name(row: FormRow, user: User) -> None:
    correct_cell(row, "project_name", text="家庭医生签约服务经费", was=None, user=user)
    row.refresh_from_db()
    assert row.project_name == "家庭医生签约服务经费"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  ≥95% ", "≥95%"),
        ("第一行\r\n第二行", "第一行第二行"),
        ("", ""),
        ("a\tb", "a b"),
        ("x" * MAX_CHARS, "x" * MAX_CHARS),
    ],
)
def test_line_ends_and_edges_are_undone(typed: str, kept: str) -> None:
    assert text_to_correction(typed) == kept


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("x" * (MAX_CHARS + 1), "上限"),
        ("a\x00b", "控制字符"),
        ("a\u202eb", "第 2 个字符"),
        ("\ud800", "控制字符"),
        ("\ue000", "控制字符"),
    ],
)
def test_texts_that_no_paper_bears_are_refused(typed: str, told: str) -> None:
    with pytest.raises(CorrectionTrouble, match=told):
        text_to_correction(typed)


@given(st.text())
def test_what_is_kept_is_kept_as_it_is(text: str) -> None:
    try:
        kept = text_to_correction(text)
    except CorrectionTrouble:
        return
    assert text_to_correction(kept) == kept
    assert "\x00" not in kept


def _post(client: Client, row: FormRow, name: str = "correct_cell", **fields: str) -> tuple[int, str]:
    answer = client.post(reverse(name, args=[row.document.project_id, row.pk]), fields)
    return answer.status_code, answer.content.decode()


def test_the_answer_shows_what_vanished_and_the_form_as_it_is_now(auditor: Client, row: FormRow) -> None:
    finding = _blank_finding(row)
    status, page = _post(auditor, row, field=BLANK, text="80%", was="", finding=str(finding.pk))
    assert status == 200
    assert "消失 " in page
    assert "实际完成值空白仍得分" in page
    assert "<ins>80%</ins>" in page
    assert "已不再成立" in page
    status, page = _post(auditor, row, "withdraw_correction", field=BLANK)
    assert (status, "已撤回更正" in page) == (200, True)


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"field": BLANK}, 400, "请求不完整"),
        ({"field": "nothing", "text": "1"}, 400, "没有这一栏"),
        ({"field": "indicators[99].actual", "text": "1"}, 400, "没有这一栏"),
        ({"field": "__class__", "text": "1"}, 400, "没有这一栏"),
        ({"field": BLANK, "text": "a\x07"}, 400, "控制字符"),
        ({"field": BLANK, "text": "1", "was": "别的"}, 409, "刚被更正过"),
    ],
)
def test_wrong_input_is_told_in_chinese(
    auditor: Client, row: FormRow, fields: dict[str, str], status: int, told: str
) -> None:
    got, page = _post(auditor, row, **fields)
    assert (got, told in page) == (status, True)
    assert not Correction.objects.exists()


@pytest.mark.parametrize("name", ["correct_cell", "withdraw_correction"])
def test_strangers_and_getters_correct_nothing(
    client: Client, member: Callable[[Role | None], User], row: FormRow, name: str
) -> None:
    client.force_login(member(None), backend="django.contrib.auth.backends.ModelBackend")
    assert _post(client, row, name, field=BLANK, text="1")[0] == 404
    client.force_login(member(Role.REVIEWER), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse(name, args=[row.document.project_id, row.pk])).status_code == 405
    assert not Correction.objects.exists()


def test_a_form_of_another_audit_cannot_be_corrected(auditor: Client, row: FormRow) -> None:
    other = Project.objects.create(name="别的项目")
    Document.objects.filter(pk=row.document_id).update(project=other)
    url = reverse("correct_cell", args=[row.document.project_id, row.pk])
    assert auditor.post(url, {"field": BLANK, "text": "1"}).status_code == 404
