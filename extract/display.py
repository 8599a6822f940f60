"""Spreadsheet values to the text the sheet shows: number formats, percentages, dates."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import TypeAlias

CellContent: TypeAlias = bool | int | float | Decimal | str | datetime.date | datetime.time | datetime.timedelta | None

_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)  # a spreadsheet number has up to 308 digits before the point
_GENERAL_CHARS = 11  # Excel shows a General number in at most eleven characters
_CENTS = 2  # more of them than Excel where it would hide the cents of a large amount
_GENERAL = "\x00"
_GENERAL_WORDS = re.compile(r"G/通用格式|General", re.I)
# ECMA-376 Part 1, 18.8.31; Chinese Excel writes ! for \. _x leaves a gap, *x fills, [..] is colour, locale, condition.
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|[_*].|\[\$(?P<money>[^\]-]*)[^\]]*\]|\[[^\]]*\]|(?P<char>.)', re.S
)
_DIGITS = frozenset({"0", "#", "?", _GENERAL})
_DATE_PART = re.compile(r"yyyy|yy|mm|m|dd|d", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    """A character of a number format: a placeholder, or text to print as it is."""

    text: str
    literal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """A section of a number format: the text around the digits, and the digits it asks for (0#?.,)."""

    before: str
    digits: str
    after: str
    percents: int


def content_to_text(content: CellContent, number_format: str) -> str:
    """What a cell shows: 48.3 under ``0.00`` is 48.30, 0.95 under ``0%`` is 95%, a date is 2020-01-01."""
    match content:
        case None:
            return ""
        case bool():
            return "TRUE" if content else "FALSE"
        case int() | float() | Decimal():
            return _known_to_text(Decimal(str(content)), number_format)
        case datetime.date():
            return date_to_text(content, number_format)
        case datetime.time():
            return content.isoformat("seconds" if content.second else "minutes")
        case _:
            return str(content)


def _known_to_text(number: Decimal, number_format: str) -> str:
    """A number under its format; plainly where it is none (1e999), or the format asks for more digits than may be."""
    try:
        return number_to_text(number, number_format)
    except InvalidOperation:
        return str(number)


def number_to_text(number: Decimal, number_format: str) -> str:
    """A number under its format; under one this reader does not know, as under General."""
    sections = _format_to_sections(number_format)
    section = _section_for(number, sections)
    picture = _section_to_picture(section)
    if picture is None or (not picture.digits and not picture.before + picture.after):
        return _general_to_text(number)
    shown = _digits_to_text(_WIDE.scaleb(number.copy_abs(), 2 * picture.percents), picture.digits)
    is_zero = not any(char in "123456789" for char in shown)
    minus = "-" if number < 0 and section is sections[0] and not is_zero else ""
    return f"{minus}{picture.before}{shown}{picture.after}".strip()


def date_to_text(date: datetime.date, number_format: str) -> str:
    """``2020年1月`` where the format says 年 or 月; else 2020-01-01, no finer than the format shows."""
    tokens = [token for section in _format_to_sections(number_format)[:1] for token in section]
    letters = "".join(token.text for token in tokens if not token.literal).lower()
    if any("年" in token.text or "月" in token.text for token in tokens):
        return _chinese_date(date, tokens)
    has_clock = isinstance(date, datetime.datetime) and "h" in letters
    clock = f" {date:%H:%M}" if has_clock else ""
    if "d" in letters or has_clock or "y" not in letters:
        return f"{date:%Y-%m-%d}{clock}"
    return f"{date:%Y-%m}" if "m" in letters else f"{date:%Y}"


def _chinese_date(date: datetime.date, tokens: list[_Token]) -> str:
    parts = {
        "yyyy": str(date.year), "yy": f"{date.year % 100:02}", "mm": f"{date.month:02}", "m": str(date.month),
        "dd": f"{date.day:02}", "d": str(date.day),
    }  # fmt: skip
    pieces: list[str] = []
    for token in tokens:  # neighbouring letters form one part
        if not token.literal and pieces and not pieces[-1].startswith("\0"):
            pieces[-1] += token.text
        else:
            pieces.append(f"\0{token.text}" if token.literal else token.text)
    shown = (
        piece[1:] if piece.startswith("\0") else _DATE_PART.sub(lambda part: parts[part.group().lower()], piece)
        for piece in pieces
    )
    return "".join(shown).partition(";")[0].strip(" @")


def _format_to_sections(number_format: str) -> list[list[_Token]]:
    sections: list[list[_Token]] = [[]]
    for match in _TOKEN.finditer(_GENERAL_WORDS.sub(_GENERAL, number_format)):
        if match["char"] == ";":
            sections.append([])
        elif match["char"] is not None:
            sections[-1].append(_Token(text=match["char"], literal=False))
        else:
            literal = match["quoted"] or match["escaped"] or match["money"] or ""
            sections[-1].extend(_Token(text=char, literal=True) for char in literal)
    return sections


def _section_for(number: Decimal, sections: list[list[_Token]]) -> list[_Token]:
    if number == 0 and len(sections) > 2:
        return sections[2]
    return sections[1] if number < 0 and len(sections) > 1 else sections[0]


def _section_to_picture(section: list[_Token]) -> _Picture | None:
    """None for fractions, exponents, text and for digits that letters interrupt (0!.0, shows units of 万)."""
    plain = [token.text for token in section if not token.literal]
    if not {"E", "e", "/", "@"}.isdisjoint(plain):
        return None
    percents = plain.count("%")
    texts = "".join(token.text for token in section)
    places = [place for place, token in enumerate(section) if not token.literal and token.text in _DIGITS]
    if not places:
        return _Picture(before=texts, digits="", after="", percents=percents)
    first, last = places[0], places[-1]
    while first > 0 and not section[first - 1].literal and section[first - 1].text == ".":
        first -= 1
    while last + 1 < len(section) and not section[last + 1].literal and section[last + 1].text in ",.":
        last += 1
    middle = section[first : last + 1]
    if any(token.literal or token.text not in _DIGITS | {",", "."} for token in middle):
        return None
    return _Picture(before=texts[:first], digits=texts[first : last + 1], after=texts[last + 1 :], percents=percents)


def _digits_to_text(number: Decimal, digits: str) -> str:
    if not digits:
        return ""
    if _GENERAL in digits:
        return _general_to_text(number)
    scaled = _WIDE.scaleb(number, -3 * (len(digits) - len(digits.rstrip(","))))
    whole_places, point, decimal_places = digits.partition(".")
    decimal_places = decimal_places.replace(",", "")
    rounded = scaled.quantize(Decimal(1).scaleb(-len(decimal_places)), context=_WIDE)
    whole, _, decimals = f"{rounded:f}".partition(".")
    whole = whole.lstrip("0").rjust(whole_places.count("0"), "0")
    while decimals.endswith("0") and decimal_places[len(decimals) - 1] != "0":
        decimals = decimals[:-1]
    if "," in whole_places.rstrip(",") and whole:
        whole = f"{int(whole):,}".rjust(len(whole), "0")
    return whole + point + decimals if decimals or (point and not decimal_places) else whole


def _general_to_text(number: Decimal) -> str:
    whole_digits = max(1, number.adjusted() + 1)
    decimals = max(_CENTS, _GENERAL_CHARS - 1 - whole_digits)
    text = f"{number.quantize(Decimal(1).scaleb(-decimals), context=_WIDE):f}"
    text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
