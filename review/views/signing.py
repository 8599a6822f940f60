"""Signatures, the log and its proof."""

from __future__ import annotations

from django.urls import URLPattern

urls: list[URLPattern] = []
