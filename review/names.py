"""Names that people type: of audits, of people, of keys. What came in on a form is never checked here, only escaped."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError

# Controls, formats (the marks that turn the direction of writing are among them), surrogates, line and paragraph ends.
HIDDEN = frozenset(["Cc", "Cf", "Cs", "Zl", "Zp"])


def refuse_hidden(text: str) -> None:
    """For names: nothing in them that cannot be seen, or makes them look like another. Raises ValidationError."""
    if any(unicodedata.category(letter) in HIDDEN for letter in text):
        raise ValidationError("含有看不见的字符（换行、控制符或改变文字方向的符号），请删去后重新输入。", code="hidden")
