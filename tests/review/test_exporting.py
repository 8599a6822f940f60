"""Exports: what was chosen goes into the file whole and inert, with decisions, signatures and the log's head."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document as Word
from openpyxl import load_workbook

from classify.learning.examples import lines_to_lesson
from domain.source import Box
from fuhe.crops import jpeg_size, page_to_crop
from fuhe.decision_records import read_decisions
from review.blobs import keep_blob
from review.checking import check_project
from review.export_lines import Which, choose
from review.exporting import Kind, ask_export, export_file, run_export
from review.house_papers import Paper
from review.models import (
    Chain,
    Document,
    Event,
    Finding,
    Job,
    JobKind,
    JobState,
    PaperTemplate,
    Project,
    Role,
    Stage,
    Status,
    User,
)
from review.reading import read_document
from review.signing import Order, sign
from review.tasks import JobTrouble
from tests.review.paperwork import decide, make_finding, make_form

People = Callable[[Role | None], User]
EXAMPLES = Path(__file__).parents[2] / "examples"
HOSTILE = '=HYPERLINK("http://x")'
PAGE_EVIDENCE = {
    "form": "", "field": "indicators[0].score", "text": "10",
    "places": [{"page": 1, "box": [100, 200, 300, 240], "line": None}],
}  # fmt: skip


@pytest.fixture
def user(member: People) -> User:
    return member(Role.AUDITOR)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> bytes:
    """A white page of a scan."""
    _, packed = cv2.imencode(".jpg", np.full((1600, 1200, 3), 255, np.uint8))
    picture = tmp_path / "page.jpg"
    picture.write_bytes(packed.tobytes())
    monkeypatch.setattr("review.exporting.page_picture", lambda document, number: picture)
    return packed.tobytes()


@pytest.fixture
def decided(project: Project, user: User, page: bytes) -> Project:
    """One confirmed on paper and signed, one dismissed, one relabelled with hostile words, one open."""
    form = make_form(project)
    scanned = decide(make_finding(form, evidence=[PAGE_EVIDENCE]), Status.CONFIRMED, user, nature="虚报完成值")
    decide(make_finding(form, row=1), Status.DISMISSED, user, dismissal="misread")
    told = {"message": HOSTILE, "unit": "@SUM(A1)", "project_name": "+1", "statement": ""}
    decide(make_finding(form, row=2, **told), Status.RELABELLED, user, relabel=["force_majeure"])
    make_finding(form, row=3)
    sign(Finding.objects.filter(pk=scanned.pk), Order(stage=Stage.PREPARED, user=user, project=project))
    return project


def export(project: Project, kind: Kind, which: Which = Which.DECIDED, **asked: Any) -> tuple[Job, Path]:
    told = {"kind": kind.value, "which": which.value, "base": "http://127.0.0.1:8610", **asked}
    job = Job.objects.create(project=project, kind=JobKind.EXPORT, asked=told, user=User.objects.first())
    run_export(job)
    job.state = JobState.DONE
    job.save()
    path = export_file(job)
    assert path is not None
    return job, path


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"which": "confirmed"}, 2), ({"which": "signed"}, 1), ({"which": "decided"}, 3), ({"which": "all"}, 4),
        ({"status": ["dismissed", "open"]}, 2), ({}, 4),
    ],
)  # fmt: skip
def test_the_choice_says_which_findings(decided: Project, user: User, asked: dict[str, Any], count: int) -> None:
    assert choose(decided, asked, user=user).findings.count() == count


@pytest.mark.parametrize(
    ("query", "count"),
    [("status=dismissed&status=relabelled", 2), ("status=all&q=HYPERLINK", 1), ("status=all&q=没有这些字", 0)],
)
def test_the_filter_of_the_queue_chooses(decided: Project, user: User, query: str, count: int) -> None:
    assert choose(decided, {"which": "query", "query": query}, user=user).findings.count() == count


def test_a_filter_of_somebody_who_is_gone_chooses_nothing(decided: Project) -> None:
    assert choose(decided, {"which": "query", "query": "who=me"}, user=None).findings.count() == 0


def test_the_workbook_holds_decisions_signatures_pictures_and_the_head(decided: Project) -> None:
    job, path = export(decided, Kind.WORKBOOK)
    book = load_workbook(path)
    sheet = book["问题清单"]
    titles = [cell.value for cell in sheet[1]]
    rows = [dict(zip(titles, row, strict=True)) for row in sheet.iter_rows(min_row=2)]
    assert [row["结论"].value for row in rows] == ["已确认", "已排除（识读有误）", "已改判（疫情、灾害等不可抗力）"]
    assert rows[0]["定性"].value == "虚报完成值"
    assert str(rows[0]["签字"].value).startswith("编制：测试人员") and rows[1]["签字"].value in (None, "")
    link = rows[0]["工作台"].hyperlink
    assert link is not None and str(link.target).startswith("http://127.0.0.1:8610/p/")
    pictures = [name for name in ZipFile(path).namelist() if name.startswith("xl/media/")]
    assert len(pictures) == 1 == job.told["crops"]
    about = {row[0].value: row[1].value for row in book["说明"].iter_rows()}
    assert about["日志链头"] == job.told["log_head"] != ""
    assert about["编制人"] == "测试人员"


def test_no_cell_of_the_workbook_is_a_formula(decided: Project) -> None:
    _, path = export(decided, Kind.WORKBOOK)
    cells = [cell for row in load_workbook(path)["问题清单"].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    hostile = [cell for cell in cells if cell.value == HOSTILE]
    assert hostile and all(cell.quotePrefix for cell in hostile)


def test_no_cell_of_the_csv_is_a_formula(decided: Project) -> None:
    job, path = export(decided, Kind.CSV)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert f"'{HOSTILE}" in rows[3]
    assert job.told["log_head"] in rows[-1][0]


def test_json_holds_every_field(decided: Project) -> None:
    _, path = export(decided, Kind.JSON, Which.ALL)
    told = json.loads(path.read_text(encoding="utf-8"))
    assert len(told["findings"]) == 4 and told["log"]["head"]
    assert told["findings"][0]["evidence"][0]["places"][0]["box"] == [100, 200, 300, 240]
    assert told["findings"][2]["message"] == HOSTILE


@pytest.mark.parametrize(("kind", "title"), [(Kind.EVIDENCE, "审计取证单"), (Kind.WORKING_PAPER, "审计工作底稿")])
def test_papers_hold_the_auditors_words_the_signer_and_the_head(decided: Project, kind: Kind, title: str) -> None:
    job, path = export(decided, kind, Which.CONFIRMED)
    text = "".join(piece.text or "" for piece in Word(str(path)).element.body.iter("{*}t"))
    for told in (title, "虚报完成值", HOSTILE, "测试人员", job.told["log_head"]):
        assert told in text


def test_the_offices_own_template_is_filled_and_its_faults_are_told(
    decided: Project, user: User, client: Client
) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("new_template", args=[decided.pk])
    for text, told in (("{{ 被审计单位 }}／{{ 编制人 }}", "已启用模板"), ("{{ 被审单位 }}", "是否应为“被审计单位”")):
        file = SimpleUploadedFile("本局取证单.docx", docx_with(text))
        page = client.post(url, {"kind": "evidence", "file": file}, follow=True).content.decode()
        assert told in page
    template = PaperTemplate.objects.get()
    assert Event.objects.filter(act="template").count() == 1
    _, path = export(decided, Kind.EVIDENCE, Which.SIGNED)
    assert "某县公路所／测试人员" in [paragraph.text for paragraph in Word(str(path)).paragraphs]
    client.post(reverse("retire_template", args=[decided.pk, template.pk]))
    assert not PaperTemplate.objects.filter(retired=False).exists()
    answer = client.post(url, {"kind": "evidence", "file": SimpleUploadedFile("x.docx", b"no")}, follow=True)
    assert "不是 docx 文件" in answer.content.decode()


def docx_with(text: str) -> bytes:
    document = Word()
    document.add_paragraph(text)
    saved = BytesIO()
    document.save(saved)
    return saved.getvalue()


def test_our_own_template_can_be_taken(project: Project, auditor: Client) -> None:
    answer = auditor.get(reverse("blank_template", args=[project.pk, "evidence"]))
    assert "审计取证单" in "".join(paragraph.text for paragraph in Word(BytesIO(answer.content)).paragraphs)
    assert auditor.get(reverse("blank_template", args=[project.pk, "x"])).status_code == 404


def test_decisions_are_what_the_readers_and_the_ranker_read(project: Project, user: User) -> None:
    for path in EXAMPLES.glob("01*.txt"):
        sha256, _ = keep_blob([path.read_bytes()])
        document = Document.objects.create(project=project, sha256=sha256, path=path.name, parts=[sha256])
        read_document(document)
    check_project(project)
    findings = list(Finding.objects.filter(project=project, verdict="fail").order_by("place"))
    acts: list[tuple[Status, dict[str, Any]]] = [
        (Status.CONFIRMED, {}),
        (Status.DISMISSED, {"dismissal": "wrong"}),
        (Status.RELABELLED, {"relabel": ["vague"]}),
    ]
    for place, finding in enumerate(findings):
        status, columns = acts[place % 3]
        decide(finding, status, user, **columns)
    _, path = export(project, Kind.DECISIONS)
    lines = path.read_text(encoding="utf-8").splitlines()
    lesson = lines_to_lesson(lines, name="x")
    taught = len(lesson.examples) + sum(count for _, count in lesson.silent)
    assert len(lines) == taught == len(read_decisions(path)) >= len(findings)
    assert any(example.held for example in lesson.examples)


def test_nothing_chosen_is_said_and_leaves_no_file(project: Project, user: User) -> None:
    with pytest.raises(JobTrouble, match="没有疑点"):
        export(project, Kind.WORKBOOK)
    assert not Event.objects.filter(act="exported").exists()


def test_a_full_disk_is_said(decided: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    for name in ("review.exporting.os.replace", "fuhe.files.tempfile.mkstemp"):
        monkeypatch.setattr(name, full)
    for kind in (Kind.CSV, Kind.WORKBOOK):
        with pytest.raises(JobTrouble, match="检查磁盘空间"):
            export(decided, kind)


def test_too_many_for_a_paper_is_said(decided: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("review.exporting.MOST_IN_PAPER", 2)
    with pytest.raises(JobTrouble, match="最多 2 条"):
        export(decided, Kind.EVIDENCE)


def test_the_log_knows_what_was_exported(decided: Project) -> None:
    job, _ = export(decided, Kind.CSV)
    told = Event.objects.filter(act="exported").latest("pk").told
    assert told["sha256"] == job.told["sha256"] and told["count"] == 3
    assert Chain.objects.get(project=decided).length > job.told["log_length"]


def test_a_crop_shows_the_boxed_cells_and_stays_small(page: bytes) -> None:
    near, far = Box(x0=100, y0=200, x1=300, y1=240), Box(x0=100, y0=1500, x1=300, y1=1540)
    width, height = jpeg_size(page_to_crop(page, [near, far]))
    assert (width, height) == (200 + 2 * 48, 40 + 2 * 28)
    cut = cv2.imdecode(np.frombuffer(page_to_crop(page, [near]), np.uint8), cv2.IMREAD_COLOR)
    assert cut is not None and cut.min() < 60 and page_to_crop(page, []) == b"" == page_to_crop(b"no picture", [near])


# The pages


def test_an_export_is_asked_for_waited_for_and_fetched(decided: Project, user: User, client: Client) -> None:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    page = client.post(reverse("new_export", args=[decided.pk]), {"kind": "csv", "which": "all"}, follow=True)
    assert "已提交" in page.content.decode() and "hx-trigger" in page.content.decode()
    job = Job.objects.get()
    assert client.get(reverse("download", args=[decided.pk, job.pk])).status_code == 404
    run_export(job)
    job.state = JobState.DONE
    job.save()
    answer = client.get(reverse("download", args=[decided.pk, job.pk]))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content).startswith(b"\xef\xbb\xbf")  # type: ignore[attr-defined]
    assert "hx-trigger" not in client.get(reverse("export_list", args=[decided.pk])).content.decode()


@pytest.mark.parametrize("asked", [{}, {"kind": "exe", "which": "all"}, {"kind": "csv", "which": "?"}])
def test_what_nobody_offers_is_not_exported(project: Project, auditor: Client, asked: dict[str, str]) -> None:
    page = auditor.post(reverse("new_export", args=[project.pk]), asked, follow=True).content.decode()
    assert "请选好" in page and not Job.objects.exists()


def test_a_file_of_another_audit_is_not_there(decided: Project, user: User, client: Client) -> None:
    job, _ = export(decided, Kind.CSV)
    other = Project.objects.create(name="别的项目")
    User.objects.update(is_superuser=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("download", args=[other.pk, job.pk])).status_code == 404


@pytest.mark.parametrize("file", ["../secret.key", "files/aa/x", "exports/../secret.key", ""])
def test_a_path_out_of_the_folder_is_no_export(project: Project, tmp_path: Path, file: str) -> None:
    (tmp_path / "secret.key").write_text("x", encoding="utf-8")
    assert export_file(Job(project=project, file=file)) is None


def test_asking_is_in_the_log(project: Project, user: User) -> None:
    ask_export(project, {"kind": "csv", "which": "all", "base": "http://x"}, user=user)
    assert Event.objects.latest("pk").told == {
        "job": Job.objects.get().pk,
        "what": "问题清单（csv）",
        "which": "全部疑点（不含已归入他条的）",
    }
    assert set(Paper) == {"evidence", "working_paper"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Kind.WORKBOOK, Kind.EVIDENCE, Kind.WORKING_PAPER])
def test_what_is_exported_opens_in_an_office(decided: Project, tmp_path: Path, kind: Kind) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    _, path = export(decided, kind, Which.CONFIRMED)
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    told = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(told, check=True, capture_output=True, timeout=180)
    assert (tmp_path / f"{path.stem}.pdf").stat().st_size > 5_000
