"""Signs and numerals as printed to one plain spelling: ``＞＝百分之九十五`` to ``≥95%``, ``三十二`` to 32."""

from __future__ import annotations

import re
from decimal import Decimal

from extract.clean import clean_text, latex_to_text

# Full-width forms are folded one by one: NFKC would also turn ① into 1 and ㎡ into m2, inventing digits.
_PLAIN = str.maketrans({chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})
_SIGNS = {
    ord(glyph): plain
    for plain, glyphs in {
        "≥": "≧⩾≽≮", "≤": "≦⩽≼≯", ">": "﹥", "<": "﹤", "=": "﹦═", "%": "﹪", "+": "﹢", "-": "−﹣‐‑–—―─",
        "~": "∼〜∽﹋", "(": "〔［【﹝", ")": "〕］】﹞", "·": "•・", ".": "．", ",": "﹐",
    }.items()
    for glyph in glyphs
}  # fmt: skip
_GLYPHS = _SIGNS | _PLAIN
# One comparison written with two glyphs. Any other run of signs is damage and stays for the reader to report.
_SIGN_RUNS = {">=": "≥", "=>": "≥", "≥=": "≥", "=≥": "≥", "<=": "≤", "=<": "≤", "≤=": "≤", "=≤": "≤"}
_SIGN_RUN = re.compile(r"[≥≤<>=]{2,}")
_INCLUSIVE = re.compile(r"\(?(?:均?含(?:本数)?|包含)\)|\(含(?:本数)?")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?![\d,])")
_BOLD = re.compile(r"\*\*([^*]{1,80})\*\*")  # Markdown, which language models put around cells they read
_GAP = re.compile(r"(?<=[0-9A-Za-z.])(\s+)(?=[0-9A-Za-z.])|\s+")

DIGITS = {char: value for value, chars in enumerate(("零〇○", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
          for char in chars}  # fmt: skip
_TENS = {"十": 10, "百": 100, "千": 1000}
SCALES = {"": 1, "百": 100, "千": 1000, "万": 10_000, "十万": 100_000, "百万": 1_000_000, "千万": 10_000_000,
          "亿": 100_000_000}  # fmt: skip

ARABIC = r"\d+(?:\.\d+)?"
# 三, 十二, 一百五十, 一万二千; a closing 万 is left to the scale, so that 五十万元 keeps the unit 万元.
_HAN = "零〇一二两三四五六七八九十百千"
HAN_NUMERAL = rf"[一二两三四五六七八九十][{_HAN}]{{0,8}}(?:万[{_HAN}]{{1,8}})?"
_PER_HUNDRED = re.compile(rf"(百|千)分之({ARABIC}|百|[零〇]|{HAN_NUMERAL}(?:点[零〇一二三四五六七八九]{{1,4}})?)")
_HUNDRED = re.compile(r"百分百")
_TENTHS = re.compile(r"(?<![\d.])([1-9一二三四五六七八九])成(?=以上|以下|以内|左右|$)")  # 九成以上

MARK = "\ue000"  # stands for every character that was read already or that must not be read as a number


def text_to_plain(text: str) -> str:
    """Signs, brackets, dashes and percent words in one spelling, white space and thousands separators gone."""
    plain = clean_text(text)
    if "\\" in plain:
        plain = latex_to_text(plain.replace("$", ""))
    plain = _BOLD.sub(r"\1", plain).replace(MARK, " ").translate(_GLYPHS)
    plain = _GAP.sub(lambda gap: " " if gap.group(1) else "", plain)
    plain = _SIGN_RUN.sub(lambda run: _SIGN_RUNS.get(run.group(), run.group()), plain)
    if "," in plain:
        plain = _THOUSANDS.sub(lambda number: number.group().replace(",", ""), plain)
    if "分" in plain:
        plain = _PER_HUNDRED.sub(_per_hundred, _HUNDRED.sub("100%", plain))
    if "成" in plain:
        plain = _TENTHS.sub(lambda tenths: f"{numeral_to_int(tenths.group(1))}0%", plain)
    return _INCLUSIVE.sub("", plain) if "含" in plain else plain


def _per_hundred(match: re.Match[str]) -> str:
    number = numeral_to_decimal(match.group(2)) if match.group(2) != "百" else Decimal(100)
    if number is None:
        return match.group()
    return f"{number:f}{'%' if match.group(1) == '百' else '‰'}"


def numeral_to_decimal(numeral: str) -> Decimal | None:
    """Arabic or Chinese digits to a number; None where they form no numeral (两三, 十十)."""
    if numeral[-1].isdecimal():
        return Decimal(numeral)
    whole, _, fraction = numeral.partition("点")
    upper, _, lower = whole.rpartition("万")
    parts = [_below_ten_thousand(part) for part in (upper, lower) if part]
    if not parts or None in parts:
        return None
    number = Decimal(0)
    for part in parts:
        number = number * 10_000 + (part or 0)
    return number + Decimal("0." + "".join(str(DIGITS[char]) for char in fraction)) if fraction else number


def _below_ten_thousand(numeral: str) -> int | None:
    total, digit, last = 0, None, 10_000
    for char in numeral:
        if char in _TENS:
            if _TENS[char] >= last:
                return None
            last = _TENS[char]
            total, digit = total + (1 if digit is None else digit) * last, None
        elif char in DIGITS and not digit:
            digit = DIGITS[char]
        else:
            return None
    return total + (digit or 0)


def numeral_to_int(numeral: str) -> int:
    """Digits of a date to a number: 2024, 二〇二四 (by place), 十二."""
    if numeral.isdecimal():
        return int(numeral)
    if all(char in DIGITS for char in numeral):
        return int("".join(str(DIGITS[char]) for char in numeral))
    return _below_ten_thousand(numeral) or 0
