"""Numbers as messages print them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

HUNDRED = Decimal(100)
WAN = Decimal(10000)  # yuan in 万元


def plain(number: Decimal) -> str:
    """A number without trailing zeros: 10.00 -> 10, 9.50 -> 9.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(number: Decimal, places: int = 2) -> str:
    """A number to so many places, half up, without trailing zeros."""
    return plain(number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


def percent(share: Decimal) -> str:
    """A share (0..1) as percent with at most two places."""
    return f"{rounded(share * HUNDRED)}%"


def wan(yuan: Decimal) -> str:
    """Money in 万元, or in yuan where two places of 万元 would not tell the sum as it stands on the form."""
    exact = yuan % HUNDRED == 0 or abs(yuan) >= HUNDRED * WAN  # a million and more is read in 万元 all the same
    return f"{rounded(yuan / WAN)}万元" if exact and yuan else f"{rounded(yuan)}元"


def addition(terms: tuple[Decimal, ...], *, most: int = 12) -> str:
    """``a+b=c``; more than ``most`` terms are told by their count."""
    total = plain(sum(terms, Decimal(0)))
    if len(terms) > most:
        return f"{len(terms)}项合计{total}"
    return f"{'+'.join(plain(term) for term in terms)}={total}"


def quoted(text: str) -> str:
    """A text in quotation marks; those inside it become the inner kind."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"
