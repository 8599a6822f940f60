"""What the API says when something is not done: Chinese, one shape, no word of what is inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as Unfit
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from review.api_shapes import Trouble
from review.deciding import Refusal
from review.intake import IntakeTrouble
from review.views.errors import BAD, DENIED, MISSING, STALE

UNKNOWN = "未能识别身份：请在请求头中给出有效的令牌（Authorization: Bearer …），或先登录。"
UNFIT = "请求内容不合要求，逐项列在 faults 中。"
NOT_JSON = "请求内容不是合格的 JSON，或编码不是 UTF-8。"
TOO_LARGE = "请求内容过大。"
FAULTS: Final[Mapping[str, str]] = {  # the beginnings of pydantic's names for what is wrong with a value
    "missing": "缺少这一项",
    "extra": "不认识这一项",
    "string_too_long": "文字过长",
    "string_too_short": "不能为空",
    "string_pattern": "格式不对",
    "string": "应为文字",
    "int": "应为整数",
    "float": "应为数",
    "decimal": "应为数，且位数不能过多",
    "bool": "应为 true 或 false",
    "literal": "不在可选的取值之内",
    "enum": "不在可选的取值之内",
    "greater": "过小",
    "less": "过大",
    "list": "应为列表",
}
ARGUMENTS: Final = frozenset(
    ["asked", "chosen", "named", "paged"]
)  # how operations call what they are given is our affair
ODD_VALUE = "取值不合要求"


def trouble_responses(*codes: int) -> dict[int, Any]:
    """For the description of an operation: everything that can be answered when it does not do what was asked."""
    return dict.fromkeys((400, 401, 403, 404, 422, *codes), Trouble)


def answer(message: str, *, status: int, faults: tuple[Mapping[str, str], ...] = ()) -> HttpResponse:
    """A refusal."""
    told = Trouble.model_validate({"message": message, "faults": list(faults)})
    return HttpResponse(told.model_dump_json(), status=status, content_type="application/json; charset=utf-8")


def unknown(request: HttpRequest, error: Any) -> HttpResponse:
    """401."""
    response = answer(UNKNOWN, status=401)
    response.headers["WWW-Authenticate"] = 'Bearer realm="fuhe"'
    return response


def unfit(request: HttpRequest, error: Any) -> HttpResponse:
    """422: every part that cannot be used, by where it is. The value itself is not said again."""
    return answer(UNFIT, status=422, faults=tuple(map(error_to_fault, error.errors)))


def error_to_fault(error: Mapping[str, Any]) -> dict[str, str]:
    """One complaint of pydantic's."""
    kind = str(error["type"])
    told = next((words for name, words in FAULTS.items() if kind.startswith(name)), ODD_VALUE)
    return {"where": ".".join(str(part) for part in error["loc"] if part not in ARGUMENTS), "told": told}


def odd(request: HttpRequest, error: Any) -> HttpResponse:
    """422 for what our own rules refuse."""
    told = [(name, message) for name, messages in error.message_dict.items() for message in messages]
    return answer(UNFIT, status=422, faults=tuple({"where": name, "told": message} for name, message in told))


def http_trouble(request: HttpRequest, error: Any) -> HttpResponse:
    """What django-ninja refuses itself, in its words no more."""
    if error.status_code == 403:
        return answer(STALE[1] if error.message.isascii() else error.message, status=403)
    return answer(NOT_JSON if error.status_code == 400 else BAD[1], status=error.status_code)


def not_taken(request: HttpRequest, error: Any) -> HttpResponse:
    """What hinders an upload."""
    return answer(str(error), status=error.status)


def explain_troubles(api: NinjaAPI) -> None:
    """Every refusal of this API in its one shape."""
    api.add_exception_handler(AuthenticationError, unknown)
    api.add_exception_handler(ValidationError, unfit)
    api.add_exception_handler(Unfit, odd)
    api.add_exception_handler(HttpError, http_trouble)
    api.add_exception_handler(Http404, lambda request, error: answer(MISSING[1], status=404))
    api.add_exception_handler(PermissionDenied, lambda request, error: answer(str(error) or DENIED[1], status=403))
    api.add_exception_handler(Refusal, lambda request, error: answer(str(error), status=409))
    api.add_exception_handler(IntakeTrouble, not_taken)
    api.add_exception_handler(SuspiciousOperation, lambda request, error: answer(BAD[1], status=400))
    api.add_exception_handler(RequestDataTooBig, lambda request, error: answer(TOO_LARGE, status=413))
