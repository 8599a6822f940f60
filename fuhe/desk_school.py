"""The school desk of the workbench."""

from __future__ import annotations

from review.house_school import SchoolDesk


def school_desk() -> SchoolDesk:
    """How this house learns."""
    return SchoolDesk()
