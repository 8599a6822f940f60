"""From where a request comes."""

from __future__ import annotations

from django.http import HttpRequest


def request_to_address(request: HttpRequest) -> str:
    """The address of whoever asks, as the server saw it (behind a proxy: as the proxy told the server)."""
    return str(request.META.get("REMOTE_ADDR", ""))
