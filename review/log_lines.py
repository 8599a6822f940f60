"""What happened as lines for programs (FUHE_LOG=json): a JSON object each, with the fields that were handed over."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpRequest
from django.http.response import HttpResponseBase

_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_log = logging.getLogger(__name__)


class JsonLines(logging.Formatter):
    """A record as one line of JSON; what was given as ``extra`` stands beside time, level, name and message."""

    def format(self, record: logging.LogRecord) -> str:
        """Never more than one line, whatever the message holds."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= {key: value for key, value in vars(record).items() if key not in _USUAL}
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


class RequestsToldMiddleware:
    """Each request: who asked for what, how it was answered, and how long that took. Queries are not written down."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer as it is; the line is written after it was made."""
        begun = time.perf_counter()
        response = self._answer(request)
        if _log.isEnabledFor(logging.INFO):
            _log.info("request", extra=_request_to_told(request, response, seconds=time.perf_counter() - begun))
        return response


def _request_to_told(request: HttpRequest, response: HttpResponseBase, *, seconds: float) -> dict[str, object]:
    user = getattr(request, "user", None)
    return {
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "user": user.pk if user is not None and user.is_authenticated else None,
    }
