"""Columns of a finding in Chinese."""

from __future__ import annotations

from decimal import Decimal

from django import template

from domain.decision import CAUSE_NAMES, Cause
from domain.finding import SEVERITY_NAMES, Severity
from review.deciding import finding_to_mark
from review.models import Finding

register = template.Library()
WAN = 10_000


@register.filter
def severity_name(severity: str) -> str:
    """高, 中, 低 or 提示."""
    return SEVERITY_NAMES[Severity(severity)]


@register.filter
def cause_name(dismissal: str) -> str:
    """Why it was dismissed; "" where it was not."""
    return CAUSE_NAMES[Cause(dismissal)] if dismissal else ""


@register.filter
def in_wan(amount: Decimal | None) -> str:
    """An amount in yuan, in 万元; "" where there is none."""
    return "" if amount is None else f"{amount / WAN:,.2f}".rstrip("0").rstrip(".")


@register.filter
def percent(share: float) -> str:
    """A share as whole percent."""
    return f"{share:.0%}"


@register.filter
def mark(finding: Finding) -> str:
    """What tells whether somebody decided on it since."""
    return finding_to_mark(finding)
