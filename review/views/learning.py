"""Retraining: what was learned from, the challenger, promotion and rollback; the order of the open list."""

from __future__ import annotations

from django.urls import URLPattern

urls: list[URLPattern] = []
