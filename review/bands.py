"""Bands of amounts and confidences: what the list is filtered by, and the columns of a finding that hold them.

The database works these columns out (``amount_to_band``), so that indexes hold them and nobody who writes a finding has
to. Other bands are a migration.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from django.db.models import Case, Value, When
from django.db.models.functions import Concat

YUAN = 10_000
KIND = ("severity", "stage", "confidence", "rule")  # facets in a kind: the last alone may have the sign between them
BETWEEN = "|"

AMOUNT_BANDS: Final[Mapping[str, tuple[str, Decimal | None]]] = MappingProxyType(
    {
        "1000": ("1000万元及以上", Decimal(1000 * YUAN)),
        "100": ("100万～1000万元", Decimal(100 * YUAN)),
        "10": ("10万～100万元", Decimal(10 * YUAN)),
        "0": ("不足10万元", Decimal(0)),
        "none": ("无金额", None),
    }
)
"""Id -> name and lower end in yuan; the upper end is the one before. The last with an end takes whatever is less."""
CONFIDENCE_BANDS: Final[Mapping[str, tuple[str, float]]] = MappingProxyType(
    {"high": ("90%以上", 0.9), "middle": ("70%～90%", 0.7), "low": ("70%以下", 0.0)}
)


def amount_to_band() -> Case:
    """The band of the column ``amount``."""
    ends = [(band, low) for band, (_, low) in AMOUNT_BANDS.items() if low]
    whens = [When(amount__gte=low, then=Value(band)) for band, low in ends]
    return Case(When(amount__isnull=True, then=Value("none")), *whens, default=Value("0"))


def confidence_to_band() -> Case:
    """The band of the column ``confidence``."""
    ends = [(band, low) for band, (_, low) in CONFIDENCE_BANDS.items() if low]
    return Case(*(When(confidence__gte=low, then=Value(band)) for band, low in ends), default=Value("low"))


def columns_to_kind() -> Concat:
    """The facets ``KIND`` of a row in one column: comparing four took half of the time of counting them."""
    between = Value(BETWEEN)
    return Concat("severity", between, "stage", between, confidence_to_band(), between, "code")


def kind_to_values(kind: str) -> list[str]:
    """The columns of ``KIND`` again."""
    return kind.split(BETWEEN, len(KIND) - 1)
