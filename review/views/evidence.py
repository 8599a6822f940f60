"""The evidence of a finding: pictures of pages, a form with all its findings, and corrections of cells."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST, require_safe

from domain.errors import UnreadableDocument
from domain.finding import Verdict
from review.correcting import Corrected, CorrectionTrouble, correct_cell, withdraw_correction
from review.evidence import Evidence, finding_to_evidence, form_to_evidence
from review.models import Document, Finding, FormRow
from review.pictures import page_picture, picture_version
from review.rights import AuditRequest, Right, needs

A_YEAR = 365 * 24 * 3600  # seconds: the address of a picture names its version, so it never changes
BROKEN = "请求不完整，请刷新本页后再试。"


@require_safe
@needs(Right.VIEW)
def picture(request: AuditRequest, project_id: int, document_id: int, number: int) -> HttpResponseBase:
    """The picture of an upright page; a page that cannot be pictured says why."""
    document = get_object_or_404(Document, pk=document_id, project=request.project)
    etag = f'"{document.sha256[:16]}-{picture_version(document)}-{number}"'
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if answer is None:
        try:
            answer = FileResponse(page_picture(document, number).open("rb"), content_type="image/jpeg")
        except UnreadableDocument as error:
            return _told(str(error), status=404)
    answer["ETag"] = etag
    answer["Cache-Control"] = f"private, max-age={A_YEAR}, immutable"
    return answer


@require_safe
@needs(Right.VIEW)
def form_page(request: AuditRequest, project_id: int, form_id: int) -> HttpResponse:
    """A whole form with all its findings beside it."""
    row = _find_form(request, form_id)
    context = {"evidence": _form_evidence(row), "chosen": _number(request.GET.get("finding", ""))}
    return render(request, "review/form.html", context)


@require_POST
@needs(Right.DECIDE)
def correct(request: AuditRequest, project_id: int, form_id: int) -> HttpResponse:
    """A cell corrected; the answer shows what appeared and vanished, and the form as it is now."""
    row = _find_form(request, form_id)
    field, text = request.POST.get("field"), request.POST.get("text")
    if field is None or text is None:
        return _told(BROKEN, status=400)
    try:
        corrected = correct_cell(row, field, text=text, was=request.POST.get("was"), user=request.user)
    except CorrectionTrouble as trouble:
        return _told(str(trouble), status=409 if trouble.is_overtaken else 400)
    return _answer(request, row, corrected)


@require_POST
@needs(Right.DECIDE)
def withdraw(request: AuditRequest, project_id: int, form_id: int) -> HttpResponse:
    """A correction taken back."""
    row = _find_form(request, form_id)
    try:
        corrected = withdraw_correction(row, request.POST.get("field", ""), user=request.user)
    except CorrectionTrouble as trouble:
        return _told(str(trouble), status=409 if trouble.is_overtaken else 400)
    return _answer(request, row, corrected)


def _find_form(request: AuditRequest, form_id: int) -> FormRow:
    rows = FormRow.objects.select_related("document__project")
    return get_object_or_404(rows, pk=form_id, document__project=request.project)


def _form_evidence(row: FormRow) -> Evidence:
    findings = Finding.objects.filter(form=row, gone=False).select_related("check_run").order_by("place", "pk")
    told = [found for found in findings if found.verdict != Verdict.CANNOT_CHECK]
    told += [found for found in findings if found.verdict == Verdict.CANNOT_CHECK]
    for found in told:
        found.form = row  # what is known need not be asked for again
    return form_to_evidence(row, told)


def _answer(request: AuditRequest, row: FormRow, corrected: Corrected) -> HttpResponse:
    """The parts of the page that changed, for the finding or the form that was looked at."""
    row.refresh_from_db()
    wanted = _number(request.POST.get("finding", ""))
    finding = Finding.objects.filter(pk=wanted, form=row).select_related("check_run").first()
    evidence = finding_to_evidence(finding) if finding is not None else _form_evidence(row)
    return render(request, "review/corrected.html", {"corrected": corrected, "evidence": evidence})


def _number(text: str) -> int:
    """The id that an address or a field names; 0 for none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _told(message: str, *, status: int) -> HttpResponse:
    return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")


urls = [
    path("p/<int:project_id>/documents/<int:document_id>/pages/<int:number>.jpg", picture, name="page_picture"),
    path("p/<int:project_id>/forms/<int:form_id>", form_page, name="form"),
    path("p/<int:project_id>/forms/<int:form_id>/correct", correct, name="correct_cell"),
    path("p/<int:project_id>/forms/<int:form_id>/withdraw", withdraw, name="withdraw_correction"),
]
