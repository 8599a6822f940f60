"""The API as a bureau's own system uses it: with a key, from the upload to the exported file."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from fuhe.records import form_to_record
from review.arrivals import unpack_one
from review.blobs import exports_folder
from review.checking import check_project
from review.forms import document_to_forms
from review.logbook import event_to_row
from review.models import (
    Correction,
    Delivery,
    Document,
    Event,
    Finding,
    FormRow,
    Item,
    ItemState,
    Job,
    JobKind,
    JobState,
    Membership,
    Project,
    Role,
    Token,
)
from review.reading import read_document
from tests.review.bureau import System

PNG = b"\x89PNG\r\n\x1a\n"
TEXT = next((Path(__file__).parents[2] / "examples").glob("01*.txt"))


def test_a_key_says_whose_it_is(system: System) -> None:
    assert system.get("me") == {"username": "auditor", "full_name": "测试人员", "is_superuser": False}


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic YTpi", "Bearer " + "x" * 5000])
def test_what_is_no_key_opens_nothing(db: None, header: str) -> None:
    response = Client().get("/api/me", headers={"authorization": header} if header else {})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert "令牌" in response.json()["message"]


def test_when_a_key_was_used_is_written_once_a_minute(system: System) -> None:
    system.get("me")
    first = Token.objects.get().last_used_at
    system.get("me")
    assert Token.objects.get().last_used_at == first
    Token.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    system.get("me")
    again = Token.objects.get().last_used_at
    assert first is not None and again is not None and again > first


def test_a_wrong_key_is_not_made_good_by_a_session(auditor: Client) -> None:
    assert auditor.get("/api/me").status_code == 200
    assert auditor.get("/api/me", headers={"authorization": "Bearer nonsense"}).status_code == 401


def test_audits_are_those_of_the_member(system: System, project: Project) -> None:
    Project.objects.create(name="别人的")
    assert [each["id"] for each in system.get("projects")["items"]] == [project.pk]
    made = system.ask("POST", "projects", {"name": "新项目", "note": "说明"})
    assert made.status_code == 201
    assert Membership.objects.get(project=made.json()["id"]).role == Role.ADMINISTRATOR
    first = system.get("projects", limit=1)
    assert [each["name"] for each in first["items"]] == ["新项目"]
    assert [each["id"] for each in system.get("projects", after=first["next"])["items"]] == [project.pk]


def test_a_file_is_taken_in_once_however_it_comes(system: System, audit: str) -> None:
    first = system.send(f"{audit}/files", TEXT.read_bytes(), "甲单位.txt")
    second = system.put(f"{audit}/files", TEXT.read_bytes(), "乙单位/又一份.txt")
    assert (first.status_code, second.status_code) == (201, 201)
    (one,), (other,) = first.json()["items"], second.json()["items"]
    assert (one["state"], other["state"]) == ("here", "duplicate")
    assert one["document_id"] == other["document_id"] == Document.objects.get().pk
    assert other["path"] == "乙单位/又一份.txt"
    assert [row["files"] for row in system.get(f"{audit}/deliveries")["items"]] == [1, 1]
    assert system.get(f"{audit}/deliveries/{first.json()['id']}") == first.json()
    (document,) = system.get(f"{audit}/documents", state="waiting")["items"]
    assert document["path"] == "甲单位.txt"
    assert system.get(f"{audit}/documents", state="read")["items"] == []
    assert Event.objects.filter(act="upload", user=system.user).count() == 2


def test_an_archive_is_opened_and_what_cannot_be_read_says_why(system: System, audit: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("表/01.txt", TEXT.read_bytes())
        archive.writestr("表/Thumbs.db", b"\0")
    answer = system.put(f"{audit}/files", packed.getvalue(), "全部.zip").json()
    assert [(each["path"], each["state"]) for each in answer["items"]] == [("全部.zip", "here")]
    unpack_one.func(answer["items"][0]["id"])  # what the worker does
    items = system.get(f"{audit}/deliveries/{answer['id']}")["items"]
    assert items[0]["state"] == ItemState.UNPACKED
    assert (items[1]["path"], items[1]["state"]) == ("全部.zip/表/01.txt", "here")
    assert items[1]["document_id"] == Document.objects.get().pk
    assert items[2]["state"] == ItemState.SKIPPED and items[2]["reason"]
    assert Item.objects.filter(archive__path="全部.zip").count() == len(items) - 1 == 2


def test_pages_that_come_together_are_one_document_in_order(system: System, audit: str) -> None:
    files = [SimpleUploadedFile(f"表-{number}.png", PNG + bytes([number])) for number in (2, 1, 3)]
    headers = {"authorization": f"Bearer {system.key}"}
    address = f"/api/{audit}/files"
    answer = system.client.post(address, {"file": files}, headers=headers, query_params={"path": "甲单位"})
    items = answer.json()["items"]
    assert [each["path"] for each in items] == ["甲单位/表-2.png", "甲单位/表-1.png", "甲单位/表-3.png"]
    document = Document.objects.get()
    assert {each["document_id"] for each in items} == {document.pk}
    assert document.parts == [items[place]["sha256"] for place in (1, 0, 2)]


@pytest.mark.parametrize(("name", "content", "state"), [("空.txt", b"", "refused"), ("Thumbs.db", b"x", "skipped")])
def test_what_is_not_read_is_accounted_for(system: System, audit: str, name: str, content: bytes, state: str) -> None:
    (item,) = system.send(f"{audit}/files", content, name).json()["items"]
    assert (item["state"], item["document_id"]) == (state, None)
    assert item["reason"]


def test_a_body_without_its_length_is_not_taken(system: System, audit: str) -> None:
    response = system.put(f"{audit}/files", b"", "空.txt")
    assert response.status_code == 411
    assert "Content-Length" in response.json()["message"]
    assert not Item.objects.exists()


def test_a_form_without_a_file_says_what_is_missing(system: System, audit: str) -> None:
    response = system.client.post(f"/api/{audit}/files", headers={"authorization": f"Bearer {system.key}"})
    assert response.status_code == 422
    assert [each["where"] for each in response.json()["faults"]] == ["file.file"]


def test_an_upload_that_broke_off_is_gone_on_with(system: System, audit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("review.api_papers.body_to_chunks", lambda read: [TEXT.read_bytes()[:100]])
        broken = system.put(f"{audit}/files", TEXT.read_bytes(), "甲单位.txt")
    assert (broken.status_code, Item.objects.get().state) == (409, ItemState.COMING)
    assert "重新上传" in broken.json()["message"]
    again = system.put(f"{audit}/files", TEXT.read_bytes(), "甲单位.txt")
    assert [each["state"] for each in again.json()["items"]] == ["here"]
    assert Delivery.objects.count() == 1


def test_a_path_that_climbs_is_a_name_and_no_more(system: System, audit: str, tmp_path: Path) -> None:
    before = set(tmp_path.parent.iterdir())
    assert system.put(f"{audit}/files", TEXT.read_bytes(), "../../../etc/passwd").status_code == 201
    assert set(tmp_path.parent.iterdir()) == before
    assert Document.objects.get().path == "etc/passwd"


def test_a_file_that_is_too_big_is_not_kept(
    system: System, audit: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("review.api_parts.MAX_FILE_BYTES", 1000)
    response = system.put(f"{audit}/files", b"x" * 1001, "大.txt")
    assert response.status_code == 413
    assert "未上传" in response.json()["message"]
    assert not Item.objects.exists()
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


def test_a_form_is_given_as_the_public_contract_has_it_with_corrections(
    system: System, audit: str, project: Project
) -> None:
    system.send(f"{audit}/files", TEXT.read_bytes(), "甲单位.txt")
    document = Document.objects.get()
    read_document(document)
    check_project(project)
    rows = system.get(f"{audit}/forms", document=document.pk)["items"]
    assert len(rows) == FormRow.objects.count() > 0
    told = system.get(f"{audit}/forms/{rows[0]['id']}")["form"]
    first = document_to_forms(Document.objects.get())[0]
    assert told == json.loads(json.dumps(form_to_record(first)))
    Correction.objects.create(form_id=rows[0]["id"], field="project_name", text="更正后的名称")
    assert system.get(f"{audit}/forms/{rows[0]['id']}")["form"]["project_name"] == "更正后的名称"
    assert system.get(f"{audit}/findings")["items"]
    assert system.get(f"{audit}/documents/{document.pk}")["forms"] == len(rows)


def test_a_form_whose_reading_is_gone_is_not_there(system: System, audit: str, listed: list[Finding]) -> None:
    assert system.ask("GET", f"{audit}/forms/{listed[0].form_id}").status_code == 404


def test_an_export_is_asked_for_and_fetched(system: System, audit: str, project: Project) -> None:
    asked = system.ask("POST", f"{audit}/exports", {"kind": "workbook", "status": ["confirmed"]})
    assert asked.status_code == 202
    job = Job.objects.get()
    assert (job.kind, job.state, job.user) == (JobKind.EXPORT, JobState.WAITING, system.user)
    assert job.asked == {"kind": "workbook", "status": ["confirmed"], "base": "http://testserver"}
    assert "结论：已确认" in event_to_row(Event.objects.get(act="export")).told
    assert system.ask("GET", f"{audit}/jobs/{job.pk}/file").status_code == 404
    exports_folder().mkdir(parents=True)
    (exports_folder() / "1.xlsx").write_bytes(b"PK")
    Job.objects.update(state=JobState.DONE, file="exports/1.xlsx", file_name='问题"清单\n.xlsx')
    assert system.get(f"{audit}/jobs/{job.pk}")["state"] == "done"
    assert [each["id"] for each in system.get(f"{audit}/jobs")["items"]] == [job.pk]
    response = system.ask("GET", f"{audit}/jobs/{job.pk}/file")
    assert b"".join(response.streaming_content) == b"PK"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "file", ["secret.key", "exports/../secret.key", "/etc/passwd", "../x", "exports", "exports/no"]
)
def test_nothing_but_exports_is_handed_out(
    system: System, audit: str, project: Project, tmp_path: Path, file: str
) -> None:
    (tmp_path / "secret.key").write_text("secret")
    exports_folder().mkdir(parents=True)
    job = Job.objects.create(project=project, kind=JobKind.EXPORT, state=JobState.DONE, file=file)
    assert system.ask("GET", f"{audit}/jobs/{job.pk}/file").status_code == 404


@pytest.mark.parametrize("body", ["{", "", '{"name": "\ud800"}', "[1]", "null", '{"name": 5}', '{"name": ""}'])
def test_a_body_that_cannot_be_read_is_told_in_chinese(system: System, body: str) -> None:
    response = system.client.generic(
        "POST", "/api/projects", body.encode("utf-8", "surrogatepass"), content_type="application/json",
        headers={"authorization": f"Bearer {system.key}"},
    )  # fmt: skip
    assert response.status_code in {400, 422}
    assert not response.json()["message"].isascii()
    assert not Project.objects.exclude(memberships=None).filter(created_by=system.user).exists()


def test_the_description_is_whole_and_chinese(system: System) -> None:
    told = system.get("openapi.json")
    described = [each for operations in told["paths"].values() for each in operations.values()]
    names = [each["operationId"] for each in described]
    assert len(names) == len(set(names)) > 15
    assert not [each["summary"] for each in described if each["summary"].isascii()]
    assert not [each for each in described if "401" not in each["responses"] or not each["security"]]
    assert "description" not in told["components"]["schemas"]["FindingTold"]


def test_the_page_on_the_api_takes_nothing_from_elsewhere(auditor: Client) -> None:
    text = auditor.get("/api/docs").content.decode()
    assert "ninja/swagger-ui-bundle.js" in text
    assert "//" not in text.replace("<!doctype html>", "")
    assert Client().get("/api/docs").headers["Location"] == f"/{settings.LOGIN_URL}?next=/api/docs"
