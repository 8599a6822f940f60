"""What the workbench is handed to write papers: workbooks, 取证单 and 底稿, and samples."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDesk:
    """Findings and decisions to files."""
