"""What every answer carries, and what no request may."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from review.views.errors import API, refused_method

# Beside those that Django and django-csp set. A view that knows better (page pictures never change) says so itself.
HEADERS: Final = MappingProxyType(
    {
        "Cache-Control": "no-store, private",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        "X-Frame-Options": "DENY",
    }
)


class GuardMiddleware:
    """Headers on every answer; a character that no database takes is refused at the door."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Raises SuspiciousOperation."""
        if "\0" in request.path or any("\0" in value for values in request.GET.lists() for value in values[1]):
            raise SuspiciousOperation("NUL in the address")
        response: HttpResponseBase = self.get_response(request)
        if response.status_code == 405 and (request.path.startswith(API) or not getattr(response, "content", b" ")):
            response = refused_method(request, allowed=response.headers.get("Allow", ""))
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
