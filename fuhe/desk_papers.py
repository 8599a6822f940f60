"""The papers desk of the workbench."""

from __future__ import annotations

from review.house_papers import PaperDesk


def papers_desk() -> PaperDesk:
    """How this house writes papers."""
    return PaperDesk()
