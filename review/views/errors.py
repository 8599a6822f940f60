"""What is said when something cannot be done: a page for people, a line for a part of a page, JSON for programs."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from review.rights import is_for_a_part

API = "/api/"
BAD: Final = ("请求不合要求", "地址或提交的内容不合要求，或内容过大。请返回上一页核对后重试。")
DENIED: Final = ("没有权限", "您的角色不能做这件事。需要时请项目管理员在“成员”页调整角色。")
MISSING: Final = ("找不到", "这个地址没有内容：可能已删除，或者您不是该审计项目的成员。")
METHOD: Final = ("不能这样打开", "这个地址只接收页面上的提交，不能直接打开。请返回上一页再操作。")
BROKEN: Final = ("程序出错", "不是您的操作有误，已保存的内容不受影响。请稍后重试；再次出现时请告知维护人员出错的时间。")
STALE: Final = ("页面已过期", "提交没有生效：页面打开太久，或浏览器禁用了 Cookie。请刷新页面后再提交一次。")
LOCKED: Final = ("暂时不能登录", "密码多次输错，这个账号在本机已暂停登录 15 分钟。请稍后再试，或请系统管理员重设密码。")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return say(request, BAD, status=400)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the reason where the view gave one."""
    return say(request, (DENIED[0], str(exception) or DENIED[1]), status=403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404. What Django knows of the reason stays here."""
    return say(request, MISSING, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """500. The trace is in the log of the server."""
    return say(request, BROKEN, status=500)


def refused_method(request: HttpRequest, *, allowed: str) -> HttpResponse:
    """405."""
    response = say(request, METHOD, status=405)
    response.headers["Allow"] = allowed
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that does not come from a page of ours."""
    return say(request, STALE, status=403)


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None) -> HttpResponse:
    """429 for too many wrong passwords."""
    return say(request, LOCKED, status=429)


def say(request: HttpRequest, what: tuple[str, str], *, status: int) -> HttpResponse:
    """Title and sentence, in the way that whoever asked can read it. It touches no table: the database may be away."""
    title, message = what
    if request.path.startswith(API):
        return JsonResponse(
            {"message": message, "faults": []}, status=status, json_dumps_params={"ensure_ascii": False}
        )
    if is_for_a_part(request):
        return HttpResponse(message, content_type="text/plain; charset=utf-8", status=status)
    return HttpResponse(render_to_string("review/error.html", {"title": title, "told": message}), status=status)
