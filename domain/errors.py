"""What is told to the auditor when an input cannot be read."""

from __future__ import annotations


class UnreadableDocument(Exception):
    """A document that cannot be read. ``message`` is Chinese: what is wrong with which file, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
