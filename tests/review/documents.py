"""Documents put into an audit without the upload page."""

from __future__ import annotations

from pathlib import Path

from review.blobs import keep_blob
from review.models import Document, Project

EXAMPLES = Path(__file__).parents[2] / "examples"


def file_to_document(project: Project, path: Path) -> Document:
    """A document of an audit, its bytes in the file store, not yet read."""
    sha256, _ = keep_blob([path.read_bytes()])
    return Document.objects.create(project=project, sha256=sha256, path=path.name, parts=[sha256])
