"""People of an audit and of the workbench: roles, accounts, first passwords."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm, UserCreationForm
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_POST

from review.models import Membership, Role, User
from review.people import (
    PeopleTrouble,
    Person,
    add_member,
    change_role,
    create_user,
    remove_member,
    reset_password,
    set_active,
    set_governor,
)
from review.rights import AuditRequest, Right, needs


class PersonChoice(forms.ModelChoiceField[User]):
    """People by name and username: two may share a name."""

    def label_from_instance(self, obj: User) -> str:
        """As in the list."""
        return f"{obj.full_name}（{obj.username}）" if obj.full_name else obj.username


class MemberForm(forms.Form):
    """Somebody who becomes a member."""

    user = PersonChoice(User.objects.none(), label="人员", empty_label="请选择")
    role = forms.ChoiceField(choices=Role.choices, label="角色")


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(choices=Role.choices, label="角色")


class UserForm(UserCreationForm[User]):
    """A new account."""

    is_superuser = forms.BooleanField(label="系统管理员（管理账号，可见全部审计项目）", required=False)

    class Meta:
        model = User
        fields = ("username", "full_name", "is_superuser")


@needs(Right.MANAGE)
def members(request: AuditRequest, project_id: int) -> HttpResponse:
    """Who works on an audit, and as what."""
    return _members_page(request, MemberForm())


def _members_page(request: AuditRequest, form: MemberForm, *, status: int = 200) -> HttpResponse:
    told = request.project.memberships.select_related("user").order_by("user__full_name", "user__username")
    form.fields["user"].queryset = _addable(request)  # type: ignore[attr-defined]
    return render(request, "review/members.html", {"members": told, "form": form, "roles": Role}, status=status)


def _addable(request: AuditRequest) -> object:
    return User.objects.filter(is_active=True).exclude(memberships__project=request.project).order_by("username")


@require_POST
@needs(Right.MANAGE)
def new_member(request: AuditRequest, project_id: int) -> HttpResponse:
    """Somebody becomes a member."""
    form = MemberForm(request.POST)
    form.fields["user"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]
    if not form.is_valid():
        return _members_page(request, form, status=400)
    user, role = form.cleaned_data["user"], Role(form.cleaned_data["role"])
    done = f"已添加 {user}：{role.label}。"
    return _try(request, lambda: add_member(request.project, user, role=role, by=request.user), done, project_id)


@require_POST
@needs(Right.MANAGE)
def new_role(request: AuditRequest, project_id: int, member_id: int) -> HttpResponse:
    """Another role for a member."""
    member = get_object_or_404(Membership, pk=member_id, project=request.project)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请选择一个角色。")
        return redirect("members", project_id=project_id)
    role = Role(form.cleaned_data["role"])
    done = f"{member.user} 现在是{role.label}。"
    return _try(request, lambda: change_role(member, role=role, by=request.user), done, project_id)


@require_POST
@needs(Right.MANAGE)
def no_member(request: AuditRequest, project_id: int, member_id: int) -> HttpResponse:
    """A member leaves."""
    member = get_object_or_404(Membership, pk=member_id, project=request.project)
    response = _try(request, lambda: remove_member(member, by=request.user), f"已移出 {member.user}。", project_id)
    mine = request.user.is_superuser or request.project.memberships.filter(user=request.user).exists()
    return response if mine else redirect("projects")


def _try(request: AuditRequest, act: Callable[[], object], done: str, project_id: int | None = None) -> HttpResponse:
    """Do it, say what came of it, and back to the page: of an audit, or of all accounts."""
    try:
        act()
    except PeopleTrouble as trouble:
        messages.error(request, str(trouble))
    else:
        messages.success(request, done)
    return redirect("users") if project_id is None else redirect("members", project_id=project_id)


@needs(Right.GOVERN)
def users(request: AuditRequest) -> HttpResponse:
    """Every account."""
    return _users_page(request, UserForm())


def _users_page(request: AuditRequest, form: UserForm, *, status: int = 200) -> HttpResponse:
    keys = Count("tokens", filter=Q(tokens__revoked_at=None), distinct=True)
    told = User.objects.annotate(audits=Count("memberships", distinct=True), keys=keys)
    context = {"people": told.order_by("-is_active", "username"), "form": form}
    return render(request, "review/users.html", context, status=status)


@require_POST
@needs(Right.GOVERN)
def new_user(request: AuditRequest) -> HttpResponse:
    """A new account with its first password."""
    form = UserForm(request.POST)
    if not form.is_valid():
        return _users_page(request, form, status=400)
    told = form.cleaned_data
    person = Person(username=told["username"], full_name=told["full_name"], governs=told["is_superuser"])
    done = f"已建立账号 {person.username}。初始密码请当面告知，首次登录时须改成自己的。"
    return _try(request, lambda: create_user(person, password=told["password1"], by=request.user), done)


@require_POST
@needs(Right.GOVERN)
def user_active(request: AuditRequest, user_id: int) -> HttpResponse:
    """An account put out of use, or back into it."""
    user, active = get_object_or_404(User, pk=user_id), request.POST.get("active") == "1"
    done = f"账号 {user.username} 已{'启用' if active else '停用：已登录的页面和令牌即刻失效，所做的复核和签字保留'}。"
    return _try(request, lambda: set_active(user, active=active, by=request.user), done)


@require_POST
@needs(Right.GOVERN)
def user_governs(request: AuditRequest, user_id: int) -> HttpResponse:
    """Somebody becomes or ceases to be a governor."""
    user, governs = get_object_or_404(User, pk=user_id), request.POST.get("governs") == "1"
    done = f"{user.username} {'现在是' if governs else '不再是'}系统管理员。"
    return _try(request, lambda: set_governor(user, governs=governs, by=request.user), done)


@needs(Right.GOVERN)
def user_password(request: AuditRequest, user_id: int) -> HttpResponse:
    """A new first password for somebody who forgot theirs."""
    user = get_object_or_404(User, pk=user_id)
    form = SetPasswordForm(user, request.POST or None)
    if not form.is_valid():
        status = 400 if form.is_bound else 200
        return render(request, "review/user_password.html", {"person": user, "form": form}, status=status)
    password = form.cleaned_data["new_password1"]
    done = f"已重设 {user.username} 的密码：请当面告知，下次登录时须改成自己的；其令牌已全部作废。"
    return _try(request, lambda: reset_password(user, password=password, by=request.user), done)


urls = [
    path("p/<int:project_id>/people", members, name="members"),
    path("p/<int:project_id>/people/new", new_member, name="new_member"),
    path("p/<int:project_id>/people/<int:member_id>/role", new_role, name="new_role"),
    path("p/<int:project_id>/people/<int:member_id>/remove", no_member, name="no_member"),
    path("users", users, name="users"),
    path("users/new", new_user, name="new_user"),
    path("users/<int:user_id>/active", user_active, name="user_active"),
    path("users/<int:user_id>/governs", user_governs, name="user_governs"),
    path("users/<int:user_id>/password", user_password, name="user_password"),
]
