"""The papers there is a template for; by itself, so that the command line need not load a word processor."""

from __future__ import annotations

from enum import StrEnum


class PaperKind(StrEnum):
    """What auditors call the paper."""

    EVIDENCE = "取证单"
    WORKPAPER = "底稿"
