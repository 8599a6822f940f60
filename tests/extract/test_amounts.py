"""Amounts of money and plain numbers: what is one, what is none, and the value of the last digit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.value import Amount, Number
from extract.values import text_to_amount, text_to_number


@pytest.mark.parametrize(
    ("text", "unit", "yuan", "step"),
    [
        ("4,544.49", "万元", "45444900", "100"),
        ("620,000", "元", "620000", "1"),
        ("620000.00", "元", "620000", "0.01"),
        ("100万元", "元", "1000000", "10000"),
        ("1.5 亿元", "万元", "150000000", "10000000"),
        ("￥30元", "万元", "30", "1"),
        ("48.30（万元）", "元", "483000", "100"),
        ("-5.00", "万元", "-50000", "100"),
        ("0", "万元", "0", "10000"),
        ("(5.00)", "万元", "-50000", "100"),
        ("（1,205.00）", "元", "-1205", "0.01"),
        ("(5.00)万元", "元", "-50000", "100"),
    ],
)
def test_amounts_are_yuan_with_the_value_of_their_last_digit(text: str, unit: str, yuan: str, step: str) -> None:
    assert text_to_amount(text, unit) == Amount(yuan=Decimal(yuan), step=Decimal(step))


@pytest.mark.parametrize(
    "text", ["", "-", "—", "/", "无", "约30万元", "(一)", "(5.00", "3(5)", "30万元，20万元", "025", "48.3O", "1.2.3"]
)
def test_what_is_no_amount_is_none(text: str) -> None:
    assert text_to_amount(text, "万元") is None


def test_an_unknown_unit_of_money_is_the_callers_error() -> None:
    with pytest.raises(ValueError, match="金额单位“美元”"):
        text_to_amount("5", "美元")


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [
        ("95.21", "95.21", "0.01"),
        ("100.00%", "100", "0.01"),
        ("20分", "20", "1"),
        ("20（分）", "20", "1"),
        ("１０．５", "10.5", "0.1"),
        ("1,000", "1000", "1"),
        ("0.00", "0", "0.01"),
    ],
)
def test_plain_numbers(text: str, value: str, step: str) -> None:
    assert text_to_number(text) == Number(value=Decimal(value), step=Decimal(step))


@pytest.mark.parametrize("text", ["", "-", "—", "≥10", "优", "10/10", "20次", "05", "9.5.2", "1010 10"])
def test_what_is_no_plain_number_is_none(text: str) -> None:
    assert text_to_number(text) is None
