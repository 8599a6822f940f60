"""Files coming in: choosing, sending, and what became of each."""

from __future__ import annotations

from django.urls import URLPattern

urls: list[URLPattern] = []
