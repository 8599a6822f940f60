"""The API for the bureau's own systems: every operation says who may call it; the work is in ``review.api_parts``."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from review.api_findings import router as findings
from review.api_jobs import router as jobs
from review.api_keys import KeyAuth, SessionAuth, who
from review.api_papers import router as papers
from review.api_projects import router as projects
from review.api_shapes import MeTold
from review.api_troubles import explain_troubles, trouble_responses

DESCRIPTION = """供本单位其他系统使用：上传表单、查看识读进展、取疑点和证据、复核、导出。

请求头给出令牌：`Authorization: Bearer <令牌>`，令牌在“我的账号”页建立。能做的事与令牌所属的人相同，所做的都记在其名下。
列表逐页取：把回复中的 `next` 作为下一次的 `after`，直到它为 null。不是成员的审计项目一律答 404。"""


class Readable(JSONRenderer):
    """Chinese as it is, for whoever looks at an answer."""

    json_dumps_params = MappingProxyType({"ensure_ascii": False})


api = NinjaAPI(
    title="复核工作台接口", version="1", description=DESCRIPTION, urls_namespace="api", openapi_url=None, docs_url=None,
    auth=[KeyAuth(), SessionAuth()], renderer=Readable(),
)  # fmt: skip
explain_troubles(api)


@api.get("/openapi.json", include_in_schema=False, url_name="openapi")
def openapi(request: HttpRequest) -> HttpResponseBase:
    """The description of this API."""
    return JsonResponse(describe(), json_dumps_params={"ensure_ascii": False})


@api.get("/me", response={200: MeTold, **trouble_responses()}, summary="我是谁", operation_id="me", tags=["接口"])
def me(request: HttpRequest) -> Any:
    """Whose key this is."""
    return who(request)


for part in (projects, papers, findings, jobs):
    api.add_router("", part)


def describe() -> dict[str, Any]:
    """OpenAPI. What the code says about itself is English and stays in the code."""
    told: dict[str, Any] = api.get_openapi_schema()
    for operations in told["paths"].values():
        for operation in operations.values():
            operation.pop("description", None)
    for shape in told["components"]["schemas"].values():
        shape.pop("description", None)
    return told
