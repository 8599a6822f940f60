"""Who works here, on what, and with which rights."""

from __future__ import annotations

import hashlib
import secrets

from django.contrib.auth.models import AbstractUser
from django.db import models

from review.names import refuse_hidden


class User(AbstractUser):
    """A person. ``full_name`` is what is printed on working papers.

    ``must_change``: somebody else knows the password, so nothing is done, and nothing signed, before it is changed.
    """

    full_name = models.CharField("姓名", max_length=40, blank=True, validators=[refuse_hidden])
    must_change = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.full_name or self.username


class Project(models.Model):
    """An audit (审计项目): what is uploaded, found, decided and signed together."""

    name = models.CharField("名称", max_length=120, validators=[refuse_hidden])
    note = models.TextField("说明", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member may do; each may do what those before may."""

    AUDITOR = "auditor", "审计人员"
    REVIEWER = "reviewer", "复核人员"
    ADMINISTRATOR = "administrator", "管理员"


class Membership(models.Model):
    """A person's role in an audit. Whoever has none sees nothing of it."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="one_role_per_project")]


class Token(models.Model):
    """A key for the bureau's own systems. Only its SHA-256 is kept; the key is shown once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField("用途", max_length=60, validators=[refuse_hidden])
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    @staticmethod
    def make_key() -> str:
        """A new key."""
        return f"fuhe_{secrets.token_urlsafe(32)}"

    @staticmethod
    def key_to_digest(key: str) -> str:
        """What is kept of a key."""
        return hashlib.sha256(key.encode()).hexdigest()
