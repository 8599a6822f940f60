"""Sign-off: what is complete is signed and locked, what is not says what it lacks, and what was signed can be shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from review.blobs import blob_path, keep_blob
from review.checking import check_project
from review.deciding import comment
from review.journal import verify
from review.models import (
    Correction,
    Document,
    Event,
    Finding,
    Note,
    Project,
    Role,
    Signature,
    Stage,
    State,
    Status,
    User,
)
from review.reading import read_document
from review.rights import ROLE_RIGHTS, Right
from review.signed_content import finding_to_content, reproduce
from review.signing import (
    AMOUNT_HINT,
    OVERTAKEN,
    OWN_WORK,
    CannotSign,
    Order,
    finding_to_lacks,
    finding_to_nature,
    give_back,
    sign,
)
from tests.review.paperwork import decide, make_finding, make_form

EXAMPLES = Path(__file__).parents[2] / "examples"
People = Callable[[Role | None], User]


@pytest.fixture
def confirmed(project: Project, member: People) -> Finding:
    return decide(make_finding(make_form(project)), Status.CONFIRMED, member(Role.AUDITOR))


def sign_as(finding: Finding, stage: Stage, user: User, *, without_amount: bool = False) -> tuple[str, ...]:
    order = Order(stage=stage, user=user, project=finding.project, without_amount=without_amount)
    done = sign(Finding.objects.filter(pk=finding.pk), order)
    finding.refresh_from_db()
    return done.refused[0].lacks if done.refused else ()


@pytest.mark.parametrize(
    ("columns", "lack"),
    [
        ({"message": " "}, "缺事实描述"),
        ({"basis": ""}, "缺依据"),
        ({"evidence": []}, "缺证据位置"),
        ({"unit": ""}, "责任单位未读出，请在表中更正"),
        ({"amount": None}, AMOUNT_HINT),
        ({"statement": "", "nature": ""}, "缺定性"),
        ({"status": Status.OPEN}, "尚无结论，请先确认、改判或排除"),
        ({"status": Status.SKIPPED}, "尚无结论，请先确认、改判或排除"),
        ({"status": Status.RELABELLED}, "改判未写明改为什么"),
        ({"status": Status.DISMISSED}, "没有排除原因"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_signed(
    confirmed: Finding, columns: dict[str, object], lack: str
) -> None:
    Finding.objects.filter(pk=confirmed.pk).update(**columns)
    confirmed.refresh_from_db()
    assert finding_to_lacks(confirmed) == (lack,)
    assert confirmed.decided_by is not None
    assert sign_as(confirmed, Stage.PREPARED, confirmed.decided_by) == (lack,)
    assert confirmed.stage == Stage.NONE
    assert not Event.objects.filter(act="sign").exists()


def test_a_finding_without_money_is_signed_when_the_signer_says_so(confirmed: Finding) -> None:
    Finding.objects.filter(pk=confirmed.pk).update(amount=None)
    assert confirmed.decided_by is not None
    assert sign_as(confirmed, Stage.PREPARED, confirmed.decided_by, without_amount=True) == ()
    assert Event.objects.get(act="sign").told["without_amount"] is True


def test_of_a_whole_sentence_the_nature_is_its_first_part(confirmed: Finding) -> None:
    confirmed.nature = confirmed.statement
    assert finding_to_nature(confirmed) == "自评评分不规范"
    confirmed.nature = "虚报完成值"
    assert finding_to_nature(confirmed) == "虚报完成值"


def test_three_people_sign_three_stages_and_the_log_holds_each(confirmed: Finding, member: People) -> None:
    assert confirmed.decided_by is not None
    signers = [confirmed.decided_by, member(Role.REVIEWER), member(Role.ADMINISTRATOR)]
    for stage, user in zip((Stage.PREPARED, Stage.REVIEWED, Stage.APPROVED), signers, strict=True):
        assert sign_as(confirmed, stage, user) == ()
    assert confirmed.stage == Stage.APPROVED
    assert [each.user for each in Signature.objects.order_by("pk")] == signers
    assert [each.told["stage"] for each in Event.objects.filter(act="sign").order_by("pk")] == [
        "prepared", "reviewed", "approved",
    ]  # fmt: skip
    assert verify(confirmed.project.chain).broken is None


def test_what_somebody_changed_meanwhile_is_left_out(confirmed: Finding, monkeypatch: pytest.MonkeyPatch) -> None:
    assert confirmed.decided_by is not None
    real = finding_to_content

    def overtaken(finding: Finding) -> dict[str, object]:
        Finding.objects.filter(pk=finding.pk).update(status=Status.OPEN)
        return real(finding)

    monkeypatch.setattr("review.signing.finding_to_content", overtaken)
    assert sign_as(confirmed, Stage.PREPARED, confirmed.decided_by) == (OVERTAKEN,)
    assert confirmed.stage == Stage.NONE and not Signature.objects.exists()


def test_stages_are_not_skipped(confirmed: Finding, member: People) -> None:
    assert sign_as(confirmed, Stage.APPROVED, member(Role.ADMINISTRATOR)) == ("现为“未签”，不能直接签审定",)


def test_nobody_reviews_what_they_prepared_unless_they_work_alone(
    confirmed: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert confirmed.decided_by is not None
    sign_as(confirmed, Stage.PREPARED, confirmed.decided_by)
    assert sign_as(confirmed, Stage.REVIEWED, confirmed.decided_by) == (OWN_WORK,)
    monkeypatch.setattr(settings, "MANY_USERS", False)
    assert sign_as(confirmed, Stage.REVIEWED, confirmed.decided_by) == ()
    assert Event.objects.filter(act="sign").latest("pk").told["own_work"] == 1


def test_what_is_given_back_is_unlocked_and_its_signatures_stay_in_the_story(
    confirmed: Finding, member: People
) -> None:
    assert confirmed.decided_by is not None
    sign_as(confirmed, Stage.PREPARED, confirmed.decided_by)
    reviewer = member(Role.REVIEWER)
    with pytest.raises(CannotSign, match="理由"):
        give_back(confirmed, user=reviewer, rights=ROLE_RIGHTS[Role.REVIEWER], comment=" ")
    give_back(confirmed, user=reviewer, rights=ROLE_RIGHTS[Role.REVIEWER], comment="佐证不足")
    confirmed.refresh_from_db()
    assert not confirmed.is_locked
    assert Signature.objects.get().returned
    assert Note.objects.get().text == "退回：佐证不足"
    assert Event.objects.latest("pk").act == "give_back"
    assert sign_as(confirmed, Stage.PREPARED, confirmed.decided_by) == ()
    assert Signature.objects.filter(returned=False).count() == 1


def test_another_auditor_cannot_give_back_but_the_preparer_can(confirmed: Finding, member: People) -> None:
    assert confirmed.decided_by is not None
    sign_as(confirmed, Stage.PREPARED, confirmed.decided_by)
    other = User.objects.create(username="other")
    with pytest.raises(CannotSign, match="没有退回的权限"):
        give_back(confirmed, user=other, rights=ROLE_RIGHTS[Role.AUDITOR], comment="x")
    give_back(confirmed, user=confirmed.decided_by, rights=ROLE_RIGHTS[Role.AUDITOR], comment="漏附依据")
    confirmed.refresh_from_db()
    assert confirmed.stage == Stage.NONE


def test_what_is_approved_is_corrected_by_notes_alone(confirmed: Finding, member: People) -> None:
    Finding.objects.filter(pk=confirmed.pk).update(stage=Stage.APPROVED)
    confirmed.refresh_from_db()
    with pytest.raises(CannotSign, match="批注"):
        give_back(confirmed, user=member(Role.ADMINISTRATOR), rights=frozenset(Right), comment="x")
    assert comment(confirmed.project, confirmed.pk, "金额应为120万元", user=member(Role.REVIEWER)).after_signing
    assert Event.objects.latest("pk").act == "note_after_signing"


@pytest.fixture
def signed(project: Project, member: People) -> Finding:
    """A finding of a text that was really read, signed."""
    path = next(EXAMPLES.glob("01*.txt"))
    sha256, _ = keep_blob([path.read_bytes()])
    document = Document.objects.create(project=project, sha256=sha256, path=path.name, parts=[sha256])
    read_document(document)
    check_project(project)
    finding = Finding.objects.filter(project=project, verdict="fail", row__isnull=False).order_by("place")[0]
    auditor = member(Role.AUDITOR)
    decide(finding, Status.CONFIRMED, auditor)
    sign_as(finding, Stage.PREPARED, auditor, without_amount=True)
    assert finding.stage == Stage.PREPARED
    return finding


def test_a_signed_paper_is_built_again_and_is_the_same(signed: Finding) -> None:
    assert reproduce(signed) == ()
    comment(signed.project, signed.pk, "补充", user=User.objects.get())  # came later, and is no part of what was signed
    assert reproduce(signed) == ()


def test_what_changed_after_signing_is_listed(signed: Finding) -> None:
    Finding.objects.filter(pk=signed.pk).update(message="改过的事实")
    cell = f"indicators[{signed.row}].score"
    Correction.objects.create(form=signed.form, field=cell, text="1")
    blob_path(signed.form.document.sha256).write_bytes(b"another file")
    changed = Finding.objects.get(pk=signed.pk)
    found = {each.what: each for each in reproduce(changed)}
    assert found["疑点·事实"].now == "改过的事实"
    assert {"更正", "原件"} <= found.keys()
    assert any(what.startswith("重新核对") for what in found)


def test_content_that_was_altered_in_the_database_breaks_its_seal(signed: Finding) -> None:
    signature = signed.signatures.get()
    signature.content["finding"]["message"] = "别的事实"
    signature.save()
    assert {"签字时保存的内容", "疑点·事实"} <= {each.what for each in reproduce(signed)}


def test_checks_that_run_again_leave_what_is_signed_as_it_is(signed: Finding) -> None:
    Correction.objects.create(form=signed.form, field=f"indicators[{signed.row}].deviation_reason", text="")
    before = signed.message
    check_project(signed.project)
    signed.refresh_from_db()
    assert (signed.message, signed.stage) == (before, Stage.PREPARED)


# The pages


def test_the_list_shows_what_each_lacks_and_signs_what_is_ticked(project: Project, auditor: Client) -> None:
    user, form = User.objects.get(), make_form(project)
    whole = decide(make_finding(form), Status.CONFIRMED, user)
    lacking = decide(make_finding(form, row=1, basis=""), Status.CONFIRMED, user)
    page = auditor.get(reverse("signing", args=[project.pk])).content.decode()
    assert "缺依据" in page and "齐备" in page
    asked = {"stage": "prepared", "finding": [whole.pk, lacking.pk], "query": ""}
    page = auditor.post(reverse("sign", args=[project.pk]), asked, follow=True).content.decode()
    assert "已签编制 1 条" in page and "1 条未签" in page
    assert set(Finding.objects.exclude(stage="")) == {whole}


def test_all_that_match_the_filter_are_signed_after_a_preview(project: Project, auditor: Client) -> None:
    user = User.objects.get()
    for unit in ("甲局", "甲局", "乙局"):
        decide(make_finding(make_form(project, unit=unit)), Status.CONFIRMED, user)
    decide(make_finding(make_form(project, unit="甲局"), basis=""), Status.CONFIRMED, user)
    asked = {"stage": "prepared", "whole": "1", "query": "stage=&unit=甲局"}
    page = auditor.post(reverse("sign", args=[project.pk]), asked).content.decode()
    assert "缺依据" in page and "签编制 2 条" in page
    assert not Finding.objects.exclude(stage="").exists()
    auditor.post(reverse("sign", args=[project.pk]), asked | {"confirmed": "1"})
    assert Finding.objects.exclude(stage="").count() == 2
    assert Event.objects.filter(act="sign").count() == 1


def test_too_many_at_once_are_not_signed(project: Project, auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("review.signing.MOST_AT_ONCE", 1)
    for _ in range(2):
        decide(make_finding(make_form(project)), Status.CONFIRMED, User.objects.get())
    answer = auditor.post(reverse("sign", args=[project.pk]), {"stage": "prepared", "whole": "1"}, follow=True)
    assert "一次最多签 1 条，现有 2 条" in answer.content.decode()


def test_an_auditor_may_not_review(project: Project, auditor: Client) -> None:
    finding = decide(make_finding(make_form(project)), Status.CONFIRMED, User.objects.get())
    Finding.objects.filter(pk=finding.pk).update(stage=Stage.PREPARED)
    answer = auditor.post(reverse("sign", args=[project.pk]), {"stage": "reviewed", "finding": finding.pk})
    assert answer.status_code == 403 and "没有复核的权限" in answer.content.decode()


def test_a_finding_of_another_audit_is_not_signed(project: Project, auditor: Client) -> None:
    other = Project.objects.create(name="别的项目")
    finding = decide(make_finding(make_form(other)), Status.CONFIRMED, User.objects.get())
    auditor.post(reverse("sign", args=[project.pk]), {"stage": "prepared", "finding": finding.pk})
    finding.refresh_from_db()
    assert finding.stage == Stage.NONE
    assert auditor.get(reverse("signed_paper", args=[project.pk, finding.pk])).status_code == 404


def test_pages_follow_each_other_without_gap(
    project: Project, auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("review.views.signing.PAGE_ROWS", 2)
    form, user = make_form(project), User.objects.get()
    made = [decide(make_finding(form, row=row), Status.CONFIRMED, user).pk for row in range(5)]
    seen: list[int] = []
    query = ""
    for _ in range(3):
        answer = auditor.get(f"{reverse('signing', args=[project.pk])}?{query}")
        seen += [line.finding.pk for line in answer.context["lines"]]
        query = answer.context["more"]
    assert seen == made and not query


def test_a_signed_paper_says_whether_it_is_the_same(signed: Finding, client: Client) -> None:
    client.force_login(User.objects.get(), backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("signed_paper", args=[signed.project_id, signed.pk])
    assert "一致" in client.get(url).content.decode()
    Finding.objects.filter(pk=signed.pk).update(basis="<script>alert(1)</script>")
    page = client.get(url).content.decode()
    assert "处不同" in page and "<script>alert" not in page
    client.post(reverse("note_on_signed", args=[signed.project_id, signed.pk]), {"text": "依据以原签字为准"})
    assert "签字后" in client.get(url).content.decode()
    client.post(reverse("return_finding", args=[signed.project_id, signed.pk]), {"comment": "改依据"})
    signed.refresh_from_db()
    assert signed.stage == Stage.NONE


def test_an_empty_list_says_what_to_do(project: Project, auditor: Client) -> None:
    assert "请先在疑点清单中" in auditor.get(reverse("signing", args=[project.pk])).content.decode()
    assert Document.objects.filter(state=State.READ).count() == 0
