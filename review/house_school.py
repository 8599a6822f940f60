"""What the workbench is handed to learn: training, comparing, promoting, and the order of the open list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolDesk:
    """Decisions to better readers and a better order."""
