"""Documents and forms: lists, pages as pictures, and the lines of text files."""

from __future__ import annotations

from django.urls import URLPattern

urls: list[URLPattern] = []
