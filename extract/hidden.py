"""What an office file keeps out of sight: told, so that nothing is lost; not read, since no printed form shows it."""

from __future__ import annotations

from collections.abc import Iterable

_MOST_CHARS = 20  # of a text quoted in a warning
_MOST_TEXTS = 30


def hidden_to_warning(place: str, texts: Iterable[str]) -> str:
    """What stands hidden at a place, in Chinese; "" where that is nothing."""
    said = [text for text in (" ".join(text.split()) for text in texts) if text]
    if not said:
        return ""
    quoted = "、".join(f"“{_shortened(text)}”" for text in said[:_MOST_TEXTS]) + (
        "等" if len(said) > _MOST_TEXTS else ""
    )
    return f"{place}是隐藏的，其中的文字没有读入：{quoted}。如应算作表中内容，请取消隐藏、保存后重新读入。"


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_CHARS else f"{text[:_MOST_CHARS]}……"
