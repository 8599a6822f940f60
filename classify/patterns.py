"""The regular expressions of this room by name, read from ``patterns.yaml`` and spelled as folded texts are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml

from classify.fold import fold_word

_FRAGMENT = re.compile(r"<([a-z_]{2,})>")
_GAP, _ANY_GAP = re.compile(r"~(\d+)"), re.compile(r"…(\d+)")
_ANY = "[^,。;:!?]"  # the rest of a clause
_AFFIRMED = "[^,。;:!?未没末不无非]"  # ... in which nothing is denied


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The expression of that name; KeyError when the file has none."""
    return folded_pattern(_sheet()[name])


def folded_pattern(expression: str) -> re.Pattern[str]:
    """Compile an expression that is written over several lines and in ordinary spelling."""
    return re.compile(fold_word(expression))


def turns_to_patterns(turns: Mapping[str, Sequence[str]], fragments: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    """List id -> its turns of phrase as one expression; ``<who>``, ``~4`` and ``…4`` are spelled out.

    Raises ValueError for a turn that names no fragment or is no regular expression.
    """
    return {list_id: _turns_to_pattern(list_id, own, fragments) for list_id, own in turns.items()}


def _turns_to_pattern(list_id: str, own: Sequence[str], fragments: Mapping[str, str]) -> re.Pattern[str]:
    try:
        return folded_pattern("|".join(_spelled_out(turn, fragments) for turn in own))
    except (KeyError, re.error) as error:
        raise ValueError(f"句式文件有误：词表 {list_id} 的句式写法不对（{error}）；请改正后重试。") from error


def _spelled_out(turn: str, fragments: Mapping[str, str]) -> str:
    whole = turn
    while _FRAGMENT.search(whole):
        whole = _FRAGMENT.sub(lambda found: fragments[found[1]], whole)
    return _ANY_GAP.sub(rf"{_ANY}{{0,\1}}?", _GAP.sub(rf"{_AFFIRMED}{{0,\1}}?", whole))


@cache
def _sheet() -> dict[str, str]:
    sheet = yaml.safe_load((Path(__file__).parent / "patterns.yaml").read_text(encoding="utf-8"))
    return {str(name): str(expression) for name, expression in sheet.items()}
