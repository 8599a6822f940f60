"""One's own account: the password, and keys for programs that work in one's name."""

from __future__ import annotations

from dataclasses import dataclass, field

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from review.models import Token
from review.people import change_own_password, create_token, revoke_token
from review.rights import AuditRequest, Right, needs


class TokenForm(forms.ModelForm[Token]):
    """A new key."""

    class Meta:
        model = Token
        fields = ("name",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page shows beside what is stored: forms that were refused, and a key that was just made."""

    password: PasswordChangeForm | None = None
    token: TokenForm = field(default_factory=TokenForm)
    key: str = ""
    status: int = 200


@needs(Right.ENTER)
def account(request: AuditRequest) -> HttpResponse:
    """Who one is here, and one's keys."""
    return _page(request, Shown())


def _page(request: AuditRequest, shown: Shown) -> HttpResponse:
    password_form = shown.password or PasswordChangeForm(request.user)
    password_form.fields["old_password"].widget.attrs.pop("autofocus", None)  # most come here for something else
    context = {
        "password_form": password_form,
        "token_form": shown.token,
        "key": shown.key,
        "tokens": request.user.tokens.order_by("revoked_at", "-pk"),
        "has_password": request.user.has_usable_password(),
    }
    return render(request, "review/own_account.html", context, status=shown.status)


@require_POST
@needs(Right.ENTER)
def change_password(request: AuditRequest) -> HttpResponse:
    """A new password for oneself. This session goes on, under another number; all others end."""
    form = PasswordChangeForm(request.user, request.POST)
    if not form.is_valid():
        return _page(request, Shown(password=form, status=400))
    change_own_password(request.user, password=form.cleaned_data["new_password1"])
    update_session_auth_hash(request, request.user)
    messages.success(request, "密码已更改；在其他地方的登录已全部退出。")
    return redirect("account")


@require_POST
@needs(Right.ENTER)
def new_token(request: AuditRequest) -> HttpResponse:
    """A new key, shown this once: the answer is the page itself, for the key to be kept nowhere."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, Shown(token=form, status=400))
    _, key = create_token(request.user, name=form.cleaned_data["name"])
    return _page(request, Shown(key=key))


@require_POST
@needs(Right.ENTER)
def no_token(request: AuditRequest, token_id: int) -> HttpResponse:
    """A key of one's own that opens nothing any more."""
    token = get_object_or_404(Token, pk=token_id, user=request.user)
    revoke_token(token, by=request.user)
    messages.success(request, f"令牌“{token.name}”已作废。")
    return redirect("account")


urls = [
    path("account", account, name="account"),
    path("account/password", change_password, name="change_password"),
    path("account/tokens/new", new_token, name="new_token"),
    path("account/tokens/<int:token_id>/revoke", no_token, name="no_token"),
]
