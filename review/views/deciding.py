"""Decisions: one, many at once, and taken back; notes and assignments."""

from __future__ import annotations

from django.urls import URLPattern

urls: list[URLPattern] = []
