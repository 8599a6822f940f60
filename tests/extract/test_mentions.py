"""Numbers of running text: which count, what they count, and the words of their clause."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.value import Comparator
from extract import text_to_mentions


def told(text: str) -> list[tuple[str, str, str, str]]:
    """Before, number, unit and after of every mention."""
    return [
        (mention.before, f"{mention.quantity.low:f}".removesuffix(".0"), mention.quantity.unit, mention.after)
        for mention in text_to_mentions(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新建公厕12座，改造8座。", [("新建公厕", "12", "座", ""), ("改造", "8", "座", "")]),
        ("培训班25期培训1060人次", [("培训班", "25", "期", "培训"), ("培训", "1060", "人次", "")]),
        ("服务3.2万人次", [("服务", "32000", "人次", "")]),
        ("覆盖14个乡镇；抽检合格率达98.5%", [("覆盖", "14", "个", "乡镇"), ("抽检合格率", "98.5", "%", "")]),
        ("共完成46场讲座", [("共完成", "46", "场", "讲座")]),
        ("节约资金1,260,000元", [("节约资金", "1260000", "元", "")]),
    ],
)
def test_numbers_keep_the_words_of_their_clause(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "各项工作有序推进，群众满意。",
        "截至2023年12月31日，依据《湿地保护办法（2021年修订）》和县政发〔2022〕18号开展工作。",
        "第一批、第二批均按期完成，一是建章立制，二是强化督导。",
    ],
)
def test_dates_titles_and_ranks_are_no_numbers(text: str) -> None:
    assert told(text) == []


def test_bounds_and_rough_numbers_are_kept() -> None:
    bound, rough = text_to_mentions("受益群众不少于500人，发放资料约300份")
    assert bound.quantity.comparator is Comparator.GE
    assert bound.quantity.low == Decimal(500)
    assert rough.quantity.approximate


@given(
    st.lists(
        st.sampled_from(["巡查300次", "，", "。", "新增2家", "合格率95%", "2024年", "；", "不断完善"]), max_size=12
    )
)
def test_words_never_cross_the_end_of_a_clause(parts: list[str]) -> None:
    for mention in text_to_mentions("".join(parts)):
        assert not set(mention.before + mention.after) & set(",;。")
