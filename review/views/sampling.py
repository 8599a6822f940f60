"""Samples drawn from what the list does not show."""

from __future__ import annotations

from django.urls import URLPattern

urls: list[URLPattern] = []
