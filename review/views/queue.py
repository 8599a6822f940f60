"""The queue of 疑点: filters, pages, one finding after another."""

from __future__ import annotations

from django.urls import URLPattern

urls: list[URLPattern] = []
