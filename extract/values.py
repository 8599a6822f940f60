"""Printed targets, actuals, amounts and scores to typed values, and typed values back to print.

What is damaged is reported and what is open stays wording: a number that does not plainly bind is no quantity. Several
numbers in one text (3人10篇5篇) cannot be compared with anything and are wording of low confidence. A month or year
that stands alone as a deadline includes its last day (10月前, 10月底前 and 10月 compare alike).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from domain.value import (
    Amount,
    Comparator,
    DateLimit,
    Malformed,
    Mention,
    Number,
    Quantity,
    Reading,
    Value,
    Wording,
)
from extract.dates import DateMention, date_to_text, find_dates, mention_to_date
from extract.numerals import ARABIC, HAN_NUMERAL, MARK, text_to_plain
from extract.quantities import SIGNS, UNIT, QuantityMention, either, find_quantities, unit_to_text

LONGEST_VALUE_CHARS = 600  # longer texts are narratives that slid into the column; the longest target seen has 90

# Confidence that the text says what was read.
_PLAIN, _IN_WORDS, _IN_SENTENCE, _OPEN, _COMPOUND = 1.0, 0.85, 0.6, 0.4, 0.3
_FEW_WORDS_CHARS, _SENTENCE_CHARS = 12, 40  # words around a number; beyond, it is told in passing

_HAN_DIGIT = "一二两三四五六七八九十百"
_NUM = rf"(?<![\d.])(?:{ARABIC}|{HAN_NUMERAL})"  # never from the middle of a number: that would also cost the square
_NO_SIGN = r"(?<![≥≤<>=\d.])"
# Hidden before dates are looked for: titles and document numbers.
_NAMES = re.compile(r"《[^《》]{0,80}》?|〈[^〈〉]{0,80}〉|<<[^<>]{1,80}>>|\(?(?:19|20)\d{2}\)?第?\d{1,5}号")
# Hidden after dates: figures that count nothing.
_PHRASES = re.compile(
    "|".join((
        rf"第{_NUM}[\u4e00-\u9fff]?",
        rf"{_NO_SIGN}\d+[号届级等]|{_NO_SIGN}[{_HAN_DIGIT}][级等届]",
        rf"(?:{_NUM}[-~至])?{_NUM}周?岁(?:及?以[上下])?",
        r"(?<![\d)/A-Za-z])[A-Za-z]+[-.+]?\d+(?:[.-]\d+)*",  # ISO9001, PM2.5, T+1
        rf"{_NO_SIGN}[2-8][GKDAS](?![A-Za-z])",  # 5G, 4K, 3D, 5A
        rf"{_NO_SIGN}(?:7[×xX*])?24小时(?:[×xX*]7)?(?![内以之]|$)",  # a service that never closes
        r"(?<![\d.])\d+(?:(?:\.\d+){2,}|(?::\d+)+|/\d+|(?:\.\d+)?[×xX*]\d+(?:\.\d+)?)",  # 1:1, 3/5, 2.1.3, 3×5
        # a share of a baseline
        rf"(?:上一?年度?|去年|往年|历年|同期|{MARK})(?:水平|同期|实际|基数|平均)?的{_NUM}[%倍]",
        rf"(?<!\d)(?:19|20)\d{{2}}年?[-~至](?={MARK})",
        rf"(?:近|后|连续|未来|过去|今后){_NUM}个?[年月](?:来|内)?|前{_NUM}(?:个?[年月名位强%])?|[数几][十百千万]+",
        rf"(?:附件|附表|附录|说明|备注|见表|如图|标段)\d{{1,2}}(?![\d.%]|{UNIT})|指标\d{{1,2}}(?=:.)",
        rf"{_NUM}年(?:规划|行动|计划|期)",
        rf"[{_HAN_DIGIT}]+分之[{_HAN_DIGIT}]+",
        r"一[\u4e00-\u9fff]{1,2}一[\u4e00-\u9fff]{1,2}|[二两三四五六七八九十]个一",
        r"一次(?=验收|通过|性|检|合格|成功|交验)|一定|一体|十分(?!钟)|一期|二期|三期|一般|十[一二三四]五",
        r"[两二四三五八]个(?:维护|确立|意识|自信|结合|务必|全面|统筹|文明|毫不动摇)|八项规定",
        # list numbers
        r"(?<![\d.≥≤<>=])\d{1,2}[、.](?=[\u4e00-\u9fff《“\"])|\(\d{1,2}\)(?=[\u4e00-\u9fff《])|^\d{1,2}\)",
    ))
)  # fmt: skip

# Measure words that mean lost digits when they stand alone; 人, 户, 村 also stand alone in 人、财、物.
_LOST = either("个 条 次 场 篇 名 家 项 件 份 册 期 集 套 台 部 幅 张 人次 场次 批次 % ‰")
_ALONE = rf"(?:{_LOST})(?:及?以上|以下|以内|左右)?"
_STOP = r"(?=[、,;。.)]|$)"
_AT_LEAST_WORDS = either(" ".join(word for words in SIGNS.values() for word in words.split() if len(word) > 1))
_NO_NUMBER = "缺少数字"
_DEFECTS = tuple(
    (re.compile(pattern), defect)
    for pattern, defect in (
        (r"�", "有无法辨认的字符"),
        (r"[≥≤<>=]{2,}(?=[-\d.%(约]|$)", "比较符号重复"),
        (r"(?:^|[≥≤<>=为达到])\.\d", "小数点前缺少数字"),
        (r"\d\.(?=[%(])", "小数点后缺少数字"),
        (rf"[≥≤<>=](?:$|[、,;。)%‰]|\((?!\d)|(?:{UNIT})(?:\((?!\d)|(?:以上|以内)?{_STOP}))", _NO_NUMBER),
        (rf"(?:{_AT_LEAST_WORDS})(?:{_ALONE}|人|户){_STOP}", _NO_NUMBER),
        (r"^(?:大于等于|小于等于|不?[少低高大小多]于|不超过)$", _NO_NUMBER),
        (rf"^[、,;。]?{_ALONE}[、,;。]?$|^[、,;]{_ALONE}{_STOP}", _NO_NUMBER),
        (rf"(?:^|[、,;。]){_ALONE}[、,;。]+{_ALONE}{_STOP}", _NO_NUMBER),
        (rf"(?:^|[^\d()A-Za-z{MARK}])[%‰](?![=≥≤])", _NO_NUMBER),
        (rf"[*_Xx×?]{{2,}}(?=$|[%(年月日元万]|{UNIT})|^指标\d*:?$|^(?:…+|\.{{3,}})$", "模板占位符没有填写"),
    )
)
# A number with its unit, as most cells are: in it is no name, no date, no phrase and no defect to look for.
_BARE = re.compile(
    r"[≥≤<>]?(?!0\d)\d{1,9}(?:\.\d{1,4})?(?:%|人次?|名|家|户|个|项|件|份|篇|场次?|套|台|辆|座|处|盏|株|亩|公里|平方米|吨|元|万元|小时|分钟|天)"
)
# 95%%: a key pressed twice; the number is there, and the printed text still shows the slip.
_TWICE = re.compile(r"(?<=\d)([%‰])\1+")
FEWEST_IN_SUM = 3  # a whole and two parts
_BREAKDOWN = re.compile(r"\([^()]*\)$")
_NOTHING = "没有内容"
_DONE = "完成"
_CLAUSE_END = re.compile(r"[,;。!?]")
_FILLING = re.compile(rf"[\s{MARK}、,;。.:：!()\"“”'*-]+")


def text_to_value(text: str) -> Reading:
    """A printed target or actual to a quantity, a date, wording or a defect, with the confidence of that reading."""
    if len(text) > LONGEST_VALUE_CHARS:
        return Reading(text=text, value=Wording(text=text.strip()), confidence=_OPEN)
    value, confidence = _plain_to_value(_TWICE.sub(r"\1", text_to_plain(text)), text.strip())
    return Reading(text=text, value=value, confidence=confidence)


def _plain_to_value(plain: str, printed: str) -> tuple[Value, float]:
    if _BARE.fullmatch(plain) is not None:
        (mention,) = find_quantities(plain)
        return _mention_to_value(mention, plain, printed=printed)
    named = _hide(_NAMES, plain)
    dates, undated = find_dates(named)
    visible = _hide(_PHRASES, undated)
    defect = _find_defect(visible)
    if defect:
        return Malformed(text=printed, defect=defect), _PLAIN
    mentions = find_quantities(visible)
    if not mentions and not dates:
        return Wording(text=printed), _IN_WORDS if any(char.isdecimal() for char in plain) else _PLAIN
    if len(mentions) == 1:
        return _mention_to_value(mentions[0], visible, printed=printed)
    whole = _before_breakdown(mentions, visible)
    if whole is not None:
        value, confidence = _mention_to_value(whole, visible[: visible.rindex("(")], printed=printed)
        return value, min(confidence, _IN_WORDS)
    if not mentions and len(dates) == 1:
        return _date_to_value(dates[0], named, printed=printed)
    return Wording(text=printed), _COMPOUND


def text_to_mentions(text: str) -> tuple[Mention, ...]:
    """The numbers of running text in order; dates, titles, ranks and list numbers are none."""
    plain = text_to_plain(text)
    _, undated = find_dates(_hide(_NAMES, plain))
    found = [mention for mention in find_quantities(_hide(_PHRASES, undated)) if mention.quantity is not None]
    starts = [0, *(mention.end for mention in found)]
    ends = [*(mention.start for mention in found), len(plain)]
    return tuple(
        Mention(
            quantity=mention.quantity,
            before=_CLAUSE_END.split(plain[start : mention.start])[-1] + _led_by(plain, mention),
            after=_CLAUSE_END.split(plain[mention.end : end])[0],
        )
        for mention, start, end in zip(found, starts, ends[1:], strict=False)
        if mention.quantity is not None
    )


def _led_by(plain: str, mention: QuantityMention) -> str:
    """The verb that belongs to what is counted: 完成 of 完成4本."""
    return _DONE if plain.startswith(_DONE, mention.start) else ""


def _hide(pattern: re.Pattern[str], plain: str) -> str:
    return pattern.sub(lambda match: MARK * len(match.group()), plain)


def _find_defect(visible: str) -> str:
    for pattern, defect in _DEFECTS:
        if pattern.search(visible):
            return defect
    return "" if any(char.isalnum() or char == MARK for char in visible) else _NOTHING


def _before_breakdown(mentions: Sequence[QuantityMention], visible: str) -> QuantityMention | None:
    """The number before a last bracket whose numbers add up to it: 22场(线上6场、线下16场)."""
    bracket = _BREAKDOWN.search(visible)
    if bracket is None or len(mentions) < FEWEST_IN_SUM:
        return None
    first, *rest = mentions
    if first.quantity is None or first.end > bracket.start():
        return None
    parts = [part.quantity for part in rest if part.start > bracket.start() and part.quantity is not None]
    whole = first.quantity
    alike = all(part.unit in ("", whole.unit) and part.low == part.high for part in parts)
    closes = len(parts) == len(rest) and sum(part.low for part in parts) == whole.low == whole.high
    return first if alike and closes else None


def _mention_to_value(mention: QuantityMention, visible: str, *, printed: str) -> tuple[Value, float]:
    if mention.defect:
        return Malformed(text=printed, defect=mention.defect), _IN_WORDS
    before, after = visible[: mention.start], visible[mention.end :]
    words = _FILLING.sub("", before + after)
    if mention.quantity is None or len(words) > _SENTENCE_CHARS:
        return Wording(text=printed), _OPEN
    around = _PLAIN if not words else _IN_WORDS if len(words) <= _FEW_WORDS_CHARS else _IN_SENTENCE
    if len(before) == 1 and words == before:  # 工5%, ^80%: a sign that was misread
        around = _OPEN
    if MARK in visible:
        around = min(around, _IN_SENTENCE)
    return mention.quantity, min(around, mention.trust)


def _date_to_value(mention: DateMention, plain: str, *, printed: str) -> tuple[Value, float]:
    if not mention.exists:
        return Malformed(text=printed, defect="日期不存在"), _IN_WORDS
    rest = _FILLING.sub("", (plain[: mention.start] + plain[mention.end :]).strip("≥≤<>="))
    date = mention_to_date(mention, plain, rest=rest)
    if date is None:
        return Wording(text=printed), _IN_WORDS
    if mention.vague:
        return date, _IN_SENTENCE
    return date, _PLAIN if not rest or (date.by and len(rest) <= _FEW_WORDS_CHARS) else _IN_WORDS


def value_to_text(value: Value) -> str:
    """The canonical print of a value; read again it is the same value."""
    match value:
        case Quantity():
            return _quantity_to_text(value)
        case DateLimit():
            return date_to_text(value)
        case _:
            return value.text


def _quantity_to_text(quantity: Quantity) -> str:
    about = "约" if quantity.approximate else ""
    unit = unit_to_text(quantity.unit)
    if quantity.comparator is Comparator.BETWEEN:
        dash = "-" if quantity.low >= 0 else "~"
        return f"{about}{_decimal_to_text(quantity.low)}{dash}{_decimal_to_text(quantity.high)}{unit}"
    return f"{about}{quantity.comparator.value}{_decimal_to_text(quantity.low)}{unit}"


def _decimal_to_text(number: Decimal) -> str:
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


_MONEY_UNITS = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10_000), "万": Decimal(10_000),
                "百万元": Decimal(1_000_000), "亿元": Decimal(100_000_000), "亿": Decimal(100_000_000)}  # fmt: skip
_SIGNED = r"(?P<number>-?(?:0|[1-9]\d*)(?:\.\d+)?)"  # 025 is damage, no number
_UNIT = rf"\(?(?P<unit>{'|'.join(sorted(_MONEY_UNITS, key=len, reverse=True))})?\)?"
_AMOUNT = re.compile(rf"[¥￥]?(?P<below>\()?{_SIGNED}(?(below)\)){_UNIT}整?")  # accounts bracket what is below zero
_NUMBER = re.compile(rf"{_SIGNED}\(?(?:%|分)?\)?")


def text_to_amount(text: str, unit: str) -> Amount | None:
    """Money in yuan with the value of its last digit; a unit printed beside the number wins over ``unit``.

    ``unit`` is 元 or 万元. None where no amount stands (blank, dash, words). ValueError for another unit.
    """
    if unit not in _MONEY_UNITS:
        raise ValueError(f"金额单位“{unit}”无法识别：调用者应给出“元”或“万元”")
    number = _fullmatch(_AMOUNT, text)
    if number is None:
        return None
    factor = _MONEY_UNITS[number["unit"] or unit]
    value = Decimal(number["number"]) if number["below"] is None else -abs(Decimal(number["number"]))
    return Amount(yuan=value * factor, step=_step(value) * factor)


def text_to_number(text: str) -> Number | None:
    """A weight, score or rate (``95.21``, ``100.00%``, ``20分``); None where the text is not one plain number."""
    number = _fullmatch(_NUMBER, text)
    if number is None:
        return None
    value = Decimal(number["number"])
    return Number(value=value, step=_step(value))


def _fullmatch(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return pattern.fullmatch(text_to_plain(text)) if len(text) <= LONGEST_VALUE_CHARS else None


def _step(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(1)
