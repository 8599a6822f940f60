"""Who speaks to the API: a program with a key, or a page of ours with its session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import HttpBearer
from ninja.security.apikey import APIKeyCookie

from review.models import Token, User
from review.rights import CHANGE_FIRST

USED_AGAIN: Final = timedelta(minutes=1)  # a program that asks a hundred times a second writes once
KEY_LENGTH: Final = 200  # characters; ours have 48. Nobody makes us hash a megabyte
SESSION = "session"  # the name of this way in, in the description of the API


class KeyAuth(HttpBearer):
    """``Authorization: Bearer <key>``: a key that is not revoked, of somebody whose account is in use."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """Whose key it is."""
        key = key_to_token(token)
        return None if key is None else _ready(key.user)


class SessionAuth(APIKeyCookie):
    """The session of a page of ours; what changes anything needs the CSRF token beside it."""

    param_name = SESSION

    def __call__(self, request: HttpRequest) -> Any | None:
        """Nobody without a session is asked for a CSRF token: they are told that they are not known."""
        if not request.user.is_authenticated or "authorization" in request.headers:
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        """Who is logged in. Raises HttpError."""
        return _ready(request.user) if isinstance(request.user, User) else None


def key_to_token(key: str) -> Token | None:
    """A key that opens something, marked as used; None for any other."""
    if not key or len(key) > KEY_LENGTH:
        return None
    tokens = Token.objects.select_related("user").filter(revoked_at=None, user__is_active=True)
    token = tokens.filter(digest=Token.key_to_digest(key)).first()
    now = timezone.now()
    if token is not None and (token.last_used_at is None or now - token.last_used_at > USED_AGAIN):
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def _ready(user: User) -> User:
    if user.must_change:
        raise HttpError(403, CHANGE_FIRST)
    return user


def who(request: HttpRequest) -> User:
    """Who asks. Raises PermissionDenied: an operation that lets everybody in has nobody to ask for."""
    user = getattr(request, "auth", None)
    if not isinstance(user, User):
        raise PermissionDenied
    return user
