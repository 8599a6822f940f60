"""The evidence of a finding, and corrections of cells."""

from __future__ import annotations

from django.urls import URLPattern

urls: list[URLPattern] = []
