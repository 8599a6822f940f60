"""The Django application."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """The workbench."""

    name = "review"
    verbose_name = "复核工作台"
