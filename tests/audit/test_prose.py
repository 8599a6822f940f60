"""Narratives compared: what was copied, and whose number a number is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.prose import agrees, copied_share, counted_subject, pairs_told, speaks_of
from audit.units import Counted, name_counts, same_word, units_apart
from domain.value import Comparator, Quantity
from extract import text_to_mentions

HAN = st.text(alphabet="建设改造培训监测服务群众满意河道治理", max_size=60)


@given(HAN, HAN)
def test_a_share_is_a_share(text: str, source: str) -> None:
    assert 0 <= copied_share(text, source=source) <= 1
    assert 0 <= pairs_told(text, source) <= 1


@given(HAN.filter(lambda text: len(text) >= 8), HAN)
def test_a_text_inside_another_is_all_copied(text: str, rest: str) -> None:
    assert copied_share(text, source=rest + text + rest) == 1


def test_punctuation_does_not_hide_a_copy() -> None:
    assert copied_share("加强河道治理、提升防洪能力", source="加强河道治理，提升防洪能力。") == 1


def test_short_phrases_are_no_copy() -> None:
    assert copied_share("开展培训，提升能力", source="提升能力，开展培训") == 0


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("参与学校数量", "参与学校"),
        ("义诊活动场次", "义诊活动"),
        ("慰问困难职工人数", "慰问困难职工"),
        ("设备完好率", "设备完好率"),
    ],
)
def test_measuring_words_are_no_part_of_a_subject(name: str, subject: str) -> None:
    assert counted_subject(name) == subject


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("全年慰问困难职工860人", "慰问困难职工人数", True),
        ("慰问困难职工共计860人", "慰问困难职工人数", True),
        ("其中慰问困难职工860人", "慰问困难职工人数", False),
        ("上年慰问困难职工860人", "慰问困难职工人数", False),
        ("慰问困难职工并为留守老人体检860人", "慰问困难职工人数", False),
        ("合格率98%", "合格率", False),
        ("慰问困难职工860人较上年增加", "慰问困难职工人数", False),
    ],
)
def test_a_number_belongs_to_the_subject_it_follows(text: str, name: str, expected: bool) -> None:
    (mention,) = text_to_mentions(text)
    assert speaks_of(mention, name) is expected


@pytest.mark.parametrize(
    ("low", "comparator", "about", "reached", "expected"),
    [
        ("95", Comparator.NONE, False, "95.2", True),
        ("12000", Comparator.NONE, False, "12034", True),
        ("95", Comparator.NONE, False, "98", False),
        ("300", Comparator.GT, False, "386", True),
        ("300", Comparator.GE, False, "260", False),
        ("5", Comparator.LE, False, "3", True),
        ("300", Comparator.NONE, True, "322", True),
        ("0", Comparator.NONE, False, "0", True),
    ],
)
def test_bounds_and_rounding_are_no_contradiction(
    low: str, comparator: Comparator, about: bool, reached: str, expected: bool
) -> None:
    told = Quantity(comparator=comparator, low=Decimal(low), high=Decimal(low), approximate=about)
    assert agrees(told, Decimal(reached)) is expected


@pytest.mark.parametrize(
    ("one", "other"), [("人", "篇"), ("人", "人次"), ("亩", "户"), ("万元", "%"), ("公里", "平方米")]
)
def test_units_of_different_things_are_told_apart(one: str, other: str) -> None:
    assert units_apart(one, other)
    assert not same_word(one, other) or {one, other} == {"人", "人次"}


@pytest.mark.parametrize(("one", "other"), [("场", "次"), ("个", "项"), ("", "人"), ("次/年", "场"), ("篇", "份")])
def test_measure_words_answer_each_other(one: str, other: str) -> None:
    assert same_word(one, other)
    assert not units_apart(one, other)


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        ("服务人次", {Counted.VISITS}),
        ("绿化面积（亩）", {Counted.AREA, Counted.RATE}),
        ("工作效率", set()),
        ("抽检合格率", {Counted.RATE, Counted.TIME}),
        ("宣传活动", set()),
    ],
)
def test_the_end_of_a_name_says_what_it_counts(name: str, counted: set[Counted]) -> None:
    assert name_counts(name) == counted
