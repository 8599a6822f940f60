"""The regular expressions of this room by name, read from ``patterns.yaml`` and spelled as folded texts are."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from classify.fold import fold_word


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The expression of that name; KeyError when the file has none."""
    return folded_pattern(_sheet()[name])


def folded_pattern(expression: str) -> re.Pattern[str]:
    """Compile an expression that is written over several lines and in ordinary spelling."""
    return re.compile(fold_word(expression))


@cache
def _sheet() -> dict[str, str]:
    sheet = yaml.safe_load((Path(__file__).parent / "patterns.yaml").read_text(encoding="utf-8"))
    return {str(name): str(expression) for name, expression in sheet.items()}
