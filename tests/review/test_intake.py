"""What comes in is accounted for, read once, and taken up again where it was broken off."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult
from hypothesis import given
from hypothesis import strategies as st

from review.arrivals import fit_path, parts_to_sha256, unpack_one
from review.blobs import blob_path, forget_broken_off, has_blob, keep_blob
from review.intake import LEFT_OUT, MAX_FILE_BYTES, MAX_FILES, count_states
from review.models import Delivery, Document, Event, Item, ItemState, Membership, Project, Role, State, User
from tests.review.deliveries import archive, manifest, post, put, send, told

TEXT = "项目支出绩效自评表".encode()
PNG = b"\x89PNG\r\n\x1a\n"


def unpack_all() -> None:
    """What the worker does with what may be an archive."""
    for task in DBTaskResult.objects.filter(task_path=unpack_one.module_path):
        unpack_one.func(*task.args_kwargs["args"])


def states(delivery: Delivery) -> dict[str, str]:
    return dict(delivery.items.values_list("path", "state"))


def enqueued(task: str) -> int:
    return DBTaskResult.objects.filter(task_path__endswith=task).count()


def test_a_file_becomes_a_document_that_waits_to_be_read(auditor: Client, project: Project) -> None:
    delivery = send(auditor, project, {"甲/表.txt": TEXT})
    document = Document.objects.get()
    assert (document.path, document.sha256, document.parts) == ("甲/表.txt", told(TEXT), [told(TEXT)])
    assert document.state == State.WAITING and enqueued("read_one") == 1
    assert has_blob(told(TEXT)) and delivery.items.get().document == document
    assert Delivery.objects.get().complete_at is not None


def test_without_a_hash_the_file_is_sent_and_hashed_here(auditor: Client, project: Project) -> None:
    delivery = send(auditor, project, {"表.txt": TEXT}, hashed=False)
    assert delivery.items.get().sha256 == told(TEXT)


def test_the_same_folder_chosen_again_sends_only_what_is_missing(auditor: Client, project: Project) -> None:
    files = {f"夹/{n}.txt": f"第 {n} 份".encode() for n in range(5)}
    first = post(auditor, project, {"files": manifest(files)}).json()
    assert len(first["lacking"]) == 5
    for lacking in first["lacking"][:3]:
        put(auditor, project, first["delivery"], lacking["item"], list(files.values())[lacking["index"]])
    again = post(auditor, project, {"files": manifest(files)}).json()
    assert again["delivery"] == first["delivery"]
    assert [each["index"] for each in again["lacking"]] == [3, 4]
    assert Item.objects.count() == 5 and Document.objects.count() == 3


def test_a_file_changed_since_is_another_file(auditor: Client, project: Project) -> None:
    files = {"a.txt": b"one", "b.txt": b"two"}
    first = post(auditor, project, {"files": manifest(files)}).json()
    put(auditor, project, first["delivery"], first["lacking"][0]["item"], b"one")
    again = post(auditor, project, {"files": manifest({"a.txt": b"new", "b.txt": b"two"})}).json()
    assert sorted(each["index"] for each in again["lacking"]) == [0, 1]
    assert Item.objects.filter(path="a.txt").count() == 2


def test_a_delivery_broken_off_is_completed_by_its_content_under_any_name(auditor: Client, project: Project) -> None:
    broken = post(auditor, project, {"files": manifest({"夹/a.txt": b"one", "夹/b.txt": b"two"})}).json()
    send(auditor, project, {"a.txt": b"one", "b.txt": b"two"})
    assert set(Item.objects.filter(delivery=broken["delivery"]).values_list("state", flat=True)) == {"here"}
    assert Delivery.objects.get(pk=broken["delivery"]).complete_at is not None


def test_the_same_content_is_read_once_and_both_arrivals_are_kept(auditor: Client, project: Project) -> None:
    send(auditor, project, {"一.txt": TEXT})
    again = send(auditor, project, {"二.txt": TEXT, "三.txt": b"other"})
    document = Document.objects.get(sha256=told(TEXT))
    copy = again.items.get(path="二.txt")
    assert (copy.state, copy.document) == (ItemState.DUPLICATE, document)
    assert copy.reason == "与“一.txt”内容相同，只读一次。"
    assert document.items.count() == 2 and Document.objects.count() == 2
    page = auditor.get(f"/p/{project.pk}/documents/{document.pk}").content.decode()
    assert "一.txt" in page and "二.txt" in page


def test_twins_in_one_delivery_are_sent_once(auditor: Client, project: Project) -> None:
    files = {"a.txt": TEXT, "b.txt": TEXT}
    answer = post(auditor, project, {"files": manifest(files)}).json()
    assert len(answer["lacking"]) == 1
    put(auditor, project, answer["delivery"], answer["lacking"][0]["item"], TEXT)
    assert Counter(Item.objects.values_list("state", flat=True)) == {"here": 1, "duplicate": 1}


def test_another_audit_does_not_learn_what_this_one_has(auditor: Client, project: Project) -> None:
    send(auditor, project, {"a.txt": TEXT})
    other = Project.objects.create(name="另一项目")
    Membership.objects.create(project=other, user=User.objects.get(), role=Role.AUDITOR)
    answer = post(auditor, other, {"files": manifest({"a.txt": TEXT})}).json()
    assert len(answer["lacking"]) == 1


def test_pages_wait_for_each_other_and_make_one_document(auditor: Client, project: Project) -> None:
    pages = {f"表_p{n}.png": PNG + bytes([n]) for n in (2, 1, 3)}
    answer = post(auditor, project, {"files": manifest(pages)}).json()
    for lacking in answer["lacking"][:2]:
        put(auditor, project, answer["delivery"], lacking["item"], list(pages.values())[lacking["index"]])
    assert not Document.objects.exists()
    last = answer["lacking"][2]
    put(auditor, project, answer["delivery"], last["item"], list(pages.values())[last["index"]])
    document = Document.objects.get()
    parts = [told(PNG + bytes([n])) for n in (1, 2, 3)]
    assert (document.path, document.parts) == ("表_p1.png", parts)
    assert document.sha256 == parts_to_sha256(parts) != parts[0]
    assert list(document.items.order_by("leaf").values_list("path", flat=True)) == sorted(pages)


def test_pages_given_up_leave_the_others_a_document(auditor: Client, project: Project) -> None:
    pages = {f"表_p{n}.png": PNG + bytes([n]) for n in (1, 2)}
    answer = post(auditor, project, {"files": manifest(pages)}).json()
    put(auditor, project, answer["delivery"], answer["lacking"][1]["item"], pages["表_p2.png"])
    response = auditor.post(f"/p/{project.pk}/deliveries/{answer['delivery']}/abandon")
    assert response.status_code == 302
    assert Document.objects.get().parts == [told(pages["表_p2.png"])]
    assert Item.objects.get(path="表_p1.png").reason == LEFT_OUT
    assert Event.objects.filter(act="abandon_upload").get().changes[0]["before"] == {"state": "coming"}


def test_documents_of_one_name_get_paths_of_their_own(auditor: Client, project: Project) -> None:
    for content in (b"1", b"2", b"3"):
        send(auditor, project, {"表.txt": content})
    assert sorted(Document.objects.values_list("path", flat=True)) == [
        "表.txt",
        "表（第 2 份）.txt",
        "表（第 3 份）.txt",
    ]


def test_an_archive_is_unpacked_in_the_background_and_its_members_are_files(auditor: Client, project: Project) -> None:
    inside = {"甲/a.txt": b"a", "甲/b.txt": TEXT, "页-1.png": PNG + b"1", "页-2.png": PNG + b"2", ".DS_Store": b"x"}
    delivery = send(auditor, project, {"x.txt": TEXT, "包.zip": archive(inside)})
    assert Document.objects.count() == 1
    unpack_all()
    assert states(delivery) == {
        "x.txt": "here", "包.zip": "unpacked", "包.zip/甲/a.txt": "here", "包.zip/甲/b.txt": "duplicate",
        "包.zip/页-1.png": "here", "包.zip/页-2.png": "here", "包.zip/.DS_Store": "skipped",
    }  # fmt: skip
    assert Document.objects.count() == 3
    assert Document.objects.get(path="包.zip/页-1.png").parts == [told(PNG + b"1"), told(PNG + b"2")]
    assert count_states(delivery) == {"here": 1, "unpacked": 1}
    unpack_all()  # a worker that died half way does it again
    assert Item.objects.count() == 7 and Document.objects.count() == 3


def test_an_office_file_is_no_archive(auditor: Client, project: Project) -> None:
    docx = archive({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
    delivery = send(auditor, project, {"表.docx": docx})
    unpack_all()
    assert states(delivery) == {"表.docx": "here"} and Document.objects.get().sha256 == told(docx)


def test_a_broken_archive_is_refused_with_the_reason(auditor: Client, project: Project) -> None:
    whole = archive({"a.txt": b"a" * 100})
    delivery = send(auditor, project, {"空.zip": archive({}), "坏.zip": whole[:40]})
    unpack_all()
    empty = delivery.items.get(path="空.zip")
    assert empty.state == ItemState.REFUSED and "压缩包是空的" in empty.reason
    assert not Document.objects.filter(path="空.zip").exists()
    assert delivery.items.get(path="坏.zip").state in (ItemState.REFUSED, ItemState.HERE)


def test_a_bomb_is_refused_and_the_other_members_are_read(auditor: Client, project: Project) -> None:
    bomb = archive({"炸弹.txt": b"0" * (40 * 1024 * 1024), "好.txt": TEXT})
    delivery = send(auditor, project, {"包.zip": bomb})
    unpack_all()
    refused = delivery.items.get(path="包.zip/炸弹.txt")
    assert refused.state == ItemState.REFUSED and "压缩炸弹" in refused.reason and refused.size == 0
    assert delivery.items.get(path="包.zip/好.txt").state == ItemState.HERE


def test_names_that_lead_outside_are_refused_and_nothing_is_written_there(
    auditor: Client, project: Project, tmp_path: Any
) -> None:
    delivery = send(auditor, project, {"包.zip": archive({"../../外.txt": TEXT, "C:\\x.txt": b"x"})})
    unpack_all()
    members = delivery.items.exclude(archive=None)
    assert {member.state for member in members} == {ItemState.REFUSED}
    assert all("越界" in member.reason for member in members)
    assert not list(tmp_path.parent.glob("外.txt"))


def test_announced_names_lead_nowhere(auditor: Client, project: Project) -> None:
    delivery = send(auditor, project, {"../../etc/表.txt": TEXT, "/a\x00b.txt": b"b"})
    assert sorted(states(delivery)) == ["a\N{REPLACEMENT CHARACTER}b.txt", "etc/表.txt"]


def test_markup_in_a_name_is_text(auditor: Client, project: Project) -> None:
    name = "<img src=x onerror=alert(1)>.txt"
    delivery = send(auditor, project, {name: TEXT, '"><script>.txt': b"x"})
    pages = [f"/p/{project.pk}/upload", f"/p/{project.pk}/deliveries/{delivery.pk}", f"/p/{project.pk}/documents"]
    for page in [*pages, f"/p/{project.pk}/documents/{Document.objects.order_by('pk')[0].pk}"]:
        text = auditor.get(page).content.decode()
        assert "<img src=x" not in text and "<script>." not in text


def test_empty_and_oversized_and_hidden_files_are_told_at_once(auditor: Client, project: Project) -> None:
    files = [
        {"path": "空.txt", "size": 0},
        {"path": "大.pdf", "size": MAX_FILE_BYTES + 1},
        {"path": "夹/.git/x", "size": 3},
        {"path": "~$表.docx", "size": 3},
        {"path": "好.txt", "size": 3},
    ]
    answer = post(auditor, project, {"files": files}).json()
    assert [each["index"] for each in answer["lacking"]] == [4]
    told_states = count_states(Delivery.objects.get())
    assert told_states == {"refused": 2, "skipped": 2, "coming": 1} and sum(told_states.values()) == len(files)
    page = auditor.get(f"/p/{project.pk}/upload").content.decode()
    assert "请拆分后再上传" in page and "还缺 1 个文件" in page


def test_six_hundred_files_are_one_delivery(auditor: Client, project: Project) -> None:
    files = {f"夹/{n}.txt": str(n).encode() for n in range(600)}
    answer = post(auditor, project, {"files": manifest(files)}).json()
    assert len(answer["lacking"]) == 600
    assert count_states(Delivery.objects.get()) == {"coming": 600}


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("{", 400, "读不出来"),
        ("[" * 100_000, 400, "读不出来"),
        ([], 400, "没有要上传的文件"),
        ({"files": []}, 400, "没有要上传的文件"),
        ({"files": [{"path": "x"}]}, 400, "清单不完整"),
        ({"files": [{"path": "x", "size": True}]}, 400, "清单不完整"),
        ({"files": [{"path": "x", "size": -1}]}, 400, "清单不完整"),
        ({"files": ["x"]}, 400, "清单不完整"),
        ({"files": [{"path": "x", "size": 10**30}]}, 400, "清单不完整"),
        ({"files": [{"path": "长" * 1001, "size": 1}]}, 400, "路径超过"),
        ({"files": [{"path": "x", "size": 1, "sha256": "abc"}]}, 400, "SHA-256"),
        ({"files": [{"path": "x", "size": 1, "sha256": 5}]}, 400, "SHA-256"),
        ({"files": [{"path": "x", "size": 1}] * (MAX_FILES + 1)}, 413, "请分几次选择"),
    ],
)
def test_a_wrong_announcement_is_refused_in_words(
    auditor: Client, project: Project, body: object, status: int, said: str
) -> None:
    response = post(auditor, project, body)
    assert response.status_code == status and said in response.json()["message"]
    assert not Delivery.objects.exists()


@pytest.fixture
def coming(auditor: Client, project: Project) -> Item:
    post(auditor, project, {"files": manifest({"表.txt": TEXT})})
    return Item.objects.get()


def test_other_content_than_announced_is_refused_and_not_kept(auditor: Client, project: Project, coming: Item) -> None:
    other = b"x" * len(TEXT)
    response = put(auditor, project, coming.delivery_id, coming.pk, other)
    assert response.status_code == 409 and "校验值不符" in response.json()["message"]
    assert not has_blob(told(other)) and not list(blob_path(told(other)).parents[1].glob(".coming-*"))
    assert Item.objects.get().state == ItemState.COMING


@pytest.mark.parametrize("content", [b"x", TEXT[:-1], TEXT + b"x"])
def test_content_of_another_size_is_refused(auditor: Client, project: Project, coming: Item, content: bytes) -> None:
    response = put(auditor, project, coming.delivery_id, coming.pk, content)
    assert response.status_code == 409 and "与清单不符" in response.json()["message"]


def test_sending_twice_changes_nothing(auditor: Client, project: Project, coming: Item) -> None:
    for _ in range(2):
        response = put(auditor, project, coming.delivery_id, coming.pk, TEXT)
        assert response.status_code == 200 and response.json()["state"] == "here"
    assert Document.objects.count() == 1 and enqueued("read_one") == 1
    other = put(auditor, project, coming.delivery_id, coming.pk, b"x" * len(TEXT))
    assert other.status_code == 409 and "不能用别的内容替换" in other.json()["message"]


def test_an_item_is_found_in_its_own_delivery_only(auditor: Client, project: Project, coming: Item) -> None:
    other = Project.objects.create(name="另一项目")
    Membership.objects.create(project=other, user=User.objects.get(), role=Role.AUDITOR)
    elsewhere = Delivery.objects.create(project=project)
    assert put(auditor, other, coming.delivery_id, coming.pk, TEXT).status_code == 404
    assert put(auditor, project, elsewhere.pk, coming.pk, TEXT).status_code == 404
    assert put(auditor, project, coming.delivery_id, coming.pk + 1, TEXT).status_code == 404


def test_a_stranger_sends_nothing(client: Client, project: Project, coming: Item) -> None:
    stranger = Client()
    stranger.force_login(User.objects.create_user("x"), backend="django.contrib.auth.backends.ModelBackend")
    assert put(stranger, project, coming.delivery_id, coming.pk, TEXT).status_code == 404
    assert post(stranger, project, {"files": manifest({"表.txt": TEXT})}).status_code == 404
    assert stranger.get(f"/p/{project.pk}/upload").status_code == 404


def test_what_came_is_written_to_the_log_once(auditor: Client, project: Project) -> None:
    send(auditor, project, {"a.txt": b"a", "b.txt": b"b"})
    assert list(Event.objects.order_by("pk").values_list("act", flat=True)) == ["upload", "upload_complete"]
    assert Event.objects.get(act="upload_complete").told["files"] == 2


def test_a_document_that_could_not_be_read_is_read_again_when_it_is_sent_again(
    auditor: Client, project: Project
) -> None:
    send(auditor, project, {"a.txt": TEXT})
    blob_path(told(TEXT)).unlink()
    Document.objects.update(state=State.UNREADABLE)
    delivery = send(auditor, project, {"a.txt": TEXT})
    assert delivery.items.get().state == ItemState.DUPLICATE
    assert Document.objects.get().state == State.WAITING and enqueued("read_one") == 2


@given(st.text(max_size=1500))
def test_a_path_fits_and_leads_nowhere(path: str) -> None:
    fitted = fit_path(path)
    assert 0 < len(fitted) <= 960 and fitted.encode()
    assert not {"", ".", ".."} & set(fitted.split("/")) and "\x00" not in fitted
    assert fit_path(fitted) == fitted


def test_a_full_disk_is_told_as_such(
    auditor: Client, project: Project, coming: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(chunks: Any) -> tuple[str, int]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("review.intake.keep_blob", full)
    response = put(auditor, project, coming.delivery_id, coming.pk, TEXT)
    assert response.status_code == 507 and "磁盘" in response.json()["message"]
    assert Item.objects.get().state == ItemState.COMING


def test_what_a_dead_server_was_writing_is_forgotten_after_a_day(tmp_path: Any) -> None:
    keep_blob([b"whole"])
    old, new = (tmp_path / "files" / name for name in (".coming-old", ".coming-new"))
    old.touch()
    new.touch()
    os.utime(old, (0, 0))
    forget_broken_off()
    assert not old.exists() and new.exists() and has_blob(told(b"whole"))
