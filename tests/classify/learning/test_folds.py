"""Copies, contradictions and splits: no unit and no near copy stands on both sides."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from classify.learning.examples import Example, Task
from classify.learning.folds import apart, examples_to_hash, examples_to_owners, folds_of, sift


def reason(text: str, *, unit: str = "", line: int = 1, **known: bool) -> Example:
    return Example(task=Task.RATIONALE, text=text, known=tuple(known.items()), unit=unit, file="f", line=line)


def alike(texts: Sequence[str]) -> Sequence[Sequence[int]]:
    groups: dict[str, list[int]] = {}
    for place, text in enumerate(texts):
        groups.setdefault(text[:2], []).append(place)
    return [group for group in groups.values() if len(group) > 1]


def test_one_text_said_twice_is_one_example() -> None:
    sifted = sift([reason("未做 问卷", a=True), reason("未做问卷", a=True, b=False)])
    assert [dict(each.known) for each in sifted.examples] == [{"a": True, "b": False}]
    assert (sifted.repeated, sifted.contradictions) == (1, ())


def test_what_two_lines_contradict_is_not_known() -> None:
    sifted = sift([reason("甲", line=1, a=True, b=True), reason("甲", line=9, a=False)])
    (told,) = sifted.contradictions
    assert dict(sifted.examples[0].known) == {"b": True}
    assert (told.labels, told.places) == (("a",), ("f 第1行", "f 第9行"))


def test_what_an_auditor_says_later_counts_and_is_listed() -> None:
    sifted = sift([reason("甲", a=True, b=True)], later=[reason("甲", a=False)])
    assert dict(sifted.examples[0].known) == {"a": False, "b": True}
    assert len(sifted.contradictions) == 1


def test_the_same_target_under_other_names_is_another_text() -> None:
    targets = [
        Example(task=Task.TARGET, text="无", known=(("a", True),), indicators=(name,)) for name in ("事故数", "形式")
    ]
    assert len(sift(targets).examples) == 2


def test_near_copies_go_with_the_unit_of_the_first() -> None:
    examples = [reason("甲甲一", unit="东"), reason("甲甲二", unit="西"), reason("乙乙", unit="西")]
    assert examples_to_owners(examples, near=alike) == ("东", "东", "西")


@given(st.lists(st.sampled_from("甲乙丙丁戊己庚辛"), min_size=20, max_size=80), st.integers(0, 9))
def test_a_unit_is_held_out_as_a_whole(owners: list[str], seed: int) -> None:
    folds = folds_of(owners, folds=3, seed=seed)
    assert {owner: len({fold for fold, each in zip(folds, owners, strict=True) if each == owner}) for owner in owners} \
        == dict.fromkeys(owners, 1)  # fmt: skip


def test_what_resembles_a_gold_text_is_not_learned() -> None:
    examples = [reason("甲甲一"), reason("乙乙一"), reason("丙丙 ，")]
    gold = [reason("甲甲九"), reason("丙丙，")]
    assert [each.text for each in apart(examples, gold, near=alike)] == ["乙乙一"]


def test_the_hash_sees_labels_and_no_order() -> None:
    one, two = reason("甲", a=True), reason("乙", a=False)
    assert examples_to_hash([one, two]) == examples_to_hash([two, one])
    assert examples_to_hash([one, two]) != examples_to_hash([one, reason("乙", a=True)])
