"""Turns of phrase and compared figures: what they mark, what they leave alone, and how a wrong file is refused."""

from __future__ import annotations

import pytest

from classify.outdone import outdoes
from classify.patterns import turns_to_patterns


def test_a_gap_that_affirms_does_not_leap_over_a_denial_or_a_clause() -> None:
    turn = turns_to_patterns({"late": ["货~4晚到"]}, {})["late"]
    assert turn.search("货又晚到")
    assert not turn.search("货未再晚到")
    assert not turn.search("货齐,晚到")


def test_any_gap_stays_in_its_clause() -> None:
    turn = turns_to_patterns({"late": ["货…4晚到"]}, {})["late"]
    assert turn.search("货未再晚到")
    assert not turn.search("货齐。晚到")


def test_a_fragment_may_name_another() -> None:
    turn = turns_to_patterns({"gone": ["<who>走"]}, {"who": "(?:<old>|新手)", "old": "老手"})["gone"]
    assert turn.search("老手走")


@pytest.mark.parametrize("turn", ["<nobody>走", "(人走"])
def test_a_turn_that_cannot_be_read_is_refused_with_its_list(turn: str) -> None:
    with pytest.raises(ValueError, match="词表 gone 的句式写法不对"):
        turns_to_patterns({"gone": [turn]}, {})


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("原计划培训200人,实际培训312人", True),
        ("实际办了9场,计划6场", True),
        ("年初目标1,200户,实际完成1,350户", True),
        ("原计划培训312人,实际培训200人", False),
        ("计划6场。实际9人", False),
        ("计划6场,实际9人", False),
        ("计划6场,差2场,完成4场", False),
        ("计划2场,实际90场", False),
        ("目标95%,实际97%", False),
        ("", False),
    ],
)
def test_figures_of_one_unit_tell_of_more_than_planned(text: str, more: bool) -> None:
    assert outdoes(text) is more
