"""Text that a spreadsheet leaves alone: what would be taken for a formula is marked as text."""

from __future__ import annotations

import re

_DANGEROUS = re.compile(r"^\s*[=+\-@\t\r\n|%＝＋－＠]")
_NUMBER = re.compile(r"^-?\d[\d,]*(\.\d+)?%?$")


def inert(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet could run it; plain negative numbers stay."""
    return f"'{text}" if _DANGEROUS.match(text) and not _NUMBER.fullmatch(text) else text
