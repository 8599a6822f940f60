"""Operations of the API on what comes in: files, documents, forms."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import File, Query, Router, Status, UploadedFile

from review.api_keys import who
from review.api_parts import (
    Coming,
    deliveries_of,
    documents_of,
    form_record,
    forms_of,
    page_back,
    page_of,
    take_in,
)
from review.api_shapes import (
    BINARY,
    DeliveryPage,
    DeliveryTold,
    DocumentPage,
    DocumentPaged,
    DocumentTold,
    FormPage,
    FormPaged,
    FormTold,
    Id,
    Named,
    NamedForSure,
    Paged,
)
from review.api_troubles import trouble_responses
from review.intake import CHUNK, body_to_chunks, text_to_length
from review.models import Delivery
from review.rights import Right, project_for

router = Router(tags=["文件和表"])
UPLOAD_TROUBLES = (409, 411, 413, 507)


@router.post(
    "/projects/{project_id}/files", response={201: DeliveryTold, **trouble_responses(*UPLOAD_TROUBLES)},
    summary="上传文件或压缩包（multipart，可一次多个；各页图像须一次传完，按文件名排成一份）", operation_id="upload",
)  # fmt: skip
def upload(request: HttpRequest, project_id: Id, file: File[list[UploadedFile]], named: Query[Named]) -> Any:
    """Files in a form; images of pages that come together become one document."""
    project = project_for(who(request), project_id, Right.UPLOAD)
    folder = f"{named.path}/" if len(file) > 1 and named.path else ""
    own = named.path if len(file) == 1 else ""
    coming = [
        Coming(path=own or f"{folder}{each.name}", size=each.size or 0, chunks=each.chunks(CHUNK)) for each in file
    ]
    return Status(201, _delivery(take_in(project, coming, user=who(request))))


@router.put(
    "/projects/{project_id}/files", response={201: DeliveryTold, **trouble_responses(*UPLOAD_TROUBLES)},
    summary="上传一个文件或压缩包（原样）", operation_id="upload_raw",
    openapi_extra={"requestBody": {**BINARY, "required": True}},
)  # fmt: skip
def upload_raw(request: HttpRequest, project_id: Id, named: Query[NamedForSure]) -> Any:
    """A file as the body of the request."""
    project = project_for(who(request), project_id, Right.UPLOAD)
    size = text_to_length(request.headers.get("content-length", ""))
    coming = Coming(path=named.path, size=size, chunks=body_to_chunks(request.read))
    return Status(201, _delivery(take_in(project, [coming], user=who(request))))


def _delivery(delivery: Delivery) -> Any:
    return {"id": delivery.pk, "at": delivery.at, "items": list(delivery.items.order_by("pk"))}


@router.get(
    "/projects/{project_id}/deliveries", response={200: DeliveryPage, **trouble_responses()}, summary="历次上传",
    operation_id="list_deliveries",
)  # fmt: skip
def list_deliveries(request: HttpRequest, project_id: Id, paged: Query[Paged]) -> Any:
    """What came in together."""
    project = project_for(who(request), project_id, Right.VIEW)
    items, further = page_back(deliveries_of(project), after=paged.after, limit=paged.limit)
    return {"items": items, "next": further}


@router.get(
    "/projects/{project_id}/deliveries/{delivery_id}", response={200: DeliveryTold, **trouble_responses()},
    summary="一次上传的各个文件", operation_id="get_delivery",
)  # fmt: skip
def one_delivery(request: HttpRequest, project_id: Id, delivery_id: Id) -> Any:
    """Files that came in together, and what became of each."""
    project = project_for(who(request), project_id, Right.VIEW)
    return _delivery(get_object_or_404(project.deliveries, pk=delivery_id))


@router.get(
    "/projects/{project_id}/documents", response={200: DocumentPage, **trouble_responses()}, summary="文件及识读进展",
    operation_id="list_documents",
)  # fmt: skip
def list_documents(request: HttpRequest, project_id: Id, paged: Query[DocumentPaged]) -> Any:
    """Documents and how far their reading is."""
    project = project_for(who(request), project_id, Right.VIEW)
    rows = documents_of(project)
    items, further = page_of(
        rows.filter(state__in=paged.state) if paged.state else rows, after=paged.after, limit=paged.limit
    )
    return {"items": items, "next": further}


@router.get(
    "/projects/{project_id}/documents/{document_id}", response={200: DocumentTold, **trouble_responses()},
    summary="一份文件", operation_id="get_document",
)  # fmt: skip
def one_document(request: HttpRequest, project_id: Id, document_id: Id) -> Any:
    """A document."""
    project = project_for(who(request), project_id, Right.VIEW)
    return get_object_or_404(documents_of(project), pk=document_id)


@router.get(
    "/projects/{project_id}/forms", response={200: FormPage, **trouble_responses()}, summary="读出的表",
    operation_id="list_forms",
)  # fmt: skip
def list_forms(request: HttpRequest, project_id: Id, paged: Query[FormPaged]) -> Any:
    """Forms that were read."""
    project = project_for(who(request), project_id, Right.VIEW)
    rows = forms_of(project)
    items, further = page_of(
        rows.filter(document=paged.document) if paged.document else rows, after=paged.after, limit=paged.limit
    )
    return {"items": items, "next": further}


@router.get(
    "/projects/{project_id}/forms/{form_id}", response={200: FormTold, **trouble_responses()},
    summary="一张表的全部内容（forms.jsonl 的格式）", operation_id="get_form",
)  # fmt: skip
def one_form(request: HttpRequest, project_id: Id, form_id: Id) -> Any:
    """A form as people see it, corrections laid over the machine's reading."""
    project = project_for(who(request), project_id, Right.VIEW)
    row = get_object_or_404(forms_of(project).select_related("document"), pk=form_id)
    try:
        return {"id": row.pk, "document_id": row.document_id, "form": form_record(row)}
    except LookupError as gone:
        raise Http404 from gone
