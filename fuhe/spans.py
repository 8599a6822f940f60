"""Numbers of pages and lines as people write them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise


def numbers_to_words(numbers: Iterable[int]) -> str:
    """Whole numbers in order, neighbours drawn together: {1, 2, 3, 7} is 1—3、7."""
    ordered = sorted(set(numbers))
    starts = [ordered[0], *(right for left, right in pairwise(ordered) if right != left + 1)] if ordered else []
    ends = [*(left for left, right in pairwise(ordered) if right != left + 1), ordered[-1]] if ordered else []
    return "、".join(str(start) if start == end else f"{start}—{end}" for start, end in zip(starts, ends, strict=True))
