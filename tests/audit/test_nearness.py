"""Near-equal texts found through an index are those that comparing all pairs finds."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.compare import letters
from audit.nearness import containments, jaccard, near_groups

# Few letters make many near pairs.
texts = st.lists(st.text(alphabet="水库巡查维修，。1", max_size=24), max_size=24)
SENTENCE = "全年清淤河道十一条共二十七公里，清运淤泥四万立方米，汛期未发生漫堤"


def groups_of_all_pairs(told: list[str], least: float) -> set[tuple[int, ...]]:
    """The groups by definition: every pair compared, near ones joined."""
    group = {place: {place} for place, text in enumerate(told) if letters(text)}
    for one, other in combinations(group, 2):
        same = letters(told[one]) == letters(told[other])
        if same or jaccard(told[one], told[other]) >= least - 1e-9:
            joined = group[one] | group[other]
            for place in joined:
                group[place] = joined
    return {tuple(sorted(places)) for places in group.values() if len(places) > 1}


@given(told=texts, least=st.sampled_from([0.5, 0.7, 0.8, 1.0]))
@settings(deadline=None)
def test_the_index_finds_the_groups_of_all_pairs(told: list[str], least: float) -> None:
    assert set(near_groups(told, least=least)) == groups_of_all_pairs(told, least)


@given(told=st.lists(st.text(alphabet="水库巡查维修", min_size=30, max_size=60), max_size=12))
@settings(deadline=None)
def test_longer_texts_that_must_share_several_rare_runs_are_found_too(told: list[str]) -> None:
    changed = told + [text[:7] + "桥" + text[8:] for text in told]
    assert set(near_groups(changed, least=0.7)) == groups_of_all_pairs(changed, 0.7)


@pytest.mark.parametrize(
    ("other", "near"),
    [
        (SENTENCE + "。", True),
        (SENTENCE.replace("，", "；"), True),
        (SENTENCE.replace("四万", "三万"), True),
        ("汛期未发生漫堤，清运淤泥四万立方米，全年清淤河道十一条共二十七公里", True),
        ("全年巡查堤防九十次，更换里程桩四百个，汛期未发生漫堤", False),
        ("", False),
    ],
)
def test_what_is_near(other: str, near: bool) -> None:
    assert bool(near_groups([SENTENCE, other], least=0.7)) is near


def test_texts_without_letters_are_no_group() -> None:
    assert near_groups(["", "——", "。", ""], least=0.5) == ()


@pytest.mark.parametrize("gram", [0, 4])
def test_a_run_too_long_to_be_told_exactly_is_refused(gram: int) -> None:
    with pytest.raises(ValueError, match="连续字数"):
        near_groups(["水库巡查", "水库维修"], least=0.5, gram=gram)


@given(inner=st.text(alphabet="水库巡查维修管网宣传", min_size=8, max_size=30), outer=texts)
@settings(deadline=None)
def test_a_text_inside_another_is_found(inner: str, outer: list[str]) -> None:
    whole = "一是" + inner + "二是发放手册"
    found = {(each.inner, each.outer) for each in containments([inner, whole, *outer], least=0.9)}
    assert (0, 1) in found
    assert (1, 0) not in found


def test_containment_says_how_much() -> None:
    (found,) = containments(["维修管网三十公里更换水表", "维修管网三十公里，更换闸阀，发放节水手册"], least=0.5)
    assert (found.inner, found.outer) == (0, 1)
    assert 0.5 <= found.share < 0.9
