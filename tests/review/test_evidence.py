"""The evidence of a finding: pages, boxes, lines, the form as printed, and who may see them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from PIL import Image

from domain.form import walk
from review.blobs import keep_blob
from review.checking import check_project
from review.correcting import correct_cell
from review.evidence import Evidence, finding_to_evidence, form_to_evidence
from review.form_table import form_to_leads, form_to_table
from review.forms import row_to_form
from review.models import Document, Finding, FormRow, Project, Role, User
from review.page_sheets import BoxView
from review.reading import read_document

Reader = Callable[[str], Document]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def scan(read_example: Reader, project: Project) -> Document:
    document = read_example("11")
    check_project(project)
    return document


def _page_url(document: Document, number: int) -> str:
    return reverse("page_picture", args=[document.project_id, document.pk, number])


def _boxes(evidence: Evidence) -> list[BoxView]:
    return [box for sheet in evidence.sheets for box in sheet.boxes]


@pytest.mark.parametrize("number", ["10", "11", "12"])
def test_a_page_is_a_picture_in_the_pixels_of_its_boxes(auditor: Client, read_example: Reader, number: str) -> None:
    document = read_example(number)
    answer = auditor.get(_page_url(document, 1))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    picture = Image.open(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    note = document.page_notes[0]
    assert picture.size == (note["width"], note["height"])
    assert "private" in answer["Cache-Control"]
    assert "immutable" in answer["Cache-Control"]


def test_a_picture_is_made_once_and_not_sent_twice(
    auditor: Client, scan: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = auditor.get(_page_url(scan, 1))
    b"".join(first.streaming_content)  # type: ignore[attr-defined]
    monkeypatch.setattr("review.pictures._make", lambda document, number: pytest.fail("made again"))
    again = auditor.get(_page_url(scan, 1))
    assert again.status_code == 200
    again.close()
    assert auditor.get(_page_url(scan, 1), headers={"if-none-match": first["ETag"]}).status_code == 304


def test_a_page_that_is_not_there_says_so(auditor: Client, scan: Document, read_example: Reader) -> None:
    answer = auditor.get(_page_url(scan, 7))
    assert (answer.status_code, "没有第 7 页" in answer.content.decode()) == (404, True)
    office = read_example("04")
    answer = auditor.get(_page_url(office, 1))
    assert (answer.status_code, "没有页面图像" in answer.content.decode()) == (404, True)


def test_a_document_of_an_image_a_page_shows_the_page_that_was_asked_for(auditor: Client, project: Project) -> None:
    shades = (210, 250)
    parts = []
    for shade in shades:
        image = io.BytesIO()
        Image.new("RGB", (400, 560), (shade, shade, shade)).save(image, "PNG")
        parts.append(keep_blob([image.getvalue()])[0])
    document = Document.objects.create(project=project, sha256="a" * 64, path="两页_p1.png", parts=parts)
    read_document(document)
    assert len(document.page_notes) == len(shades)
    for number, shade in enumerate(shades, start=1):
        answer = auditor.get(_page_url(document, number))
        picture = Image.open(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
        assert picture.getpixel((200, 280)) == pytest.approx((shade,) * 3, abs=4)


def test_a_page_of_lost_bytes_says_what_to_do(auditor: Client, scan: Document) -> None:
    Document.objects.filter(pk=scan.pk).update(parts=["0" * 64])
    answer = auditor.get(_page_url(scan, 1))
    assert (answer.status_code, "重新上传" in answer.content.decode()) == (404, True)


@pytest.mark.parametrize("role", [None, *Role])
def test_only_members_see_pages_and_forms(
    client: Client, member: Callable[[Role | None], User], scan: Document, role: Role | None
) -> None:
    client.force_login(member(role), backend="django.contrib.auth.backends.ModelBackend")
    form = scan.forms.get()
    answers = [client.get(_page_url(scan, 1)), client.get(reverse("form", args=[scan.project_id, form.pk]))]
    assert {answer.status_code for answer in answers} == {404 if role is None else 200}
    for answer in answers:
        answer.close()


def test_pages_and_forms_of_another_audit_are_not_there(auditor: Client, scan: Document, project: Project) -> None:
    other = Project.objects.create(name="别的项目")
    Document.objects.filter(pk=scan.pk).update(project=other)
    assert auditor.get(reverse("page_picture", args=[project.pk, scan.pk, 1])).status_code == 404
    assert auditor.get(reverse("form", args=[project.pk, scan.forms.get().pk])).status_code == 404


def test_cells_of_a_finding_are_boxed_on_the_scan_also_empty_ones(scan: Document) -> None:
    finding = Finding.objects.get(form__document=scan, code="ACTUAL_BLANK", row=8)
    evidence = finding_to_evidence(finding)
    cited = {box.key: box for box in _boxes(evidence) if box.is_cited}
    assert set(cited) == {f"indicators[8].{name}" for name in ("target", "actual", "weight", "score")}
    empty, target, weight = (cited[f"indicators[8].{name}"] for name in ("actual", "target", "weight"))
    assert target.x + target.width == pytest.approx(empty.x, abs=6)
    assert empty.x + empty.width == pytest.approx(weight.x, abs=6)
    assert (empty.y, empty.height) == (target.y, target.height)
    assert evidence.has_seals


def test_a_cell_beside_several_rows_is_drawn_once(scan: Document) -> None:
    row = scan.forms.get()
    form = row_to_form(row)
    leads = form_to_leads(form)
    assert leads["indicators[1].level1"] == "indicators[0].level1"
    table = form_to_table(form, form)
    spans = [cell.span for line in table.rows for cell in line.cells if cell.column == "level1"]
    assert sum(spans) == len(table.rows)
    assert max(spans) > 1
    keys = [box.key for box in _boxes(form_to_evidence(row, []))]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("number", ["01", "04", "07", "10", "11", "12"])
def test_every_cell_that_was_read_stands_in_the_table(read_example: Reader, number: str) -> None:
    form = row_to_form(read_example(number).forms.get())
    leads = form_to_leads(form)
    shown = {cell.path: cell.text for cell in form_to_table(form, form).cells()}
    for path, field in walk(form):
        if field.text:
            assert shown[leads[path]] == field.text


def test_a_text_shows_its_lines_with_those_of_the_finding_marked(read_example: Reader, project: Project) -> None:
    document = read_example("01")
    check_project(project)
    finding = Finding.objects.filter(form__document=document, row=2).first()
    assert finding is not None
    (text,) = finding_to_evidence(finding).texts
    wanted = {place["line"] for each in finding.evidence for place in each["places"]}
    assert {line.number for line in text.lines if line.is_cited} == wanted
    assert [line.number for line in text.lines] == list(range(1, text.total + 1))


@pytest.mark.parametrize("number", ["04", "05", "06"])
def test_office_files_have_neither_page_nor_lines(read_example: Reader, number: str) -> None:
    evidence = form_to_evidence(read_example(number).forms.get(), [])
    assert not evidence.has_original
    assert evidence.table is not None


def test_the_form_a_finding_compares_with_is_shown_beside_its_own(read_example: Reader, project: Project) -> None:
    targets, own = read_example("07"), read_example("08")
    check_project(project)
    finding = Finding.objects.get(form__document=own, code="TARGET_TABLE_DEVIATION", row=0)
    evidence = finding_to_evidence(finding)
    other = next(text for text in evidence.texts if not text.is_own)
    assert other.name == targets.path
    assert any(line.is_cited for line in other.lines)
    cite = next(cite for fact in evidence.facts for cite in fact.cites + fact.further if cite.other)
    assert cite.other_id == targets.forms.get().pk
    assert any(cite.key in line.keys.split() for line in other.lines)


def test_a_rewrite_is_shown_old_beside_new(read_example: Reader, project: Project) -> None:
    document = read_example("01")
    check_project(project)
    finding = Finding.objects.filter(form__document=document, group="改指标", row__isnull=False).first()
    assert finding is not None
    rewrite = finding_to_evidence(finding).facts[0].rewrite
    assert rewrite is not None
    assert any(strip.change == "removed" for strip in rewrite.old_name + rewrite.old_target)
    assert any(strip.change == "inserted" for strip in rewrite.new_name + rewrite.new_target)


def test_the_page_of_a_form_shows_all_its_findings(auditor: Client, scan: Document) -> None:
    form = scan.forms.get()
    page = auditor.get(reverse("form", args=[scan.project_id, form.pk])).content.decode()
    findings = Finding.objects.filter(form=form, gone=False)
    assert findings
    assert all(f'data-finding="{finding.pk}"' in page for finding in findings)
    assert f"{reverse('page_picture', args=[scan.project_id, scan.pk, 1])}?v={scan.version}" in page


def test_versions_and_confidence_of_a_finding_are_told(scan: Document) -> None:
    finding = Finding.objects.filter(form__document=scan).first()
    assert finding is not None
    told = dict(finding_to_evidence(finding).facts[0].versions)
    assert told["识读"] == scan.version
    assert told["规则"]
    assert told["模型"]


def test_a_form_whose_reading_is_gone_says_so_and_keeps_the_findings(auditor: Client, scan: Document) -> None:
    from review.forms import forget_readings

    for file in (settings.DATA / "readings").rglob("*.jsonl"):
        file.unlink()
    forget_readings()
    page = auditor.get(reverse("form", args=[scan.project_id, scan.forms.get().pk])).content.decode()
    assert "重新识读" in page
    assert "实际完成值空白仍得分" in page


def test_a_form_compared_with_whose_reading_is_gone_is_named(
    auditor: Client, read_example: Reader, project: Project
) -> None:
    from review.forms import forget_readings

    targets, own = read_example("07"), read_example("08")
    check_project(project)
    finding = Finding.objects.get(form__document=own, code="TARGET_TABLE_DEVIATION", row=0)
    for file in (settings.DATA / "readings").rglob("*.jsonl"):
        if targets.sha256 in file.read_text(encoding="utf-8"):
            file.unlink()
    forget_readings()
    page = auditor.get(reverse("finding", args=[project.pk, finding.pk])).content.decode()
    assert f"作对照的“{targets.path}”第 1 张表" in page
    assert finding_to_evidence(finding).table is not None


class _Tags(HTMLParser):
    """All tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_hostile_texts_stay_texts(auditor: Client, read_example: Reader, project: Project) -> None:
    document = read_example("01")
    check_project(project)
    Document.objects.filter(pk=document.pk).update(path=f"{HOSTILE}.txt")
    row = FormRow.objects.get(document=document)
    finding = Finding.objects.filter(form=row).order_by("place")[0]
    evidence = [{"form": HOSTILE + "#1", "field": HOSTILE, "text": HOSTILE, "places": []}]
    words = dict.fromkeys(("title", "message", "basis", "why", "readings", "statement"), HOSTILE)
    Finding.objects.filter(pk=finding.pk).update(evidence=evidence, **words)
    FormRow.objects.filter(pk=row.pk).update(project_name=HOSTILE, unit=HOSTILE)
    Document.objects.filter(pk=document.pk).update(path=document.path)
    user = User.objects.get(username=Role.AUDITOR)
    correct_cell(row, "indicators[0].level3", text=HOSTILE, was=None, user=user)
    page = auditor.get(reverse("form", args=[project.pk, row.pk])).content.decode()
    tags = _Tags()
    tags.feed(page)
    assert "onerror" not in tags.attributes
    assert "style" not in tags.attributes
    assert HOSTILE not in page
    assert page.count("<script") == page.count("<script src=")


def test_keys_of_a_finding_are_json_that_scripts_can_read(scan: Document) -> None:
    finding = Finding.objects.get(form__document=scan, code="ACTUAL_BLANK", row=8)
    finding = Finding.objects.select_related("form__document__project").get(pk=finding.pk)
    evidence = finding_to_evidence(finding)
    assert "indicators[8].actual" in json.loads(evidence.facts[0].keys)
    context = {"evidence": evidence, "project": scan.project, "rights": {"decide"}}
    page = render_to_string("review/evidence.html", context)
    assert 'class="own"' in page
    assert reverse("correct_cell", args=[scan.project_id, finding.form_id]) in page
    watched = render_to_string("review/evidence.html", {**context, "rights": {"view"}})
    assert "data-correct" not in watched
