"""Coming in and leaving."""

from __future__ import annotations

from django.contrib.auth import logout
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_POST

from review.rights import AuditRequest, Right, needs


class Login(LoginView):
    """Name and password; too many wrong ones lock the name for a while (django-axes)."""

    right = Right.OPEN
    template_name = "review/login.html"
    redirect_authenticated_user = True


@require_POST
@needs(Right.ENTER)
def leave(request: AuditRequest) -> HttpResponse:
    """Log out."""
    logout(request)
    return redirect("login")


urls = [path("login", Login.as_view(), name="login"), path("logout", leave, name="logout")]
